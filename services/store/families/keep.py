"""Keeps fingerprints, copies and families in step with the articles, inside the projector's transaction.

The caller holds the lock of what is derived: what is read here is the state after every other member's commit, so the
families are those of the set of articles, whatever order it came in.

A report that thousands carry would be compared by millions of pairs. More than CROWD articles of one day with one core
are a crowd: each is compared with the one of the least id alone, and that one stands for all to everybody else. What is
a crowd, and who stands for it, follows from the articles that are there: when that changes, all of it is done anew.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, combinations
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, String, cast, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of, array_text, table_of, texts
from services.store.components import components
from services.store.families.compare import Text, copies, may_be_copies
from services.store.families.credit import credit
from services.store.families.report import PRINT_COLUMNS, Report, stored
from services.store.families.shingles import unpack
from services.store.projections.rows import Row
from services.store.projector.copying import copy_lines, copy_rows, delete_pairs, driver
from services.store.tables import article_copy, family_member
from services.store.tables import fingerprint as prints

COPY_DAYS: Final = 7
"""Days between two articles beyond which they are no copies: anniversaries and boilerplate repeat, news do not."""
CROWD: Final = 100
"""So many articles of one day and core are compared each with each; more of them are a crowd."""

Unit = tuple[int, date]
"""A core and a day."""
Copies = tuple[UUID, UUID, float]
"""Two articles and their containment."""


class MemberRow(Row, frozen=True):
    """An article and the family of copies that it is of."""

    article_id: UUID
    family_id: UUID


class CopyRow(Row, frozen=True):
    """Two articles that are copies, with the share of the shorter one's shingles that the longer one has, 0 to 1."""

    article_id: UUID
    copy_id: UUID
    containment: float


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What has changed: the families that are other ones now, the articles that have come to one of the rest, and the
    articles that are credited to another publisher than before (what comes without any copy is credited to its own, as
    was said of it before it came)."""

    families: Collection[UUID] = ()
    joined: Collection[UUID] = ()
    credited: Collection[UUID] = ()


async def keep(
    connection: AsyncConnection, gone: Collection[UUID], reports: Collection[Report], days: int = COPY_DAYS
) -> Regrouped:
    """Replace what is known of the articles `gone` by `reports`.

    `gone` holds every article that was there and changes, with or without a report that replaces it.
    """
    before = await _families(connection, gone)
    left, voices = await _remove(connection, gone)
    if not reports and not before:
        return Regrouped()
    made = {r.article_id: r for r in reports if r.packed is not None}
    again, stands_for = await _crowds(connection, left, made)
    before |= await _families(connection, again)
    _, further = await _remove(connection, again)
    voices |= further
    made |= again
    pairs = await _write(connection, made, stands_for, days)
    new = {r.article_id for r in reports} | again.keys()
    others, joined, shared = await _regroup(connection, before, new, pairs)
    now = await credit(connection, shared)
    # Whoever was removed came back without a voice.
    otherwise = {i for i, voice in voices.items() if now.get(i) != voice} | (now.keys() - voices.keys())
    return Regrouped(others, joined, otherwise)


async def _families(connection: AsyncConnection, articles: Collection[UUID]) -> set[UUID]:
    if not articles:
        return set()
    query = select(family_member.c.family_id).distinct().where(any_of(family_member.c.article_id, articles))
    return set((await connection.scalars(query)).all())


async def _remove(
    connection: AsyncConnection, articles: Collection[UUID]
) -> tuple[dict[UUID, Unit], dict[UUID, str | None]]:
    """Return the units that those of the articles were of that had a fingerprint, and to whom they were credited."""
    if not articles:
        return {}, {}
    members = await connection.execute(
        delete(family_member)
        .where(any_of(family_member.c.article_id, articles))
        .returning(family_member.c.article_id, family_member.c.voice)
    )
    voices = {row.article_id: row.voice for row in members}
    removed = await connection.execute(
        delete(prints)
        .where(any_of(prints.c.article_id, articles))
        .returning(prints.c.article_id, prints.c.core, prints.c.day)
    )
    left = {article_id: (core, day) for article_id, core, day in removed}
    if left:
        query = select(article_copy.c.article_id, article_copy.c.copy_id).where(any_of(article_copy.c.article_id, left))
        await delete_pairs(connection, article_copy, [(a, b) for a, b in await connection.execute(query)])
    return left, voices


async def _crowds(
    connection: AsyncConnection, left: Mapping[UUID, Unit], made: Mapping[UUID, Report]
) -> tuple[dict[UUID, Report], dict[UUID, UUID]]:
    """Return the articles that are to be compared anew, because `left` are gone and `made` come, and for each of a
    crowd that is not its first, the one that is."""
    units = {*left.values(), *(report.unit for report in made.values())}
    if not units:
        return {}, {}
    asked, joined = _of_units(units)
    least = func.min(cast(prints.c.article_id, String).collate("C"))
    query = (
        select(asked.c.core, asked.c.day, func.count(), least)
        .join_from(asked, prints, joined)
        .group_by(asked.c.core, asked.c.day)
    )
    there = {(core, day): (size, UUID(least)) for core, day, size, least in await connection.execute(query)}
    was, now = _by_unit(left.items()), _by_unit((i, report.unit) for i, report in made.items())
    firsts = {unit: _first(there.get(unit), now[unit]) for unit in units}
    anew = {unit for unit in units & there.keys() if _first(there[unit], was[unit]) != firsts[unit]}
    again = {}
    if anew:
        asked, joined = _of_units(anew)
        columns = select(prints.c.article_id, prints.c.day, prints.c.shingles).join_from(asked, prints, joined)
        for row in await connection.execute(columns):
            again[row.article_id] = stored(row.article_id, row.day, row.shingles)
    stands_for = {}
    for report in (*made.values(), *again.values()):
        first = firsts[report.unit]
        if first is not None and first != report.article_id:
            stands_for[report.article_id] = first
    return again, stands_for


def _of_units(units: Collection[Unit]) -> tuple[Any, ColumnElement[bool]]:
    """`units` as rows to join with, and the condition under which an article is of one."""
    cores, days = [core for core, _ in units], [day for _, day in units]
    asked = table_of("asked", core=(BigInteger(), cores), day=(Date(), days))
    return asked, (prints.c.core == asked.c.core) & (prints.c.day == asked.c.day)


def _by_unit(articles: Iterable[tuple[UUID, Unit]]) -> Mapping[Unit, list[UUID]]:
    found: dict[Unit, list[UUID]] = defaultdict(list)
    for article_id, unit in articles:
        found[unit].append(article_id)
    return found


def _first(there: tuple[int, UUID] | None, further: Collection[UUID]) -> UUID | None:
    """The one that stands for a crowd, of which so many with so low an id are there; None where all are none."""
    size, *least = there or (0,)
    return min([*least, *further]) if size + len(further) > CROWD else None


async def _write(
    connection: AsyncConnection, made: Mapping[UUID, Report], stands_for: Mapping[UUID, UUID], days: int
) -> list[tuple[UUID, UUID]]:
    """Write the fingerprints and the copies that they bring to light; return these pairs."""
    if not made:
        return []
    rows = [r.without_bands() if i in stands_for else r.line for i, r in made.items()]
    verified = await _copies(connection, [r for i, r in made.items() if i not in stands_for], days)
    verified += await _copies_of_firsts(connection, made, stands_for)
    raw = await driver(connection)
    await copy_lines(raw, prints, PRINT_COLUMNS, rows)
    await copy_rows(
        raw, article_copy, [row for a, b, share in verified for row in (CopyRow(a, b, share), CopyRow(b, a, share))]
    )
    return [(a, b) for a, b, _ in verified]


_NEAR: Final = text("""
with near as (
  select old.article_id, array_agg(asked.number - 1) as numbers
  from unnest(cast(:bands as text[]), cast(:firsts as date[]), cast(:lasts as date[]))
    with ordinality as asked (bands, first, last, number)
  join fingerprint old on old.bands && cast(asked.bands as bigint[]) and old.day between asked.first and asked.last
  group by old.article_id
)
select near.article_id, fingerprint.shingles, near.numbers from near join fingerprint using (article_id)
""")


async def _copies(connection: AsyncConnection, made: Sequence[Report], days: int) -> list[Copies]:
    """The copies among articles that come, and of these among those that are there: they share a band, and lie no more
    than `days` apart."""
    if not made:
        return []
    ours = [Text(report.shingles()) for report in made]
    counts = Counter(chain.from_iterable(report.bands for report in made))
    often = {band for band, count in counts.items() if count > 1}
    sharing: dict[int, list[int]] = defaultdict(list)
    for number, report in enumerate(made):
        for band in often.intersection(report.bands):
            sharing[band].append(number)
    reach = timedelta(days=days)
    pairs = {pair for some in sharing.values() for pair in combinations(some, 2)}
    found = [
        (made[a].article_id, made[b].article_id, share)
        for a, b in pairs
        if abs(made[a].day - made[b].day) <= reach and (share := copies(ours[a], ours[b])) is not None
    ]
    asked = {
        "bands": texts(report.bands_text() for report in made),
        "firsts": array_text(report.day - min(reach, report.day - date.min) for report in made),
        "lasts": array_text(report.day + min(reach, date.max - report.day) for report in made),
    }
    told = frozenset().union(*(text_.shingles for text_ in ours))
    for old, packed, numbers in await connection.execute(_NEAR, asked):
        shingles = unpack(packed)
        # Nearly all share a band by chance, and so little with all that come that they are copies of none of it.
        shared = len(told.intersection(shingles))
        if near := [n for n in numbers if may_be_copies(shared, len(ours[n].shingles), len(shingles))]:
            text_ = Text(shingles)
            found += [(made[n].article_id, old, s) for n in near if (s := copies(ours[n], text_)) is not None]
    return found


async def _copies_of_firsts(
    connection: AsyncConnection, made: Mapping[UUID, Report], stands_for: Mapping[UUID, UUID]
) -> list[Copies]:
    """Those that are copies of the one that stands for them."""
    if not stands_for:
        return []
    firsts = set(stands_for.values())
    told = {i: Text(made[i].shingles()) for i in firsts & made.keys()}
    if others := firsts - made.keys():
        query = select(prints.c.article_id, prints.c.shingles).where(any_of(prints.c.article_id, others))
        told |= {article_id: Text(unpack(data)) for article_id, data in await connection.execute(query)}
    return [
        (i, first, share)
        for i, first in stands_for.items()
        if (share := copies(Text(made[i].shingles()), told[first])) is not None
    ]


async def _regroup(
    connection: AsyncConnection, lost: set[UUID], new: set[UUID], pairs: Collection[tuple[UUID, UUID]]
) -> tuple[set[UUID], set[UUID], set[UUID]]:
    """Find the components anew of what `new` and the families `lost`, which have lost an article, are connected with.

    A family that loses nothing stays together: it is one node, however large, and stands under its id, the least of it.
    Return the families that are other ones now, those of `new` that have come to one of the rest, and the families that
    may be credited otherwise now.
    """
    held = await _family_of(connection, family_member.c.family_id, lost)
    linked = list(pairs)
    if held:
        copied = select(article_copy.c.article_id, article_copy.c.copy_id).where(
            any_of(article_copy.c.article_id, held), article_copy.c.article_id < article_copy.c.copy_id
        )
        linked += [(a, b) for a, b in await connection.execute(copied)]
        # A pair whose lesser article is new is among `pairs`; one whose lesser is old was just read.
    unknown = {i for pair in pairs for i in pair} - new - held.keys()
    outside = await _family_of(connection, family_member.c.article_id, unknown)
    nodes = {*held, *new, *outside.values()}
    families = components(nodes, [(outside.get(a, a), outside.get(b, b)) for a, b in linked])
    if new:
        rows = [MemberRow(i, families[i]) for i in sorted(new)]
        await copy_rows(await driver(connection), family_member, rows)
    renamed = {i: families[i] for i in outside.values() if families[i] != i}
    await _move(connection, "article_id", {i: families[i] for i, was in held.items() if families[i] != was})
    await _move(connection, "family_id", renamed)
    others = lost | {families[i] for i in held} | renamed.keys() | set(renamed.values())
    # An article that is new and alone is its own.
    shared = {families[i] for i in held} | {i for i, size in Counter(families.values()).items() if size > 1}
    return others, {i for i in new if families[i] not in others}, shared


async def _family_of(connection: AsyncConnection, column: Any, values: Collection[UUID]) -> dict[UUID, UUID]:
    """The family of each article whose `column` is one of `values`."""
    if not values:
        return {}
    columns = select(family_member.c.article_id, family_member.c.family_id)
    found = await connection.execute(columns.where(any_of(column, values)))
    return {row.article_id: row.family_id for row in found}


async def _move(connection: AsyncConnection, column: str, moved: Mapping[UUID, UUID]) -> None:
    """Give the members whose `column` is a key of `moved` the family that it says."""
    if moved:
        await connection.execute(
            text(
                "update family_member m set family_id = moved.family "  # noqa: S608
                "from unnest(cast(:of as uuid[]), cast(:families as uuid[])) as moved (of, family) "
                f"where m.{column} = moved.of"
            ),
            {"of": array_text(moved), "families": array_text(moved.values())},
        )
