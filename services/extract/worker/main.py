"""The extract service's composition root: settings, log, pool, health server and the intake that fits the log."""

import asyncio
import contextlib
import signal
import sys
from contextlib import AsyncExitStack
from typing import Final

import structlog

from services.contracts.topics import ARTICLES
from services.extract.version import extractor_version
from services.extract.worker import port_intake
from services.extract.worker.coding import STAGE
from services.extract.worker.flow import STUCK_SECONDS, Flow
from services.extract.worker.pool import Pool
from services.extract.worker.settings import ExtractSettings
from services.runtime import metrics
from services.runtime.build import build
from services.runtime.flood import FloodSettings
from services.runtime.flood_stop import FloodStop
from services.runtime.health import Advance, HealthServer
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, LogUnavailableError, TopicPartition
from services.runtime.log.settings import LogSettings
from services.runtime.logging import LoggingSettings, configure_logging
from services.runtime.settings import SettingError, load
from services.runtime.spans import SpanSettings, configure_spans
from services.runtime.stopping import end_in_time

WATCH_SECONDS: Final = 10.0

_log = structlog.get_logger("services.extract")


async def run(settings: ExtractSettings, address: str, floods: FloodSettings) -> int:
    """Extract until SIGTERM or SIGINT; return the exit status."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _begin_stop, stop)
    log = open_log(address)
    extractor = extractor_version()
    metrics.BUILD.info({"version": build(), "extractor": extractor.version, "service": "extract"})
    pool = Pool(settings.workers, settings.timeout)
    try:
        flood = FloodStop(log, STAGE, floods)
        flow = Flow(log, pool, extractor.version, depth=2 * settings.workers, flood=flood)
        advance = Advance(STUCK_SECONDS)
        checks = {
            "log": log.check,
            "extractor": pool.check,
            "progress": flow.progress.check,
            "advance": advance.check,
            "flood stop": flood.check,
        }
        async with HealthServer(settings.http, checks), AsyncExitStack() as stack:
            _log.info("extract_starts", workers=settings.workers, version=extractor.version)
            if not await _until(stop, pool.__aenter__()):
                return 0
            watching = asyncio.create_task(_watch(log, settings.group, advance))
            stack.callback(watching.cancel)
            async with flow:
                if address.startswith("kafka://"):
                    from services.extract.worker import faust_intake

                    try:
                        brokers = address.removeprefix("kafka://").rstrip("/")
                        await faust_intake.run(log, brokers, settings.group, flow, stop)
                    except faust_intake.FaustCrashedError as error:
                        _log.error("extract_failed", error=str(error))
                        return 1
                else:
                    await port_intake.run(log, settings.group, flow, stop)
        return 0
    except OSError as error:
        _log.error("extract_cannot_start", error=str(error))
        return 1
    finally:
        await pool.__aexit__()
        await log.close()
        _log.info("extract_stopped")


def _begin_stop(stop: asyncio.Event) -> None:
    stop.set()
    end_in_time()


async def _watch(log: Log, group: str, advance: Advance) -> None:
    """Note how far the group is and where the log ends, until it is cancelled."""
    while True:
        # Whether the log answers is another check's business.
        with contextlib.suppress(LogUnavailableError):
            ends = await log.end_offsets(ARTICLES.name)
            done = await log.committed(group, ARTICLES.name)
            here = {TopicPartition(ARTICLES.name, partition): end for partition, end in ends.items()}
            advance.seen({p: done.get(p.partition, 0) for p in here}, here)
            for partition, end in ends.items():
                lag = max(end - done.get(partition, 0), 0)
                metrics.LAG.labels(ARTICLES.name, str(partition)).set(lag)
        await asyncio.sleep(WATCH_SECONDS)


async def _until(stop: asyncio.Event, work: object) -> bool:
    """Whether `work` was done before `stop`."""
    doing = asyncio.ensure_future(work)  # type: ignore[call-overload]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if doing.done():
        await doing
        return True
    doing.cancel()
    return False


def main() -> int:
    """Read the settings and run. Exit status 2 where a setting cannot be read."""
    try:
        settings, log, floods = load(ExtractSettings), load(LogSettings), load(FloodSettings)
        configure_logging("extract", load(LoggingSettings))
        configure_spans("extract", load(SpanSettings))
    except SettingError as error:
        print(f"extract cannot start: {error}", file=sys.stderr)
        return 2
    return asyncio.run(run(settings, log.log, floods))
