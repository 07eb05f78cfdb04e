"""Webhooks to subscribers: signed, in order, at least once, and told of where a receiver fails."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook
from typer.testing import CliRunner

from services.cli import app
from services.ingest.signatures import verify
from services.runtime import metrics
from services.runtime.outbound import Outbound, OutboundSettings
from services.store.api.parameters import ParameterError
from services.store.api.queries.status import status
from services.store.rebuild.run import Rebuild
from services.store.stream.prune import prune
from services.store.subscriptions import registry
from services.store.subscriptions.deliver import Deliverer
from services.store.subscriptions.service import watch
from tests.integration.store.conftest import Store
from tests.support import extractions as make

SECONDS = 30
HERE = (ip_network("127.0.0.0/8"),)
Answer = tuple[int, dict[str, str]] | None
"""Status and headers; None: none at all."""


class Receiver:
    """A subscriber's HTTP server. `answers` are given one after the other, then 200 for ever."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[Answer] = []
        self.url = ""

    @property
    def messages(self) -> list[Any]:
        return [json.loads(body) for _, body in self.requests]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        answer: Answer = self.answers.pop(0) if self.answers else (200, {})
        self.requests.append((headers, body))
        if answer is None:
            await reader.read()
        else:
            more = "".join(f"{k}: {v}\r\n" for k, v in answer[1].items())
            writer.write(f"HTTP/1.1 {answer[0]} X\r\ncontent-length: 0\r\nconnection: close\r\n{more}\r\n".encode())
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield made
    server.close()


def deliverer(store: Store, *, allow: tuple[Any, ...] = HERE, seconds: int = 20, **more: Any) -> Deliverer:
    return Deliverer(store.engine, Outbound(OutboundSettings(allow=allow, seconds=seconds, max_bytes=10_000)), **more)


async def subscribe(store: Store, receiver: Receiver, **filters: list[str]) -> tuple[UUID, str]:
    async with store.engine.begin() as connection:
        return await registry.create(connection, receiver.url, filters)


async def all_due(store: Store) -> None:
    """Let what waits for its next attempt be tried now."""
    await store.execute("update subscription set due_at = now()")


async def work(one: Deliverer) -> None:
    """Deliver what is due, once."""
    async with asyncio.timeout(SECONDS):
        await one.step()
        await one.finish()
        await one.step()


async def state(store: Store) -> dict[str, Any]:
    async with store.engine.connect() as connection:
        (row,) = await registry.every(connection)
    return dict(row._mapping)


async def do(store: Store, action: Callable[..., Awaitable[Any]], identifier: UUID) -> Any:
    async with store.engine.begin() as connection:
        return await action(connection, identifier)


async def test_changes_are_posted_in_order_and_signed(store: Store, receiver: Receiver) -> None:
    _, secret = await subscribe(store, receiver)
    await store.project(make.extraction(1, make.event(1), make.event(1, "strike")))
    await store.project(make.extraction(1, make.event(1, confidence=0.1), offset=1, text="Other."))
    await work(deliverer(store))
    assert sorted(m["type"] for m in receiver.messages) == [
        *("event.added", "event.added", "event.changed", "event.withdrawn")
    ]
    numbers = [int(headers["webhook-id"].rsplit("_", 1)[1]) for headers, _ in receiver.requests]
    assert numbers == sorted(set(numbers))
    for headers, body in receiver.requests:
        assert verify((secret,), headers, body) == headers["webhook-id"]
        Webhook(secret).verify(body, headers)
    changed = next(m for m in receiver.messages if m["type"] == "event.changed")
    assert changed["data"]["confidence"] == 0.1 and datetime.fromisoformat(changed["timestamp"]).tzinfo
    await work(deliverer(store))
    assert len(receiver.requests) == 4


async def test_only_what_was_asked_for_is_posted(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver, type=["strike"], oblast=["Kharkiv Oblast"])
    await store.project(
        make.extraction(1, make.event(1), make.event(1, "strike")),
        make.extraction(2, make.event(2, "strike", place=make.ROBOTYNE)),
    )
    await work(deliverer(store))
    assert [m["data"]["event_id"] for m in receiver.messages] == [make.event(1, "strike").event_id]
    found = await state(store)
    assert found["position"] == await store.one("select max(change_id) from event_change")
    assert found["lease"] is None


