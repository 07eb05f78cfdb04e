"""Rebuilding from Apache Kafka, with whose topics other tests have to do as well."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest

from services.contracts.topics import TOPICS
from services.runtime.log.open import open_log
from services.store.migrate import migrate
from services.store.rebuild.run import Rebuild
from tests.integration.store.conftest import Store, store_at
from tests.support import extractions as make
from tests.support.kafka.server import KafkaServer

pytestmark = pytest.mark.slow
ARTICLES = 300


@pytest.fixture
async def store(postgres: str, kafka: KafkaServer) -> AsyncIterator[Store]:
    """Tables in a new database, and the log on Kafka."""
    await asyncio.to_thread(migrate, postgres, say=lambda _: None)
    log = open_log(kafka.address)
    try:
        await log.create_topics(TOPICS)
        async with store_at(postgres, log, f"store-{secrets.token_hex(4)}") as made:
            yield made
    finally:
        await log.close()


async def test_the_tables_are_the_same_and_the_group_goes_on(store: Store) -> None:
    first = secrets.randbelow(10**9) * 1000
    days = [f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(ARTICLES)]
    found = [make.extraction(first + n, make.event(first + n, day=day), offset=n) for n, day in enumerate(days)]
    await store.publish(*(make.article(first + n) for n in range(ARTICLES)), *found)
    stop = asyncio.Event()
    working = asyncio.create_task(store.projector().run(stop))
    try:
        async with asyncio.timeout(120):
            await store.caught_up()
            before = await store.contents()
            report = await Rebuild(store.address, store.log, group=store.group).run()
        assert report.swapped
        assert await store.contents() == before
        assert report.records == sum(
            [sum((await store.log.end_offsets(t)).values()) for t in ("frontlog.articles", "frontlog.extractions")]
        )
        await store.publish(make.withdrawn(first))
        async with asyncio.timeout(60):
            await store.caught_up()
        assert found[0].events[0].event_id not in await store.event_ids()
    finally:
        stop.set()
        await working
