"""Cues that a map makes: what it shows, marks or paints red is the word of those who draw it.

One of the makers of cues (`cues`), for the map projects that follow the front.
"""

import re
from typing import Final

from services.extract.document import Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.sources import Spoken
from services.extract.stages.claims.words import Line

_DRAWERS: Final = frozenset({"MEDIA", "ORG"})
_MAKES_MAPS: Final = Pattern(r"DeepState|Institute for the Study of War|Black Bird|Liveuamap|Rybar")
_MARKS: Final = Pattern(
    r"(?:['’]s)?(?:\s+(?:project|analysts|team|map|group|channel|monitoring|service|experts|cartographers|itself|now|also|"
    r"already|still|has|have|since|again|later|meanwhile|however)){0,4}\s+"
    r"(?:marks?|marked|shades?|shaded|colou?rs?|colou?red|paints?|painted|shows?|showed|shown|depicts?|puts?|lists?|"
    r"designate[sd]?|moved|moves)\b"
)
"""Between one who draws maps and what he shows: "DeepState analysts marked"."""
_MAP_OF: Final = Pattern(
    r"\b(?:[Oo]n\s+)?(?:[Tt]he|[Aa]|[Tt]heir|[Ii]ts)?\s*(?:[\w-]+\s+){0,2}maps?\s+(?:\w+\s+)?(?:by|of|from|at)\s+(?:the\s+)?$"
)
_OWN_MAP: Final = Pattern(r"(?:['’]s)?\s+(?:[\w-]+\s+){0,2}maps?\b")


def map_cues(line: Line) -> list[Cue]:
    """Return the cue of each map or mapmaker in the sentence that shows something."""
    if "map" not in line.text.lower() and "DeepState" not in line.text:
        return []
    found = []
    for mention in line.speakers:
        if mention.kind not in _DRAWERS or line.in_quotes(mention.span.start):
            continue
        before = line.between(line.start, mention.span.start)
        after = line.between(mention.span.end, line.end)
        with_map = "map" in mention.surface.lower().split() or _OWN_MAP.match(after) is not None
        of = _MAP_OF.search(before)
        marks = _MARKS.match(after) if _MAKES_MAPS.search(mention.name) or with_map else None
        if not with_map and of is None and marks is None:
            continue
        if re.search(r"\b(?:update[sd]?|edit(?:s|ed)?)\s+(?:\w+\s+)?$", before):
            continue
        start = line.start + of.start() if of is not None else mention.span.start
        end = mention.span.end + (marks.end() if marks is not None else 0)
        core = Span(start, end)
        cue = Cue("map", "reports", "asserts", Span(mention.span.start, end), Spoken(mention, core), core, right=True)
        cue.left = (
            marks is None
            and re.search(r"\b(?:on|by|in)\s+(?:the\s+)?$", line.between(line.start, start), re.IGNORECASE) is not None
        )
        found.append(cue)
    return found
