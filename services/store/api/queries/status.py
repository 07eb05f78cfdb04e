"""What is in the store, and how far it is behind the log."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.topics import EVENTS, PREFIX
from services.store.api.views import Lag, Status
from services.store.control.standing import CONTESTED
from services.store.database import schema_version
from services.store.tables import (
    article,
    claim,
    event,
    extraction,
    log_end,
    outbox,
    place,
    projection_offset,
)

_DEAD = PREFIX + "dead-letters."


async def status(connection: AsyncConnection) -> Status:
    async def count(query: object) -> int:
        found: int | None = await connection.scalar(query)  # type: ignore[call-overload]
        return found or 0

    offsets = projection_offset.c
    rows = (
        await connection.execute(
            select(offsets.topic, offsets.partition, offsets.next_offset, log_end.c.end_offset)
            .join_from(
                projection_offset,
                log_end,
                (log_end.c.topic == offsets.topic) & (log_end.c.partition == offsets.partition),
                isouter=True,
            )
            .order_by(offsets.topic, offsets.partition)
        )
    ).all()
    ends = await connection.execute(
        select(log_end.c.topic, func.sum(log_end.c.end_offset))
        .where(log_end.c.topic.startswith(_DEAD, autoescape=True))
        .group_by(log_end.c.topic)
    )
    dead = {topic.removeprefix(_DEAD): int(end) for topic, end in ends}
    versions = await connection.execute(
        select(extraction.c.extractor_version, func.count()).group_by(extraction.c.extractor_version)
    )
    by_version: dict[str, int] = {row[0]: row[1] for row in versions}
    return Status(
        articles=await count(select(func.count()).select_from(article)),
        extractions=sum(by_version.values()),
        events=await count(select(func.count()).select_from(event)),
        claims=await count(select(func.count()).select_from(claim)),
        places=await count(select(func.count()).select_from(place).where(place.c.events > 0)),
        contested_places=await count(
            select(func.count()).select_from(place).where(place.c.events > 0, place.c.standing == CONTESTED)
        ),
        dead_letters=sum(dead.values()) if dead else None,
        withdrawals_due=await count(
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.published_at.is_(None), outbox.c.topic == EVENTS.name)
        ),
        last_received_at=await connection.scalar(select(func.max(article.c.received_at))),
        last_applied_at=await connection.scalar(select(func.max(offsets.updated_at)).where(offsets.next_offset > 0)),
        schema=await schema_version(connection),
        extractor_versions=by_version,
        dead_letters_by_stage=dead,
        lag=[
            Lag(
                topic=row.topic,
                partition=row.partition,
                next_offset=row.next_offset,
                end_offset=row.end_offset,
                lag=None if row.end_offset is None else max(row.end_offset - row.next_offset, 0),
            )
            for row in rows
        ],
    )
