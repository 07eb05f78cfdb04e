"""Keeps fingerprints, copies and families in step with the articles, inside the projector's transaction.

The caller holds the lock of what is derived: what is read here is the state after every other member's commit, so the
families are those of the set of articles, whatever order it came in.

A report that thousands carry would be compared by millions of pairs. More than CROWD articles of one day with one core
are a crowd: each is compared with the one of the least id alone, and that one stands for all to everybody else. What is
a crowd, and who stands for it, follows from the articles that are there: when that changes, all of it is done anew.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Date, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of
from services.store.components import components
from services.store.families.compare import copies
from services.store.families.credit import credit
from services.store.families.report import PRINT_COLUMNS, Report, stored
from services.store.families.shingles import unpack
from services.store.projector.copying import copy_lines, copy_rows, delete_pairs, driver
from services.store.tables import article_copy, family_member
from services.store.tables import fingerprint as prints

COPY_DAYS: Final = 7
"""Days between two articles beyond which they are no copies: anniversaries and boilerplate repeat, news do not."""
CROWD: Final = 100
"""So many articles of one day and core are compared each with each; more of them are a crowd."""

Unit = tuple[int, date]
"""A core and a day."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    article_id: UUID
    family_id: UUID


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What has changed: the families that have gained or lost an article, and the articles that are credited to another
    publisher than before (what comes without any copy is credited to its own, as was said of it before it came)."""

    families: Collection[UUID] = ()
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
    touched, shared = await _regroup(connection, before, new, pairs)
    now = await credit(connection, shared)
    # Whoever was removed came back without a voice.
    otherwise = {i for i, voice in voices.items() if now.get(i) != voice} | (now.keys() - voices.keys())
    return Regrouped(touched, otherwise)


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
    asked = (
        func.unnest(
            bindparam("cores", [core for core, _ in units], ARRAY(BigInteger)),
            bindparam("days", [day for _, day in units], ARRAY(Date)),
        )
        .table_valued("core", "day")
        .render_derived(name="asked")
    )
    query = select(prints.c.article_id, prints.c.core, prints.c.day).join_from(
        asked, prints, (prints.c.core == asked.c.core) & (prints.c.day == asked.c.day)
    )
    there: dict[Unit, set[UUID]] = defaultdict(set)
    for article_id, core, day in await connection.execute(query):
        there[core, day].add(article_id)
    was, now = ({unit: set(there.get(unit, ())) for unit in units} for _ in range(2))
    for article_id, unit in left.items():
        was[unit].add(article_id)
    for article_id, report in made.items():
        now[report.unit].add(article_id)
    anew = [i for unit in units if _first(was[unit]) != _first(now[unit]) for i in there.get(unit, ())]
    again = {}
    if anew:
        columns = select(prints.c.article_id, prints.c.day, prints.c.shingles)
        for row in await connection.execute(columns.where(any_of(prints.c.article_id, anew))):
            again[row.article_id] = stored(row.article_id, row.day, row.shingles)
    stands_for = {}
    for report in (*made.values(), *again.values()):
        first = _first(now[report.unit])
        if first is not None and first != report.article_id:
            stands_for[report.article_id] = first
    return again, stands_for


def _first(articles: Collection[UUID]) -> UUID | None:
    """The one that stands for a crowd; None where the articles are none."""
    return min(articles) if len(articles) > CROWD else None


async def _write(
    connection: AsyncConnection, made: Mapping[UUID, Report], stands_for: Mapping[UUID, UUID], days: int
) -> list[tuple[UUID, UUID]]:
    """Write the fingerprints and the copies that they bring to light; return these pairs."""
    if not made:
        return []
    rows = [r.without_bands() if i in stands_for else r.line for i, r in made.items()]
    await copy_lines(await driver(connection), prints, PRINT_COLUMNS, rows)
    new, old = prints.alias("new"), prints.alias("old")
    near = (
        select(new.c.article_id, old.c.article_id.label("copy_id"))
        .where(
            any_of(new.c.article_id, made.keys() - stands_for.keys()),
            new.c.bands.op("&&")(old.c.bands),
            old.c.article_id != new.c.article_id,
            old.c.day >= new.c.day - days,
            old.c.day <= new.c.day + days,
        )
        .distinct()
    )
    found = [(a, b) for a, b in await connection.execute(near)] if len(stands_for) < len(made) else []
    candidates = {(a, b) if a < b else (b, a) for a, b in (*found, *stands_for.items())}
    named = {i for pair in candidates for i in pair}
    texts = {i: made[i].shingles() for i in named & made.keys()}
    texts |= await _shingles(connection, named - made.keys())
    verified = [(a, b, share) for a, b in sorted(candidates) if (share := copies(texts[a], texts[b])) is not None]
    if verified:
        await connection.execute(
            insert(article_copy),
            [
                {"article_id": one, "copy_id": other, "containment": share}
                for a, b, share in verified
                for one, other in ((a, b), (b, a))
            ],
        )
    return [(a, b) for a, b, _ in verified]


async def _shingles(connection: AsyncConnection, articles: Collection[UUID]) -> dict[UUID, tuple[int, ...]]:
    if not articles:
        return {}
    query = select(prints.c.article_id, prints.c.shingles).where(any_of(prints.c.article_id, articles))
    return {article_id: unpack(data) for article_id, data in await connection.execute(query)}


async def _regroup(
    connection: AsyncConnection, before: set[UUID], new: set[UUID], pairs: Collection[tuple[UUID, UUID]]
) -> tuple[set[UUID], set[UUID]]:
    """Find the components anew of what `new` and the families `before` are connected with.

    Return every family that has gained or lost an article, and those of them that may be credited otherwise now.
    """
    touched = before | await _families(connection, {i for pair in pairs for i in pair})
    query = select(family_member.c.article_id, family_member.c.family_id).where(
        any_of(family_member.c.family_id, touched)
    )
    held = {row.article_id: row.family_id for row in await connection.execute(query)} if touched else {}
    linked: list[tuple[UUID, UUID]] = list(pairs)
    if held:
        copied = select(article_copy.c.article_id, article_copy.c.copy_id).where(
            any_of(article_copy.c.article_id, held), article_copy.c.article_id < article_copy.c.copy_id
        )
        linked += [(a, b) for a, b in await connection.execute(copied)]
        # A pair whose lesser article is new is among `pairs`; one whose lesser is old was just read.
    families = components(held.keys() | new, linked)
    if new:
        rows = [MemberRow(i, families[i]) for i in sorted(new)]
        await copy_rows(await driver(connection), family_member, rows)
    moved = [{"of": i, "family": families[i]} for i, was in sorted(held.items()) if families[i] != was]
    if moved:
        await connection.execute(
            update(family_member)
            .where(family_member.c.article_id == bindparam("of"))
            .values(family_id=bindparam("family")),
            moved,
        )
    # An article that is new and alone is its own.
    shared = {families[i] for i in held} | {i for i, members in Counter(families.values()).items() if members > 1}
    return touched | set(families.values()), shared
