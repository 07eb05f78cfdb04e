"""The log in Postgres: the embedded default, with the topics, keys, offsets and consumer groups that Kafka has.

One append-only table holds the records. A partition's next offset is taken under a lock on its row, in the transaction
that inserts the records; so offsets are dense and a reader never sees one before all that precede it. LISTEN/NOTIFY
wakes readers; a slow poll finds what a lost notification would have told. Records are never compacted or deleted.

Writers of one partition wait for each other, and all wait briefly for each other when they commit (NOTIFY takes a lock
of the whole database): right for one machine, not for a cluster. That is what Kafka is for.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from sqlalchemy import (
    bindparam,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.schema import CreateSchema

from services.contracts.topics import Topic
from services.runtime.log.limits import ensure_fits, size_of
from services.runtime.log.partitioner import partition_of
from services.runtime.log.port import (
    LogUnavailableError,
    OnAssigned,
    OnRevoked,
    Outgoing,
    Position,
    Record,
    TopicPartition,
)
from services.runtime.log.postgres_consumer import PostgresConsumer
from services.runtime.log.postgres_read import fetch
from services.runtime.log.postgres_tables import SCHEMA, metadata, ownership, partitions, topics
from services.runtime.log.postgres_wake import Bell
from services.runtime.log.postgres_write import RecordRow, append

OPERATION_SECONDS: Final = 10.0
CHECK_SECONDS: Final = 5.0
LEASE_SECONDS: Final = 10.0
WRITE_BYTES: Final = 16 * 1024 * 1024
"""What one transaction writes of several publishers; a single one may write more."""


class PostgresLog:
    """The log port on Postgres. `lease` is how long, in seconds, a silent member of a group keeps its partitions."""

    def __init__(self, address: str, *, lease: float = LEASE_SECONDS) -> None:
        self._address = address
        self.lease = lease
        self._partitions: dict[str, int] = {}
        self._queue: deque[_Batch] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._engine = create_async_engine(
            address.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=5,
            max_overflow=15,
            pool_timeout=OPERATION_SECONDS / 2,
            # A restarted server costs one reconnection, not one failed operation for each pooled connection.
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": 5,
                "tcp_user_timeout": 10_000,
                # A writer that freezes in the middle of a transaction must not hold its partitions for ever.
                "options": "-c idle_in_transaction_session_timeout=15000 -c timezone=UTC",
            },
        )
        self.bell = Bell(address)

    async def publish(self, outgoing: Sequence[Outgoing]) -> list[Position]:
        for record in outgoing:
            ensure_fits(record)
        if not outgoing:
            return []
        # Found before queueing: a topic that is not there concerns nobody else.
        for topic in {record.topic for record in outgoing}:
            await self._partition_count(topic)
        batch = _Batch(outgoing, asyncio.get_running_loop().create_future())
        self._queue.append(batch)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        try:
            return await asyncio.shield(batch.written)
        except asyncio.CancelledError:
            # Nobody waits for it any more: what has not been begun is not to be written after the fact.
            batch.given_up = True
            raise

    async def _write_all(self) -> None:
        """Write what is queued, all that waits in one transaction: many small publishers cost one commit, not many."""
        while self._queue:
            self._queue = deque(batch for batch in self._queue if not batch.given_up)
            if not self._queue:
                return
            batches = [self._queue.popleft()]
            size = sum(size_of(r) for r in batches[0].records)
            while self._queue:
                size += sum(size_of(r) for r in self._queue[0].records)
                if size > WRITE_BYTES:
                    break
                batches.append(self._queue.popleft())
            try:
                await self._settle(batches)
            except BaseException as error:
                # Gone for one is gone for all that wait: none of them is to wait for its own timeout in turn.
                for batch in (*batches, *self._queue):
                    batch.fail(error)
                self._queue.clear()
                if not isinstance(error, Exception):
                    raise

    async def _settle(self, batches: Sequence["_Batch"]) -> None:
        """Write the batches and answer them. Raises LogUnavailableError, having answered none."""
        try:
            positions = await self._write([record for batch in batches for record in batch.records])
        except LogUnavailableError:
            raise
        except Exception as error:
            # One of them holds what Postgres cannot take; the others are not to suffer for it.
            if len(batches) == 1:
                batches[0].fail(error)
                return
            for batch in batches:
                await self._settle([batch])
            return
        at = 0
        for batch in batches:
            batch.succeed(positions[at : at + len(batch.records)])
            at += len(batch.records)

    async def _write(self, outgoing: Sequence[Outgoing]) -> list[Position]:
        async with self.transaction() as connection:
            homes = [TopicPartition(r.topic, partition_of(r.key, self._partitions[r.topic])) for r in outgoing]
            counts: dict[TopicPartition, int] = {}
            for home in homes:
                counts[home] = counts.get(home, 0) + 1
            here = tuple_(partitions.c.topic, partitions.c.partition)
            # In one order for everybody, so that two writers of several partitions cannot wait for each other.
            locked = await connection.execute(
                select(partitions.c.topic, partitions.c.partition, partitions.c.next_offset, func.clock_timestamp())
                .where(here.in_([(p.topic, p.partition) for p in counts]))
                .order_by(partitions.c.topic, partitions.c.partition)
                .with_for_update()
            )
            following: dict[TopicPartition, int] = {}
            stamps = {}
            for topic, partition, offset, stamp in locked:
                following[TopicPartition(topic, partition)] = offset
                stamps[TopicPartition(topic, partition)] = stamp
            positions: list[Position] = []
            rows: list[RecordRow] = []
            for record, home in zip(outgoing, homes, strict=True):
                offset = following[home]
                following[home] = offset + 1
                positions.append(Position(home.topic, home.partition, offset))
                rows.append(
                    RecordRow(
                        topic=home.topic,
                        partition=home.partition,
                        offset=offset,
                        size=size_of(record),
                        timestamp=stamps[home],
                        key=record.key,
                        value=record.value,
                        header_names=tuple([name for name, _ in record.headers]),
                        header_values=tuple([value for _, value in record.headers]),
                    )
                )
            await append(connection, rows)
            await connection.execute(
                update(partitions)
                .where(partitions.c.topic == bindparam("t"), partitions.c.partition == bindparam("p"))
                .values(next_offset=bindparam("n")),
                [{"t": p.topic, "p": p.partition, "n": following[p]} for p in counts],
            )
            await self.bell.ring(connection, {p.topic for p in counts})
        return positions

    def consumer(
        self,
        group: str,
        topics: Sequence[str],
        *,
        on_assigned: OnAssigned | None = None,
        on_revoked: OnRevoked | None = None,
    ) -> PostgresConsumer:
        return PostgresConsumer(self, group, topics, on_assigned, on_revoked)

    async def create_topics(self, wanted: Sequence[Topic]) -> list[str]:
        async with self.transaction() as connection:
            # `create … if not exists` fails when two do it at once; services start side by side.
            await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(SCHEMA))))
            await connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            await connection.run_sync(metadata.create_all)
            created: list[str] = []
            for topic in wanted:
                added = await connection.execute(
                    upsert(topics)
                    .values(name=topic.name, partitions=topic.partitions)
                    .on_conflict_do_nothing()
                    .returning(topics.c.name)
                )
                if added.first() is not None:
                    created.append(topic.name)
                    await connection.execute(
                        insert(partitions), [{"topic": topic.name, "partition": i} for i in range(topic.partitions)]
                    )
            return created

    async def end_offsets(self, topic: str) -> dict[int, int]:
        async with self.transaction() as connection:
            found = await connection.execute(
                select(partitions.c.partition, partitions.c.next_offset)
                .where(partitions.c.topic == topic)
                .order_by(partitions.c.partition)
            )
            return {row.partition: row.next_offset for row in found}

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        async with self.transaction() as connection:
            found = await connection.execute(
                select(ownership.c.partition, ownership.c.committed).where(
                    ownership.c.group == group, ownership.c.topic == topic, ownership.c.committed.is_not(None)
                )
            )
            return {row.partition: row.committed for row in found}

    async def read(self, partition: TopicPartition, offset: int, max_records: int = 500) -> list[Record]:
        async with self.transaction() as connection:
            return await fetch(connection, {partition: offset}, max_records)

    async def check(self) -> None:
        async with self.transaction(CHECK_SECONDS) as connection:
            await connection.execute(select(1))

    async def close(self) -> None:
        if self._writer is not None:
            await asyncio.wait({self._writer})
        await self.bell.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self, seconds: float = OPERATION_SECONDS) -> AsyncIterator[AsyncConnection]:
        """A transaction that takes no longer than `seconds`. Raises LogUnavailableError where the database is gone."""
        try:
            async with asyncio.timeout(seconds), self._engine.begin() as connection:
                yield connection
        except ProgrammingError as error:
            if isinstance(error.orig, psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
                raise LogUnavailableError("the log has no topics yet: run services.runtime.create_topics") from error
            raise
        except DBAPIError as error:
            if isinstance(error.orig, psycopg.OperationalError | psycopg.InterfaceError):
                raise LogUnavailableError(f"the log's Postgres does not answer: {_first_line(error.orig)}") from error
            raise
        except (
            psycopg.OperationalError,
            psycopg.InterfaceError,
            PoolTimeoutError,
            OSError,
        ) as error:  # TimeoutError is an OSError
            raise LogUnavailableError(
                f"the log's Postgres did not answer: {_first_line(error) or f'no answer in {seconds:g} s'}"
            ) from error

    async def _partition_count(self, topic: str) -> int:
        if topic not in self._partitions:
            async with self.transaction() as connection:
                count = (await connection.execute(select(topics.c.partitions).where(topics.c.name == topic))).scalar()
            if count is None:
                raise LogUnavailableError(f"topic {topic} does not exist yet: run services.runtime.create_topics")
            self._partitions[topic] = count
        return self._partitions[topic]


@dataclass(slots=True, eq=False)
class _Batch:
    """The records of one call of `publish`, and its answer."""

    records: Sequence[Outgoing]
    written: asyncio.Future[list[Position]]
    given_up: bool = False

    def succeed(self, positions: list[Position]) -> None:
        if not self.written.done():
            self.written.set_result(positions)

    def fail(self, error: BaseException) -> None:
        if self.written.done():
            return
        if isinstance(error, LogUnavailableError):
            # One instance each: they are raised in several tasks.
            error = LogUnavailableError(*error.args)
        if isinstance(error, asyncio.CancelledError):
            self.written.cancel()
        else:
            self.written.set_exception(error)
            self.written.exception()  # the caller may have given up: nobody need ask


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [""])[0]
