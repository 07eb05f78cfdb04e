"""Places in pages, and one place."""

import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import ColumnElement, Double, Select, and_, bindparam, cast, func, null, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of
from services.store.api import cursors
from services.store.api.parameters import EARTH, Box, Circle
from services.store.api.queries.events import oblast_names, place_keys
from services.store.api.queries.streaming import rows_of
from services.store.api.views import PlaceDetail, PlaceView
from services.store.control.standing import CONTESTED
from services.store.names.known import called_like, ways_to_write
from services.store.tables import event, place, spelling

LIKENESS: Final = 0.4
"""Share of trigrams that a misspelt name has in common with what it is taken for: "Bahmut" and "Bakhmut" have half."""
KNOWN_FROM: Final = 3
"""Letters of a name from which on a part of it is looked for in the names that the gazetteer knows."""


class PlaceKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of places by name ends."""

    folded: str
    place_key: str


class NearKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of places by distance, in km, ends."""

    distance: float
    place_key: str


@dataclass(frozen=True, slots=True)
class PlaceFilters:
    """Which places. `q` is a part of any spelling, or else alike; it holds a letter or a digit."""

    q: str | None = None
    oblasts: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    contested: bool | None = None
    circle: Circle | None = None


async def page(
    connection: AsyncConnection, filters: PlaceFilters, limit: int, cursor: str | None
) -> tuple[list[PlaceView], str | None]:
    """Return up to `limit` places that have events, by name, round a point by distance, and the cursor behind them."""
    query, distance = await _ordered(connection, filters)
    query = query.limit(limit + 1)
    if cursor is not None and distance is None:
        query = query.where(behind_place(cursors.decode(PlaceKey, cursor)))
    elif cursor is not None and distance is not None:
        near = cursors.decode(NearKey, cursor)
        query = query.where(
            tuple_(distance, place.c.place_key)
            > tuple_(bindparam("after_distance", near.distance, Double), bindparam("after_key", near.place_key))
        )
    rows = (await connection.execute(query)).all()

    def sorted_by(row: Any) -> cursors.Key:
        return PlaceKey(row.folded, row.place_key) if distance is None else NearKey(row.distance, row.place_key)

    shown, after = cursors.cut(rows, limit, sorted_by)
    return [_view(row) for row in shown], after


def behind_place(key: PlaceKey) -> ColumnElement[bool]:
    """Whether a place comes after `key` in the order of names."""
    return tuple_(place.c.folded, place.c.place_key) > tuple_(
        bindparam("after_name", key.folded), bindparam("after_key", key.place_key)
    )


async def stream(
    connection: AsyncConnection, filters: PlaceFilters, limit: int | None = None
) -> AsyncIterator[PlaceView]:
    """Yield the places in the order of the pages."""
    query, _ = await _ordered(connection, filters)
    async for row in rows_of(connection, query.limit(limit)):
        yield _view(row)


def _view(row: Any) -> PlaceView:
    return PlaceView(**fields(row), distance=row.distance)


async def _ordered(
    connection: AsyncConnection, filters: PlaceFilters
) -> tuple[Select[Any], ColumnElement[float] | None]:
    """The query in its order, and the distance that it is ordered by, where it is."""
    conditions: list[ColumnElement[bool]] = [place.c.events > 0]
    if filters.q is not None:
        conditions.append(place.c.place_key.in_(await _named(connection, filters.q)))
    if filters.oblasts:
        conditions.append(in_oblast(filters.oblasts))
    if filters.standings:
        conditions.append(place.c.standing.in_(filters.standings))
    if filters.contested is not None:
        conditions.append((place.c.standing == CONTESTED) if filters.contested else (place.c.standing != CONTESTED))
    if filters.circle is None:
        nowhere: ColumnElement[float] = cast(null(), Double)
        query = select(place, nowhere.label("distance")).where(*conditions)
        return query.order_by(place.c.folded, place.c.place_key), None
    distance = _distance(filters.circle)
    conditions += [or_(*map(_within, filters.circle.box().halves())), distance <= filters.circle.radius]
    query = select(place, distance.label("distance")).where(*conditions)
    return query.order_by(distance, place.c.place_key), distance


