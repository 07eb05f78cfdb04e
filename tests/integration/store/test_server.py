"""The API's server: what it answers to HEAD, and to addresses that are sent as they are typed."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.integration.store.conftest import Store, listening
from tests.support import extractions as make


@pytest.fixture
async def address(store: Store) -> AsyncIterator[str]:
    """A listening API over an event, whose exports have one connection."""
    await store.project(make.article(1), make.extraction(1, make.event(1)))
    async with listening(store, FRONTLOG_API_EXPORTS="1") as at:
        yield at


async def test_the_head_of_a_list_is_had_without_its_rows(address: str) -> None:
    """Again and again, where exports have one connection: each gives it back."""
    async with httpx.AsyncClient(base_url=address, timeout=20, trust_env=False) as client:
        for _ in range(3):
            answer = await client.head("/events.csv")
            assert (answer.status_code, answer.content) == (200, b"")
            assert answer.headers["content-type"] == "text/csv; header=present; charset=utf-8"
        known = {"If-None-Match": answer.headers["etag"]}
        assert (await client.head("/events.csv", headers=known)).status_code == 304
        page, head = await client.get("/events"), await client.head("/events")
        assert (head.headers["content-length"], head.content) == (str(len(page.content)), b"")
        assert (await client.head("/events?typ=strike")).status_code == 400


async def test_an_address_may_be_sent_as_it_is_typed(address: str) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write("GET /places?q=Куп'янськ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.write_eof()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and b'"name":"Kupiansk"' in answer
