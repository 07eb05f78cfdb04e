"""A real log that is away now and then: calls fail before they are done, or are done and their answer is lost."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from services.runtime.log.port import Consumer, Log, LogUnavailableError, Outgoing, Position, Record, TopicPartition


class Outages:
    """The log port over `log`. Of the operations in `which`, `share` of the calls fail, the first for certain.

    `seed` says for each operation which of its calls fail, however they come to lie between those of others. A poll
    only fails before it is done: what was polled and never handed out would be the port's own fault.
    """

    def __init__(self, log: Log, seed: int, *, share: float, which: frozenset[str]) -> None:
        self._log = log
        self._chance = {name: random.Random(f"{seed} {name}") for name in sorted(which)}
        self._share = share
        self.failed: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def publish(self, records: Sequence[Outgoing]) -> list[Position]:
        found: list[Position] = await self.call("publish", lambda: self._log.publish(records))
        return found

    def consumer(self, group: str, topics: Sequence[str], **callbacks: Any) -> "_Member":
        return _Member(self, self._log.consumer(group, topics, **callbacks))

    async def call(self, name: str, operation: Callable[[], Awaitable[Any]], *, after: bool = True) -> Any:
        """Do it, or fail before it, or fail after it. Raises LogUnavailableError."""
        chance = self._chance.get(name)
        fails = chance is not None and (chance.random() < self._share or name not in self.failed)
        late = chance is not None and chance.random() < 0.5 and fails and after
        if fails:
            self.failed[name] = self.failed.get(name, 0) + 1
        if fails and not late:
            raise LogUnavailableError(f"{name}: away")
        answer = await operation()
        if late:
            raise LogUnavailableError(f"{name}: done, but the answer is lost")
        return answer


class _Member:
    """A consumer whose calls fail as the log's do."""

    def __init__(self, outages: Outages, consumer: Consumer) -> None:
        self._outages = outages
        self._consumer = consumer

    async def __aenter__(self) -> "_Member":
        await self._consumer.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._consumer.__aexit__(*exc)

    def assignment(self) -> frozenset[TopicPartition]:
        return self._consumer.assignment()

    async def poll(self, max_records: int = 500, timeout: float = 1.0) -> list[Record]:
        found: list[Record] = await self._outages.call(
            "poll", lambda: self._consumer.poll(max_records, timeout), after=False
        )
        return found

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        await self._outages.call("commit", lambda: self._consumer.commit(offsets))

    async def seek(self, partition: TopicPartition, offset: int) -> None:
        await self._outages.call("seek", lambda: self._consumer.seek(partition, offset))
