"""How the deliveries stand: for the deliverer's metrics, and for `/status` of the API."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.tables import delivery, event_change, subscription

STATUSES: Final = ("active", "paused", "disabled")
FAILED: Final = ("retrying", "dead", "retried")
"""States of a message that waits for its next attempt, was given up, or was taken when an operator sent it again."""


@dataclass(frozen=True, slots=True)
class FailedAt:
    """Messages to one subscription that failed. `left`: those that nobody has taken yet."""

    subscription_id: UUID
    count: int
    left: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`behind` and `behind_failing` are seconds since the oldest change that an active subscription has yet to be told
    of, by whether its receiver answers as it should; 0 where there is none."""

    by_status: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    failing: int = 0
    """Active subscriptions whose last attempt failed."""
    behind: float = 0.0
    behind_failing: float = 0.0


async def standing(connection: AsyncConnection) -> Standing:
    """Return how the subscriptions stand now."""
    column = subscription.c
    failing = column.failing_since.is_not(None)
    next_one = (
        select(event_change.c.changed_at)
        .where(event_change.c.change_id > column.position)
        .order_by(event_change.c.change_id)
        .limit(1)
        .scalar_subquery()
    )
    each = select(
        column.status,
        failing.label("failing"),
        case((column.status == "active", func.extract("epoch", func.now() - next_one))).label("behind"),
    ).subquery()
    query = select(each.c.status, each.c.failing, func.count(), func.max(each.c.behind)).group_by(
        each.c.status, each.c.failing
    )
    by_status = dict.fromkeys(STATUSES, 0)
    behind = {False: 0.0, True: 0.0}
    count_failing = 0
    for status, fails, count, seconds in await connection.execute(query):
        by_status[status] = by_status.get(status, 0) + count
        if status == "active":
            behind[fails] = max(float(seconds or 0), 0.0)
            count_failing += count if fails else 0
    return Standing(by_status, count_failing, behind[False], behind[True])


async def given_up(connection: AsyncConnection) -> int:
    """Messages that were given up and not sent again since. A gap is none: nothing of it can be sent."""
    query = select(func.count()).select_from(delivery).where(delivery.c.state == "dead", delivery.c.body.is_not(None))
    found: int | None = await connection.scalar(query)
    return found or 0


async def failed_since(connection: AsyncConnection, moment: datetime) -> list[FailedAt]:
    """What failed at each subscription since `moment`, the worst first."""
    left = delivery.c.state.in_(("retrying", "dead"))
    query = (
        select(delivery.c.subscription_id, func.count(), func.count().filter(left))
        .where(delivery.c.last_at >= moment, delivery.c.state.in_(FAILED))
        .group_by(delivery.c.subscription_id)
        .order_by(func.count().desc(), delivery.c.subscription_id)
    )
    return [FailedAt(*row) for row in await connection.execute(query)]
