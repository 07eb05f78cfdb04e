"""Train the extractor's confidence on the annotated passages, write the weights, print the figures.

    .venv/bin/python -m tests.quality.train_confidence            train, print, write weights.json
    .venv/bin/python -m tests.quality.train_confidence --dry-run  the same without writing

A logistic regression on the seen passages: an event is right where grading pairs it with an expected event of its type
and place. Its figures come from cross-validation in which whole passages are held out; the unseen third is only graded.
Deterministic: the same code, rules and passages give the same file.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.extract.pipeline import document_of, run
from services.extract.stages.assemble import weighed
from services.extract.stages.confidence.features import LEXICAL, Features
from services.extract.stages.confidence.model import FILE, Model, features_version
from tests.support.passages import VOICES, Figures, Passage, grade, passages

Vector = NDArray[np.float64]

FOLDS: Final = 12
SEEN_OFTEN: Final = 4
"""Features of fewer training events are left out."""
PENALTY: Final = 4.0
"""Ridge penalty of a feature's weight, and below of a single word's or frame's. Chosen by the log loss of held-out passages."""
LEXICAL_PENALTY: Final = 10.0
BLANK: Final = Model(features="", bias=0.0, threshold=0.0, cap=1.0, weights={})


@dataclass(frozen=True, slots=True)
class Told:
    """One passage with all events that the extractor would tell, before any is left out."""

    passage: Passage
    events: tuple[object, ...]
    seen: tuple[Features, ...]
    right: tuple[bool, ...]


def told(unseen: bool) -> list[Told]:
    """Return what the extractor makes of the passages, each event marked right or wrong."""
    found = []
    for voice in VOICES:
        for passage in passages(voice, unseen=unseen):
            doc = document_of(passage.article)
            run(doc)
            pairs = weighed(doc, passage.article, BLANK)
            events = tuple(event for event, _ in pairs)
            right = tuple(ok for _, ok in grade(passage, events)[0].confident)
            found.append(Told(passage, events, tuple(seen for _, seen in pairs), right))
    return found


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted regression: names of the columns, their weights, the bias."""

    bias: float
    weights: dict[str, float]

    def logit(self, seen: Features) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in sorted(seen.items()))


def fitted(
    examples: Sequence[tuple[Features, bool]], penalty: float = PENALTY, lexical: float = LEXICAL_PENALTY
) -> Fit:
    """Return the ridge logistic regression of `examples`, by Newton's method."""
    counts = Counter(name for seen, _ in examples for name in seen)
    names = sorted(name for name, count in counts.items() if count >= SEEN_OFTEN)
    column = {name: number for number, name in enumerate(names)}
    x = np.zeros((len(examples), len(names) + 1))
    x[:, -1] = 1.0
    y = np.array([float(right) for _, right in examples])
    for row, (seen, _) in enumerate(examples):
        for name, value in seen.items():
            if name in column:
                x[row, column[name]] = value
    ridge = np.array([lexical if name.partition("=")[0] in LEXICAL else penalty for name in names] + [1e-6])
    w: Vector = np.zeros(len(names) + 1)
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (y - p) - ridge * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        w = w + step
        if np.abs(step).max() < 1e-8:
            break
    return Fit(float(w[-1]), {name: float(w[column[name]]) for name in names})


def held_out(corpus: Sequence[Told], fold_of: Callable[[int, Told], object], **penalties: float) -> list[list[float]]:
    """Return for every event the logit of a model that has not seen its passage's fold."""
    folds = [fold_of(number, one) for number, one in enumerate(corpus)]
    logits: list[list[float]] = [[] for _ in corpus]
    for fold in sorted(set(folds), key=str):
        train = [
            pair for one, mine in zip(corpus, folds, strict=True) if mine != fold
            for pair in zip(one.seen, one.right, strict=True)
        ]  # fmt: skip
        fit = fitted(train, **penalties)
        for number, one in enumerate(corpus):
            if folds[number] == fold:
                logits[number] = [fit.logit(seen) for seen in one.seen]
    return logits
