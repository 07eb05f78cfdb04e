"""Writes the feed of changes, in the transaction that changes the events.

Numbers are drawn under the lock that `services.store.projector.derive` holds until the commit: one transaction at a
time draws any, so that whoever has seen a number will see none below it any more. A schema that a rebuild fills tells
nobody anything; the swap tells what it holds otherwise.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, cast, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import array_text
from services.store.tables import SCHEMA, event

_WRITE: Final = text("""
insert into event_change
  (event_id, changed_at, before, before_first, before_last, after, after_first, after_last)
select coalesce(b.event_id, a.event_id), :now, b.body, b.first_day, b.last_day, a.body, a.first_day, a.last_day
from unnest(cast(:ids as uuid[]), cast(:bodies as jsonb[]), cast(:firsts as date[]), cast(:lasts as date[]))
  as b (event_id, body, first_day, last_day)
full join (select * from event where event_id = any(cast(:new as uuid[]))) a on a.event_id = b.event_id
where current_schema() = :live
  and (b.body, b.first_day, b.last_day) is distinct from (a.body, a.first_day, a.last_day)
order by 1
""")


async def held(connection: AsyncConnection, ids: Sequence[UUID]) -> Sequence[Any]:
    """The events `ids` as they are before they are removed."""
    if not ids:
        return []
    columns = (event.c.event_id, cast(event.c.body, Text), event.c.first_day, event.c.last_day)
    return (await connection.execute(select(*columns).where(event.c.event_id.in_(ids)))).all()


async def record(connection: AsyncConnection, before: Sequence[Any], new: Iterable[UUID], now: datetime) -> None:
    """Write what became of the events that were `before` and of those that are `new`; what is the same is no change."""
    written = list(new)
    if not before and not written:
        return
    ids, bodies, firsts, lasts = (list(column) for column in zip(*before, strict=True)) if before else ([],) * 4
    await connection.execute(
        _WRITE,
        {"ids": ids, "bodies": bodies, "firsts": firsts, "lasts": lasts}
        | {"new": array_text(written), "now": now, "live": SCHEMA},
    )
