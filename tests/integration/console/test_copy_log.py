"""A log is copied into another home at the same offsets: from a real Postgres to a real Apache Kafka, and between two
Postgres."""

from collections.abc import AsyncIterator

import pytest

from services.console.copy_log import Copied, CopyError, copy, move_group
from services.contracts.topics import ARTICLES, CONTROL, EVENTS, TOPICS
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, Outgoing, Record, TopicPartition
from services.runtime.log.whole import read_topic
from tests.support.kafka.server import KafkaServer
from tests.support.postgres import PostgresServer

GROUP = "frontlog-extract"


@pytest.fixture
def source(log: Log) -> Log:
    return log


@pytest.fixture
async def target(postgres_session: PostgresServer) -> AsyncIterator[Log]:
    url = postgres_session.new_database()
    log = open_log(url)
    await log.create_topics(TOPICS)
    yield log
    await log.close()
    postgres_session.drop_database(url)


async def fill(log: Log, first: int, last: int) -> None:
    await log.publish(
        [
            Outgoing(topic.name, f"key {n}".encode(), f"{topic.name} {n}".encode(), (("ce_id", str(n).encode()),))
            for n in range(first, last)
            for topic in (ARTICLES, EVENTS)
        ]
    )


async def records(log: Log, topic: str) -> list[tuple[int, int, bytes | None, bytes | None, object]]:
    def plain(one: Record) -> tuple[int, int, bytes | None, bytes | None, object]:
        return one.partition, one.offset, one.key, one.value, one.headers

    return [plain(one) async for one in read_topic(log, topic)]


@pytest.mark.postgres
@pytest.mark.kafka
async def test_from_postgres_to_kafka_every_record_keeps_its_offset_and_the_group_its_place(
    source: Log, fresh_kafka: KafkaServer
) -> None:
    await fill(source, 0, 250)
    await source.publish([Outgoing(CONTROL.name, b"place", b"standing"), Outgoing(CONTROL.name, b"place", None)])
    async with source.consumer(GROUP, [ARTICLES.name]) as member:
        read: dict[TopicPartition, int] = {}
        while len(read) < 6:
            for one in await member.poll(timeout=0.2):
                read[one.topic_partition] = one.offset + 1
        await member.commit(read)
    kafka = open_log(fresh_kafka.address)
    try:
        await kafka.create_topics(TOPICS)
        assert await copy(source, kafka, TOPICS) == Copied(records=502, held=0, grown=0)
        for topic in TOPICS:
            assert await records(kafka, topic.name) == await records(source, topic.name)
        assert await move_group(source, kafka, GROUP, ARTICLES.name) == 6
        assert await kafka.committed(GROUP, ARTICLES.name) == await source.committed(GROUP, ARTICLES.name)
    finally:
        await kafka.close()


@pytest.mark.postgres
async def test_another_run_copies_only_what_came_since(source: Log, target: Log) -> None:
    await fill(source, 0, 30)
    assert await copy(source, target, TOPICS) == Copied(records=60, held=0, grown=0)
    await fill(source, 30, 40)
    assert await copy(source, target, TOPICS) == Copied(records=20, held=60, grown=0)
    assert await copy(source, target, TOPICS) == Copied(records=0, held=80, grown=0)
    assert await records(target, ARTICLES.name) == await records(source, ARTICLES.name)


@pytest.mark.postgres
async def test_what_comes_while_it_is_copied_is_told(source: Log, target: Log) -> None:
    await fill(source, 0, 3)
    writing = False

    class Writes:
        """The source, to which somebody writes as soon as the first batch has been read."""

        def __getattr__(self, name: str) -> object:
            return getattr(source, name)

        async def read(self, at: TopicPartition, offset: int, most: int = 500) -> list[Record]:
            nonlocal writing
            found = await source.read(at, offset, most)
            if not writing:
                writing = True
                await fill(source, 3, 5)
            return found

    copied = await copy(Writes(), target, (ARTICLES,))  # type: ignore[arg-type]
    assert (copied.records, copied.grown) == (3, 2)


@pytest.mark.postgres
async def test_a_target_that_holds_something_else_is_refused_and_left_alone(source: Log, target: Log) -> None:
    await fill(source, 0, 50)
    await target.publish([Outgoing(ARTICLES.name, f"key {n}".encode(), b"of another system") for n in range(5)])
    before = await records(target, ARTICLES.name)
    with pytest.raises(CopyError, match=r"frontlog\.articles/\d: offset \d holds another record"):
        await copy(source, target, TOPICS)
    assert set(before) <= set(await records(target, ARTICLES.name))
    assert not set(await records(target, ARTICLES.name)) - set(before) - set(await records(source, ARTICLES.name))


@pytest.mark.postgres
async def test_a_target_that_has_more_is_refused(source: Log, target: Log) -> None:
    await fill(target, 0, 50)
    with pytest.raises(CopyError, match="the new log holds"):
        await copy(source, target, TOPICS)


@pytest.mark.postgres
async def test_a_group_that_never_read_is_left_at_the_beginning(source: Log, target: Log) -> None:
    assert await move_group(source, target, GROUP, ARTICLES.name) == 0
    assert await target.committed(GROUP, ARTICLES.name) == {}
