"""Train the extractor's confidence on the annotated texts, write the weights, print the figures.

    .venv/bin/python -m tests.quality.train_confidence            train, print, write weights and figures
    .venv/bin/python -m tests.quality.train_confidence --dry-run  the same without writing

A logistic regression on the seen passages and on the open articles: an event is right where grading pairs it with an
expected event of its type and place. Rules were written on these texts, on some more than on others, so that each voice
has a bias of its own in training; the passages', which the rules know least, is the one that is kept. Its figures come
from cross-validation in which all texts of one voice are held out; the unseen third of the passages is only graded.
Deterministic: the same code, rules and texts give the same file. Two minutes of one core.
"""

import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.contracts.messages import Article, Event
from services.extract.pipeline import document_of, run
from services.extract.stages.assemble import weighed
from services.extract.stages.confidence import Features
from services.extract.stages.confidence.model import FILE, Model, features_version, judge
from tests.quality.annotated import Text, texts
from tests.quality.report import calibration
from tests.quality.training import finish
from tests.support.passages import VOICES, Figures, Passage, grade, passages

Vector = NDArray[np.float64]

SEEN_OFTEN: Final = 4
"""Features of fewer training events are left out."""
PENALTY: Final = 20.0
"""Ridge penalty of a weight; by how well the events of voices held out are put in order."""
FREELY: Final = 0.01
"""Penalty of a voice's bias."""
SUREST: Final = 0.05
"""The cap of all scores is the share right of this share of the held-out events, the surest."""
DEAR: Final = 0.005
"""How much F1 fewer wrong events may cost: in a record of war a wrong event is worse than a missing one."""
FIGURES: Final = Path(__file__).parents[2] / "docs" / "extraction" / "confidence.md"
BLANK: Final = Model(features="", bias=0.0, threshold=0.0, cap=1.0, weights={})


@dataclass(frozen=True, slots=True)
class Told:
    """One text with all events that the extractor would tell, before any is left out."""

    voice: str
    seen: tuple[Features, ...]
    right: tuple[bool | None, ...]
    """None for an event that the coding allows without asking for it."""
    expected: int
    """How many events the coding asks for."""

    @property
    def judged(self) -> list[tuple[Features, bool]]:
        return [(seen, right) for seen, right in zip(self.seen, self.right, strict=True) if right is not None]


def _weighed(article: Article) -> tuple[tuple[Event, ...], tuple[Features, ...]]:
    doc = document_of(article)
    run(doc)
    pairs = weighed(doc, article, BLANK)
    return tuple(event for event, _ in pairs), tuple(seen for _, seen in pairs)


def of_passages(unseen: bool) -> list[Told]:
    """Return what the extractor makes of the passages, each event marked right or wrong."""
    return [_of_passage(passage) for voice in VOICES for passage in passages(voice, unseen=unseen)]


def _of_passage(passage: Passage) -> Told:
    events, seen = _weighed(passage.article)
    right = tuple(ok for _, ok in grade(passage, events)[0].confident)
    return Told(passage.voice, seen, right, len(passage.events))


def of_articles() -> list[Told]:
    """Return what the extractor makes of the open articles and of the second set of passages."""
    return [_of_text(text) for text in texts() if text.voice not in VOICES]


def _of_text(text: Text) -> Told:
    events, seen = _weighed(text.article)
    fits = [
        [
            n
            for n, event in enumerate(events)
            if event.type in coded.types and any(text.is_at(name, event.place) for name in coded.places)
        ]
        for coded in text.coded
    ]
    taken: set[int] = set()
    for coded, numbers in zip(text.coded, fits, strict=True):
        if coded.required:
            taken.update([n for n in numbers if n not in taken][:1])
    allowed = {n for coded, numbers in zip(text.coded, fits, strict=True) if not coded.required for n in numbers}
    right = tuple(True if n in taken else None if n in allowed else False for n in range(len(events)))
    return Told(text.voice, seen, right, sum(coded.required for coded in text.coded))


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted regression: names of the columns, their weights, the bias of the passages' voices."""

    bias: float
    weights: dict[str, float]

    def logit(self, seen: Features) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in sorted(seen.items()))


def fitted(corpus: Sequence[Told]) -> Fit:
    """Return the ridge logistic regression of the judged events of `corpus`, by Newton's method."""
    examples = [(seen, right, one.voice) for one in corpus for seen, right in one.judged]
    counts = Counter(name for seen, _, _ in examples for name in seen)
    names = sorted(name for name, count in counts.items() if count >= SEEN_OFTEN)
    voices = sorted({voice for _, _, voice in examples})
    column = {name: number for number, name in enumerate([*names, *voices])}
    x = np.zeros((len(examples), len(column)))
    y = np.array([float(right) for _, right, _ in examples])
    for row, (seen, _, voice) in enumerate(examples):
        x[row, column[voice]] = 1.0
        for name, value in seen.items():
            if name in column:
                x[row, column[name]] = value
    ridge = np.array([PENALTY] * len(names) + [FREELY] * len(voices))
    w: Vector = np.zeros(len(column))
    for _ in range(20):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (y - p) - ridge * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        w = w + step
        if np.abs(step).max() < 1e-7:
            break
    known = [float(w[column[voice]]) for voice in voices if voice in VOICES]
    return Fit(sum(known) / len(known), {name: float(w[column[name]]) for name in names})


