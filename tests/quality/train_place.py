"""Train the ranking of places on the annotated texts, write the weights, print the figures.

    .venv/bin/python -m tests.quality.train_place            train, print, write weights and figures
    .venv/bin/python -m tests.quality.train_place --dry-run  the same without writing

For each event mention the options for its place are gathered as in extraction, with what each would be worth by the
coding; a conditional logistic regression learns to prefer the best. Its figures come from cross-validation in which
whole texts, or all texts of one voice, are held out. Deterministic: the same code, rules and texts give the same file.
Two minutes of one core.
"""

import copy
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.extract.document import Document, EventMention, PlaceMention
from services.extract.pipeline import STAGES, document_of, run
from services.extract.stages.arguments import arguments
from services.extract.stages.arguments.ranking import Model
from services.extract.stages.arguments.ranking.model import FILE, chosen, features_version
from services.extract.stages.arguments.ranking.options import Option
from services.extract.stages.assemble import drafts_of
from tests.quality.place_data import ARTICLES, Text, aligned, texts

FOLDS: Final = 8
SEEN_OFTEN: Final = 6
"""Features of fewer options are left out."""
PENALTY: Final = 5.0
"""Ridge penalty of a weight."""
MARGIN: Final = 0.8
"""Logits by which an option must beat the rules' choice: about the best of those held out, and on the safe side."""
MARGINS: Final = (0.0, 0.4, 0.8, 1.2)
COST: Final = 0.4
"""What a wrong event costs, in right ones, where F1 is about 0.8."""
UNCODED: Final = 0.4
"""Weight of mentions that no coded event's words stand for: later tellings of it, or what should not be told."""
WHOLE: Final = 2.0
"""Weight of the mentions of whole articles: what is asked of the ranking is whole articles."""
STEPS: Final = 150
FIGURES: Final = Path(__file__).parents[2] / "docs" / "extraction" / "places.md"
MARKS: Final = ("<!-- figures: written by tests.quality.train_place -->", "<!-- end of figures -->")
RULES_ALONE: Final = Model(features="", margin=0.0, weights={})


@dataclass(frozen=True, slots=True)
class Ranked:
    """One event mention: the features of each option, what each is worth, and the mention's weight in training."""

    kind: str
    rule: str
    seen: tuple[tuple[str, ...], ...]
    worth: tuple[float, ...]
    weight: float


@dataclass(slots=True)
class Read:
    """One annotated text, with its triggers found and its events' options weighed against the coding."""

    text: Text
    doc: Document
    told: list[EventMention]
    ranked: list[Ranked] = field(default_factory=list)


def read(text: Text) -> Read:
    """Return the text with what the ranking would see of it."""
    doc = document_of(text.article)
    run(doc, until="triggers")
    found = Read(text, doc, copy.deepcopy(doc.events))
    alignment = aligned(text, doc)
    number = {id(event): n for n, event in enumerate(doc.events)}

    def watch(event: EventMention, rule: str, offered: Sequence[Option], seen: Sequence[Sequence[str]]) -> None:
        mine = alignment[number[id(event)]]
        worth = tuple(worth_of(option, event, text, mine) for option in offered)
        if max(worth) - min(worth) > 1e-9:
            spread = min(1.5, max(worth) - sum(worth) / len(worth))
            weight = (1.0 if mine else UNCODED) * spread * (WHOLE if text.voice in ARTICLES else 1.0)
            found.ranked.append(Ranked(event.type, rule, tuple(map(tuple, seen)), worth, weight))

    arguments(doc, RULES_ALONE, watch)
    return found


def worth_of(option: Option, event: EventMention, text: Text, mine: Sequence[int]) -> float:
    """Return how many coded events an event at the option's places would find, less the cost of wrong ones."""
    free, worth = list(mine), 0.0
    places: Sequence[PlaceMention | None] = option.places or (None,)
    for place in places:
        at = next((n for n in free if any(text.is_at(name, place) for name in text.coded[n].places)), None)
        if at is not None:
            free.remove(at)
            worth += 1.0 if text.coded[at].required else 0.3
        elif not any(event.type in c.types and any(text.is_at(name, place) for name in c.places) for c in text.coded):
            worth -= COST if place is not None else COST / 2  # an event without a place is often folded into another
    return worth


def fitted(corpus: Sequence[Read]) -> dict[str, float]:
    """Return the weights that make the best options of the corpus likely, by gradient steps (Adam)."""
    mentions = [one for text in corpus for one in text.ranked]
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
    weights = data.climbed()
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

    def climbed(self) -> NDArray[np.float64]:
        w = np.zeros(self.features)
        mean, square = np.zeros_like(w), np.zeros_like(w)
        for step in range(1, STEPS + 1):
            gradient = self._gradient(w) - PENALTY * w
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


