"""`python -m services.store.projector`: keeps the tables in step with the log until it is told to stop.

Exit status 0 after SIGTERM or SIGINT, 2 where a setting cannot be read, 1 where it cannot work: its address is in use,
or database and log do not belong together.
"""

import sys

from services.runtime import event_loop, metrics
from services.runtime.build import build
from services.runtime.flood import FloodSettings
from services.runtime.garbage import collect_seldom
from services.runtime.log.settings import DatabaseSettings, LogSettings
from services.runtime.logging import configure_logging
from services.runtime.settings import SettingError, load
from services.runtime.spans import SpanSettings, configure_spans
from services.store.projector.projector import DatabaseAheadError
from services.store.projector.service import serve
from services.store.projector.settings import ProjectorSettings


def main() -> int:
    """Project until a signal; return the exit status."""
    try:
        configure_logging("projector")
        settings, log, database = load(ProjectorSettings), load(LogSettings), load(DatabaseSettings)
        floods = load(FloodSettings)
        configure_spans("projector", load(SpanSettings))
    except SettingError as error:
        print(f"the projector cannot start: {error}", file=sys.stderr)
        return 2
    metrics.BUILD.info({"version": build(), "service": "projector"})
    collect_seldom()
    try:
        event_loop.run(serve(settings, log.log, database.database, floods))
    except (DatabaseAheadError, OSError) as error:
        print(f"the projector cannot work: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
