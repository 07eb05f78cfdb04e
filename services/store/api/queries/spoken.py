"""Events of which certain sources speak, the latest first: an index has each source's claims in the order of the lists.

Asked of each event whether one of its claims is theirs, the planner would go through events of others for as long as
the sources are seldom heard, or gather all that a frequent one ever said.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, select, true, tuple_, union_all

from services.store.any_of import any_of
from services.store.api.parameters import EventFilters
from services.store.api.queries.bodies import BODY
from services.store.api.queries.latest import reach, stretches
from services.store.folding import fold
from services.store.tables import claim, event

_NEWEST = (claim.c.last_day.desc(), claim.c.event_id.desc())


def spoken_of(
    filters: EventFilters,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
    after: tuple[date, UUID] | None = None,
    *,
    inclusive: bool = False,
) -> Select[Any]:
    """Select `body`, `last_day` and `event_id` of up to `limit` events behind `after`, or from there on.

    Args:
        filters: with `sources`. Of these, the sources', sides' and stances' are looked after here, and the days of a
            range as far as they say where to look.
        conditions: the others, of `event`.
    """
    said: list[ColumnElement[bool]] = []
    if filters.source_sides:
        said.append(any_of(claim.c.source_side, filters.source_sides))
    if filters.stances:
        said.append(any_of(claim.c.stance, filters.stances))
    if filters.since is not None:
        said.append(claim.c.last_day >= filters.since)
    if after is not None:
        own = tuple_(claim.c.last_day, claim.c.event_id)
        key = tuple_(bindparam("after_day", after[0]), bindparam("after_id", after[1]))
        said.append(own <= key if inclusive else own < key)
    day = reach(filters)
    spans = [[]] if day is None else [[claim.c.last_day <= day], [claim.c.last_day > day, stretches(event)]]

    def part(speaker: ColumnElement[bool], span: Sequence[ColumnElement[bool]]) -> Select[Any]:
        query = select(claim.c.last_day, claim.c.event_id).where(speaker, *said, *span)
        if conditions or len(span) > 1:
            query = query.join_from(claim, event, event.c.event_id == claim.c.event_id).where(*conditions)
        # Two claims of one event can be theirs.
        return query.distinct(claim.c.last_day, claim.c.event_id).order_by(*_NEWEST).limit(limit)

    folded = [f for f in map(fold, filters.sources) if f]
    speakers = [*(claim.c.source_id == s for s in filters.sources), *(claim.c.source_folded == f for f in folded)]
    # Each part in order and bounded by itself, as an index has it.
    parts = (select(part(speaker, span).subquery()) for speaker in speakers for span in spans)
    found = union_all(*parts).subquery()
    day_of, id_of = found.c.last_day, found.c.event_id
    top = select(day_of, id_of).distinct().order_by(day_of.desc(), id_of.desc()).limit(limit).subquery("top")
    whole = select(BODY).where(event.c.event_id == top.c.event_id).limit(1).lateral("whole")
    return (
        select(whole.c.body, top)
        .select_from(top.join(whole, true()))
        .order_by(top.c.last_day.desc(), top.c.event_id.desc())
    )
