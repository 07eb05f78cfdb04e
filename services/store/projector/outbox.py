"""The transactional outbox: publishes on the topics what only the store knows, and only once it is committed.

Two feeds. `frontlog.events`: the extractor publishes the events it finds; which of them a later extraction no longer
holds is known where the two are compared, here they are withdrawn. `frontlog.control`: how each place stands.

The projector queues keys in the transaction that writes the rows; here the value that the tables then hold is
published, or a tombstone where they hold none. The row of a key is locked while its record is on the way: whoever
queues it again waits for that, so that the last record of a key is always what the tables hold.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Text, Uuid, cast, delete, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.contracts import cloudevents
from services.contracts.codec import encode
from services.contracts.messages import Event, PlaceStanding, Struct
from services.contracts.topics import CONTROL, EVENTS, Topic
from services.runtime.clock import now as clock
from services.runtime.log.port import Log, Outgoing
from services.store.any_of import any_of, table_of
from services.store.control.standing import UNKNOWN
from services.store.projector.copying import given, written
from services.store.swap_lock import hold
from services.store.tables import event, outbox, place

SOURCE: Final = "/store"
BATCH: Final = 500
_HAS_STANDING: Final = place.c.standing != UNKNOWN

Action = Literal["publish", "withdraw"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A topic that the store publishes on. `held` gives the values that the tables hold of some keys.

    `remembers` says after which action a published key's row stays: of events those that were withdrawn, so that one
    that comes back is said anew; of places those that are on the topic, so that none is forgotten there.
    """

    topic: Topic
    held: Callable[[AsyncConnection, Sequence[str]], Awaitable[Mapping[str, Struct]]]
    remembers: Action


async def queue_events(connection: AsyncConnection, gone: Iterable[UUID], held: Iterable[UUID], now: datetime) -> int:
    """Queue a tombstone for each id in `gone`; what is held again after a withdrawal is queued to be published anew.

    The restoration is queued even where the tombstone is not out yet: an earlier one may be, and saying the present
    value once more does no harm. Returns how many are queued.
    """
    queued = await _queue(connection, EVENTS, "withdraw", [str(i) for i in gone], now)
    if again := [*held]:
        ids = table_of("again", id=(Uuid(), again))
        result = await connection.execute(
            update(outbox)
            .where(outbox.c.topic == EVENTS.name, outbox.c.key.in_(select(cast(ids.c.id, Text))))
            .values(action="publish", queued_at=now, published_at=None)
        )
        queued += max(result.rowcount, 0)
    return queued


async def queue_places(connection: AsyncConnection, keys: Iterable[str], now: datetime) -> int:
    """Queue the standing of the places `keys` to be said anew; return how many."""
    return await _queue(connection, CONTROL, "publish", keys, now)


async def queue_all_places(connection: AsyncConnection, now: datetime) -> int:
    """Queue every place that has a standing or that the topic still has one of: after the tables were made anew."""
    held = select(literal(CONTROL.name), place.c.place_key, literal("publish"), literal(now)).where(_HAS_STANDING)
    statement = insert(outbox).from_select(["topic", "key", "action", "queued_at"], held)
    await connection.execute(statement.on_conflict_do_nothing())
    result = await connection.execute(
        update(outbox).where(outbox.c.topic == CONTROL.name).values(queued_at=now, published_at=None)
    )
    return max(result.rowcount, 0)


async def publish_due(engine: AsyncEngine, log: Log, limit: int = BATCH) -> int:
    """Publish up to `limit` queued records and return how many rows were dealt with; 0 when none is due.

    Raises LogUnavailableError; then nothing is taken off the queue. Several may run at a time.
    """
    async with engine.begin() as connection:
        await hold(connection)
        return await _publish(connection, log, limit)


async def _queue(connection: AsyncConnection, topic: Topic, action: Action, keys: Iterable[str], now: datetime) -> int:
    rows = [{"topic": topic.name, "key": key, "action": action, "queued_at": now} for key in sorted(set(keys))]
    if not rows:
        return 0
    # One statement for all: a row each would be sent, run and answered one by one.
    statement = insert(outbox).from_select(written(outbox), given(outbox, rows))
    statement = statement.on_conflict_do_update(
        index_elements=[outbox.c.topic, outbox.c.key],
        set_={"action": statement.excluded.action, "queued_at": statement.excluded.queued_at, "published_at": None},
    )
    await connection.execute(statement)
    return len(rows)


async def _publish(connection: AsyncConnection, log: Log, limit: int) -> int:
    due = (
        await connection.execute(
            select(outbox.c.topic, outbox.c.key, outbox.c.queued_at)
            .where(outbox.c.published_at.is_(None))
            .order_by(outbox.c.queued_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if not due:
        return 0
    records: list[Outgoing] = []
    said: list[tuple[str, str, Action]] = []
    for feed in FEEDS:
        mine = [row for row in due if row.topic == feed.topic.name]
        # What is held at this moment decides, not what was queued.
        held = await feed.held(connection, [row.key for row in mine]) if mine else {}
        for row in mine:
            value = held.get(row.key)
            action: Action = "withdraw" if value is None else "publish"
            records.append(_record(feed.topic, row.key, value, action, row.queued_at))
            said.append((feed.topic.name, row.key, action))
    await log.publish(records)
    await _said(connection, said)
    return len(due)


def _record(topic: Topic, key: str, value: Struct | None, action: Action, queued_at: datetime) -> Outgoing:
    headers = cloudevents.headers(
        topic, id=f"{key}:{action}:{queued_at.timestamp():.6f}", source=SOURCE, time=clock(), subject=key
    )
    return Outgoing(topic.name, key.encode(), None if value is None else encode(value), headers)


async def _said(connection: AsyncConnection, said: Sequence[tuple[str, str, Action]]) -> None:
    """Take what was published off the queue, and remember what its feed says must be."""
    kept = {feed.topic.name: feed.remembers for feed in FEEDS}
    over = [(topic, key) for topic, key, action in said if kept[topic] != action]
    if over:
        await connection.execute(delete(outbox).where(tuple_(outbox.c.topic, outbox.c.key).in_(over)))
    for topic, action in kept.items():
        keys = [key for of, key, done in said if of == topic and done == action]
        if keys:
            await connection.execute(
                update(outbox)
                .where(outbox.c.topic == topic, any_of(outbox.c.key, keys))
                .values(action=action, published_at=datetime.now(UTC))
            )


async def _held_events(connection: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Struct]:
    query = select(event.c.event_id, event.c.body).where(event.c.event_id.in_([UUID(key) for key in keys]))
    return {str(row.event_id): msgspec.convert(row.body, Event) for row in await connection.execute(query)}


async def _held_standings(connection: AsyncConnection, keys: Sequence[str]) -> Mapping[str, Struct]:
    query = select(place).where(any_of(place.c.place_key, keys), _HAS_STANDING)
    return {row.place_key: _standing(row) for row in await connection.execute(query)}


def _standing(row: Any) -> PlaceStanding:
    return PlaceStanding(
        place_id=row.place_key,
        name=row.name,
        standing=row.standing,
        since=row.since.isoformat() if row.since else None,
        claimed_by=tuple(row.claimed_by),
        disputed_by=tuple(row.disputed_by),
        share=row.share,
        event_ids=tuple(map(str, row.standing_events)),
        publishers=row.publishers,
        voices=row.voices,
        kind=row.kind,
        admin1=row.admin1,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        within=row.within,
    )


FEEDS: Final = (Feed(EVENTS, _held_events, "withdraw"), Feed(CONTROL, _held_standings, "publish"))
