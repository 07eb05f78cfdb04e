"""Writes what a batch of changes comes to, inside a transaction that the caller opens and commits.

Locks are taken in one order by every projector (articles, places by key, then what is derived across articles), so that
two members of the group that touch the same places wait for each other instead of deadlocking.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Integer, Text, bindparam, case, delete, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of, table_of
from services.store.control.evidence import CONTROL_TYPES
from services.store.control.renew import renew
from services.store.control.standing import UNKNOWN
from services.store.projections.precedence import Standpoint
from services.store.projections.rows import ArticleRow, PlaceRow, SpellingRow
from services.store.projector import tally
from services.store.projector.copying import as_dicts, columns_of, copy_lines, driver, given, written
from services.store.projector.decode import ArticleExtracted, ArticleReceived, Change, ExtractionWithdrawn
from services.store.projector.derive import derive
from services.store.projector.outbox import queue_events, queue_places
from services.store.projector.plan import outcomes
from services.store.projector.prepare import APPENDED, Happening, Prepared
from services.store.stream.record import held as held_whole
from services.store.stream.record import record
from services.store.tables import article, claim, event, extraction, mention, place, spelling

NAMED: Final = ("name", "folded", "kind", "admin1", "country", "latitude", "longitude", "within")
"""What the gazetteer says of a place."""


@dataclass(slots=True)
class Applied:
    """What was written, for the metrics; they are counted once the transaction is committed."""

    rows: Counter[str] = field(default_factory=Counter)
    received: list[datetime] = field(default_factory=list)
    older: int = 0
    queued: int = 0
    """Records that the outbox has to publish."""
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By how many rows the parts of `tally` have grown."""

    def add(self, other: "Applied") -> None:
        """Count another batch's rows and records with this one's."""
        self.rows.update(other.rows)
        self.received += other.received
        self.older += other.older
        self.queued += other.queued


async def apply(connection: AsyncConnection, changes: Sequence[Change], now: datetime) -> Applied:
    """Write `changes`, which are in the log's order within each partition."""
    done = Applied()
    await _articles(connection, [c.row for c in changes if isinstance(c, ArticleReceived)], done)
    await _extractions(
        connection, [c for c in changes if isinstance(c, ArticleExtracted | ExtractionWithdrawn)], now, done
    )
    await tally.count(connection, done.counted)
    return done


async def _articles(connection: AsyncConnection, rows: Sequence[ArticleRow], done: Applied) -> None:
    newest: dict[UUID, ArticleRow] = {}
    for row in rows:
        newest[row.article_id] = row
    if not newest:
        return
    statement = insert(article).from_select(written(article), given(article, (newest[key] for key in sorted(newest))))
    new = statement.excluded
    later = case(
        (article.c.log_partition == new.log_partition, new.log_offset >= article.c.log_offset),
        else_=new.received_at >= article.c.received_at,
    )
    statement = statement.on_conflict_do_update(
        index_elements=[article.c.article_id],
        set_={c.name: new[c.name] for c in article.c if c.name != "article_id"},
        where=later,
    )
    # A row that no transaction has replaced before was not there.
    are_new = (await connection.scalars(statement.returning(literal_column("xmax = 0", Boolean)))).all()
    done.counted["article", ""] += sum(are_new)
    done.rows["article"] += len(newest)


async def _extractions(
    connection: AsyncConnection, items: Sequence[ArticleExtracted | ExtractionWithdrawn], now: datetime, done: Applied
) -> None:
    if not items:
        return
    current = await _current(connection, {item.article_id for item in items})
    found = outcomes(items, current)
    done.older += sum(outcome.older for outcome in found.values())
    changed = {key: outcome for key, outcome in found.items() if outcome.changed}
    # What has no extraction has no events: most of what comes is new.
    held = await _held(connection, current) if current else []
    old = [row for row in held if row.article_id in changed]
    replaced = [outcome.rows for outcome in changed.values() if outcome.rows is not None]
    new = [row for rows in replaced for row in rows.events]
    locked = await _lock_places(connection, old, replaced)
    before = await held_whole(connection, [row.event_id for row in old])
    stood = changed.keys() & current.keys()
    await _remove(connection, old, stood, done)
    await _write(connection, replaced, done)
    await _count_events(connection, old, new)
    told = await _refresh(connection, locked, _places(replaced))
    told |= await _move_standings(connection, old, new)
    kept = {row.event_id for row in held if row.article_id not in changed} | {row.event_id for row in new}
    passed = {i for o in found.values() for i in o.passed_over} | {row.event_id for row in old}
    done.queued += await queue_events(connection, passed - kept, {row.event_id for row in new}, now)
    done.queued += await queue_places(connection, told, now)
    if changed:
        recredited = await derive(connection, stood, [row.event_id for row in old], replaced)
        done.queued += await queue_places(connection, recredited - told, now)
    # Behind `derive`, whose lock numbers the changes in the order of the commits.
    await record(connection, before, [row.event_id for row in new], now)
    done.received += [o.rows.extraction.received_at for o in changed.values() if o.rows is not None and o.is_news]


