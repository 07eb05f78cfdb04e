"""The end of a service that was told to stop: in good order where that goes, and in time in any case.

A client that waits for a broker or a database that is gone must not keep the process. Ending in the middle of that is
safe: what was not acknowledged or committed comes again.
"""

import os
import threading
from typing import Final

STOP_SECONDS: Final = 8.5
"""After SIGTERM. Orchestrators send SIGKILL after ten seconds, unless told otherwise."""


def end_in_time(seconds: float = STOP_SECONDS) -> None:
    """End this process with status 0 after `seconds`, whatever it is doing then. Call it when it is told to stop."""
    killer = threading.Timer(seconds, os._exit, (0,))
    killer.daemon = True
    killer.start()
