"""The process that reads ahead says of every record what is said of it here, and is not missed when it is gone."""

import asyncio
import signal
from datetime import UTC, datetime

from services.contracts.codec import encode
from services.contracts.topics import ARTICLES, EVENTS, EXTRACTIONS
from services.runtime.log.port import Record
from services.store.projector.decode import read
from services.store.projector.reader import Reader
from tests.support import extractions as make

NOW = datetime(2024, 9, 12, 9, tzinfo=UTC)


def record(offset: int, topic: str, key: str, value: bytes | None) -> Record:
    return Record(topic, 0, offset, key.encode(), value, (("traceparent", b"00-0-0-00"),), NOW)


def records() -> list[Record]:
    found = make.extraction(
        1, make.event(1), make.event(1, "strike"), text="A tab\there, a \\ there,\na new line. " * 9
    )
    # Beyond 64 bits: nothing that MessagePack has a form for.
    beyond = encode(make.article(2, extra={"number": 12345})).replace(b"12345", b"1" * 30)
    return [
        record(0, ARTICLES.name, make.article_id(1), encode(make.article(1, extra={"nested": [1, None, "x"]}))),
        record(1, EXTRACTIONS.name, found.article_id, encode(found)),
        record(2, EXTRACTIONS.name, make.article_id(3), None),
        record(3, EXTRACTIONS.name, make.article_id(4), b"{"),
        record(4, EVENTS.name, "what is not ours", b"{}"),
        record(5, ARTICLES.name, make.article_id(2), beyond),
    ]


async def test_it_says_of_every_record_what_is_said_of_it_here() -> None:
    reader = Reader()
    try:
        for some in (records()[:5], records()):
            assert await reader.read(some, NOW) == [read(one, NOW) for one in some]
    finally:
        await reader.close()


async def test_a_process_that_is_killed_costs_no_batch() -> None:
    reader = Reader()
    some = records()[:5]
    try:
        await reader.read(some, NOW)
        process = reader._process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        reading = asyncio.create_task(reader.read(some, NOW))
        await asyncio.sleep(0)
        process.kill()
        assert await reading == [read(one, NOW) for one in some]
        assert await reader.read(some, NOW) == [read(one, NOW) for one in some]
    finally:
        await reader.close()
