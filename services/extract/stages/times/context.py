"""What a phrase of time is resolved against: publication, the dates already read, and the clause that it stands in."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.times.calendar import Interval
from services.extract.stages.times.headings import Heading, year_at

_FUTURE: Final = Pattern(
    r"\b(?:will|won't|shall|going to|is to|are to|was to|were to|is due|are due|be due|(?:is|are|was|were) set to|"
    r"(?:is|are) expected|expected to|"
    r"scheduled|planned for|plans? to|planning to|intends? to|next|upcoming|to be (?:held|signed|discussed)|to meet|"
    r"ready to|starting|supposed to|meant to|"
    r"slated (?:for|to)|scheduled (?:for|to)|about to|arranged for|invited to|"
    r"begins?|meets?|takes? place|hopes? to|wants? to|proposes?)\b|'ll\b"
)
_PAST: Final = Pattern(
    r"\b(?:was|were|had|did|said|told|has|have|been|began|fell|went|left|came|took|hit|struck|saw|got|gave|made|"
    r"held|lost|wrote|fought|shot|met|spoke|brought|sent|led|caught|fled|found|gone|grew|heard|kept|knew|laid|paid|ran|"
    r"rose|sank|sought|spent|stood|swept|threw|won|became|chose|dug|froze|rode|spread|tore|woke|built|bought|thought|"
    r"broke|drove|flew|burned|withdrew|cut|"
    r"(?<!\bbe )(?<!being )(?<!to )\w{2,}(?<!expect)(?<!schedul)(?<!plann)(?<!suppos)(?<!slat)(?<!arrang)"
    r"(?<!invit)ed)\b"
)
_CLAUSE_END: Final = Pattern(
    r"[.;:!?\n\"“”]|, (?:and|but|while|which|who|where|whom|as|after|when|said|say)\b|\bthat\b"
)

_PERFECT: Final = Pattern(r"[^.;\n]{0,60}\bhad\b")
"""Told of a month before the one that the tale has come to."""
_JOINED: Final = Pattern(
    r"[^.!?;\n]{0,60}\b(?:and|but|then)\s(?!.*\b(?:again|since|now|until|this|last|still|is|are|has|have)\b)[^.!?;\n]{1,50}"
)
"""Between two times of one sentence that tells one thing after the other: "was lost in May 2022 and freed in July"."""
_SENTENCE_END: Final = Pattern(r"(?:[.!?…][\"”’)]?\s+|\n\s*)$")
_FAR: Final = 500
"""Characters beyond which what was named before is not pointed back at."""


@dataclass(slots=True)
class Context:
    """`anchor` is the last day (or days) that the text named, `year` the last year, `anchor_at` where."""

    text: str
    low: str
    """The text in lower case, as long as the text itself."""
    published: date | None
    anchor: Interval | None = None
    anchor_at: int = -1
    year: int | None = None
    period: Interval | None = None
    """The last month, season or year that the text named, unless a day was named since."""
    period_at: int = -1
    at: int = 0
    """Where the phrase that is being resolved begins."""
    told: list[Heading] = field(default_factory=list)
    """The years of a timeline's headings."""
    story: date | None = None
    """The month of the last phrase that opened its sentence and had a year, or goes on from one that had."""
    story_at: int = -1
    dated: date | None = None
    """The month of the last phrase that had a year."""
    dated_at: int = -1

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

    @property
    def heading_year(self) -> int | None:
        """The year of the heading that the phrase stands under, in a timeline."""
        return year_at(self.told, self.at) if self.told else None

    def opens(self, at: int) -> bool:
        """Whether a sentence opens at `at`, as far as marks tell."""
        before = self.text[max(0, at - 3) : at]
        return not before.strip() or _SENTENCE_END.search(before) is not None

    def story_year(self, month: int) -> int | None:
        """The year of a month that opens a sentence right after one opened by a month and its year.

        "In September 2022 Izium was freed. In November Russia left Kherson": one tale, told in its order.
        """
        begun = self.story
        if self.opens(self.at):
            told = self.story_at
        else:
            begun, told = self.dated, self.dated_at
            if _JOINED.fullmatch(self.text, max(told, 0), self.at) is None:
                return None
        if begun is None or self.published is None or not self._together(told, self.at, "\n"):
            return None
        back = month < begun.month and _PERFECT.match(self.text, self.at) is None
        year = begun.year + back
        return year if (year, month) <= (self.published.year, self.published.month) else None

    def _together(self, told: int, at: int, apart: str) -> bool:
        return at - told <= _FAR and apart not in self.text[told:at]

    def future(self, start: int, end: int) -> bool:
        """Whether the clause around the phrase tells of what is to come, judged by its verbs' forms alone."""
        left = max(0, start - 140)
        for match in _CLAUSE_END.finditer(self.text, left, start):
            left = match.end()
        stop = _CLAUSE_END.search(self.text, end, end + 100)
        right = stop.start() if stop else min(len(self.text), end + 100)
        before, after = self.low[left:start], self.low[end:right]
        future = -1
        for match in _FUTURE.finditer(before):
            future = match.start()
        past = _PAST.search(before, max(future, 0)) is not None  # the verb nearest to the phrase tells
        if future >= 0 or past:
            return not past
        return bool(_FUTURE.search(after)) and not _PAST.search(after)
