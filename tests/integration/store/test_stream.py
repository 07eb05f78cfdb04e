"""The feed of changes and `GET /stream`: what a reader holds is what the table holds, however it is interrupted."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn

from services.contracts.codec import encode
from services.contracts.messages import Extraction
from services.contracts.topics import EXTRACTIONS
from services.runtime.log.port import Record
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.parameters import Box, EventFilters
from services.store.api.queries import events
from services.store.api.settings import ApiSettings
from services.store.projector.apply import apply
from services.store.projector.decode import read
from services.store.rebuild.run import Rebuild
from services.store.stream.change import after
from services.store.stream.matching import concerning
from services.store.stream.prune import prune
from tests.integration.store.conftest import Store
from tests.support import extractions as make

SECONDS = 30


class Server(uvicorn.Server):
    """The API on a free port of this machine, within the test's own loop."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


@contextlib.asynccontextmanager
async def serving(store: Store, **env: str) -> AsyncIterator[httpx.AsyncClient]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        app = create_app(load(ApiSettings, {}), store.address)
    server = Server(uvicorn.Config(app, port=0, log_config=None, ws="none", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(SECONDS):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS, trust_env=False) as client:
            yield client
    finally:
        app.state.tail.ended.set()
        server.should_exit = True
        await task


@pytest.fixture
async def api(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(store) as client:
        yield client


Message = tuple[str, int, Any]


@contextlib.asynccontextmanager
async def reading(
    api: httpx.AsyncClient, last: int | None = None, **filters: Any
) -> AsyncIterator[AsyncIterator[Message]]:
    """The messages of a stream: name, id, data. An id without data comes as a message without a name."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    async with api.stream("GET", "/stream", params=filters, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield _messages(response)


async def _messages(response: httpx.Response) -> AsyncIterator[Message]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
            continue
        if "id" in fields:
            yield fields.get("event", ""), int(fields["id"]), json.loads(fields.get("data", "null"))
        fields = {}


async def take(messages: AsyncIterator[Message], count: int) -> list[Message]:
    """The next `count` messages that have a name."""
    found: list[Message] = []
    async with asyncio.timeout(SECONDS):
        while len(found) < count:
            message = await anext(messages)
            if message[0]:
                found.append(message)
    return found


def told(number: int, *types: str, **more: Any) -> Extraction:
    return make.extraction(number, *(make.event(number, t) for t in types), **more)


async def test_a_stream_tells_what_is_added_changed_and_withdrawn(store: Store, api: httpx.AsyncClient) -> None:
    async with reading(api) as messages:
        assert (await take(messages, 1))[0][0] == "ready"
        await store.project(told(1, "capture", "strike"))
        added = await take(messages, 2)
        assert [name for name, _, _ in added] == ["added", "added"]
        assert {data["type"] for _, _, data in added} == {"capture", "strike"}
        capture = make.event(1, confidence=0.2)
        await store.project(make.extraction(1, capture, offset=1, text="Less sure."))
        later = {name: data for name, _, data in await take(messages, 2)}
        assert later["changed"]["confidence"] == 0.2
        assert later["withdrawn"] == {
            "event_id": make.event(1, "strike").event_id,
            "article_id": make.article_id(1),
        }


async def test_what_stays_the_same_is_not_told(store: Store) -> None:
    await store.project(told(1, "capture"))
    await store.project(told(1, "capture", offset=1))
    assert await store.one("select count(*) from event_change") == 1


async def test_an_event_that_no_longer_is_what_was_asked_for_is_withdrawn(store: Store, api: httpx.AsyncClient) -> None:
    async with reading(api, min_confidence=0.5) as messages:
        await take(messages, 1)
        await store.project(told(1, "capture"))
        await store.project(make.extraction(1, make.event(1, confidence=0.2), offset=1, text="Less sure."))
        assert [name for name, _, _ in await take(messages, 2)] == ["added", "withdrawn"]


async def test_filters_of_a_stream_are_those_of_events(store: Store, api: httpx.AsyncClient) -> None:
    async with reading(api, type="strike", oblast="Kharkiv", text="kupyansk") as messages:
        await take(messages, 1)
        await store.project(told(1, "capture", "strike"))
        ((name, _, data),) = await take(messages, 1)
        assert (name, data["type"]) == ("added", "strike")
    assert (await api.get("/stream", params={"typ": "strike"})).status_code == 400
    refused = await api.get("/stream", params={"bbox": "1,2"})
    assert refused.status_code == 400 and refused.json()["errors"][0]["pointer"] == "bbox"


EVERY_FILTER = [
    EventFilters(),
    EventFilters(types=("strike", "control")),
    EventFilters(modalities=("intended",)),
    EventFilters(places=("Kupyansk",)),
    EventFilters(places=("geonames:695350", "mala nevidoma")),
    EventFilters(oblasts=("kharkiv",)),
    EventFilters(oblasts=("Zaporizhzhia Oblast",)),
    EventFilters(actor_sides=("UKR",)),
    EventFilters(sources=("general staff of ukraine",)),
    EventFilters(sources=("UKR/MIL/general-staff",), stances=("denies",)),
    EventFilters(source_sides=("RUS",), stances=("denies",)),
    EventFilters(since=datetime(2024, 9, 11).date()),
    EventFilters(until=datetime(2024, 9, 10).date()),
    EventFilters(published_since=datetime(2024, 9, 12, 7, tzinfo=UTC)),
    EventFilters(published_before=datetime(2024, 9, 12, 7, tzinfo=UTC)),
    EventFilters(box=Box(37, 49, 38, 50)),
    EventFilters(box=Box(170, 40, 37, 50)),
    EventFilters(text="brewery -staff"),
    EventFilters(text='"russian troops" or robotyne'),
    EventFilters(min_confidence=0.6),
    EventFilters(types=("capture",), min_confidence=0.6, places=("Kupiansk",), text="Moscow"),
]


async def test_whoever_applies_the_changes_holds_what_events_gives_by_every_filter(store: Store) -> None:
    dispute = (make.claim(make.MOSCOW), make.claim(make.GENERAL_STAFF, "denies"))
    found = [
        make.event(1, claims=dispute),
        make.event(1, "strike", day="2024-09-10", confidence=0.5, sentence="Drones hit a brewery in Kupiansk."),
        make.event(2, "withdrawal", actor=make.UKR, modality="intended", day="2024-10-01", claims=(make.claim(),)),
        make.event(2, "clash", actor=None, place=make.ROBOTYNE, day=None, claims=(make.claim(make.NARRATOR),)),
        make.event(3, "assault", place=make.NOWHERE, day="2024-01-05"),
    ]
    await store.project(
        make.extraction(1, *found[:2]),
        make.extraction(2, *found[2:4], published_at="2024-09-01"),
        make.extraction(3, found[4], published_at=None),
    )
    await store.project(
        make.extraction(1, make.event(1, confidence=0.1), offset=1, text="Other."),
        make.extraction(2, found[3], make.event(2, "control", place=make.ROBOTYNE), offset=1, text="Other."),
    )
    async with store.engine.connect() as connection:
        changes = await after(connection, 0)
        assert len(changes) > 6
        matched = 0
        for filters in EVERY_FILTER:
            held = set()
            for one in await concerning(connection, filters, changes):
                if one.kind == "withdrawn":
                    held.remove(str(one.change.event_id))
                else:
                    assert (one.kind == "added") == (str(one.change.event_id) not in held)
                    held.add(str(one.change.event_id))
            there, _ = await events.page(connection, filters, 500, None)
            assert held == {event.event_id for event in there}, filters
            matched += bool(held)
    assert matched > len(EVERY_FILTER) / 2


async def test_a_reader_that_is_cut_off_at_random_holds_what_the_table_holds(
    store: Store, api: httpx.AsyncClient
) -> None:
    """Three projectors write; the reader is cut off after every few messages and resumes by the last id it has."""
    chance = random.Random(7)
    rounds = 5
    articles = 25
    stop = asyncio.Event()
    working = [asyncio.create_task(store.projector(batch=7).run(stop)) for _ in range(3)]
    held: dict[str, Any] = {}
    wrong: list[str] = []
    last = 0

    async def follow() -> None:
        nonlocal last
        while True:
            left = chance.randint(1, 25)
            async with reading(api, last) as messages:
                async for name, position, data in messages:
                    assert position >= last
                    last = position
                    if name == "withdrawn":
                        if held.pop(data["event_id"], None) is None:
                            wrong.append(f"{position}: withdrawn and not held")
                    elif name in ("added", "changed"):
                        if (name == "changed") != (data["event_id"] in held):
                            wrong.append(f"{position}: {name}")
                        held[data["event_id"]] = data
                    left -= bool(name)
                    if not left:
                        break

    following = asyncio.create_task(follow())
    for turn in range(rounds):
        for number in range(articles):
            types = chance.sample(["capture", "strike", "assault", "clash"], chance.randint(0, 3))
            offset = turn * articles + number
            found = [make.event(number, t, confidence=chance.choice((0.5, 0.9))) for t in types]
            await store.publish(make.extraction(number, *found, offset=offset, text=f"Text {turn}."))
    async with asyncio.timeout(90):
        await store.caught_up()
        end = await store.one("select max(change_id) from event_change")
        while last < end:  # noqa: ASYNC110 - moved by the reader
            await asyncio.sleep(0.05)
    following.cancel()
    stop.set()
    await asyncio.gather(*working)
    assert wrong == []
    rows = dict(await store.rows("select event_id::text, body from event"))
    assert set(held) == set(rows) and rows
    assert {key: value["confidence"] for key, value in held.items()} == {k: v["confidence"] for k, v in rows.items()}
    assert end > 2 * articles


async def test_what_began_first_and_is_committed_last_is_not_missed(store: Store, api: httpx.AsyncClient) -> None:
    """A reader may stand behind the change of a transaction only when it has seen those of all with lesser numbers."""
    now = datetime.now(UTC)
    elsewhere = make.extraction(2, make.event(2, "strike", place=make.ROBOTYNE))
    slow, quick = (
        Record(EXTRACTIONS.name, n, 0, message.article_id.encode(), encode(message), (), now)
        for n, message in enumerate((told(1, "capture"), elsewhere))
    )
    waiting = "select count(*) from pg_stat_activity where wait_event = 'advisory' and datname = current_database()"
    async with reading(api) as messages:
        await take(messages, 1)
        async with store.engine.begin() as connection:
            await apply(connection, [read(slow, now)], now)
            overtaking = asyncio.create_task(store.apply(quick))
            async with asyncio.timeout(SECONDS):
                while not await store.one(waiting):  # noqa: ASYNC110 - Postgres has no event for it
                    await asyncio.sleep(0.02)
            assert await store.rows("select * from event_change") == []
        await overtaking
        first, second = await take(messages, 2)
    assert (first[2]["type"], second[2]["type"]) == ("capture", "strike")
    assert first[1] < second[1]
    async with reading(api, first[1]) as messages:
        assert (await take(messages, 1))[0][0] == "ready"
        assert (await take(messages, 1))[0][2]["type"] == "strike"


async def test_changes_go_on_over_a_rebuild_and_tell_what_it_mended(store: Store, api: httpx.AsyncClient) -> None:
    await store.project(told(1, "capture", "strike"))
    async with reading(api) as messages:
        ((_, start, _),) = await take(messages, 1)
        await store.execute("delete from event where type = 'strike'")
        await Rebuild(store.address, store.log, group=store.group).run()
        ((name, mended, data),) = await take(messages, 1)
        assert (name, data["type"]) == ("added", "strike")
        await store.project(told(2, "capture"))
        ((name, position, _),) = await take(messages, 1)
        assert name == "added" and position > mended > start
    async with reading(api, start) as again:
        assert [name for name, _, _ in await take(again, 3)] == ["ready", "added", "added"]
    assert await store.one("select count(*) from event_change") == 4


async def test_an_id_whose_successors_are_kept_no_longer_is_answered_so(store: Store, api: httpx.AsyncClient) -> None:
    await store.project(told(1, "capture", "strike"))
    first, last = (await store.rows("select min(change_id), max(change_id) from event_change"))[0]
    assert await prune(store.engine, datetime.now(UTC) + timedelta(hours=1)) == 2
    gone = await api.get("/stream", headers={"Last-Event-ID": str(first)})
    assert gone.status_code == 410
    assert gone.json()["type"].endswith("changes-forgotten") and "/events" in gone.json()["detail"]
    async with reading(api, last) as messages:
        assert (await take(messages, 1))[0][:2] == ("ready", last)
    assert (await api.get("/stream", headers={"Last-Event-ID": str(last + 99)})).status_code == 410
    for text in ("-1", "x", "9" * 40, "١"):
        refused = await api.get("/stream", params={"last_event_id": text})
        assert refused.status_code == 400 and refused.json()["errors"][0]["pointer"] == "last_event_id"
    refused = await api.get("/stream", headers={"Last-Event-ID": "x"})
    assert refused.status_code == 400 and refused.json()["errors"][0]["pointer"] == "Last-Event-ID"


async def test_only_old_changes_are_removed(store: Store) -> None:
    await store.project(told(1, "capture"))
    assert await prune(store.engine, datetime.now(UTC) - timedelta(hours=1)) == 0
    assert await store.one("select pruned_to from change_horizon") == 0


async def test_a_silent_stream_gives_signs_of_life_and_passes_on_where_it_is(store: Store) -> None:
    async with (
        serving(store, FRONTLOG_STREAM_HEARTBEAT="1") as api,
        api.stream("GET", "/stream", params={"type": "clash"}) as response,
    ):
        lines = response.aiter_lines()
        async with asyncio.timeout(SECONDS):
            assert await anext(lines) == "retry: 3000"
            while await anext(lines) != ": still here":
                pass
            await store.project(told(1, "capture"))
            end = await store.one("select max(change_id) from event_change")
            while await anext(lines) != f"id: {end}":
                pass
            assert await anext(lines) == ""


async def test_more_readers_than_allowed_are_told_to_come_later(store: Store) -> None:
    async with serving(store, FRONTLOG_STREAM_READERS="1") as api:
        async with reading(api) as messages:
            await take(messages, 1)
            refused = await api.get("/stream")
            assert refused.status_code == 503 and refused.headers["retry-after"]
        async with asyncio.timeout(SECONDS):
            while True:
                async with api.stream("GET", "/stream") as response:
                    if response.status_code == 200:
                        break


async def test_many_readers_cost_the_database_as_much_as_one(store: Store, api: httpx.AsyncClient) -> None:
    async with contextlib.AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(reading(api, type="capture")) for _ in range(30)]
        for messages in streams:
            await take(messages, 1)
        await store.project(told(1, "capture"))
        found = await asyncio.gather(*(take(messages, 1) for messages in streams))
    assert {json.dumps(messages) for messages in found} and len(found) == 30
