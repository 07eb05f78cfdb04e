"""The steps of places' standings as rows: read to go on from, and written where a fold has come to something else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.control.evidence import Window
from services.store.control.gather import asking
from services.store.control.standing import Standing, State, Step
from services.store.projections.rows import Row
from services.store.projector.copying import copy_rows, driver
from services.store.tables import control_step

_columns = control_step.c


class StepRow(Row, frozen=True):
    """How a place stood from a day on, and by whose word."""

    place_key: str
    day: date
    standing: str
    since: date | None
    claimed_by: list[str]
    disputed_by: list[str]
    share: float | None
    publishers: int
    standing_events: list[str]
    spoken: date | None
    fought_over: bool
    admitted: date | None
    origins: list[str]
    voices: int
    credited: list[str] | None
    """None: the same as `origins`, as nearly always."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a place: the state before a day, and the day of the last step; None where there is none."""

    before: State | None
    last: date | None


async def known(connection: AsyncConnection, windows: Mapping[str, Window]) -> dict[str, Known]:
    """Return what is stored of each place, with the state before its window."""
    asked = asking(windows)
    step = (
        select(control_step)
        .where(_columns.place_key == asked.c.place_key, _columns.day < asked.c.first)
        .order_by(_columns.day.desc())
        .limit(1)
        .lateral("step")
    )
    last = select(func.max(_columns.day)).where(_columns.place_key == asked.c.place_key).scalar_subquery()
    of_step = [c for c in step.c if c.name != "place_key"]
    query = select(asked.c.place_key, last.label("last_step"), *of_step).select_from(asked.outerjoin(step, true()))
    return {
        row.place_key: Known(None if row.day is None else state(row), row.last_step)
        for row in await connection.execute(query)
    }


async def stored(connection: AsyncConnection, windows: Mapping[str, Window]) -> dict[str, list[Step]]:
    """Return each place's steps within its window, in order."""
    found: dict[str, list[Step]] = defaultdict(list)
    if not windows:
        return found
    asked = asking(windows)
    query = (
        select(control_step)
        .select_from(asked)
        .join(
            control_step,
            and_(_columns.place_key == asked.c.place_key, _columns.day.between(asked.c.first, asked.c.last)),
        )
        .order_by(_columns.place_key, _columns.day)
    )
    for row in await connection.execute(query):
        found[row.place_key].append((row.day, state(row)))
    return found


async def replace(
    connection: AsyncConnection, gone: Sequence[tuple[str, date]], made: Sequence[tuple[str, Step]]
) -> None:
    """Delete the steps of the places and days in `gone` and write those in `made`, whether or not they were there."""
    raw = await driver(connection)
    old = sorted({*gone, *((key, day) for key, (day, _) in made)})
    if old:
        await raw.execute(
            "delete from control_step s using unnest(%s::text[], %s::date[]) as old (place_key, day) "
            "where s.place_key = old.place_key and s.day = old.day",
            ([key for key, _ in old], [day for _, day in old]),
        )
    await copy_rows(raw, control_step, [_row(key, day, after) for key, (day, after) in made])


def state(row: Any) -> State:
    """Read a row of `control_step`."""
    return State(
        standing=standing(row),
        day=row.spoken,
        fought_over=row.fought_over,
        admitted=row.admitted,
        origins=frozenset(row.origins),
        credited=frozenset(row.origins if row.credited is None else row.credited),
    )


def standing(row: Any) -> Standing:
    """Read the public part of a row of `control_step`."""
    return Standing(
        standing=row.standing,
        since=row.since,
        claimed_by=tuple(row.claimed_by),
        disputed_by=tuple(row.disputed_by),
        share=row.share,
        event_ids=tuple(map(str, row.standing_events)),
        publishers=row.publishers,
        voices=row.voices,
    )


def _row(key: str, day: date, after: State) -> StepRow:
    now = after.standing
    return StepRow(
        place_key=key,
        day=day,
        standing=now.standing,
        since=now.since,
        claimed_by=list(now.claimed_by),
        disputed_by=list(now.disputed_by),
        share=now.share,
        publishers=now.publishers,
        standing_events=list(now.event_ids),
        spoken=after.day,
        fought_over=after.fought_over,
        admitted=after.admitted,
        origins=sorted(after.origins),
        voices=now.voices,
        credited=None if after.credited == after.origins else sorted(after.credited),
    )
