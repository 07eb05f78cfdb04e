"""What a phrase of time is resolved against: publication, the dates already read, and the clause that it stands in."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.extract.stages.times.calendar import Interval

_FUTURE: Final = re.compile(
    r"\b(?:will|won't|shall|going to|is to|are to|was to|were to|is due|are due|be due|(?:is|are|was|were) set to|"
    r"(?:is|are) expected|expected to|"
    r"scheduled|planned for|plans? to|planning to|intends? to|next|upcoming|to be (?:held|signed|discussed)|to meet|"
    r"ready to|starting|supposed to|meant to|"
    r"slated (?:for|to)|scheduled (?:for|to)|about to|arranged for|invited to|"
    r"begins?|meets?|takes? place|hopes? to|wants? to|proposes?)\b|'ll\b",
    re.IGNORECASE,
)
_PAST: Final = re.compile(
    r"\b(?:was|were|had|did|said|told|has|have|been|began|fell|went|left|came|took|hit|struck|saw|got|gave|made|"
    r"held|lost|wrote|fought|shot|met|spoke|brought|sent|led|caught|fled|found|gone|grew|heard|kept|knew|laid|paid|ran|"
    r"rose|sank|sought|spent|stood|swept|threw|won|became|chose|dug|froze|rode|spread|tore|woke|built|bought|thought|"
    r"broke|drove|flew|burned|withdrew|cut|"
    r"(?<!\bbe )(?<!being )(?<!to )\w{2,}(?<!expect)(?<!schedul)(?<!plann)(?<!suppos)(?<!slat)(?<!arrang)"
    r"(?<!invit)ed)\b",
    re.IGNORECASE,
)
_CLAUSE_END: Final = re.compile(
    r"[.;:!?\n\"“”]|, (?:and|but|while|which|who|where|whom|as|after|when|said|say)\b|\bthat\b"
)

_FAR: Final = 500
"""Characters beyond which what was named before is not pointed back at."""


@dataclass(slots=True)
class Context:
    """`anchor` is the last day (or days) that the text named, `year` the last year, `anchor_at` where."""

    text: str
    published: date | None
    anchor: Interval | None = None
    anchor_at: int = -1
    year: int | None = None
    period: Interval | None = None
    """The last month, season or year that the text named, unless a day was named since."""
    period_at: int = -1

    @property
    def base(self) -> date | None:
        """The day that "the next day" counts from: the last one named, else publication."""
        if self.anchor and self.anchor.start:
            return self.anchor.start
        return self.published

    def near(self, at: int) -> Interval | None:
        """The last day named, where that was in the same paragraph and not far before `at`."""
        return self.anchor if self._together(self.anchor_at, at, "\n") else None

    def period_near(self, at: int) -> Interval | None:
        """The last period named, where no blank line and no long text lies between it and `at`."""
        return self.period if self._together(self.period_at, at, "\n\n") else None

    def _together(self, told: int, at: int, apart: str) -> bool:
        return at - told <= _FAR and apart not in self.text[told:at]

    def future(self, start: int, end: int) -> bool:
        """Whether the clause around the phrase tells of what is to come, judged by its verbs' forms alone."""
        left = start
        for match in _CLAUSE_END.finditer(self.text, max(0, start - 140), start):
            left = match.end()
        if left == start:
            left = max(0, start - 140)
        stop = _CLAUSE_END.search(self.text, end, end + 100)
        right = stop.start() if stop else min(len(self.text), end + 100)
        before, after = self.text[left:start], self.text[end:right]
        future = [m.start() for m in _FUTURE.finditer(before)]
        past = [m.start() for m in _PAST.finditer(before)]
        if future or past:
            return bool(future) and (not past or max(future) > max(past))
        return bool(_FUTURE.search(after)) and not _PAST.search(after)
