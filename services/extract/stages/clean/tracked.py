"""A text under the knife: every edit keeps, for each character, where in the raw text it came from.

The steps of cleaning (see the package) all work on one `Tracked`; its map becomes `Document.offsets`.
"""

from array import array
from collections.abc import Iterable

Edit = tuple[int, int, str]
"""Replace the characters from the first number (inclusive) to the second (exclusive) by the text."""


class Tracked:
    """`text` as it now is, and `origin[i]`: the offset in the raw text that its character `i` stands for."""

    __slots__ = ("origin", "text")

    def __init__(self, raw: str) -> None:
        self.text = raw
        self.origin = array("q", range(len(raw)))

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
        for offset, raw in enumerate(self.origin):
            if raw != expected:
                found.append((offset, raw))
            expected = raw + 1
        return found
