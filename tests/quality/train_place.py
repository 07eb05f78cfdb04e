"""Train the ranking of places on the annotated texts, write the weights, print the figures.

    .venv/bin/python -m tests.quality.train_place            train, print, write weights and figures
    .venv/bin/python -m tests.quality.train_place --dry-run  the same without writing

For each event mention the options for its place are gathered as in extraction, with what each would be worth by the
coding; a conditional logistic regression learns to prefer the best. Its figures come from cross-validation in which
whole texts, or all texts of one voice, are held out. Deterministic: the same code, rules and texts give the same file.
Two minutes of one core.
"""

import copy
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.extract.document import Document, EventMention, PlaceMention
from services.extract.pipeline import STAGES, document_of, run
from services.extract.stages.arguments import arguments
from services.extract.stages.arguments.ranking import Model
from services.extract.stages.arguments.ranking.model import FILE, chosen, features_version
from services.extract.stages.arguments.ranking.options import Option
from services.extract.stages.assemble import drafts_of
from tests.quality.annotated import ARTICLES, Text, aligned, texts
from tests.quality.conditional import Ranked, fitted
from tests.quality.training import changes, finish, held_out, table_of

FOLDS: Final = 8
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
FIGURES: Final = Path(__file__).parents[2] / "docs" / "extraction" / "places.md"
RULES_ALONE: Final = Model(features="", margin=0.0, weights={})


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


def trained(corpus: Sequence[Read]) -> dict[str, float]:
    """Return the weights that make the best options of the corpus likely."""
    return fitted([one for text in corpus for one in text.ranked], PENALTY)


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
    ways: tuple[tuple[str, Callable[[int, Read], object]], ...] = (
        ("Whole texts held out of training", lambda number, _: number % FOLDS),
        ("All texts of a voice or set held out", lambda _, one: one.text.voice),
    )
    for title, fold_of in ways:
        learnt = held_out(corpus, trained, fold_of)
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
    """Return by rule what was changed."""
    found = []
    for one, weights in zip(corpus, learnt, strict=True):
        by = Model("", MARGIN, weights)
        for mention in one.ranked:
            choice = chosen(mention.seen, by)
            found.append((mention, choice.option if choice is not None else 0))
    return table_of(changes(found))


def main(argv: Sequence[str]) -> None:
    """Train on all open texts; `argv` is what stands behind the command."""
    corpus = [read(text) for text in texts()]
    weights = trained(corpus)
    model = Model(features=features_version(), margin=MARGIN, weights=weights)
    finish(argv, model, FILE, report(corpus, weights), FIGURES, "train_place")


if __name__ == "__main__":
    main(sys.argv[1:])
