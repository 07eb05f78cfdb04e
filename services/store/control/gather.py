"""Gathers the evidence of places from the tables, for the fold: inside the projector's transaction, or the API's."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Extent
from services.store.any_of import table_of
from services.store.control.evidence import CONTROL_TYPES, Evidence, Window, Word
from services.store.tables import claim, event, family_member

_words: Final = msgspec.json.Decoder(list[list[str | None]])
_extents: Final = msgspec.json.Decoder(Extent | None)


def origin() -> ColumnElement[str]:
    """What tells the publishers of events apart: the publisher or, where none is known, the article."""
    return func.coalesce(event.c.publisher, cast(event.c.article_id, Text))


async def evidence_of(connection: AsyncConnection, windows: Mapping[str, Window]) -> dict[str, list[Evidence]]:
    """Return, for each place, its events within its window of the types that tell who holds it."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    if not windows:
        return found
    asked = asking(windows)
    within = event.c.last_day.between(asked.c.first, asked.c.last)
    query = evidence_query().select_from(asked).join(event, and_(event.c.place_key == asked.c.place_key, within))
    for row in await connection.execute(query):
        found[row.place_key].append(evidence(row))
    return found


def asking(windows: Mapping[str, Window]) -> Any:
    """The places and their windows as rows to join with: however many they are, three parameters."""
    keys = sorted(windows)
    firsts, lasts = [windows[key].first for key in keys], [windows[key].last for key in keys]
    return table_of("asked", place_key=(Text(), keys), first=(Date(), firsts), last=(Date(), lasts))


def evidence_query(*, named: bool = False) -> Select[Any]:
    """The columns that `evidence` reads, of events of the types that tell who holds a place.

    With `named`, each of `words` also has its source's name and id. JSON comes as text: the codec reads it sooner than
    the driver does.
    """
    ordered = aggregate_order_by
    names = (claim.c.source_name, claim.c.source_id) if named else ()
    told = func.json_build_array(claim.c.source_side, claim.c.stance, claim.c.source_kind, *names)
    words = (
        select(func.coalesce(func.json_agg(ordered(told, claim.c.number)), func.json_build_array()))
        .where(claim.c.event_id == event.c.event_id)
        .scalar_subquery()
    )
    voice = (
        select(family_member.c.voice)
        .where(family_member.c.article_id == event.c.article_id, family_member.c.voice.is_not(None))
        .scalar_subquery()
    )
    return select(
        event.c.event_id,
        event.c.place_key,
        event.c.type,
        event.c.modality,
        event.c.relation,
        event.c.actor_side,
        event.c.last_day,
        cast(event.c.body["extent"], Text).label("extent"),
        origin().label("origin"),
        voice.label("voice"),
        cast(words, Text).label("words"),
    ).where(event.c.type.in_(CONTROL_TYPES))


def words(row: Any) -> list[list[str | None]]:
    """What is claimed of the event in a row of `evidence_query`: side, stance and kind of each source, or more."""
    return _words.decode(row.words)


def evidence(row: Any) -> Evidence:
    """Read a row of `evidence_query`."""
    extent = None if row.extent is None else _extents.decode(row.extent)
    return Evidence(
        event_id=str(row.event_id),
        type=row.type,
        modality=row.modality,
        relation=row.relation or "in",
        actor_side=row.actor_side,
        day=row.last_day,
        words=tuple(Word(side, stance or "", kind != "narrator") for side, stance, kind, *_ in words(row)),
        extent=extent.label if extent else None,
        share=extent.share if extent else None,
        origin=row.origin,
        voice=row.voice,
    )
