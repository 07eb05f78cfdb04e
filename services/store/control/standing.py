"""The standing of a place, folded from what is claimed of it: `UKR`, `RUS`, `contested` or `unknown`.

The rules, in the order in which they are applied to the evidence of one day (the day of the event, not of the article,
so that a late article about an earlier day changes the past and not the present):

1. Only events that are `actual` and *in* the place count; see `evidence.read`.
2. An admission settles it: what the side that loses says itself ("we have withdrawn") stands against any other claim
   of that day, and for `CONTEST` days against that side's bare word that it holds the place after all, or that it has
   not lost it. Admissions of both sides on one day contradict each other: contested. What a side both says and denies
   of one event is no admission.
3. A denial by the side that would lose makes it contested. A denial by anybody else changes nothing.
4. Claims for both sides on one day make it contested, unless one is of a change and the other, not in the words of the
   side that loses, merely of who held the place: that was before.
5. A later day outweighs an earlier one, save that a side's own word (or an unnamed narrator's) alone does not overcome
   the other side's contradiction of the last `CONTEST` days: a contested place stays contested. Nor does its word that
   it still holds a place undo the other side's taking of it within that time: that makes it contested. A named source
   of neither side is enough. A place that is contested only because there is fighting in it (rule 6) goes to whoever
   is then said to have taken it, or to have left it.
6. A side that is said to hold or take only a part of the place makes it contested, with the share that is told; so
   does one that has come into a place that the other holds, or of which nothing is known. A denied entry does not.
7. Without evidence it is unknown. An event never makes a known place unknown.

The result depends on the set of events alone, not on their order. What a day comes to depends on that day's evidence
and on the state before it alone, so that a fold can go on from any day whose `State` is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from services.store.control.evidence import Evidence, Kind, Reading, Weight, opponent, read

CONTESTED: Final = "contested"
UNKNOWN: Final = "unknown"
CONTEST: Final = timedelta(days=30)
"""For so long a contradiction stands against a side's bare word: about the time in which fronts have turned over."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who holds a place after the evidence up to some day.

    `claimed_by` are the sides that are said to hold it, `disputed_by` those whose sources deny that or say otherwise;
    `event_ids` the events that decided it. `share` (0 to 1) is told of the side in `claimed_by`. `publishers` counts
    the publishers that have spoken for it since `since`, `voices` those of them and of others whose reports they carry
    that are independent: each report is credited to who published it first.
    """

    standing: str = UNKNOWN
    since: date | None = None
    claimed_by: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()
    share: float | None = None
    event_ids: tuple[str, ...] = ()
    publishers: int = 0
    voices: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the fold carries from one day to the next."""

    standing: Standing = Standing()
    day: date | None = None
    """Of the evidence that last spoke for the standing."""
    fought_over: bool = False
    """Contested by an entry or a partial hold, and not by what is claimed against what."""
    admitted: date | None = None
    """When the side that does not hold it last admitted that."""
    origins: frozenset[str] = frozenset()
    """Of those who have spoken for the standing since it began."""
    credited: frozenset[str] = frozenset()
    """Those to whom their reports are credited."""


Step = tuple[date, State]
"""A day that has evidence, and the state after it."""


def steps(before: State, evidence: Iterable[Evidence]) -> list[Step]:
    """Go on from `before` over `evidence` of later days; return the state after each day, in order of time."""
    readings = [r for r in map(read, evidence) if r is not None]
    readings.sort(key=lambda r: (r.day, r.event_id))
    state = before
    found: list[Step] = []
    for day, group in groupby(readings, key=lambda r: r.day):
        state = _counted(state, _after(state, day, listed := list(group)), listed)
        found.append((day, state))
    return found


def fold(evidence: Iterable[Evidence]) -> list[tuple[date, Standing]]:
    """Return the standing after each day that has evidence, in order of time. See the module for the rules."""
    return [(day, state.standing) for day, state in steps(State(), evidence)]


def standing(evidence: Iterable[Evidence], at: date | None = None) -> Standing:
    """Return the standing at the end of day `at`; without one, after all evidence."""
    found = Standing()
    for day, after in fold(evidence):
        if at is not None and day > at:
            break
        found = after
    return found


def _counted(before: State, after: State, readings: Sequence[Reading]) -> State:
    """Add those who speak for the standing on this day to those who have since it began."""
    now = after.standing.standing
    told = [r for r in readings if now == CONTESTED or (now == r.holder and r.affirmed)]
    origins = frozenset(r.origin for r in told)
    credited = frozenset(r.voice for r in told)
    if before.standing.standing == now:
        origins, credited = origins | before.origins, credited | before.credited
    counted = replace(after.standing, publishers=len(origins), voices=len(credited))
    return replace(after, origins=origins, credited=credited, standing=counted)


