"""Where each word of a text stands: the stages ask it before they try a pattern, and try it only where it can begin.

Made once for a text, for times and numbers; nothing of it is to be changed.
"""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final, final

from services.extract.pattern import Pattern
from services.extract.spaced import spaced

_TOKEN: Final = Pattern(r"[a-z]+|\d+")
DIGITS: Final = "0"
"""Stands for any figure: a run of digits."""


@final
class WordIndex:
    """`low` is the text in lower case, as long as the text itself; offsets into the one are offsets into the other."""

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.low: Final = lowered(text)
        self._at: Final[dict[str, list[int]]] = {}
        self._fill()

    def _fill(self) -> None:
        words = spaced(self.text)
        if words is None:
            self._add(0, len(self.low))
            return
        place = 0
        for word in words.split(" "):
            if word:
                end = place + len(word)
                if word.isalpha():
                    self._put(word, place)
                elif word.isdigit():
                    self._put(DIGITS, place)
                else:
                    self._add(place, end)
                place = end
            place += 1

    def _add(self, place: int, stop: int) -> None:
        """Put in what stands from `place` to `stop`, where no word is cut."""
        low = self.low
        for token in _TOKEN.of(low).findall(low, place, stop):
            place = low.find(token, place)  # what lies between two of them has no character that one begins with
            self._put(token if "a" <= token[0] <= "z" else DIGITS, place)
            place += len(token)

    def _put(self, key: str, place: int) -> None:
        known = self._at.get(key)
        if known is None:
            self._at[key] = [place]
        else:
            known.append(place)

    def places(self, words: Iterable[str]) -> list[int]:
        """Return where any of `words` begins, ascending. They are runs of the letters a to z, or `DIGITS`."""
        found: list[int] = []
        several = False
        for word in words:
            known = self._at.get(word)
            if known is not None:
                several = several or bool(found)
                found += known
        if several:
            found.sort()
        return found

    def matches(self, pattern: Pattern, words: Iterable[str]) -> list[re.Match[str]]:
        """Return the matches in the text, none overlapping, of a `pattern` that begins with one of `words` only."""
        found = []
        end = 0
        for place in self.places(words):
            match = pattern.match(self.text, place) if place >= end else None
            if match is not None:
                found.append(match)
                end = match.end()
        return found

    def present(self, words: AbstractSet[str]) -> set[str]:
        """Return those of `words` that the text has."""
        return self._at.keys() & words

    def among(self, words: frozenset[str]) -> list[int]:
        """Like `places`, for many words: asked of the text's own words."""
        found: list[int] = []
        for word, known in self._at.items():
            if word in words:
                found += known
        found.sort()
        return found


def lowered(text: str) -> str:
    """Return `text` in lower case; a character that two would stand for stays as it is."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join([c if len(c.lower()) > 1 else c.lower() for c in text])


@lru_cache(maxsize=1)
def index_of(text: str) -> WordIndex:
    """Return the text's words. The last answer is kept, because one stage after the other asks for the same text."""
    return WordIndex(text)
