"""Conditional logistic regression over the options of each event: what both rankings, of places and of sides, learn by.

Each option is a list of named features; the weights make the options that are worth the most likely among those of
their event. Deterministic: the same mentions give the same weights.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SEEN_OFTEN: Final = 6
"""Features of fewer options are left out."""
STEPS: Final = 150


@dataclass(frozen=True, slots=True)
class Ranked:
    """One event mention: the features of each option, what each is worth, and the mention's weight in training."""

    kind: str
    rule: str
    seen: tuple[tuple[str, ...], ...]
    worth: tuple[float, ...]
    weight: float


def fitted(mentions: Sequence[Ranked], penalty: float) -> dict[str, float]:
    """Return the weights that make the best options likely, by gradient steps (Adam); `penalty` is that of a ridge."""
    counts = Counter(name for one in mentions for names in one.seen for name in set(names))
    column = {name: n for n, name in enumerate(sorted(name for name, c in counts.items() if c >= SEEN_OFTEN))}
    rows: list[int] = []
    columns: list[int] = []
    groups: list[int] = []
    good: list[bool] = []
    for group, one in enumerate(mentions):
        for names, worth in zip(one.seen, one.worth, strict=True):
            mine = [column[name] for name in names if name in column]
            columns += mine
            rows += [len(groups)] * len(mine)
            groups.append(group)
            good.append(worth >= max(one.worth) - 1e-9)
    data = _Design(
        np.array(rows), np.array(columns), np.array(groups), np.array(good, dtype=float),
        np.array([one.weight for one in mentions]), len(column),
    )  # fmt: skip
    weights = data.climbed(penalty)
    return {name: round(float(weights[n]), 3) for name, n in column.items() if round(float(weights[n]), 3)}


@dataclass(frozen=True, slots=True)
class _Design:
    """The options of all mentions as one sparse matrix of ones: option `rows[i]` has feature `columns[i]`."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    groups: NDArray[np.int64]
    good: NDArray[np.float64]
    weight: NDArray[np.float64]
    features: int

    def climbed(self, penalty: float) -> NDArray[np.float64]:
        w = np.zeros(self.features)
        mean, square = np.zeros_like(w), np.zeros_like(w)
        for step in range(1, STEPS + 1):
            gradient = self._gradient(w) - penalty * w
            mean = 0.9 * mean + 0.1 * gradient
            square = 0.98 * square + 0.02 * gradient**2
            w = w + 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.98**step)) + 1e-8)
        return w

    def _gradient(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        count, mentions = len(self.groups), len(self.weight)
        score = np.bincount(self.rows, w[self.columns], count)
        top = np.full(mentions, -np.inf)
        np.maximum.at(top, self.groups, score)
        likely = np.exp(score - top[self.groups])
        p = likely / np.bincount(self.groups, likely, mentions)[self.groups]
        best = likely * self.good
        q = best / np.maximum(np.bincount(self.groups, best, mentions), 1e-300)[self.groups]
        found: NDArray[np.float64] = np.bincount(
            self.columns, ((q - p) * self.weight[self.groups])[self.rows], self.features
        )
        return found
