"""The projector stops before a flood of dead letters, on a real Postgres, and goes on by itself or by order."""

import pytest

from services.contracts.messages import Operation
from services.contracts.topics import EXTRACTIONS
from services.runtime.clock import now
from services.runtime.flood import FloodSettings
from services.runtime.flood_stop import FloodStop, FloodStoppedError, subject_of
from services.runtime.log.port import Outgoing
from services.runtime.operations import order
from services.store.projector.projector import Projector
from services.store.projector.service import refuse_to
from tests.integration.store.conftest import Store
from tests.support import extractions as make

SETTINGS = FloodSettings(share=0.5, window=10, least=4, first_pause=0.05, longest_pause=0.05)


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


async def test_what_failed_before_the_flood_is_a_dead_letter_and_the_rest_waits(store: Store) -> None:
    _, flood = await stopped(store, [good(1), *[bad(1) for _ in range(20)]])
    assert flood.stopped
    assert len(await store.dead()) == 3
    assert await store.behind() == 17
    assert await store.event_ids() == {make.event(1).event_id}
    with pytest.raises(FloodStoppedError, match="dead-letters resume store"):
        await flood.check()


async def test_an_order_lets_failures_through(store: Store) -> None:
    projector, flood = await stopped(store, [bad(1) for _ in range(20)] + [good(1)])
    async with projector.consumer() as consumer:
        await order(store.log, [Operation(subject=subject_of("store"), action="resume", at=now(), count=17)])
        await store.settle(projector, consumer)
    assert not flood.stopped
    assert len(await store.dead()) == 20
    assert await store.event_ids() == {make.event(1).event_id}


async def test_it_goes_on_by_itself_when_records_no_longer_fail(store: Store) -> None:
    """As after a rolling change of the schema that came too late: the same records, and a database that takes them."""
    await store.execute("alter table event add constraint broken check (type <> 'capture') not valid")
    projector, flood = await stopped(store, [good(n) for n in range(30)])
    assert len(await store.dead()) == 3
    assert await store.behind() == 27
    await store.execute("alter table event drop constraint broken")
    async with projector.consumer() as consumer:
        await store.settle(projector, consumer)
    assert not flood.stopped
    assert len(await store.dead()) == 3
    assert len(await store.event_ids()) == 27


async def test_a_few_failures_among_many_stop_nothing(store: Store) -> None:
    projector, flood = stopping(store)
    await store.publish(*[bad(1) if n % 3 == 0 else good(1) for n in range(60)])
    async with projector.consumer() as consumer:
        await store.settle(projector, consumer)
    assert len(await store.dead()) == 20
    assert await store.event_ids() == {make.event(1).event_id}
    assert not flood.stopped
