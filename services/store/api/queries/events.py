"""Events by filters, in pages; one event; the events of an article."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Event
from services.store.any_of import any_of
from services.store.api import cursors
from services.store.api.parameters import Box, EventFilters
from services.store.api.queries.bodies import BODY, body
from services.store.api.queries.latest import latest
from services.store.api.queries.spoken import spoken_of
from services.store.api.queries.streaming import rows_of
from services.store.folding import fold
from services.store.names.known import called, ways_to_write
from services.store.tables import claim, event, place, spelling


class EventKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of events ends."""

    last_day: date
    event_id: UUID


async def page(
    connection: AsyncConnection, filters: EventFilters, limit: int, cursor: str | None
) -> tuple[list[Event], str | None]:
    """Return up to `limit` events, the latest day first, and the cursor behind them, None at the end."""
    listing = await listed(connection, filters)
    if listing is None:
        return [], None
    key = None if cursor is None else cursors.decode(EventKey, cursor)
    rows = (await connection.execute(listing(limit + 1, key))).all()
    shown, after = cursors.cut(rows, limit, lambda row: EventKey(row.last_day, row.event_id))
    return [body(row) for row in shown], after


async def stream(connection: AsyncConnection, filters: EventFilters, limit: int | None = None) -> AsyncIterator[Event]:
    """Yield the events in the order of the pages."""
    conditions = await matching(connection, filters)
    if conditions is not None:
        async for row in rows_of(connection, ordered(conditions, filters, limit)):
            yield body(row)


class Listing:
    """Pages of the events that meet `filters`; each row has `BODY`, `last_day` and `event_id`."""

    def __init__(self, filters: EventFilters, conditions: Sequence[ColumnElement[bool]]) -> None:
        self._filters = filters
        self._conditions = conditions

    def __call__(self, limit: int, key: EventKey | None = None, *, inclusive: bool = False) -> Select[Any]:
        """Up to `limit` events behind the one with `key`, or from it on."""
        if self._filters.sources:
            after = None if key is None else (key.last_day, key.event_id)
            return spoken_of(self._filters, self._conditions, limit, after, inclusive=inclusive)
        more = [] if key is None else [behind(key, inclusive=inclusive)]
        return ordered([*self._conditions, *more], self._filters, limit)


async def listed(connection: AsyncConnection, filters: EventFilters) -> Listing | None:
    """What pages of `filters` are asked with; None where it is known that nothing can match."""
    left = filters
    if filters.sources:
        left = replace(filters, sources=(), source_sides=(), stances=(), since=None)
    conditions = await matching(connection, left)
    return None if conditions is None else Listing(filters, conditions)


def ordered(conditions: Iterable[ColumnElement[bool]], filters: EventFilters, limit: int | None) -> Select[Any]:
    """The events that meet `conditions`, those of `filters` among them, in the order of the pages; each has `BODY`."""
    return latest(event.c.event_id, (BODY, event.c.last_day, event.c.event_id), conditions, filters, limit)


def behind(key: EventKey, *, inclusive: bool = False) -> ColumnElement[bool]:
    """Whether an event comes after the one with `key`, or is that."""
    own = tuple_(event.c.last_day, event.c.event_id)
    its = tuple_(bindparam("after_day", key.last_day), bindparam("after_id", key.event_id))
    return own <= its if inclusive else own < its


async def one(connection: AsyncConnection, event_id: UUID) -> Event | None:
    row = (await connection.execute(select(BODY).where(event.c.event_id == event_id))).one_or_none()
    return None if row is None else body(row)


async def of_article(connection: AsyncConnection, article_id: UUID) -> list[Event]:
    """Every event of an article, in the order in which its text tells them."""
    rows = await connection.execute(select(BODY).where(event.c.article_id == article_id))
    found = [body(row) for row in rows]
    return sorted(
        found, key=lambda e: (min(((m.field != "title", m.start) for m in e.mentions), default=()), e.event_id)
    )


