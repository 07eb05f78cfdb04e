"""What the trainers have in common: models that have not seen a text, what a model changes, where it is kept."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from services.extract.stages.arguments.ranking.model import Model
from services.extract.stages.confidence.model import Model as Confidence
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


def finish(argv: Sequence[str], model: Model | Confidence, file: Path, figures: str, page: Path, trainer: str) -> None:
    """Print the figures; unless `argv` says `--dry-run`, write the model to `file`, and the figures into `page` between
    the marks of `trainer`.
    """
    print(figures)
    if "--dry-run" in argv:
        return
    table = asdict(model) | {"weights": dict(sorted(model.weights.items()))}
    file.write_text(json.dumps(table, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    text = between(page.read_text(encoding="utf-8"), "figures", trainer, f"\n{figures}\n")
    page.write_text(text, encoding="utf-8")


def between(page: str, name: str, writer: str, made: str) -> str:
    """Return `page` with `made` between the marks of `name` and its `writer`. Raises ValueError where it has none."""
    begin, end = f"<!-- {name}: written by tests.quality.{writer} -->", f"<!-- end of {name} -->"
    if begin not in page or end not in page:
        raise ValueError(f"the page has no marks for {name}: {begin} … {end}")
    start = page.index(begin) + len(begin)
    return page[:start] + made + page[page.index(end, start) :]
