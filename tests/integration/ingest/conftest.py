"""Ingest as it runs: the application behind its real server, on a real log."""

import asyncio
import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from services.contracts.topics import ARTICLES, TOPICS
from services.ingest.app import create_app
from services.ingest.server import server
from services.ingest.settings import IngestSettings
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, Record, TopicPartition
from services.runtime.settings import load
from tests.support.plain_http import PLAIN

OLD = "whsec_" + base64.b64encode(b"old secret of the wire source 00").decode()
NEW = "whsec_" + base64.b64encode(b"new secret of the wire source 00").decode()
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/nowhere"
Serve = Callable[..., Awaitable[httpx.AsyncClient]]


@asynccontextmanager
async def served(log: Log, env: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """The service on a free port, and a client of it."""
    settings = load(IngestSettings, {"FRONTLOG_INGEST_HTTP": "127.0.0.1:0"} | env)
    http = server(create_app(settings, log), settings)
    running = asyncio.create_task(http.serve())
    while not http.started:
        assert not running.done(), "the server did not start"
        await asyncio.sleep(0.01)
    port = http.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        yield client
    http.should_exit = True
    await running


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """serve(log, FRONTLOG_…="…") starts the service and returns a client."""
    async with AsyncExitStack() as stack:

        async def start(log: Log, **env: str) -> httpx.AsyncClient:
            return await stack.enter_async_context(served(log, env))

        yield start


@pytest.fixture
async def client(serve: Serve, log: Log) -> httpx.AsyncClient:
    """The service with the secrets of one source and all defaults else."""
    return await serve(log, FRONTLOG_INGEST_WEBHOOK_SECRETS=f"wire={OLD} {NEW}")


async def articles(log: Log, start: dict[int, int] | None = None) -> list[Record]:
    """Every record of the article log, from the offsets `start` on."""
    found = []
    for partition in await log.end_offsets(ARTICLES.name):
        offset = (start or {}).get(partition, 0)
        while records := await log.read(TopicPartition(ARTICLES.name, partition), offset):
            found += records
            offset = records[-1].offset + 1
    return found


def signed(body: bytes, webhook_id: str, secret: str = NEW, *, moment: datetime | None = None) -> dict[str, str]:
    """The headers of a signed JSON body."""
    moment = moment or datetime.now(UTC)
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, moment, body.decode()),
    }


@pytest.fixture(scope="module")
def process(postgres_session: Any) -> Iterator[str]:
    """`python -m services.ingest` on a log of its own; its base address."""
    url = postgres_session.new_database()

    async def topics() -> None:
        log = open_log(url)
        await log.create_topics(TOPICS)
        await log.close()

    asyncio.run(topics())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {
        "FRONTLOG_LOG": url,
        "FRONTLOG_INGEST_HTTP": f"127.0.0.1:{port}",
        "FRONTLOG_INGEST_WEBHOOK_SECRETS": f"wire={OLD} {NEW}",
    }
    running = subprocess.Popen([sys.executable, "-m", "services.ingest"], env=env)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert running.poll() is None, "the service ended"
            try:
                if PLAIN.get(f"{base}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        yield base
    finally:
        running.terminate()
        assert running.wait(60) == 0
        postgres_session.drop_database(url)
