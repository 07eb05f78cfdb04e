"""Whether two texts are copies of one report (pure): containment of shingles, and how much of each they make up."""

from collections.abc import Sequence
from typing import Final

COPY_CONTAINMENT: Final = 0.5
"""Least share of the shorter text's shingles that the longer one has, where the two are of similar length."""
SIMILAR_LENGTH: Final = 0.4
"""Shorter over longer, in shingles. Below it the shorter may be one item of a round-up, which is no copy of it."""
CUT_CONTAINMENT: Final = 0.8
"""The same share for a copy that was cut short: it has to be in the longer one's opening."""
OPENING_SLACK: Final = 60
"""Shingles by which the opening may be longer than the cut copy: an agency's header, a sentence dropped."""


def containment(one: Sequence[int], other: Sequence[int]) -> float:
    """Share of the shorter one's shingles, each of them once, that the longer one has, 0 to 1."""
    shorter, longer = sorted((one, other), key=len)
    return len(set(longer).intersection(shorter)) / len(shorter) if shorter else 0.0


def may_be_copies(shared: int, one: int, other: int) -> bool:
    """Whether texts of `one` and `other` shingles can be copies where at most `shared` of these are in both."""
    return shared >= min(COPY_CONTAINMENT, CUT_CONTAINMENT) * min(one, other)


class Text:
    """A text's shingles, each of them once and in their order, to be compared with those of many others."""

    __slots__ = ("all", "shingles")

    def __init__(self, shingles: Sequence[int]) -> None:
        self.shingles = shingles
        self.all = frozenset(shingles)


def copies(one: Text, other: Text) -> float | None:
    """Return the containment where the two are copies of one report, else None. Symmetric."""
    shorter, longer = (one, other) if len(one.shingles) <= len(other.shingles) else (other, one)
    length = len(shorter.shingles)
    if not length:
        return None
    similar = length >= SIMILAR_LENGTH * len(longer.shingles)
    opening = longer.all if similar else frozenset(longer.shingles[: length + OPENING_SLACK])
    share = len(opening & shorter.all) / length
    return share if share >= (COPY_CONTAINMENT if similar else CUT_CONTAINMENT) else None
