"""The log port: what the services need of a log, and all they know of it.

A record is durable when `publish` returns. Records of one key keep their order. Offsets of a partition rise, and a
reader never sees a record before all earlier ones of its partition are settled. Delivery is at least once: what was
not committed comes again after a crash or a rebalance.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.contracts.topics import Topic

Headers = tuple[tuple[str, bytes], ...]


class LogUnavailableError(Exception):
    """The log cannot be reached or did not answer in time: nothing was promised. Worth trying again later."""


class RecordTooLargeError(Exception):
    """The record is larger than its topic takes. Trying again does not help."""


@dataclass(frozen=True, slots=True, order=True)
class TopicPartition:
    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to be published. A null `value` is a tombstone: it withdraws the key of a compacted topic."""

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a published record stands."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read. `timestamp` is when it was published, in UTC."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: datetime

    @property
    def topic_partition(self) -> TopicPartition:
        return TopicPartition(self.topic, self.partition)


OnAssigned = Callable[[frozenset[TopicPartition]], Awaitable[Mapping[TopicPartition, int]]]
"""Called with newly assigned partitions before the first record of them is handed out. What it returns are the offsets
to start from, in place of the group's committed ones. A consumer that keeps its offsets in its own database asks it
here; it must not block for longer than the session timeout."""

OnRevoked = Callable[[frozenset[TopicPartition]], Awaitable[None]]
"""Called when partitions are taken away: finish or drop what is in flight; a commit of theirs may fail after."""


class Consumer(Protocol):
    """A member of a consumer group. Use as an async context manager: entering joins, leaving leaves the group."""

    async def __aenter__(self) -> "Consumer": ...

    async def __aexit__(self, *exc: object) -> None: ...

    async def poll(self, max_records: int = 500, timeout: float = 1.0) -> list[Record]:
        """Return the next records, in order within each partition; an empty list after `timeout` seconds without any.

        Raises LogUnavailableError when the log is gone; polling again later goes on where it stood.
        """
        ...

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Store, for the group, the offset of the next record to read of each partition.

        Raises LogUnavailableError, and CommitRefusedError when the partition is no longer this member's.
        """
        ...

    async def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read on from `offset`; beyond the end means: from the next record published.

        Raises LogUnavailableError, and ValueError where the partition is not this member's.
        """
        ...

    def assignment(self) -> frozenset[TopicPartition]: ...


class CommitRefusedError(Exception):
    """The partition has gone to another member: its records will be delivered there again."""


class Log(Protocol):
    """A log. Safe for use by many tasks of one event loop. `close` flushes."""

    async def publish(self, records: Sequence[Outgoing]) -> list[Position]:
        """Publish and return only when every record is durable (Kafka: acks=all), positions in the order given.

        Not a transaction: on an error some of the records may be in the log. Raises LogUnavailableError,
        RecordTooLargeError.
        """
        ...

    def consumer(
        self,
        group: str,
        topics: Sequence[str],
        *,
        on_assigned: OnAssigned | None = None,
        on_revoked: OnRevoked | None = None,
    ) -> Consumer:
        """A new member of `group`. A group without a committed offset starts at the beginning."""
        ...

    async def create_topics(self, topics: Sequence[Topic]) -> list[str]:
        """Create those that are missing; return their names. Existing topics keep their partitions."""
        ...

    async def end_offsets(self, topic: str) -> dict[int, int]:
        """Partition -> offset that the next record will get."""
        ...

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        """Partition -> committed offset, for partitions that have one."""
        ...

    async def read(self, partition: TopicPartition, offset: int, max_records: int = 500) -> list[Record]:
        """Read records outside of any group, from `offset`; an empty list at the end."""
        ...

    async def check(self) -> None:
        """Raise LogUnavailableError unless the log answers within 5 seconds."""
        ...

    async def close(self) -> None: ...
