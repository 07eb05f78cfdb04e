"""Where in a text a rule can match at all: around the words that it needs. Keeps fifty patterns as fast as a few."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.wordindex import WordIndex

_REACH: Final = 64
"""Characters to each side of a gate word that its phrase can extend to."""


class Gates:
    """The words of a text, for rules that need one of theirs."""

    def __init__(self, words: WordIndex) -> None:
        self.text = words.text
        self.low = words.low
        self._words = words

    def windows(self, gate: Iterable[str]) -> list[tuple[int, int]]:
        """Return the stretches of text around any word of `gate`, ascending, not overlapping."""
        found: list[tuple[int, int]] = []
        for place in self._words.places(gate):
            start, end = max(0, place - _REACH), min(len(self.text), place + _REACH)
            if found and start <= found[-1][1]:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    def holds(self, gate: Iterable[str]) -> bool:
        """Whether the text has any word of `gate`."""
        return bool(self._words.places(gate))

    def starting(self, pattern: Pattern, words: Iterable[str]) -> list[re.Match[str]]:
        """Return the matches of a `pattern` that begins with one of `words`, which may be `DIGITS`."""
        return self._words.matches(pattern, words)

    def finditer(
        self, pattern: Pattern, gate: Iterable[str], needs: Iterable[str] | None = None
    ) -> Iterator[re.Match[str]]:
        """Yield the matches of `pattern`, in lower case as what it is sought in, around the words of `gate`, where a
        word of `needs` stands beside them."""
        needed = None if needs is None else self._words.places(needs)
        if needed is not None and not needed:
            return
        for start, end in self.windows(gate):
            if needed is not None:
                at = bisect_left(needed, start)
                if at == len(needed) or needed[at] >= end:
                    continue
            yield from pattern.finditer(self.low, start, end)
