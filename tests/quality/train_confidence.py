"""Train the extractor's confidence on the annotated passages, write the weights, print the figures.

    .venv/bin/python -m tests.quality.train_confidence            train, print, write weights and figures
    .venv/bin/python -m tests.quality.train_confidence --dry-run  the same without writing

A logistic regression on the seen passages: an event is right where grading pairs it with an expected event of its type
and place. Its figures come from cross-validation in which whole passages are held out; the unseen third is only graded.
Deterministic: the same code, rules and passages give the same file. A minute of one core, or two.
"""

import dataclasses
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.contracts.messages import Event
from services.extract.pipeline import document_of, run
from services.extract.stages.assemble import weighed
from services.extract.stages.confidence import Features
from services.extract.stages.confidence.features import LEXICAL
from services.extract.stages.confidence.model import FILE, Model, features_version, judge
from tests.quality.report import calibration, in_all
from tests.support.passages import VOICES, Figures, Passage, grade, passages

Vector = NDArray[np.float64]

FOLDS: Final = 12
SEEN_OFTEN: Final = 4
"""Features of fewer training events are left out."""
PENALTY: Final = 30.0
"""Ridge penalty of a weight, and below of a single word's or frame's; by the log loss on voices held out."""
LEXICAL_PENALTY: Final = 80.0
SUREST: Final = 0.05
"""The cap of all scores is the share right of this share of the held-out events, the surest."""
FIGURES: Final = Path(__file__).parents[2] / "docs" / "extraction" / "confidence.md"
MARKS: Final = ("<!-- figures: written by tests.quality.train_confidence -->", "<!-- end of figures -->")
BLANK: Final = Model(features="", bias=0.0, threshold=0.0, cap=1.0, weights={})


@dataclass(frozen=True, slots=True)
class Told:
    """One passage with all events that the extractor would tell, before any is left out."""

    passage: Passage
    events: tuple[Event, ...]
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
    ridge = np.array([LEXICAL_PENALTY if name.partition("=")[0] in LEXICAL else PENALTY for name in names] + [1e-6])
    w: Vector = np.zeros(len(names) + 1)
    for _ in range(20):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (y - p) - ridge * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        w = w + step
        if np.abs(step).max() < 1e-7:
            break
    return Fit(float(w[-1]), {name: float(w[column[name]]) for name in names})


def held_out(corpus: Sequence[Told], fold_of: Callable[[int, Told], object]) -> list[list[float]]:
    """Return for every event the logit of a model that has not seen its passage's fold."""
    folds = [fold_of(number, one) for number, one in enumerate(corpus)]
    logits: list[list[float]] = [[] for _ in corpus]
    for fold in sorted(set(folds), key=str):
        train = [
            pair for one, mine in zip(corpus, folds, strict=True) if mine != fold
            for pair in zip(one.seen, one.right, strict=True)
        ]  # fmt: skip
        fit = fitted(train)
        for number, one in enumerate(corpus):
            if folds[number] == fold:
                logits[number] = [fit.logit(seen) for seen in one.seen]
    return logits


