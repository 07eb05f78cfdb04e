"""Folds places anew whose reports are credited to others than before: a copy of them came, or one is gone.

Comes after the families are kept, under the lock of what is derived. A place may then be held by another member of the
group, which waits for that lock: to wait for the place in turn would be a deadlock. What is held is therefore left in
`standing_due`, to be found by whoever holds it once it is given the lock; if its transaction fails, by its next try.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of
from services.store.control.evidence import CONTROL_TYPES
from services.store.control.renew import renew
from services.store.tables import event, place, standing_due


async def recredit(connection: AsyncConnection, articles: Collection[UUID]) -> set[str]:
    """Renew the places of the events of `articles`, and those that are due; return those that stand otherwise now."""
    due: dict[str, set[date]] = defaultdict(set)
    for key, day in await connection.execute(select(standing_due.c.place_key, standing_due.c.day)):
        due[key].add(day)
    changed: dict[str, set[date]] = defaultdict(set, {key: set(days) for key, days in due.items()})
    if articles:
        query = select(event.c.place_key, event.c.last_day).distinct()
        told = query.where(
            any_of(event.c.article_id, articles), event.c.type.in_(CONTROL_TYPES), event.c.place_key.is_not(None)
        )
        for key, day in await connection.execute(told):
            changed[key].add(day)
    if not changed:
        return set()
    free = select(place.c.place_key).where(any_of(place.c.place_key, changed)).with_for_update(skip_locked=True)
    ours = set((await connection.scalars(free)).all())
    left = [
        {"place_key": key, "day": day}
        for key, days in sorted(changed.items())
        if key not in ours
        for day in sorted(days)
    ]
    if left:
        await connection.execute(insert(standing_due).on_conflict_do_nothing(), left)
    if done := ours & due.keys():
        await connection.execute(delete(standing_due).where(any_of(standing_due.c.place_key, done)))
    return await renew(connection, {key: days for key, days in changed.items() if key in ours})