def held_out(corpus: Sequence[Told]) -> list[list[float]]:
    """Return for every event the logit of a model that has not seen any text of its voice."""
    logits: list[list[float]] = [[] for _ in corpus]
    for voice in sorted({one.voice for one in corpus}):
        fit = fitted([one for one in corpus if one.voice != voice])
        for number, one in enumerate(corpus):
            if one.voice == voice:
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


Scores = Sequence[Sequence[float]]
"""For each text the confidence of each event."""


def figures_at(corpus: Sequence[Told], scores: Scores, threshold: float) -> Figures:
    """Return the figures of telling only the events with at least this score."""
    total = Figures(missed=sum(one.expected for one in corpus))
    for one, own in zip(corpus, scores, strict=True):
        for score, right in zip(own, one.right, strict=True):
            if score >= threshold and right is not None:
                total.confident.append((score, right))
                total.found += right
                total.missed -= right
                total.wrong += not right
    return total


def trained(seen: Sequence[Told], articles: Sequence[Told]) -> tuple[Model, list[list[float]], list[list[float]]]:
    """Return the model, and the held-out scores of every event of the passages and of the articles."""
    corpus = [*seen, *articles]
    logits = held_out(corpus)
    # Passages, since rules know them least: articles that nobody has read are as new as those.
    judged = [
        (z, right)
        for own, one in zip(logits, seen, strict=False)
        for z, right in zip(own, one.right, strict=True)
        if right is not None
    ]
    slope, intercept = calibrated([z for z, _ in judged], [right for _, right in judged])
    pairs = sorted(((probability(slope * z + intercept), right) for z, right in judged), reverse=True)
    surest = pairs[: max(1, int(len(pairs) * SUREST))]
    cap = min(0.98, math.floor(100 * sum(right for _, right in surest) / len(surest)) / 100)
    scores = [[round(min(cap, probability(slope * z + intercept)), 2) for z in own] for own in logits]
    of_seen, of_articles = scores[: len(seen)], scores[len(seen) :]
    fit = fitted(corpus)
    weights = {name: round(slope * w, 3) for name, w in sorted(fit.weights.items())}
    return (
        Model(
            features=features_version(),
            bias=round(slope * fit.bias + intercept, 3),
            threshold=min(threshold_of(seen, of_seen), threshold_of(articles, of_articles)),
            cap=cap,
            weights={name: w for name, w in weights.items() if w},
        ),
        of_seen,
        of_articles,
    )


def threshold_of(corpus: Sequence[Told], scores: Scores) -> float:
    """Return the highest threshold, in hundredths, that costs no more than `DEAR` of F1 against telling every event."""
    least = figures_at(corpus, scores, 0.0).f1 - DEAR
    return max(n / 100 for n in range(71) if figures_at(corpus, scores, n / 100).f1 >= least)


def report(model: Model, corpora: Sequence[tuple[str, Sequence[Told], Scores]]) -> str:
    """Return the figures as Markdown: the trade-off, then how often events of each confidence are right."""
    taught = [right for _, corpus, _ in corpora[:2] for one in corpus for _, right in one.judged]
    lines = [
        f"{len(taught)} events, {len(model.weights)} weights; told from {model.threshold:.2f} on, never surer than"
        f" {model.cap:.2f}.",
        "",
        "### Precision and recall by threshold",
        "",
    ]
    for name, corpus, table in corpora:
        lines += [
            f"**{name}**",
            "",
            "| from | precision | recall | F1 | events |",
            "| --- | --- | --- | --- | --- |",
        ]
        for threshold in (0.0, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
            f = figures_at(corpus, table, threshold)
            if f.found + f.wrong:
                row = " | ".join(f"{figure:.3f}" for figure in (f.precision, f.recall, f.f1))
                lines.append(f"| {threshold:.2f} | {row} | {f.found + f.wrong} |")
        lines.append("")
    lines += ["### Share right by confidence", ""]
    for name, corpus, table in corpora:
        lines += [f"**{name}**", "", "| confidence | right | events |", "| --- | --- | --- |"]
        for low, share, count in calibration(figures_at(corpus, table, 0.0)):
            lines.append(f"| {low:.1f} to {low + 0.1:.1f} | {share:.2f} | {count} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def main(argv: Sequence[str]) -> None:
    """Train on all open texts, grade the unseen; `argv` is what stands behind the command."""
    seen, unseen, articles = of_passages(False), of_passages(True), of_articles()
    model, of_seen, of_open = trained(seen, articles)
    graded = [[judge(own, model).score for own in one.seen] for one in unseen]
    text = report(model, [
        ("Seen passages, all of their voice held out of training", seen, of_seen),
        ("Open articles and second passages, all of their set held out of training", articles, of_open),
        ("Unseen passages", unseen, graded),
    ])  # fmt: skip
    finish(argv, model, FILE, text, FIGURES, "train_confidence")


if __name__ == "__main__":
    main(sys.argv[1:])
