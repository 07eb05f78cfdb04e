"""What wakes the readers of the Postgres log: one LISTEN connection for all consumers of a process.

Notifications are a courtesy: they may be lost while the connection is down, and readers poll slowly besides.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Final

import psycopg
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

CHANNEL: Final = "frontlog_log"
RETRY_SECONDS: Final = 1.0


class Bell:
    """Events by name (a topic, or a group's), set when somebody rings them from any process."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._events: dict[str, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    def listen(self, names: Iterable[str]) -> asyncio.Event:
        """Return an event that is set when one of `names` is rung. The listener clears it."""
        event = asyncio.Event()
        for name in names:
            self._events.setdefault(name, set()).add(event)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return event

    def forget(self, event: asyncio.Event) -> None:
        for events in self._events.values():
            events.discard(event)

    @staticmethod
    async def ring(connection: AsyncConnection, names: Iterable[str]) -> None:
        """Ring when the transaction commits."""
        for name in names:
            await connection.execute(select(func.pg_notify(CHANNEL, name)))

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                async with await psycopg.AsyncConnection.connect(
                    self._address, autocommit=True, connect_timeout=5
                ) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    self._wake_all()  # for what was rung before we listened
                    async for notification in connection.notifies():
                        for event in self._events.get(notification.payload, ()):
                            event.set()
            await asyncio.sleep(RETRY_SECONDS)

    def _wake_all(self) -> None:
        for events in self._events.values():
            for event in events:
                event.set()
