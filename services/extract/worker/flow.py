"""The middle of the extract service: several articles at once over the pool, published and acknowledged in their order.

A record is acknowledged when everything it became is durable in the log, and never before an earlier one. While the
log is away it is tried again, for as long as it takes; nothing is skipped. Where articles fail in a flood, the flow
stops before the failure that is one too many, and with it the intake, whose records find no more room.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from services.contracts.cloudevents import header
from services.extract.worker.coding import Coded, Extractor, bury, code
from services.runtime import metrics
from services.runtime.dead_letters import without_value
from services.runtime.flood_stop import FloodStop
from services.runtime.health import Progress
from services.runtime.log.port import Log, LogUnavailableError, Record, RecordTooLargeError, TopicPartition
from services.runtime.trace import trace_of

BACKOFF_SECONDS: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
STUCK_SECONDS: Final = 180.0
TRIED: Final = 10
"""Articles in work that a stopped flow tries again, at most."""

_log = structlog.get_logger(__name__)

Acknowledge = Callable[[], Awaitable[None]]
"""Called once for each record, in order, when its results are durable. It may be called for a record that has gone to
another member of the group meanwhile, and must then do nothing."""


@dataclass(slots=True, eq=False)
class _InWork:
    record: Record
    acknowledge: Acknowledge
    coded: asyncio.Task[Coded]
    dropped: bool = False
    buried: Coded | None = None

    def is_dropped(self) -> bool:
        return self.dropped


class Flow:
    """Use as an async context manager; leaving drops what is in work, unacknowledged. `depth` bounds how much it is."""

    def __init__(self, log: Log, extractor: Extractor, version: str, depth: int, flood: FloodStop) -> None:
        self._log = log
        self._flood = flood
        self._extractor = extractor
        self._version = version
        self._room = asyncio.Semaphore(depth)
        self._work: deque[_InWork] = deque()
        self._arrived = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._finisher: asyncio.Task[None] | None = None
        self.progress = Progress(STUCK_SECONDS)

    async def __aenter__(self) -> "Flow":
        self._finisher = asyncio.create_task(self._finish())
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._finisher is not None:
            self._finisher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._finisher
        work = list(self._work)
        self.drop(lambda _: True)
        await asyncio.gather(*(item.coded for item in work), return_exceptions=True)

    async def put(self, record: Record, acknowledge: Acknowledge) -> None:
        """Take `record` into work; waits while there is no room."""
        await self._room.acquire()
        metrics.RECORDS_CONSUMED.labels(record.topic).inc()
        metrics.QUEUED.labels("articles in work").inc()
        self._work.append(
            _InWork(record, acknowledge, asyncio.create_task(code(record, self._extractor, self._version)))
        )
        self.progress.begun()
        self._empty.clear()
        self._arrived.set()

    def drop(self, gone: Callable[[TopicPartition], bool]) -> None:
        """Forget what is in work of partitions that are `gone`: whoever has them now does it again."""
        for item in self._work:
            if not item.is_dropped() and gone(item.record.topic_partition):
                item.dropped = True
                item.coded.cancel()

    @property
    def idle(self) -> bool:
        """Whether nothing is in work."""
        return not self._work

    async def drained(self) -> None:
        """Return when nothing is in work."""
        await self._empty.wait()

    async def _finish(self) -> None:
        while True:
            while not self._work:
                self._empty.set()
                self._arrived.clear()
                await self._arrived.wait()
            item = self._work[0]
            try:
                await self._finish_one(item)
            except asyncio.CancelledError:
                if not item.is_dropped() or (self._finisher is not None and self._finisher.cancelling()):
                    raise
            self._work.popleft()
            metrics.QUEUED.labels("articles in work").dec()
            self._room.release()
            self.progress.done(more=bool(self._work))

    async def _finish_one(self, item: _InWork) -> None:
        if item.is_dropped():
            return
        coded = await self._admitted(item)
        while not item.is_dropped() and not await self._publish(item, coded):
            coded = item.buried or coded
        if item.is_dropped():
            return
        self._count(item.record, coded)
        await item.acknowledge()

    async def _admitted(self, item: _InWork) -> Coded:
        """Return what `item` became, once that may be published: while articles fail in a flood it may not."""
        coded = await item.coded
        if self._flood.stopped and not self._is_flood():
            self._flood.end("articles no longer fail")
        while not item.is_dropped() and not self._flood.gate.admits(coded.reason is not None):
            await self._flood.begin(f"last: {coded.reason}, {_error(coded)}")
            if await self._flood.pause(item.is_dropped):
                continue
            await self._try_again()
            coded = await item.coded
            if not self._is_flood():
                self._flood.end("a trial succeeded")
        return coded

    async def _try_again(self) -> None:
        """Code those that failed of the next few articles in work again."""
        for item in list(self._work)[:TRIED]:
            if not item.is_dropped() and item.coded.done() and item.coded.result().reason is not None:
                item.coded = asyncio.create_task(code(item.record, self._extractor, self._version))
        tasks = [item.coded for item in list(self._work)[:TRIED]]
        await asyncio.wait(tasks)

    def _is_flood(self) -> bool:
        """Whether too many of the next few articles in work have failed."""
        done = [item.coded for item in list(self._work)[:TRIED] if item.coded.done() and not item.coded.cancelled()]
        return self._flood.gate.is_flood_of(coded.result().reason is not None for coded in done)

    async def _publish(self, item: _InWork, coded: Coded) -> bool:
        """Publish, however often that takes; False when it has to be published as something else."""
        attempt = 0
        while not item.is_dropped():
            try:
                await self._log.publish(coded.outgoing)
                return True
            except RecordTooLargeError as error:
                if coded.reason is None:
                    item.buried = bury(item.record, "too_large", str(error), self._version)
                elif (letter := coded.outgoing[0]).value is not None:
                    item.buried = Coded((without_value(letter),), reason=coded.reason)
                else:
                    # Not even without its value. Stop here rather than lose it: an operator has to see to the topic.
                    _log.error("dead_letter_too_large", error=str(error), **_where(item.record))
                    await asyncio.sleep(BACKOFF_SECONDS[-1])
                    continue
                return False
            except LogUnavailableError as error:
                pause = BACKOFF_SECONDS[min(attempt, len(BACKOFF_SECONDS) - 1)]
                attempt += 1
                metrics.RETRIES.labels("publish extraction").inc()
                _log.warning("log_unavailable", error=str(error), retry_in_seconds=pause, **_where(item.record))
                await asyncio.sleep(pause)
        return True

    def _count(self, record: Record, coded: Coded) -> None:
        if coded.reason is not None:
            metrics.DEAD_LETTERS.labels("extract", coded.reason).inc()
            _log.warning("dead_letter", reason=coded.reason, error=_error(coded), **_where(record))
            return
        metrics.ARTICLES_EXTRACTED.inc()
        _log.info("article_extracted", events=len(coded.event_types), **_where(record))
        for event_type in coded.event_types:
            metrics.EVENTS_EXTRACTED.labels(event_type).inc()


def _error(coded: Coded) -> str:
    return header(coded.outgoing[0].headers, "frontlog-error") or ""


def _where(record: Record) -> dict[str, object]:
    key = (record.key or b"").decode("utf-8", "replace")
    at = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    return {"article_id": key, **at, "trace_id": trace_of(record.headers)}
