"""The offsets that live in the database beside the rows made from them: where to start, and the fence.

A member that lost a partition may not know it yet. Its batch was read from an offset at which the database no longer
stands once its successor has written; so a batch is applied only where the database stands at the offset that the
batch was read from, under a lock, and dropped where it does not.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.log.port import TopicPartition
from services.store.tables import log_end, projection_offset

_columns = projection_offset.c


async def start(
    connection: AsyncConnection, group: str, partitions: Collection[TopicPartition], now: datetime
) -> dict[TopicPartition, int]:
    """Return the offset to read next of each partition; one that was never read starts at 0."""
    ordered = sorted(partitions)
    if not ordered:
        return {}
    await connection.execute(
        insert(projection_offset).on_conflict_do_nothing(),
        [
            {"consumer_group": group, "topic": p.topic, "partition": p.partition, "next_offset": 0, "updated_at": now}
            for p in ordered
        ],
    )
    return await _read(connection, group, ordered, lock=False)


async def stored(connection: AsyncConnection, group: str) -> dict[TopicPartition, int]:
    """Return every offset of the group."""
    query = select(_columns.topic, _columns.partition, _columns.next_offset).where(_columns.consumer_group == group)
    return {TopicPartition(t, p): offset for t, p, offset in await connection.execute(query)}


async def fence(
    connection: AsyncConnection, group: str, expected: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Lock the offsets of these partitions; return those that do not stand where they should, with where they stand."""
    found = await _read(connection, group, sorted(expected), lock=True)
    return {p: found.get(p, 0) for p, offset in expected.items() if found.get(p) != offset}


async def advance(
    connection: AsyncConnection, group: str, offsets: Mapping[TopicPartition, int], now: datetime
) -> None:
    """Store the offset of the next record to read of each partition."""
    await connection.execute(
        update(projection_offset)
        .where(
            _columns.consumer_group == group,
            _columns.topic == bindparam("of_topic"),
            _columns.partition == bindparam("of_partition"),
        )
        .values(next_offset=bindparam("offset"), updated_at=now),
        [{"of_topic": p.topic, "of_partition": p.partition, "offset": o} for p, o in sorted(offsets.items())],
    )


async def note_ends(connection: AsyncConnection, ends: Mapping[TopicPartition, int], now: datetime) -> None:
    """Keep where the log ends, for `/status`."""
    if not ends:
        return
    statement = insert(log_end)
    statement = statement.on_conflict_do_update(
        index_elements=[log_end.c.topic, log_end.c.partition],
        set_={"end_offset": statement.excluded.end_offset, "seen_at": statement.excluded.seen_at},
    )
    await connection.execute(
        statement,
        [
            {"topic": p.topic, "partition": p.partition, "end_offset": offset, "seen_at": now}
            for p, offset in sorted(ends.items())
        ],
    )


async def _read(
    connection: AsyncConnection, group: str, partitions: list[TopicPartition], *, lock: bool
) -> dict[TopicPartition, int]:
    query = (
        select(_columns.topic, _columns.partition, _columns.next_offset)
        .where(
            _columns.consumer_group == group,
            tuple_(_columns.topic, _columns.partition).in_([(p.topic, p.partition) for p in partitions]),
        )
        .order_by(_columns.topic, _columns.partition)
    )
    rows = await connection.execute(query.with_for_update() if lock else query)
    return {TopicPartition(topic, partition): offset for topic, partition, offset in rows}
