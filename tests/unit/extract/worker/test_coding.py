"""One article record becomes an extraction and its events, or a dead letter; never nothing, never an exception."""

from datetime import UTC, datetime

import pytest

from services.contracts.cloudevents import header
from services.contracts.codec import decode, encode
from services.contracts.messages import Article, Event, Extraction, Origin
from services.extract.pipeline import extract
from services.extract.worker.coding import code
from services.extract.worker.pool import StageError
from services.runtime.dead_letters import reason_of
from services.runtime.log.port import Record

TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ARTICLE = Article(
    article_id="5f0c6f0e-4b39-5a0e-9d0a-6a3c43f0b2aa",
    revision="0123456789abcdef",
    received_at="2024-10-02T08:00:00.000000Z",
    published_at="2024-10-02",
    text="Russian forces shelled Kharkiv on Tuesday, the mayor said. Ukrainian troops withdrew from Vuhledar.",
)


class Pipeline:
    """The extractor in this process."""

    async def run(self, article: bytes) -> bytes:
        return encode(extract(decode(Article, article)))


class Failing:
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def run(self, article: bytes) -> bytes:
        raise self.error


class Babbling:
    async def run(self, article: bytes) -> bytes:
        return b'{"article_id": 1}'


def record(value: bytes | None, key: bytes | None = b"k") -> Record:
    return Record("frontlog.articles", 2, 40, key, value, (("traceparent", TRACE),), datetime.now(UTC))


async def test_an_article_becomes_its_extraction_and_each_of_its_events() -> None:
    coded = await code(record(encode(ARTICLE)), Pipeline(), "v")
    first, *rest = coded.outgoing
    extraction = decode(Extraction, first.value or b"")
    assert (first.topic, first.key) == ("frontlog.extractions", ARTICLE.article_id.encode())
    assert extraction.origin == Origin(topic="frontlog.articles", partition=2, offset=40)
    assert len(extraction.events) == len(rest) > 0
    for event, sent in zip(extraction.events, rest, strict=True):
        assert (sent.topic, sent.key) == ("frontlog.events", event.event_id.encode())
        assert decode(Event, sent.value or b"") == event
    assert coded.event_types == tuple(e.type for e in extraction.events)


async def test_headers_are_cloudevents_with_the_trace_of_the_article() -> None:
    coded = await code(record(encode(ARTICLE)), Pipeline(), "v")
    for sent in coded.outgoing:
        assert header(sent.headers, "ce_subject") == sent.key.decode()
        assert (header(sent.headers, "ce_id") or "").startswith(f"{sent.key.decode()}/{ARTICLE.revision}/")
        assert header(sent.headers, "traceparent") == TRACE.decode()


async def test_the_same_record_gives_the_same_bytes() -> None:
    once = await code(record(encode(ARTICLE)), Pipeline(), "v")
    assert await code(record(encode(ARTICLE)), Pipeline(), "v") == once


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"{nope", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"", "not_json"),
        (b'{"extra": {"a": ' + b"[" * 100_000, "not_json"),
        (b"[]", "schema"),
        (b"{}", "schema"),
        (b'{"article_id": 3}', "schema"),
        (None, "schema"),
    ],
)
async def test_what_is_no_article_becomes_a_dead_letter_as_it_is(value: bytes | None, reason: str) -> None:
    coded = await code(record(value), Pipeline(), "v")
    (letter,) = coded.outgoing
    assert (letter.topic, letter.key, letter.value) == ("frontlog.dead-letters.extract", b"k", value)
    found = reason_of(letter.headers)
    assert (found.reason, found.version, coded.reason) == (reason, "v", reason)
    assert header(letter.headers, "traceparent") == TRACE.decode()


@pytest.mark.parametrize(
    ("error", "reason", "attempts"),
    [
        (StageError("timeout", "too long"), "timeout", 1),
        (StageError("stage_error", "died", 2), "stage_error", 2),
        (ZeroDivisionError("surprise"), "stage_error", 1),
    ],
)
async def test_what_the_extractor_cannot_read_becomes_a_dead_letter(
    error: Exception, reason: str, attempts: int
) -> None:
    coded = await code(record(encode(ARTICLE)), Failing(error), "v")
    found = reason_of(coded.outgoing[0].headers)
    assert (found.reason, found.attempts) == (reason, attempts)
    assert str(error) in found.error


async def test_an_extractor_that_answers_nonsense_makes_a_dead_letter() -> None:
    coded = await code(record(encode(ARTICLE)), Babbling(), "v")
    assert coded.reason == "stage_error"
