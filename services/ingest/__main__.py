"""`python -m services.ingest`: takes articles until it is told to stop, then finishes what it is working on.

Exit status 0 after SIGTERM or SIGINT, 2 where a setting cannot be read, 3 (uvicorn's own) where the
address cannot be listened on.
"""

import signal
import sys

import structlog

from services.ingest.app import create_app
from services.ingest.server import server
from services.ingest.settings import IngestSettings
from services.runtime import event_loop, metrics
from services.runtime.build import build
from services.runtime.log.open import open_log
from services.runtime.log.settings import LogSettings
from services.runtime.logging import configure_logging
from services.runtime.settings import SettingError, load
from services.runtime.spans import SpanSettings, configure_spans

_log = structlog.get_logger("services.ingest")


async def run(settings: IngestSettings, log_address: str) -> int:
    """Serve until a signal; return the exit status. Requests in progress are finished before the log is closed."""
    log = open_log(log_address)
    try:
        http = server(create_app(settings, log), settings)
        # uvicorn has handlers of its own while it serves, and hands the signal on to these after: the default would
        # end the process before the log is closed.
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: setattr(http, "should_exit", True))
        _log.info("ingest_starts", http="{}:{}".format(*settings.http), sources=sorted(settings.webhook_secrets))
        await http.serve()
        return 0 if http.started else 1
    finally:
        await log.close()
        _log.info("ingest_stopped")


def main() -> int:
    """Read the settings and run."""
    try:
        settings, log = load(IngestSettings), load(LogSettings)
        configure_spans("ingest", load(SpanSettings))
    except SettingError as error:
        print(f"ingest cannot start: {error}", file=sys.stderr)
        return 2
    configure_logging("ingest")
    metrics.BUILD.info({"version": build(), "service": "ingest"})
    try:
        return event_loop.run(run(settings, log.log))
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
