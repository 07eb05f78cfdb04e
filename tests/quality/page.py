"""Measure everything anew and write the tables of docs/extraction.md.

    .venv/bin/python -m tests.quality.page             measure and write
    .venv/bin/python -m tests.quality.page --dry-run   measure and print

Whole articles, set by set, then the passages by type, voice and slot. A minute of one core.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.quality.report import in_all, measured
from tests.quality.training import between
from tests.quality.whole_articles import SETS, Measured, measure
from tests.support.passages import Figures

PAGE: Final = Path(__file__).parents[2] / "docs" / "extraction.md"
SLOTS: Final = ("modality", "actor", "claims", "when", "quantity", "means", "extent")
FEW: Final = 10
"""Fewer than so many are told as they are, not as a share."""


def articles() -> str:
    """The figures of whole articles, those that are closed in bold."""
    rows: list[tuple[str, Measured, bool, tuple[float, float] | None]] = []
    apart, opened = Measured(), Measured()
    for one in SETS:
        found = measure(one)
        rows.append((one.title, found, one.closed, one.first))
        both = apart if one.closed else opened
        both.articles += found.articles
        both.figures.add(found.figures)
    rows.append(("**all that are closed**", apart, True, None))
    found_rows, slot_rows = [], []
    for title, found, closed, first in rows:
        f = found.figures
        mark = "**" if closed else ""
        told, wanted = max(1, f.found + f.wrong), f.found + f.missed
        found_rows.append(
            (
                title,
                f"{found.articles}",
                f"{wanted}",
                *(f"{f.precision:.2f}", f"{f.recall:.2f}", f"{mark}{f.f1:.2f}{mark}"),
                *(f"{f.strict / told:.2f}", f"{f.strict / max(1, wanted):.2f}", f"{mark}{f.strict_f1:.2f}{mark}"),
                *(("", "") if first is None else (f"{first[0]:.2f}", f"{first[1]:.2f}")),
            )
        )
        slot_rows.append((title, *(_share(f, slot) for slot in SLOTS)))
    head = ("", "articles", "events", "P", "R", "F1", "strict P", "R", "F1", "first F1", "first strict F1")
    return f"{_table(head, found_rows)}\n\n{_table(('slot, of events found', *SLOTS), slot_rows)}"


def _share(figures: Figures, slot: str) -> str:
    right, told = figures.slots.get(slot, (0, 0))
    return "" if not told else f"{right} of {told}" if told < FEW else f"{right / told:.2f} of {told}"


def passages() -> str:
    """The figures of the passages that were read and of those that were not, and how far these lie below."""
    (voices, types), (other_voices, other_types) = measured(unseen=False), measured(unseen=True)
    read, unread = in_all(voices), in_all(other_voices)
    parts = []
    for title, seen, unseen, last in (
        ("type", types, other_types, {"**all**": (read, unread)}),
        ("voice", voices, other_voices, {}),
    ):
        pairs = {name: (seen[name], unseen.get(name, Figures())) for name in sorted(seen)} | last
        head = (title, "read: P", "R", "F1", "strict", "not read: P", "R", "F1", "strict")
        rows = [(name, *_four(mine), *_four(other)) for name, (mine, other) in pairs.items()]
        parts.append(f"### Passages, by {title}\n\n{_table(head, rows)}")
    slots = [(slot, _share(read, slot), _share(unread, slot)) for slot in sorted(read.slots)]
    parts.append(f"### Passages, by slot\n\n{_table(('slot', 'read', 'not read'), slots)}")
    parts.append(f"From those that were read to those that were not, event F1 drops by {read.f1 - unread.f1:.3f}.")
    return "\n\n".join(parts)


def _four(f: Figures) -> tuple[str, ...]:
    return f"{f.precision:.2f}", f"{f.recall:.2f}", f"{f.f1:.3f}", f"{f.strict_f1:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)


def placed(page: str, tables: Mapping[str, str]) -> str:
    """Return `page` with each of `tables` between its marks. Raises ValueError where it has none."""
    for name, made in tables.items():
        page = between(page, name, "page", f"\n\n{made}\n\n")
    return page


def main(argv: Sequence[str]) -> None:
    tables = {"articles": articles(), "passages": passages()}
    for made in tables.values():
        print(made, end="\n\n")
    if "--dry-run" not in argv:
        PAGE.write_text(placed(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
        print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
