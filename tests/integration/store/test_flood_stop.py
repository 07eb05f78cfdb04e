"""The projector stops before a flood of dead letters, on both homes of the log, and goes on by itself or by order."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.contracts.messages import Operation
from services.contracts.topics import ARTICLES, EXTRACTIONS, TOPICS, dead_letters
from services.runtime import metrics
from services.runtime.clock import now
from services.runtime.flood import FloodSettings
from services.runtime.flood_stop import FloodStop, FloodStoppedError, subject_of
from services.runtime.log.open import open_log
from services.runtime.log.port import Outgoing, TopicPartition
from services.runtime.operations import order
from services.store.migrate import migrate
from services.store.projector import offsets
from services.store.projector.projector import Projector
from services.store.projector.service import refuse_to
from tests.integration.conftest import HOMES
from tests.integration.store.conftest import Store, new_store, store_at
from tests.support import extractions as make

SETTINGS = FloodSettings(share=0.5, window=10, least=4, first_pause=0.05, longest_pause=0.05)


@pytest.fixture(params=HOMES)
async def store(request: pytest.FixtureRequest, postgres: str) -> AsyncIterator[Store]:
    """Tables in a new database. On Kafka, which other tests fill too, they begin where its topics end now."""
    if request.param == "postgres":
        async with new_store(postgres) as made:
            yield made
        return
    await asyncio.to_thread(migrate, postgres, say=lambda _: None)
    log = open_log(request.getfixturevalue("kafka").address)
    try:
        await log.create_topics(TOPICS)
        async with store_at(postgres, log, f"flood-{secrets.token_hex(4)}") as made:
            async with made.engine.begin() as connection:
                for topic in (ARTICLES.name, EXTRACTIONS.name):
                    ends = {TopicPartition(topic, p): at for p, at in (await log.end_offsets(topic)).items()}
                    await offsets.start(connection, made.group, list(ends), datetime.now(UTC))
                    await offsets.advance(connection, made.group, ends, datetime.now(UTC))
            yield made
    finally:
        await log.close()


class Letters:
    """The projector's dead letters since the test began."""

    def __init__(self, store: Store, before: int) -> None:
        self._store = store
        self._before = before

    async def count(self) -> int:
        return len(await self._store.dead()) - self._before


@pytest.fixture
async def letters(store: Store) -> Letters:
    ends = await store.log.end_offsets(dead_letters("store").name)
    return Letters(store, sum(ends.values()))


def stopping(store: Store) -> tuple[Projector, FloodStop]:
    flood = FloodStop(store.log, "store", SETTINGS)
    refuse = refuse_to(store.log)
    return Projector(store.engine, store.log, group=store.group, refuse=refuse, poll=0.2, flood=flood), flood


def good(number: int) -> Outgoing:
    return make.outgoing(make.extraction(number, make.event(number)))


def bad(number: int, value: bytes = b"{") -> Outgoing:
    # One key: one partition, so that the order is that of publishing.
    return Outgoing(EXTRACTIONS.name, make.article_id(number).encode(), value)


async def stopped(store: Store, records: list[Outgoing]) -> tuple[Projector, FloodStop]:
    """A projector that has read `records` as far as it goes."""
    projector, flood = stopping(store)
    await store.publish(*records)
    async with projector.consumer() as consumer:
        while not flood.stopped:
            await projector.step(consumer)
        for _ in range(5):
            await projector.step(consumer)
    return projector, flood


async def test_what_failed_before_the_flood_is_a_dead_letter_and_the_rest_waits(store: Store, letters: Letters) -> None:
    _, flood = await stopped(store, [good(1), *[bad(1) for _ in range(20)]])
    assert flood.stopped
    assert await letters.count() == 3
    assert await store.behind() == 17
    assert await store.event_ids() == {make.event(1).event_id}
    with pytest.raises(FloodStoppedError, match="dead-letters resume store"):
        await flood.check()
    assert metrics.FLOOD_STOPPED.labels("store")._value.get() == 1


async def test_an_order_lets_failures_through(store: Store, letters: Letters) -> None:
    projector, flood = await stopped(store, [bad(1) for _ in range(20)] + [good(1)])
    async with projector.consumer() as consumer:
        await order(store.log, [Operation(subject=subject_of("store"), action="resume", at=now(), count=17)])
        await store.settle(projector, consumer)
    assert not flood.stopped
    assert await letters.count() == 20
    assert await store.event_ids() == {make.event(1).event_id}


async def test_it_goes_on_by_itself_when_records_no_longer_fail(store: Store, letters: Letters) -> None:
    """As after a rolling change of the schema that came too late: the same records, and a database that takes them."""
    await store.execute("alter table event add constraint broken check (type <> 'capture') not valid")
    projector, flood = await stopped(store, [good(n) for n in range(30)])
    assert await letters.count() == 3
    assert await store.behind() == 27
    await store.execute("alter table event drop constraint broken")
    async with projector.consumer() as consumer:
        await store.settle(projector, consumer)
    assert not flood.stopped
    assert metrics.FLOOD_STOPPED.labels("store")._value.get() == 0
    assert await letters.count() == 3
    assert len(await store.event_ids()) == 27


async def test_a_few_failures_among_many_stop_nothing(store: Store, letters: Letters) -> None:
    projector, flood = stopping(store)
    await store.publish(*[bad(1) if n % 3 == 0 else good(1) for n in range(60)])
    async with projector.consumer() as consumer:
        await store.settle(projector, consumer)
    assert await letters.count() == 20
    assert await store.event_ids() == {make.event(1).event_id}
    assert not flood.stopped


async def test_what_a_stopped_member_leaves_to_another_is_neither_lost_nor_poured_out(
    store: Store, letters: Letters
) -> None:
    """A rolling restart in the middle of a stop: the next member begins its own count, and stops again."""
    await stopped(store, [bad(1) for _ in range(20)])
    projector, flood = stopping(store)
    async with projector.consumer() as consumer:
        while not flood.stopped:
            await projector.step(consumer)
        assert await letters.count() == 6
        assert await store.behind() == 14
        await order(store.log, [Operation(subject=subject_of("store"), action="resume", at=now(), count=14)])
        await store.settle(projector, consumer)
    assert await letters.count() == 20
