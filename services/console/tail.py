"""`frontlog tail`: events as they are published, one line each, or as JSON."""

import asyncio
import sys
from collections.abc import AsyncIterator

from rich.console import Console

from services.console.printing import visible
from services.console.report import event_line
from services.contracts import topics
from services.contracts.codec import UndecodableError, decode
from services.contracts.messages import Event
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, LogUnavailableError, Record, TopicPartition

IDLE_SECONDS = 0.5


async def follow(log: Log, topic: str, position: dict[int, int], *, stop_at_end: bool) -> AsyncIterator[Record]:
    """Yield the records of `topic` in each partition's order, outside of any group.

    `position` is the next offset of each partition, and moves along: who comes again with it goes on where it stands.
    """
    while True:
        idle = True
        for partition in sorted(position):
            for record in await log.read(TopicPartition(topic, partition), position[partition]):
                idle = False
                position[partition] = record.offset + 1
                yield record
        if idle and stop_at_end:
            return
        if idle:
            await asyncio.sleep(IDLE_SECONDS)


async def tail(address: str, *, from_beginning: bool, stop_at_end: bool, as_json: bool, console: Console) -> None:
    """Print events from the log at `address` until interrupted. A lost log is waited for, and nothing left out."""
    log = open_log(address)
    topic = topics.EVENTS.name
    position: dict[int, int] | None = None
    try:
        while True:
            try:
                if position is None:
                    ends = await log.end_offsets(topic)
                    position = {partition: 0 if from_beginning else end for partition, end in ends.items()}
                async for record in follow(log, topic, position, stop_at_end=stop_at_end):
                    _show(record, as_json, console)
                return
            except LogUnavailableError as error:
                if stop_at_end:
                    raise
                print(f"the log is unavailable, waiting: {error}", file=sys.stderr)
                await asyncio.sleep(2.0)
    finally:
        await log.close()


def _show(record: Record, as_json: bool, console: Console) -> None:
    key = (record.key or b"").decode("utf-8", "replace")
    if record.value is None:
        if not as_json:
            console.print(f"withdrawn {visible(key)}", style="dim", highlight=False, markup=False)
        return
    if as_json:
        sys.stdout.write(record.value.decode("utf-8", "replace") + "\n")
        sys.stdout.flush()
        return
    try:
        console.print(event_line(decode(Event, record.value)), highlight=False, soft_wrap=True)
    except UndecodableError as error:
        print(f"{record.topic}/{record.partition}@{record.offset}: {visible(str(error))}", file=sys.stderr)