async def place_keys(connection: AsyncConnection, names: Iterable[str]) -> list[str]:
    """Return the keys of the places that `names` may mean: ids, or any spelling that was read or is known."""
    wanted = list(names)
    written = [folded for name in wanted for folded in ways_to_write(name)]
    known = sorted(frozenset(wanted).union(*map(called, written)))
    query = (
        select(spelling.c.place_key)
        .where(any_of(spelling.c.folded, written))
        .union(select(place.c.place_key).where(any_of(place.c.place_key, known)))
    )
    return sorted((await connection.scalars(query)).all())


async def matching(connection: AsyncConnection, filters: EventFilters) -> list[ColumnElement[bool]] | None:
    """The WHERE of `filters`; None where it is known that nothing can match."""
    found: list[ColumnElement[bool]] = []
    for column, values in (
        (event.c.type, filters.types),
        (event.c.modality, filters.modalities),
        (event.c.actor_side, filters.actor_sides),
        (event.c.article_id, filters.articles),
    ):
        if values:
            found.append(any_of(column, values))
    if filters.places:
        keys = await place_keys(connection, filters.places)
        if not keys:
            return None
        found.append(any_of(event.c.place_key, keys))
    if filters.oblasts:
        found.append(func.lower(event.c.admin1).in_(oblast_names(filters.oblasts)))
    if (condition := _claims(filters)) is not None:
        found.append(condition)
    # An event counts for each day of its interval: it overlaps the range that is asked for.
    if filters.since is not None:
        found.append(event.c.last_day >= filters.since)
    if filters.until is not None:
        found.append(event.c.first_day <= filters.until)
    if filters.published_since is not None:
        found.append(event.c.published_at >= filters.published_since)
    if filters.published_before is not None:
        found.append(event.c.published_at < filters.published_before)
    if filters.box is not None:
        inside = or_(*(within(b, event.c.latitude, event.c.longitude) for b in filters.box.halves()))
        # A place lies in the box or does not. The planner takes the two for independent, and would gather all that is
        # in both to put it in order, instead of going through the place's events from the latest on.
        found.append(case((inside, true()), else_=false()) if filters.places else inside)
    if filters.text is not None:
        found.append(event.c.reading.op("@@")(websearch(filters.text)))
    if filters.min_confidence is not None:
        found.append(event.c.confidence >= filters.min_confidence)
    return found


def oblast_names(given: Iterable[str]) -> list[str]:
    """Each of the names in lower case, with and without the word."""
    names = {name.lower() for name in given}
    return sorted(names | {f"{name} oblast" for name in names if not name.endswith(" oblast")})


def websearch(text: str) -> ColumnElement[Any]:
    """The words of `text` as a search: quotes for phrases, `or`, a minus for what must not be there. Never fails."""
    return func.websearch_to_tsquery(literal_column("'reading'::regconfig"), text)


def _claims(filters: EventFilters) -> ColumnElement[bool] | None:
    """One and the same claim has to meet source, side and stance: `source=X&stance=denies` is what X denies."""
    if not (filters.sources or filters.source_sides or filters.stances):
        return None
    inner: list[ColumnElement[bool]] = [claim.c.event_id == event.c.event_id]
    if filters.sources:
        folded = [f for f in map(fold, filters.sources) if f]
        inner.append(or_(any_of(claim.c.source_id, filters.sources), any_of(claim.c.source_folded, folded)))
    if filters.source_sides:
        inner.append(any_of(claim.c.source_side, filters.source_sides))
    if filters.stances:
        inner.append(any_of(claim.c.stance, filters.stances))
    return exists().where(and_(*inner))


def within(box: Box, latitude: Any, longitude: Any) -> ColumnElement[bool]:
    """Plain ranges, not a geometric operator: the planner knows from statistics how much lies in them, and walks the
    latest rows where that is much and the index of coordinates where it is little."""
    return and_(latitude.between(box.south, box.north), longitude.between(box.west, box.east))
