"""Offices whose bearer is named beside them: "the mayor, Oleksandr Vilkul", "its mayor Anatolii Fedoruk".

Last in the actors stage. Who was mayor before in the text, or holds the office in the tables, gives way to the name.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from services.extract.document import ActorMention, Document
from services.extract.pattern import Pattern

_PERSONS: Final = frozenset({"person", "titled_person", "last_name"})
_BESIDE: Final = Pattern(r"(?:\s+(?:of|in|for)\s+(?:the\s+)?[^,;:.()\"“”]{1,45})?(?P<comma>,)?\s+")
_ENDS: Final = Pattern(
    r"\s*(?:[,.;:)]|$|(?:also|later|then|has|had|said|says|told|wrote|writes|added|reported|reports|announced|confirmed|"
    r"stated|noted|warned|asked|ordered|called|claimed)\b)"
)
"""What follows a name that is set off by a comma."""
_OF_ANOTHER: Final = Pattern(
    r"\b(?:advis[eo]rs?|aides?|deput(?:y|ies)|spokes(?:man|woman|person)|assistants?|secretary|office|wife|widow|son|"
    r"daughter|brother|ally|allies|predecessor|successor|representatives?)\s+(?:to|of|for|from)\s+$",
    re.IGNORECASE,
)


def borne(doc: Document, mentions: Sequence[ActorMention]) -> list[ActorMention]:
    """Return the mentions, in the order of the text, with each office as the person whose name stands beside it."""
    found = list(mentions)
    for at in range(len(found) - 1):
        office, person = found[at], found[at + 1]
        if not office.rule.startswith("office") or person.rule not in _PERSONS or person.id == office.id:
            continue
        gap = _BESIDE.fullmatch(doc.text, office.span.end, person.span.start)
        if gap is None or (gap.group("comma") and not _ENDS.match(doc.text, person.span.end)):
            continue
        if _OF_ANOTHER.search(doc.text, max(0, office.span.start - 24), office.span.start):
            continue
        found[at] = replace(
            office, name=person.name, id=person.id, side=person.side, kind=person.kind, rule="office_borne"
        )
    return found
