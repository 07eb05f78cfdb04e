"""What `frontlog subscribe` and `frontlog subscriptions` do: they work on the database that the deliverer reads."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.console.printing import literal, visible
from services.runtime.outbound import Outbound, OutboundSettings
from services.runtime.settings import load
from services.store.database import open_engine
from services.store.subscriptions import registry
from services.store.subscriptions.deliver import Deliverer, Outcome, note
from services.store.subscriptions.filters import Given
from services.store.subscriptions.message import payload

T = TypeVar("T")
STATES: Final = ("delivered", "retrying", "dead", "retried")


def outbound() -> Outbound:
    """What the deliverer sends with; raises SettingError."""
    return Outbound(load(OutboundSettings), agent="frontlog-webhooks")


async def subscribe(database: str, url: str, given: Given, name: str | None, as_json: bool, console: Console) -> int:
    """Make a subscription and show its secret, this once. Raises ParameterError, OutboundError."""
    await outbound().check(url)
    identifier, secret = await _within(database, lambda c: registry.create(c, url, given, name=name))
    if as_json:
        sys.stdout.write(json.dumps({"subscription_id": str(identifier), "secret": secret}) + "\n")
        return 0
    console.print(f"subscription {identifier}", highlight=False)
    console.print(f"secret       {secret}", highlight=False, soft_wrap=True)
    console.print("The secret is shown this once; it verifies the signatures (Standard Webhooks).")
    console.print(f"To undo it: frontlog unsubscribe {str(identifier)[:8]}", highlight=False)
    return 0


async def list_all(database: str, as_json: bool, console: Console) -> int:
    """Print all subscriptions as a table, or as JSON lines; the exit code."""
    rows = await _within(database, registry.every)
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(_plain(row), default=str) + "\n")
        return 0
    table = Table("id", "name", "url", "filters", "status", "last delivered", "dead letters")
    for row in rows:
        filters = " ".join(f"{key}={value}" for key, values in row.filters.items() for value in values)
        status = row.status if not row.last_error else f"{row.status}, failing"
        table.add_row(
            str(row.subscription_id)[:8],
            literal(row.name or ""),
            literal(row.url),
            literal(filters),
            status,
            _time(row.last_delivered_at),
            str(row.dead or ""),
        )
    console.print(table if rows else "no subscriptions")
    return 0


async def show(database: str, given: str, console: Console) -> int:
    """Raises NoSuchSubscriptionError."""
    row = await _within(database, lambda c: registry.find(c, given))
    for key, value in _plain(row).items():
        if key not in ("lease", "leased_until"):
            shown = _time(value) if isinstance(value, datetime) else "" if value is None else visible(str(value))
            console.print(f"{key:<18} {shown}", highlight=False, soft_wrap=True, markup=False)
    return 0


async def change(
    database: str, given: str, work: Callable[[AsyncConnection, Any], Awaitable[None]], done: str, console: Console
) -> int:
    """Do `work` on one subscription. Raises NoSuchSubscriptionError."""

    async def both(connection: AsyncConnection) -> Any:
        row = await registry.find(connection, given)
        await work(connection, row.subscription_id)
        return row

    row = await _within(database, both)
    console.print(f"{row.subscription_id} {done}", highlight=False)
    return 0


async def rotate(database: str, given: str, console: Console) -> int:
    """Raises NoSuchSubscriptionError."""

    async def both(connection: AsyncConnection) -> str:
        row = await registry.find(connection, given)
        return await registry.rotate(connection, row.subscription_id)

    secret = await _within(database, both)
    console.print(f"secret {secret}", highlight=False, soft_wrap=True)
    console.print(f"Shown this once. For {registry.OLD_SECRET_HOURS} hours the one before signs too.")
    return 0


async def deliveries(database: str, given: str, states: list[str], limit: int, as_json: bool, console: Console) -> int:
    """Raises NoSuchSubscriptionError."""

    async def both(connection: AsyncConnection) -> Any:
        row = await registry.find(connection, given)
        return await registry.deliveries(connection, row.subscription_id, states=states, limit=limit)

    rows = await _within(database, both)
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(_plain(row), default=str) + "\n")
        return 0
    table = Table("message", "kind", "event", "state", "attempts", "last", "status", "error")
    for row in rows:
        table.add_row(
            row.message_id,
            row.kind,
            str(row.event_id or ""),
            row.state,
            str(row.attempts),
            _time(row.last_at),
            str(row.status or ""),
            literal(row.error or ""),
        )
    console.print(table if rows else "no deliveries")
    return 0


async def test(database: str, given: str, console: Console) -> int:
    """Send a message of type `test`; 1 where it is not taken. Raises NoSuchSubscriptionError."""
    engine = open_engine(database, size=2, name="console")
    try:
        async with engine.connect() as connection:
            row = await registry.find(connection, given)
        now = datetime.now(UTC)
        content = payload("test", now, {"subscription_id": str(row.subscription_id)})
        outcome = await _send(engine, row, f"test_{now:%Y%m%dT%H%M%S%f}", content)
    finally:
        await engine.dispose()
    told = f"delivered, {outcome.status}" if outcome.delivered else f"not delivered: {outcome.error}"
    console.print(visible(told), markup=False, soft_wrap=True)
    return 0 if outcome.delivered else 1


async def retry(database: str, given: str, messages: list[str], console: Console) -> int:
    """Send dead letters again, all or `messages`, the oldest first; 1 where one is not taken.

    Raises NoSuchSubscriptionError, LookupError.
    """
    engine = open_engine(database, size=2, name="console")
    failed = 0
    try:
        async with engine.connect() as connection:
            row = await registry.find(connection, given)
            dead = await registry.deliveries(connection, row.subscription_id, states=("dead",), limit=100_000)
        wanted = [d for d in dead if not messages or d.message_id in messages]
        if missing := set(messages) - {d.message_id for d in wanted}:
            raise LookupError(f"no dead letter {min(missing)}")
        for one in sorted((d for d in wanted if d.body is not None), key=lambda d: (d.change_id, d.first_at)):
            outcome = await _send(engine, row, one.message_id, one.body.encode())
            state = "retried" if outcome.delivered else "dead"
            async with engine.begin() as connection:
                await note(
                    connection,
                    row.subscription_id,
                    one.message_id,
                    told=None,
                    state=state,
                    attempts=one.attempts + 1,
                    outcome=outcome,
                )
            console.print(f"{one.message_id}: {visible(outcome.error or 'delivered')}", highlight=False, markup=False)
            failed += not outcome.delivered
    finally:
        await engine.dispose()
    console.print(f"{len(wanted)} dead letters, {failed} not delivered")
    return 1 if failed else 0


async def _send(engine: AsyncEngine, row: Any, name: str, content: bytes) -> Outcome:
    async with engine.connect() as connection:
        keys = await registry.secrets(connection, row.subscription_id)
    return await Deliverer(engine, outbound()).send(row.url, keys, name, content)


async def _within(database: str, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    engine = open_engine(database, size=1, name="console")
    try:
        async with engine.begin() as connection:
            await connection.execute(text("set local lock_timeout = '20s'"))
            return await work(connection)
    finally:
        await engine.dispose()


def _plain(row: Any) -> dict[str, Any]:
    return dict(row._mapping)


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def run(work: Awaitable[int]) -> int:
    """Run one command's work to its end and return its exit code."""

    async def whole() -> int:
        return await work

    return asyncio.run(whole())
