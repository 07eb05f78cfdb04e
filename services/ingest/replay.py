"""Signed webhooks that come again: the same id of one source is answered like the first time, and logged once.

In memory, bounded, and lost with the process: what comes again after that may be logged again, which changes nothing
downstream.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 64 * 1024 * 1024
"""Of all remembered answers together: that to a thousand articles has some 150 kB."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be given again: the status, and the body with its media type."""

    status: int
    body: bytes
    media_type: str

    @property
    def final(self) -> bool:
        """Whether the request succeeded. Failures are worked out anew: the next try may succeed."""
        return self.status < 300


class ReusedIdError(Exception):
    """The id came before, with another body."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    fingerprint: bytes
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Running:
    fingerprint: bytes
    outcome: asyncio.Future[Answer | Exception | None]


class Replays:
    """Remembers the last `most` successful answers, up to `most_bytes` of them."""

    def __init__(self, most: int, most_bytes: int = MAX_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._done: OrderedDict[tuple[str, str], _Remembered] = OrderedDict()
        self._running: dict[tuple[str, str], _Running] = {}

    def __len__(self) -> int:
        return len(self._done)

    async def once(self, source: str, webhook_id: str, body: bytes, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return what `work` answers, or what it answered to the same id before.

        A repeat that comes while the first is at work waits for it and shares what comes of it, its error too.
        Raises ReusedIdError where the id came with another body: answering that like the first would lose it.
        """
        key = (source, webhook_id)
        fingerprint = hashlib.sha256(body).digest()
        while True:
            if (before := self._done.get(key)) is not None:
                _same(before.fingerprint, fingerprint)
                self._done.move_to_end(key)
                return before.answer
            if (running := self._running.get(key)) is None:
                return await self._first(key, fingerprint, work)
            _same(running.fingerprint, fingerprint)
            outcome = await asyncio.shield(running.outcome)
            if isinstance(outcome, Exception):
                raise outcome
            if outcome is not None:
                return outcome

    async def _first(self, key: tuple[str, str], fingerprint: bytes, work: Callable[[], Awaitable[Answer]]) -> Answer:
        running = _Running(fingerprint, asyncio.get_running_loop().create_future())
        self._running[key] = running
        # None stays where the task was cancelled: those who wait then do the work themselves.
        outcome: Answer | Exception | None = None
        try:
            answer = outcome = await work()
            if answer.final:
                self._remember(key, _Remembered(fingerprint, answer))
            return answer
        except Exception as error:
            outcome = error
            raise
        finally:
            del self._running[key]
            running.outcome.set_result(outcome)

    def _remember(self, key: tuple[str, str], remembered: _Remembered) -> None:
        self._done[key] = remembered
        self._bytes += len(remembered.answer.body)
        while self._done and (len(self._done) > self._most or self._bytes > self._most_bytes):
            _, dropped = self._done.popitem(last=False)
            self._bytes -= len(dropped.answer.body)


def _same(one: bytes, other: bytes) -> None:
    if one != other:
        raise ReusedIdError
