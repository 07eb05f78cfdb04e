"""Claims of events, one by one: the events by their filters, of each the claims that meet those of source, side and
stance."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Claim, Event
from services.store.api import cursors
from services.store.api.parameters import EventFilters
from services.store.api.queries import events
from services.store.api.queries.bodies import body
from services.store.api.queries.events import EventKey
from services.store.api.views import ClaimView
from services.store.folding import fold


class ClaimKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of claims ends."""

    last_day: date
    event_id: UUID
    number: int


async def page(
    connection: AsyncConnection, filters: EventFilters, limit: int, cursor: str | None
) -> tuple[list[ClaimView], str | None]:
    """Return up to `limit` claims, those of the latest events first, and the cursor behind them, None at the end."""
    listing = await events.listed(connection, filters)
    if listing is None:
        return [], None
    after = None if cursor is None else cursors.decode(ClaimKey, cursor)
    position, inclusive = None if after is None else EventKey(after.last_day, after.event_id), True
    found: list[tuple[ClaimKey, ClaimView]] = []
    while True:
        rows = (await connection.execute(listing(limit + 1, position, inclusive=inclusive))).all()
        for row in rows:
            event = body(row)
            passed = after.number if after is not None and after.event_id == row.event_id else -1
            found += (
                (ClaimKey(row.last_day, row.event_id, number), view(event, number, claim))
                for number, claim in enumerate(event.claims)
                if number > passed and meets(claim, filters)
            )
            if len(found) > limit:
                shown = found[:limit]
                return [view for _, view in shown], cursors.encode(shown[-1][0])
        if len(rows) <= limit:
            return [view for _, view in found], None
        # Events without a claim add nothing to a page.
        position, inclusive = EventKey(rows[-1].last_day, rows[-1].event_id), False


async def stream(
    connection: AsyncConnection, filters: EventFilters, limit: int | None = None
) -> AsyncIterator[ClaimView]:
    """Yield the claims, those of the latest events first."""
    left = limit
    async for event in events.stream(connection, filters):
        for number, claim in enumerate(event.claims):
            if meets(claim, filters):
                if left == 0:
                    return
                left = None if left is None else left - 1
                yield view(event, number, claim)


def meets(claim: Claim, filters: EventFilters) -> bool:
    """Whether the claim itself meets the filters of source, side and stance."""
    source = claim.source
    if filters.sources:
        folded = {fold(name) for name in filters.sources} - {""}
        if source.id not in filters.sources and fold(source.name) not in folded:
            return False
    if filters.source_sides and source.side not in filters.source_sides:
        return False
    return not filters.stances or claim.stance in filters.stances


def view(event: Event, number: int, claim: Claim) -> ClaimView:
    about = msgspec.structs.replace(event, claims=(), mentions=(), explanation=())
    return ClaimView(claim_id=f"{event.event_id}/{number}", claim=claim, event=about)
