"""Places in pages, and one place."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.api import cursors
from services.store.api.queries.events import place_keys
from services.store.api.queries.streaming import rows_of
from services.store.api.views import PlaceDetail, PlaceView
from services.store.control.standing import CONTESTED
from services.store.folding import fold as fold_name
from services.store.tables import event, place, spelling


class PlaceKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    folded: str
    place_key: str


@dataclass(frozen=True, slots=True)
class PlaceFilters:
    """Which places. `q` is a part of any spelling; it holds a letter or a digit."""

    q: str | None = None
    oblasts: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    contested: bool | None = None


async def page(
    connection: AsyncConnection, filters: PlaceFilters, limit: int, cursor: str | None
) -> tuple[list[PlaceView], str | None]:
    """Return up to `limit` places that have events, by name, and the cursor behind them."""
    query = _ordered(filters).limit(limit + 1)
    if cursor is not None:
        key = cursors.decode(PlaceKey, cursor)
        query = query.where(
            tuple_(place.c.folded, place.c.place_key)
            > tuple_(bindparam("after_name", key.folded), bindparam("after_key", key.place_key))
        )
    rows = (await connection.execute(query)).all()
    shown = rows[:limit]
    after = cursors.encode(PlaceKey(shown[-1].folded, shown[-1].place_key)) if len(rows) > limit else None
    return [PlaceView(**fields(row)) for row in shown], after


async def stream(
    connection: AsyncConnection, filters: PlaceFilters, limit: int | None = None
) -> AsyncIterator[PlaceView]:
    """Yield the places in the order of the pages."""
    async for row in rows_of(connection, _ordered(filters).limit(limit)):
        yield PlaceView(**fields(row))


def _ordered(filters: PlaceFilters) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [place.c.events > 0]
    if filters.q is not None:
        folded = fold_name(filters.q)
        # A folded name holds letters, digits and blanks alone, so LIKE has no wildcards to find in it.
        match = spelling.c.folded.like(f"%{folded}%")
        conditions.append(place.c.place_key.in_(select(spelling.c.place_key).where(match)))
    if filters.oblasts:
        conditions.append(in_oblast(filters.oblasts))
    if filters.standings:
        conditions.append(place.c.standing.in_(filters.standings))
    if filters.contested is not None:
        conditions.append((place.c.standing == CONTESTED) if filters.contested else (place.c.standing != CONTESTED))
    return select(place).where(*conditions).order_by(place.c.folded, place.c.place_key)


def in_oblast(oblasts: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a place is in, or is, one of `oblasts`, each with or without the word."""
    names = [name.lower() for name in oblasts]
    names += [f"{name} oblast" for name in names if not name.endswith(" oblast")]
    return or_(func.lower(place.c.admin1).in_(names), func.lower(place.c.name).in_(names))


async def find(connection: AsyncConnection, name: str) -> tuple[Any | None, list[str]]:
    """Return the row of the place with the id, or the unambiguous spelling, `name`; else None and the candidates."""
    row = (await connection.execute(select(place).where(place.c.place_key == name))).one_or_none()
    if row is not None:
        return row, []
    keys = await place_keys(connection, [name])
    rows = (await connection.execute(select(place).where(place.c.place_key.in_(keys), place.c.events > 0))).all()
    # "Kupiansk" is the town before it is a raion that some text calls so.
    of_that_name = [row for row in rows if row.folded == fold_name(name)]
    for found in (of_that_name, rows):
        if len(found) == 1:
            return found[0], []
    return None, sorted(row.place_key for row in rows)


async def detail(connection: AsyncConnection, row: Any) -> PlaceDetail:
    spellings = await connection.scalars(
        select(spelling.c.folded).where(spelling.c.place_key == row.place_key).order_by(spelling.c.folded)
    )
    types = await connection.execute(
        select(event.c.type, func.count(), func.min(event.c.first_day), func.max(event.c.last_day))
        .where(event.c.place_key == row.place_key)
        .group_by(event.c.type)
        .order_by(event.c.type)
    )
    counted = types.all()
    return PlaceDetail(
        **fields(row),
        spellings=list(spellings),
        control=f"/places/{quote(row.place_key, safe=':')}/control",
        types={kind: count for kind, count, _, _ in counted},
        first_day=min((first for _, _, first, _ in counted), default=None),
        last_day=max((last for _, _, _, last in counted), default=None),
    )


def fields(row: Any) -> dict[str, Any]:
    """What every view of a place has."""
    return {
        "id": row.place_key,
        "name": row.name,
        "resolved": row.place_id is not None,
        "kind": row.kind,
        "admin1": row.admin1,
        "country": row.country,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "within": row.within,
        "event_count": row.events,
        "standing": row.standing,
        "since": row.since,
        "claimed_by": list(row.claimed_by),
        "disputed_by": list(row.disputed_by),
        "share": row.share,
    }
