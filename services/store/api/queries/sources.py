"""Sources by filters, in pages; one source with what it said of which incidents, and what others said of these."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.api import cursors
from services.store.api.queries import incidents
from services.store.api.queries.streaming import rows_of
from services.store.api.views import SourceDetail, SourceIncident, SourceView
from services.store.folding import fold
from services.store.names.known import ways_to_write
from services.store.sources.key import NAMED, OUTLET
from services.store.tables import incident, source, statement

_MOST_FIRST: Final = (source.c.claims.desc(), source.c.source_key)


class SourceIdKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of sources by id ends."""

    source_key: str


class SourceKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of sources by number of claims ends."""

    claims: int
    source_key: str


_SAID: Final = ("asserts", "denies", "undecided", "confirmed", "denied")


class SaidKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of what a source said ends."""

    last_day: date
    incident_id: UUID


@dataclass(frozen=True, slots=True)
class SourceFilters:
    """Which sources. `q` is a part of the name; it holds a letter or a digit."""

    q: str | None = None
    sides: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    outlets: bool | None = None
    by_id: bool = False
    """In the order of the ids, which nothing changes, instead of that of the number of claims."""


async def page(
    connection: AsyncConnection, filters: SourceFilters, limit: int, cursor: str | None
) -> tuple[list[SourceView], str | None]:
    """Return up to `limit` sources, those of most claims first or by id, and the cursor behind them.

    A source whose claims become more while pages are read can be passed over, and one whose claims become fewer come
    twice; by id, neither.
    """
    query = _ordered(filters).limit(limit + 1)
    if cursor is not None and filters.by_id:
        last = cursors.decode(SourceIdKey, cursor)
        query = query.where(source.c.source_key > bindparam("after", last.source_key))
    elif cursor is not None:
        key = cursors.decode(SourceKey, cursor)
        after_claims: ColumnElement[int] = bindparam("after_claims", key.claims, BigInteger)
        query = query.where(
            source.c.claims <= after_claims,
            (source.c.claims < after_claims) | (source.c.source_key > bindparam("after", key.source_key)),
        )
    rows = (await connection.execute(query)).all()

    def sorted_by(row: Any) -> cursors.Key:
        return SourceIdKey(row.source_key) if filters.by_id else SourceKey(row.claims, row.source_key)

    shown, after = cursors.cut(rows, limit, sorted_by)
    return [SourceView(**_fields(row)) for row in shown], after


async def stream(
    connection: AsyncConnection, filters: SourceFilters, limit: int | None = None
) -> AsyncIterator[SourceView]:
    """Yield the sources in the order of the pages."""
    async for row in rows_of(connection, _ordered(filters).limit(limit)):
        yield SourceView(**_fields(row))


def _ordered(filters: SourceFilters) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if filters.q is not None:
        conditions.append(_having(filters.q))
    if filters.sides:
        conditions.append(source.c.side.in_(filters.sides))
    if filters.kinds:
        conditions.append(source.c.kind.in_(filters.kinds))
    if filters.outlets is not None:
        conditions.append(source.c.outlet.is_(filters.outlets))
    query = select(source).where(*conditions)
    return query.order_by(source.c.source_key) if filters.by_id else query.order_by(*_MOST_FIRST)


def _having(name: str) -> ColumnElement[bool]:
    """Whether a source has `name`, which may be in Cyrillic letters, in its own."""
    # A folded name holds letters, digits and blanks alone, so LIKE has no wildcards to find in it.
    return or_(*(source.c.folded.like(f"%{folded}%") for folded in ways_to_write(name)))


async def alike(connection: AsyncConnection, name: str, most: int = 5) -> list[str]:
    """Names and ids of sources that have `name`, of letters or digits, in their own; those of most claims first."""
    rows = await connection.execute(select(source).where(_having(name)).order_by(*_MOST_FIRST).limit(most))
    return [f"{row.name} ({row.source_key})" for row in rows]


async def find(connection: AsyncConnection, name: str) -> tuple[Any | None, list[str]]:
    """Return the row of the source with the id, or the unambiguous name, `name`; else None and the candidates."""
    keys = [name, NAMED + fold(name), OUTLET + fold(name)]
    for key in keys:
        row = (await connection.execute(select(source).where(source.c.source_key == key))).one_or_none()
        if row is not None:
            return row, [row.source_key]
    called = source.c.folded.in_(ways_to_write(name))
    query = select(source).where(called).order_by(*_MOST_FIRST).limit(20)
    rows = (await connection.execute(query)).all()
    return (rows[0] if len(rows) == 1 else None), [row.source_key for row in rows]


async def detail(
    connection: AsyncConnection, row: Any, *, since: date | None, until: date | None, limit: int, cursor: str | None
) -> tuple[SourceDetail, str | None]:
    """Return the source with up to `limit` incidents that it spoke of, the latest first, and the cursor behind them."""
    conditions: list[ColumnElement[bool]] = [statement.c.source_key == row.source_key]
    if since is not None:
        conditions.append(statement.c.last_day >= since)
    if until is not None:
        conditions.append(statement.c.first_day <= until)
    if cursor is not None:
        key = cursors.decode(SaidKey, cursor)
        conditions.append(
            tuple_(statement.c.last_day, statement.c.incident_id)
            < tuple_(bindparam("after_day", key.last_day), bindparam("after_id", key.incident_id))
        )
    last_said = statement.c.last_day.label("last_said")
    query = (
        select(*(statement.c[name] for name in _SAID), last_said, *incidents.SHOWN)
        .join_from(statement, incident, incident.c.incident_id == statement.c.incident_id)
        .where(*conditions)
        .order_by(statement.c.last_day.desc(), statement.c.incident_id.desc())
        .limit(limit + 1)
    )
    said = (await connection.execute(query)).all()
    shown, after = cursors.cut(said, limit, lambda one: SaidKey(one.last_said, one.incident_id))
    first, last = await _span(connection, row.source_key)
    return (
        SourceDetail(
            **_fields(row),
            first_day=first,
            last_day=last,
            said=[
                SourceIncident(
                    says="asserts" if s.asserts > s.denies else "denies" if s.denies > s.asserts else "undecided",
                    asserts=s.asserts,
                    denies=s.denies,
                    undecided=s.undecided,
                    confirmed=s.confirmed,
                    denied=s.denied,
                    incident=incidents.view(s),
                )
                for s in shown
            ],
            next=None,
        ),
        after,
    )


async def _span(connection: AsyncConnection, key: str) -> tuple[date | None, date | None]:
    """The first and the last day that the source speaks of, each by the index."""
    ordered = select(statement.c.last_day).where(statement.c.source_key == key).limit(1)
    first = await connection.scalar(ordered.order_by(statement.c.last_day))
    last = await connection.scalar(ordered.order_by(statement.c.last_day.desc()))
    return first, last


def _fields(row: Any) -> dict[str, Any]:
    return {
        "source_id": row.source_key,
        "name": row.name,
        "side": row.side,
        "kind": row.kind,
        "outlet": row.outlet,
        "claim_count": row.claims,
        "report_count": row.reports,
        "incident_count": row.incidents,
        "asserted": row.asserted,
        "denying": row.denying,
        "confirmed": row.confirmed,
        "denied": row.denied,
    }
