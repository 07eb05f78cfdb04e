"""Keeps tellings, ties, incidents and statements in step with the events, inside the projector's transaction.

The caller holds the lock of what is derived. A new event is compared with those of its locale and kind around its
days, by index; then the components that it, or an event that is gone, is part of are found anew. So the incidents are
those of the set of events, whatever order it came in.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Date, Text, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of, array_text, table_of
from services.store.components import components
from services.store.incidents import pairs
from services.store.incidents.crowds import anew, to_compare
from services.store.incidents.kinds import BY_NAME
from services.store.incidents.summary import IncidentRow, StatementRow, summary
from services.store.incidents.told import INCIDENT_COLUMNS, STATEMENT_COLUMNS, TELLING_COLUMNS, Told
from services.store.incidents.traits import Telling
from services.store.projections.rows import Row
from services.store.projector.copying import copy_lines, copy_rows, delete_pairs, driver, lines
from services.store.tables import incident, statement, tie
from services.store.tables import telling as tellings

_decoder: Final = msgspec.json.Decoder(Telling)
_SAID: Final = ("source_key", "asserts", "denies", "undecided", "confirmed", "denied")


_MOVE: Final = text(
    "update telling t set incident_id = moved.to_id "
    "from unnest(cast(:of as uuid[]), cast(:to as uuid[])) as moved (of_id, to_id) where t.event_id = moved.of_id"
)

Cell = tuple[str, str]
"""A locale and a kind."""


class TieRow(Row, frozen=True):
    """Two events that tell of one thing, how strongly that holds, and why."""

    event_id: UUID
    other_id: UUID
    weight: float
    reasons: list[str]


@dataclass(slots=True)
class Changed:
    """What has changed of the sources: the statements that are gone and those that came."""

    gone: list[Any] = field(default_factory=list)
    come: list[StatementRow] = field(default_factory=list)


async def keep(connection: AsyncConnection, gone: Collection[UUID], events: Sequence[Told]) -> Changed:
    """Replace the events `gone` by `events`, and find the incidents anew that either are part of."""
    left, lost = await _remove(connection, gone)
    new = {one.event_id: one for one in events}
    if not left and not new:
        return Changed()
    near = await _near(connection, new.values(), lost)
    found, again = _ties(new.values(), lost, near)
    await _untie(connection, again)
    left |= await _incidents_of(connection, again)
    joined = await _incidents_of(connection, {i for pair in found for i in pair} - new.keys() - again)
    touched = left | joined
    known = {UUID(one.event_id): one for some in near.values() for one in some}
    held = await _members(connection, touched, known)
    # An incident that loses nothing stays together: it is one node under its id, the least of it.
    node = {i: i if was in left else was for i, (was, _) in held.items()}
    linked = [*found, *await _linked(connection, {i for i, (was, _) in held.items() if was in left})]
    # Most events that come are tied to none, and are no part of this.
    tied = {i for pair in found for i in pair if i in new}
    of = components({*node.values(), *tied}, [(node.get(a, a), node.get(b, b)) for a, b in linked])
    incidents = {i: of.get(i, i) for i in new} | {i: of[was] for i, was in node.items()}
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for event_id, incident_id in incidents.items():
        members[incident_id].append(event_id)
    await _write_tellings(connection, new, incidents)
    await _move(connection, {i: incidents[i] for i, (was, _) in held.items() if incidents[i] != was})
    await _write_ties(connection, found)
    alone = [new[i] for i, part in members.items() if len(part) == 1 and i in new]
    several = [
        [new[i].telling() if i in new else held[i][1] for i in part]
        for incident_id, part in members.items()
        if len(part) > 1 or incident_id not in new
    ]
    return await _write_incidents(connection, touched, alone, several)


async def _remove(connection: AsyncConnection, events: Collection[UUID]) -> tuple[set[UUID], list[Telling]]:
    """Return the incidents that have lost one of the events, and what these told that could be tied to others."""
    if not events:
        return set(), []
    columns = (tellings.c.incident_id, tellings.c.locale, tellings.c.traits)
    removed = await connection.execute(delete(tellings).where(any_of(tellings.c.event_id, events)).returning(*columns))
    rows = removed.all()
    await _untie(connection, events)
    return {row.incident_id for row in rows}, [_decoder.decode(row.traits) for row in rows if row.locale is not None]


async def _untie(connection: AsyncConnection, events: Collection[UUID]) -> None:
    """Remove all ties of the events."""
    if not events:
        return
    query = select(tie.c.event_id, tie.c.other_id).where(any_of(tie.c.event_id, events))
    await delete_pairs(connection, tie, [(a, b) for a, b in await connection.execute(query)])


def _ties(
    new: Collection[Told], lost: Collection[Telling], near: Mapping[Cell, Sequence[Telling]]
) -> tuple[dict[tuple[UUID, UUID], pairs.Tie], set[UUID]]:
    """Compare each new telling with every other, new or old, that it may be tied to.

    Return the ties, and the old events of which all ties are among them: those of crowds to which something has come,
    or from which something was `lost`.
    """
    cells: dict[Cell, list[Told]] = defaultdict(list)
    for told in new:
        if told.locale is not None:
            cells[told.locale, told.kind].append(told)
    missing: dict[Cell, list[Telling]] = defaultdict(list)
    for one in lost:
        missing[one.locale or "", one.kind.name].append(one)
    found: dict[tuple[UUID, UUID], pairs.Tie] = {}
    again: set[UUID] = set()
    for cell in sorted(cells.keys() | missing.keys()):
        some, theirs = cells.get(cell, []), near.get(cell, ())
        if len(some) + len(theirs) < 2:
            continue
        ours = [told.telling() for told in some]
        if moved := anew(ours, theirs, missing.get(cell, ())):
            ours += [one for one in theirs if one.event_id in moved]
            again |= {UUID(i) for i in moved}
            theirs = [one for one in theirs if one.event_id not in moved]
        for one, other in to_compare(ours, theirs):
            if (made := pairs.tie(one, other)) is not None:
                low, high = sorted((UUID(one.event_id), UUID(other.event_id)))
                found[low, high] = made
    return found, again


async def _near(
    connection: AsyncConnection, new: Collection[Told], lost: Collection[Telling]
) -> dict[Cell, list[Telling]]:
    """The tellings that are there, by locale and kind, around the days of those that come or are lost."""
    days: dict[Cell, list[date]] = defaultdict(list)
    for told in new:
        if told.locale is not None and told.tieable:
            days[told.locale, told.kind] += (told.first_day, told.last_day)
    for one in lost:
        days[one.locale or "", one.kind.name].append(one.last_day)
    wanted = []
    for cell, some in sorted(days.items()):
        kind = BY_NAME[cell[1]]
        reach = max(kind.dated_gap, kind.earlier, kind.undated_gap) + kind.longest
        wanted.append((*cell, _day(min(some).toordinal() - reach), _day(max(some).toordinal() + reach)))
    if not wanted:
        return {}
    locales, kinds, starts, ends = zip(*wanted, strict=True)
    asked = table_of(
        "asked", locale=(Text(), locales), kind=(Text(), kinds), start=(Date(), starts), end=(Date(), ends)
    )
    query = select(tellings.c.locale, tellings.c.kind, tellings.c.traits).join_from(
        asked,
        tellings,
        (tellings.c.locale == asked.c.locale)
        & (tellings.c.kind == asked.c.kind)
        & (tellings.c.last_day >= asked.c.start)
        & (tellings.c.last_day <= asked.c.end),
    )
    found: dict[Cell, list[Telling]] = defaultdict(list)
    for locale, kind_name, traits in await connection.execute(query):
        found[locale, kind_name].append(_decoder.decode(traits))
    return found


async def _incidents_of(connection: AsyncConnection, events: Collection[UUID]) -> set[UUID]:
    if not events:
        return set()
    query = select(tellings.c.incident_id).distinct().where(any_of(tellings.c.event_id, events))
    return set((await connection.scalars(query)).all())


async def _members(
    connection: AsyncConnection, incidents: Collection[UUID], known: Mapping[UUID, Telling]
) -> dict[UUID, tuple[UUID, Telling]]:
    """The events of `incidents`, each with its incident; what they tell is read where it is not `known`."""
    if not incidents:
        return {}
    query = select(tellings.c.event_id, tellings.c.incident_id).where(any_of(tellings.c.incident_id, incidents))
    of = {row.event_id: row.incident_id for row in await connection.execute(query)}
    told = {i: known[i] for i in of.keys() & known.keys()}
    if unknown := of.keys() - told.keys():
        rest = select(tellings.c.event_id, tellings.c.traits).where(any_of(tellings.c.event_id, unknown))
        told |= {event_id: _decoder.decode(traits) for event_id, traits in await connection.execute(rest)}
    return {event_id: (incident_id, told[event_id]) for event_id, incident_id in of.items()}


async def _linked(connection: AsyncConnection, events: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    if len(events) < 2:
        return []
    query = select(tie.c.event_id, tie.c.other_id).where(
        any_of(tie.c.event_id, events), tie.c.event_id < tie.c.other_id
    )
    return [(a, b) for a, b in await connection.execute(query)]


async def _write_tellings(
    connection: AsyncConnection, new: Mapping[UUID, Told], incidents: Mapping[UUID, UUID]
) -> None:
    rows = [incidents[event_id].hex.encode() + b"\t" + told.line for event_id, told in new.items()]
    await copy_lines(await driver(connection), tellings, TELLING_COLUMNS, rows)


async def _move(connection: AsyncConnection, moved: Mapping[UUID, UUID]) -> None:
    if moved:
        await connection.execute(_MOVE, {"of": array_text(moved), "to": array_text(moved.values())})


async def _write_ties(connection: AsyncConnection, found: Mapping[tuple[UUID, UUID], pairs.Tie]) -> None:
    rows = [
        TieRow(one, other, made.weight, list(made.reasons))
        for (a, b), made in found.items()
        for one, other in ((a, b), (b, a))
    ]
    await copy_rows(await driver(connection), tie, rows)


async def _write_incidents(
    connection: AsyncConnection,
    touched: Collection[UUID],
    alone: Collection[Told],
    several: Iterable[Sequence[Telling]],
) -> Changed:
    """Replace the incidents `touched` by those of the events that are `alone` and of `several` together."""
    changed = Changed()
    if touched:
        await connection.execute(delete(incident).where(any_of(incident.c.incident_id, touched)))
        gone = await connection.execute(
            delete(statement)
            .where(any_of(statement.c.incident_id, touched))
            .returning(*(statement.c[name] for name in _SAID))
        )
        changed.gone = list(gone.all())
    rows: list[IncidentRow] = []
    said: list[StatementRow] = []
    for part in several:
        row, statements = summary(part)
        rows.append(row)
        said += statements
    changed.come = [*said, *(one for told in alone for one in told.said)]
    raw = await driver(connection)
    await copy_lines(raw, incident, INCIDENT_COLUMNS, [lines(rows), *(told.incident for told in alone)])
    await copy_lines(raw, statement, STATEMENT_COLUMNS, [lines(said), *(told.statements for told in alone)])
    return changed


def _day(ordinal: int) -> date:
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))
