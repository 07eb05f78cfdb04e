"""Whether the database has the schema that this code reads and writes: the first question of every process of the
store, and a part of its readiness."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from services.store.database import schema_version
from services.store.migrate import newest


class SchemaOutdatedError(Exception):
    """The database's schema is not the one that this code reads and writes."""


def schema_check(engine: AsyncEngine) -> Callable[[], Awaitable[None]]:
    """Return a check that raises `SchemaOutdatedError`, or the driver's error where the database does not answer."""
    wanted = newest()

    async def check() -> None:
        async with engine.connect() as connection:
            found = await schema_version(connection)
        if found != wanted:
            raise SchemaOutdatedError(
                f"the schema is at {found or 'nothing'} and should be at {wanted}: run python -m services.store.migrate"
            )

    return check