@dataclass(slots=True)
class Count:
    """Events of some texts: asked for, found, wrong."""

    asked: int = 0
    found: int = 0
    wrong: int = 0

    def add(self, other: "Count") -> None:
        self.asked += other.asked
        self.found += other.found
        self.wrong += other.wrong

    def row(self) -> str:
        precision, recall = self.found / max(1, self.found + self.wrong), self.found / max(1, self.asked)
        f1 = 2 * self.found / max(1, self.asked + self.found + self.wrong)
        return f"{precision:.3f} | {recall:.3f} | {f1:.3f}"


def graded(one: Read, by: Model) -> Count:
    """Return the count of the events that the article is told to have when `by` ranks its places."""
    doc = one.doc
    doc.events, doc.attributions = copy.deepcopy(one.told), []
    arguments(doc, by)
    for name in ("modality", "claims", "agency"):
        STAGES[name](doc)
    drafts = [(draft.first.type, draft.place) for draft in drafts_of(doc)]
    coded = one.text.coded
    free = {n for n, c in enumerate(coded) if c.required}
    count = Count(asked=len(free))
    for kind, place in drafts:
        fits = [n for n, c in enumerate(coded) if kind in c.types and any(one.text.is_at(p, place) for p in c.places)]
        mine = next((n for n in fits if n in free), None)
        if mine is not None:
            free.remove(mine)
            count.found += 1
        elif all(coded[n].required for n in fits):
            count.wrong += 1
    return count


def held_out(corpus: Sequence[Read], fold_of: Callable[[int, Read], object]) -> list[Mapping[str, float]]:
    """Return for each text the weights of a model that has not seen its fold."""
    folds = [fold_of(number, one) for number, one in enumerate(corpus)]
    by_fold = {
        fold: fitted([one for one, mine in zip(corpus, folds, strict=True) if mine != fold])
        for fold in sorted(set(folds), key=str)
    }
    return [by_fold[fold] for fold in folds]


def group_of(one: Read) -> str:
    voice = one.text.voice
    return voice if voice in ARTICLES else "passages"


def report(corpus: Sequence[Read], weights: Mapping[str, float]) -> str:
    """Return the figures as Markdown: events on held-out texts by margin, then what was changed by rule."""
    lines = [
        f"{sum(len(one.ranked) for one in corpus)} event mentions of {len(corpus)} texts, {len(weights)} weights;"
        f" margin {MARGIN}.",
        "",
    ]
    alone = _by_group(corpus, [RULES_ALONE] * len(corpus))
    for title, fold_of in (
        ("Whole texts held out of training", lambda number, _: number % FOLDS),
        ("All texts of a voice or set held out", lambda _, one: one.text.voice),
    ):  # type: tuple[str, Callable[[int, Read], object]]
        learnt = held_out(corpus, fold_of)
        lines += [f"**{title}**", "", "| texts | margin | precision | recall | F1 |", "| --- | --- | --- | --- | --- |"]
        tables = {m: _by_group(corpus, [Model("", m, w) for w in learnt]) for m in MARGINS}
        for group, count in alone.items():
            lines.append(f"| {group} | rules alone | {count.row()} |")
            lines += [f"| {group} | {m:.1f} | {tables[m][group].row()} |" for m in MARGINS]
        lines += ["", *_changes(corpus, learnt), ""]
    return "\n".join(lines).rstrip() + "\n"


def _by_group(corpus: Sequence[Read], models: Sequence[Model]) -> dict[str, Count]:
    found = {group: Count() for group in (*ARTICLES, "passages", "all")}
    for one, by in zip(corpus, models, strict=True):
        count = graded(one, by)
        found[group_of(one)].add(count)
        found["all"].add(count)
    return found


def _changes(corpus: Sequence[Read], learnt: Sequence[Mapping[str, float]]) -> list[str]:
    """Return, by the rule that was overruled, how often that was for the better, for the worse, or the same."""
    tally: dict[str, Counter[str]] = {}
    for one, weights in zip(corpus, learnt, strict=True):
        by = Model("", MARGIN, weights)
        for mention in one.ranked:
            own = tally.setdefault(mention.rule, Counter())
            own["mentions"] += 1
            choice = chosen(mention.seen, by)
            if choice is not None:
                gain = mention.worth[choice.option] - mention.worth[0]
                own["better" if gain > 1e-9 else "worse" if gain < -1e-9 else "same"] += 1
    lines = ["| rule overruled | mentions | better | worse | same |", "| --- | --- | --- | --- | --- |"]
    return lines + [
        f"| {rule} | {own['mentions']} | {own['better']} | {own['worse']} | {own['same']} |"
        for rule, own in sorted(tally.items())
    ]


def main(argv: Sequence[str]) -> None:
    corpus = [read(text) for text in texts()]
    weights = fitted(corpus)
    text = report(corpus, weights)
    print(text)
    if "--dry-run" in argv:
        return
    table = {"features": features_version(), "margin": MARGIN, "weights": dict(sorted(weights.items()))}
    FILE.write_text(json.dumps(table, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    page = FIGURES.read_text(encoding="utf-8")
    start, end = page.index(MARKS[0]) + len(MARKS[0]), page.index(MARKS[1])
    FIGURES.write_text(f"{page[:start]}\n{text}\n{page[end:]}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
