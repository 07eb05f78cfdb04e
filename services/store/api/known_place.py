"""The place that an address names, or a 404 that helps to find it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.api.problems import not_found
from services.store.api.queries import places


async def known_place(connection: AsyncConnection, name: str) -> Any:
    """Return the row of the place with the id, or the unambiguous spelling, `name`. Raises ProblemError (404)."""
    row, candidates = await places.find(connection, name)
    if row is None and candidates:
        raise not_found("place", f"{name!r} may mean any of these ids: {', '.join(candidates[:20])}")
    if row is None:
        alike = await places.alike(connection, name)
        raise not_found("place", f"no event names a place {name!r}" + (f"; alike: {', '.join(alike)}" if alike else ""))
    return row
