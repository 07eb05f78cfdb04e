"""The extract service on Kafka: a Faust agent feeds the flow, and acknowledges what it finishes.

Faust reads, keeps the membership in the group and commits; results are published by the log port, whose producer says
when it fails. What Faust needs to be handled with care for (faust-streaming 0.15):

- Acknowledged out of order, it commits past records that are still in work. So: one agent, acknowledged by hand, in
  order, and never for a record of an earlier assignment.
- What escapes an agent's body acknowledges the record. Nothing can: `coding.code` makes a dead letter of it.
- It would declare topics with partition counts of its own, and serve HTTP on every interface. Both are off.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import faust
import structlog

from services.contracts.topics import ARTICLES, MAX_RECORD_BYTES
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
        app = make_app(brokers, group, Path(folder), flow, stop)
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
            stopping.cancel()
            ended.cancel()
            # With the broker gone it may never end.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(app.stop(), STOP_SECONDS)


def make_app(brokers: str, group: str, folder: Path, flow: Flow, stop: asyncio.Event) -> faust.App:
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
            if stop.is_set():
                # Unacknowledged: it comes again.
                await asyncio.sleep(DRAIN_SECONDS + STOP_SECONDS)
                continue
            await flow.put(record_of(event.message), _acknowledge(app, event))

    async def revoked(_app: Any, *arguments: Any, **_more: Any) -> None:
        lost = {TopicPartition(tp.topic, tp.partition) for tp in arguments[0]}
        flow.drop(lambda partition: partition in lost)

    async def assigned(_app: Any, *arguments: Any, **_more: Any) -> None:
        metrics.ASSIGNED.labels(ARTICLES.name).set(len(arguments[0]))

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


def _acknowledge(app: Any, event: Any) -> Acknowledge:
    async def acknowledge() -> None:
        # An offset of an earlier assignment would be committed over those that are being read again.
        if event.message.generation_id == app.consumer_generation_id:
            event.ack()

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
