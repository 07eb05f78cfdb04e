"""Keeps the counts of whole tables that `/status` tells, inside the projector's transaction: to count them anew takes
longer than a request may.

The rows are locked last of all: every batch moves them.
"""

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.projector.copying import given, written
from services.store.tables import tally


async def count(connection: AsyncConnection, moved: Mapping[tuple[str, str], int]) -> None:
    """Add `moved` rows to the counts, by table and part: the part of `extraction` is its extractor's version."""
    rows = [{"name": str(name), "part": part, "count": by} for (name, part), by in sorted(moved.items()) if by]
    if not rows:
        return
    added = insert(tally).from_select(written(tally), given(tally, rows))
    await connection.execute(
        added.on_conflict_do_update(
            index_elements=[tally.c.name, tally.c.part], set_={"count": tally.c.count + added.excluded.count}
        )
    )