def _after(state: State, day: date, readings: list[Reading]) -> State:
    admitted = [r for r in readings if r.weight is Weight.ADMITTED and r.kind in (Kind.CHANGE, Kind.STATE)]
    if admitted:
        return _settle(state, day, admitted, readings)
    whole = _without_before([r for r in readings if r.kind in (Kind.CHANGE, Kind.STATE)])
    whole = _without_taken_back(state, day, whole)
    if any(r.weight is Weight.DENIED for r in whole) or len({r.holder for r in whole}) == 2:
        return _become(state, day, CONTESTED, whole)
    if whole:
        state = _claimed(state, day, whole)
    return _partial(state, day, [r for r in readings if r.kind in (Kind.PART, Kind.ENTRY)])


def _without_before(readings: list[Reading]) -> list[Reading]:
    """Leave out who is said to have held the place on the day on which it changed hands (rule 4)."""
    takers = {r.holder for r in readings if r.kind is Kind.CHANGE}
    if len(takers) != 1:
        return readings
    (taker,) = takers
    loser = opponent(taker)
    return [r for r in readings if r.kind is Kind.CHANGE or r.holder == taker or loser in r.speakers | r.deniers]


def _without_taken_back(state: State, day: date, readings: list[Reading]) -> list[Reading]:
    """Leave out the bare word of a side that has lately admitted its loss: it still holds, it has not left (rule 2)."""
    if state.admitted is None or day - state.admitted > CONTEST:
        return readings
    loser = opponent(state.standing.standing)
    return [
        r
        for r in readings
        if not (r.holder == loser and r.kind is Kind.STATE and r.weight in (Weight.OWN, Weight.DENIED))
        and not (r.holder != loser and r.weight is Weight.DENIED and loser in r.deniers)
    ]


def _settle(state: State, day: date, admitted: list[Reading], readings: list[Reading]) -> State:
    holders = {r.holder for r in admitted}
    if len(holders) == 2:
        return _become(state, day, CONTESTED, admitted)
    (holder,) = holders
    settled = _become(state, day, holder, [r for r in readings if r in admitted or r.holder == holder])
    return replace(settled, admitted=day)


def _claimed(state: State, day: date, readings: list[Reading]) -> State:
    """One side is said to hold the place, and the other does not deny it on this day."""
    holder = readings[0].holder
    now = state.standing.standing
    recent = state.day is not None and day - state.day <= CONTEST
    bare = all(r.weight is Weight.OWN for r in readings)
    changes = any(r.kind is Kind.CHANGE for r in readings)
    if now == CONTESTED and recent and bare and not (state.fought_over and changes):
        # A repeated claim does not end the dispute, nor does it prolong it.
        return state
    if now == opponent(holder) and recent and bare and not changes:
        return _become(state, day, CONTESTED, readings)
    return _become(state, day, holder, readings)


def _partial(state: State, day: date, readings: list[Reading]) -> State:
    for reading in readings:
        now = state.standing.standing
        if reading.weight is Weight.DENIED and reading.kind is Kind.ENTRY:
            continue
        if now == reading.holder and reading.kind is Kind.ENTRY:
            continue
        if now == CONTESTED and reading.kind is Kind.ENTRY:
            continue
        disputed = now == CONTESTED and not state.fought_over
        state = replace(_become(state, day, CONTESTED, [reading]), fought_over=not disputed)
    return state


def _become(state: State, day: date, value: str, readings: list[Reading]) -> State:
    before = state.standing
    ids = tuple(sorted(r.event_id for r in readings))
    claimed = {r.holder for r in readings}
    disputed = {side for r in readings for side in r.deniers if side != r.holder}
    disputed |= {opponent(r.holder) for r in readings if opponent(r.holder) in claimed}
    if value == CONTESTED and len(claimed) == 1:
        # The other side held it, or was a party to the dispute, until now: it is whom the claim is against.
        other = opponent(*claimed)
        disputed |= {other} & {before.standing, *before.claimed_by, *before.disputed_by}
    shares = [r.share for r in readings if r.share is not None]
    return State(
        Standing(
            standing=value,
            since=before.since if before.standing == value else day,
            claimed_by=tuple(sorted(claimed)),
            disputed_by=tuple(sorted(disputed)) if value == CONTESTED else (),
            share=shares[-1] if shares and value == CONTESTED else None,
            event_ids=ids,
        ),
        day,
        admitted=state.admitted if before.standing == value else None,
    )
