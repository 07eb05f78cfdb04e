"""The stretches of a text that are already somebody's, kept sorted, so that a clash is found by bisection."""

from bisect import bisect_left, insort
from collections.abc import Iterable

from services.extract.document import Span


class Taken:
    """Spans that do not overlap; `claim` adds one unless it clashes."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans: list[tuple[int, int]] = []
        end = 0
        for pair in sorted([(span.start, span.end) for span in spans]):
            if pair[0] >= end:
                self._spans.append(pair)
                end = pair[1]

    def clashes(self, span: Span) -> bool:
        at = bisect_left(self._spans, (span.start, span.end))
        after = at < len(self._spans) and self._spans[at][0] < span.end
        return after or (at > 0 and self._spans[at - 1][1] > span.start)

    def claim(self, span: Span) -> bool:
        """Take `span`; False, and nothing taken, where a part of it is somebody's."""
        if self.clashes(span):
            return False
        insort(self._spans, (span.start, span.end))
        return True
