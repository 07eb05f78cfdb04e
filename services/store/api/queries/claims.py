"""Claims of events, one by one: the events by their filters, of each the claims that meet those of source, side and
stance."""

from collections.abc import AsyncIterator

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import Claim, Event
from services.store.api.parameters import EventFilters
from services.store.api.queries import events
from services.store.api.views import ClaimView
from services.store.folding import fold


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
