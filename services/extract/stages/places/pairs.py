"""Two names with a dash between that tell one stretch: "the Svatove-Kreminna line", "the X-Y road". Part of places."""

from dataclasses import replace
from typing import Final

from services.extract.document import PlaceMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.places import lexicon as lx

_DASH: Final = Pattern(r"[-\u2010\u2011–—]|\s[-–—]\s")
_STRETCH: Final = Pattern(rf"\s+(?:{'|'.join(lx.STRETCHES)})\b")


def is_pair(one: PlaceMention, other: PlaceMention, direction: bool, text: str) -> bool:
    """Whether the two are named as the ends of a stretch; `direction`: a word such as "axis" stands behind them."""
    if one.other is not None or one.together or one.adjective:
        return False
    if _DASH.fullmatch(text, one.span.end, max(one.span.end, other.span.start)) is None:
        return False
    return direction or _STRETCH.match(text, other.span.end) is not None


def as_pair(one: PlaceMention, other: PlaceMention, direction: bool, text: str) -> None:
    """Let `one` stand for both: between them, or, where a direction is told, in both."""
    span = Span(one.span.start, other.span.end)
    phrase = Span((one.phrase or one.span).start, (other.phrase or other.span).end)
    one.span, one.phrase = span, phrase
    if direction and _STRETCH.match(text, other.span.end) is None:
        one.relation = "direction"
        one.together = (replace(other, span=span, phrase=phrase, relation="direction"),)
    else:
        one.relation, one.other = "between", other.name
