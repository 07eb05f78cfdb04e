"""Topic set-up: `python -m services.runtime.create_topics` makes what is missing of the topics in `contracts`.

A step of its own, before any service starts, so that partitions and retention come from one table and from nowhere
else. It waits for the log to answer. Existing topics are left as they are.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from services.contracts.topics import TOPICS
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, LogUnavailableError
from services.runtime.log.settings import LogSettings
from services.runtime.settings import SettingError, load, positive, setting

RETRY_SECONDS = 1.0
TELL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CreateTopicsSettings:
    wait: int = setting(
        "FRONTLOG_CREATE_TOPICS_WAIT",
        "How long topic set-up waits for the log to answer, in seconds.",
        default="180",
        parse=positive,
    )


async def create_topics(log: Log, wait: float, tell: Callable[[str], None]) -> list[str]:
    """Create the missing topics and return their names, trying for `wait` seconds. Raises LogUnavailableError."""
    started = time.monotonic()
    told = float("-inf")
    while True:
        try:
            return await log.create_topics(TOPICS)
        except LogUnavailableError as error:
            passed = time.monotonic() - started
            if passed >= wait:
                raise
            if time.monotonic() - told >= TELL_SECONDS:
                tell(f"waiting for the log, {passed:.0f} of at most {wait:g} s: {error}")
                told = time.monotonic()
            await asyncio.sleep(min(RETRY_SECONDS, wait - passed))


async def _main() -> int:
    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    try:
        address = load(LogSettings).log
        settings = load(CreateTopicsSettings)
    except SettingError as error:
        tell(f"create_topics: {error}")
        return 2
    log = open_log(address)
    try:
        created = await create_topics(log, settings.wait, tell)
    except LogUnavailableError as error:
        tell(f"create_topics: {error}")
        return 1
    finally:
        await log.close()
    for name in created:
        tell(f"created {name}")
    tell(f"{len(TOPICS)} topics are there, {len(created)} of them new")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
