"""Follows the dead letters and what operators do about them, for `/status` and the metrics: which of them are open.

Read from where the tables stand on, under a lock, so that several projectors count nothing twice. Whoever adds a row
twice changes nothing; what was done about a letter is read after the letter itself.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.contracts.topics import DEAD_LETTER_STAGES, OPERATIONS, dead_letters
from services.runtime import metrics
from services.runtime.letters import DEALT_WITH, failed_at, letter_at, letter_of
from services.runtime.log.port import Log
from services.runtime.log.whole import read_topic
from services.runtime.operations import ordered
from services.store.swap_lock import hold
from services.store.tables import dead_letter, letter_offset

BATCH: Final = 500
_LOCK: Final = 0x6C657474
"""The bytes of "lett": the advisory lock of those who follow."""

Ends = Mapping[int, int]


async def follow(engine: AsyncEngine, log: Log) -> None:
    """Bring `dead_letter` to the log's end, and set the metric. Raises LogUnavailableError and what Postgres raises."""
    # Before the letters: what is ordered later may be about one that is not read yet, and is left to the next time.
    orders_end = await log.end_offsets(OPERATIONS.name)
    async with engine.begin() as connection:
        await hold(connection)
        # Where another projector is at it, its work is counted below.
        if await connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
            for stage in DEAD_LETTER_STAGES:
                await _letters(connection, log, dead_letters(stage).name)
            await _orders(connection, log, orders_end)
    async with engine.connect() as connection:
        counted = await open_by_reason(connection)
    metrics.OPEN_LETTERS.clear()
    for (stage, reason), count in counted.items():
        metrics.OPEN_LETTERS.labels(stage, reason).set(count)


async def open_by_reason(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """How many letters are open of each stage and reason."""
    letter = dead_letter.c
    query = select(letter.stage, letter.reason, func.count()).where(letter.done.is_(None))
    rows = await connection.execute(query.group_by(letter.stage, letter.reason))
    return {(stage, reason): count for stage, reason, count in rows}


async def _letters(connection: AsyncConnection, log: Log, topic: str) -> None:
    known, ends = await _known(connection, topic), await log.end_offsets(topic)
    if known == ends:
        return
    rows: list[dict[str, Any]] = []
    async for record in read_topic(log, topic, _starts(known, ends), ends):
        letter = letter_of(record)
        rows.append(
            {
                "topic": topic,
                "partition": record.partition,
                "position": record.offset,
                "stage": _text(letter.about.stage),
                "reason": _text(letter.about.reason),
                # One whose time cannot be read is as old as its record.
                "failed_at": max(failed_at(letter), datetime(2000, 1, 1, tzinfo=UTC)),
            }
        )
        if len(rows) == BATCH:
            await _add(connection, rows)
            rows = []
    await _add(connection, rows)
    await _note(connection, topic, ends)


async def _orders(connection: AsyncConnection, log: Log, ends: Ends) -> None:
    known = await _known(connection, OPERATIONS.name)
    if known == ends:
        return
    done: list[dict[str, Any]] = []
    async for one in ordered(log, _starts(known, ends), ends):
        at = letter_at(one.subject)
        if at is not None and one.action in DEALT_WITH:
            done.append({"of_topic": at.topic, "of_partition": at.partition, "at": at.offset, "what": one.action})
    if done:
        letter = dead_letter.c
        await connection.execute(
            update(dead_letter)
            .where(
                letter.topic == bindparam("of_topic"),
                letter.partition == bindparam("of_partition"),
                letter.position == bindparam("at"),
            )
            .values(done=bindparam("what")),
            done,
        )
    await _note(connection, OPERATIONS.name, ends)


async def _known(connection: AsyncConnection, topic: str) -> dict[int, int]:
    """How far each partition of `topic` has been read."""
    of = letter_offset.c
    rows = await connection.execute(select(of.partition, of.next_offset).where(of.topic == topic))
    return {row.partition: row.next_offset for row in rows}


def _starts(known: Ends, ends: Ends) -> dict[int, int]:
    return {partition: known.get(partition, 0) for partition in ends}


async def _add(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(dead_letter).on_conflict_do_nothing(), rows)


async def _note(connection: AsyncConnection, topic: str, ends: Ends) -> None:
    statement = insert(letter_offset)
    if not ends:
        return
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[letter_offset.c.topic, letter_offset.c.partition],
            set_={"next_offset": statement.excluded.next_offset},
        ),
        [{"topic": topic, "partition": partition, "next_offset": end} for partition, end in ends.items()],
    )


def _text(value: str) -> str:
    """What Postgres takes, and short: headers can hold anything."""
    return value.replace("\0", "\ufffd")[:100]
