"""Delivers changes to subscriptions: each in order and at least once, as many subscriptions at a time as are allowed.

A subscription is leased by whoever delivers to it, so that several deliverers share the work, and goes on where its
position is. A message that fails is tried again by the delays of `backoff`, and holds back those behind it; given up
at last, it is a dead letter of its subscription and the next one is tried.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Update, bindparam, case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.runtime import metrics
from services.runtime.health import Attempts
from services.runtime.outbound import Outbound, OutboundError
from services.store.database import is_passing
from services.store.stream.change import after, ends
from services.store.stream.matching import Told, concerning
from services.store.subscriptions import registry, signing
from services.store.subscriptions.backoff import delay
from services.store.subscriptions.filters import filters_of
from services.store.subscriptions.message import body, message_id
from services.store.swap_lock import hold
from services.store.tables import delivery, subscription, subscription_secret

LEASE_SECONDS: Final = 90
"""Longer than one attempt may take."""
STUCK_SECONDS: Final = LEASE_SECONDS + 10.0
"""Longer than it takes until a subscription that broke off is tried again."""
LONGEST_ERROR: Final = 300

log = structlog.get_logger("services.store.subscriptions")

_LEASE: Final = text("""
update subscription set lease = :me, leased_until = now() + make_interval(secs => :seconds)
where subscription_id in (
  select subscription_id from subscription
  where status = 'active' and due_at <= now() and position < :last and (leased_until is null or leased_until < now())
  order by due_at limit :most for update skip locked
)
returning subscription_id
""").bindparams(bindparam("me"))


class LeaseLostError(Exception):
    """Somebody else delivers to the subscription by now, or it is paused or removed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to. `status` None: no answer."""

    status: int | None
    error: str | None
    retry_after: str | None = None

    @property
    def delivered(self) -> bool:
        return self.error is None

    @property
    def gone(self) -> bool:
        """410: the receiver wants no more."""
        return self.status == 410


class Deliverer:
    """One deliverer. `step` deals with what is due; any number may run beside each other."""

    def __init__(
        self,
        engine: AsyncEngine,
        outbound: Outbound,
        *,
        at_once: int = 16,
        disable_after: timedelta = timedelta(hours=120),
        chance: random.Random | None = None,
    ) -> None:
        self._engine = engine
        self._outbound = outbound
        self._at_once = at_once
        self._disable_after = disable_after
        self._chance = chance or random.Random()  # noqa: S311 - spreads attempts, and keeps no secret
        self._working: dict[UUID, asyncio.Task[None]] = {}
        self._leases: dict[UUID, UUID] = {}
        self._broken_off: dict[UUID, UUID] = {}
        """Leases that a passing fault of the database kept from being given back."""
        self.progress = Attempts(STUCK_SECONDS)
        """Whether subscriptions can be dealt with at all. A receiver that fails is no fault of ours."""

    async def step(self) -> int:
        """Begin with the subscriptions that are due and free; return how many are being delivered to."""
        for identifier in [i for i, task in self._working.items() if task.done()]:
            self._working.pop(identifier).result()
        if room := self._at_once - len(self._working):
            broken_off = dict(self._broken_off)
            async with self._engine.begin() as connection:
                await hold(connection)
                for identifier, lease in broken_off.items():
                    await connection.execute(_free(identifier, lease))
                _, last = await ends(connection)
                me = uuid4()
                leased = await connection.scalars(
                    _LEASE, {"me": me, "seconds": LEASE_SECONDS, "last": last, "most": room}
                )
                found = list(leased.all())
            for identifier in broken_off:
                del self._broken_off[identifier]
            for identifier in found:
                self._leases[identifier] = me
                self._working[identifier] = asyncio.create_task(self._deliver(identifier, me))
        return len(self._working)

    async def finish(self) -> None:
        """Return when nothing is on its way any more."""
        if self._working:
            await asyncio.wait(self._working.values())

    async def stop(self) -> None:
        """Break off what is on its way: whoever comes next delivers it again. Raises what the database raises."""
        for task in self._working.values():
            task.cancel()
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        async with self._engine.begin() as connection:
            await hold(connection)
            await connection.execute(
                update(subscription)
                .where(subscription.c.lease.in_(set(self._leases.values())))
                .values(lease=None, leased_until=None)
            )

    async def forget(self, before: datetime) -> int:
        """Remove what was delivered before `before`, and secrets that have run out; dead letters stay."""
        async with self._engine.begin() as connection:
            await hold(connection)
            await connection.execute(delete(subscription_secret).where(subscription_secret.c.expires_at < func.now()))
            gone = await connection.execute(
                delete(delivery).where(delivery.c.last_at < before, delivery.c.state.in_(("delivered", "retried")))
            )
        return max(gone.rowcount, 0)

    async def send(self, url: str, keys: Sequence[str], identifier: str, content: bytes) -> Outcome:
        """Make one attempt."""
        signed = signing.headers(keys, identifier, int(time.time()), content)
        begun = time.perf_counter()
        try:
            answer = await self._outbound.post(url, content, headers=signed | {"content-type": "application/json"})
        except OutboundError as error:
            outcome = Outcome(None, str(error)[:LONGEST_ERROR])
        else:
            fault = None if 200 <= answer.status < 300 else f"answered {answer.status}"
            outcome = Outcome(answer.status, fault, answer.headers.get("retry-after"))
        metrics.WEBHOOK_SECONDS.observe(time.perf_counter() - begun)
        metrics.WEBHOOK_ATTEMPTS.labels("delivered" if outcome.delivered else "failed").inc()
        return outcome

    async def _deliver(self, identifier: UUID, lease: UUID) -> None:
        try:
            while await self._page(identifier, lease):
                pass
            self.progress.succeeded()
        except LeaseLostError:
            log.info("subscription_left", subscription=str(identifier))
        except Exception as error:
            # The page is tried again, after a passing fault as soon as there is a database to give the lease back to;
            # else the lease runs out, and nothing is tried all the time that cannot go well. Nothing is skipped.
            if is_passing(error):
                self._broken_off[identifier] = lease
            self.progress.failed(str(error))
            log.warning("subscription_failed", subscription=str(identifier), error=str(error), exc_info=error)
            metrics.RETRIES.labels("deliver").inc()

    async def _page(self, identifier: UUID, lease: UUID) -> bool:
        """Deliver the next changes; False where there are no more for now."""
        async with self._engine.connect() as connection:
            row = await _mine(connection, identifier, lease)
            keys = await registry.secrets(connection, identifier)
            pruned, _ = await ends(connection)
            changes = await after(connection, max(row.position, pruned))
            told = await concerning(connection, filters_of(row.filters), changes)
        if row.position < pruned:
            await self._note_gap(identifier, lease, row.position, pruned)
        attempts, since = row.attempts, row.failing_since
        for one in told:
            outcome = await self._one(row, lease, keys, one, attempts, since)
            if outcome is None:
                return False
            attempts, since = 0, None if outcome.delivered else since or datetime.now(UTC)
        more = bool(changes)
        values: dict[str, Any] = {"position": changes[-1].id} if changes else {}
        if not more:
            values |= {"lease": None, "leased_until": None}
        async with self._engine.begin() as connection:
            await self._move(connection, identifier, lease, **values)
        return more

    async def _one(
        self, row: Any, lease: UUID, keys: Sequence[str], told: Told, failed: int, since: datetime | None
    ) -> Outcome | None:
        """Make the next attempt at one message; None where the subscription has to wait after it.

        `failed` attempts at it were made before; `since` is when the subscription began to fail.
        """
        content = body(told)
        name = message_id(row.subscription_id, told.id)
        async with self._engine.begin() as connection:
            # Not later than this is it known that nobody else is at it, nor an operator against it.
            await self._move(connection, row.subscription_id, lease)
        outcome = await self.send(row.url, keys, name, content)
        now = datetime.now(UTC)
        attempts = failed + 1
        wait = None if outcome.delivered else delay(attempts, outcome.retry_after, now, self._chance)
        state = "delivered" if outcome.delivered else "dead" if wait is None and not outcome.gone else "retrying"
        values: dict[str, Any]
        if outcome.delivered:
            values = {"position": told.id, "attempts": 0, "failing_since": None, "last_error": None}
            values |= {"last_delivered_at": now}
        else:
            since = since or now
            values = {"attempts": attempts, "last_error": outcome.error}
            values["failing_since"] = func.coalesce(subscription.c.failing_since, now)
            if state == "dead":
                values |= {"position": told.id, "attempts": 0}
                metrics.WEBHOOK_DEAD_LETTERS.inc()
            else:
                values |= {"due_at": now + timedelta(seconds=wait or 0), "lease": None, "leased_until": None}
            reason = None
            if outcome.gone:
                reason = "the receiver answered 410: it wants no more"
            elif now - since > self._disable_after:
                reason = f"nothing was delivered since {since:%Y-%m-%d %H:%M} UTC: {outcome.error}"
            if reason is not None:
                values |= {"status": "disabled", "reason": reason, "lease": None, "leased_until": None}
                log.warning("subscription_disabled", subscription=str(row.subscription_id), reason=reason)
        async with self._engine.begin() as connection:
            await self._move(connection, row.subscription_id, lease, **values)
            await note(
                connection,
                row.subscription_id,
                name,
                told=told,
                state=state,
                attempts=attempts,
                outcome=outcome,
                content=content if state == "dead" else None,
            )
        return outcome if outcome.delivered or (state == "dead" and "status" not in values) else None

    async def _note_gap(self, identifier: UUID, lease: UUID, position: int, pruned: int) -> None:
        """The subscription stood still for longer than changes are kept: that must be seen, and it goes on."""
        error = f"changes {position + 1} to {pruned} were kept no longer when it was their turn"
        log.warning("changes_missed", subscription=str(identifier), error=error)
        metrics.WEBHOOK_DEAD_LETTERS.inc()
        async with self._engine.begin() as connection:
            await self._move(connection, identifier, lease, position=pruned, attempts=0)
            await note(
                connection,
                identifier,
                f"gap_{position}_{pruned}",
                told=None,
                state="dead",
                attempts=0,
                outcome=Outcome(None, error),
            )

    async def _move(self, connection: AsyncConnection, identifier: UUID, mine: UUID, /, **values: Any) -> None:
        """Write to the subscription while it is leased to us, and prolong that. Raises LeaseLostError."""
        await hold(connection)
        longer = func.now() + timedelta(seconds=LEASE_SECONDS)
        done = await connection.execute(
            update(subscription)
            .where(
                subscription.c.subscription_id == identifier,
                subscription.c.lease == mine,
                subscription.c.status == "active",
            )
            .values(**({"leased_until": longer} | values))
        )
        if done.rowcount != 1:
            raise LeaseLostError(str(identifier))


async def note(
    connection: AsyncConnection,
    identifier: UUID,
    name: str,
    *,
    told: Told | None,
    state: str,
    attempts: int,
    outcome: Outcome,
    content: bytes | None = None,
    kind: str = "gap",
) -> None:
    """Write down what became of message `name`."""
    now = datetime.now(UTC)
    statement = insert(delivery).values(
        subscription_id=identifier,
        message_id=name,
        change_id=told.id if told else None,
        event_id=told.change.event_id if told else None,
        kind=f"event.{told.kind}" if told else kind,
        state=state,
        attempts=attempts,
        status=outcome.status,
        error=outcome.error,
        first_at=now,
        last_at=now,
        body=content.decode() if content is not None else None,
    )
    new = statement.excluded
    columns = ("state", "attempts", "status", "error", "last_at")
    kept = case((new.state == "retried", None), else_=func.coalesce(new.body, delivery.c.body))
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[delivery.c.subscription_id, delivery.c.message_id],
            set_={name: new[name] for name in columns} | {"body": kept},
        )
    )


def _free(identifier: UUID, lease: UUID) -> Update:
    """Give a lease back, where it is still held."""
    return (
        update(subscription)
        .where(subscription.c.subscription_id == identifier, subscription.c.lease == lease)
        .values(lease=None, leased_until=None)
    )


async def _mine(connection: AsyncConnection, identifier: UUID, lease: UUID) -> Any:
    query = select(subscription).where(
        subscription.c.subscription_id == identifier,
        subscription.c.lease == lease,
        subscription.c.status == "active",
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise LeaseLostError(str(identifier))
    return row
