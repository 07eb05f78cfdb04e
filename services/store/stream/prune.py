"""Removes changes that are older than they have to be kept. The projector's process does it now and then."""

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.store.swap_lock import hold

BATCH: Final = 5000
_PRUNE: Final = text("""
with old as (
  select max(change_id) as last from (
    select change_id, changed_at from event_change order by change_id limit :batch
  ) first where changed_at < :before
), gone as (
  delete from event_change where change_id <= (select last from old) returning change_id
), moved as (
  update change_horizon set pruned_to = greatest(pruned_to, (select last from old))
  where (select last from old) is not null
)
select count(*) from gone
""")


async def prune(engine: AsyncEngine, before: datetime) -> int:
    """Remove the changes of before `before` from the front of the feed; return how many there were."""
    removed = 0
    while True:
        async with engine.begin() as connection:
            await hold(connection)
            # One at a time: each names the horizon that the last one left.
            await connection.execute(text("lock table change_horizon in share row exclusive mode"))
            count = await connection.scalar(_PRUNE, {"before": before, "batch": BATCH}) or 0
        removed += count
        if count < BATCH:
            return removed
