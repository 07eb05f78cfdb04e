"""Where in a text a rule can match at all: around the words that it needs. Keeps fifty patterns as fast as a few."""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final

_TOKEN: Final = re.compile(r"[A-Za-z]+|\d+")
_REACH: Final = 64
"""Characters to each side of a gate word that its phrase can extend to."""
DIGITS: Final = "0"
"""The gate of rules that need a figure."""


class Gates:
    """The places of the `words` (lower-case) and of figures in a text, found in one pass."""

    def __init__(self, text: str, words: frozenset[str]) -> None:
        self.text = text
        self._at: dict[str, list[int]] = {}
        at = self._at
        for match in _TOKEN.finditer(text):
            token = match.group().lower()
            if token[0].isdigit():
                at.setdefault(DIGITS, []).append(match.start())
            elif token in words:
                at.setdefault(token, []).append(match.start())

    def windows(self, gate: Iterable[str]) -> list[tuple[int, int]]:
        """Return the stretches of text around any word of `gate`, ascending, not overlapping."""
        found: list[tuple[int, int]] = []
        here = [self._at[word] for word in gate if word in self._at]
        if not here:
            return found
        places = sorted(itertools.chain.from_iterable(here))
        for place in places:
            start, end = max(0, place - _REACH), min(len(self.text), place + _REACH)
            if found and start <= found[-1][1]:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    def finditer(self, pattern: re.Pattern[str], gate: Iterable[str]) -> Iterator[re.Match[str]]:
        """Yield the matches of `pattern` around the words of `gate`."""
        for start, end in self.windows(gate):
            yield from pattern.finditer(self.text, start, end)
