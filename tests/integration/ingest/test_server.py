"""The server against slow and huge request heads."""

import asyncio

import httpx
import pytest

from services.ingest import server
from services.runtime.log.port import Log
from tests.integration.ingest.conftest import Serve


async def connect(client: httpx.AsyncClient) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(client.base_url.host, client.base_url.port)


@pytest.mark.parametrize("sent", [b"", b"POST /articles HTTP/1.1\r\nhost: a\r\nx-slow: "])
async def test_a_head_that_does_not_end_is_hung_up_on(
    serve: Serve, log: Log, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    reader, writer = await connect(await serve(log))
    writer.write(sent)
    assert await asyncio.wait_for(reader.read(), 30) == b""
    writer.close()


async def test_the_next_request_of_a_connection_has_the_same_limit(
    serve: Serve, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.5)
    reader, writer = await connect(await serve(log))
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\nGET /healthz HTTP/1.1\r\n")
    answer = await asyncio.wait_for(reader.read(), 30)
    assert answer.count(b"HTTP/1.1 200") == 1
    writer.close()


async def test_a_head_without_end_is_refused(client: httpx.AsyncClient) -> None:
    _, writer = await connect(client)
    writer.write(b"GET /healthz HTTP/1.1\r\n")
    try:
        for _ in range(5000):
            writer.write(b"x-filler: " + b"x" * 1000 + b"\r\n")
            await writer.drain()
        pytest.fail("5 MB of headers were read")
    except ConnectionError:
        pass
    writer.close()


async def test_after_a_bad_request_the_service_still_answers(client: httpx.AsyncClient) -> None:
    for rubbish in (b"\0" * 1000, b"GET\r\n\r\n", b"POST /articles HTTP/1.1\r\ncontent-length: -1\r\n\r\n"):
        reader, writer = await connect(client)
        writer.write(rubbish)
        assert (await asyncio.wait_for(reader.read(), 30)).startswith((b"HTTP/1.1 400", b""))
        writer.close()
    assert (await client.get("/healthz")).status_code == 200
