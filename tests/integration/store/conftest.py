"""The store on a real Postgres: migrated tables, a log beside them, and a projector that is driven step by step."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from litestar.testing import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.contracts.messages import Article, Extraction
from services.contracts.topics import ARTICLES, EXTRACTIONS, TOPICS, dead_letters
from services.runtime.log.open import open_log
from services.runtime.log.port import Consumer, Log, Outgoing, Record, TopicPartition
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.server import server as api_server
from services.store.api.settings import ApiSettings
from services.store.database import open_engine, search_path, sync_url
from services.store.migrate import config, migrate
from services.store.projector import offsets
from services.store.projector.apply import apply
from services.store.projector.decode import read
from services.store.projector.projector import Projector
from services.store.projector.reader import Reader
from services.store.projector.service import refuse_to
from services.store.tables import metadata
from tests.bench.generator import messages
from tests.bench.store_loading import load as load_messages
from tests.support import extractions as make
from tests.support.kafka.server import KafkaServer
from tests.support.postgres import PostgresServer

GROUP = "test-store"


class Store:
    """A migrated database with a log, and what tests ask of them."""

    def __init__(self, address: str, engine: AsyncEngine, log: Log, group: str = GROUP) -> None:
        self.address = address
        self.engine = engine
        self.log = log
        self.group = group

    def projector(self, *, log: Log | None = None, batch: int = 200, reader: Reader | None = None) -> Projector:
        through = log or self.log
        refuse = refuse_to(through)
        return Projector(self.engine, through, group=self.group, refuse=refuse, batch=batch, poll=0.2, reader=reader)

    async def publish(self, *messages: Article | Extraction | Outgoing) -> None:
        await self.log.publish([m if isinstance(m, Outgoing) else make.outgoing(m) for m in messages])

    async def behind(self) -> int:
        """Records that the database has not read."""
        async with self.engine.connect() as connection:
            stored = await offsets.stored(connection, self.group)
        count = 0
        for topic in (ARTICLES.name, EXTRACTIONS.name):
            for partition, end in (await self.log.end_offsets(topic)).items():
                count += end - stored.get(TopicPartition(topic, partition), 0)
        return count

    async def caught_up(self) -> None:
        """Return when everything published is applied, by whomever."""
        while await self.behind():  # noqa: ASYNC110 - the members of the group share no event with us
            await asyncio.sleep(0.05)

    async def settle(self, projector: Projector, consumer: Consumer) -> None:
        """Step until everything published is applied."""
        async with asyncio.timeout(60):
            while await self.behind():
                await projector.step(consumer)

    async def project(self, *messages: Article | Extraction | Outgoing) -> None:
        """Publish, and apply everything with a projector of its own."""
        await self.publish(*messages)
        projector = self.projector()
        async with projector.consumer() as consumer:
            await self.settle(projector, consumer)

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query), values)]

    async def one(self, query: str, **values: Any) -> Any:
        ((value,),) = await self.rows(query, **values)
        return value

    async def execute(self, statement: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def apply(self, *records: Record) -> None:
        """Apply records past the group, in a transaction of their own and in the order given."""
        now = datetime.now(UTC)
        async with self.engine.begin() as connection:
            await apply(connection, [read(record, now) for record in records], now)

    async def forget(self) -> None:
        """Empty every projection and go back to the log's beginning."""
        names = [table.name for table in metadata.tables.values() if not table.info.get("kept")]
        await self.execute("truncate " + ", ".join(names))
        await self.execute("update projection_offset set next_offset = 0")

    async def event_ids(self) -> set[str]:
        return {str(row[0]) for row in await self.rows("select event_id from event")}

    async def read(self, topic: str) -> list[Record]:
        """Everything in a topic."""
        found: list[Record] = []
        for partition in await self.log.end_offsets(topic):
            at = TopicPartition(topic, partition)
            while records := await self.log.read(at, found_end(found, at)):
                found += records
        return found

    async def dead(self) -> list[Record]:
        return await self.read(dead_letters("store").name)

    async def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that readers see, apart from the time of writing."""
        queries = {
            "article": "select * from article order by 1",
            "extraction": "select to_jsonb(x) - 'applied_at' from extraction x order by article_id",
            "event": "select * from event order by 1",
            "claim": "select * from claim order by 1, 2",
            "mention": "select * from mention order by 1, 2",
            "place": "select * from place where events > 0 order by 1",
            "control_step": "select * from control_step order by 1, 2",
            "family_member": "select * from family_member order by 1",
            "article_copy": "select * from article_copy order by 1, 2",
            "telling": "select * from telling order by 1",
            "tie": "select * from tie order by 1, 2",
            "incident": "select * from incident order by 1",
            "statement": "select * from statement order by 1, 2",
            "source": "select * from source order by 1",
            "tally": "select * from tally where count > 0 order by 1, 2",
        }
        return {name: await self.rows(query) for name, query in queries.items()}


def found_end(found: Sequence[Record], at: TopicPartition) -> int:
    return max((r.offset + 1 for r in found if r.topic_partition == at), default=0)


@asynccontextmanager
async def store_at(address: str, log: Log, group: str = GROUP) -> AsyncIterator[Store]:
    engine = open_engine(address, size=10, name="test")
    try:
        yield Store(address, engine, log, group)
    finally:
        await engine.dispose()


@asynccontextmanager
async def new_store(address: str) -> AsyncIterator[Store]:
    """Tables and log in the empty database at `address`."""
    await asyncio.to_thread(migrate, address, say=lambda _: None)
    log = open_log(address)
    try:
        await log.create_topics(TOPICS)
        async with store_at(address, log) as made:
            yield made
    finally:
        await log.close()


@contextmanager
def served(server: PostgresServer, fill: Callable[[Store], Awaitable[None]]) -> Iterator[TestClient[Any]]:
    """The API over a new database that `fill` has filled."""
    address = server.new_database()

    async def filled() -> None:
        async with new_store(address) as store:
            await fill(store)

    asyncio.run(filled())
    with TestClient(create_app(load(ApiSettings, {}), address), raise_server_exceptions=False) as client:
        yield client
    server.drop_database(address)


@asynccontextmanager
async def listening(store: Store, **env: str) -> AsyncIterator[str]:
    """The address of the API over the store, as its own server answers on a free port; `env` are its settings."""
    with socket.socket() as at:
        at.bind(("127.0.0.1", 0))
        at.listen()
        serves = api_server(create_app(load(ApiSettings, env), store.address), "127.0.0.1", 0)
        serving = asyncio.create_task(serves.serve([at]))
        try:
            yield f"http://127.0.0.1:{at.getsockname()[1]}"
        finally:
            serves.should_exit = True
            await serving


def back_to(address: str, version: str) -> None:
    """Undo the migrations after `version` in the database at `address`."""
    settings = config()
    with create_engine(sync_url(address), connect_args={"options": search_path()}).connect() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, version)
        connection.commit()


@pytest.fixture(scope="session")
def template(postgres_session: PostgresServer) -> str:
    """A database with empty tables and topics. Copying it takes a fifth of the time of making another."""
    address = postgres_session.new_database()

    async def make_it() -> None:
        async with new_store(address):
            pass

    asyncio.run(make_it())
    return address


@pytest.fixture
async def store(postgres_session: PostgresServer, template: str) -> AsyncIterator[Store]:
    """Tables and log in one new database."""
    address = postgres_session.new_database(like=template)
    log = open_log(address)
    try:
        async with store_at(address, log) as made:
            yield made
    finally:
        await log.close()
    postgres_session.drop_database(address)


@pytest.fixture
async def store_on_kafka(postgres_session: PostgresServer, template: str, kafka: KafkaServer) -> AsyncIterator[Store]:
    """Tables in a new database, and the log on the shared Kafka, read by a group of the test's own."""
    address = postgres_session.new_database(like=template)
    log = open_log(kafka.address)
    try:
        await log.create_topics(TOPICS)
        async with store_at(address, log, f"store-{secrets.token_hex(4)}") as made:
            yield made
    finally:
        await log.close()
    postgres_session.drop_database(address)


@contextmanager
def loaded_with(server: PostgresServer, events: int, seed: int = 1) -> Iterator[str]:
    """The address of a new database with seeded articles of `events` events, loaded past the projector."""

    async def fill() -> None:
        engine = open_engine(address, size=2)
        try:
            await load_messages(engine, messages(events, seed=seed))
        finally:
            await engine.dispose()

    address = server.new_database()
    migrate(address, say=lambda _: None)
    asyncio.run(fill())
    yield address
    server.drop_database(address)
