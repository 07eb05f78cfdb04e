"""A member of a Kafka consumer group.

aiokafka tells of assignments in a task of its own, swallows what a listener raises, and reports no outage from
`getmany`. So the listener here only notes and pauses what was assigned; `poll` asks where to start, in the caller's own
task, and looks after the broker when nothing comes.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from services.contracts.topics import MAX_RECORD_BYTES
from services.runtime.log.kafka_records import record_of
from services.runtime.log.port import (
    CommitRefusedError,
    LogUnavailableError,
    OnAssigned,
    OnRevoked,
    Record,
    TopicPartition,
)

if TYPE_CHECKING:
    from services.runtime.log.kafka import KafkaLog

JOIN_SECONDS: Final = 60.0
"""Joining waits for the other members, a killed one's session timeout included."""
OPERATION_SECONDS: Final = 10.0
CHECK_EVERY_SECONDS: Final = 5.0
SESSION_MS: Final = 10_000
HEARTBEAT_MS: Final = 2_000


class KafkaConsumer:
    """See `services.runtime.log.port.Consumer`."""

    def __init__(
        self,
        log: "KafkaLog",
        options: Mapping[str, Any],
        group: str,
        topics: Sequence[str],
        on_assigned: OnAssigned | None,
        on_revoked: OnRevoked | None,
    ) -> None:
        self._log = log
        self._options = options
        self._group = group
        self._topics = list(topics)
        self._on_assigned = on_assigned
        self._listener = _Listener(on_revoked)
        self._consumer: AIOKafkaConsumer | None = None
        self._checked_at = 0.0

    async def __aenter__(self) -> "KafkaConsumer":
        consumer = AIOKafkaConsumer(
            **self._options,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            max_partition_fetch_bytes=MAX_RECORD_BYTES,
        )
        self._listener.consumer = consumer
        consumer.subscribe(topics=self._topics, listener=self._listener)
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await consumer.start()
        except (KafkaError, OSError) as error:  # TimeoutError is an OSError
            await self._stop(consumer)
            raise LogUnavailableError(f"cannot join group {self._group}: {error or type(error).__name__}") from error
        except BaseException:
            await self._stop(consumer)
            raise
        self._consumer = consumer
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            held = frozenset(_ours(p) for p in consumer.assignment())
            try:
                await self._listener.revoke(held)
            finally:
                await self._stop(consumer)

    def assignment(self) -> frozenset[TopicPartition]:
        if self._consumer is None:
            return frozenset()
        return frozenset(_ours(p) for p in self._consumer.assignment() - self._listener.waiting)

    async def poll(self, max_records: int = 500, timeout: float = 1.0) -> list[Record]:
        consumer = self._joined()
        if self._listener.waiting:
            await self._begin(consumer)
        batches: dict[KafkaPartition, list[Any]] = {}
        try:
            async with asyncio.timeout(timeout + OPERATION_SECONDS):
                batches = await consumer.getmany(timeout_ms=int(timeout * 1000), max_records=max_records)
        except (KafkaError, OSError) as error:
            raise LogUnavailableError(f"Kafka did not answer: {error or type(error).__name__}") from error
        # What was fetched before its start was set does not count: `_begin` sets every start.
        records = [
            record_of(r)
            for partition, batch in batches.items()
            if partition not in self._listener.waiting
            for r in batch
        ]
        if not records:
            await self._check_now_and_then()
        return records

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        if not offsets:
            return
        consumer = self._joined()
        if early := [p for p in offsets if _theirs(p) in self._listener.waiting]:
            raise CommitRefusedError(f"{early[0].topic}/{early[0].partition} was assigned anew and is not yet read")
        try:
            await self._answered(consumer.commit({_theirs(p): offset for p, offset in offsets.items()}))
        except (CommitFailedError, IllegalStateError) as error:
            raise CommitRefusedError(str(error)) from error

    async def seek(self, partition: TopicPartition, offset: int) -> None:
        consumer = self._joined()
        there = _theirs(partition)
        target = await self._within({there: offset})
        try:
            consumer.seek(there, target[there])
            if there in self._listener.waiting:
                self._listener.waiting.discard(there)
                consumer.resume(there)
        except IllegalStateError as error:
            raise ValueError(f"{partition.topic}/{partition.partition} is not assigned to this consumer") from error

    async def _begin(self, consumer: AIOKafkaConsumer) -> None:
        """Set the start of newly assigned partitions. Where the callback fails, they wait for the next poll."""
        fresh = frozenset(self._listener.waiting)
        chosen: dict[KafkaPartition, int] = {}
        if self._on_assigned is not None:
            answer = await self._on_assigned(frozenset(_ours(p) for p in fresh))
            chosen = {_theirs(p): offset for p, offset in answer.items() if _theirs(p) in fresh}
        for partition in fresh - chosen.keys():
            chosen[partition] = await self._answered(consumer.committed(partition)) or 0
        starts = await self._within(chosen)
        for partition in fresh:
            # Another rebalance may have taken it away meanwhile, and will tell.
            with contextlib.suppress(IllegalStateError):
                consumer.seek(partition, starts[partition])
                self._listener.waiting.discard(partition)
                consumer.resume(partition)

    async def _within(self, offsets: Mapping[KafkaPartition, int]) -> dict[KafkaPartition, int]:
        """The offsets, moved to where there is something: out of range, aiokafka would start at the beginning."""
        if not offsets:
            return {}
        bounds = await self._log.offsets_between(list(offsets))
        return {p: max(bounds[p][0], min(offset, bounds[p][1])) for p, offset in offsets.items()}

    async def _answered(self, request: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(OPERATION_SECONDS):
                return await request
        except (CommitFailedError, IllegalStateError):
            raise
        except (KafkaError, OSError) as error:
            raise LogUnavailableError(f"Kafka did not answer: {error or type(error).__name__}") from error

    async def _check_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._checked_at >= CHECK_EVERY_SECONDS:
            await self._log.check()
            self._checked_at = asyncio.get_running_loop().time()

    def _joined(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("the consumer is used outside of its `async with`")
        return self._consumer

    async def _stop(self, consumer: AIOKafkaConsumer) -> None:
        self._listener.on_revoked = None
        with contextlib.suppress(TimeoutError, KafkaError, OSError):
            await asyncio.wait_for(consumer.stop(), OPERATION_SECONDS)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Called by aiokafka's coordinator task, before and after the group shares its partitions out anew."""

    def __init__(self, on_revoked: OnRevoked | None) -> None:
        self.consumer: AIOKafkaConsumer | None = None
        self.on_revoked = on_revoked
        self.waiting: set[KafkaPartition] = set()

    async def on_partitions_revoked(self, revoked: set[KafkaPartition]) -> None:
        # Those that never began are nobody's business.
        told = frozenset(_ours(p) for p in revoked - self.waiting)
        self.waiting.clear()
        await self.revoke(told)

    async def on_partitions_assigned(self, assigned: set[KafkaPartition]) -> None:
        assert self.consumer is not None
        self.waiting = set(assigned)
        if assigned:
            self.consumer.pause(*assigned)

    async def revoke(self, gone: frozenset[TopicPartition]) -> None:
        if gone and self.on_revoked is not None:
            await self.on_revoked(gone)


def _theirs(partition: TopicPartition) -> KafkaPartition:
    return KafkaPartition(partition.topic, partition.partition)


def _ours(partition: KafkaPartition) -> TopicPartition:
    return TopicPartition(partition.topic, partition.partition)
