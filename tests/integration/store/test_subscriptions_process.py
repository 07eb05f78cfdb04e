"""The deliverer as the process that it is: ready, delivering, told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.console import ports
from services.store.subscriptions import registry
from tests.integration.store.conftest import Store
from tests.integration.store.test_subscriptions import Receiver, receiver
from tests.support import extractions as make
from tests.support.postgres import PostgresServer

__all__ = ["receiver"]
SECONDS = 60


@asynccontextmanager
async def deliverer(store: Store) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    address = f"127.0.0.1:{ports.choose('127.0.0.1', 18084)}"
    env = os.environ | {
        "FRONTLOG_DATABASE": store.address,
        "FRONTLOG_DELIVERER_HTTP": address,
        "FRONTLOG_OUTBOUND_ALLOW": "127.0.0.0/8",
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.store.subscriptions", env=env)
    try:
        yield f"http://{address}", process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_is_ready_delivers_and_stops_when_it_is_told(store: Store, receiver: Receiver) -> None:
    async with store.engine.begin() as connection:
        await registry.create(connection, receiver.url, {"type": ["strike"]})
    async with deliverer(store) as (address, process), httpx.AsyncClient(trust_env=False) as client:
        async with asyncio.timeout(SECONDS):
            while True:
                try:
                    if (await client.get(f"{address}/readyz")).status_code == 200:
                        break
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
            await store.project(make.extraction(1, make.event(1), make.event(1, "strike")))
            while not receiver.requests:  # noqa: ASYNC110 - set by the receiver's own task
                await asyncio.sleep(0.05)
            page = (await client.get(f"{address}/metrics")).text
            assert 'frontlog_webhook_attempts_total{outcome="delivered"} 1.0' in page
            for told in (
                'frontlog_build_info{service="deliverer"',
                "frontlog_database_connections{",
                "_behind_seconds{",
            ):
                assert told in page
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    assert [message["data"]["type"] for message in receiver.messages] == ["strike"]


async def test_a_fresh_one_goes_on_where_a_killed_one_was(store: Store, receiver: Receiver) -> None:
    async with store.engine.begin() as connection:
        await registry.create(connection, receiver.url, {})
    receiver.answers = [None]
    await store.project(make.extraction(1, make.event(1)), make.extraction(2, make.event(2)))
    async with asyncio.timeout(SECONDS):
        async with deliverer(store) as (_, process):
            while not receiver.requests:  # noqa: ASYNC110 - set by the receiver's own task
                await asyncio.sleep(0.05)
            process.kill()
            await process.wait()
        # Its lease runs out by itself; not everybody has the time.
        await store.execute("update subscription set leased_until = now()")
        async with deliverer(store):
            while len(receiver.requests) < 3:  # noqa: ASYNC110 - set by the receiver's own task
                await asyncio.sleep(0.05)
    ids = [headers["webhook-id"] for headers, _ in receiver.requests]
    assert ids[0] == ids[1] != ids[2]


async def ready(client: httpx.AsyncClient, address: str, *, wanted: bool) -> None:
    """Return when `/readyz` says so."""
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                if ((await client.get(f"{address}/readyz", timeout=10)).status_code == 200) is wanted:
                    return
            except httpx.ConnectError:
                assert wanted, "it has ended"
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_a_database_that_fails_in_the_middle_costs_no_change(
    store: Store, receiver: Receiver, postgres_session: PostgresServer
) -> None:
    async with store.engine.begin() as connection:
        await registry.create(connection, receiver.url, {})
    await store.project(*(make.extraction(n, make.event(n)) for n in range(40)))
    async with deliverer(store) as (address, process), httpx.AsyncClient(trust_env=False) as client:
        async with asyncio.timeout(SECONDS):
            while len(receiver.requests) < 5:  # noqa: ASYNC110 - set by the receiver's own task
                await asyncio.sleep(0.005)
        postgres_session.kill()
        try:
            await ready(client, address, wanted=False)
        finally:
            await asyncio.to_thread(postgres_session.start)
        await ready(client, address, wanted=True)
        async with asyncio.timeout(SECONDS):
            while len({headers["webhook-id"] for headers, _ in receiver.requests}) < 40:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert process.returncode is None
    ids = list(dict.fromkeys(int(headers["webhook-id"].rsplit("_", 1)[1]) for headers, _ in receiver.requests))
    assert ids == sorted(ids), "in their order, whatever comes twice"
    assert {m["data"]["event_id"] for m in receiver.messages} == await store.event_ids()
    assert len(receiver.requests) <= 42, "what was on its way comes again, and no more"
