"""The composition of the projector: the member of the group, the outbox, the log's ends and the health server."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.contracts.topics import ARTICLES, CONTROL, DEAD_LETTER_STAGES, EVENTS, EXTRACTIONS, dead_letters
from services.runtime import disks, metrics
from services.runtime.build import build
from services.runtime.dead_letters import dead_letter, without_value
from services.runtime.disks import DiskSettings
from services.runtime.flood import FloodSettings
from services.runtime.flood_stop import FloodStop
from services.runtime.health import Advance, HealthServer, log_check
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, LogUnavailableError, Record, RecordTooLargeError, TopicPartition
from services.runtime.settings import load
from services.runtime.stopping import end_in_time
from services.runtime.trace import trace_of
from services.store.control.renew import fill
from services.store.database import is_passing, measure, open_engine
from services.store.projector import offsets
from services.store.projector.letters import follow
from services.store.projector.outbox import publish_due
from services.store.projector.projector import STUCK_SECONDS, TOPICS, Projector, Refuse
from services.store.projector.reader import Reader
from services.store.projector.settings import ProjectorSettings
from services.store.schema_check import SchemaOutdatedError, schema_check
from services.store.stream.prune import prune
from services.store.stream.settings import FeedSettings
from services.store.tables import outbox

STAGE: Final = "store"
WATCHED: Final = (
    *(ARTICLES.name, EXTRACTIONS.name, EVENTS.name, CONTROL.name),
    *(dead_letters(stage).name for stage in DEAD_LETTER_STAGES),
)
WATCH_SECONDS: Final = 5.0
OUTBOX_SECONDS: Final = 5.0
"""How often the outbox looks without having been told that there is something."""
PAUSE_SECONDS: Final = 1.0
PRUNE_SECONDS: Final = 300.0

log = structlog.get_logger("services.store.projector")


def refuse_to(log_port: Log) -> Refuse:
    """What the projector does with a record that the tables cannot take: a dead letter, durable when it returns."""

    async def refuse(record: Record, reason: str, error: str) -> None:
        letter = dead_letter(record, stage=STAGE, reason=reason, error=error, version=build())
        try:
            await log_port.publish([letter])
        except RecordTooLargeError:
            await log_port.publish([without_value(letter)])
        metrics.DEAD_LETTERS.labels(STAGE, reason).inc()
        log.warning(
            "dead_letter",
            article_id=(record.key or b"").decode("utf-8", "replace"),
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            reason=reason,
            error=error,
            trace_id=trace_of(record.headers),
        )

    return refuse


async def serve(settings: ProjectorSettings, log_address: str, database: str, floods: FloodSettings) -> None:
    """Work until SIGTERM or SIGINT. Raises DatabaseAheadError, and OSError for the health server's address."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, _begin_stop, stop)
    engine = open_engine(database, size=5, name="projector")
    measure(engine)
    disks.watch(load(DiskSettings))
    log_port = open_log(log_address)
    flood = FloodStop(log_port, STAGE, floods)
    reader = Reader()
    projector = Projector(
        engine,
        log_port,
        group=settings.group,
        refuse=refuse_to(log_port),
        batch=settings.batch,
        flood=flood,
        reader=reader,
    )
    advance = Advance(STUCK_SECONDS)
    checks = {
        "log": log_check(log_port),
        "database": schema_check(engine),
        "progress": projector.progress.check,
        "advance": advance.check,
        "flood stop": flood.check,
    }
    try:
        async with HealthServer(settings.http, checks):
            await _until_ready((checks["database"], projector.check_log), stop)
            if not stop.is_set() and (filled := await fill(engine, datetime.now(UTC))):
                log.info("made the control history of places that had none", places=filled)
            async with asyncio.TaskGroup() as tasks:
                helpers = [
                    tasks.create_task(keep_publishing(engine, log_port, projector.queued)),
                    tasks.create_task(keep_watching(engine, log_port, settings.group, advance)),
                    tasks.create_task(keep_following(engine, log_port)),
                    tasks.create_task(keep_pruning(engine, load(FeedSettings))),
                ]
                await projector.run(stop)
                for helper in helpers:
                    helper.cancel()
    finally:
        await reader.close()
        await log_port.close()
        await engine.dispose()


def _begin_stop(stop: asyncio.Event) -> None:
    stop.set()
    end_in_time()


async def keep_publishing(engine: AsyncEngine, log_port: Log, queued: asyncio.Event) -> None:
    """Publish what the outbox holds, when it is told and now and then, until it is cancelled."""
    while True:
        queued.clear()
        try:
            while await publish_due(engine, log_port):
                pass
        except Exception as error:
            _passing("the outbox cannot be published", error)
            metrics.RETRIES.labels("outbox").inc()
            await asyncio.sleep(PAUSE_SECONDS)
            queued.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(queued.wait(), OUTBOX_SECONDS)


async def keep_watching(engine: AsyncEngine, log_port: Log, group: str, advance: Advance) -> None:
    """Note the log's ends beside the offsets, and the lag as a metric, until it is cancelled."""
    while True:
        try:
            await watch(engine, log_port, group, advance)
        except Exception as error:
            _passing("the log's ends cannot be noted", error)
        await asyncio.sleep(WATCH_SECONDS)


async def keep_pruning(engine: AsyncEngine, feed: FeedSettings) -> None:
    """Remove changes that are older than they are kept, now and then, until it is cancelled."""
    while True:
        try:
            if removed := await prune(engine, datetime.now(UTC) - timedelta(hours=feed.hours)):
                log.info("old changes removed", changes=removed)
        except Exception as error:
            _passing("old changes cannot be removed", error)
        await asyncio.sleep(PRUNE_SECONDS)


async def keep_following(engine: AsyncEngine, log_port: Log) -> None:
    """Keep what is known of the dead letters up to date, until it is cancelled."""
    while True:
        try:
            await follow(engine, log_port)
        except Exception as error:
            _passing("the dead letters cannot be followed", error)
        await asyncio.sleep(WATCH_SECONDS)


async def watch(engine: AsyncEngine, log_port: Log, group: str, advance: Advance | None = None) -> None:
    """Note the log's ends once."""
    ends: dict[TopicPartition, int] = {}
    for topic in WATCHED:
        for number, end in (await log_port.end_offsets(topic)).items():
            ends[TopicPartition(topic, number)] = end
    async with engine.begin() as connection:
        await offsets.note_ends(connection, ends, datetime.now(UTC))
        stored = await offsets.stored(connection, group)
        due = await connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None)))
    metrics.QUEUED.labels("outbox").set(due or 0)
    read = {partition: end for partition, end in ends.items() if partition.topic in TOPICS}
    if advance is not None:
        advance.seen({p: stored.get(p, 0) for p in read}, read)
    for partition, offset in stored.items():
        if partition in ends:
            lag = max(ends[partition] - offset, 0)
            metrics.LAG.labels(partition.topic, str(partition.partition)).set(lag)


async def _until_ready(checks: tuple[Callable[[], Awaitable[None]], ...], stop: asyncio.Event) -> None:
    """Wait for a database that is there and migrated, and a log that answers."""
    for check in checks:
        while not stop.is_set():
            try:
                await check()
                break
            except (LogUnavailableError, SchemaOutdatedError) as error:
                log.warning("not ready yet", error=str(error))
            except Exception as error:
                if not is_passing(error):
                    raise
                log.warning("not ready yet", error=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)


def _passing(what: str, error: Exception) -> None:
    if isinstance(error, LogUnavailableError) or is_passing(error):
        log.warning(what, error=str(error))
    else:
        log.error(what, error=str(error), exc_info=error)
