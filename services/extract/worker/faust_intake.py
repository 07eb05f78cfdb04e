"""The extract service on Kafka: a Faust agent feeds the flow, and acknowledges what it finishes.

Faust reads, keeps the membership in the group and commits; results are published by the log port, whose producer says
when it fails. What Faust needs to be handled with care for (faust-streaming 0.15):

- Acknowledged out of order, it commits past records that are still in work. So: one agent, acknowledged by hand, in
  order, and never for a record of an earlier assignment.
- What escapes an agent's body acknowledges the record. Nothing can: `coding.code` makes a dead letter of it.
- Around a rebalance it lets records fall and commits past them: `continuity` puts them back in their place.
- It would declare topics with partition counts of its own, and serve HTTP on every interface. Both are off.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import faust
import structlog
from faust.types.tuples import TP, ConsumerMessage

from services.contracts.topics import ARTICLES, MAX_RECORD_BYTES
from services.extract.worker.continuity import Continuity
from services.extract.worker.flow import BACKOFF_SECONDS, Acknowledge, Flow
from services.runtime import metrics
from services.runtime.log.kafka_security import KafkaSecurity
from services.runtime.log.port import Log, LogUnavailableError, Record, TopicPartition
from services.runtime.settings import load

COMMIT_SECONDS: Final = 1.0
SESSION_SECONDS: Final = 10.0
HEARTBEAT_SECONDS: Final = 2.0
DRAIN_SECONDS: Final = 4.0
STOP_SECONDS: Final = 4.0
BUFFERED_RECORDS: Final = 64
LOOK_SECONDS: Final = 10.0
"""How often it is asked whether the ends of partitions were let fall; what stands there for two looks was."""

_log = structlog.get_logger(__name__)


class FaustCrashedError(Exception):
    """Faust gave up. The process should end and be started again: what was not acknowledged comes again."""


async def run(log: Log, brokers: str, group: str, flow: Flow, stop: asyncio.Event) -> None:
    """Consume until `stop`; then finish what is in work, for a few seconds at most, and leave the group.

    Raises FaustCrashedError.
    """
    # Faust crashes where the broker is not there at its start; later it waits for it.
    await _topic_is_there(log, stop)
    if stop.is_set():
        return
    with tempfile.TemporaryDirectory(prefix="frontlog-faust-") as folder:
        reading = _Reading(log, group, flow, stop)
        app = make_app(brokers, group, Path(folder), reading)
        looking = asyncio.create_task(reading.look(app))
        ended = asyncio.create_task(app.wait_until_stopped())
        stopping = asyncio.create_task(stop.wait())
        try:
            await app.start()
            await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                raise FaustCrashedError(f"Faust stopped by itself: {app.crash_reason!r}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(flow.drained(), DRAIN_SECONDS)
        finally:
            looking.cancel()
            stopping.cancel()
            ended.cancel()
            # With the broker gone it may never end.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(app.stop(), STOP_SECONDS)


class _Reading:
    """Records in their order into the flow: those that Faust hands out, and those that it let fall."""

    def __init__(self, log: Log, group: str, flow: Flow, stop: asyncio.Event) -> None:
        self._continuity = Continuity(log, group, self._skip)
        self._flow = flow
        self._stop = stop
        self._one_at_a_time = asyncio.Lock()
        self._assigned: frozenset[TopicPartition] = frozenset()
        self._away: set[TopicPartition] = set()
        """Taken away and not given back so far: until then the generation is still the old one."""
        self._add_gap: Callable[[TP, int, int], Awaitable[None]] | None = None

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def assigned(self, app: faust.App, partitions: frozenset[TopicPartition]) -> None:
        self._assigned = partitions
        self._away -= partitions
        self._know_no_gaps(app)

    def revoked(self, partitions: frozenset[TopicPartition]) -> None:
        self._assigned -= partitions
        self._away |= partitions
        self._continuity.forget()
        self._flow.drop(lambda partition: partition in partitions)

    async def take(self, app: faust.App, event: Any) -> None:
        """Put the record of Faust's `event` into the flow, behind those before it that did not come."""
        message = event.message
        self._know_no_gaps(app)
        async with self._one_at_a_time:
            record = record_of(message)
            ours = self._tenure(app, record.topic_partition, message.generation_id)
            if not ours():
                # Of an earlier assignment: unacknowledged, it comes again.
                return
            async for missed in self._continuity.before(record, message.generation_id):
                await self._flow.put(missed, _acknowledge_missed(app, missed, message.generation_id, ours))
            await self._flow.put(record, _acknowledge(event, ours))

    async def look(self, app: faust.App) -> None:
        """See now and then whether the end of a partition was let fall, behind which nothing comes that would tell."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._flow.idle or app.rebalancing or self.stopping:
                continue
            async with self._one_at_a_time:
                generation = app.consumer_generation_id
                with contextlib.suppress(LogUnavailableError):
                    async for missed in self._continuity.left(self._assigned, generation):
                        ours = self._tenure(app, missed.topic_partition, generation)
                        await self._flow.put(missed, _acknowledge_missed(app, missed, generation, ours))

    def _tenure(self, app: faust.App, here: TopicPartition, generation: int) -> Callable[[], bool]:
        """Return what tells whether `here` is still this member's, by the assignment of `generation`.

        A record may wait for its place in the flow while those before it are dropped with their partition. Were it
        acknowledged then, Faust would commit past them.
        """

        def ours() -> bool:
            return here not in self._away and generation == app.consumer_generation_id

        return ours

    def _know_no_gaps(self, app: faust.App) -> None:
        if self._add_gap is None:
            # What it takes for a hole of compaction it would commit with the records around it, in work or not.
            consumer: Any = app.consumer
            self._add_gap, consumer._add_gap = consumer._add_gap, _no_gap

    async def _skip(self, partition: TopicPartition, first: int, following: int) -> None:
        if self._add_gap is not None:
            await self._add_gap(TP(partition.topic, partition.partition), first, following - 1)


async def _no_gap(_partition: TP, _first: int, _last: int) -> None:
    pass


def make_app(brokers: str, group: str, folder: Path, reading: _Reading) -> faust.App:
    """The Faust application with its one agent."""
    app = faust.App(
        group,
        broker=[f"aiokafka://{broker}" for broker in brokers.split(",")],
        broker_credentials=credentials(load(KafkaSecurity)),
        datadir=str(folder),
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=MAX_RECORD_BYTES,
        broker_commit_interval=COMMIT_SECONDS,
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=HEARTBEAT_SECONDS,
        stream_buffer_maxsize=BUFFERED_RECORDS,
        # Revoked records are dropped below; waiting for them would hold up the group while the log is away.
        stream_wait_empty=False,
        stream_publish_on_commit=False,
        producer_acks=-1,
    )
    articles = app.topic(ARTICLES.name, key_type=bytes, value_type=bytes)

    @app.agent(articles, concurrency=1, name="extract")
    async def agent(stream: Any) -> None:
        async for event in _events(stream):
            if reading.stopping:
                # Unacknowledged: it comes again.
                await asyncio.sleep(DRAIN_SECONDS + STOP_SECONDS)
                continue
            await reading.take(app, event)

    async def revoked(_app: Any, *arguments: Any, **_more: Any) -> None:
        reading.revoked(frozenset(TopicPartition(tp.topic, tp.partition) for tp in arguments[0]))

    async def assigned(_app: Any, *arguments: Any, **_more: Any) -> None:
        metrics.ASSIGNED.labels(ARTICLES.name).set(len(arguments[0]))
        reading.assigned(app, frozenset(TopicPartition(tp.topic, tp.partition) for tp in arguments[0]))

    app.on_partitions_assigned.connect(assigned)  # type: ignore[arg-type]
    app.on_partitions_revoked.connect(revoked)  # type: ignore[arg-type]
    return app


def credentials(security: KafkaSecurity) -> faust.SASLCredentials | faust.SSLCredentials | None:
    """What Faust wants in place of the log port's options. Raises SettingError."""
    options = security.options()
    if security.uses_sasl:
        return faust.SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=options.get("ssl_context"),
        )
    return faust.SSLCredentials(options["ssl_context"]) if security.uses_tls else None


