"""Several replicas of the webhook on one log: what one answers holds for what the others have written."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.contracts import codec
from services.contracts.messages import Article
from services.contracts.topics import TOPICS
from services.runtime.log.open import open_log
from services.runtime.log.port import Log
from tests.integration.ingest.conftest import Serve, articles

URL = "https://wire.example/changed"


def version(text: str) -> dict[str, Any]:
    return {"url": URL, "text": f"Version {text} of what happened at Lyman.", "published_at": "2024-10-02"}


@pytest.fixture(params=["postgres", "kafka"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a log with its topics."""
    server = request.getfixturevalue("postgres" if request.param == "postgres" else "fresh_kafka")
    address: str = server if request.param == "postgres" else server.address
    log = open_log(address)
    await log.create_topics(TOPICS)
    await log.close()
    yield address


@pytest.fixture
async def two(shared: str, serve: Serve) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient, Log]]:
    """Two replicas, each with a log of its own making, and one more log to read it."""
    logs = [open_log(shared) for _ in range(3)]
    yield await serve(logs[0]), await serve(logs[1]), logs[2]
    for log in logs:
        await log.close()


async def texts(log: Log) -> list[str]:
    return [codec.decode(Article, record.value or b"").text for record in await articles(log)]


async def test_a_text_changed_back_over_another_replica_comes_last(
    two: tuple[httpx.AsyncClient, httpx.AsyncClient, Log],
) -> None:
    one, other, log = two
    assert (await one.post("/articles", json=version("A"))).status_code == 202
    assert (await one.post("/articles", json=version("A"))).status_code == 200
    assert (await other.post("/articles", json=version("B"))).status_code == 202
    assert (await one.post("/articles", json=version("A"))).status_code == 202
    assert (await other.post("/articles", json=version("B"))).status_code == 202
    assert (await other.post("/articles", json=version("B"))).status_code == 200
    assert [text.split()[1] for text in await texts(log)] == ["A", "B", "A", "B"]


async def test_what_another_replica_took_of_a_known_article_is_known(
    two: tuple[httpx.AsyncClient, httpx.AsyncClient, Log],
) -> None:
    """Having asked the log, a replica remembers what it read there."""
    one, other, log = two
    assert (await one.post("/articles", json=version("A"))).status_code == 202
    assert (await other.post("/articles", json=version("B"))).status_code == 202
    # The question about A makes it read B, and then log A once more.
    assert (await one.post("/articles", json=version("A"))).status_code == 202
    assert (await one.post("/articles", json=[version("A"), version("A")])).json()["known"] == 2
    assert len(await texts(log)) == 3
