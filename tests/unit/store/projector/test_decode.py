from datetime import UTC, datetime

import pytest

from services.contracts.codec import encode
from services.contracts.topics import ARTICLES, EVENTS, EXTRACTIONS
from services.runtime.log.port import Record
from services.store.projector.decode import (
    ArticleExtracted,
    ArticleReceived,
    ExtractionWithdrawn,
    Ignored,
    Refused,
    read,
)
from tests.support import extractions as make

NOW = datetime(2024, 10, 2, tzinfo=UTC)


def record(topic: str, value: bytes | None, key: bytes | None = None) -> Record:
    return Record(topic, 2, 5, make.article_id(1).encode() if key is None else key, value, (), NOW)


def test_records_become_changes() -> None:
    received = read(record(ARTICLES.name, encode(make.article(1))), NOW)
    assert isinstance(received, ArticleReceived)
    assert (received.row.log_partition, received.row.log_offset) == (2, 5)
    extracted = read(record(EXTRACTIONS.name, encode(make.extraction(1, make.event(1)))), NOW)
    assert isinstance(extracted, ArticleExtracted)
    assert len(extracted.event_ids) == 1
    gone = read(record(EXTRACTIONS.name, None), NOW)
    assert isinstance(gone, ExtractionWithdrawn)
    assert str(gone.article_id) == make.article_id(1)


def test_a_record_that_means_nothing_here_is_ignored() -> None:
    assert isinstance(read(record(ARTICLES.name, None), NOW), Ignored)
    assert isinstance(read(record(EVENTS.name, b"{}"), NOW), Ignored)


@pytest.mark.parametrize(
    ("topic", "value", "key", "reason"),
    [
        (ARTICLES.name, b"", None, "not_json"),
        (ARTICLES.name, b"\xff\xfe", None, "not_json"),
        (ARTICLES.name, b'{"a":' * 100_000, None, "not_json"),
        (ARTICLES.name, b"{}", None, "schema"),
        (EXTRACTIONS.name, b'{"article_id": 1}', None, "schema"),
        (EXTRACTIONS.name, encode(make.extraction(1, received_at="now")), None, "projection"),
        (ARTICLES.name, encode(make.article(1)), make.article_id(2).encode(), "projection"),
        (EXTRACTIONS.name, None, b"not a uuid", "projection"),
        (EXTRACTIONS.name, None, b"", "projection"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    topic: str, value: bytes | None, key: bytes | None, reason: str
) -> None:
    found = read(record(topic, value, key), NOW)
    assert isinstance(found, Refused)
    assert found.reason == reason
    assert found.error
