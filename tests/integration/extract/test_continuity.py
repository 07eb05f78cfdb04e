"""What Faust lets fall is read all the same: at the beginning of an assignment, in its middle, at the log's end."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from services.contracts.codec import encode
from services.contracts.messages import Article
from services.contracts.topics import ARTICLES, EXTRACTIONS, TOPICS
from services.extract.worker import faust_intake
from services.extract.worker.continuity import Continuity
from services.extract.worker.flow import Flow
from services.runtime.flood import FloodSettings
from services.runtime.flood_stop import FloodStop
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, Outgoing, TopicPartition
from services.runtime.log.whole import read_topic
from tests.support.empty_extractor import EmptyExtractor
from tests.support.kafka.server import KafkaServer

PATIENCE = 90.0
COUNT = 60
SETTINGS = FloodSettings(share=0.5, window=10, least=3, first_pause=0.1, longest_pause=0.1)
Place = tuple[TopicPartition, int]


@pytest.fixture
async def log(kafka: KafkaServer) -> AsyncIterator[Log]:
    log = open_log(kafka.address)
    await log.create_topics(TOPICS)
    yield log
    await log.close()


async def group_at_the_end(log: Log) -> str:
    """A new group that has read everything that is there: other tests have left articles in the shared broker."""
    group = f"continuity-{uuid.uuid4().hex}"
    ends = await log.end_offsets(ARTICLES.name)
    async with asyncio.timeout(PATIENCE), log.consumer(group, [ARTICLES.name]) as consumer:
        while len(consumer.assignment()) < ARTICLES.partitions:
            await consumer.poll(timeout=0.1)
        await consumer.commit({p: ends[p.partition] for p in consumer.assignment()})
    return group


async def publish(log: Log, count: int) -> dict[bytes, Place]:
    """Key of each of `count` new articles -> where it stands."""
    keys = [str(uuid.uuid4()) for _ in range(count)]
    articles = [Article(article_id=key, revision="r", received_at="2024-10-02T08:00:00Z", text="x") for key in keys]
    sent = [Outgoing(ARTICLES.name, a.article_id.encode(), encode(a)) for a in articles]
    positions = await log.publish(sent)
    return {r.key: (TopicPartition(at.topic, at.partition), at.offset) for r, at in zip(sent, positions, strict=True)}


def falling(lost: Callable[[Place], bool]) -> Callable[[Any], AsyncIterator[Any]]:
    """Events of a stream as Faust hands them out when it drops those at the places that are `lost`, once each."""
    fallen: set[Place] = set()

    async def events(stream: Any) -> AsyncIterator[Any]:
        async for event in stream.noack().events():
            message = event.message
            place = (TopicPartition(message.topic, message.partition), message.offset)
            if lost(place) and place not in fallen:
                fallen.add(place)
                continue
            yield event

    return events


@pytest.mark.kafka
@pytest.mark.parametrize("which", ["the first", "those in the middle", "the last", "all"])
async def test_what_faust_lets_fall_is_extracted_and_committed(
    log: Log, kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    group = await group_at_the_end(log)
    starts = await log.end_offsets(ARTICLES.name)
    sent = await publish(log, COUNT)
    ends = await log.end_offsets(ARTICLES.name)
    lost: dict[str, Callable[[Place], bool]] = {
        "the first": lambda at: at[1] < starts[at[0].partition] + 2,
        "those in the middle": lambda at: (at[1] - starts[at[0].partition]) in (2, 3, 5),
        "the last": lambda at: at[1] >= ends[at[0].partition] - 2,
        "all": lambda _: True,
    }
    monkeypatch.setattr(faust_intake, "_events", falling(lost[which]))
    monkeypatch.setattr(faust_intake, "LOOK_SECONDS", 0.5)
    stop = asyncio.Event()
    async with Flow(log, EmptyExtractor(), "1", depth=4, flood=FloodStop(log, "extract", SETTINGS)) as flow:
        brokers = kafka.address.removeprefix("kafka://")
        running = asyncio.create_task(faust_intake.run(log, brokers, group, flow, stop))
        try:
            async with asyncio.timeout(PATIENCE):
                while await log.committed(group, ARTICLES.name) != ends:
                    assert not running.done()
                    await asyncio.sleep(0.2)
        finally:
            stop.set()
            await running
    extracted = [r.key async for r in read_topic(log, EXTRACTIONS.name) if r.key in sent]
    assert sorted(set(extracted), key=str) == sorted(sent, key=str)


@pytest.mark.kafka
async def test_a_log_that_begins_later_is_told_and_not_waited_for(log: Log, kafka: KafkaServer) -> None:
    group = await group_at_the_end(log)
    (key, (here, offset)), *_ = (await publish(log, 1)).items()
    told: list[tuple[TopicPartition, int, int]] = []

    async def gone(*what: Any) -> None:
        told.append(what)

    continuity = Continuity(log, group, gone)
    (record,) = await log.read(here, offset, 1)
    assert [r async for r in continuity.before(record, 1)] == []
    assert told == []
    # As if records up to a later one had been cut off: nothing before it is there to be read.
    later = type(record)(record.topic, record.partition, offset + 5, key, record.value, (), record.timestamp)
    assert [r async for r in continuity.before(later, 1)] == []
    assert told == [(here, offset + 1, offset + 5)]


class WaitingExtractor(EmptyExtractor):
    """Has an article ready when it `may_go`."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = asyncio.Event()

    async def run(self, article: bytes) -> bytes:
        await self.may_go.wait()
        return await super().run(article)


@pytest.mark.kafka
async def test_what_waits_for_its_turn_while_its_partition_is_taken_away_is_not_acknowledged(log: Log) -> None:
    group = await group_at_the_end(log)
    article = Article(article_id=str(uuid.uuid4()), revision="r", received_at="2024-10-02T08:00:00Z", text="x")
    one = Outgoing(ARTICLES.name, article.article_id.encode(), encode(article))
    at, _ = await log.publish([one, one])
    here = TopicPartition(at.topic, at.partition)
    records = await log.read(here, at.offset, 2)
    acknowledged: list[int] = []
    app: Any = SimpleNamespace(consumer_generation_id=1, consumer=SimpleNamespace(_add_gap=None))

    async def handed_out(number: int) -> None:
        record = records[number]
        what = {name: getattr(record, name) for name in ("topic", "partition", "offset", "key", "value", "headers")}
        when = {"timestamp": record.timestamp.timestamp(), "generation_id": app.consumer_generation_id}
        event = SimpleNamespace(message=SimpleNamespace(**what, **when), ack=lambda: acknowledged.append(number))
        await reading.take(app, event)

    extractor = WaitingExtractor()
    async with (
        asyncio.timeout(PATIENCE),
        Flow(log, extractor, "1", depth=1, flood=FloodStop(log, "extract", SETTINGS)) as flow,
    ):
        reading = faust_intake._Reading(log, group, flow, asyncio.Event())
        reading.assigned(app, frozenset({here}))
        await handed_out(0)
        waiting = asyncio.create_task(handed_out(1))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not waiting.done()
        reading.revoked(frozenset({here}))
        extractor.may_go.set()
        await waiting
        await flow.drained()
        assert acknowledged == []
        # Given back, both come again: the group stands where it stood.
        app.consumer_generation_id = 2
        reading.assigned(app, frozenset({here}))
        await handed_out(0)
        await handed_out(1)
        await flow.drained()
        assert acknowledged == [0, 1]
