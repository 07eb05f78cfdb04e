"""The projector's promises over Apache Kafka. The broker is shared: other tests' records may be in the topics too."""

import asyncio
import secrets
from typing import Any

import pytest

from services.contracts.topics import EVENTS
from services.store.projector import projector as module
from services.store.projector.outbox import publish_due
from tests.integration.store.conftest import Store
from tests.support import extractions as make

pytestmark = pytest.mark.slow


@pytest.fixture
def store(store_on_kafka: Store) -> Store:
    return store_on_kafka


@pytest.fixture
def first() -> int:
    """The first of a thousand article numbers that no other test has."""
    return secrets.randbelow(10**9) * 1000


async def found(store: Store, first: int, count: int) -> set[str]:
    mine = [make.article_id(first + n) for n in range(count)]
    rows = await store.rows("select event_id::text from event where article_id::text = any(:ids)", ids=mine)
    return {row[0] for row in rows}


async def test_everything_is_applied_once_while_members_come_and_go(store: Store, first: int) -> None:
    await store.publish(*(make.extraction(first + n, make.event(first + n)) for n in range(200)))
    await store.publish(*(make.article(first + n) for n in range(200)))
    stop = asyncio.Event()
    one, two = (asyncio.create_task(store.projector(batch=20).run(stop)) for _ in range(2))
    async with asyncio.timeout(120):
        await store.caught_up()
        one.cancel()
        await asyncio.gather(one, return_exceptions=True)
        await store.publish(*(make.extraction(first + n, make.event(first + n)) for n in range(200, 300)))
        await store.caught_up()
    stop.set()
    await asyncio.wait_for(two, 60)
    assert await found(store, first, 300) == {make.event(first + n).event_id for n in range(300)}
    counted = "select count(*) from article where article_id::text = any(:ids)"
    assert await store.one(counted, ids=[make.article_id(first + n) for n in range(300)]) == 200
    assert not await store.rows(
        "select p.place_key from place p left join event e using (place_key) "
        "group by p.place_key, p.events having p.events <> count(e.event_id)"
    )


async def test_what_was_not_committed_is_delivered_again(
    store: Store, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.publish(make.extraction(first, make.event(first)))
    real = module.offsets.advance

    async def dies(*args: Any) -> None:
        await real(*args)
        raise asyncio.CancelledError

    monkeypatch.setattr(module.offsets, "advance", dies)
    projector = store.projector()
    with pytest.raises(asyncio.CancelledError):
        async with projector.consumer() as consumer:
            await store.settle(projector, consumer)
    assert await found(store, first, 1) == set()
    monkeypatch.undo()
    await store.project()
    assert await found(store, first, 1) == {make.event(first).event_id}


async def test_the_offsets_in_the_database_decide_and_not_those_of_the_group(store: Store, first: int) -> None:
    await store.project(make.extraction(first, make.event(first)))
    await store.forget()
    await store.project()
    assert await found(store, first, 1) == {make.event(first).event_id}


async def test_an_event_that_is_gone_gets_a_tombstone(store: Store, first: int) -> None:
    gone = make.event(first)
    await store.project(make.extraction(first, gone))
    await store.project(make.extraction(first, offset=10**6, text="Second."))
    while await publish_due(store.engine, store.log):
        pass
    mine = [r for r in await store.read(EVENTS.name) if r.key == gone.event_id.encode()]
    assert [r.value for r in mine] == [None]
