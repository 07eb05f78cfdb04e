"""The transactional outbox: publishes on `frontlog.events` what only the store knows, that an event is gone.

The extractor publishes the events it finds; which of them a later extraction no longer holds is known where the two
are compared. The projector queues the ids in the transaction that removes the rows; here they are published, and only
then taken off the queue. The row of an id is locked while its record is on the way: an event that comes back waits
for that, and is then published anew, so that the last record of an id is always what the tables hold.
"""

from datetime import UTC, datetime
from typing import Final

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.contracts import cloudevents
from services.contracts.codec import encode
from services.contracts.messages import Event
from services.contracts.topics import EVENTS
from services.runtime.clock import now as clock
from services.runtime.log.port import Log, Outgoing
from services.store.tables import event, event_outbox

SOURCE: Final = "/store"
BATCH: Final = 500


async def publish_due(engine: AsyncEngine, log: Log, limit: int = BATCH) -> int:
    """Publish up to `limit` queued records and return how many rows were dealt with; 0 when none is due.

    Raises LogUnavailableError; then nothing is taken off the queue. Several may run at a time.
    """
    async with engine.begin() as connection:
        return await _publish(connection, log, limit)


async def _publish(connection: AsyncConnection, log: Log, limit: int) -> int:
    due = (
        await connection.execute(
            select(event_outbox.c.event_id, event_outbox.c.action, event_outbox.c.queued_at)
            .where(event_outbox.c.published_at.is_(None))
            .order_by(event_outbox.c.queued_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if not due:
        return 0
    # What is held at this moment decides, not what was queued.
    ids = [row.event_id for row in due]
    held = {
        row.event_id: row.body
        for row in await connection.execute(select(event.c.event_id, event.c.body).where(event.c.event_id.in_(ids)))
    }
    records = []
    for row in due:
        body = held.get(row.event_id)
        action = "withdraw" if body is None else "restore"
        records.append(
            Outgoing(
                EVENTS.name,
                str(row.event_id).encode(),
                None if body is None else encode(msgspec.convert(body, Event)),
                cloudevents.headers(
                    EVENTS,
                    id=f"{row.event_id}:{action}:{row.queued_at.timestamp():.6f}",
                    source=SOURCE,
                    time=clock(),
                    subject=str(row.event_id),
                ),
            )
        )
    await log.publish(records)
    withdrawn = [i for i in ids if i not in held]
    if held:
        await connection.execute(delete(event_outbox).where(event_outbox.c.event_id.in_(list(held))))
    if withdrawn:
        await connection.execute(
            update(event_outbox)
            .where(event_outbox.c.event_id.in_(withdrawn))
            .values(action="withdraw", published_at=datetime.now(UTC))
        )
    return len(due)
