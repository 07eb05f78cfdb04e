"""The composition of the deliverer of webhooks: what is due is delivered, until it is told to stop."""

import asyncio
import contextlib
import signal
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.runtime import metrics
from services.runtime.health import Attempts, HealthServer
from services.runtime.outbound import Outbound, OutboundSettings
from services.runtime.stopping import end_in_time
from services.store.database import is_passing, measure, open_engine
from services.store.schema_check import schema_check
from services.store.stream.settings import FeedSettings
from services.store.subscriptions.deliver import Deliverer
from services.store.subscriptions.settings import DelivererSettings
from services.store.subscriptions.standing import standing

LOOK_SECONDS: Final = 0.5
FORGET_SECONDS: Final = 300.0
WATCH_SECONDS: Final = 5.0
FAILING_SECONDS: Final = 30.0

log = structlog.get_logger("services.store.subscriptions")


async def serve(settings: DelivererSettings, database: str, outside: OutboundSettings, feed: FeedSettings) -> None:
    """Work until SIGTERM or SIGINT. Raises OSError for the health server's address."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, _begin_stop, stop)
    engine = open_engine(database, size=8, name="deliverer")
    measure(engine)
    deliverer = Deliverer(
        engine,
        Outbound(outside, agent="frontlog-webhooks"),
        at_once=settings.at_once,
        disable_after=timedelta(hours=settings.disable_hours),
    )
    attempts = Attempts(FAILING_SECONDS)
    checks = {
        "database": schema_check(engine),
        "delivery": attempts.check,
        "progress": deliverer.progress.check,
    }
    try:
        async with HealthServer(settings.http, checks):
            forgotten = watched = float("-inf")
            while not stop.is_set():
                try:
                    await deliverer.step()
                    if loop.time() - forgotten > FORGET_SECONDS:
                        await deliverer.forget(datetime.now(UTC) - timedelta(hours=feed.hours))
                        forgotten = loop.time()
                    if loop.time() - watched > WATCH_SECONDS:
                        await watch(engine)
                        watched = loop.time()
                    attempts.succeeded()
                except Exception as error:
                    attempts.failed(str(error))
                    passing = is_passing(error)
                    log.warning("deliveries_wait", error=str(error), exc_info=None if passing else error)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
            with contextlib.suppress(Exception):
                # Without the database the leases run out by themselves.
                await deliverer.stop()
    finally:
        await engine.dispose()


def _begin_stop(stop: asyncio.Event) -> None:
    stop.set()
    end_in_time()


async def watch(engine: AsyncEngine) -> None:
    """Tell once, as metrics, how the subscriptions stand."""
    async with engine.connect() as connection:
        found = await standing(connection)
    for status, count in found.by_status.items():
        metrics.SUBSCRIPTIONS.labels(status).set(count)
    metrics.SUBSCRIPTIONS_FAILING.set(found.failing)
    metrics.WEBHOOKS_BEHIND.labels("answers").set(found.behind)
    metrics.WEBHOOKS_BEHIND.labels("fails").set(found.behind_failing)
