"""One member of the projector's group: polls, applies each batch with its offsets in one transaction, and goes on.

A fault of the database is tried again for as long as it lasts and skips nothing; a record that the tables cannot take
goes to the dead letters, alone, and the rest of its batch is applied. Where records fail in a flood, it stops before
the one that is one too many, tries the next few again after a pause, and goes on when they no longer fail.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.contracts.cloudevents import TRACEPARENT, header
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.runtime import metrics
from services.runtime.flood import FloodGate
from services.runtime.flood_stop import FloodStop
from services.runtime.health import Progress
from services.runtime.log.port import (
    CommitRefusedError,
    Consumer,
    Log,
    LogUnavailableError,
    Record,
    TopicPartition,
)
from services.runtime.spans import note
from services.runtime.trace import trace_of
from services.store.database import is_passing
from services.store.projector import offsets
from services.store.projector.apply import Applied, apply
from services.store.projector.decode import ArticleExtracted, ArticleReceived, Change, Refused, read
from services.store.projector.reader import Reader
from services.store.swap_lock import hold

TOPICS: Final = (ARTICLES.name, EXTRACTIONS.name)
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0
STUCK_SECONDS: Final = 60.0
"""After so long without a batch applied, where there is one to apply, the projector is not ready."""
TRIED: Final = 10
"""Records that a stopped projector tries again, at most."""
_UNFIT_STATES: Final = ("22", "23", "54")
"""SQLSTATE classes that blame the data: data exception, integrity violation, program limit exceeded."""

log = structlog.get_logger()

Reading = asyncio.Task[list[Change]]
"""Under way to what a batch changes."""
Refuse = Callable[[Record, str, str], Awaitable[None]]
"""Takes a record, a reason (one word) and the error; returns when the dead letter is durable."""


class DatabaseAheadError(Exception):
    """The database has offsets that the log has not reached: the two do not belong together."""


class StillFloodedError(Exception):
    """The records that a stopped projector has tried again fail as before; nothing was written."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What one transaction came to. `after` are the offsets stored, `moved` those found elsewhere than believed;
    `excess` is the failure that was one too many, before which it ended."""

    done: Applied
    ended: Sequence[Change]
    after: Mapping[TopicPartition, int]
    moved: Mapping[TopicPartition, int]
    gate: FloodGate | None
    excess: Refused | None


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A batch that is read while another is applied: worth nothing once `turn` has gone on, because partitions came or
    went or are to be read from elsewhere."""

    records: Sequence[Record]
    reading: Reading
    turn: int


