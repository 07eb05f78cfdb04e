"""Keeps the counts of sources in step with the incidents' statements and the families, in the projector's transaction.

The caller holds the lock of what is derived. Counts move by the difference of what is gone and what came; a source
without any statement is gone.
"""

from collections import defaultdict
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of, array_text, table_of, texts
from services.store.families.keep import Regrouped
from services.store.folding import fold
from services.store.incidents.keep import Changed
from services.store.projector.copying import given, written
from services.store.tables import family_member, source, source_family, statement, telling

COUNTS: Final = ("claims", "incidents", "asserted", "denying", "confirmed", "denied", "reports")
_CLAIMS, _INCIDENTS, _ASSERTED, _DENYING, _CONFIRMED, _DENIED, _REPORTS = range(len(COUNTS))
SHOWN: Final = ("source_id", "name", "side", "kind", "outlet")
_as_shown: Final = attrgetter(*SHOWN)
NAMES_LOOKED_AT: Final = 50
"""Latest statements of a source from which its name, side and kind are taken: what most of them say."""

Counts = dict[str, list[int]]
"""Source -> by how much each of COUNTS moves."""
Shown = tuple[Any, ...]
"""The values of SHOWN."""


async def keep(connection: AsyncConnection, changed: Changed, regrouped: Regrouped) -> None:
    """Count `changed` statements, and the reports of the families in `regrouped`."""
    counts: Counts = defaultdict(lambda: [0] * len(COUNTS))
    for said in changed.gone:
        _count(counts, said, -1)
    for said in changed.come:
        _count(counts, said, 1)
    await _reports(connection, regrouped, counts)
    touched = sorted(
        {said.source_key for said in (*changed.gone, *changed.come)} | {k for k, c in counts.items() if any(c)}
    )
    if not touched:
        return
    await _add(connection, touched, changed, counts)
    lost = {said.source_key for said in changed.gone}
    if lost:
        await connection.execute(delete(source).where(any_of(source.c.source_key, lost), source.c.incidents <= 0))


def _count(counts: Counts, said: Any, sign: int) -> None:
    of = counts[said.source_key]
    of[_CLAIMS] += sign * (said.asserts + said.denies + said.undecided)
    of[_INCIDENTS] += sign
    if said.denies > said.asserts:
        of[_DENYING] += sign
    elif said.asserts:
        of[_ASSERTED] += sign
        of[_CONFIRMED] += sign * said.confirmed
        of[_DENIED] += sign * said.denied


async def _reports(connection: AsyncConnection, regrouped: Regrouped, counts: Counts) -> None:
    """Find anew which sources speak in families that are others: an article that moves takes its sources with it. What
    joins one of the rest adds its own."""
    if regrouped.families:
        gone = delete(source_family).where(any_of(source_family.c.family_id, regrouped.families))
        for key in await connection.scalars(gone.returning(source_family.c.source_key)):
            counts[key][_REPORTS] -= 1
        await _speak(connection, any_of(family_member.c.family_id, regrouped.families), counts)
    if regrouped.joined:
        await _speak(connection, any_of(family_member.c.article_id, regrouped.joined), counts)


async def _speak(connection: AsyncConnection, which: ColumnElement[bool], counts: Counts) -> None:
    """Write which sources speak in the families of `which` members."""
    speaking = (
        select(func.unnest(telling.c.sources), family_member.c.family_id)
        .join_from(family_member, telling, telling.c.article_id == family_member.c.article_id)
        .where(which)
        .distinct()
    )
    come = insert(source_family).from_select(["source_key", "family_id"], speaking).on_conflict_do_nothing()
    for key in await connection.scalars(come.returning(source_family.c.source_key)):
        counts[key][_REPORTS] += 1


async def _add(connection: AsyncConnection, touched: list[str], changed: Changed, counts: Counts) -> None:
    query = select(source.c.source_key, *(source.c[name] for name in SHOWN))
    found = await connection.execute(query.where(any_of(source.c.source_key, touched)))
    known: dict[str, Shown] = {key: tuple(shown) for key, *shown in found}
    named = await _shown(connection, touched, known, changed)
    # Most of them are there, and are called what they were.
    other = [key for key in touched if key in named and named[key] != known.get(key)]
    await _write(connection, {key: named[key] for key in other}, counts)
    moved = [key for key in sorted(known.keys() - set(other)) if any(counts[key])]
    if moved:
        by = zip(COUNTS, map(array_text, zip(*(counts[key] for key in moved), strict=True)), strict=True)
        await connection.execute(_MOVE, {"keys": texts(moved)} | dict(by))


_MOVE: Final = text(
    "update source s set {added} from unnest(cast(:keys as text[]), {given}) as by (source_key, {names}) "  # noqa: S608
    "where s.source_key = by.source_key".format(
        added=", ".join(f"{name} = s.{name} + by.{name}" for name in COUNTS),
        given=", ".join(f"cast(:{name} as integer[])" for name in COUNTS),
        names=", ".join(COUNTS),
    )
)


async def _write(connection: AsyncConnection, named: Mapping[str, Shown], counts: Counts) -> None:
    """Write sources that are new or called otherwise, and add their counts."""
    if not named:
        return
    rows = [
        {"source_key": key, "folded": fold(shown[SHOWN.index("name")])}
        | dict(zip(SHOWN, shown, strict=True))
        | dict(zip(COUNTS, counts[key], strict=True))
        for key, shown in named.items()
    ]
    statement_ = insert(source).from_select(written(source), given(source, rows))
    new = statement_.excluded
    await connection.execute(
        statement_.on_conflict_do_update(
            index_elements=[source.c.source_key],
            set_={name: new[name] for name in (*SHOWN, "folded")}
            | {name: source.c[name] + new[name] for name in COUNTS},
        )
    )


async def _shown(
    connection: AsyncConnection, keys: list[str], known: Mapping[str, Shown], changed: Changed
) -> dict[str, Shown]:
    """Return name, side and kind of each source that has statements.

    The latest statements are read only where that can have changed: one more that says what most of them say, or the
    first of all, changes nothing.
    """
    come: dict[str, set[Shown]] = defaultdict(set)
    for said in changed.come:
        come[said.source_key].add(_as_shown(said))
    lost = {said.source_key for said in changed.gone}
    settled: dict[str, Shown] = {}
    for key in keys:
        ways = come.get(key, set())
        if key in known:
            ways = ways | {known[key]}
        if len(ways) == 1 and key not in lost:
            (settled[key],) = ways
    asked = [key for key in keys if key not in settled]
    return settled | (await _names(connection, asked) if asked else {})


async def _names(connection: AsyncConnection, keys: list[str]) -> dict[str, Shown]:
    """Return name, side and kind of each source that has statements: what its latest ones mostly say."""
    asked = table_of("asked", key=(Text(), keys))
    latest = (
        select(statement)
        .where(statement.c.source_key == asked.c.key)
        .order_by(statement.c.last_day.desc(), statement.c.incident_id.desc())
        .limit(NAMES_LOOKED_AT)
        .lateral("latest")
    )
    shown = (latest.c.source_id, latest.c.name, latest.c.side, latest.c.kind, latest.c.outlet)
    query = (
        select(asked.c.key, *shown)
        .join_from(asked, latest, latest.c.source_key == asked.c.key)
        .group_by(asked.c.key, *shown)
        .order_by(asked.c.key, func.count().desc(), *shown)
        .distinct(asked.c.key)
    )
    return {key: tuple(shown) for key, *shown in await connection.execute(query)}
