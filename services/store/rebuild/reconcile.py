"""What subscribers have to be told at a swap: the topics must end with what the new tables hold.

Queued in the live outbox, which moves to the new schema in the same transaction; the projector publishes it from there,
each key with the value that is held by then, or a tombstone.
"""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.topics import CONTROL, EVENTS
from services.store.rebuild.schemas import LIVE

_INTO: Final = f"insert into {LIVE}.outbox (topic, key, action, queued_at)"
_DUE: Final = """
on conflict (topic, key) do update
set action = excluded.action, queued_at = excluded.queued_at, published_at = null
"""
_STANDING: Final = "standing, since, claimed_by, disputed_by, share, publishers, voices, standing_events"


async def reconcile(connection: AsyncConnection, schema: str) -> None:
    """Queue every event and standing that `schema` holds otherwise than the live tables do."""
    for statement in _statements(schema):
        await connection.execute(text(statement), {"events": EVENTS.name, "control": CONTROL.name})


def _statements(schema: str) -> tuple[str, ...]:
    """In each, what is queued comes once; an id that two of them name is published as it stands then."""
    return (
        # Events that are no more.
        f"""
        {_INTO} select :events, event_id::text, 'withdraw', now() from {LIVE}.event l
        where not exists (select from {schema}.event n where n.event_id = l.event_id)
        {_DUE}
        """,  # noqa: S608
        # Events of extractions that the new fold passed over and the old did not know of.
        f"""
        {_INTO} select :events, key, 'withdraw', now() from {schema}.outbox x
        where topic = :events and not exists (select from {schema}.event n where n.event_id = x.key::uuid)
        on conflict do nothing
        """,  # noqa: S608
        # Events that were withdrawn and are again, or that read otherwise.
        f"""
        {_INTO} select :events, n.event_id::text, 'publish', now() from {schema}.event n
        left join {LIVE}.event l using (event_id)
        left join {LIVE}.outbox o on o.topic = :events and o.key = n.event_id::text
        where l.body <> n.body or (l.event_id is null and o.key is not null)
        {_DUE}
        """,  # noqa: S608
        # Places that stand otherwise, or that are no more.
        f"""
        {_INTO} select :control, coalesce(n.place_key, l.place_key), 'publish', now()
        from {LIVE}.place l full join {schema}.place n using (place_key)
        where coalesce(l.standing, 'unknown') || coalesce(n.standing, 'unknown') <> 'unknownunknown'
          and (l.{_STANDING.replace(", ", ", l.")}) is distinct from (n.{_STANDING.replace(", ", ", n.")})
        {_DUE}
        """,  # noqa: S608
        # The feed of changes: every event that reads otherwise, came or went.
        f"""
        insert into {LIVE}.event_change
          (event_id, changed_at, before, before_first, before_last, after, after_first, after_last)
        select coalesce(l.event_id, n.event_id), now(),
          l.body, l.first_day, l.last_day, n.body, n.first_day, n.last_day
        from {LIVE}.event l full join {schema}.event n using (event_id)
        where (l.body, l.first_day, l.last_day) is distinct from (n.body, n.first_day, n.last_day)
        order by 1
        """,  # noqa: S608
    )
