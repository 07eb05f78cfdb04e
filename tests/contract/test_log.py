"""What every home of the log has to do, run on each of them: real Postgres, real Apache Kafka."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.contracts.topics import MAX_RECORD_BYTES, Topic
from services.runtime.log.open import open_log
from services.runtime.log.port import (
    CommitRefusedError,
    Consumer,
    Log,
    LogUnavailableError,
    Outgoing,
    Record,
    RecordTooLargeError,
    TopicPartition,
)
from services.runtime.log.postgres import PostgresLog
from tests.support.kafka.server import KafkaServer
from tests.support.postgres import PostgresServer

PATIENCE = 60.0


@dataclass
class Home:
    """One home of the log: its address, and how to open it with takeovers that do not take long."""

    address: str
    server: KafkaServer | PostgresServer

    def open(self) -> Log:
        return (
            PostgresLog(self.address, lease=2.0) if self.address.startswith("postgresql:") else open_log(self.address)
        )


@pytest.fixture(
    params=[pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("kafka", marks=pytest.mark.kafka)]
)
def home(request: pytest.FixtureRequest) -> Home:
    if request.param == "kafka":
        server = request.getfixturevalue("kafka")
        return Home(server.address, server)
    return Home(request.getfixturevalue("postgres"), request.getfixturevalue("postgres_session"))


@pytest.fixture
async def log(home: Home) -> AsyncIterator[Log]:
    opened = home.open()
    yield opened
    await opened.close()


@pytest.fixture
async def topic(log: Log) -> str:
    """A new topic with four partitions."""
    return await new_topic(log)


async def new_topic(log: Log, partitions: int = 4, cleanup: str = "delete") -> str:
    name = f"contract-{uuid.uuid4().hex}"
    assert await log.create_topics([a_topic(name, partitions, cleanup)]) == [name]
    return name


def a_topic(name: str, partitions: int, cleanup: str = "delete") -> Topic:
    return Topic(name, "key", None, cleanup, partitions, "", None)  # type: ignore[arg-type]


def numbered(topic: str, count: int, keys: int = 5) -> list[Outgoing]:
    return [Outgoing(topic, b"key-%d" % (i % keys), b"%d" % i) for i in range(count)]


async def take(consumer: Consumer, count: int) -> list[Record]:
    """Poll until `count` records have come."""
    taken: list[Record] = []
    async with asyncio.timeout(PATIENCE):
        while len(taken) < count:
            taken += await consumer.poll(timeout=0.2)
    return taken


async def until(done: Callable[[], bool], *consumers: Consumer) -> list[Record]:
    """Let the consumers poll until `done`; return what they read."""
    taken: list[Record] = []
    async with asyncio.timeout(PATIENCE):
        while not done():
            for consumer in consumers:
                taken += await consumer.poll(timeout=0.1)
    return taken


def after(records: list[Record]) -> dict[TopicPartition, int]:
    return {r.topic_partition: r.offset + 1 for r in records}


async def test_records_of_one_key_come_in_the_order_published(log: Log, topic: str) -> None:
    for start in range(0, 300, 100):
        await log.publish([Outgoing(topic, r.key, b"%d" % (start + int(r.value or b""))) for r in numbered(topic, 100)])
    async with log.consumer("g-" + topic, [topic]) as consumer:
        records = await take(consumer, 300)
    by_key: dict[bytes | None, list[int]] = {}
    for record in records:
        by_key.setdefault(record.key, []).append(int(record.value or b""))
    assert len(by_key) == 5
    assert all(values == sorted(values) and len(values) == 60 for values in by_key.values())


async def test_positions_are_given_in_the_order_of_the_records_and_are_where_they_stand(log: Log, topic: str) -> None:
    records = numbered(topic, 40)
    positions = await log.publish(records)
    for record, position in list(zip(records, positions, strict=True))[::7]:
        found = await log.read(TopicPartition(topic, position.partition), position.offset, 1)
        assert (found[0].key, found[0].value, found[0].offset) == (record.key, record.value, position.offset)


async def test_publishers_side_by_side_leave_no_gap_and_lose_nothing(home: Home, topic: str) -> None:
    logs = [home.open() for _ in range(4)]
    try:
        made = await asyncio.gather(*(x.publish(numbered(topic, 25)) for x in logs for _ in range(4)))
        ends = await logs[0].end_offsets(topic)
        positions = {(p.partition, p.offset) for batch in made for p in batch}
        assert len(positions) == 400
        assert positions == {(p, o) for p, end in ends.items() for o in range(end)}
    finally:
        for x in logs:
            await x.close()


async def test_many_small_publishers_of_one_log_each_get_their_own_positions(log: Log, topic: str) -> None:
    sent = [Outgoing(topic, b"key-%d" % (i % 7), b"%d" % i) for i in range(200)]
    positions = [p for (p,) in await asyncio.gather(*(log.publish([record]) for record in sent))]
    assert len({(p.partition, p.offset) for p in positions}) == 200
    for record, position in list(zip(sent, positions, strict=True))[::17]:
        (found, *_) = await log.read(TopicPartition(topic, position.partition), position.offset, 1)
        assert found.value == record.value


async def test_a_publisher_that_gives_up_does_not_disturb_the_others(log: Log, topic: str) -> None:
    await log.publish([Outgoing(topic, b"k", b"first")])
    given_up = asyncio.create_task(log.publish([Outgoing(topic, b"k", b"given up")]))
    others = [asyncio.create_task(log.publish([Outgoing(topic, b"k", b"%d" % i)])) for i in range(20)]
    await asyncio.sleep(0)
    given_up.cancel()
    assert len(await asyncio.gather(*others)) == 20
    await log.publish([Outgoing(topic, b"k", b"last")])
    (partition,) = [p for p, end in (await log.end_offsets(topic)).items() if end]
    values = [r.value for r in await log.read(TopicPartition(topic, partition), 0)]
    assert values[-1] == b"last"
    assert {b"%d" % i for i in range(20)} < set(values)


async def test_everything_of_a_record_comes_back(log: Log, topic: str) -> None:
    headers = (("ce_id", b"1"), ("twice", b"a"), ("twice", b"b"), ("binary", bytes(range(256))), ("empty", b""))
    sent = Outgoing(topic, bytes(range(256)), bytes(reversed(range(256))), headers)
    (position,) = await log.publish([sent])
    (found,) = await log.read(TopicPartition(topic, position.partition), position.offset)
    assert (found.key, found.value, found.headers) == (sent.key, sent.value, headers)
    assert found.timestamp.tzinfo is not None


async def test_everything_of_many_records_comes_back_as_of_one(log: Log) -> None:
    topic = await new_topic(log, 1, "delete")
    odd = (("t\u00eb\\\n\t", bytes(range(256))), ("twice", b""), ("twice", b"\\N"))
    sent = [Outgoing(topic, b"k%d" % i, (None, b"", bytes(range(256)))[i % 3], odd[: i % 4]) for i in range(60)]
    await log.publish(sent)
    found = await log.read(TopicPartition(topic, 0), 0)
    assert [(r.offset, r.key, r.value, r.headers) for r in found] == [
        (number, r.key, r.value, r.headers) for number, r in enumerate(sent)
    ]


async def test_a_tombstone_is_not_an_empty_value(log: Log) -> None:
    topic = await new_topic(log, 1, "compact")
    await log.publish([Outgoing(topic, b"k", b"full"), Outgoing(topic, b"k", b""), Outgoing(topic, b"k", None)])
    found = await log.read(TopicPartition(topic, 0), 0)
    assert [r.value for r in found] == [b"full", b"", None]


async def test_a_record_larger_than_the_topic_takes_is_refused_and_the_next_goes_through(log: Log, topic: str) -> None:
    with pytest.raises(RecordTooLargeError):
        await log.publish([Outgoing(topic, b"k", os.urandom(MAX_RECORD_BYTES))])
    assert sum((await log.end_offsets(topic)).values()) == 0
    await log.publish([Outgoing(topic, b"k", b"small")])
    assert sum((await log.end_offsets(topic)).values()) == 1


async def test_the_largest_record_goes_through(log: Log, topic: str) -> None:
    value = os.urandom(MAX_RECORD_BYTES - 8192)
    await log.publish([Outgoing(topic, b"k", value)] * 6)
    async with log.consumer("g-" + topic, [topic]) as consumer:
        assert [r.value == value for r in await take(consumer, 6)] == [True] * 6


async def test_publishing_nothing_is_nothing(log: Log) -> None:
    assert await log.publish([]) == []


async def test_existing_topics_are_left_as_they_are(log: Log, topic: str) -> None:
    assert await log.create_topics([a_topic(topic, 9)]) == []
    assert len(await log.end_offsets(topic)) == 4


async def test_topics_can_be_created_by_several_at_once(home: Home) -> None:
    logs = [home.open() for _ in range(4)]
    name = f"contract-{uuid.uuid4().hex}"
    try:
        created = await asyncio.gather(*(x.create_topics([a_topic(name, 2)]) for x in logs))
        assert [n for names in created for n in names] == [name]
    finally:
        for x in logs:
            await x.close()


async def test_an_unknown_topic_has_no_offsets_and_takes_no_records(log: Log, topic: str) -> None:
    assert await log.end_offsets("no-such-topic") == {}
    assert await log.read(TopicPartition("no-such-topic", 0), 0) == []
    with pytest.raises(LogUnavailableError):
        await log.publish([Outgoing("no-such-topic", b"k", b"v")])


async def test_end_offsets_count_what_was_published(log: Log, topic: str) -> None:
    assert await log.end_offsets(topic) == dict.fromkeys(range(4), 0)
    positions = await log.publish(numbered(topic, 50, keys=50))
    ends = await log.end_offsets(topic)
    assert sum(ends.values()) == 50
    assert ends == {p: sum(x.partition == p for x in positions) for p in range(4)}


async def test_reading_goes_on_to_the_end_and_no_further(log: Log, topic: str) -> None:
    positions = await log.publish([Outgoing(topic, b"same", b"%d" % i) for i in range(10)])
    partition = TopicPartition(topic, positions[0].partition)
    assert [r.offset for r in await log.read(partition, 0, 3)] == [0, 1, 2]
    assert [r.offset for r in await log.read(partition, 7)] == [7, 8, 9]
    assert await log.read(partition, 10) == []


async def test_a_group_goes_on_where_it_committed(log: Log, topic: str) -> None:
    await log.publish(numbered(topic, 20))
    group = "g-" + topic
    async with log.consumer(group, [topic]) as consumer:
        await consumer.commit(after(await take(consumer, 20)))
    assert sum((await log.committed(group, topic)).values()) == 20
    await log.publish([Outgoing(topic, b"key-1", b"later")])
    async with log.consumer(group, [topic]) as consumer:
        assert [r.value for r in await take(consumer, 1)] == [b"later"]


async def test_what_was_not_committed_comes_again(log: Log, topic: str) -> None:
    await log.publish(numbered(topic, 20))
    group = "g-" + topic
    async with log.consumer(group, [topic]) as consumer:
        await take(consumer, 20)
    assert await log.committed(group, topic) == {}
    async with log.consumer(group, [topic]) as consumer:
        assert len(await take(consumer, 20)) == 20


async def test_groups_do_not_know_of_each_other(log: Log, topic: str) -> None:
    await log.publish(numbered(topic, 10))
    async with log.consumer("a-" + topic, [topic]) as one, log.consumer("b-" + topic, [topic]) as other:
        await one.commit(after(await take(one, 10)))
        assert len(await take(other, 10)) == 10
    assert await log.committed("b-" + topic, topic) == {}


async def test_a_new_record_reaches_a_waiting_reader(log: Log, topic: str) -> None:
    async with log.consumer("g-" + topic, [topic]) as consumer:
        assert await consumer.poll(timeout=0.3) == []
        waiting = asyncio.create_task(take(consumer, 1))
        await log.publish([Outgoing(topic, b"k", b"v")])
        assert [r.value for r in await waiting] == [b"v"]


async def test_polling_is_bounded_by_the_count(log: Log, topic: str) -> None:
    await log.publish(numbered(topic, 50))
    async with log.consumer("g-" + topic, [topic]) as consumer:
        async with asyncio.timeout(PATIENCE):
            while not (batch := await consumer.poll(max_records=7)):
                pass
        assert 0 < len(batch) <= 7
        assert len(batch) + len(await take(consumer, 50 - len(batch))) == 50


async def test_several_topics_in_one_subscription(log: Log, topic: str) -> None:
    other = await new_topic(log)
    await log.publish([*numbered(topic, 10), *numbered(other, 10)])
    async with log.consumer("g-" + topic, [topic, other]) as consumer:
        assert {r.topic for r in await take(consumer, 20)} == {topic, other}


async def test_seek_goes_back_and_forth(log: Log, topic: str) -> None:
    positions = await log.publish([Outgoing(topic, b"same", b"%d" % i) for i in range(10)])
    partition = TopicPartition(topic, positions[0].partition)
    async with log.consumer("g-" + topic, [topic]) as consumer:
        await take(consumer, 10)
        await consumer.seek(partition, 4)
        assert [r.offset for r in await take(consumer, 6)] == [4, 5, 6, 7, 8, 9]
        await consumer.seek(partition, 1000)
        await log.publish([Outgoing(topic, b"same", b"new")])
        assert [r.value for r in await take(consumer, 1)] == [b"new"]


async def test_on_assigned_says_where_to_start_before_the_first_record(log: Log, topic: str) -> None:
    positions = await log.publish([Outgoing(topic, b"same", b"%d" % i) for i in range(10)])
    here = TopicPartition(topic, positions[0].partition)
    asked: list[frozenset[TopicPartition]] = []

    async def start(partitions: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        asked.append(partitions)
        return {here: 8}

    async with log.consumer("g-" + topic, [topic], on_assigned=start) as consumer:
        records = await take(consumer, 2)
        assert frozenset().union(*asked) == {TopicPartition(topic, i) for i in range(4)} == consumer.assignment()
    assert [r.offset for r in records] == [8, 9]


async def test_on_assigned_that_fails_is_told_and_asked_again(log: Log, topic: str) -> None:
    await log.publish(numbered(topic, 10))
    failures = 2

    async def start(partitions: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        nonlocal failures
        if failures:
            failures -= 1
            raise ConnectionError("the database is away")
        return {}

    async with log.consumer("g-" + topic, [topic], on_assigned=start) as consumer:
        for _ in range(2):
            with pytest.raises(ConnectionError):
                await take(consumer, 1)
        assert len(await take(consumer, 10)) == 10


async def test_members_share_the_partitions_and_each_record_goes_to_one(log: Log, home: Home, topic: str) -> None:
    group = "g-" + topic
    second = home.open()
    try:
        async with log.consumer(group, [topic]) as one, second.consumer(group, [topic]) as two:

            def shared() -> bool:
                return len(one.assignment()) == len(two.assignment()) == 2

            assert await until(shared, one, two) == []
            assert not one.assignment() & two.assignment()
            await log.publish(numbered(topic, 200, keys=50))
            seen: dict[int, list[int]] = {1: [], 2: []}

            def complete() -> bool:
                return len(seen[1]) + len(seen[2]) >= 200

            async with asyncio.timeout(PATIENCE):
                while not complete():
                    for number, member in ((1, one), (2, two)):
                        seen[number] += [int(r.value or b"") for r in await member.poll(timeout=0.1)]
            assert sorted(seen[1] + seen[2]) == list(range(200))
            assert seen[1] and seen[2]
    finally:
        await second.close()


async def test_a_member_that_leaves_hands_its_partitions_on_with_what_it_did_not_commit(
    log: Log, home: Home, topic: str
) -> None:
    group = "g-" + topic
    await log.publish(numbered(topic, 40, keys=40))
    revoked: list[TopicPartition] = []

    async def note(partitions: frozenset[TopicPartition]) -> None:
        revoked.extend(partitions)

    second = home.open()
    try:
        async with log.consumer(group, [topic]) as stays:
            async with second.consumer(group, [topic], on_revoked=note) as leaves:
                await until(lambda: len(stays.assignment()) == len(leaves.assignment()) == 2, stays, leaves)
                left = leaves.assignment()
                await stays.commit({})
            assert left <= set(revoked)
            await until(lambda: len(stays.assignment()) == 4, stays)
            for partition in stays.assignment():
                await stays.seek(partition, 0)
            assert len({(r.partition, r.offset) for r in await take(stays, 40)}) == 40
    finally:
        await second.close()


async def test_a_commit_for_a_partition_that_went_to_another_is_refused(log: Log, home: Home, topic: str) -> None:
    group = "g-" + topic
    second = home.open()
    try:
        async with log.consumer(group, [topic]) as one:
            await until(lambda: len(one.assignment()) == 4, one)
            async with second.consumer(group, [topic]) as two:
                await until(lambda: len(one.assignment()) == len(two.assignment()) == 2, one, two)
                (gone, *_) = two.assignment()
                with pytest.raises(CommitRefusedError):
                    await one.commit({gone: 1})
                assert gone.partition not in await log.committed(group, topic)
    finally:
        await second.close()


MEMBER = """
import asyncio, sys
from services.runtime.log.open import open_log
from services.runtime.log.postgres import PostgresLog
async def main(address, group, topic):
    log = PostgresLog(address, lease=2.0) if address.startswith("postgresql:") else open_log(address)
    async with log.consumer(group, [topic]) as consumer:
        while True:
            for record in await consumer.poll(timeout=0.2):
                print(record.partition, record.offset, flush=True)
