"""Reads batches of records in a process of its own, so that the next one is read while this one is written.

The process is started by the first batch and again when it is lost. What it cannot read is read here: whether there is
such a process changes nothing but the time.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
import structlog

from services.runtime.log.port import Record
from services.store.projector.decode import Change, read
from services.store.projector.reading import LENGTH, Batch, ask, changes

PATIENCE_SECONDS: Final = 60.0
"""After so long without an answer the process is given up."""

log = structlog.get_logger()


class Reader:
    """One process. Batches are read one after the other; `close` ends it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def read(self, records: Sequence[Record], applied_at: datetime) -> list[Change]:
        """What each of `records` changes: the same as `decode.read` says of each."""
        async with self._turn:
            done = False
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    answered = await self._ask(ask(Batch(records, applied_at)))
                done = True
                if answered:
                    return changes(records, answered)
            except (TimeoutError, OSError, asyncio.IncompleteReadError, msgspec.MsgspecError, ValueError) as error:
                log.warning("the process that reads ahead is gone; its batch is read here", error=repr(error))
            finally:
                if not done:
                    await self._end()
        return [read(record, applied_at) for record in records]

    async def close(self) -> None:
        async with self._turn:
            await self._end()

    async def _ask(self, body: bytes) -> bytes:
        process = await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(LENGTH.pack(len(body)) + body)
        await process.stdin.drain()
        size = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))[0]
        return await process.stdout.readexactly(size)

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.store.projector.reading",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
