"""The subscriptions as an operator deals with them: made, paused, resumed, removed, their secrets and dead letters."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.stream.change import ends
from services.store.subscriptions.filters import Given, check_oblasts, filters_of
from services.store.subscriptions.signing import new_secret
from services.store.swap_lock import hold
from services.store.tables import delivery, subscription, subscription_secret

OLD_SECRET_HOURS: Final = 24
"""How long a secret that was replaced still signs beside the new one."""


class NoSuchSubscriptionError(LookupError):
    """There is no such subscription, or its id is short and not the beginning of one alone."""


async def create(connection: AsyncConnection, url: str, given: Given, *, name: str | None = None) -> tuple[UUID, str]:
    """Make a subscription to what changes from now on; return its id and its secret. Raises ParameterError."""
    filters_of(given)
    check_oblasts(given)
    await hold(connection)
    _, position = await ends(connection)
    now, made, secret = datetime.now(UTC), uuid4(), new_secret()
    await connection.execute(
        insert(subscription).values(
            subscription_id=made,
            url=url,
            name=name,
            filters={key: list(values) for key, values in given.items() if values},
            status="active",
            created_at=now,
            changed_at=now,
            position=position,
            attempts=0,
            due_at=now,
        )
    )
    await connection.execute(insert(subscription_secret).values(subscription_id=made, secret=secret, made_at=now))
    return made, secret


async def every(connection: AsyncConnection) -> Sequence[Any]:
    """All subscriptions, each with the number of its dead letters, the oldest first."""
    dead = (
        select(func.count())
        .select_from(delivery)
        .where(delivery.c.subscription_id == subscription.c.subscription_id, delivery.c.state == "dead")
        .scalar_subquery()
    )
    query = select(subscription, dead.label("dead")).order_by(subscription.c.created_at)
    return (await connection.execute(query)).all()


async def find(connection: AsyncConnection, given: str) -> Any:
    """The subscription whose id, or name, `given` is, or whose id alone begins with it. Raises
    NoSuchSubscriptionError."""
    rows = await every(connection)
    found = [row for row in rows if given in (str(row.subscription_id), row.name)]
    found = found or [row for row in rows if len(given) >= 4 and str(row.subscription_id).startswith(given)]
    if len(found) != 1:
        raise NoSuchSubscriptionError(
            f"no subscription {given!r}" if not found else f"{given!r} is the beginning of {len(found)} subscriptions"
        )
    return found[0]


async def pause(connection: AsyncConnection, identifier: UUID) -> None:
    """Deliver nothing until it is resumed; what changes meanwhile is delivered then, as far as changes are kept."""
    await _set(connection, identifier, status="paused", reason="paused by an operator")


async def resume(connection: AsyncConnection, identifier: UUID) -> None:
    """Deliver again, at once and from where it stood."""
    now = datetime.now(UTC)
    fresh: dict[str, Any] = {"attempts": 0, "due_at": now, "failing_since": None, "lease": None, "leased_until": None}
    await _set(connection, identifier, status="active", reason=None, **fresh)


async def remove(connection: AsyncConnection, identifier: UUID) -> None:
    """Forget it, with its secrets and deliveries."""
    await hold(connection)
    await connection.execute(delete(subscription).where(subscription.c.subscription_id == identifier))


async def rotate(connection: AsyncConnection, identifier: UUID) -> str:
    """Give it a new secret and return that; for a day both sign."""
    await hold(connection)
    now = datetime.now(UTC)
    await connection.execute(
        update(subscription_secret)
        .where(subscription_secret.c.subscription_id == identifier, subscription_secret.c.expires_at.is_(None))
        .values(expires_at=now + timedelta(hours=OLD_SECRET_HOURS))
    )
    secret = new_secret()
    await connection.execute(insert(subscription_secret).values(subscription_id=identifier, secret=secret, made_at=now))
    return secret


async def secrets(connection: AsyncConnection, identifier: UUID) -> list[str]:
    """What deliveries are signed with now, the newest first."""
    query = (
        select(subscription_secret.c.secret)
        .where(
            subscription_secret.c.subscription_id == identifier,
            or_(subscription_secret.c.expires_at.is_(None), subscription_secret.c.expires_at > func.now()),
        )
        .order_by(subscription_secret.c.made_at.desc())
    )
    return list((await connection.scalars(query)).all())


async def deliveries(
    connection: AsyncConnection, identifier: UUID, *, states: Sequence[str] = (), limit: int = 50
) -> Sequence[Any]:
    """What became of its messages, the latest first."""
    query = select(delivery).where(delivery.c.subscription_id == identifier)
    if states:
        query = query.where(delivery.c.state.in_(states))
    return (await connection.execute(query.order_by(delivery.c.last_at.desc()).limit(limit))).all()


async def _set(connection: AsyncConnection, identifier: UUID, **values: Any) -> None:
    await hold(connection)
    await connection.execute(
        update(subscription)
        .where(subscription.c.subscription_id == identifier)
        .values(changed_at=datetime.now(UTC), **values)
    )
