"""What the trainers have in common: models that have not seen a text, what a model changes, where it is kept."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.quality.conditional import Ranked

One = TypeVar("One")


def held_out(
    corpus: Sequence[One],
    trained: Callable[[Sequence[One]], Mapping[str, float]],
    fold_of: Callable[[int, One], object],
) -> list[Mapping[str, float]]:
    """Return for each text the weights of a model that has not seen its fold."""
    folds = [fold_of(number, one) for number, one in enumerate(corpus)]
    by_fold = {
        fold: trained([one for one, mine in zip(corpus, folds, strict=True) if mine != fold])
        for fold in sorted(set(folds), key=str)
    }
    return [by_fold[fold] for fold in folds]


def changes(chosen: Iterable[tuple[Ranked, int]]) -> dict[str, Counter[str]]:
    """Return, by the rule that each mention was asked about, how often another option than the rule's was taken, and
    whether for the better, for the worse, or the same."""
    found: dict[str, Counter[str]] = {}
    for mention, option in chosen:
        own = found.setdefault(mention.rule, Counter())
        own["mentions"] += 1
        if option:
            gain = mention.worth[option] - mention.worth[0]
            own["better" if gain > 1e-9 else "worse" if gain < -1e-9 else "same"] += 1
    return found


def table_of(found: Mapping[str, Counter[str]]) -> list[str]:
    """Return the lines of a Markdown table of `changes`."""
    return [
        "| rule overruled | mentions | better | worse | same |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {rule} | {own['mentions']} | {own['better']} | {own['worse']} | {own['same']} |"
            for rule, own in sorted(found.items())
        ),
    ]


def keep(model: Mapping[str, object], file: Path, figures: str, page: Path, trainer: str) -> None:
    """Write the model to `file`, and the figures into `page` between the marks of `trainer`."""
    file.write_text(json.dumps(model, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    begin = f"<!-- figures: written by tests.quality.{trainer} -->"
    start, end = text.index(begin) + len(begin), text.index("<!-- end of figures -->")
    page.write_text(f"{text[:start]}\n{figures}\n{text[end:]}", encoding="utf-8")
