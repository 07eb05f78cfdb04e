"""A text under the knife: every edit keeps, for each character, where in the raw text it came from.

The steps of cleaning (see the package) all work on one `Tracked`; its map becomes `Document.offsets`.
"""

from array import array
from collections.abc import Iterable
from typing import Final

_STEP: Final = 64
_COUNT: Final = array("q", range(1 << 14))
"""0, 1, 2 …, as far as nearly all articles go: a copy of it is made faster than one number after the other."""

Edit = tuple[int, int, str]
"""Replace the characters from the first number (inclusive) to the second (exclusive) by the text."""


class Tracked:
    """`text` as it now is, and `origin[i]`: the offset in the raw text that its character `i` stands for."""

    __slots__ = ("origin", "text")

    def __init__(self, raw: str) -> None:
        self.text = raw
        self.origin = _COUNT[: len(raw)] if len(raw) <= len(_COUNT) else array("q", range(len(raw)))

    def apply(self, edits: Iterable[Edit]) -> bool:
        """Carry out `edits` and return whether there were any. They come in ascending order; one that overlaps its
        predecessor is left out. What is inserted stands for the place in the raw text where it was put."""
        parts: list[str] = []
        origin = array("q")
        at, length = 0, len(self.text)
        for start, end, new in edits:
            if start < at or (start == end and not new) or self.text[start:end] == new:
                continue
            parts.append(self.text[at:start])
            origin.extend(self.origin[at:start])
            parts.append(new)
            if len(new) == end - start:
                origin.extend(self.origin[start:end])
            elif new:
                here = self.origin[start] if start < length else (self.origin[-1] + 1 if length else 0)
                origin.extend([here] * len(new))
            at = end
        if not parts:
            return False
        parts.append(self.text[at:])
        origin.extend(self.origin[at:])
        self.text, self.origin = "".join(parts), origin
        return True

    def keep(self, start: int, end: int) -> None:
        """Drop everything before `start` and from `end` on."""
        self.text, self.origin = self.text[start:end], self.origin[start:end]

    def pairs(self) -> list[tuple[int, int]]:
        """Return ascending (offset, raw offset) where the two begin to run apart from what went before."""
        found: list[tuple[int, int]] = []
        expected = -1
        for start in range(0, len(self.origin), _STEP):
            origin = self.origin[start : start + _STEP]
            if expected >= 0 and origin == _COUNT[expected : expected + _STEP]:
                expected += len(origin)  # in step with the raw text all along
                continue
            for offset, raw in enumerate(origin, start):
                if raw != expected:
                    found.append((offset, raw))
                expected = raw + 1
        return found
