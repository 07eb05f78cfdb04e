"""`python -m services.store.api`: serves queries until it is told to stop.

Exit status 0 after SIGTERM or SIGINT, 2 where a setting cannot be read, 1 where the address cannot be listened on.
"""

import sys
from typing import Final

import structlog
import uvicorn

from services.runtime import metrics
from services.runtime.build import build
from services.runtime.log.settings import DatabaseSettings
from services.runtime.logging import configure_logging
from services.runtime.settings import SettingError, load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings

SHUTDOWN_SECONDS: Final = 15

_log = structlog.get_logger("services.store.api")


def main() -> int:
    try:
        configure_logging("api")
        settings, database = load(ApiSettings), load(DatabaseSettings)
    except SettingError as error:
        print(f"the API cannot start: {error}", file=sys.stderr)
        return 2
    metrics.BUILD.info({"version": build(), "service": "api"})
    host, port = settings.http
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, database.database),
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
    _log.info("api_starts", http=f"{host}:{port}")
    try:
        server.run()
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
