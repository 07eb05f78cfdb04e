"""Rebuilding from Apache Kafka, with whose topics other tests have to do as well; and after it has compacted one."""

import asyncio
import secrets

import pytest
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

from services.contracts.topics import EXTRACTIONS, TOPICS
from services.runtime.log.open import open_log
from services.store.migrate import migrate
from services.store.rebuild.run import Rebuild
from tests.integration.store.conftest import Store, store_at
from tests.support import extractions as make
from tests.support.kafka.server import KafkaServer

pytestmark = pytest.mark.slow
ARTICLES = 300


@pytest.fixture
def store(store_on_kafka: Store) -> Store:
    return store_on_kafka


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


async def compacting(kafka: KafkaServer, topic: str) -> None:
    """Let the broker compact `topic` at once, and not in a week."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})

    def entries(**values: str) -> list[ConfigEntry]:
        names = {name.replace("_", "."): value for name, value in values.items()}
        return [ConfigEntry(n, v, incremental_operation=AlterConfigOpType.SET) for n, v in names.items()]

    hurried = entries(min_compaction_lag_ms="0", delete_retention_ms="0", min_cleanable_dirty_ratio="0", segment_ms="1")
    asked = [
        ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=hurried),
        ConfigResource(ConfigResource.Type.BROKER, "1", incremental_configs=entries(log_cleaner_backoff_ms="200")),
    ]
    for answer in admin.incremental_alter_configs(asked).values():
        await asyncio.to_thread(answer.result, 30)


async def test_a_log_that_was_compacted_makes_the_same_tables(postgres: str, fresh_kafka: KafkaServer) -> None:
    """Most of the records that the live tables were made from are gone, withdrawals among them; offsets have holes."""
    await asyncio.to_thread(migrate, postgres, say=lambda _: None)
    log = open_log(fresh_kafka.address)
    try:
        await log.create_topics(TOPICS)
        await compacting(fresh_kafka, EXTRACTIONS.name)
        async with store_at(postgres, log) as store:
            await store.publish(*(make.article(n) for n in range(30)))
            for revision in range(4):
                day = f"2024-05-{revision + 1:02}"
                found = [make.extraction(n, make.event(n, day=day), offset=revision) for n in range(30)]
                await store.project(*found, *(make.withdrawn(n) for n in range(3) if revision == 2))
            before = await store.contents()
            assert len(before["event"]) == 30
            await store.project(*(make.withdrawn(n) for n in range(5)))
            written = sum((await log.end_offsets(EXTRACTIONS.name)).values())
            async with asyncio.timeout(90):
                while len(await store.read(EXTRACTIONS.name)) > written // 2:
                    # Only what is behind the last segment is compacted.
                    await store.project(*(make.extraction(n, make.event(n, day=day), offset=3) for n in range(5, 30)))
            before = await store.contents()
            assert (await Rebuild(store.address, log, group=store.group).run()).swapped
            assert await store.contents() == before
            assert len(before["event"]) == 25
    finally:
        await log.close()