async def _current(connection: AsyncConnection, articles: Iterable[UUID]) -> dict[UUID, Standpoint]:
    query = (
        select(
            extraction.c.article_id,
            extraction.c.origin_partition,
            extraction.c.origin_offset,
            extraction.c.received_at,
            extraction.c.log_partition,
            extraction.c.log_offset,
        )
        .where(any_of(extraction.c.article_id, articles))
        .order_by(extraction.c.article_id)
        .with_for_update()
    )
    return {row[0]: Standpoint(*row[1:]) for row in await connection.execute(query)}


async def _held(connection: AsyncConnection, articles: Iterable[UUID]) -> Sequence[Any]:
    columns = (event.c.event_id, event.c.article_id, event.c.place_key, event.c.type, event.c.last_day)
    query = select(*columns).where(any_of(event.c.article_id, articles))
    return (await connection.execute(query)).all()


async def _lock_places(connection: AsyncConnection, old: Sequence[Any], replaced: Sequence[Prepared]) -> dict[str, Any]:
    """Make the rows of new places and lock all that are touched: counts and standings are written from under it."""
    named = _places(replaced)
    # Most are there, which costs less to ask than to try.
    known = set(await connection.scalars(select(place.c.place_key).where(any_of(place.c.place_key, named))))
    if missing := sorted(named.keys() - known):
        nothing: dict[str, Any] = {"events": 0, "standing": UNKNOWN, "publishers": 0, "voices": 0}
        nothing |= {"claimed_by": [], "disputed_by": [], "standing_events": []}
        rows = [row | nothing for row in as_dicts(named[key] for key in missing)]
        made = insert(place).from_select(written(place), given(place, rows))
        await connection.execute(made.on_conflict_do_nothing())
    keys = set(named) | {row.place_key for row in old if row.place_key is not None}
    if not keys:
        return {}
    columns = [place.c[name] for name in ("place_key", "standing", *NAMED)]
    query = select(*columns).where(any_of(place.c.place_key, keys)).order_by(place.c.place_key).with_for_update()
    return {row.place_key: row for row in await connection.execute(query)}


async def _remove(connection: AsyncConnection, old: Sequence[Any], stood: Collection[UUID], done: Applied) -> None:
    ids = [row.event_id for row in old]
    if ids:
        for table in (mention, claim, event):
            gone = await connection.execute(delete(table).where(any_of(table.c.event_id, ids)))
            done.counted[table.name, ""] -= gone.rowcount
    if stood:
        removed = delete(extraction).where(any_of(extraction.c.article_id, stood))
        versions = await connection.scalars(removed.returning(extraction.c.extractor_version))
        done.counted.subtract(("extraction", version) for version in versions)


async def _write(connection: AsyncConnection, replaced: Sequence[Prepared], done: Applied) -> None:
    raw = await driver(connection)
    spelled: dict[SpellingRow, None] = {row: None for rows in replaced for row in rows.spellings}
    for number, (table, kind) in enumerate(APPENDED):
        appended = [rows.appended[number] for rows in replaced]
        await copy_lines(raw, table, columns_of(kind), [one.lines for one in appended])
        count = sum(one.rows for one in appended)
        done.rows[table.name] += count
        if table is not extraction:
            done.counted[table.name, ""] += count
    done.counted.update(("extraction", rows.extraction.extractor_version) for rows in replaced)
    if spelled:
        ordered = sorted(spelled, key=lambda row: (row.folded, row.place_key))
        made = insert(spelling).from_select(written(spelling), given(spelling, ordered))
        await connection.execute(made.on_conflict_do_nothing())


async def _count_events(connection: AsyncConnection, old: Sequence[Any], new: Sequence[Happening]) -> None:
    delta: Counter[str] = Counter(row.place_key for row in new if row.place_key is not None)
    delta.subtract(row.place_key for row in old if row.place_key is not None)
    counts = {key: count for key, count in sorted(delta.items()) if count}
    if counts:
        counted = table_of("counted", key=(Text(), list(counts)), delta=(Integer(), list(counts.values())))
        await connection.execute(
            update(place).where(place.c.place_key == counted.c.key).values(events=place.c.events + counted.c.delta)
        )


async def _move_standings(connection: AsyncConnection, old: Sequence[Any], new: Sequence[Happening]) -> set[str]:
    """Bring the control history of the places to what their events now say; return those that stand otherwise."""
    changed: dict[str, set[date]] = defaultdict(set)
    for row in (*old, *new):
        if row.place_key is not None and row.type in CONTROL_TYPES:
            changed[row.place_key].add(row.last_day)
    return await renew(connection, changed)


async def _refresh(connection: AsyncConnection, locked: Mapping[str, Any], named: Mapping[str, PlaceRow]) -> set[str]:
    """Let the newest reading of the gazetteer stand: name, kind, unit, coordinates.

    Return the places that are told of otherwise for it: those that have a standing.
    """
    differ = [
        key
        for key, row in sorted(named.items())
        if any(getattr(row, name) != getattr(locked[key], name) for name in NAMED)
    ]
    if differ:
        await connection.execute(
            update(place)
            .where(place.c.place_key == bindparam("key"))
            .values({c: bindparam(f"new_{c}", type_=place.c[c].type) for c in NAMED}),
            [{"key": key} | {f"new_{c}": getattr(named[key], c) for c in NAMED} for key in differ],
        )
    return {key for key in differ if locked[key].standing != UNKNOWN}


def _places(replaced: Sequence[Prepared]) -> dict[str, PlaceRow]:
    return {row.place_key: row for rows in replaced for row in rows.places}
