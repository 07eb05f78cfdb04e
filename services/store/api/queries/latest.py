"""Rows with the latest day first, where only those count that began, or were told, by some day: an index of the days
is entered near that day, and not passed over from its end.

Most of what began by a day also ended within two weeks of it. The few rows that stretch farther have an index of their
own; the two together are all that there is.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, FromClause, Select, literal_column, select, union_all

from services.store.api.parameters import EventFilters
from services.store.tables import event, incident

NEAR: Final = timedelta(days=14)
"""Days between the first day, or the first report, of a row and its last; the indexes of those beyond hold the same."""
_TOLD: Final = {event.name: "event.published_at", incident.name: "incident.first_reported_at"}


def latest(
    ids: Column[Any],
    columns: Sequence[Any],
    conditions: Iterable[ColumnElement[bool]],
    filters: EventFilters,
    limit: int | None,
) -> Select[Any]:
    """Select `columns`, among them `last_day` and `ids`, of up to `limit` rows of `conditions`, the latest first.

    `conditions` have those of `filters`: here its days say only where to look for them.
    """
    table = ids.table
    wanted, day = list(conditions), reach(filters)

    def part(*more: ColumnElement[bool]) -> Select[Any]:
        query = select(*columns).where(*wanted, *more)
        return query.order_by(table.c.last_day.desc(), ids.desc()).limit(limit)

    if day is None:
        return part()
    # Each part in order and bounded by itself: over the two together the planner would sort all that there is.
    parts = part(table.c.last_day > day, stretches(table)), part(table.c.last_day <= day)
    found = union_all(*(select(one.subquery()) for one in parts)).subquery()
    return select(found).order_by(found.c.last_day.desc(), found.c[ids.name].desc()).limit(limit)


def reach(filters: EventFilters) -> date | None:
    """The last day that a row may have which does not stretch; None where none is asked for."""
    days = [filters.until] if filters.until is not None else []
    if filters.published_before is not None:
        days.append(filters.published_before.date())
    if not days:
        return None
    return min(days) + NEAR if min(days) <= date.max - NEAR else None


def stretches(table: FromClause) -> ColumnElement[bool]:
    """As the index has it, word for word."""
    name = str(table.description)
    return literal_column(
        f"{name}.last_day - least({name}.first_day, ({_TOLD[name]} at time zone 'UTC')::date) > {NEAR.days}"
    )
