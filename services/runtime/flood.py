"""When a stage stops instead of pouring the log into the dead letters: a count of how its last records ended (pure)."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from services.runtime.settings import positive, setting


def share(text: str) -> float:
    """Read a share above 0, up to 1; 0 is read as never."""
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError("expected a share from 0 (never) to 1")
    return value


def pause(text: str) -> float:
    """Read a pause in seconds, short enough that a member that pauses keeps its place in its consumer group."""
    value = float(text)
    if not 0 < value <= 240:
        raise ValueError("expected seconds above zero, 240 at most")
    return value


@dataclass(frozen=True, slots=True)
class FloodSettings:
    share: float = setting(
        "FRONTLOG_FLOOD_SHARE",
        "Share of the last records of a stage that may fail before it stops instead of writing more dead letters; "
        "0: never stop.",
        default="0.5",
        parse=share,
    )
    window: int = setting(
        "FRONTLOG_FLOOD_WINDOW", "How many last records that share is of.", default="100", parse=positive
    )
    least: int = setting(
        "FRONTLOG_FLOOD_LEAST", "Fewer failures than this never stop a stage.", default="20", parse=positive
    )
    first_pause: float = setting(
        "FRONTLOG_FLOOD_PAUSE",
        "Seconds until a stopped stage first tries again by itself; each further pause is twice as long.",
        default="15",
        parse=pause,
    )
    longest_pause: float = setting(
        "FRONTLOG_FLOOD_LONGEST_PAUSE",
        "The longest of these pauses in seconds.",
        default="120",
        parse=pause,
    )


class FloodGate:
    """Counts failures among the last records. Copies are cheap: judge on one, and keep it once the work is durable."""

    def __init__(self, settings: FloodSettings) -> None:
        self._settings = settings
        self._failed: deque[bool] = deque(maxlen=settings.window)
        self._passes = 0

    def copy(self) -> "FloodGate":
        """A gate that stands where this one stands, and goes its own way."""
        other = FloodGate(self._settings)
        other._failed.extend(self._failed)
        other._passes = self._passes
        return other

    def admits(self, failed: bool) -> bool:
        """Count one record, and return True; or return False, uncounted, where its failure would be one too many."""
        if failed and self._passes > 0:
            self._passes -= 1
            return True
        after = deque(self._failed, maxlen=self._settings.window)
        after.append(failed)
        if failed and self._is_flood(after):
            return False
        self._failed = after
        return True

    def is_flood_of(self, outcomes: Iterable[bool]) -> bool:
        """Whether so many of a few tried records failed (True) that trying more is of no use."""
        tried = list(outcomes)
        return bool(tried) and bool(self._settings.share) and sum(tried) >= self._settings.share * len(tried)

    def reset(self, passes: int = 0) -> None:
        """Forget what was counted; let the next `passes` failures through whatever their share."""
        self._failed.clear()
        self._passes = passes

    def _is_flood(self, outcomes: deque[bool]) -> bool:
        failures = sum(outcomes)
        limit = self._settings.share
        return limit > 0 and failures >= self._settings.least and failures >= limit * len(outcomes)