def _events(stream: Any) -> AsyncIterator[Any]:
    events: AsyncIterator[Any] = stream.noack().events()
    return events


def _acknowledge(event: Any, ours: Callable[[], bool]) -> Acknowledge:
    async def acknowledge() -> None:
        # An offset of an earlier assignment would be committed over those that are being read again.
        if ours():
            event.ack()

    return acknowledge


def _acknowledge_missed(app: faust.App, record: Record, generation: int, ours: Callable[[], bool]) -> Acknowledge:
    """The same for a record that Faust did not hand out: it commits up to what it knows as read without a hole."""
    message = ConsumerMessage(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=record.timestamp.timestamp(),
        timestamp_type=0,
        headers=None,
        key=record.key,
        value=None,
        checksum=None,
        tp=TP(record.topic, record.partition),
        generation_id=generation,
    )

    async def acknowledge() -> None:
        if ours():
            app.consumer.ack(message)

    return acknowledge


def record_of(message: Any) -> Record:
    """Return Faust's Message as the port's Record."""
    pairs = message.headers.items() if isinstance(message.headers, dict) else message.headers or ()
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple((name, value or b"") for name, value in pairs),
        timestamp=datetime.fromtimestamp(message.timestamp, UTC),
    )


async def _topic_is_there(log: Log, stop: asyncio.Event) -> None:
    attempt = 0
    while not stop.is_set():
        try:
            if await log.end_offsets(ARTICLES.name):
                return
            fault = f"topic {ARTICLES.name} does not exist yet: run services.runtime.create_topics"
        except LogUnavailableError as error:
            fault = str(error)
        pause = BACKOFF_SECONDS[min(attempt, len(BACKOFF_SECONDS) - 1)]
        attempt += 1
        _log.warning("log_unavailable", error=fault, retry_in_seconds=pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
