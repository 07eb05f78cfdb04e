"""What one incident is made of, in pages: what its sources say, the articles that tell of it, its events with their
ties.

An incident may have thousands of events. Each page is read from where an index has it; ties are those of the events of
a page, since those of all are as many as there are pairs.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, cast, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Event
from services.store.any_of import table_of
from services.store.api import cursors
from services.store.api.queries.bodies import BODY, body
from services.store.api.views import IncidentReport, StatementView, TieView
from services.store.tables import article, event, extraction, family_member, statement, telling, tie

TIES_OF_ONE: Final = 5
"""Ties of each event of a page that are shown, the strongest."""
_OF_BOTH: Final = ("title", "publisher", "published_as", "url")


class StatementKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of an incident's sources ends."""

    outlet: bool
    first_day: date
    source_key: str


class MemberKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Of an event, or of an article by its last event."""

    last_day: date
    member_id: UUID


async def incident_of(connection: AsyncConnection, event_id: UUID) -> UUID | None:
    """The incident that an event is part of; its own id is that of one of its events."""
    query = select(telling.c.incident_id).where(telling.c.event_id == event_id)
    found: UUID | None = await connection.scalar(query)
    return found


async def statements(
    connection: AsyncConnection, incident_id: UUID, limit: int, cursor: str | None = None
) -> tuple[list[StatementView], str | None]:
    """Return what up to `limit` sources say, those that are named first, the earliest first, and the cursor behind."""
    order = (statement.c.outlet, statement.c.first_day, statement.c.source_key)
    query = select(statement).where(statement.c.incident_id == incident_id).order_by(*order).limit(limit + 1)
    if cursor is not None:
        key = cursors.decode(StatementKey, cursor)
        query = query.where(
            tuple_(*order)
            > tuple_(
                bindparam("after_outlet", key.outlet),
                bindparam("after_day", key.first_day),
                bindparam("after_key", key.source_key),
            )
        )
    rows = (await connection.execute(query)).all()
    shown, after = cursors.cut(rows, limit, lambda row: StatementKey(row.outlet, row.first_day, row.source_key))
    return [_statement(row) for row in shown], after


async def reports(
    connection: AsyncConnection, incident_id: UUID, limit: int, cursor: str | None = None
) -> tuple[list[IncidentReport], str | None]:
    """Return up to `limit` articles, those of the latest events first, and the cursor behind them."""
    day = func.max(telling.c.last_day)
    grouped = (
        select(telling.c.article_id, day.label("last_day"))
        .where(telling.c.incident_id == incident_id)
        .group_by(telling.c.article_id)
    )
    if cursor is not None:
        grouped = grouped.having(tuple_(day, telling.c.article_id) < _after(cursor))
    top = grouped.order_by(day.desc(), telling.c.article_id.desc()).limit(limit + 1).subquery("top")
    # Each looked up by its key, however few articles there are.
    read, sent = (
        select(*(table.c[name] for name in _OF_BOTH))
        .where(table.c.article_id == top.c.article_id)
        .limit(1)
        .lateral(name)
        for table, name in ((extraction, "read"), (article, "sent"))
    )
    query = (
        select(
            top,
            family_member.c.family_id,
            *(func.coalesce(sent.c[name], read.c[name]).label(name) for name in _OF_BOTH),
        )
        .select_from(top.join(family_member, family_member.c.article_id == top.c.article_id))
        .join(read, true())
        .outerjoin(sent, true())
        .order_by(top.c.last_day.desc(), top.c.article_id.desc())
    )
    rows = (await connection.execute(query)).all()
    shown, after = cursors.cut(rows, limit, lambda row: MemberKey(row.last_day, row.article_id))
    return [
        IncidentReport(
            article_id=str(row.article_id),
            family_id=str(row.family_id),
            title=row.title,
            publisher=row.publisher,
            published_at=row.published_as,
            url=row.url,
        )
        for row in shown
    ], after


async def events(
    connection: AsyncConnection, incident_id: UUID, limit: int, cursor: str | None = None
) -> tuple[list[Event], list[TieView], str | None]:
    """Return up to `limit` events, the latest first, with their strongest ties, and the cursor behind them."""
    keys = select(telling.c.last_day, telling.c.event_id).where(telling.c.incident_id == incident_id)
    if cursor is not None:
        keys = keys.where(tuple_(telling.c.last_day, telling.c.event_id) < _after(cursor))
    top = keys.order_by(telling.c.last_day.desc(), telling.c.event_id.desc()).limit(limit + 1).subquery("top")
    whole = select(BODY).where(event.c.event_id == top.c.event_id).limit(1).lateral("whole")
    query = (
        select(top, whole.c.body)
        .select_from(top.join(whole, true()))
        .order_by(top.c.last_day.desc(), top.c.event_id.desc())
    )
    rows = (await connection.execute(query)).all()
    shown, after = cursors.cut(rows, limit, lambda row: MemberKey(row.last_day, row.event_id))
    return [body(row) for row in shown], await _ties(connection, [row.event_id for row in shown]), after


async def _ties(connection: AsyncConnection, ids: Collection[UUID]) -> list[TieView]:
    """The strongest ties of each of the events, each tie once, the strongest first."""
    found: dict[tuple[str, str], Any] = {}
    for row in await connection.execute(_strongest(list(ids))):
        found[(row.one, row.other) if row.one < row.other else (row.other, row.one)] = row
    ordered = sorted(found.items(), key=lambda item: (-item[1].weight, item[0]))
    return [TieView(events=[*pair], weight=row.weight, reasons=list(row.reasons)) for pair, row in ordered]


def _strongest(ids: Sequence[UUID]) -> Select[Any]:
    given = table_of("given", event_id=(Uuid(), ids))
    strongest = (
        select(tie)
        .where(tie.c.event_id == given.c.event_id)
        .order_by(tie.c.weight.desc(), tie.c.other_id)
        .limit(TIES_OF_ONE)
        .lateral("strongest")
    )
    # As texts: they are put in order, and shown.
    pair = cast(strongest.c.event_id, Text).label("one"), cast(strongest.c.other_id, Text).label("other")
    return select(*pair, strongest.c.weight, strongest.c.reasons).select_from(given.join(strongest, true()))


def _after(cursor: str) -> Any:
    key = cursors.decode(MemberKey, cursor)
    return tuple_(bindparam("after_day", key.last_day), bindparam("after_id", key.member_id))


def _statement(row: Any) -> StatementView:
    return StatementView(
        source_id=row.source_key,
        name=row.name,
        side=row.side,
        kind=row.kind,
        outlet=row.outlet,
        asserts=row.asserts,
        denies=row.denies,
        undecided=row.undecided,
        first_day=row.first_day,
        last_day=row.last_day,
        confirmed=row.confirmed,
        denied=row.denied,
    )