asyncio.run(main(*sys.argv[1:]))
"""


async def test_what_a_killed_member_had_read_and_not_committed_comes_again(log: Log, home: Home, topic: str) -> None:
    group = "g-" + topic
    await log.publish(numbered(topic, 30))
    member = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MEMBER, home.address, group, topic, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert member.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            read = [await member.stdout.readline() for _ in range(30)]
        assert len(set(read)) == 30
    finally:
        member.send_signal(signal.SIGKILL)
        await member.wait()
    async with log.consumer(group, [topic]) as consumer:
        assert len({(r.partition, r.offset) for r in await take(consumer, 30)}) == 30


async def test_an_unreachable_log_says_so_soon(home: Home) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    scheme, _, rest = home.address.partition("://")
    log = open_log(
        f"{scheme}://{rest.rpartition('@')[0]}{'@' if '@' in rest else ''}127.0.0.1:{port}/x".removesuffix(
            "/x" if scheme == "kafka" else ""
        )
    )
    try:
        async with asyncio.timeout(15):
            for attempt in (
                log.check(),
                log.publish([Outgoing("t", b"k", b"v")]),
                log.end_offsets("t"),
                log.consumer("g", ["t"]).__aenter__(),
            ):
                with pytest.raises(LogUnavailableError):
                    await attempt
    finally:
        await log.close()


@contextlib.asynccontextmanager
async def stopped(server: KafkaServer | PostgresServer) -> AsyncIterator[None]:
    await asyncio.to_thread(server.kill)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


async def test_a_log_that_was_killed_is_told_and_used_again(log: Log, home: Home, topic: str) -> None:
    group = "g-" + topic
    await log.publish(numbered(topic, 10))
    async with log.consumer(group, [topic]) as consumer:
        await consumer.commit(after(await take(consumer, 10)))
        async with stopped(home.server):
            for attempt in (
                lambda: log.publish([Outgoing(topic, b"k", b"refused")]),
                log.check,
                lambda: consumer.commit(dict.fromkeys(consumer.assignment(), 0)),
            ):
                started = asyncio.get_running_loop().time()
                with pytest.raises(LogUnavailableError):
                    await attempt()
                assert asyncio.get_running_loop().time() - started < 15
            with pytest.raises(LogUnavailableError):
                async with asyncio.timeout(PATIENCE):
                    while True:
                        await consumer.poll(timeout=0.2)

        async def again(attempt: Callable[[], Awaitable[object]]) -> None:
            async with asyncio.timeout(PATIENCE):
                while True:
                    with contextlib.suppress(LogUnavailableError):
                        await attempt()
                        return

        await again(log.check)
        await again(lambda: log.publish([Outgoing(topic, b"k", b"after")]))
        values: list[bytes | None] = []
        async with asyncio.timeout(PATIENCE):
            while b"after" not in values:
                with contextlib.suppress(LogUnavailableError):
                    values += [r.value for r in await consumer.poll(timeout=0.2)]
        await again(lambda: log.committed(group, topic))
    assert b"refused" not in values
    assert sum((await log.committed(group, topic)).values()) == 10


async def test_a_key_has_the_same_partition_in_both_homes(kafka: KafkaServer, postgres: str) -> None:
    keys = [b"", b"a", b"ab", b"abc", b"abcd", "Куп'янськ".encode(), *(uuid.uuid4().bytes for _ in range(200))]
    found = []
    for address in (kafka.address, postgres):
        log = open_log(address)
        try:
            topic = await new_topic(log, 7)
            found.append([p.partition for p in await log.publish([Outgoing(topic, k, b"v") for k in keys])])
        finally:
            await log.close()
    assert found[0] == found[1]


def test_another_kind_of_address_is_refused_without_showing_its_password() -> None:
    with pytest.raises(ValueError, match="expected kafka://") as refused:
        open_log("mysql://me:secret@host/x")
    assert "secret" not in str(refused.value)
