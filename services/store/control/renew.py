"""Brings the steps of places up to what their events say: the control part of the projector's transaction."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.control import steps
from services.store.control.evidence import Window
from services.store.control.gather import evidence_of
from services.store.control.renewal import Renewal
from services.store.control.standing import Standing


async def renew(connection: AsyncConnection, changed: Mapping[str, Collection[date]]) -> dict[str, Standing]:
    """Fold anew the places in `changed` from the first of the days on whose evidence has become another.

    Return the present standing of those of which it has changed. The caller holds the locks on the places' rows and
    has written their events.
    """
    if not changed:
        return {}
    known = await steps.known(connection, {key: Window(first=min(days)) for key, days in changed.items()})
    places = {key: Renewal(changed[key], known[key].before, known[key].last) for key in sorted(changed)}
    open_ = dict(places)
    while open_:
        windows = {key: place.ask() for key, place in open_.items()}
        evidence = await evidence_of(connection, windows)
        stored = await steps.stored(connection, windows)
        for key, place in open_.items():
            place.take(windows[key], evidence.get(key, ()), stored.get(key, ()))
        open_ = {key: place for key, place in open_.items() if not place.done}
    await steps.replace(
        connection,
        [(key, day) for key, place in places.items() for day in place.gone],
        [(key, step) for key, place in places.items() for step in place.made],
    )
    return {key: place.now for key, place in places.items() if place.now is not None}
