"""Keeps fingerprints, copies and families in step with the articles, inside the projector's transaction.

The caller holds the lock of what is derived: what is read here is the state after every other member's commit, so the
families are those of the set of articles, whatever order it came in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of
from services.store.components import components
from services.store.families.compare import copies
from services.store.families.report import PRINT_COLUMNS, Report
from services.store.families.shingles import unpack
from services.store.projector.copying import copy_lines, copy_rows, driver
from services.store.tables import article_copy, family_member
from services.store.tables import fingerprint as prints

COPY_DAYS: Final = 7
"""Days between two articles beyond which they are no copies: anniversaries and boilerplate repeat, news do not."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    article_id: UUID
    family_id: UUID


async def keep(
    connection: AsyncConnection, gone: Collection[UUID], reports: Collection[Report], days: int = COPY_DAYS
) -> set[UUID]:
    """Replace what is known of the articles `gone` by `reports`; return every family that has gained or lost one.

    `gone` holds every article that was there and changes, with or without a report that replaces it.
    """
    before = await _families(connection, gone)
    if gone:
        await _remove(connection, gone)
    if not reports and not before:
        return set()
    made = {r.article_id: r for r in reports if r.packed is not None}
    pairs = await _write(connection, made, days)
    return await _regroup(connection, before, {r.article_id for r in reports}, pairs)


async def _families(connection: AsyncConnection, articles: Collection[UUID]) -> set[UUID]:
    if not articles:
        return set()
    query = select(family_member.c.family_id).distinct().where(any_of(family_member.c.article_id, articles))
    return set((await connection.scalars(query)).all())


async def _remove(connection: AsyncConnection, articles: Collection[UUID]) -> None:
    await connection.execute(delete(family_member).where(any_of(family_member.c.article_id, articles)))
    removed = await connection.execute(delete(prints).where(any_of(prints.c.article_id, articles)))
    if removed.rowcount:
        other = select(article_copy.c.copy_id).where(any_of(article_copy.c.article_id, articles))
        neighbours = (await connection.scalars(other)).all()
        if neighbours:
            both = [*articles, *neighbours]
            await connection.execute(
                delete(article_copy).where(
                    any_of(article_copy.c.article_id, both),
                    or_(any_of(article_copy.c.article_id, articles), any_of(article_copy.c.copy_id, articles)),
                )
            )


async def _write(connection: AsyncConnection, made: Mapping[UUID, Report], days: int) -> list[tuple[UUID, UUID]]:
    """Write the fingerprints and the copies that they bring to light; return these pairs."""
    if not made:
        return []
    await copy_lines(await driver(connection), prints, PRINT_COLUMNS, [r.line for r in made.values()])
    new, old = prints.alias("new"), prints.alias("old")
    near = (
        select(new.c.article_id, old.c.article_id.label("copy_id"))
        .where(
            any_of(new.c.article_id, made),
            new.c.bands.op("&&")(old.c.bands),
            old.c.article_id != new.c.article_id,
            old.c.day >= new.c.day - days,
            old.c.day <= new.c.day + days,
        )
        .distinct()
    )
    candidates = {(a, b) if a < b else (b, a) for a, b in await connection.execute(near)}
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
) -> set[UUID]:
    """Find the components anew of what `new` and the families `before` are connected with."""
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
    return touched | set(families.values())
