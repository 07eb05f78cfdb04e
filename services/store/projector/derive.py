"""What is derived across articles: families of copies and, for these, standings; incidents, sources. The last step of
the projector's transaction, one member at a time.

A lock that is held until the commit makes each member see what the others have derived. It comes after all other locks
of the transaction, so that it adds no deadlock. Only where a batch is applied record by record, after one that the
tables do not take, can two members wait for each other: Postgres ends one of them, and its batch is tried again.
"""

from collections.abc import Collection, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.settings import load
from services.store.control.recredit import recredit
from services.store.families import keep as families
from services.store.incidents import keep as incidents
from services.store.projector.prepare import Prepared
from services.store.projector.settings import ProjectorSettings
from services.store.sources import keep as sources


async def derive(
    connection: AsyncConnection,
    articles: Collection[UUID],
    gone: Collection[UUID],
    replaced: Sequence[Prepared],
) -> set[str]:
    """Keep what is derived in step: `articles` were there and have lost the events `gone`, and `replaced` came.

    Return the places that stand otherwise than before for it.
    """
    # Of its schema: the tables of a rebuild are filled beside the live ones.
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtextextended('frontlog.derive.' || current_schema(), 0))")
    )
    regrouped = await families.keep(connection, articles, [rows.report for rows in replaced], _copy_days())
    changed = await incidents.keep(connection, gone, [told for rows in replaced for told in rows.told])
    await sources.keep(connection, changed, regrouped)
    return await recredit(connection, regrouped.credited)


@cache
def _copy_days() -> int:
    """One value for the live tables and for a rebuild's, whoever applies to them: the families depend on it."""
    return load(ProjectorSettings).copy_days
