"""The extract service on the Postgres log: a consumer of the log port feeds the flow, and commits what it finishes."""

import asyncio
import contextlib
from typing import Final

import structlog

from services.contracts.topics import ARTICLES
from services.extract.worker.flow import BACKOFF_SECONDS, Acknowledge, Flow
from services.runtime import metrics
from services.runtime.log.port import (
    CommitRefusedError,
    Consumer,
    Log,
    LogUnavailableError,
    Record,
    TopicPartition,
)

POLL_SECONDS: Final = 1.0
POLL_RECORDS: Final = 50
DRAIN_SECONDS: Final = 6.0

_log = structlog.get_logger(__name__)


async def run(log: Log, group: str, flow: Flow, stop: asyncio.Event) -> None:
    """Consume until `stop`; then finish what is in work, for a few seconds at most, and leave the group."""
    intake = PortIntake(log, group, flow, stop)
    while not stop.is_set():
        try:
            await intake.join_and_consume()
        except LogUnavailableError as error:
            await intake.pause(error)


class PortIntake:
    """A member of the consumer group, through outages of the log: it keeps its place and what is in work."""

    def __init__(self, log: Log, group: str, flow: Flow, stop: asyncio.Event) -> None:
        self._log = log
        self._group = group
        self._flow = flow
        self._stop = stop
        self._finished: dict[TopicPartition, int] = {}
        self._faults = 0

    async def join_and_consume(self) -> None:
        """Join the group and consume until the stop. Raises LogUnavailableError where it cannot join."""
        async with self._log.consumer(self._group, [ARTICLES.name], on_revoked=self._on_revoked) as consumer:
            metrics.ASSIGNED.labels(ARTICLES.name).set_function(lambda: len(consumer.assignment()))
            while not self._stop.is_set():
                try:
                    # Nothing that can fail stands behind the poll: what it has handed out it does not hand out again.
                    await self._commit(consumer)
                    records = await consumer.poll(POLL_RECORDS, POLL_SECONDS)
                    self._faults = 0
                except LogUnavailableError as error:
                    await self.pause(error)
                    continue
                for record in records:
                    await self._put(record, consumer)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._flow.drained(), DRAIN_SECONDS)
            with contextlib.suppress(LogUnavailableError):
                await self._commit(consumer)

    async def pause(self, error: LogUnavailableError) -> None:
        """Say so, and wait before the next attempt; longer each time."""
        seconds = BACKOFF_SECONDS[min(self._faults, len(BACKOFF_SECONDS) - 1)]
        self._faults += 1
        metrics.RETRIES.labels("consume articles").inc()
        _log.warning("log_unavailable", error=str(error), retry_in_seconds=seconds)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _put(self, record: Record, consumer: Consumer) -> None:
        """Take the record into work; commit now and then while there is no room. After the stop, do nothing."""
        if self._stop.is_set() or record.topic_partition not in consumer.assignment():
            return
        waiting = asyncio.create_task(self._flow.put(record, self._acknowledge(record)))
        try:
            while not (await asyncio.wait({waiting}, timeout=POLL_SECONDS))[0]:
                if self._stop.is_set():
                    return
                with contextlib.suppress(LogUnavailableError):  # poll will tell
                    await self._commit(consumer)
        finally:
            waiting.cancel()

    def _acknowledge(self, record: Record) -> Acknowledge:
        async def acknowledge() -> None:
            self._finished[record.topic_partition] = record.offset + 1

        return acknowledge

    async def _commit(self, consumer: Consumer) -> None:
        held = consumer.assignment()
        finished = {p: o for p, o in self._finished.items() if p in held}
        if not finished:
            return
        try:
            await consumer.commit(finished)
        except CommitRefusedError as error:
            # Somebody else has one of them, and does again what was not committed; the others go with the next commit.
            _log.info("commit_refused", error=str(error))
            return
        for partition, offset in finished.items():
            if self._finished.get(partition) == offset:
                del self._finished[partition]

    async def _on_revoked(self, gone: frozenset[TopicPartition]) -> None:
        self._flow.drop(lambda partition: partition in gone)
        for partition in gone:
            self._finished.pop(partition, None)
