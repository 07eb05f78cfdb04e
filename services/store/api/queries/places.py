"""Places in pages, one place, and the timeline of who is said to hold it."""

from bisect import bisect_right
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, bindparam, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Event
from services.store.api import cursors
from services.store.api.queries.events import place_keys
from services.store.api.views import ControlEntry, ControlTimeline, PlaceDetail, PlaceView, StandingView
from services.store.control.evidence import AFFIRMING, CONTROL_TYPES, Window, read
from services.store.control.gather import evidence_of
from services.store.control.standing import CONTESTED, Standing, fold
from services.store.folding import fold as fold_name
from services.store.tables import event, place, spelling


class PlaceKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    folded: str
    place_key: str


async def page(
    connection: AsyncConnection,
    *,
    q: str | None,
    oblasts: tuple[str, ...],
    standings: tuple[str, ...],
    contested: bool | None,
    limit: int,
    cursor: str | None,
) -> tuple[list[PlaceView], str | None]:
    """Return up to `limit` places that have events, by name, and the cursor behind them."""
    conditions: list[ColumnElement[bool]] = [place.c.events > 0]
    if q is not None:
        folded = fold_name(q)
        if not folded:
            return [], None
        # A folded name holds letters, digits and blanks alone, so LIKE has no wildcards to find in it.
        match = spelling.c.folded.like(f"%{folded}%")
        conditions.append(place.c.place_key.in_(select(spelling.c.place_key).where(match)))
    if oblasts:
        names = [name.lower() for name in oblasts]
        names += [f"{name} oblast" for name in names if not name.endswith(" oblast")]
        conditions.append(or_(func.lower(place.c.admin1).in_(names), func.lower(place.c.name).in_(names)))
    if standings:
        conditions.append(place.c.standing.in_(standings))
    if contested is not None:
        conditions.append((place.c.standing == CONTESTED) if contested else (place.c.standing != CONTESTED))
    if cursor is not None:
        key = cursors.decode(PlaceKey, cursor)
        conditions.append(
            tuple_(place.c.folded, place.c.place_key)
            > tuple_(bindparam("after_name", key.folded), bindparam("after_key", key.place_key))
        )
    query = select(place).where(*conditions).order_by(place.c.folded, place.c.place_key).limit(limit + 1)
    rows = (await connection.execute(query)).all()
    shown = rows[:limit]
    after = cursors.encode(PlaceKey(shown[-1].folded, shown[-1].place_key)) if len(rows) > limit else None
    return [PlaceView(**_fields(row)) for row in shown], after


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
        **_fields(row),
        spellings=list(spellings),
        types={kind: count for kind, count, _, _ in counted},
        first_day=min((first for _, _, first, _ in counted), default=None),
        last_day=max((last for _, _, _, last in counted), default=None),
    )


async def control(
    connection: AsyncConnection, row: Any, *, since: date | None, until: date | None, limit: int
) -> ControlTimeline:
    """Return the place's timeline between the days given, with the standing that follows from all evidence."""
    evidence = (await evidence_of(connection, {row.place_key: Window()})).get(row.place_key, [])
    steps = fold(evidence)
    days = [day for day, _ in steps]
    shown = sorted(
        (e for e in evidence if (since is None or e.day >= since) and (until is None or e.day <= until)),
        key=lambda e: (e.day, e.event_id),
    )
    earlier = max(len(shown) - limit, 0)
    shown = shown[earlier:]
    bodies = await _bodies(connection, row.place_key, [e.event_id for e in shown])
    entries = []
    for item in shown:
        body = bodies.get(item.event_id)
        if body is None:
            continue
        at = bisect_right(days, item.day)
        entries.append(
            ControlEntry(
                day=item.day,
                event=body,
                asserted_by=_speakers(body, frozenset(AFFIRMING)),
                denied_by=_speakers(body, frozenset({"denies", "doubts"})),
                counts=read(item) is not None,
                after=_standing(steps[at - 1][1] if at else Standing()),
            )
        )
    return ControlTimeline(
        place=PlaceView(**_fields(row)),
        now=_standing(steps[-1][1] if steps else Standing()),
        timeline=entries,
        earlier=earlier,
    )


async def _bodies(connection: AsyncConnection, key: str, ids: list[str]) -> dict[str, Event]:
    query = select(event.c.event_id, event.c.body).where(event.c.place_key == key, event.c.type.in_(CONTROL_TYPES))
    wanted = set(ids)
    rows = await connection.execute(query)
    return {str(r.event_id): msgspec.convert(r.body, Event) for r in rows if str(r.event_id) in wanted}


def _speakers(body: Event, stances: frozenset[str]) -> list[str]:
    names = {claim.source.name: None for claim in body.claims if claim.stance in stances}
    return list(names)


def _standing(found: Standing) -> StandingView:
    return StandingView(
        standing=found.standing,
        since=found.since,
        claimed_by=list(found.claimed_by),
        disputed_by=list(found.disputed_by),
        share=found.share,
        event_ids=list(found.event_ids),
    )


def _fields(row: Any) -> dict[str, Any]:
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
