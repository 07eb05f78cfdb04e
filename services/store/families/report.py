"""Extraction -> report (pure): what the families see of an article, made before the transaction that keeps them."""

from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from services.store.families.shingles import bands, fingerprint, pack, unpack
from services.store.projections.rows import ExtractionRow, Row
from services.store.projections.values import instant
from services.store.projector.copying import columns_of, lines


class PrintRow(Row, frozen=True):
    """An article's fingerprint: `core` is the least of its shingles, which are packed."""

    article_id: UUID
    day: date
    bands: list[int]
    shingles: bytes
    core: int


PRINT_COLUMNS: Final = columns_of(PrintRow)


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One article. `day` is that of its publication, else of its receipt; `packed` are its shingles (None: it says too
    little to be compared), `core` the least of them and `line` its row of `fingerprint`, as COPY takes it; with `bands`
    those are found that may be copies."""

    article_id: UUID
    day: date
    packed: bytes | None = None
    core: int = 0
    line: bytes = b""
    bands: tuple[int, ...] = ()

    @property
    def unit(self) -> tuple[int, date]:
        """Copies of one day share it, nearly always."""
        return self.core, self.day

    def bands_text(self) -> str:
        """Its bands as Postgres writes an array, as they stand in its row."""
        return self.line.split(b"\t", 3)[PRINT_COLUMNS.index("bands")].decode()

    def without_bands(self) -> bytes:
        """Its row of `fingerprint` where another of its crowd stands for it."""
        return lines([PrintRow(self.article_id, self.day, [], self.packed or b"", self.core)])

    def shingles(self) -> tuple[int, ...]:
        return unpack(self.packed or b"")


def report(row: ExtractionRow) -> Report:
    """Return what the families see of an article."""
    published = instant("published_at", row.published_as) if row.published_as else row.received_at
    found = fingerprint(row.cleaned_text)
    if found is None:
        return Report(row.article_id, published.date())
    packed = pack(found.shingles)
    return _report(row.article_id, published.date(), found.bands, packed, min(found.shingles))


def stored(article_id: UUID, day: date, packed: bytes) -> Report:
    """The report of an article of which the fingerprint is there."""
    shingles = unpack(packed)
    return _report(article_id, day, bands(shingles), packed, min(shingles))


def _report(article_id: UUID, day: date, found: tuple[int, ...], packed: bytes, core: int) -> Report:
    line = lines([PrintRow(article_id, day, list(found), packed, core)])
    return Report(article_id, day, packed, core, line, found)
