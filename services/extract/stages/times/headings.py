"""The years that the headings of a timeline give to what stands under them: "2014: In March …". Part of times.

A heading that stands alone in its line holds up to the next one, a heading before a colon for its line.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from services.extract.stages.times.lexicon import MONTH

_HEADING: Final = re.compile(
    rf"^[^\w\n]{{0,6}}(?:(?:In )?(?:{MONTH})(?: ?[-–—/] ?(?:{MONTH}))?,? |In )?(?P<y>(?:19|20)\d\d)"
    r"(?: ?: | ?[—–-] |(?P<alone>:?$))",
    re.MULTILINE,
)
_LEAST: Final = 2
"""A single line that is a year is no timeline."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Characters `start` to `end` of the text are told under `year`."""

    start: int
    end: int
    year: int


def headings(text: str) -> list[Heading]:
    """Return the headings of `text` that give a year, with what they hold for, in order."""
    found = []
    start = 0
    while start >= 0:  # line by line: a search for the beginnings of lines looks at every character
        heading = _HEADING.match(text, start)
        if heading is not None:
            found.append(heading)
        start = text.find("\n", start) + 1 or -1
    if not found:
        return []
    several = len(found) >= _LEAST
    told = []
    for at, match in enumerate(found):
        following = found[at + 1].start() if at + 1 < len(found) else len(text)
        line = text.find("\n", match.end())
        end = following if match["alone"] is not None else min(following, line if line >= 0 else len(text))
        if several or match["alone"] is None:
            told.append(Heading(match.start(), end, int(match["y"])))
    return told


def year_at(told: list[Heading], at: int) -> int | None:
    """Return the year under whose heading the text stands at `at`, or None."""
    index = bisect_right(told, at, key=lambda heading: heading.start) - 1
    return told[index].year if index >= 0 and at < told[index].end else None
