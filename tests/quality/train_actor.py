"""Train the ranking of sides on the annotated texts, write the weights, print the figures.

    .venv/bin/python -m tests.quality.train_actor            train, print, write weights and figures
    .venv/bin/python -m tests.quality.train_actor --dry-run  the same without writing

For each event mention that a coded event stands for, the sides that it can be of are gathered as in extraction; a
conditional logistic regression learns to prefer the coded one. Mentions whose actor the rules are sure of are learnt
from, too, but never overruled. The figures come from cross-validation in which whole texts, or all texts of one voice,
are held out. Deterministic: the same code, rules and texts give the same file. Two minutes of one core.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.extract.document import EventMention
from services.extract.pipeline import document_of, run
from services.extract.stages.agency import agency
from services.extract.stages.agency.ranking.model import FILE, features_version
from services.extract.stages.arguments.ranking.model import Model, chosen
from tests.quality.annotated import ARTICLES, Text, aligned, texts
from tests.quality.conditional import Ranked, fitted
from tests.quality.training import changes, finish, held_out, table_of

FOLDS: Final = 6
PENALTY: Final = 8.0
"""Ridge penalty of a weight."""
MARGIN: Final = 0.4
"""Logits by which a side must beat the rules' choice."""
MARGINS: Final = (0.0, 0.4, 0.8, 1.2)
AUTHORLESS: Final = 0.3
"""Weight of what is coded without an author: there are many, and a coder leaves an author out more easily than not."""
UNCODED: Final = 0.4
"""Weight of mentions that no coded event's words stand for: later tellings of it."""
FIGURES: Final = Path(__file__).parents[2] / "docs" / "extraction" / "actors.md"
RULES_ALONE: Final = Model(features="", margin=0.0, weights={})


@dataclass(frozen=True, slots=True)
class Mention:
    """One event mention of an annotated text."""

    ranked: Ranked
    asked: bool
    """The ranking is asked about it."""
    authorless: bool
    """It is coded without an author."""
    told: bool
    """A coded event's words stand for it."""


@dataclass(slots=True)
class Read:
    """One annotated text with its mentions."""

    text: Text
    mentions: list[Mention] = field(default_factory=list)


def read(text: Text) -> Read:
    """Return the text with what the ranking would see of it."""
    doc = document_of(text.article)
    run(doc, until="claims")
    found = Read(text)
    alignment = {id(event): mine for event, mine in zip(doc.events, aligned(text, doc), strict=True)}

    def watch(
        event: EventMention, asked: bool, rule: str, offered: Sequence[str | None], seen: Sequence[Sequence[str]]
    ) -> None:
        sides, told = _coded(text, event, alignment[id(event)])
        if not sides:
            return
        authorless = sides == {None}
        # A coder of whole articles writes down no author where any would do: then that of the rules is as good as none.
        rules_do = authorless and text.voice in (*ARTICLES, "passages2")
        worth = tuple(float(side in sides or (rules_do and not n)) for n, side in enumerate(offered))
        if max(worth) > min(worth):
            weight = (1.0 if told else UNCODED) * (AUTHORLESS if authorless else 1.0)
            ranked = Ranked(event.type, rule, tuple(map(tuple, seen)), worth, weight)
            found.mentions.append(Mention(ranked, asked, authorless, told))

    agency(doc, RULES_ALONE, watch)
    return found


def _coded(text: Text, event: EventMention, mine: Sequence[int]) -> tuple[set[str | None], bool]:
    """Return the sides that coded events of the mention's type and place have, and whether its words are theirs."""
    places = event.places or [None]

    def there(number: int) -> bool:
        return any(text.is_at(name, place) for place in places for name in text.coded[number].places)

    own = [number for number in mine if there(number)]
    told = bool(own)
    if not own:
        own = [n for n, coded in enumerate(text.coded) if event.type in coded.types and there(n)] or list(mine)
    return {side for number in own for side in text.coded[number].sides}, told


def trained(corpus: Sequence[Read]) -> dict[str, float]:
    """Return the weights that make the coded sides of the corpus likely."""
    return fitted([one.ranked for text in corpus for one in text.mentions], PENALTY)


def report(corpus: Sequence[Read], weights: Mapping[str, float]) -> str:
    """Return the figures as Markdown: sides on held-out texts by margin, what was changed by rule."""
    mentions = [one for text in corpus for one in text.mentions]
    lines = [
        f"{len(mentions)} event mentions of {len(corpus)} texts, {sum(one.asked for one in mentions)} of them asked"
        f" about, {len(weights)} weights; margin {MARGIN}.",
        "",
    ]
    ways: tuple[tuple[str, Callable[[int, Read], object]], ...] = (
        ("Whole texts held out of training", lambda number, _: number % FOLDS),
        ("All texts of a voice or set held out", lambda _, one: one.text.voice),
    )
    for title, fold_of in ways:
        models = held_out(corpus, trained, fold_of)
        lines += [
            f"**{title}**", "",
            "| margin | asked, coded with an author | right by rules | right | better | worse"
            " | asked, coded without one | given one |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
        ]  # fmt: skip
        lines += [_row(corpus, models, margin) for margin in MARGINS]
        lines += ["", *_changes(corpus, models), ""]
    return "\n".join(lines).rstrip() + "\n"


def _row(corpus: Sequence[Read], models: Sequence[Mapping[str, float]], margin: float) -> str:
    count: Counter[str] = Counter()
    for one, mention, option in _chosen(corpus, models, margin):
        if mention.authorless:
            count["authorless"] += one.text.voice not in ARTICLES
            count["given"] += one.text.voice not in ARTICLES and option > 0
        elif mention.told:
            before, after = mention.ranked.worth[0], mention.ranked.worth[option]
            count["asked"] += 1
            count["rules"] += before > 0
            count["right"] += after > 0
            count["better"] += after > before
            count["worse"] += after < before
    share = {name: count[name] / max(1, count["asked"]) for name in ("rules", "right")}
    return (
        f"| {margin:.1f} | {count['asked']} | {share['rules']:.3f} | {share['right']:.3f} | {count['better']}"
        f" | {count['worse']} | {count['authorless']} | {count['given']} |"
    )


def _chosen(
    corpus: Sequence[Read], models: Sequence[Mapping[str, float]], margin: float
) -> list[tuple[Read, Mention, int]]:
    found = []
    for one, weights in zip(corpus, models, strict=True):
        by = Model("", margin, weights)
        for mention in one.mentions:
            if mention.asked:
                choice = chosen(mention.ranked.seen, by)
                found.append((one, mention, choice.option if choice is not None else 0))
    return found


def _changes(corpus: Sequence[Read], models: Sequence[Mapping[str, float]]) -> list[str]:
    """Return by rule what was changed of the mentions whose words are coded with an author, where anything was."""
    found = changes(
        (mention.ranked, option)
        for _, mention, option in _chosen(corpus, models, MARGIN)
        if mention.told and not mention.authorless
    )
    return table_of({rule: own for rule, own in found.items() if own.total() > own["mentions"]})


def main(argv: Sequence[str]) -> None:
    """Train on all open texts; `argv` is what stands behind the command."""
    corpus = [read(text) for text in texts()]
    weights = trained(corpus)
    model = Model(features=features_version(), margin=MARGIN, weights=weights)
    finish(argv, model, FILE, report(corpus, weights), FIGURES, "train_actor")


if __name__ == "__main__":
    main(sys.argv[1:])
