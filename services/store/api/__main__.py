"""`python -m services.store.api`: serves queries until it is told to stop.

Exit status 0 after SIGTERM or SIGINT, 2 where a setting cannot be read, 3 (uvicorn's own) where the address cannot be
listened on.
"""

import sys

import structlog

from services.runtime import metrics
from services.runtime.build import build
from services.runtime.garbage import collect_seldom
from services.runtime.log.settings import DatabaseSettings
from services.runtime.logging import configure_logging
from services.runtime.settings import SettingError, load
from services.runtime.spans import SpanSettings, configure_spans
from services.store.api.app import create_app
from services.store.api.server import server
from services.store.api.settings import ApiSettings

_log = structlog.get_logger("services.store.api")


def main() -> int:
    """Serve until a signal; return the exit status."""
    try:
        configure_logging("api")
        configure_spans("api", load(SpanSettings))
        settings, database = load(ApiSettings), load(DatabaseSettings)
    except SettingError as error:
        print(f"the API cannot start: {error}", file=sys.stderr)
        return 2
    metrics.BUILD.info({"version": build(), "service": "api"})
    host, port = settings.http
    serving = server(create_app(settings, database.database), host, port)
    collect_seldom()
    _log.info("api_starts", http=f"{host}:{port}")
    try:
        serving.run()
    except KeyboardInterrupt:
        return 0
    return 0 if serving.started else 1


if __name__ == "__main__":
    sys.exit(main())
