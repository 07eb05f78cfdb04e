"""Changes as they are read from the feed, page by page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Event
from services.store.tables import change_horizon, event_change

PAGE: Final = 200
"""Changes that are read at once."""


@dataclass(frozen=True, slots=True)
class Held:
    """An event with the days that the time filters use."""

    event: Event
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one event. `before` None: it was not there; `after` None: it is withdrawn."""

    id: int
    event_id: UUID
    at: datetime
    before: Held | None
    after: Held | None


async def after(connection: AsyncConnection, position: int, limit: int = PAGE) -> list[Change]:
    """The changes behind `position`, in order."""
    query = (
        select(event_change).where(event_change.c.change_id > position).order_by(event_change.c.change_id).limit(limit)
    )
    return [_change(row) for row in await connection.execute(query)]


async def ends(connection: AsyncConnection) -> tuple[int, int]:
    """The last change that is kept no longer, and the last one there is."""
    query = select(
        select(change_horizon.c.pruned_to).scalar_subquery(),
        select(func.max(event_change.c.change_id)).scalar_subquery(),
    )
    pruned, last = (await connection.execute(query)).one()
    return pruned or 0, max(last or 0, pruned or 0)


def _change(row: Any) -> Change:
    return Change(
        id=row.change_id,
        event_id=row.event_id,
        at=row.changed_at,
        before=_held(row.before, row.before_first, row.before_last),
        after=_held(row.after, row.after_first, row.after_last),
    )


def _held(body: Any, first: date | None, last: date | None) -> Held | None:
    if body is None or first is None or last is None:
        return None
    return Held(msgspec.convert(body, Event), first, last)
