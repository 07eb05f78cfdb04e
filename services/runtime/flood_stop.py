"""The stop itself: a stage whose records fail in a flood waits here, and says so to operators.

Nothing more is read, nothing more is committed; what is in hand waits in the log. The stage goes on when it has tried
a few records again and they did not fail, or when an operator says so (`frontlog dead-letters resume <stage>`). The
order comes by the log, so that it reaches every replica of the stage and needs no address of any.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Final

import structlog

from services.contracts.topics import OPERATIONS
from services.runtime import metrics
from services.runtime.flood import FloodGate, FloodSettings
from services.runtime.log.port import Log, LogUnavailableError
from services.runtime.operations import ordered

LOOK_SECONDS: Final = 1.0
"""How often a stopped stage looks whether it was told to go on."""

_log = structlog.get_logger(__name__)


class FloodStoppedError(Exception):
    """Too many records fail one after another: the stage has stopped, and nothing is lost."""


def subject_of(stage: str) -> str:
    """What operations call the stop of `stage`."""
    return f"flood-stop/{stage}"


class FloodStop:
    """The gate of one stage and the wait before it. `gate` is what its records are counted by."""

    def __init__(self, log: Log, stage: str, settings: FloodSettings) -> None:
        self.gate = FloodGate(settings)
        self._log = log
        self._stage = stage
        self._settings = settings
        self._since: float | None = None
        self._why = ""
        self._pauses = 0
        self._heard: dict[int, int] | None = None
        metrics.FLOOD_STOPPED.labels(stage).set(0)

    @property
    def stopped(self) -> bool:
        return self._since is not None

    async def check(self) -> None:
        """For `/readyz`: raise FloodStoppedError while the stage is stopped."""
        if self._since is not None:
            raise FloodStoppedError(
                f"stopped for {time.monotonic() - self._since:.0f} s, because too many records fail ({self._why}); "
                f"mend it, or let them go to the dead letters by `frontlog dead-letters resume {self._stage}`"
            )

    async def begin(self, why: str) -> None:
        """Stop, because of the failure `why`; once it has begun, only the reason is new."""
        self._why = why[:200]
        if self.stopped:
            return
        # What was ordered before the stop was not about it; noted first, so that no order is missed once it is known.
        self._heard = await self._ends()
        self._since, self._pauses = time.monotonic(), 0
        metrics.FLOOD_STOPPED.labels(self._stage).set(1)
        metrics.FLOOD_STOPS.labels(self._stage).inc()
        _log.error("flood_stop", stage=self._stage, reason=self._why)

    async def pause(self, over: Callable[[], bool]) -> bool:
        """Wait before the next attempt; return True when an operator says to go on, which then is done.

        Ends early, with False, when `over()`.
        """
        seconds = min(self._settings.first_pause * 2**self._pauses, self._settings.longest_pause)
        self._pauses += 1
        until = time.monotonic() + seconds
        while not over() and (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(LOOK_SECONDS, left))
            if (passes := await self._ordered_to_resume()) is not None:
                self.end("by order", passes)
                return True
        return False

    def end(self, how: str, passes: int = 0) -> None:
        """Go on, with a new count."""
        if self._since is not None:
            _log.warning("flood_stop_ends", stage=self._stage, how=how, seconds=round(time.monotonic() - self._since))
        self._since, self._heard = None, None
        self.gate.reset(passes)
        metrics.FLOOD_STOPPED.labels(self._stage).set(0)

    async def _ordered_to_resume(self) -> int | None:
        """The failures to let through, where the stage was told to go on since it stopped."""
        with contextlib.suppress(LogUnavailableError):
            if self._heard is None:
                self._heard = await self._ends()
            ends = await self._ends()
            if ends == self._heard:
                return None
            orders = [one async for one in ordered(self._log, self._heard)]
            self._heard = ends
            mine = [one for one in orders if one.action == "resume" and one.subject == subject_of(self._stage)]
            return (mine[-1].count or 0) if mine else None
        return None

    async def _ends(self) -> dict[int, int] | None:
        with contextlib.suppress(LogUnavailableError):
            return await self._log.end_offsets(OPERATIONS.name)
        return None
