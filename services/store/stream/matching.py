"""Whether a change concerns a reader: the filters of `/events`, applied to an event as it was and as it is.

Who applies what comes out of here to what `/events` gave with the same filters holds what `/events` then gives.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ARRAY, BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Claim, Event
from services.store.api.parameters import Box, EventFilters
from services.store.api.queries.events import place_keys
from services.store.folding import fold, place_key
from services.store.projections.values import clean, instant
from services.store.stream.change import Change, Held

Kind = Literal["added", "changed", "withdrawn"]

# As the column `reading` of the table of events is made.
_READING: Final = """
to_tsvector('reading'::regconfig, left(
  coalesce({0} #>> '{{place,name}}', '') || ' ' || coalesce({0} #>> '{{actor,name}}', '') || ' '
  || coalesce({0} #>> '{{target,name}}', '') || ' '
  || replace(jsonb_path_query_array({0}, '$.claims[*].source.name')::text, '\\n', ' ') || ' '
  || replace(jsonb_path_query_array({0}, '$.mentions[*].sentence')::text, '\\n', ' '), 200000))
  @@ websearch_to_tsquery('reading'::regconfig, :words)
"""
_TOLD: Final = text(
    "select change_id, coalesce(" + _READING.format("before") + ", false), coalesce(" + _READING.format("after") + ", "  # noqa: S608
    "false) from event_change where change_id = any(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


@dataclass(frozen=True, slots=True)
class Told:
    """A change as one reader is told of it. A `withdrawn` event is gone, or no longer what the reader asked for."""

    id: int
    kind: Kind
    change: Change


def asks(filters: EventFilters) -> bool:
    """Whether it takes the database to tell what meets `filters`: for spellings of places and words of the text."""
    return bool(filters.places) or filters.text is not None


async def concerning(
    connection: AsyncConnection | None, filters: EventFilters, changes: Sequence[Change]
) -> list[Told]:
    """Those of `changes` that concern a reader with `filters`. Without a connection where these need none (`asks`)."""
    if not changes:
        return []
    if connection is None and asks(filters):
        raise ValueError("places and words are looked up in the database")
    keys = (
        frozenset(await place_keys(connection, filters.places))
        if connection is not None and filters.places
        else frozenset()
    )
    before = {c.id for c in changes if c.before is not None and matches(filters, keys, c.before)}
    after = {c.id for c in changes if c.after is not None and matches(filters, keys, c.after)}
    if connection is not None and filters.text is not None and (asked := sorted(before | after)):
        found = (await connection.execute(_TOLD, {"ids": asked, "words": filters.text})).all()
        before &= {number for number, was, _ in found if was}
        after &= {number for number, _, now in found if now}
    return [
        Told(c.id, "withdrawn" if c.id not in after else "changed" if c.id in before else "added", c)
        for c in changes
        if c.id in before or c.id in after
    ]


def matches(filters: EventFilters, keys: frozenset[str], held: Held) -> bool:
    """Whether an event meets all of `filters` but the words of its text. `keys` are the places that they name."""
    event = held.event
    place = event.place
    tests: tuple[tuple[Any, Callable[[], bool]], ...] = (
        (filters.types, lambda: event.type in filters.types),
        (filters.modalities, lambda: event.modality in filters.modalities),
        (filters.actor_sides, lambda: event.actor is not None and event.actor.side in filters.actor_sides),
        (filters.articles, lambda: event.article_id in map(str, filters.articles)),
        (filters.places, lambda: place is not None and clean(place_key(place.id, place.name)) in keys),
        (filters.oblasts, lambda: _in_oblast(filters.oblasts, event)),
        (filters.since, lambda: filters.since is not None and held.last_day >= filters.since),
        (filters.until, lambda: filters.until is not None and held.first_day <= filters.until),
        (filters.published_since or filters.published_before, lambda: _published(filters, event)),
        (filters.box, lambda: filters.box is not None and _within(filters.box, event)),
        (
            filters.sources or filters.source_sides or filters.stances,
            lambda: any(_claims(filters, claim) for claim in event.claims),
        ),
    )
    if filters.min_confidence is not None and event.confidence < filters.min_confidence:
        return False
    return all(met() for wanted, met in tests if wanted)


def _in_oblast(oblasts: Sequence[str], event: Event) -> bool:
    place = event.place
    if place is None:
        return False
    name = (place.admin1 or (place.name if place.kind == "oblast" else None) or "").lower()
    wanted = {oblast.lower() for oblast in oblasts}
    return bool(name) and (name in wanted or name.removesuffix(" oblast") in wanted)


def _published(filters: EventFilters, event: Event) -> bool:
    if not event.published_at:
        return False
    at = instant("published_at", event.published_at)
    return (filters.published_since is None or at >= filters.published_since) and (
        filters.published_before is None or at < filters.published_before
    )


def _within(box: Box, event: Event) -> bool:
    place = event.place
    if place is None or place.latitude is None or place.longitude is None:
        return False
    return any(
        half.west <= place.longitude <= half.east and half.south <= place.latitude <= half.north
        for half in box.halves()
    )


def _claims(filters: EventFilters, claim: Claim) -> bool:
    """One and the same claim has to meet source, side and stance."""
    source = claim.source
    folded = {f for f in map(fold, filters.sources) if f}
    return (
        (not filters.sources or source.id in filters.sources or fold(clean(source.name)) in folded)
        and (not filters.source_sides or source.side in filters.source_sides)
        and (not filters.stances or claim.stance in filters.stances)
    )
