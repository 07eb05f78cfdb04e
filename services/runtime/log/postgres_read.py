"""Reading records of the Postgres log: the one query behind a consumer's poll and a read outside of any group."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.log.port import Record, TopicPartition
from services.runtime.log.postgres_tables import SCHEMA

FETCH_BYTES: Final = 32 * 1024 * 1024
"""A poll hands out no more than this, whatever the count asked for; always at least one record."""


async def fetch(
    connection: AsyncConnection,
    positions: Mapping[TopicPartition, int],
    max_records: int,
    *,
    owner: tuple[str, str] | None = None,
) -> list[Record]:
    """Read the next records from each position, bounded by count and bytes; partitions in the order of `positions`.

    With `owner` (group, member), only partitions that this member still owns: a member whose lease ran out reads no
    more of what has gone to another.
    """
    if not positions:
        return []
    fence = (
        f'join {SCHEMA}.group_partitions o on o."group" = :group and o.owner = :member '
        "and o.topic = want.topic and o.partition = want.partition"
        if owner
        else ""
    )
    # Sizes first, without touching the values: what would be too much is not even read from disk.
    statement = text(
        f"""
        with want as (
            select * from unnest(cast(:topics as text[]), cast(:partitions as int[]), cast(:offsets as bigint[]))
                with ordinality as w (topic, partition, start, rank)
        ), bounded as (
            select rank, topic, partition, "offset",
                   sum(size) over (order by rank, "offset") - size as before
            from (
                select want.rank, r.topic, r.partition, r."offset", r.size
                from want {fence}
                cross join lateral (
                    select * from {SCHEMA}.records r
                    where r.topic = want.topic and r.partition = want.partition and r."offset" >= want.start
                    order by r."offset" limit :count
                ) r
                order by want.rank, r."offset" limit :count
            ) s
        )
        select r.topic, r.partition, r."offset", r.key, r.value, r.header_names, r.header_values, r."timestamp"
        from bounded b join {SCHEMA}.records r using (topic, partition, "offset")
        where b.before < :bytes
        order by b.rank, r."offset"
        """  # noqa: S608 - the schema's name is a constant
    )
    found = await connection.execute(
        statement,
        {
            "topics": [p.topic for p in positions],
            "partitions": [p.partition for p in positions],
            "offsets": list(positions.values()),
            "count": max_records,
            "bytes": FETCH_BYTES,
            **({"group": owner[0], "member": owner[1]} if owner else {}),
        },
    )
    return [
        Record(topic, partition, offset, key, value, tuple(zip(names, values, strict=True)), stamp)
        for topic, partition, offset, key, value, names, values, stamp in found
    ]
