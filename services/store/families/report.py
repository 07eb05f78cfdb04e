"""Extraction -> report (pure): what the families see of an article, made before the transaction that keeps them."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from services.store.families.shingles import fingerprint, pack, unpack
from services.store.projections.rows import ExtractionRow
from services.store.projections.values import instant
from services.store.projector.copying import columns_of, lines


@dataclass(frozen=True, slots=True)
class PrintRow:
    article_id: UUID
    day: date
    bands: list[int]
    shingles: bytes


PRINT_COLUMNS: Final = columns_of(PrintRow)


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One article. `day` is that of its publication, else of its receipt; `packed` are its shingles (None: it says too
    little to be compared) and `line` its row of `fingerprint`, as COPY takes it."""

    article_id: UUID
    day: date
    bands: tuple[int, ...] = ()
    packed: bytes | None = None
    line: bytes = b""

    def shingles(self) -> tuple[int, ...]:
        return unpack(self.packed or b"")


def report(row: ExtractionRow) -> Report:
    """Return what the families see of an article."""
    published = instant("published_at", row.published_as) if row.published_as else row.received_at
    found = fingerprint(row.cleaned_text)
    if found is None:
        return Report(row.article_id, published.date())
    packed = pack(found.shingles)
    line = lines([PrintRow(row.article_id, published.date(), list(found.bands), packed)])
    return Report(row.article_id, published.date(), found.bands, packed, line)
