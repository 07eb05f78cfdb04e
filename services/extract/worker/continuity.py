"""The articles of a partition without a hole: what Faust lets fall around a rebalance is read from the log and put in
its place.

While partitions change hands, Faust (faust-streaming 0.15) drops records that it has fetched: those of a partition that
is paused just then, and those that reach the stream while its flow is suspended. When it goes on behind them it takes
the hole for what compaction leaves, and commits past it. The topic of articles is never compacted and knows no
transactions: its offsets have no holes but at its beginning. So the first record of an assignment has to be the one
that the group stands at, each one after it the next, and whatever is missing is still in the log.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Final, TypeVar

import structlog

from services.runtime.log.port import Log, LogUnavailableError, Record, TopicPartition

PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
AT_ONCE: Final = 500

Gone = Callable[[TopicPartition, int, int], Awaitable[None]]
"""Called where the log no longer has the records from the one offset up to the other, which is not among them."""

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class Continuity:
    """What comes next in each partition that a member of `group` has. A generation is one assignment of the group."""

    def __init__(self, log: Log, group: str, gone: Gone) -> None:
        self._log = log
        self._group = group
        self._gone = gone
        self._next: dict[TopicPartition, tuple[int, int]] = {}
        self._done: tuple[int, dict[int, int]] | None = None
        self._stood: dict[TopicPartition, tuple[int, int]] = {}

    def forget(self) -> None:
        """Partitions change hands: where the group stands is to be asked again."""
        self._next.clear()
        self._stood.clear()
        self._done = None

    async def before(self, record: Record, generation: int) -> AsyncIterator[Record]:
        """Yield the records that have to come before `record` and were not handed out, if any; note that it comes now.

        Waits while the log is away.
        """
        here = record.topic_partition
        async for missed in self._up_to(here, record.offset, generation):
            yield missed
        self._note(here, generation, record.offset + 1)

    async def left(self, partitions: Iterable[TopicPartition], generation: int) -> AsyncIterator[Record]:
        """Yield the records at the ends of `partitions` that were there at the last look already, and were not handed
        out since. To be asked now and then, when nothing is in work: only then do records not wait for their turn.

        Raises LogUnavailableError.
        """
        asked = sorted(partitions)
        ends: dict[str, dict[int, int]] = {}
        for here in asked:
            if here.topic not in ends:
                ends[here.topic] = await self._log.end_offsets(here.topic)
            end, following = ends[here.topic].get(here.partition, 0), await self._following(here, generation)
            stood, self._stood[here] = self._stood.get(here), (following, end)
            if stood is not None and stood[0] == following < stood[1]:
                async for missed in self._up_to(here, stood[1], generation):
                    yield missed

    async def _up_to(self, here: TopicPartition, offset: int, generation: int) -> AsyncIterator[Record]:
        following = await self._following(here, generation)
        while following < offset:
            found = await self._read(here, following, min(offset - following, AT_ONCE))
            found = [record for record in found if record.offset < offset]
            if not found:
                # The log begins behind it: somebody has cut it off.
                _log.warning("records_gone", topic=here.topic, partition=here.partition, first=following, next=offset)
                await self._gone(here, following, offset)
                return
            _log.warning(
                "records_read_again",
                topic=here.topic,
                partition=here.partition,
                first=found[0].offset,
                last=found[-1].offset,
            )
            for record in found:
                following = record.offset + 1
                self._note(here, generation, following)
                yield record

    def _note(self, here: TopicPartition, generation: int, following: int) -> None:
        before = self._next.get(here)
        # Read once more within an assignment, a record does not set back what comes next.
        self._next[here] = (generation, max(following, before[1]) if before and before[0] == generation else following)

    async def _following(self, here: TopicPartition, generation: int) -> int:
        known = self._next.get(here)
        if known is None or known[0] != generation:
            known = (generation, (await self._committed(here.topic, generation)).get(here.partition, 0))
            self._next[here] = known
        return known[1]

    async def _committed(self, topic: str, generation: int) -> dict[int, int]:
        if self._done is None or self._done[0] != generation:
            self._done = (generation, await _answered(lambda: self._log.committed(self._group, topic)))
        return self._done[1]

    async def _read(self, here: TopicPartition, offset: int, most: int) -> list[Record]:
        return await _answered(lambda: self._log.read(here, offset, most))


async def _answered(ask: Callable[[], Awaitable[T]]) -> T:
    """What the log answers, however long it is away."""
    attempt = 0
    while True:
        try:
            return await ask()
        except LogUnavailableError:
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1
