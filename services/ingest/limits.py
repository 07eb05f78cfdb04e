"""Limits on how often one client may come, and on how much is worked on at one time."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from services.ingest import problems

MAX_CLIENTS: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """A token bucket for each client: `rate` requests a second, `burst` at once. The clients of late are remembered."""

    def __init__(self, rate: float, burst: int, clients: int = MAX_CLIENTS) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clients = clients
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, client: str, now: float) -> float:
        """Take one request of `client` at time `now` (seconds, never going back).

        Return 0 where it may come, else the seconds until the next one may.
        """
        bucket = self._buckets.setdefault(client, _Bucket(self._burst, now))
        self._buckets.move_to_end(client)
        if len(self._buckets) > self._clients:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._rate
        bucket.tokens -= 1
        return 0.0


class InFlight:
    """Counts the requests that are worked on; more than `most` at one time are turned away."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.now = 0

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Raises the problem 503 when there is no room."""
        if self.now >= self._most:
            raise problems.busy(f"{self._most} requests are being worked on")
        self.now += 1
        try:
            yield
        finally:
            self.now -= 1
