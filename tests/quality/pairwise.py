"""Pairs of events of one incident or of two: how many are told apart rightly, and the command that tells it."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Score(Generic[T]):
    """Counts of pairs: all, those of one incident, of these the ones told as one, all told as one."""

    pairs: int
    same: int
    right: int
    told_one: int
    wrong: tuple[tuple[T, T], ...]

    @property
    def precision(self) -> float:
        return self.right / self.told_one

    @property
    def recall(self) -> float:
        return self.right / self.same


def scored(pairs: Iterable[tuple[T, T]], told_one: Callable[[T, T], bool], truly: Callable[[T, T], bool]) -> Score[T]:
    """Return how well `told_one`, which says of two events whether they are of one incident, does by what is true."""
    total = same = right = ones = 0
    wrong = []
    for a, b in pairs:
        one, true = told_one(a, b), truly(a, b)
        total += 1
        same += true
        ones += one
        right += one and true
        if one != true:
            wrong.append((a, b))
    return Score(total, same, right, ones, tuple(wrong))


def command(
    title: str,
    measure: Callable[[str | None], Score[T]],
    write: Callable[[], None],
    truly: Callable[[T, T], bool],
    shown: Callable[[T, T], tuple[object, ...]],
) -> None:
    """The command line of one measure: `--half`, `--errors`, and `--write`, which reads the texts anew.

    `shown` gives what is printed of a pair that is wrong, a line each.
    """
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--half", choices=("seen", "held"))
    parser.add_argument("--errors", action="store_true", help="print the pairs that are wrong")
    parser.add_argument("--write", action="store_true", help="read the texts anew with the present extractor")
    given = parser.parse_args()
    if given.write:
        write()
    score = measure(given.half)
    print(
        f"{score.pairs} pairs, {score.same} of one incident: precision {score.precision:.3f}, recall {score.recall:.3f}"
    )
    for a, b in score.wrong if given.errors else ():
        print("\nmissed" if truly(a, b) else "\nWRONGLY ONE", *shown(a, b), sep="\n  ")
