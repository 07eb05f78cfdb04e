"""Which places "the city" and "the village" go on about: those of the kind, and none that is told by the way.

Used by anaphora. A text that tells of one town goes on about it past a list of others, and past what it only moves to.
"""

import re
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from services.extract.document import Document, PlaceMention
from services.extract.gazetteer import cities
from services.extract.pattern import Pattern
from services.extract.stages.landmarks import leads_there

_DATA: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("theme.toml").read_text(encoding="utf-8"))
_CITIES_KNOWN: Final = frozenset(_DATA["kinds"]["cities_known"])
SMALL: Final = frozenset(_DATA["kinds"]["small"].split())
"""Nouns that mean no city."""
EXAMPLES: Final[list[dict[str, str]]] = _DATA["examples"]
_GAP: Final = Pattern(
    r"""\s*(?:['’]s\s+\w+\s*)?(?:\([^)]{0,40}\)\s*|,?\s+in\s+(?:the\s+)?[A-Z][^,.;:]{2,40}?)?
    (?:,|,?\s*(?:and|or|as\ well\ as|&|/))\s*(?:(?:[\d.,]+\s?%?|"""
    + "|".join(sorted(_DATA["words"]["between"].split()))
    + r")\s+){0,6}",
    re.VERBOSE,
)
"""What stands between two places of one list: "Siversk in Donetsk Oblast and about half of Toretsk"."""
_REACH: Final = 90
"""Characters that two places of a list are apart at most."""


def may_be_city(place: PlaceMention) -> bool:
    """False for a settlement that is known to be none, or not known at all: "the city" rather means another one."""
    if place.id is None or place.country == "UA" or place.admin1 in _CITIES_KNOWN:
        return place.id in cities()
    return True


def may_be_village(place: PlaceMention) -> bool:
    """False for a city: "the village" does not mean it."""
    return place.id not in cities()


def by_the_way(doc: Document, mentions: Sequence[PlaceMention]) -> set[int]:
    """Return the starts of the settlements that a text which has told of another one does not go on about.

    `mentions`: in the order of the text.
    """
    towns = [m for m in mentions if m.kind in ("settlement", None)]
    found = {m.span.start for m in towns if _beyond(doc, m)}
    listed: list[PlaceMention] = []
    for one, other in pairwise(towns):
        if one.name == other.name or not _together(doc, one, other):
            found |= _list_starts(doc, listed)
            listed = []
            continue
        listed = [*listed, other] if listed else [one, other]
    return found | _list_starts(doc, listed)


def _list_starts(doc: Document, listed: Sequence[PlaceMention]) -> set[int]:
    """Return the starts of a list's places. Two that a comma alone joins are none: "From X, Y is in sight"."""
    if len(listed) == 2 and doc.text[listed[0].span.end : listed[1].span.start].strip() == ",":
        return set()
    return {place.span.start for place in listed}


def _beyond(doc: Document, place: PlaceMention) -> bool:
    """True for where a road leads or a force moves, and for what only tells where something lies."""
    if place.relation in ("direction", "between") or place.relation.endswith("_of"):
        return True
    if place.relation == "toward" and place.phrase is not None:
        return doc.text.startswith("toward", place.phrase.start) or leads_there(doc, place)
    return leads_there(doc, place)


def _together(doc: Document, one: PlaceMention, other: PlaceMention) -> bool:
    start, end = one.span.end, other.span.start
    return end - start < _REACH and _GAP.fullmatch(doc.text, start, end) is not None
