"""A record of the log -> what it changes (pure), or a Refused with the reason that its dead letter carries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.contracts.codec import UndecodableError, decode
from services.contracts.messages import Article, Extraction
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.runtime.dead_letters import position_of
from services.runtime.log.port import Record
from services.runtime.trace import trace_of
from services.store.projections import article as articles
from services.store.projections import extraction as extractions
from services.store.projections.precedence import Standpoint
from services.store.projections.rows import ArticleRow
from services.store.projections.values import ProjectionError, identifier
from services.store.projector.prepare import Prepared, prepare


@dataclass(frozen=True, slots=True)
class ArticleReceived:
    record: Record
    row: ArticleRow


@dataclass(frozen=True, slots=True)
class ArticleExtracted:
    record: Record
    rows: Prepared

    @property
    def article_id(self) -> UUID:
        return self.rows.extraction.article_id

    @property
    def standpoint(self) -> Standpoint:
        """Where extraction and article stand in the log: by that it is decided which one holds."""
        row = self.rows.extraction
        return Standpoint(row.origin_partition, row.origin_offset, row.received_at, row.log_partition, row.log_offset)

    @property
    def event_ids(self) -> frozenset[UUID]:
        return frozenset(event.event_id for event in self.rows.events)


@dataclass(frozen=True, slots=True)
class ExtractionWithdrawn:
    """A tombstone: the article's events go."""

    record: Record
    article_id: UUID


@dataclass(frozen=True, slots=True)
class Ignored:
    """A record that changes nothing: a tombstone where none has a meaning, a topic that is not ours."""

    record: Record


@dataclass(frozen=True, slots=True)
class Refused:
    record: Record
    reason: str
    error: str


Change = ArticleReceived | ArticleExtracted | ExtractionWithdrawn | Ignored | Refused


def read(record: Record, applied_at: datetime) -> Change:
    """Return what `record` changes. Never raises: what cannot be read is Refused."""
    # A record that was put back counts for where it first stood, not for where it was put.
    at, trace = position_of(record), trace_of(record.headers)
    try:
        if record.topic == ARTICLES.name:
            if record.value is None:
                return Ignored(record)
            article = decode(Article, record.value)
            _key_is(record, article.article_id)
            row = articles.project(article, partition=at.partition, offset=at.offset, trace_id=trace)
            return ArticleReceived(record, row)
        if record.topic == EXTRACTIONS.name:
            if record.value is None:
                key = (record.key or b"").decode("utf-8", "replace")
                return ExtractionWithdrawn(record, identifier("key", key))
            extraction = decode(Extraction, record.value)
            _key_is(record, extraction.article_id)
            rows = extractions.project(
                extraction, partition=at.partition, offset=at.offset, applied_at=applied_at, trace_id=trace
            )
            return ArticleExtracted(record, prepare(rows))
    except (UndecodableError, ProjectionError) as error:
        return Refused(record, error.reason, str(error))
    except RecursionError:
        return Refused(record, ProjectionError.reason, "extra: is nested too deeply")
    return Ignored(record)


def _key_is(record: Record, article_id: str) -> None:
    """The order that the log promises is per key: under another article's key a revision could come out of order."""
    if record.key != article_id.encode():
        raise ProjectionError(f"the record's key is {(record.key or b'')[:80]!r}, its article_id {article_id[:80]!r}")
