"""`python -m services.store.subscriptions`: delivers webhooks until it is told to stop.

Exit status 0 after SIGTERM or SIGINT, 2 where a setting cannot be read, 1 where the address cannot be listened on.
"""

import asyncio
import sys

from services.runtime import metrics
from services.runtime.build import build
from services.runtime.log.settings import DatabaseSettings
from services.runtime.logging import configure_logging
from services.runtime.outbound import OutboundSettings
from services.runtime.settings import SettingError, load
from services.store.stream.settings import FeedSettings
from services.store.subscriptions.service import serve
from services.store.subscriptions.settings import DelivererSettings


def main() -> int:
    """Deliver until a signal; return the exit status."""
    try:
        configure_logging("deliverer")
        settings, database = load(DelivererSettings), load(DatabaseSettings).database
        outside, feed = load(OutboundSettings), load(FeedSettings)
    except SettingError as error:
        print(f"the deliverer cannot start: {error}", file=sys.stderr)
        return 2
    metrics.BUILD.info({"version": build(), "service": "deliverer"})
    try:
        asyncio.run(serve(settings, database, outside, feed))
    except OSError as error:
        print(f"the deliverer cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
