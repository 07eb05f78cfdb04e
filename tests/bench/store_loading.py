"""Fills the store's tables by COPY, derived ones too, with what the projector would have written, and sooner.

Rows come from the project's own pure functions (projections, fingerprints, tellings, ties, summaries); only the
bookkeeping around them is other: articles come in the order of publication and each once, so that nothing is replaced,
and what lies OPEN days back is closed. `tests/integration/store/test_loading.py` holds the tables to the projector's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.contracts.messages import Article, Extraction
from services.store.components import components
from services.store.control.renew import renew
from services.store.control.standing import UNKNOWN
from services.store.families.compare import Text, copies
from services.store.families.credit import credit
from services.store.families.keep import COPY_DAYS
from services.store.families.shingles import fingerprint, pack
from services.store.incidents import pairs
from services.store.incidents.keep import TieRow
from services.store.incidents.summary import summary
from services.store.incidents.told import telling_row
from services.store.incidents.traits import Telling, telling
from services.store.projections import article as articles
from services.store.projections import extraction as extractions
from services.store.projections.rows import PlaceRow, Row, SpellingRow
from services.store.projector.copying import copy_rows, driver
from services.store.tables import (
    article,
    article_copy,
    claim,
    event,
    extraction,
    family_member,
    incident,
    mention,
    place,
    spelling,
    statement,
    tie,
)
from services.store.tables import fingerprint as prints
from services.store.tables import (
    telling as tellings,
)

AT_ONCE: Final = 1000
"""Articles of one COPY."""
OPEN: Final = 45
"""Days after which nothing new is tied to an event or an article: events are told within 30, ties reach 7 further."""
APPLIED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
PLACES_AT_ONCE: Final = 200


class _PrintRow(Row, frozen=True):
    article_id: UUID
    day: date
    bands: list[int]
    shingles: bytes
    core: int


class _CopyRow(Row, frozen=True):
    article_id: UUID
    copy_id: UUID
    containment: float


class _MemberRow(Row, frozen=True):
    article_id: UUID
    family_id: UUID


async def load(
    engine: AsyncEngine, messages: Iterable[tuple[Article, Extraction]], say: Callable[[int], None] = lambda _: None
) -> int:
    """Fill the empty tables with `messages`, which are in the order of publication; return how many events that are.

    `say` is told the count now and then.
    """
    families, incidents = _Families(), _Incidents()
    places: dict[str, PlaceRow] = {}
    spelled: dict[SpellingRow, None] = {}
    count = number = 0
    dropped = await _drop_indexes(engine)
    stream = iter(messages)
    while some := list(islice(stream, AT_ONCE)):
        sent = [articles.project(a, partition=0, offset=number + n) for n, (a, _) in enumerate(some)]
        read = [
            extractions.project(x, partition=0, offset=number + n, applied_at=APPLIED_AT)
            for n, (_, x) in enumerate(some)
        ]
        number += len(some)
        events = [row for rows in read for row in rows.events]
        for rows in read:
            places |= {row.place_key: row for row in rows.places}
            spelled |= dict.fromkeys(rows.spellings)
            families.add(rows.extraction)
        for row in events:
            incidents.add(telling(row))
        count += len(events)
        until = sent[-1].sorted_at.date() - timedelta(days=OPEN)
        async with engine.begin() as connection:
            raw = await driver(connection)
            await copy_rows(raw, article, sent)
            await copy_rows(raw, extraction, [rows.extraction for rows in read])
            await copy_rows(raw, event, events)
            await copy_rows(raw, claim, [row for rows in read for row in rows.claims])
            await copy_rows(raw, mention, [row for rows in read for row in rows.mentions])
            if number % (10 * AT_ONCE) == 0:
                await families.close(raw, until)
                await incidents.close(raw, until)
        say(count)
    async with engine.begin() as connection:
        raw = await driver(connection)
        await families.close(raw, date.max)
        await incidents.close(raw, date.max)
        await copy_rows(raw, spelling, list(spelled))
        await copy_rows(raw, place, [_PlaceRow.of(row) for row in places.values()])
    async with engine.begin() as connection:
        await connection.execute(text("set local maintenance_work_mem = '256MB'"))
        for made in dropped:
            await connection.execute(text(made))
    async with engine.begin() as connection:
        await connection.execute(text("analyze"))
        await connection.execute(text(_COUNTS))
        await connection.execute(text(_TALLY))
        for statement_ in _SOURCES:
            await connection.execute(text(statement_))
        await credit(connection, (await connection.scalars(text(_SHARED))).all())
    await _stand(engine)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("vacuum analyze"))
    return count


class _Families:
    """The articles of the last days, with the bands that copies are found by."""

    def __init__(self) -> None:
        self._prints: dict[UUID, tuple[date, tuple[int, ...], tuple[int, ...]]] = {}
        self._bands: dict[int, list[UUID]] = defaultdict(list)
        self._open: dict[UUID, date] = {}
        self._pairs: list[_CopyRow] = []
        self._rows: list[_PrintRow] = []

    def add(self, row: Any) -> None:
        day = (datetime.fromisoformat(row.published_as) if row.published_as else row.received_at).date()
        self._open[row.article_id] = day
        made = fingerprint(row.cleaned_text)
        if made is None:
            return
        self._rows.append(_PrintRow(row.article_id, day, list(made.bands), pack(made.shingles), min(made.shingles)))
        near = {i for band in made.bands for i in self._bands[band]}
        for other in near:
            when, shingles, _ = self._prints[other]
            if (
                abs((day - when).days) <= COPY_DAYS
                and (share := copies(Text(made.shingles), Text(shingles))) is not None
            ):
                self._pairs.append(_CopyRow(row.article_id, other, share))
        self._prints[row.article_id] = (day, made.shingles, made.bands)
        for band in made.bands:
            self._bands[band].append(row.article_id)

    async def close(self, raw: Any, until: date) -> None:
        """Write the families that nothing published from `until` on is part of."""
        found = components(self._open, [(p.article_id, p.copy_id) for p in self._pairs])
        held = {found[i] for i, day in self._open.items() if day >= until}
        closed = {i for i in self._open if found[i] not in held}
        done = [p for p in self._pairs if p.article_id in closed]
        await copy_rows(raw, prints, self._rows)
        await copy_rows(raw, article_copy, [*done, *(_CopyRow(p.copy_id, p.article_id, p.containment) for p in done)])
        await copy_rows(raw, family_member, [_MemberRow(i, found[i]) for i in sorted(closed)])
        self._rows = []
        self._pairs = [p for p in self._pairs if p.article_id not in closed]
        for i in closed:
            del self._open[i]
            for band in self._prints.pop(i, (None, (), ()))[2]:
                self._bands[band].remove(i)
                if not self._bands[band]:
                    del self._bands[band]


class _Incidents:
    """The events of the last days, by the cells within which they can be tied."""

    def __init__(self) -> None:
        self._open: dict[UUID, Telling] = {}
        self._cells: dict[tuple[str, str], list[Telling]] = defaultdict(list)
        self._ties: list[tuple[UUID, UUID, pairs.Tie]] = []

    def add(self, one: Telling) -> None:
        own = UUID(one.event_id)
        self._open[own] = one
        if one.locale is None:
            return
        cell = self._cells[one.locale, one.kind.name]
        reach = timedelta(days=max(one.kind.dated_gap, one.kind.earlier, one.kind.undated_gap))
        for other in cell:
            apart = other.last_day < one.first_day - reach or one.last_day < other.first_day - reach
            if (other.article_id == one.article_id or not apart) and (made := pairs.tie(one, other)) is not None:
                self._ties.append((own, UUID(other.event_id), made))
        cell.append(one)

    async def close(self, raw: Any, until: date) -> None:
        """Write the incidents that no event from `until` on is part of."""
        found = components(self._open, [(a, b) for a, b, _ in self._ties])
        held = {found[i] for i, one in self._open.items() if one.last_day >= until}
        members: dict[UUID, list[Telling]] = defaultdict(list)
        for i, one in self._open.items():
            if found[i] not in held:
                members[found[i]].append(one)
        closed = {UUID(one.event_id) for told in members.values() for one in told}
        made = [summary(told) for told in members.values()]
        await copy_rows(raw, tellings, [telling_row(self._open[i], found[i]) for i in closed])
        await copy_rows(
            raw,
            tie,
            [
                TieRow(one, other, t.weight, list(t.reasons))
                for a, b, t in self._ties
                if a in closed
                for one, other in ((a, b), (b, a))
            ],
        )
        await copy_rows(raw, incident, [row for row, _ in made])
        await copy_rows(raw, statement, [said for _, statements in made for said in statements])
        self._ties = [t for t in self._ties if t[0] not in closed]
        for i in closed:
            del self._open[i]
        self._cells = defaultdict(list)
        for one in self._open.values():
            if one.locale is not None:
                self._cells[one.locale, one.kind.name].append(one)


class _PlaceRow(PlaceRow, frozen=True):
    """A place as its row begins: what is counted and folded is set afterwards."""

    events: int = 0
    standing: str = UNKNOWN
    claimed_by: Sequence[str] = ()
    disputed_by: Sequence[str] = ()
    standing_events: Sequence[UUID] = ()
    publishers: int = 0
    voices: int = 0

    @classmethod
    def of(cls, row: PlaceRow) -> "_PlaceRow":
        return cls(**msgspec.structs.asdict(row), claimed_by=[], disputed_by=[], standing_events=[])


async def _stand(engine: AsyncEngine) -> None:
    """Fold the control history of every place."""
    async with engine.connect() as connection:
        keys = (await connection.scalars(text("select place_key from place order by place_key"))).all()
    for at in range(0, len(keys), PLACES_AT_ONCE):
        async with engine.begin() as connection:
            await renew(connection, {key: [date.min] for key in keys[at : at + PLACES_AT_ONCE]})


async def _drop_indexes(engine: AsyncEngine) -> list[str]:
    """Drop every index that is no constraint's: made anew behind the rows they cost a third. Return what makes them."""
    found = """
        select indexname, indexdef from pg_indexes where schemaname = current_schema()
          and not exists (select from pg_constraint where conname = indexname)
    """
    async with engine.begin() as connection:
        rows = (await connection.execute(text(found))).all()
        for name, _ in rows:
            await connection.execute(text(f"drop index {name}"))
    return [made.replace(":", "\\:") for _, made in rows]


