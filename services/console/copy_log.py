"""`frontlog copy-log`: the whole log into another home, record by record at the same offsets, so that the tables and
the offsets that they stand at go on with it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.contracts.topics import ARTICLES, TOPICS, Topic
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, Outgoing, Record, TopicPartition

BATCH: Final = 100
"""Records read and published at a time: an article may have megabytes."""
JOIN_SECONDS: Final = 60.0


class CopyError(Exception):
    """The two logs do not go together; the text says where. What is in the target stays there."""


@dataclass(frozen=True, slots=True)
class Copied:
    """`records` were copied now, `held` were there before. `grown`: the source has got more meanwhile."""

    records: int
    held: int
    grown: int


def copy_log(source: str, target: str, group: str, console: Console) -> int:
    """Copy, with progress; return 0, or 1 where the source has grown meanwhile, so that another run is needed.

    Raises CopyError, LogUnavailableError, ValueError for an address that is none.
    """
    if source == target:
        raise CopyError("source and target are the same log")
    return asyncio.run(_run(source, target, group, console))


async def _run(source: str, target: str, group: str, console: Console) -> int:
    there, here = open_log(source), open_log(target)
    try:
        created = await here.create_topics(TOPICS)
        columns = (TextColumn("{task.description:<30}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as progress:
            bars = {topic.name: progress.add_task(topic.name, total=None) for topic in TOPICS}

            def advance(topic: str, done: int, total: int) -> None:
                progress.update(bars[topic], completed=done, total=total)

            copied = await copy(there, here, TOPICS, advance)
        moved = await move_group(there, here, group, ARTICLES.name)
    finally:
        await there.close()
        await here.close()
    console.print(
        f"{copied.records} records copied, {copied.held} were there; {len(created)} topics were new; group {group} "
        f"stands where it stood in {moved} partitions",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )
    if copied.grown:
        console.print(
            f"{copied.grown} records have come since: stop what writes to the old log, and run this again",
            style="yellow",
            highlight=False,
        )
    return 1 if copied.grown else 0


async def copy(
    source: Log, target: Log, topics: Sequence[Topic], advance: Callable[[str, int, int], None] = lambda *_: None
) -> Copied:
    """Copy what the target does not have yet; begun copies go on. Raises CopyError, LogUnavailableError.

    `advance` is told the topic, how many of its records are in the target, and how many there will be.
    """
    records = held = 0
    seen: dict[str, dict[int, int]] = {}
    for topic in topics:
        ends, have = await source.end_offsets(topic.name), await target.end_offsets(topic.name)
        if ends.keys() != have.keys():
            raise CopyError(f"{topic.name} has {len(ends)} partitions in the one log and {len(have)} in the other")
        seen[topic.name] = ends
        total = sum(ends.values())
        done = sum(have.values())
        held += done
        for partition, end in sorted(ends.items()):
            at = TopicPartition(topic.name, partition)
            await _ensure_same(source, target, at, have[partition], end)
            async for number in _copy_partition(source, target, at, have[partition], end):
                records += number
                done += number
                advance(topic.name, done, total)
        advance(topic.name, done, total)
    grown = 0
    for name, ends in seen.items():
        grown += sum((await source.end_offsets(name)).values()) - sum(ends.values())
    return Copied(records, held, grown)


async def move_group(source: Log, target: Log, group: str, topic: str) -> int:
    """Let `group` stand in the target where it stands in the source; return in how many partitions.

    Raises CopyError where somebody reads there as that group already, CommitRefusedError, LogUnavailableError.
    """
    wanted = {TopicPartition(topic, p): offset for p, offset in (await source.committed(group, topic)).items()}
    if not wanted:
        return 0
    async with target.consumer(group, [topic]) as member:
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                # What it hands out is not committed, and so comes again.
                while not wanted.keys() <= member.assignment():
                    await member.poll(max_records=1, timeout=0.2)
        except TimeoutError:
            raise CopyError(f"others read {topic} in the new log as {group}: stop them, and run this again") from None
        # Asked only now: a new Kafka first has to find out who keeps its groups. What was read there already is kept.
        there = await target.committed(group, topic)
        await member.commit({at: offset for at, offset in wanted.items() if there.get(at.partition, 0) < offset})
    return len(wanted)


async def _ensure_same(source: Log, target: Log, at: TopicPartition, have: int, end: int) -> None:
    """Raise CopyError unless what the target holds of a partition is the beginning of what the source holds."""
    if have > end:
        raise CopyError(f"{at.topic}/{at.partition}: the new log holds {have} records, the old one {end}")
    if have == 0:
        return
    last = [(await log.read(at, have - 1, 1))[:1] for log in (source, target)]
    if not all(last) or _content(last[0][0]) != _content(last[1][0]):
        raise CopyError(f"{at.topic}/{at.partition}: offset {have - 1} holds another record in the new log")


async def _copy_partition(source: Log, target: Log, at: TopicPartition, start: int, end: int) -> AsyncIterator[int]:
    """Copy from `start` on; yield how many records each step has copied."""
    while start < end:
        batch = [record for record in await source.read(at, start, BATCH) if record.offset < end]
        if not batch:
            raise CopyError(f"{at.topic}/{at.partition}: the old log ends before offset {end}")
        positions = await target.publish([_outgoing(record) for record in batch])
        for record, position in zip(batch, positions, strict=True):
            if (position.partition, position.offset) != (record.partition, record.offset):
                raise CopyError(
                    f"{at.topic}/{at.partition}@{record.offset} came to stand at {position.partition}@"
                    f"{position.offset}: the old log is compacted, or somebody else writes to the new one"
                )
        yield len(batch)
        start = batch[-1].offset + 1


def _outgoing(record: Record) -> Outgoing:
    if record.key is None:
        raise CopyError(f"{record.topic}/{record.partition}@{record.offset} has no key")
    return Outgoing(record.topic, record.key, record.value, record.headers)


def _content(record: Record) -> tuple[int, bytes | None, bytes | None]:
    return record.offset, record.key, record.value
