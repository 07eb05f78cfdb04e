"""Brings the steps of places up to what their events say: the control part of the projector's transaction."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.store.control import steps
from services.store.control.evidence import Window
from services.store.control.gather import evidence_of
from services.store.control.renewal import Renewal
from services.store.control.standing import UNKNOWN, Standing
from services.store.projector.copying import given
from services.store.projector.outbox import queue_places
from services.store.tables import control_step, place

FILLED_AT_ONCE: Final = 200
"""Places whose steps are made in one transaction."""


async def renew(connection: AsyncConnection, changed: Mapping[str, Collection[date]]) -> set[str]:
    """Fold anew the places in `changed` from the first of the days on whose evidence has become another.

    Write their steps and how they stand at present, and return those of which that has changed. The caller holds the
    locks on the places' rows and has written their events.
    """
    if not changed:
        return set()
    known = await steps.known(connection, {key: Window(first=min(days)) for key, days in changed.items()})
    places = {key: Renewal(changed[key], known[key].before, known[key].last) for key in sorted(changed)}
    pending = dict(places)
    while pending:
        windows = {key: renewal.ask() for key, renewal in pending.items()}
        evidence = await evidence_of(connection, windows)
        stored = await steps.stored(connection, windows)
        for key, renewal in pending.items():
            renewal.take(windows[key], evidence.get(key, ()), stored.get(key, ()))
        pending = {key: renewal for key, renewal in pending.items() if not renewal.done}
    await steps.replace(
        connection,
        [(key, day) for key, renewal in places.items() for day in renewal.gone],
        [(key, step) for key, renewal in places.items() for step in renewal.made],
    )
    moved = {key: renewal.now for key, renewal in places.items() if renewal.now is not None}
    await _stand(connection, moved)
    return set(moved)


async def fill(engine: AsyncEngine, now: datetime) -> int:
    """Make the steps of places that have a standing from before there were any, and queue them; return how many."""
    filled = 0
    stepless = ~select(control_step.c.day).where(control_step.c.place_key == place.c.place_key).exists()
    query = (
        select(place.c.place_key)
        .where(place.c.standing != UNKNOWN, stepless)
        .order_by(place.c.place_key)
        .limit(FILLED_AT_ONCE)
        .with_for_update()
    )
    while True:
        async with engine.begin() as connection:
            keys = (await connection.scalars(query)).all()
            made = await renew(connection, {key: [date.min] for key in keys})
            # What has a standing and no evidence for it is told of nothing else here; it would be found for ever.
            await _stand(connection, {key: Standing() for key in keys if key not in made})
            await queue_places(connection, keys, now)
        filled += len(keys)
        if len(keys) < FILLED_AT_ONCE:
            return filled


async def _stand(connection: AsyncConnection, moved: Mapping[str, Standing]) -> None:
    if not moved:
        return
    rows = [
        {
            "place_key": key,
            "standing": now.standing,
            "since": now.since,
            "claimed_by": now.claimed_by,
            "disputed_by": now.disputed_by,
            "share": now.share,
            "standing_events": now.event_ids,
            "publishers": now.publishers,
            "voices": now.voices,
        }
        for key, now in sorted(moved.items())
    ]
    stands = given(place, rows).subquery("stands")
    names = [name for name in rows[0] if name != "place_key"]
    await connection.execute(
        update(place).where(place.c.place_key == stands.c.place_key).values({name: stands.c[name] for name in names})
    )
