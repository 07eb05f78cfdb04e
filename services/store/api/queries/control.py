"""Who is said to hold what: every place at a day, and one place over time with what speaks for each side."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, Table, Text, cast, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Event
from services.store.api import cursors
from services.store.api.parameters import Box
from services.store.api.queries import sides
from services.store.api.queries.bodies import BODY, body
from services.store.api.queries.events import EventKey, behind, within
from services.store.api.queries.places import PlaceKey, behind_place, fields, in_oblast
from services.store.api.views import (
    ControlEntry,
    ControlTimeline,
    ControlView,
    Period,
    PlaceView,
    StandingAt,
    StandingView,
)
from services.store.control.evidence import AFFIRMING, CONTROL_TYPES, Window, read
from services.store.control.gather import evidence, evidence_query
from services.store.control.inheritance import UNIT_KINDS, Area, Areas
from services.store.control.standing import UNKNOWN, Standing
from services.store.tables import control_step, event, place

MOST_READ: Final = 500
"""Events, the latest ones, that the views of the two sides are made from."""
MOST_LISTED: Final = 50
"""The same for each place of a list."""
FETCHED: Final = 500
"""Places that a page asks the database for at a time, at the least: some may not meet `standing`."""


@dataclass(frozen=True, slots=True)
class ControlFilters:
    """Which places, and at which day: None is after all evidence."""

    at: date | None = None
    oblasts: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    box: Box | None = None
    inherited: bool = True
    """Whether a place of which nothing is said has the standing of what it lies in."""


async def stream(
    connection: AsyncConnection, filters: ControlFilters, after: PlaceKey | None = None, at_once: int | None = None
) -> AsyncIterator[tuple[Any, ControlView]]:
    """Yield how each place stands that has events, by name, each behind its row, which has the cursor's key.

    `at_once` is how many places are asked for at a time; without it, all of them: they are some ten thousand.
    """
    areas = await _areas(connection, filters.at) if filters.inherited else Areas(())
    conditions: list[ColumnElement[bool]] = [place.c.events > 0]
    if filters.oblasts:
        conditions.append(in_oblast(filters.oblasts))
    if filters.box is not None:
        conditions.append(or_(*(within(box, place.c.latitude, place.c.longitude) for box in filters.box.halves())))
    query = _standing_at(filters.at).where(*conditions).order_by(place.c.folded, place.c.place_key).limit(at_once)
    while True:
        rows = (await connection.execute(query if after is None else query.where(behind_place(after)))).all()
        for row in rows:
            view = _view(row, areas)
            if not filters.standings or view.standing in filters.standings:
                yield row, view
        if at_once is None or len(rows) < at_once:
            return
        after = PlaceKey(rows[-1].folded, rows[-1].place_key)


async def page(
    connection: AsyncConnection, filters: ControlFilters, limit: int | None, cursor: str | None
) -> tuple[list[ControlView], str | None]:
    """Return up to `limit` places (None: all of them) and the cursor behind them."""
    after = None if cursor is None else cursors.decode(PlaceKey, cursor)
    items: list[ControlView] = []
    last: Any = None
    async for row, view in stream(connection, filters, after, None if limit is None else max(limit + 1, FETCHED)):
        if len(items) == limit and last is not None:
            return items, cursors.encode(PlaceKey(last.folded, last.place_key))
        items.append(view)
        last = row
    return items, None


async def with_views(connection: AsyncConnection, items: Sequence[ControlView], at: date | None) -> list[ControlView]:
    """Return `items` with what speaks for each side in each."""
    standings = {item.inherited_from or item.id: item.since for item in items}
    found = await sides.views(connection, _windows(standings.items(), at), MOST_LISTED)
    return [replace(item, views=found.get(item.inherited_from or item.id, [])) for item in items]


def _windows(standings: Iterable[tuple[str, date | None]], at: date | None) -> dict[str, Window]:
    """The days of the present runs of standings, by the places' keys; none of what is unknown."""
    return {key: Window(since, at or date.max) for key, since in standings if since is not None}


