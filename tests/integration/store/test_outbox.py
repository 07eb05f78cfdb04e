"""Events that are gone are withdrawn on the topic, and those that come back are said anew, whatever crosses."""

import asyncio

import pytest

from services.contracts.cloudevents import header
from services.contracts.codec import decode
from services.contracts.messages import Event
from services.contracts.topics import EVENTS
from services.runtime.log.port import LogUnavailableError, Record
from services.store.projector.outbox import publish_due
from tests.integration.store.conftest import Store
from tests.integration.store.test_projector import Flaky
from tests.support import extractions as make

CAPTURE = make.event(1)
STRIKE = make.event(1, "strike")


async def published(store: Store) -> list[Record]:
    while await publish_due(store.engine, store.log):
        pass
    return await store.read(EVENTS.name)


async def last(store: Store) -> dict[str, bytes | None]:
    """What a subscriber of the compacted topic ends with."""
    return {(r.key or b"").decode(): r.value for r in await published(store)}


async def test_an_event_that_is_gone_gets_a_tombstone(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE, STRIKE))
    assert await published(store) == []
    await store.project(make.extraction(1, STRIKE, offset=1, text="Second."))
    (tombstone,) = await published(store)
    assert (tombstone.key, tombstone.value) == (CAPTURE.event_id.encode(), None)
    assert header(tombstone.headers, "ce_subject") == CAPTURE.event_id
    assert header(tombstone.headers, "ce_source") == "/store"


async def test_it_is_published_once(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE), make.withdrawn(1))
    assert len(await published(store)) == 1
    assert await publish_due(store.engine, store.log) == 0


async def test_an_event_that_is_back_before_the_tombstone_is_not_withdrawn(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE))
    await store.project(make.extraction(1, offset=1, text="Second."))
    await store.project(make.extraction(1, CAPTURE, offset=2, text="Third."))
    final = await last(store)
    value = final[CAPTURE.event_id]
    assert value is not None
    assert decode(Event, value).event_id == CAPTURE.event_id


async def test_an_event_that_is_back_after_the_tombstone_is_said_anew(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE))
    await store.project(make.extraction(1, offset=1, text="Second."))
    assert (await last(store))[CAPTURE.event_id] is None
    await store.project(make.extraction(1, CAPTURE, offset=2, text="Third."))
    value = (await last(store))[CAPTURE.event_id]
    assert value is not None
    assert decode(Event, value).type == "capture"
    assert await store.one("select count(*) from frontlog.outbox where topic = 'frontlog.events'") == 0


async def test_events_of_a_revision_that_was_never_written_are_withdrawn(store: Store) -> None:
    """Two revisions in one batch: subscribers were told of the first one's events, the tables never held them."""
    await store.project(make.extraction(1, CAPTURE), make.extraction(1, STRIKE, offset=1, text="Second."))
    assert await last(store) == {CAPTURE.event_id: None}


async def test_events_of_an_older_revision_that_is_told_again_are_withdrawn_again(store: Store) -> None:
    """The extractor died and does its last articles again: what it publishes anew of an old revision must go again."""
    await store.project(make.extraction(1, CAPTURE), make.extraction(1, STRIKE, offset=1, text="Second."))
    assert len(await published(store)) == 1
    await store.project(make.extraction(1, CAPTURE))
    assert [(r.key, r.value) for r in await published(store)] == [(CAPTURE.event_id.encode(), None)] * 2


async def test_a_log_that_is_away_takes_nothing_off_the_queue(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE), make.withdrawn(1))
    with pytest.raises(LogUnavailableError):
        await publish_due(store.engine, Flaky(store.log, failures=1))  # type: ignore[arg-type]
    assert await last(store) == {CAPTURE.event_id: None}


async def test_several_publishers_share_the_queue(store: Store) -> None:
    await store.project(*(make.extraction(n, make.event(n)) for n in range(30)))
    await store.project(*(make.withdrawn(n) for n in range(30)))

    async def drain() -> int:
        done = 0
        while count := await publish_due(store.engine, store.log, limit=4):
            done += count
        return done

    counts = await asyncio.gather(drain(), drain(), drain())
    assert sum(counts) == 31, "the events and the place that they told of"
    assert len(await store.read(EVENTS.name)) == 30


async def test_an_event_that_comes_back_while_its_tombstone_is_on_the_way_waits_for_it(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE))
    await store.project(make.extraction(1, offset=1, text="Second."))
    await store.publish(make.extraction(1, CAPTURE, offset=2, text="Third."))
    under_way, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Flaky):
        async def publish(self, records):  # type: ignore[no-untyped-def]
            under_way.set()
            await go_on.wait()
            return await self._log.publish(records)

    publishing = asyncio.create_task(publish_due(store.engine, Slow(store.log, 0)))  # type: ignore[arg-type]
    await under_way.wait()
    applying = asyncio.create_task(store.project())
    async with asyncio.timeout(30):
        while not await store.one("select count(*) from pg_locks where not granted"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert await store.event_ids() == set()
    go_on.set()
    await asyncio.gather(publishing, applying)
    assert await store.event_ids() == {CAPTURE.event_id}
    assert (await last(store))[CAPTURE.event_id] is not None
