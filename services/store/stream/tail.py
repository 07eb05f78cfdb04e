"""The end of the feed, read once for all readers of one process: a thousand of them cost the database one query.

Readers go at their own pace. Each keeps nothing but its position; what it has not read is taken from the recent
changes here or, further back, from the table.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.store.stream.change import PAGE, Change, after, ends

LOOK_SECONDS: Final = 0.25
RECENT: Final = 1000
"""Changes that are kept in memory."""
_PAUSE_SECONDS: Final = 1.0

_log = structlog.get_logger("services.store.stream")


class ForgottenError(Exception):
    """Changes behind the position that was asked for are kept no longer, or the position was never reached."""


class TooManyReadersError(Exception):
    """There are as many readers as are allowed."""


class Tail:
    """Follows the feed while there are readers. `most` bounds these."""

    def __init__(self, engine: AsyncEngine, *, most: int) -> None:
        self._engine = engine
        self._most = most
        self._readers = 0
        self._looking: asyncio.Task[None] | None = None
        self._recent: deque[Change] = deque()
        self._from = -1
        """Position behind which `_recent` has everything."""
        self._upto = -1
        self._more = asyncio.Event()
        self.ended = asyncio.Event()
        """Set when the process is about to end: streams end themselves then."""

    @contextlib.asynccontextmanager
    async def reader(self) -> AsyncIterator[None]:
        """Count as a reader. Raises TooManyReadersError."""
        if self._readers >= self._most:
            raise TooManyReadersError(f"{self._most} readers are the most")
        self._readers += 1
        try:
            if self._looking is None:
                self._looking = asyncio.create_task(self._look())
            yield
        finally:
            self._readers -= 1
            if not self._readers and self._looking is not None:
                self._looking.cancel()
                self._looking = None
                self._recent.clear()
                self._from = self._upto = -1

    async def start_at(self, position: int | None) -> int:
        """The position to read from: the feed's end for None. Raises ForgottenError."""
        async with self._engine.connect() as connection:
            pruned, last = await ends(connection)
        if position is None:
            return last
        _within(position, pruned, last)
        return position

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A connection for what a reader has to look up."""
        async with self._engine.connect() as connection:
            yield connection

    async def read(self, position: int, seconds: float) -> list[Change]:
        """The changes behind `position`, at most a page of them; none where none came in `seconds`, or at the end.

        Raises ForgottenError.
        """
        more = self._more
        found = await self._behind(position)
        if found or self.ended.is_set():
            return found
        waits = [asyncio.ensure_future(more.wait()), asyncio.ensure_future(self.ended.wait())]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return await self._behind(position) if more.is_set() else []

    async def _behind(self, position: int) -> list[Change]:
        if self._upto >= 0 and position >= self._from:
            return [change for change in self._recent if change.id > position][:PAGE]
        async with self._engine.connect() as connection:
            pruned, _ = await ends(connection)
            _within(position, pruned, position)
            return await after(connection, position)

    async def _look(self) -> None:
        while True:
            try:
                await self._look_once()
                await asyncio.sleep(LOOK_SECONDS)
            except Exception as error:
                _log.warning("the changes cannot be read", error=str(error))
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _look_once(self) -> None:
        async with self._engine.connect() as connection:
            if self._upto < 0:
                _, last = await ends(connection)
                self._from = self._upto = last
                # Those who came while this was not known have read the table up to some earlier end.
                self._wake()
                return
            found = await after(connection, self._upto)
        if found:
            self._recent.extend(found)
            while len(self._recent) > RECENT:
                self._from = self._recent.popleft().id
            self._upto = found[-1].id
            self._wake()

    def _wake(self) -> None:
        self._more.set()
        self._more = asyncio.Event()


def _within(position: int, pruned: int, last: int) -> None:
    if position < pruned:
        raise ForgottenError(f"changes up to {pruned} are kept no longer, and {position} was asked for")
    if position > last:
        raise ForgottenError(f"the last change is {last}, and {position} was asked for")
