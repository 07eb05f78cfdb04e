"""`python -m services.store.api`: serves queries until it is told to stop.

Exit status 0 after SIGTERM or SIGINT, 2 where a setting cannot be read, 1 where the address cannot be listened on.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Final

import structlog
import uvicorn

from services.runtime import metrics
from services.runtime.build import build
from services.runtime.garbage import collect_seldom
from services.runtime.log.settings import DatabaseSettings
from services.runtime.logging import configure_logging
from services.runtime.settings import SettingError, load
from services.runtime.spans import SpanSettings, configure_spans
from services.runtime.stopping import end_in_time
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings

SHUTDOWN_SECONDS: Final = 8

_log = structlog.get_logger("services.store.api")


class _Server(uvicorn.Server):
    """Ends the streams when it is told to stop: they would be waited for until the time given is over."""

    streams_end: Callable[[], None]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        end_in_time()
        self.streams_end()
        super().handle_exit(sig, frame)


def main() -> int:
    try:
        configure_logging("api")
        configure_spans("api", load(SpanSettings))
        settings, database = load(ApiSettings), load(DatabaseSettings)
    except SettingError as error:
        print(f"the API cannot start: {error}", file=sys.stderr)
        return 2
    metrics.BUILD.info({"version": build(), "service": "api"})
    host, port = settings.http
    app = create_app(settings, database.database)
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            ws="none",
            lifespan="on",
            timeout_keep_alive=30,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            server_header=False,
            access_log=False,
            log_config=None,
        )
    )
    server.streams_end = app.state.tail.ended.set
    collect_seldom()
    _log.info("api_starts", http=f"{host}:{port}")
    try:
        server.run()
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