_COUNTS: Final = """
update place set events = counted.events
from (select place_key, count(*) as events from event group by place_key) counted
where counted.place_key = place.place_key
"""
_TALLY: Final = """
insert into tally
  select 'article', '', count(*) from article
  union all select 'event', '', count(*) from event
  union all select 'claim', '', count(*) from claim
  union all select 'mention', '', count(*) from mention
  union all select 'extraction', extractor_version, count(*) from extraction group by extractor_version
on conflict (name, part) do update set count = excluded.count
"""
_SHARED: Final = "select family_id from family_member group by family_id having count(*) > 1"
_SOURCES: Final = (
    """
insert into source_family
  select distinct unnest(telling.sources), family_id from telling join family_member using (article_id)
""",
    """
insert into source
  with named as (
    select source_key, source_id, name, side, kind, outlet, count(*) as often from (
      select *, row_number() over (partition by source_key order by last_day desc, incident_id desc) as place
      from statement) latest
    where place <= 50 group by source_key, source_id, name, side, kind, outlet
  ), shown as (
    select distinct on (source_key) * from named
    order by source_key, often desc, source_id, name, side, kind, outlet
  ), counted as (
    select source_key, sum(asserts + denies + undecided) as claims, count(*) as incidents,
      count(*) filter (where asserts > 0 and asserts >= denies) as asserted,
      count(*) filter (where denies > asserts) as denying,
      count(*) filter (where asserts > 0 and asserts >= denies and confirmed) as confirmed,
      count(*) filter (where asserts > 0 and asserts >= denies and denied) as denied
    from statement group by source_key
  )
  select source_key, source_id, name, trim(regexp_replace(lower(name), '\\W+', ' ', 'g')), side, kind, outlet,
    claims, incidents, asserted, denying, confirmed, denied,
    (select count(*) from source_family where source_family.source_key = shown.source_key)
  from shown join counted using (source_key)
""",
)
