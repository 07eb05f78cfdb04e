"""Readers of the real API, in processes of their own, while `frontlog rebuild` puts new tables in the old ones' place:
no answer is an error, none lacks a row or has one twice, and a stream goes on without a gap."""

import asyncio
import csv
import io
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from services.contracts.messages import Extraction
from services.contracts.taxonomy import EventType
from tests.integration.store.conftest import GROUP, Store
from tests.support import extractions as make
from tests.system.stack import free_port

SEEDED = 40
SECONDS = 60

pytestmark = pytest.mark.slow


def told(number: int, *types: EventType) -> Extraction:
    day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return make.extraction(number, *(make.event(number, t, day=day, claims=(make.claim(),)) for t in types))


STRIKES = {make.event(n, "strike", day=f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}").event_id for n in range(SEEDED)}
"""Events that are there before the first reader comes: no answer may lack one."""


def environment(store: Store, **more: str) -> dict[str, str]:
    return os.environ | {
        "FRONTLOG_LOG": store.address,
        "FRONTLOG_DATABASE": store.address,
        "FRONTLOG_PROJECTOR_GROUP": GROUP,
        **more,
    }


@asynccontextmanager
async def serving(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the process that it is."""
    address = f"127.0.0.1:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.store.api"),
        env=environment(store, FRONTLOG_API_HTTP=address, FRONTLOG_API_SECONDS="60"),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://{address}", timeout=SECONDS, trust_env=False) as client:
            async with asyncio.timeout(SECONDS):
                while not await ready(client):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.1)
            yield client
    finally:
        process.kill()
        await process.wait()


async def ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.HTTPError:
        return False


async def rebuild(store: Store) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", "rebuild", "--batch", "20"),
        env=environment(store),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def get(api: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await api.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
    return answer


def whole(ids: list[str], path: str) -> None:
    """All that were there before are told, and each once."""
    twice = [one for one, count in Counter(ids).items() if count > 1]
    assert not twice, f"{path} tells {len(twice)} rows twice"
    assert set(ids) >= STRIKES, f"{path} lacks {len(STRIKES - set(ids))} of {len(STRIKES)}"


async def pages(api: httpx.AsyncClient) -> None:
    path, ids = "/events?type=strike&limit=25", []
    while path:
        page = (await get(api, path)).json()
        ids += [one["event_id"] for one in page["items"]]
        path = page["next"]
    whole(ids, "/events")


async def ndjson(api: httpx.AsyncClient) -> None:
    lines = (await get(api, "/events.ndjson")).text.splitlines()
    whole([json.loads(line)["event_id"] for line in lines], "/events.ndjson")


async def table(api: httpx.AsyncClient) -> None:
    rows = list(csv.DictReader(io.StringIO((await get(api, "/claims.csv?type=strike")).text)))
    whole([row["event_id"] for row in rows], "/claims.csv")


async def an_article(api: httpx.AsyncClient) -> None:
    found = (await get(api, f"/articles/{make.article_id(1)}")).json()
    assert sorted(one["type"] for one in found["events"]) == ["capture", "strike"]


async def counted(api: httpx.AsyncClient) -> None:
    found = (await get(api, "/status")).json()
    assert found["articles"] >= SEEDED and found["events"] >= 2 * SEEDED


async def standings(api: httpx.AsyncClient) -> None:
    (place,) = [one for one in (await get(api, "/places")).json()["items"] if one["id"] == make.KUPIANSK.id]
    assert place["event_count"] >= 2 * SEEDED
    assert (await get(api, f"/places/{make.KUPIANSK.id}/control")).json()["timeline"]


async def incidents(api: httpx.AsyncClient) -> None:
    path, ids = "/incidents?limit=50", []
    while path:
        page = (await get(api, path)).json()
        ids += [one["incident_id"] for one in page["items"]]
        path = page["next"]
    assert len(ids) == len(set(ids)) and ids


ROUTES: tuple[Callable[[httpx.AsyncClient], Awaitable[None]], ...] = (
    *(pages, ndjson, table, an_article, counted, standings, incidents),
)


async def follow(api: httpx.AsyncClient, seen: list[tuple[str, int, Any]], done: asyncio.Event) -> None:
    """Note every message of one stream, until it tells of the last article."""
    async with api.stream("GET", "/stream") as answer:
        assert answer.status_code == 200
        fields: dict[str, str] = {}
        async for line in answer.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            if "event" in fields:
                seen.append((fields["event"], int(fields["id"]), json.loads(fields["data"])))
                if done.is_set() and fields["event"] == "added" and seen[-1][2]["type"] == "withdrawal":
                    return
            fields = {}
    raise AssertionError("the stream ended")


async def test_readers_of_the_api_notice_nothing_of_a_rebuild(store: Store) -> None:
    await store.project(*(m for n in range(SEEDED) for m in (make.article(n), told(n, "capture", "strike"))))
    done, stop = asyncio.Event(), asyncio.Event()
    rounds: Counter[str] = Counter()
    seen: list[tuple[str, int, Any]] = []
    written = 0

    async def read(api: httpx.AsyncClient, route: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
        while not done.is_set():
            await route(api)
            rounds[route.__name__] += 1

    async def write() -> None:
        nonlocal written
        while not done.is_set():
            number = SEEDED + written
            await store.publish(make.article(number), told(number, "capture"))
            written += 1
            await asyncio.sleep(0.05)

    working = asyncio.create_task(store.projector().run(stop))
    try:
        async with serving(store) as api, asyncio.timeout(6 * SECONDS), asyncio.TaskGroup() as tasks:
            tasks.create_task(follow(api, seen, done))
            while not seen:  # noqa: ASYNC110 - filled by the follower
                await asyncio.sleep(0.02)
            for route in ROUTES:
                tasks.create_task(read(api, route))
            tasks.create_task(write())
            oid = await store.one("select 'event'::regclass::oid::bigint")
            assert "the new tables are live" in await rebuild(store)
            assert await store.one("select 'event'::regclass::oid::bigint") != oid
            before = Counter(rounds)
            while any(rounds[route.__name__] == before[route.__name__] for route in ROUTES):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            done.set()
            await store.caught_up()
            await store.publish(make.article(10_000), told(10_000, "withdrawal"))
    finally:
        stop.set()
        await working
    numbers = [number for _, number, _ in seen]
    assert numbers == sorted(set(numbers)), "no message comes twice, and they come in their order"
    assert Counter(kind for kind, _, _ in seen) == {"ready": 1, "added": written + 1}
    added = {data["event_id"] for kind, _, data in seen if kind == "added"}
    assert added == await store.event_ids() - {
        e.event_id for n in range(SEEDED) for e in told(n, "capture", "strike").events
    }
