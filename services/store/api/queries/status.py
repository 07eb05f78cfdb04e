"""What is in the store, and how far it is behind the log."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.topics import DEAD_LETTER_STAGES, EVENTS
from services.store.api.views import Failed, FailedWebhooks, Lag, Status, Webhooks
from services.store.control.standing import CONTESTED
from services.store.database import schema_version
from services.store.subscriptions.standing import failed_since, given_up, standing
from services.store.tables import (
    article,
    dead_letter,
    letter_offset,
    log_end,
    outbox,
    place,
    projection_offset,
    tally,
)


async def status(connection: AsyncConnection) -> Status:
    """Counts of whole tables are those that the projector keeps."""
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
    dead = await _open_letters(connection)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for name, part, rows_of_it in await connection.execute(select(tally).where(tally.c.count > 0)):
        counted[name][part] = rows_of_it
    one = (await connection.execute(_figures(midnight))).one()
    return Status(
        articles=counted["article"].get("", 0),
        extractions=sum(counted["extraction"].values()),
        events=counted["event"].get("", 0),
        claims=counted["claim"].get("", 0),
        places=one.places,
        contested_places=one.contested_places,
        dead_letters=None if dead is None else sum(dead.values()),
        withdrawals_due=one.withdrawals_due,
        received_hour=one.received_hour,
        received_today=one.received_today,
        last_received_at=one.last_received_at,
        last_applied_at=one.last_applied_at,
        schema=await schema_version(connection),
        extractor_versions=dict(sorted(counted["extraction"].items())),
        dead_letters_by_stage=dead or {},
        failed_today=await _failed(connection, midnight),
        webhooks=await _webhooks(connection, midnight),
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


async def _open_letters(connection: AsyncConnection) -> dict[str, int] | None:
    """Letters by stage that nobody has dealt with; None until a projector has looked."""
    if await connection.scalar(select(letter_offset.c.topic).limit(1)) is None:
        return None
    query = select(dead_letter.c.stage, func.count()).where(dead_letter.c.done.is_(None)).group_by(dead_letter.c.stage)
    found: dict[str, int] = {row[0]: row[1] for row in await connection.execute(query)}
    return dict.fromkeys(DEAD_LETTER_STAGES, 0) | found


async def _failed(connection: AsyncConnection, since: datetime) -> list[Failed]:
    letter = dead_letter.c
    query = (
        select(letter.stage, letter.reason, func.count(), func.count().filter(letter.done.is_(None)))
        .where(letter.failed_at >= since)
        .group_by(letter.stage, letter.reason)
        .order_by(letter.stage, letter.reason)
    )
    rows = await connection.execute(query)
    return [Failed(stage=stage, reason=reason, count=count, open=left) for stage, reason, count, left in rows]


async def _webhooks(connection: AsyncConnection, since: datetime) -> Webhooks:
    found = await standing(connection)
    failed = await failed_since(connection, since)
    return Webhooks(
        active=found.by_status["active"],
        paused=found.by_status["paused"],
        disabled=found.by_status["disabled"],
        failing=found.failing,
        behind_seconds=found.behind,
        behind_failing_seconds=found.behind_failing,
        given_up=await given_up(connection),
        failed_today=[
            FailedWebhooks(subscription_id=str(one.subscription_id), count=one.count, open=one.left) for one in failed
        ],
    )


def _figures(midnight: datetime) -> Select[Any]:
    """The single figures, in one row."""
    offsets, told = projection_offset.c, select(func.count()).select_from(place).where(place.c.events > 0)
    due = select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None), outbox.c.topic == EVENTS.name)
    figures = {
        "places": told,
        "contested_places": told.where(place.c.standing == CONTESTED),
        "withdrawals_due": due,
        "received_hour": _received(datetime.now(UTC) - timedelta(hours=1)),
        "received_today": _received(midnight),
        "last_received_at": select(func.max(article.c.received_at)),
        "last_applied_at": select(func.max(offsets.updated_at)).where(offsets.next_offset > 0),
    }
    return select(*(query.scalar_subquery().label(name) for name, query in figures.items()))


def _received(since: datetime) -> Select[Any]:
    return select(func.count()).select_from(article).where(article.c.received_at >= since)
