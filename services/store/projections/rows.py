"""One row of each table. Field names are the columns', so that a row can be written without naming them again."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec


class Row(msgspec.Struct, frozen=True, gc=False):
    """What all rows are: thousands are made at a time, and a dataclass that is frozen takes several times as long."""


class ArticleRow(Row, frozen=True):
    """An article as it was received; `sorted_at` is its publication, else its receipt."""

    article_id: UUID
    revision: str
    received_at: datetime
    published_at: datetime | None
    published_as: str | None
    """The time of publication as it was sent: it may be a bare date."""
    sorted_at: datetime
    title: str | None
    url: str | None
    publisher: str | None
    language: str | None
    source: str | None
    extra: Any
    log_partition: int
    log_offset: int
    trace_id: str | None


class ExtractionRow(Row, frozen=True):
    """An extraction of an article, with the cleaned text that its events' offsets point into."""

    article_id: UUID
    revision: str
    extractor_version: str
    extractor: Any
    origin_partition: int | None
    origin_offset: int | None
    log_partition: int
    log_offset: int
    received_at: datetime
    applied_at: datetime
    published_as: str | None
    title: str | None
    url: str | None
    publisher: str | None
    source: str | None
    language: str | None
    dateline: str | None
    byline: str | None
    cleaned_title: str | None
    cleaned_text: str
    offsets: Any
    notes: list[str]
    events: int
    trace_id: str | None
    sorted_at: datetime


class EventRow(Row, frozen=True):
    """An event in the columns that it is found by, and whole in `body`."""

    event_id: UUID
    article_id: UUID
    type: str
    modality: str
    confidence: float
    actor_id: str | None
    actor_side: str | None
    actor_name: str | None
    target_side: str | None
    target_name: str | None
    place_key: str | None
    place_name: str | None
    relation: str | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    first_day: date
    last_day: date
    dated: bool
    published_at: datetime | None
    publisher: str | None
    body: bytes
    """The event as JSON."""


class ClaimRow(Row, frozen=True):
    """Who says what of an event; `number` counts an event's claims from 0."""

    event_id: UUID
    number: int
    source_id: str | None
    source_name: str
    source_folded: str
    source_side: str | None
    source_kind: str | None
    stance: str
    act: str
    via: str | None
    said_on: date | None
    phrase: str | None
    last_day: date


class MentionRow(Row, frozen=True):
    """Where an event is told: `start` and `end` are offsets into the cleaned `field`, title or text."""

    event_id: UUID
    number: int
    field: str
    start: int
    end: int
    sentence: str


class PlaceRow(Row, frozen=True):
    """A place as an event names it; what the projector counts and folds for it is not here."""

    place_key: str
    place_id: str | None
    name: str
    folded: str
    kind: str | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    within: str | None


class SpellingRow(Row, frozen=True):
    """A name that events give a place, as searches compare it."""

    folded: str
    place_key: str


class ExtractionRows(msgspec.Struct, frozen=True, gc=False):
    """Everything that one extraction becomes."""

    extraction: ExtractionRow
    events: tuple[EventRow, ...]
    claims: tuple[ClaimRow, ...]
    mentions: tuple[MentionRow, ...]
    places: tuple[PlaceRow, ...]
    spellings: tuple[SpellingRow, ...]
