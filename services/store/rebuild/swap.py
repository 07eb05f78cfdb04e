"""Puts a filled schema in the live one's place, in one transaction: readers see the one or the other, never neither.

The projectors are held off meanwhile (`services.store.swap_lock`); the last records before where they stand are filled
under that lock, so that both schemas tell the same stretch of the log. What the new fold holds otherwise than the old
is then queued in the outbox: subscribers must end with what the tables hold. Statements that run go on reading the
tables they began with; the next ones find the new tables by the same names.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.ddl import sort_tables

from services.runtime.log.port import TopicPartition
from services.store.projector import offsets
from services.store.rebuild.reconcile import reconcile
from services.store.rebuild.schemas import LIVE, OLD, PASSING
from services.store.swap_lock import take
from services.store.tables import metadata

LOCK_SECONDS: Final = 15
"""A publisher of the outbox may hold the lock for as long as the log takes to answer."""
_TRIED_AGAIN: Final = ("55P03", "40P01")
"""SQLSTATEs of a lock that was not had in time, and of a deadlock."""

CatchUp = Callable[[Mapping[TopicPartition, int]], Awaitable[bool]]
"""Fills the next schema up to the offsets given; False, without filling, where that would take long."""


class OffsetsDifferError(Exception):
    """The filled schema does not stand where the live one does."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Events that the new tables hold otherwise than the old ones did."""

    events: int
    gained: int
    lost: int
    altered: int


async def swap(engine: AsyncEngine, schema: str, group: str, catch_up: CatchUp) -> Differences | None:
    """Put `schema` in the place of the live one, which becomes `frontlog_old`; `engine` looks at the live one.

    Returns None, with nothing changed, where locks were not had in time or too much is left to fill: try again.
    """
    try:
        async with engine.connect() as connection, connection.begin() as transaction:
            await connection.exec_driver_sql(f"set local lock_timeout = '{LOCK_SECONDS}s'")
            await take(connection, LIVE)
            targets = await offsets.stored(connection, group)
            if not await catch_up(targets):
                await transaction.rollback()
                return None
            await _same_offsets(connection, schema)
            await _lock_kept(connection)
            found = await differences(connection, schema)
            await reconcile(connection, schema)
            await _exchange_kept(connection, schema)
            await _rename(connection, schema)
        return found
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _TRIED_AGAIN:
            return None
        raise


async def differences(connection: AsyncConnection, schema: str) -> Differences:
    """Compare the events of `schema` with the live ones."""
    row = (
        await connection.execute(
            text(f"""
            select count(n.event_id), count(*) filter (where l.event_id is null),
                   count(*) filter (where n.event_id is null), count(*) filter (where l.body <> n.body)
            from {LIVE}.event l full join {schema}.event n using (event_id)
            """)  # noqa: S608 - names of schemas are constants
        )
    ).one()
    return Differences(*row)


def kept_tables() -> list[str]:
    """Names of the tables whose rows are not in the log, those that others refer to first."""
    return [t.name for t in sort_tables(metadata.tables.values()) if t.info.get("kept")]


async def _same_offsets(connection: AsyncConnection, schema: str) -> None:
    columns = "consumer_group, topic, partition, next_offset"
    apart = await connection.scalar(
        text(f"""
        select count(*) from (
            (select {columns} from {LIVE}.projection_offset except select {columns} from {schema}.projection_offset)
            union all
            (select {columns} from {schema}.projection_offset except select {columns} from {LIVE}.projection_offset)
        ) d
        """)  # noqa: S608
    )
    if apart:
        raise OffsetsDifferError(f"{schema} and {LIVE} stand at different offsets, or of different groups")


async def _lock_kept(connection: AsyncConnection) -> None:
    # All at once and by name, as everybody's order: who writes one of them finishes first.
    names = ", ".join(f"{LIVE}.{name}" for name in sorted(kept_tables()))
    await connection.exec_driver_sql(f"lock table {names} in access exclusive mode")


async def _exchange_kept(connection: AsyncConnection, schema: str) -> None:
    """Move the kept tables over; the empty ones go the other way, so that the old schema stays whole."""
    names = kept_tables()
    await connection.exec_driver_sql(f"create schema {PASSING}")
    for source, target in ((schema, PASSING), (LIVE, schema), (PASSING, LIVE)):
        for name in names:
            await connection.exec_driver_sql(f"alter table {source}.{name} set schema {target}")
    await connection.exec_driver_sql(f"drop schema {PASSING}")
    await connection.exec_driver_sql(f"truncate {', '.join(f'{LIVE}.{name}' for name in names)}")


async def _rename(connection: AsyncConnection, schema: str) -> None:
    if schema == OLD:
        await connection.exec_driver_sql(f"alter schema {OLD} rename to {PASSING}")
        schema = PASSING
    await connection.exec_driver_sql(f"alter schema {LIVE} rename to {OLD}")
    await connection.exec_driver_sql(f"alter schema {schema} rename to {LIVE}")