async def _named(connection: AsyncConnection, name: str) -> Select[Any]:
    """Keys of the places with `name` in a spelling that was read or is known; where no place with events has it, of
    those with one that is like it."""
    written = ways_to_write(name)
    # A folded name holds letters, digits and blanks alone, so LIKE has no wildcards to find in it.
    read = (
        select(spelling.c.place_key)
        .join(place, place.c.place_key == spelling.c.place_key)
        .where(or_(*(spelling.c.folded.like(f"%{folded}%") for folded in written)), place.c.events > 0)
    )
    # A letter or two stand in the names of thousands: then what was read has to do.
    known = sorted(frozenset().union(*(called_like(folded) for folded in written if len(folded) >= KNOWN_FROM)))
    having = read.union_all(select(place.c.place_key).where(any_of(place.c.place_key, known), place.c.events > 0))
    keys = select(having.subquery().c.place_key)
    if await connection.scalar(keys.limit(1)) is not None or not await _trigrams(connection):
        return keys
    return select(spelling.c.place_key).where(or_(*map(_alike, written)))


async def alike(connection: AsyncConnection, name: str, most: int = 5) -> list[str]:
    """Names of places with events that are spelt like `name`, those most like it first."""
    written = ways_to_write(name)
    if not written or not await _trigrams(connection):
        return []
    likeness = func.max(func.greatest(*(func.similarity(spelling.c.folded, folded) for folded in written)))
    query = (
        select(place.c.name)
        .join_from(spelling, place, place.c.place_key == spelling.c.place_key)
        .where(or_(*map(_alike, written)), place.c.events > 0)
        .group_by(place.c.name)
        .order_by(likeness.desc(), place.c.name)
        .limit(most)
    )
    return list(await connection.scalars(query))


def _alike(folded: str) -> ColumnElement[bool]:
    # The operator is what the index answers; its threshold of 0.3 alone would let too much in.
    return spelling.c.folded.op("%")(folded) & (func.similarity(spelling.c.folded, folded) >= LIKENESS)


async def _trigrams(connection: AsyncConnection) -> bool:
    """Whether the database has pg_trgm; where it cannot be had, search goes without."""
    return bool(await connection.scalar(text("select true from pg_extension where extname = 'pg_trgm'")))


def _within(box: Box) -> ColumnElement[bool]:
    where = func.point(place.c.longitude, place.c.latitude)
    corners = func.box(func.point(box.west, box.south), func.point(box.east, box.north))
    return and_(place.c.longitude.is_not(None), where.op("<@")(corners))


def _distance(circle: Circle) -> ColumnElement[float]:
    """Kilometres along the great circle, by the haversine formula."""
    latitude, longitude = func.radians(place.c.latitude), func.radians(place.c.longitude)
    at, along = (bindparam(None, math.radians(d), Double, unique=True) for d in (circle.latitude, circle.longitude))
    chord = func.pow(func.sin((latitude - at) / 2), 2) + func.cos(latitude) * func.cos(at) * func.pow(
        func.sin((longitude - along) / 2), 2
    )
    return 2 * EARTH * func.asin(func.sqrt(func.least(1.0, chord)), type_=Double)


def in_oblast(oblasts: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a place is in, or is, one of `oblasts`, each with or without the word."""
    names = oblast_names(oblasts)
    return or_(func.lower(place.c.admin1).in_(names), func.lower(place.c.name).in_(names))


async def find(connection: AsyncConnection, name: str) -> tuple[Any | None, list[str]]:
    """Return the row of the place with the id, or the unambiguous spelling, `name`; else None and the candidates."""
    row = (await connection.execute(select(place).where(place.c.place_key == name))).one_or_none()
    if row is not None:
        return row, []
    keys = await place_keys(connection, [name])
    rows = (await connection.execute(select(place).where(place.c.place_key.in_(keys), place.c.events > 0))).all()
    # "Kupiansk" is the town before it is a raion that some text calls so, and "Artemivsk" what is called so before what
    # was.
    written = ways_to_write(name)
    of_that_name = [row for row in rows if row.folded in written]
    read = select(spelling.c.place_key).where(any_of(spelling.c.folded, written))
    read_so = set((await connection.scalars(read)).all()) if len(rows) > 1 else set()
    for found in (of_that_name, [row for row in rows if row.place_key in read_so], rows):
        if len(found) == 1:
            return found[0], []
    return None, sorted(row.place_key for row in rows)


async def detail(connection: AsyncConnection, row: Any) -> PlaceDetail:
    """Return a place with its spellings and its events by type."""
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
