"""Rows of one extraction -> what its transaction takes (pure): everything that needs no look at the tables.

Made with the decoding, so that the transaction, and the lock that one member of the group holds at a time, last no
longer than they must.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from services.store.families.report import Report, report
from services.store.incidents.told import Told, told
from services.store.projections.rows import (
    ClaimRow,
    EventRow,
    ExtractionRow,
    ExtractionRows,
    MentionRow,
    PlaceRow,
    SpellingRow,
)
from services.store.projector.copying import lines
from services.store.tables import claim, event, extraction, mention

APPENDED: Final = ((extraction, ExtractionRow), (event, EventRow), (claim, ClaimRow), (mention, MentionRow))
"""The tables that an extraction's rows are appended to, and what fills their columns."""


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of the extraction's row what decides, and what is counted."""

    article_id: UUID
    extractor_version: str
    origin_partition: int | None
    origin_offset: int | None
    log_partition: int
    log_offset: int
    received_at: datetime
    events: int


class Happening(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of an event's row what other tables are kept by."""

    event_id: UUID
    article_id: UUID
    place_key: str | None
    type: str
    last_day: date


class Appended(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The rows for one table, as COPY takes them."""

    rows: int
    lines: bytes


class Prepared(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One extraction. `appended` is in the order of APPENDED."""

    extraction: Head
    events: tuple[Happening, ...]
    places: tuple[PlaceRow, ...]
    spellings: tuple[SpellingRow, ...]
    appended: tuple[Appended, ...]
    report: Report
    told: tuple[Told, ...]


def prepare(rows: ExtractionRows) -> Prepared:
    """Return what the transaction takes of `rows`."""
    row = rows.extraction
    written = ([row], rows.events, rows.claims, rows.mentions)
    return Prepared(
        extraction=Head(
            article_id=row.article_id,
            extractor_version=row.extractor_version,
            origin_partition=row.origin_partition,
            origin_offset=row.origin_offset,
            log_partition=row.log_partition,
            log_offset=row.log_offset,
            received_at=row.received_at,
            events=row.events,
        ),
        events=tuple(Happening(e.event_id, e.article_id, e.place_key, e.type, e.last_day) for e in rows.events),
        places=rows.places,
        spellings=rows.spellings,
        appended=tuple(Appended(len(some), lines(some)) for some in written),
        report=report(row),
        told=tuple(told(event) for event in rows.events),
    )
