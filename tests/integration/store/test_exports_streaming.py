"""A long export is cut short by who leaves, or reads nothing, and then keeps no connection."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.integration.store.conftest import Store, listening
from tests.support import extractions as make

ROWS = 60_000


@pytest.fixture
def stalled() -> int:
    """Seconds until who reads nothing is cut off: more than a look at the database takes on a busy machine."""
    return 60


@pytest.fixture
async def address(store: Store, stalled: int) -> AsyncIterator[str]:
    """A listening API over many events, whose exports have one connection."""
    await store.project(make.article(1), make.extraction(1, make.event(1)))
    columns = [
        row[0]
        for row in await store.rows(
            "select column_name from information_schema.columns where table_schema = 'frontlog'"
            " and table_name = 'event' and column_name not in ('event_id', 'reading', 'body') order by ordinal_position"
        )
    ]
    names = ", ".join(columns)
    await store.execute(
        f"insert into event (event_id, body, {names}) select g.id,"
        f" jsonb_set(body, '{{event_id}}', to_jsonb(g.id::text)), {names}"
        f" from event, (select gen_random_uuid() id from generate_series(1, {ROWS})) g"
    )
    async with listening(store, FRONTLOG_API_EXPORTS="1", FRONTLOG_API_STALLED=str(stalled)) as at:
        yield at


async def until_busy(store: Store, wanted: int, seconds: float) -> None:
    """Return when so many connections for exports are in a transaction. The head of an answer may go out before."""
    async with asyncio.timeout(seconds):
        while await busy(store) != wanted:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.05)


async def busy(store: Store) -> int:
    rows = await store.rows(
        "select count(*) from pg_stat_activity where application_name = 'frontlog-api-exports' and state <> 'idle'"
    )
    return int(rows[0][0])


@pytest.mark.slow
async def test_who_leaves_frees_the_connection_for_the_next(address: str, store: Store) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        for form in ("ndjson", "csv", "geojson"):
            async with client.stream("GET", f"/events.{form}") as answer:
                assert answer.status_code == 200
                # Held until the answer is left: httpx leaves by itself when nothing holds what it reads.
                read = answer.aiter_raw(1024)
                assert await anext(read)
                await until_busy(store, 1, 20)
            await until_busy(store, 0, 20)
        whole = (await client.get("/events.ndjson")).text
        assert whole.count("\n") == ROWS + 1


@pytest.mark.slow
@pytest.mark.parametrize("stalled", [2])
async def test_who_reads_nothing_is_cut_off_and_frees_the_connection_for_the_next(address: str, store: Store) -> None:
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    try:
        writer.write(b"GET /events.ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"\r\n")
        await until_busy(store, 1, 20)
        # What is not read stays in the buffers, which hold a small part of the list.
        await until_busy(store, 0, 60)
        async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
            assert (await client.get("/events.csv?limit=3")).status_code == 200
        read = await reader.read()
        while more := await reader.read():
            read += more
        assert read.count(b"event_id") < ROWS
    finally:
        writer.close()
