"""Fills the tables of a schema from the log up to given offsets: by the projector's own code, outside of any group."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from services.runtime.log.port import Log, LogUnavailableError, Record, TopicPartition
from services.store.projector import offsets
from services.store.projector.projector import Projector

AHEAD: Final = 2
"""Batches that are read while one is applied."""
LOG_PATIENCE_SECONDS: Final = 60.0

Offsets = Mapping[TopicPartition, int]


class FilledElsewhereError(Exception):
    """Somebody else writes to the schema that is being filled."""


class Fill:
    """Applies records to the schema that `engine` looks at. `told` gets the offsets after each batch."""

    def __init__(
        self,
        engine: AsyncEngine,
        log: Log,
        *,
        group: str,
        batch: int = 500,
        told: Callable[[Offsets], None] = lambda _: None,
    ) -> None:
        self._engine = engine
        self._log = log
        self._group = group
        self._batch = batch
        self._told = told
        self._projector = Projector(engine, log, group=group, refuse=self._refuse, batch=batch, quiet=True)
        self.at: dict[TopicPartition, int] = {}
        """The offset to read next of each partition."""
        self.refused: Counter[str] = Counter()
        """Records that the tables do not take, by reason. Their dead letters are there since they were read live."""

    async def upto(self, targets: Offsets) -> None:
        """Apply everything before `targets`. Raises LogUnavailableError where the log stays away, and what the
        database raises: what was applied is committed, and another call goes on there."""
        self.at.update(await self._projector.start_at(targets))
        async with contextlib.aclosing(self._batches(targets)) as batches:
            async for partition, records in batches:
                await self._apply(partition, records, targets[partition])
                self._told(self.at)

    async def _apply(self, partition: TopicPartition, records: list[Record], target: int) -> None:
        if not records:
            # What stood before the target has been compacted away.
            async with self._engine.begin() as connection:
                await offsets.advance(connection, self._group, {partition: target}, datetime.now(UTC))
            self.at.update(await self._projector.start_at([partition]))
            return
        _, moved = await self._projector.apply(records)
        if moved:
            raise FilledElsewhereError(f"{partition.topic}/{partition.partition} was written by somebody else")
        self.at[partition] = records[-1].offset + 1

    async def _batches(self, targets: Offsets) -> AsyncGenerator[tuple[TopicPartition, list[Record]], None]:
        """Read ahead of the writing. An empty batch says that a partition has nothing more before its target."""
        queue: asyncio.Queue[tuple[TopicPartition, list[Record]] | None] = asyncio.Queue(AHEAD)

        async def read() -> None:
            for partition in sorted(targets):
                at = self.at[partition]
                while at < targets[partition]:
                    found = [r for r in await self._read(partition, at) if r.offset < targets[partition]]
                    at = found[-1].offset + 1 if found else targets[partition]
                    await queue.put((partition, found))
            await queue.put(None)

        reading = asyncio.create_task(read())
        try:
            while True:
                taking = asyncio.ensure_future(queue.get())
                await asyncio.wait({taking, reading}, return_when=asyncio.FIRST_COMPLETED)
                if not taking.done() and reading.done() and queue.empty():
                    taking.cancel()
                    reading.result()
                    return
                item = await taking
                if item is None:
                    return
                yield item
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, partition: TopicPartition, offset: int) -> list[Record]:
        loop = asyncio.get_running_loop()
        give_up = loop.time() + LOG_PATIENCE_SECONDS
        while True:
            try:
                return await self._log.read(partition, offset, self._batch)
            except LogUnavailableError:
                if loop.time() > give_up:
                    raise
                await asyncio.sleep(1)

    async def _refuse(self, record: Record, reason: str, error: str) -> None:
        self.refused[reason] += 1
