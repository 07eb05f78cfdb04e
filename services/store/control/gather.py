"""Gathers the evidence of places from the tables, for the fold: inside the projector's transaction, or the API's."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.control.evidence import CONTROL_TYPES, Evidence, Word
from services.store.control.standing import Standing, standing
from services.store.tables import claim, event


async def evidence_of(connection: AsyncConnection, places: Collection[str]) -> dict[str, list[Evidence]]:
    """Return, for each of `places`, its events of the types that tell who holds it."""
    ordered = aggregate_order_by
    words = (
        select(
            func.coalesce(
                func.json_agg(
                    ordered(
                        func.json_build_array(claim.c.source_side, claim.c.stance, claim.c.source_kind),
                        claim.c.number,
                    )
                ),
                func.json_build_array(),
            )
        )
        .where(claim.c.event_id == event.c.event_id)
        .scalar_subquery()
    )
    query = select(
        event.c.event_id,
        event.c.place_key,
        event.c.type,
        event.c.modality,
        event.c.relation,
        event.c.actor_side,
        event.c.last_day,
        event.c.body["extent"].label("extent"),
        words.label("words"),
    ).where(event.c.place_key.in_(sorted(places)), event.c.type.in_(CONTROL_TYPES))
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.place_key].append(_evidence(row))
    return found


async def standings(connection: AsyncConnection, places: Collection[str]) -> dict[str, Standing]:
    """Return the present standing of each of `places`."""
    evidence = await evidence_of(connection, places)
    return {place: standing(evidence.get(place, ())) for place in places}


def _evidence(row: Any) -> Evidence:
    extent = row.extent or {}
    return Evidence(
        event_id=str(row.event_id),
        type=row.type,
        modality=row.modality,
        relation=row.relation or "in",
        actor_side=row.actor_side,
        day=row.last_day,
        words=tuple(Word(side, stance, kind != "narrator") for side, stance, kind in row.words),
        extent=extent.get("label"),
        share=extent.get("share"),
    )