async def of_place(
    connection: AsyncConnection,
    row: Any,
    *,
    at: date | None,
    since: date | None,
    until: date | None,
    limit: int,
    cursor: str | None = None,
) -> tuple[ControlTimeline, str | None]:
    """Return who is said to hold the place of `row` at a day, what speaks for that, and its history.

    The timeline is that of the days from `since` to `until` (without one: `at`), of which the latest `limit` events
    before the cursor are shown; the cursor of those before them comes second. Standings always follow from all
    evidence.
    """
    history = await _history(connection, row.place_key)
    conditions = [event.c.place_key == row.place_key, *_between(since, until or at)]
    if cursor is not None:
        conditions.append(behind(cursors.decode(EventKey, cursor)))
    shown, earlier = await _shown(connection, conditions, limit)
    before = cursors.encode(EventKey(shown[0].last_day, shown[0].event_id)) if earlier else None
    days = [step.day for step in history]

    def after(day: date | None) -> Any:
        """The step by which the place stands after a day; None before the first."""
        found = len(days) if day is None else bisect_right(days, day)
        return history[found - 1] if found else None

    step = after(at)
    own = Standing() if step is None else _own(step)
    # Many events share a day.
    then = {day: _view_of(after(day)) for day in {item.last_day for item in shown}}
    area = _area(row, await _areas(connection, at)) if own.standing == UNKNOWN else None
    # What decides an inherited standing is said of the area.
    speaks_of, decided = (area.key, area.standing) if area else (row.place_key, own)
    found = ControlTimeline(
        place=PlaceView(**fields(row)),
        now=_view_of(after(None)),
        at=at,
        standing=StandingAt(
            **_standing_fields(area.standing if area else own), inherited_from=area.key if area else None
        ),
        views=(await sides.views(connection, _windows([(speaks_of, decided.since)], at), MOST_READ)).get(speaks_of, []),
        history=_periods(history),
        timeline=[_entry(item, then[item.last_day]) for item in shown],
        earlier=earlier,
        next=None,
    )
    return found, before


_OF_STEP: Final = ("standing", "since", "share", "publishers", "voices")
_LISTS_OF_STEP: Final = ("claimed_by", "disputed_by", "standing_events")
_OF_PLACE: Final = ("place_key", "folded", "name", "kind", "admin1", "country", "latitude", "longitude", "within")
_texts: Final = msgspec.json.Decoder(list[str])


@cache
def _sides(text: str) -> list[str]:
    """Sides as JSON: there are four such lists, which the answers share."""
    return _texts.decode(text)


def _standing_at(at: date | None) -> Select[Any]:
    """Each place with its last step up to the day, null where there is none.

    Lists come as JSON: for all places together the driver takes longer to read arrays than all the rest does.
    """
    of_place = [place.c[name] for name in _OF_PLACE]
    if at is None:
        # What stands after all evidence stands in the place itself.
        return select(*of_place, *_standing_in(place))
    step = (
        select(*_standing_in(control_step))
        .where(control_step.c.place_key == place.c.place_key, control_step.c.day <= at)
        .order_by(control_step.c.day.desc())
        .limit(1)
        .lateral("step")
    )
    return select(*of_place, *step.c).select_from(place.outerjoin(step, true()))


def _standing_in(table: Table) -> tuple[ColumnElement[Any], ...]:
    """The columns that `_own` reads, of `place` or `control_step`."""
    lists = (cast(func.array_to_json(table.c[name]), Text).label(name) for name in _LISTS_OF_STEP)
    return (*(table.c[name] for name in _OF_STEP), *lists)


def _own(row: Any) -> Standing:
    """The standing in a row of `_standing_at` or `_history`."""
    if row.standing is None:
        return Standing()
    return Standing(
        standing=row.standing,
        since=row.since,
        claimed_by=tuple(_sides(row.claimed_by)),
        disputed_by=tuple(_sides(row.disputed_by)),
        share=row.share,
        event_ids=tuple(_texts.decode(row.standing_events)),
        publishers=row.publishers,
        voices=row.voices,
    )


async def _areas(connection: AsyncConnection, at: date | None) -> Areas:
    """Everything that another place lies in, as it stands at the day by its own events."""
    around = select(place.c.within).where(place.c.within.is_not(None))
    query = _standing_at(at).where(or_(place.c.kind.in_(UNIT_KINDS), place.c.place_key.in_(around)))
    return Areas(
        Area(
            key=row.place_key,
            name=row.name,
            kind=row.kind,
            admin1=row.admin1,
            country=row.country,
            within=row.within,
            standing=_own(row),
        )
        for row in await connection.execute(query)
    )