def calibrated(logits: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Return slope and intercept that make held-out logits say how often events are right (Platt's scaling)."""
    x = np.column_stack([np.array(logits), np.ones(len(logits))])
    y = np.array(right, dtype=float)
    w: Vector = np.array([1.0, 0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        w = w + np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2), x.T @ (y - p))
    return float(w[0]), float(w[1])


def probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def figures_at(corpus: Sequence[Told], scores: Sequence[Sequence[float]], threshold: float) -> Figures:
    """Return the figures of telling only the events with at least this score."""
    parts = {}
    for one, own in zip(corpus, scores, strict=True):
        kept = tuple(
            msgspec.structs.replace(event, confidence=score)
            for event, score in zip(one.events, own, strict=True)
            if score >= threshold
        )
        parts[one.passage.id] = grade(one.passage, kept)[0]
    return in_all(parts)


def trained(corpus: Sequence[Told]) -> tuple[Model, list[list[float]], list[list[float]]]:
    """Return the model, and the held-out scores of every event: by passage, and by voice."""
    right = [ok for one in corpus for ok in one.right]
    by_passage = held_out(corpus, lambda number, _: number % FOLDS)
    by_voice = held_out(corpus, lambda _, one: one.passage.voice)
    # texts of a kind that training has not seen are the ones to be calibrated for
    slope, intercept = calibrated([z for own in by_voice for z in own], right)
    scores = [
        [[probability(slope * z + intercept) for z in own] for own in logits] for logits in (by_passage, by_voice)
    ]
    pairs = sorted(((s, ok) for own, one in zip(scores[1], corpus, strict=True)
                    for s, ok in zip(own, one.right, strict=True)), reverse=True)  # fmt: skip
    surest = pairs[: max(1, int(len(pairs) * SUREST))]
    cap = math.floor(100 * sum(ok for _, ok in surest) / len(surest)) / 100
    fit = fitted([pair for one in corpus for pair in zip(one.seen, one.right, strict=True)])
    weights = {name: round(slope * w, 3) for name, w in sorted(fit.weights.items())}
    model = Model(
        features=features_version(),
        bias=round(slope * fit.bias + intercept, 3),
        threshold=0.0,
        cap=min(0.98, cap),
        weights={name: w for name, w in weights.items() if w},
    )
    capped = [[[round(min(model.cap, s), 2) for s in own] for own in table] for table in scores]
    threshold = min(threshold_of(corpus, table) for table in capped)
    return dataclasses.replace(model, threshold=threshold), capped[0], capped[1]


def threshold_of(corpus: Sequence[Told], scores: Sequence[Sequence[float]]) -> float:
    """Return the highest threshold, in hundredths, that costs no F1 against telling every event."""
    least = figures_at(corpus, scores, 0.0).f1
    return max(n / 100 for n in range(71) if figures_at(corpus, scores, n / 100).f1 >= least)


def report(model: Model, seen: Sequence[Told], scores: Sequence[tuple[str, Sequence[Told], list[list[float]]]]) -> str:
    """Return the figures as Markdown: the trade-off, then how often events of each confidence are right."""
    lines = [
        f"{sum(len(one.right) for one in seen)} events of {len(seen)} passages, {len(model.weights)} weights;"
        f" told from {model.threshold:.2f} on, never surer than {model.cap:.2f}.",
        "",
        "### Precision and recall by threshold",
        "",
    ]
    for name, corpus, table in scores:
        lines += [
            f"**{name}**",
            "",
            "| from | precision | recall | F1 | strict F1 | events |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for threshold in (0.0, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
            f = figures_at(corpus, table, threshold)
            if f.found + f.wrong:
                row = (f.precision, f.recall, f.f1, f.strict_f1)
                figures = " | ".join(f"{figure:.3f}" for figure in row)
                lines.append(f"| {threshold:.2f} | {figures} | {f.found + f.wrong} |")
        lines.append("")
    lines += ["### Share right by confidence", ""]
    for name, corpus, table in scores:
        lines += [f"**{name}**", "", "| confidence | right | events |", "| --- | --- | --- |"]
        for low, share, count in calibration(figures_at(corpus, table, 0.0)):
            lines.append(f"| {low:.1f} to {low + 0.1:.1f} | {share:.2f} | {count} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def main(argv: Sequence[str]) -> None:
    seen, unseen = told(False), told(True)
    model, by_passage, by_voice = trained(seen)
    graded = [[judge(own, model).score for own in one.seen] for one in unseen]
    text = report(model, seen, [
        ("Seen passages, each held out of training", seen, by_passage),
        ("Seen passages, all of their voice held out of training", seen, by_voice),
        ("Unseen passages", unseen, graded),
    ])  # fmt: skip
    print(text)
    if "--dry-run" in argv:
        return
    FILE.write_text(
        json.dumps(
            {"features": model.features, "bias": model.bias, "threshold": model.threshold, "cap": model.cap,
             "weights": model.weights},
            indent=0, ensure_ascii=False,
        ) + "\n",
        encoding="utf-8",
    )  # fmt: skip
    page = FIGURES.read_text(encoding="utf-8")
    start, end = page.index(MARKS[0]) + len(MARKS[0]), page.index(MARKS[1])
    FIGURES.write_text(f"{page[:start]}\n{text}\n{page[end:]}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
