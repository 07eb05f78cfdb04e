"""A member of a consumer group of the Postgres log.

Members hold leases, which a task of theirs renews; partitions are shared out evenly (`balance`), moved one holder at a
time, and taken over when a lease has run out. A commit names the generation of its ownership and is refused when the
partition has since gone to another.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import CursorResult, delete, func, literal, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.log.balance import next_step
from services.runtime.log.port import (
    CommitRefusedError,
    LogUnavailableError,
    OnAssigned,
    OnRevoked,
    Record,
    TopicPartition,
)
from services.runtime.log.postgres_read import fetch
from services.runtime.log.postgres_tables import SCHEMA, members, ownership, partitions

if TYPE_CHECKING:
    from services.runtime.log.postgres import PostgresLog

POLL_SECONDS: Final = 1.0
"""How long a lost notification can delay a record."""
STUCK_SECONDS: Final = 300.0
"""A member that does not poll for so long gives its partitions up, as Kafka's max.poll.interval.ms has it."""


class PostgresConsumer:
    """See `services.runtime.log.port.Consumer`. Partitions are taken and given back within `poll`, never beside it."""

    def __init__(
        self,
        log: "PostgresLog",
        group: str,
        topics: Sequence[str],
        on_assigned: OnAssigned | None,
        on_revoked: OnRevoked | None,
    ) -> None:
        self._log = log
        self._group = group
        self._topics = list(topics)
        self._on_assigned = on_assigned
        self._on_revoked = on_revoked
        self._member = uuid.uuid4().hex
        self._positions: dict[TopicPartition, int] = {}
        self._generations: dict[TopicPartition, int] = {}
        self._waiting: dict[TopicPartition, int] = {}
        """Owned, and not yet handed out: its start offset is to be asked for. Partition -> committed offset."""
        self._turn = 0
        self._polled_at = 0.0
        self._rebalance_due = True
        self._data = asyncio.Event()
        self._group_changed = asyncio.Event()
        self._heart: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "PostgresConsumer":
        self._polled_at = asyncio.get_running_loop().time()
        self._data = self._log.bell.listen([*self._topics, self._bell_name])
        self._group_changed = self._log.bell.listen([self._bell_name])
        try:
            await self._rebalance()
        except BaseException:
            self._forget_bells()
            raise
        self._heart = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._forget_bells()
        if self._heart is not None:
            self._heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._heart
        held = frozenset(self._generations)
        try:
            if held and self._on_revoked is not None:
                await self._on_revoked(held)
        finally:
            self._drop(held)
            # Where the log is gone, the lease ends the membership.
            with contextlib.suppress(LogUnavailableError):
                async with self._log.transaction() as connection:
                    await self._lock_group(connection)
                    await connection.execute(
                        delete(members).where(members.c.group == self._group, members.c.member == self._member)
                    )
                    await connection.execute(
                        update(ownership)
                        .where(ownership.c.group == self._group, ownership.c.owner == self._member)
                        .values(owner=None, generation=ownership.c.generation + 1)
                    )
                    await self._log.bell.ring(connection, [self._bell_name])

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset(self._positions)

    async def poll(self, max_records: int = 500, timeout: float = 1.0) -> list[Record]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            self._polled_at = loop.time()
            if self._rebalance_due or self._group_changed.is_set():
                await self._rebalance()
            if self._waiting:
                await self._begin()
            self._data.clear()
            if records := await self._fetch(max_records):
                return records
            left = deadline - loop.time()
            if left <= 0:
                return []
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._data.wait(), min(left, POLL_SECONDS, self._log.lease / 4))

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        if not offsets:
            return
        async with self._log.transaction() as connection:
            for partition, offset in sorted(offsets.items()):
                done = await connection.execute(
                    update(ownership)
                    .where(
                        ownership.c.group == self._group,
                        ownership.c.topic == partition.topic,
                        ownership.c.partition == partition.partition,
                        ownership.c.owner == self._member,
                        ownership.c.generation == self._generations.get(partition, -1),
                    )
                    .values(committed=offset)
                )
                if done.rowcount != 1:
                    self._rebalance_due = True
                    raise CommitRefusedError(
                        f"{partition.topic}/{partition.partition} is no longer read by this member of {self._group}; "
                        f"nothing was committed"
                    )

    async def seek(self, partition: TopicPartition, offset: int) -> None:
        if partition not in self._generations:
            raise ValueError(f"{partition.topic}/{partition.partition} is not assigned to this consumer")
        self._positions[partition] = await self._within(partition, offset)
        self._waiting.pop(partition, None)

    async def _within(self, partition: TopicPartition, offset: int) -> int:
        end = (await self._log.end_offsets(partition.topic)).get(partition.partition, 0)
        return max(0, min(offset, end))

    async def _fetch(self, max_records: int) -> list[Record]:
        if not self._positions:
            return []
        # Another partition first each time: a busy one does not starve the others.
        order = sorted(self._positions)
        self._turn = (self._turn + 1) % len(order)
        order = order[self._turn :] + order[: self._turn]
        async with self._log.transaction() as connection:
            records = await fetch(
                connection,
                {p: self._positions[p] for p in order},
                max_records,
                owner=(self._group, self._member),
            )
        for record in records:
            self._positions[record.topic_partition] = record.offset + 1
        return records

    async def _begin(self) -> None:
        """Find the start of newly assigned partitions. Where the callback fails, they wait for the next poll."""
        fresh = dict(self._waiting)
        chosen: Mapping[TopicPartition, int] = {}
        if self._on_assigned is not None:
            chosen = await self._on_assigned(frozenset(fresh))
        for partition, committed in fresh.items():
            if partition in chosen:
                self._positions[partition] = await self._within(partition, chosen[partition])
            else:
                self._positions[partition] = committed
            self._waiting.pop(partition, None)

    async def _rebalance(self) -> None:
        """Renew the lease, bury the dead, and take one step towards an even share."""
        self._rebalance_due = False
        self._group_changed.clear()
        try:
            await self._step()
        except BaseException:
            self._rebalance_due = True
            raise

    async def _step(self) -> None:
        async with self._log.transaction() as connection:
            await self._lock_group(connection)
            joined = await self._renew(connection)
            buried = await connection.execute(
                delete(members).where(members.c.group == self._group, members.c.lease_until < func.clock_timestamp())
            )
            await self._add_partitions(connection)
            freed = await connection.execute(
                update(ownership)
                .where(
                    ownership.c.group == self._group,
                    ownership.c.owner.not_in(select(members.c.member).where(members.c.group == self._group)),
                )
                .values(owner=None, generation=ownership.c.generation + 1)
            )
            owners, generations = await self._state(connection)
            subscribed = await connection.execute(
                select(members.c.member, members.c.topics).where(members.c.group == self._group)
            )
            step = next_step(self._member, {row.member: row.topics for row in subscribed}, owners)
            claimed: dict[TopicPartition, tuple[int, int]] = {}
            if step.claim:
                taken = await connection.execute(
                    update(ownership)
                    .where(
                        ownership.c.group == self._group,
                        tuple_(ownership.c.topic, ownership.c.partition).in_(
                            [(p.topic, p.partition) for p in step.claim]
                        ),
                    )
                    .values(owner=self._member, generation=ownership.c.generation + 1)
                    .returning(ownership.c.topic, ownership.c.partition, ownership.c.generation, ownership.c.committed)
                )
                for topic, partition, generation, committed in taken:
                    claimed[TopicPartition(topic, partition)] = (generation, committed or 0)
            if joined or buried.rowcount or freed.rowcount or claimed:
                await self._log.bell.ring(connection, [self._bell_name])
        lost = frozenset(
            p for p, g in self._generations.items() if owners.get(p) != self._member or generations.get(p) != g
        )
        await self._revoke(lost)
        for partition_, (generation, committed) in claimed.items():
            self._generations[partition_] = generation
            self._waiting[partition_] = committed
        if release := step.release & frozenset(self._generations):
            # Told before it is done: a last commit still counts.
            if self._on_revoked is not None:
                await self._on_revoked(release)
            await self._release(release)

    async def _release(self, release: frozenset[TopicPartition]) -> None:
        self._drop(release)
        async with self._log.transaction() as connection:
            await self._lock_group(connection)
            await connection.execute(
                update(ownership)
                .where(
                    ownership.c.group == self._group,
                    ownership.c.owner == self._member,
                    tuple_(ownership.c.topic, ownership.c.partition).in_([(p.topic, p.partition) for p in release]),
                )
                .values(owner=None, generation=ownership.c.generation + 1)
            )
            await self._log.bell.ring(connection, [self._bell_name])

    async def _revoke(self, lost: frozenset[TopicPartition]) -> None:
        self._drop(lost)
        if lost and self._on_revoked is not None:
            await self._on_revoked(lost)

    def _drop(self, gone: frozenset[TopicPartition]) -> None:
        for partition in gone:
            self._positions.pop(partition, None)
            self._generations.pop(partition, None)
            self._waiting.pop(partition, None)

    async def _renew(self, connection: AsyncConnection) -> bool:
        """Write the lease; return whether the member is new, or had been buried."""
        until = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, self._log.lease)
        written: CursorResult[tuple[bool]] = await connection.execute(
            upsert(members)
            .values(group=self._group, member=self._member, topics=self._topics, lease_until=until)
            .on_conflict_do_update(index_elements=["group", "member"], set_={"lease_until": until})
            .returning(literal_column("xmax = 0"))
        )
        return bool(written.scalar())

    async def _add_partitions(self, connection: AsyncConnection) -> None:
        known = select(literal(self._group).label("group"), partitions.c.topic, partitions.c.partition).where(
            partitions.c.topic.in_(self._topics)
        )
        await connection.execute(
            upsert(ownership).from_select(["group", "topic", "partition"], known).on_conflict_do_nothing()
        )

    async def _state(
        self, connection: AsyncConnection
    ) -> tuple[dict[TopicPartition, str | None], dict[TopicPartition, int]]:
        rows = await connection.execute(
            select(ownership.c.topic, ownership.c.partition, ownership.c.owner, ownership.c.generation).where(
                ownership.c.group == self._group
            )
        )
        owners: dict[TopicPartition, str | None] = {}
        generations: dict[TopicPartition, int] = {}
        for topic, partition, owner, generation in rows:
            owners[TopicPartition(topic, partition)] = owner
            generations[TopicPartition(topic, partition)] = generation
        return owners, generations

    async def _lock_group(self, connection: AsyncConnection) -> None:
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{SCHEMA} group {self._group}"))))

    async def _beat(self) -> None:
        """Renew the lease while the owner polls now and then; a stuck one loses its partitions."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._log.lease / 4)
            if loop.time() - self._polled_at > STUCK_SECONDS:
                continue
            # The log being gone is told by `poll`.
            with contextlib.suppress(LogUnavailableError):
                async with self._log.transaction() as connection:
                    await connection.execute(
                        update(members)
                        .where(members.c.group == self._group, members.c.member == self._member)
                        .values(
                            lease_until=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, self._log.lease)
                        )
                    )
            self._rebalance_due = True

    def _forget_bells(self) -> None:
        self._log.bell.forget(self._data)
        self._log.bell.forget(self._group_changed)

    @property
    def _bell_name(self) -> str:
        return f"group:{self._group}"