def _area(row: Any, areas: Areas) -> Area | None:
    return areas.over(row.place_key, row.within, row.admin1, row.country, row.name)


def _view(row: Any, areas: Areas) -> ControlView:
    key, _, name, kind, admin1, country, latitude, longitude, within, standing, since, share, *rest = row
    publishers, voices, *lists = rest
    inherited_from = None
    if standing is None or standing == UNKNOWN:
        if (area := areas.over(key, within, admin1, country, name)) is not None:
            inherited_from, own = area.key, area.standing
        else:
            own = _own(row)
        standing, since, share = own.standing, own.since, own.share
        publishers, voices = own.publishers, own.voices
        claimed_by, disputed_by, event_ids = map(list, (own.claimed_by, own.disputed_by, own.event_ids))
    else:
        claimed_by, disputed_by, event_ids = _sides(lists[0]), _sides(lists[1]), _texts.decode(lists[2])
    return ControlView(
        id=key,
        name=name,
        kind=kind,
        admin1=admin1,
        country=country,
        latitude=latitude,
        longitude=longitude,
        within=within,
        standing=standing,
        since=since,
        claimed_by=claimed_by,
        disputed_by=disputed_by,
        share=share,
        publishers=publishers,
        voices=voices,
        event_ids=event_ids,
        inherited_from=inherited_from,
    )


async def _history(connection: AsyncConnection, key: str) -> Sequence[Any]:
    """The rows of a place's steps, in order."""
    query = select(*_standing_in(control_step), control_step.c.day).where(control_step.c.place_key == key)
    return (await connection.execute(query.order_by(control_step.c.day))).all()


def _periods(history: Sequence[Any]) -> list[Period]:
    """Join the steps between which the standing is the same."""
    runs = [list(run) for _, run in groupby(history, key=lambda step: step.standing)]
    found = []
    for index, run in enumerate(runs):
        last = run[-1]
        ends = runs[index + 1][0].day - timedelta(days=1) if index + 1 < len(runs) else None
        found.append(
            Period(
                since=run[0].day,
                until=ends,
                standing=last.standing,
                claimed_by=_sides(last.claimed_by),
                disputed_by=_sides(last.disputed_by),
                share=last.share,
                publishers=last.publishers,
                voices=last.voices,
                event_ids=_texts.decode(run[0].standing_events),
            )
        )
    return found


async def _shown(
    connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]], limit: int
) -> tuple[list[Any], int]:
    """The rows of the timeline, and how many earlier ones are left off."""
    rows = (
        await connection.execute(
            evidence_query()
            .add_columns(BODY)
            .where(*conditions)
            .order_by(event.c.last_day.desc(), event.c.event_id.desc())
            .limit(limit)
        )
    ).all()
    count = 0
    if len(rows) == limit:
        counted = select(func.count()).select_from(event).where(event.c.type.in_(CONTROL_TYPES), *conditions)
        count = await connection.scalar(counted) or 0
    return list(reversed(rows)), max(count - len(rows), 0)


def _entry(row: Any, after: StandingView) -> ControlEntry:
    told = body(row)
    return ControlEntry(
        day=row.last_day,
        event=told,
        asserted_by=_names(told, AFFIRMING),
        denied_by=_names(told, frozenset({"denies", "doubts"})),
        counts=read(evidence(row)) is not None,
        after=after,
    )


async def periods(connection: AsyncConnection, key: str) -> list[Period]:
    """Every standing that a place has had, the earliest first."""
    return _periods(await _history(connection, key))


def _between(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    found = []
    if since is not None:
        found.append(event.c.last_day >= since)
    if until is not None:
        found.append(event.c.last_day <= until)
    return found


def _names(body: Event, stances: frozenset[str]) -> list[str]:
    return list({claim.source.name: None for claim in body.claims if claim.stance in stances})


def _standing_fields(found: Standing) -> dict[str, Any]:
    return {
        "standing": found.standing,
        "since": found.since,
        "claimed_by": list(found.claimed_by),
        "disputed_by": list(found.disputed_by),
        "share": found.share,
        "publishers": found.publishers,
        "voices": found.voices,
        "event_ids": list(found.event_ids),
    }


def _view_of(step: Any) -> StandingView:
    """The standing in a row of `_history`; before the first, None, nothing is said."""
    return StandingView(**_standing_fields(Standing() if step is None else _own(step)))
