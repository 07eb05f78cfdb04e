"""Every standing that one place has had, as rows to take away: the history of its timeline, and who spoke for each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.api.known_place import known_place
from services.store.api.queries import control
from services.store.api.views import HistoryView, Period


@dataclass(frozen=True, slots=True)
class HistoryFilters:
    """Which place, by its id or a spelling that means no other, and the days that a standing has to touch."""

    place: str
    since: date | None = None
    until: date | None = None


async def stream(
    connection: AsyncConnection, filters: HistoryFilters, limit: int | None = None
) -> AsyncIterator[HistoryView]:
    """Yield the standings of the place, the earliest first. Raises ProblemError (404)."""
    row = await known_place(connection, filters.place)
    periods = [p for p in await control.periods(connection, row.place_key) if _touches(p, filters)]
    for period in periods[:limit]:
        yield _view(row, period)


def _touches(period: Period, filters: HistoryFilters) -> bool:
    if filters.until is not None and period.since > filters.until:
        return False
    return filters.since is None or period.until is None or period.until >= filters.since


def _view(row: Any, period: Period) -> HistoryView:
    return HistoryView(
        period_id=f"{row.place_key}/{period.since.isoformat()}",
        id=row.place_key,
        name=row.name,
        kind=row.kind,
        admin1=row.admin1,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        within=row.within,
        standing=period.standing,
        since=period.since,
        until=period.until,
        claimed_by=period.claimed_by,
        disputed_by=period.disputed_by,
        share=period.share,
        publishers=period.publishers,
        voices=period.voices,
        event_ids=period.event_ids,
    )