class Projector:
    """Applies records to the tables. `refuse` publishes dead letters. Use `run`, or `step` to go batch by batch.

    Without `flood` any number of records may fail; `quiet` logs and counts nothing of what was applied. With `reader`
    the next batch is polled and read while one is applied, as long as there are full ones.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        log_port: Log,
        *,
        group: str,
        refuse: Refuse,
        batch: int = 200,
        poll: float = 1.0,
        flood: FloodStop | None = None,
        quiet: bool = False,
        reader: Reader | None = None,
    ) -> None:
        self._engine = engine
        self._log = log_port
        self._group = group
        self._refuse = refuse
        self._batch = batch
        self._poll = poll
        self._flood = flood
        self._quiet = quiet
        self._reader = reader
        self._ahead: _Ahead | None = None
        self._turn = 0
        self._positions: dict[TopicPartition, int] = {}
        self._behind: set[TopicPartition] = set()
        """To be read from their position again before anything more is polled: the consumer is to be told still."""
        self.progress = Progress(STUCK_SECONDS)
        self.queued = asyncio.Event()
        """Set when the outbox has something new."""

    def consumer(self) -> Consumer:
        """A new member of the group that starts where the database stands."""
        return self._log.consumer(self._group, TOPICS, on_assigned=self._assigned, on_revoked=self._revoked)

    async def check_log(self) -> None:
        """Raise DatabaseAheadError where the database has read further than the log goes."""
        async with self._engine.connect() as connection:
            stored = await offsets.stored(connection, self._group)
        for topic in sorted({p.topic for p in stored}):
            ends = await self._log.end_offsets(topic)
            for partition, end in ends.items():
                at = stored.get(TopicPartition(topic, partition), 0)
                if at > end:
                    raise DatabaseAheadError(
                        f"the database has read {topic}/{partition} up to {at}, but the log ends at {end}: "
                        f"FRONTLOG_LOG and FRONTLOG_DATABASE do not belong together, or the log has lost records"
                    )

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""
        try:
            async with self.consumer() as consumer:
                for topic in TOPICS:
                    metrics.ASSIGNED.labels(topic).set_function(partial(_assigned, consumer, topic))
                while not stop.is_set():
                    await self.step(consumer, stop)
        finally:
            if self._ahead is not None:
                self._ahead.reading.cancel()

    async def step(self, consumer: Consumer, stop: asyncio.Event | None = None) -> int:
        """Poll once and apply what came; return the number of records that are dealt with.

        Returns 0 as well when the log is away, when `stop` is set before the database answers, when another member has
        taken the batch's partitions over, and when a flood of failures goes on.
        """
        if self._flood is not None and self._flood.stopped:
            await self._flood.pause(stop.is_set if stop is not None else lambda: False)
            if stop is not None and stop.is_set():
                return 0
        try:
            records, reading = await self._next(consumer)
        except LogUnavailableError as error:
            log.warning("the log does not answer", error=str(error))
            await asyncio.sleep(FIRST_PAUSE)
            return 0
        if not records:
            if self._flood is not None and self._flood.stopped and not consumer.assignment():
                self._flood.end("another member has the partitions")
            return 0
        self.progress.begun()
        for record in records:
            metrics.RECORDS_CONSUMED.labels(record.topic).inc()
        pause = FIRST_PAUSE
        while stop is None or not stop.is_set():
            try:
                done, elsewhere = await self.apply(records, reading)
            except StillFloodedError as error:
                log.warning("the flood of failures goes on", error=str(error))
                await self._follow(consumer, {record.topic_partition for record in records})
                return 0
            except Exception as error:
                if isinstance(error, LogUnavailableError) or is_passing(error):
                    log.warning("the batch is tried again", error=str(error), records=len(records))
                else:
                    # Never skipped: a fault of ours must be seen and mended, and the record waits for that.
                    log.error("the batch cannot be applied and is tried again", error=str(error), exc_info=error)
                metrics.RETRIES.labels("project").inc()
                await _wait(stop, pause * random.uniform(0.5, 1))  # noqa: S311
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            self.progress.done(more=False)
            await self._follow(consumer, elsewhere)
            return done
        return 0

    async def _next(self, consumer: Consumer) -> tuple[Sequence[Record], Reading | None]:
        """The next batch, with its reading where that is under way. Raises LogUnavailableError."""
        ahead, self._ahead = self._ahead, None
        records: Sequence[Record]
        reading: Reading | None = None
        if ahead is not None and ahead.turn == self._turn and not self._is_stopped():
            records, reading = ahead.records, ahead.reading
        else:
            if ahead is not None:
                self._put_back(ahead)
            await self._go_back(consumer)
            records = await consumer.poll(TRIED if self._is_stopped() else self._batch, self._poll)
        # There is more where a batch is full. What is wanted at once is read here: it would only be waited for.
        behind = reading is not None or len(records) >= self._batch
        if self._reader is not None and behind and not self._is_stopped():
            # A log that does not answer is found out by the next step.
            with contextlib.suppress(LogUnavailableError):
                turn = self._turn
                if more := await consumer.poll(self._batch, 0):
                    begun = asyncio.create_task(self._reader.read(more, datetime.now(UTC)))
                    self._ahead = _Ahead(more, begun, turn)
        return records, reading

    def _put_back(self, ahead: "_Ahead") -> None:
        """Read again what was polled and will not be applied: other records may have to come before it."""
        ahead.reading.cancel()
        self._behind.update(r.topic_partition for r in ahead.records)

    async def _go_back(self, consumer: Consumer) -> None:
        """Seek where reading has to go on from elsewhere. Raises LogUnavailableError; the rest is then still to do."""
        for partition in sorted(self._behind):
            # Given away meanwhile, it begins where the database stands.
            if partition in self._positions and partition in consumer.assignment():
                with contextlib.suppress(ValueError):
                    await consumer.seek(partition, self._positions[partition])
            self._behind.discard(partition)

    async def apply(
        self, records: Sequence[Record], reading: Reading | None = None
    ) -> tuple[int, dict[TopicPartition, int]]:
        """Apply `records` with their offsets in one transaction; `reading` is under way to what they change.

        Returns how many were dealt with, and the partitions that are to be read from elsewhere than behind `records`,
        with the offset: the database stands there, or the batch ended there before a flood of failures. Raises what
        the database raises, and StillFloodedError.
        """
        expected: dict[TopicPartition, int] = {}
        fresh: list[Record] = []
        for record in records:
            at = self._positions.get(record.topic_partition)
            if at is not None and record.offset >= at:
                expected.setdefault(record.topic_partition, at)
                fresh.append(record)
        if not fresh:
            return 0, {}
        begun = time.time_ns()
        now = datetime.now(UTC)
        if reading is None:
            changes = [read(record, now) for record in fresh]
        else:
            wanted = set(map(id, fresh))
            changes = [change for change in await reading if id(change.record) in wanted]
        try:
            written = await self._transaction(expected, changes, now, one_by_one=False)
        except Exception as error:
            if not is_unfit(error):
                raise
            written = await self._transaction(expected, changes, now, one_by_one=True)
        for partition, offset in {**written.after, **written.moved}.items():
            if partition in self._positions:
                self._positions[partition] = offset
        if not self._quiet:
            self._measure(written.done)
            _tell(written.ended, begun)
        if written.done.queued:
            self.queued.set()
        await self._judge(written)
        ends = {record.topic_partition: record.offset + 1 for record in fresh}
        cut = {p: self._positions[p] for p, end in ends.items() if self._positions.get(p, end) < end}
        return len(written.ended), {**cut, **written.moved}

    async def _transaction(
        self, expected: Mapping[TopicPartition, int], changes: Sequence[Change], now: datetime, *, one_by_one: bool
    ) -> _Written:
        async with self._engine.begin() as connection:
            await hold(connection)
            moved = await offsets.fence(connection, self._group, expected)
            mine = [c for c in changes if c.record.topic_partition not in moved]
            if moved:
                log.info("partitions have moved on without this member", partitions=sorted(moved))
            gate = self._flood.gate.copy() if self._flood is not None and not self._flood.stopped else None
            ended, excess = _admitted(mine, gate)
            if one_by_one:
                # Counted anew, with what only the tables know to be unfit.
                gate = self._flood.gate.copy() if self._flood is not None and gate is not None else None
                done, ended, excess = await self._each(connection, mine, now, gate)
            else:
                done = await apply(connection, ended, now)
            refused = [change for change in ended if isinstance(change, Refused)]
            flood = self._flood if self._is_stopped() else None
            if flood is not None and flood.gate.is_flood_of(isinstance(c, Refused) for c in ended):
                raise StillFloodedError(refused[0].error)
            for one in refused:
                await self._refuse(one.record, one.reason, one.error)
            after: dict[TopicPartition, int] = {}
            for change in ended:
                after[change.record.topic_partition] = change.record.offset + 1
            if after:
                await offsets.advance(connection, self._group, after, now)
        return _Written(done, ended, after, moved, gate, excess)

    async def _each(
        self, connection: AsyncConnection, changes: Sequence[Change], now: datetime, gate: FloodGate | None
    ) -> tuple[Applied, list[Change], Refused | None]:
        """Apply each change behind a savepoint of its own; what the tables do not take is refused.

        Returns the changes as they ended, up to the failure that is one too many.
        """
        done = Applied()
        ended: list[Change] = []
        for change in changes:
            outcome = change
            try:
                async with connection.begin_nested():
                    one = await apply(connection, [change], now)
            except Exception as error:
                if not is_unfit(error):
                    raise
                outcome = Refused(change.record, "database", _message(error))
            else:
                done.add(one)
            if gate is not None and not gate.admits(isinstance(outcome, Refused)):
                return done, ended, outcome if isinstance(outcome, Refused) else None
            ended.append(outcome)
        return done, ended, None

    async def _judge(self, written: _Written) -> None:
        """Keep the count of what is durable now; stop, or go on, by it."""
        if self._flood is None:
            return
        if written.gate is not None:
            self._flood.gate = written.gate
        if written.excess is not None:
            await self._flood.begin(f"last: {written.excess.reason}, {written.excess.error}")
        elif self._flood.stopped and written.ended:
            self._flood.end("a trial succeeded")

    def _is_stopped(self) -> bool:
        return self._flood is not None and self._flood.stopped

    async def _follow(self, consumer: Consumer, moved: Collection[TopicPartition]) -> None:
        """Read what has `moved` from where the database stands, and tell the group's offsets for other tools."""
        if moved:
            self._turn += 1
        self._behind.update(moved)
        told = {p: o for p, o in self._positions.items() if p in consumer.assignment()}
        try:
            if told:
                await consumer.commit(told)
        except (CommitRefusedError, LogUnavailableError) as error:
            log.info("the group's offsets were not stored; the database's count", error=str(error))

    async def start_at(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Take `partitions` on at the offsets in the database, and return these. Raises what the database raises."""
        async with self._engine.begin() as connection:
            await hold(connection)
            found = await offsets.start(connection, self._group, partitions, datetime.now(UTC))
        self._turn += 1
        self._positions.update(found)
        return found

    async def _assigned(self, partitions: frozenset[TopicPartition]) -> Mapping[TopicPartition, int]:
        pause = FIRST_PAUSE
        while True:
            try:
                found = await self.start_at(partitions)
                break
            except Exception as error:
                log.warning("the offsets cannot be read yet", error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        # The member begins there.
        self._behind -= found.keys()
        log.info("partitions assigned", partitions={f"{p.topic}/{p.partition}": o for p, o in found.items()})
        return found

    async def _revoked(self, partitions: frozenset[TopicPartition]) -> None:
        self._turn += 1
        for partition in partitions:
            self._positions.pop(partition, None)
        self._behind -= partitions

    def _measure(self, done: Applied) -> None:
        for table, count in done.rows.items():
            metrics.ROWS_WRITTEN.labels(table).inc(count)
        metrics.OLDER_REVISIONS.inc(done.older)
        now = datetime.now(UTC)
        for received in done.received:
            metrics.END_TO_END_SECONDS.observe(max((now - received).total_seconds(), 0))


def _assigned(consumer: Consumer, topic: str) -> int:
    return sum(partition.topic == topic for partition in consumer.assignment())


def _tell(changes: Sequence[Change], begun: int) -> None:
    """Log what readers can now see, in work since `begun` (nanoseconds since 1970).

    Of the article's own record only when looked for: its extraction says it all.
    """
    for change in changes:
        record = change.record
        at = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        if isinstance(change, ArticleExtracted):
            row = change.rows.extraction
            parent = header(record.headers, TRACEPARENT)
            note("apply extraction", parent, begun, time.time_ns(), article_id=str(row.article_id))
            log.info(
                "extraction_applied",
                article_id=str(row.article_id),
                events=row.events,
                **at,
                trace_id=trace_of(record.headers),
            )
        elif isinstance(change, ArticleReceived):
            log.debug("article_applied", article_id=str(change.row.article_id), **at, trace_id=trace_of(record.headers))


def _admitted(changes: Sequence[Change], gate: FloodGate | None) -> tuple[Sequence[Change], Refused | None]:
    """The changes up to the failure that is one too many, and that one."""
    if gate is not None:
        for number, change in enumerate(changes):
            if not gate.admits(isinstance(change, Refused)) and isinstance(change, Refused):
                return changes[:number], change
    return changes, None


def is_unfit(error: BaseException) -> bool:
    """Whether the database blames what was to be written, so that trying again does not help."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return False
    if cause.sqlstate is None:
        return isinstance(cause, psycopg.DataError)
    return cause.sqlstate.startswith(_UNFIT_STATES)


def _message(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).strip()[:2000]


async def _wait(stop: asyncio.Event | None, seconds: float) -> None:
    if stop is None:
        await asyncio.sleep(seconds)
        return
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