async def test_what_fails_is_tried_again_before_anything_later(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    receiver.answers = [(500, {}), None, (302, {"location": "/elsewhere"})]
    await store.project(make.extraction(1, make.event(1)), make.extraction(2, make.event(2)))
    one = deliverer(store, seconds=3)
    for failed in (1, 2, 3):
        await work(one)
        await work(one)
        found = await state(store)
        assert len(receiver.requests) == found["attempts"] == failed
        assert found["status"] == "active" and found["failing_since"] and found["due_at"] > datetime.now(UTC)
        await all_due(store)
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == 1
    await work(one)
    found = await state(store)
    assert len(receiver.requests) == 5 and found["attempts"] == 0 and found["failing_since"] is None
    assert receiver.requests[3][1] == receiver.requests[0][1]


async def test_a_receiver_that_says_when_is_not_asked_earlier(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    receiver.answers = [(429, {"retry-after": "3000"})]
    await store.project(make.extraction(1, make.event(1)))
    await work(deliverer(store))
    assert (await state(store))["due_at"] > datetime.now(UTC) + timedelta(seconds=2900)


async def test_a_receiver_that_wants_no_more_gets_no_more(store: Store, receiver: Receiver) -> None:
    identifier, _ = await subscribe(store, receiver)
    receiver.answers = [(410, {})]
    await store.project(make.extraction(1, make.event(1)))
    one = deliverer(store)
    await work(one)
    await all_due(store)
    await work(one)
    found = await state(store)
    assert len(receiver.requests) == 1
    assert found["status"] == "disabled" and "410" in found["reason"]
    await do(store, registry.resume, identifier)
    await work(one)
    assert len(receiver.requests) == 2 and (await state(store))["status"] == "active"


async def test_what_is_given_up_is_a_dead_letter_that_can_be_sent_again(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier, secret = await subscribe(store, receiver)
    receiver.answers = [(500, {})] * 10
    await store.project(make.extraction(1, make.event(1)))
    one = deliverer(store)
    for _ in range(10):
        await work(one)
        await all_due(store)
    await store.project(make.extraction(2, make.event(2)))
    await work(one)
    found = await state(store)
    assert found["dead"] == 1 and found["status"] == "active" and found["last_error"] is None
    assert len(receiver.requests) == 11
    monkeypatch.setenv("FRONTLOG_DATABASE", store.address)
    monkeypatch.setenv("FRONTLOG_OUTBOUND_ALLOW", "127.0.0.0/8")
    listed = await run("subscriptions", "deliveries", str(identifier)[:8], "--state", "dead", "--json")
    assert json.loads(listed)["attempts"] == 10
    await run("subscriptions", "retry", str(identifier))
    headers, body = receiver.requests[-1]
    assert body == receiver.requests[0][1] and verify((secret,), headers, body)
    assert (await state(store))["dead"] == 0


async def test_a_subscription_that_fails_for_long_is_disabled_and_says_why(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    receiver.answers = [(500, {})] * 2
    await store.project(make.extraction(1, make.event(1)))
    one = deliverer(store, disable_after=timedelta(hours=120))
    await work(one)
    await store.execute("update subscription set failing_since = now() - interval '121 hours', due_at = now()")
    await work(one)
    found = await state(store)
    assert found["status"] == "disabled" and "answered 500" in found["reason"]


async def test_one_that_fails_does_not_hold_up_the_others(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    async with store.engine.begin() as connection:
        await registry.create(connection, "http://127.0.0.1:9/nobody", {})
    await store.project(*(make.extraction(n, make.event(n)) for n in range(5)))
    await work(deliverer(store))
    assert len(receiver.requests) == 5


async def test_addresses_within_are_not_asked(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    await store.project(make.extraction(1, make.event(1)))
    await work(deliverer(store, allow=()))
    assert receiver.requests == []
    assert "not a public address" in (await state(store))["last_error"]


async def test_several_deliverers_post_each_change_once(store: Store, receiver: Receiver) -> None:
    for _ in range(4):
        await subscribe(store, receiver)
    await store.project(*(make.extraction(n, make.event(n)) for n in range(10)))
    both = [deliverer(store, at_once=2) for _ in range(2)]
    async with asyncio.timeout(SECONDS):
        while len(receiver.requests) < 40:
            await asyncio.gather(*(work(one) for one in both))
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == len(receiver.requests) == 40


async def test_what_was_broken_off_is_delivered_by_the_next(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    receiver.answers = [None]
    await store.project(make.extraction(1, make.event(1)))
    one = deliverer(store)
    await one.step()
    async with asyncio.timeout(SECONDS):
        while not receiver.requests:  # noqa: ASYNC110 - set by the receiver's own task
            await asyncio.sleep(0.01)
    await one.stop()
    await work(deliverer(store))
    assert receiver.requests[0][1] == receiver.requests[1][1]


async def test_while_a_secret_is_replaced_both_verify(store: Store, receiver: Receiver) -> None:
    identifier, old = await subscribe(store, receiver)
    new = await do(store, registry.rotate, identifier)
    await store.project(make.extraction(1, make.event(1)))
    await work(deliverer(store))
    for secret in (old, new):
        assert verify((secret,), *receiver.requests[0])
    await store.execute("update subscription_secret set expires_at = now() where expires_at is not null")
    await store.project(make.extraction(2, make.event(2)))
    await work(deliverer(store))
    assert verify((new,), *receiver.requests[1])
    with pytest.raises(Exception, match="no signature"):
        verify((old,), *receiver.requests[1])


async def test_paused_for_longer_than_changes_are_kept_it_says_what_was_missed(
    store: Store, receiver: Receiver
) -> None:
    identifier, _ = await subscribe(store, receiver)
    await do(store, registry.pause, identifier)
    await store.project(make.extraction(1, make.event(1)))
    await work(deliverer(store))
    assert receiver.requests == []
    await prune(store.engine, datetime.now(UTC) + timedelta(hours=1))
    await store.project(make.extraction(2, make.event(2)))
    await do(store, registry.resume, identifier)
    await work(deliverer(store))
    assert [m["data"]["event_id"] for m in receiver.messages] == [make.event(2).event_id]
    async with store.engine.connect() as connection:
        (gap,) = await registry.deliveries(connection, identifier, states=["dead"])
    assert gap.kind == "gap" and "kept no longer" in gap.error


async def told(store: Store) -> Any:
    """What `/status` tells of webhooks."""
    async with store.engine.begin() as connection:
        return (await status(connection)).webhooks


async def test_status_tells_who_is_behind_and_what_failed(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    async with store.engine.begin() as connection:
        bad, _ = await registry.create(connection, "http://127.0.0.1:9/nobody", {})
        paused, _ = await registry.create(connection, receiver.url, {})
        await registry.pause(connection, paused)
    found = await told(store)
    assert (found.active, found.paused, found.disabled, found.failing) == (2, 1, 0, 0)
    assert (found.behind_seconds, found.behind_failing_seconds, found.failed_today) == (0, 0, [])
    await store.project(make.extraction(1, make.event(1), make.event(1, "strike")))
    await store.execute("update event_change set changed_at = now() - interval '1000 s'")
    found = await told(store)
    assert 1000 <= found.behind_seconds < 1100 and found.behind_failing_seconds == 0, "nobody delivers"
    await work(deliverer(store))
    found = await told(store)
    assert found.behind_seconds == 0, "neither the paused one nor the failing one counts"
    assert 1000 <= found.behind_failing_seconds < 1100 and found.failing == 1
    assert [(one.subscription_id, one.count, one.open) for one in found.failed_today] == [(str(bad), 1, 1)]
    await store.execute("update subscription set attempts = 9, due_at = now() where subscription_id = :id", id=bad)
    one = deliverer(store)
    await work(one)
    found = await told(store)
    assert (found.given_up, found.failed_today[0].count, found.failed_today[0].open) == (1, 2, 2)
    await watch(store.engine)
    seen = {value: metrics.SUBSCRIPTIONS.labels(value)._value.get() for value in ("active", "paused", "disabled")}
    assert seen == {"active": 2, "paused": 1, "disabled": 0}
    assert metrics.SUBSCRIPTIONS_FAILING._value.get() == 1
    assert metrics.WEBHOOKS_BEHIND.labels("fails")._value.get() >= 1000


async def test_a_failure_of_ours_is_told_and_one_of_the_receiver_is_not(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    receiver.answers = [(500, {})]
    await store.project(make.extraction(1, make.event(1)))
    one = deliverer(store)
    await work(one)
    assert one.progress.failing is False
    await store.execute("update event_change set after = jsonb_set(after, '{type}', '5')")
    await all_due(store)
    await work(one)
    assert one.progress.failing is True, "what cannot be read must be seen"


async def test_subscriptions_outlive_a_rebuild(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    await store.project(make.extraction(1, make.event(1)))
    await Rebuild(store.address, store.log, group=store.group).run()
    await store.project(make.extraction(2, make.event(2)))
    await work(deliverer(store))
    assert [m["type"] for m in receiver.messages] == ["event.added"] * 2


async def test_old_deliveries_are_forgotten_and_dead_letters_are_not(store: Store, receiver: Receiver) -> None:
    await subscribe(store, receiver)
    await store.project(make.extraction(1, make.event(1)))
    one = deliverer(store)
    await work(one)
    await store.execute(
        "insert into delivery select subscription_id, 'x', null, null, 'gap', 'dead', 1, null, null, now(), now() "
        "from subscription"
    )
    assert await one.forget(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert await store.rows("select state from delivery") == [("dead",)]


async def run(*arguments: str, code: int = 0) -> str:
    """The `frontlog` command, beside this loop."""
    result = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


async def test_the_commands(store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLOG_DATABASE", store.address)
    assert "not a public address" in await run("subscribe", receiver.url, code=1)
    monkeypatch.setenv("FRONTLOG_OUTBOUND_ALLOW", "127.0.0.0/8")
    assert "picnic" in await run("subscribe", receiver.url, "--type", "picnic", code=1)
    assert "colour" in await run("subscribe", receiver.url, "--where", "colour=red", code=1)
    refused = await run("subscribe", receiver.url, "--type", "strike", "--oblast", "Kharkyv Oblast", code=1)
    assert "oblast" in refused and "Kharkiv Oblast" in refused
    told = await run("subscribe", receiver.url, "--type", "strike", "--oblast", "Kharkiv Oblast")
    undo = next(line for line in told.splitlines() if "frontlog unsubscribe" in line).split()[-1]
    assert "--yes" in await run("unsubscribe", undo, code=1)
    await run("unsubscribe", undo, "--yes")
    assert "no subscriptions" in await run("subscriptions", "list")
    made = json.loads(
        await run(
            *(
                "subscribe",
                receiver.url,
                "--type",
                "strike",
                "--oblast",
                "Kharkiv Oblast",
                "--where",
                "min_confidence=0.5",
            ),
            *("--name", "mine", "--json"),
        )
    )
    identifier = made["subscription_id"]
    await run("subscriptions", "test", "mine")
    headers, body = receiver.requests[0]
    assert verify((made["secret"],), headers, body) and json.loads(body)["type"] == "test"
    receiver.answers = [(404, {})]
    assert "answered 404" in await run("subscriptions", "test", identifier[:8], code=1)
    listed = await run("subscriptions", "list")
    assert "oblast=Kharkiv Oblast" in listed and "active" in listed and made["secret"] not in listed
    await run("subscriptions", "pause", "mine")
    assert "paused" in await run("subscriptions", "show", "mine")
    await run("subscriptions", "resume", "mine")
    assert made["secret"] not in await run("subscriptions", "rotate", "mine")
    assert "no subscription" in await run("subscriptions", "show", "nothing", code=1)
    assert "--yes" in await run("subscriptions", "remove", "mine", code=1)
    await run("subscriptions", "remove", "mine", "--yes")
    assert "no subscriptions" in await run("subscriptions", "list")


async def test_filters_that_are_not_are_refused(store: Store) -> None:
    async with store.engine.begin() as connection:
        for given in ({"type": ["x"]}, {"text": ["a", "b"]}, {"bbox": ["1"]}, {"min_confidence": ["2"]}):
            with pytest.raises(ParameterError):
                await registry.create(connection, "https://example.org", given)
