"""Bodies: types, limits, gzip, and the articles in them."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import pytest

from services.ingest import body, jsontext
from services.ingest.body import JSON, NDJSON, Buffered, Encoding, Limits
from services.runtime.web.problems import ProblemError

PLAIN = Encoding(JSON, gzip=False)
GZIP = Encoding(JSON, gzip=True)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def read(*parts: bytes, how: Encoding = PLAIN, announced: int | None = None, most: int = 1000) -> bytes:
    buffered = Buffered(1_000_000)
    with buffered.share() as share:
        data = await body.read(chunks(*parts), announced, how, Limits(most, most, 5), share)
        assert buffered.held >= len(data)
    assert buffered.held == 0
    return data


@pytest.mark.parametrize(
    ("header", "media_type"),
    [
        ("application/json", JSON),
        ("Application/JSON; charset=UTF-8", JSON),
        ('application/json; charset="utf-8"', JSON),
        ("application/x-ndjson", NDJSON),
        ("application/ndjson", NDJSON),
    ],
)
def test_types_that_are_taken(header: str, media_type: str) -> None:
    assert body.encoding(header, None) == Encoding(media_type, gzip=False)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, None),
        ("", None),
        ("text/html", None),
        ("application/json; charset=utf-16", None),
        ("multipart/form-data; boundary=x", None),
        ("application/json", "br"),
        ("application/json", "gzip, gzip"),
    ],
)
def test_types_that_are_not(header: str | None, coding: str | None) -> None:
    with pytest.raises(ProblemError) as caught:
        body.encoding(header, coding)
    assert caught.value.problem.status == 415
    assert "application/json" in caught.value.problem.detail or "send gzip" in caught.value.problem.detail or header


async def test_a_body_is_put_together() -> None:
    assert await read(b"[1,", b"", b"2]") == b"[1,2]"


@pytest.mark.parametrize("announced", [None, 1001, 10**15])
async def test_a_body_over_the_limit_is_413(announced: int | None) -> None:
    with pytest.raises(ProblemError) as caught:
        await read(b"x" * 600, b"x" * 600, announced=announced)
    assert caught.value.problem.status == 413


async def test_a_sender_without_end_is_not_read_without_end() -> None:
    seen = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal seen
        while True:
            seen += 1
            yield b"x" * 100

    with pytest.raises(ProblemError) as caught, Buffered(10**6).share() as share:
        await body.read(endless(), None, PLAIN, Limits(1000, 1000, 60), share)
    assert caught.value.problem.status == 413
    assert seen <= 11 + body.DRAINED * 10 + 1


async def test_a_body_that_does_not_come_is_408() -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    with pytest.raises(ProblemError) as caught, Buffered(10**6).share() as share:
        await body.read(stalled(), None, PLAIN, Limits(1000, 1000, 0.01), share)
    assert caught.value.problem.status == 408


async def test_many_bodies_together_are_bounded() -> None:
    buffered = Buffered(1500)
    with buffered.share() as first:
        await body.read(chunks(b"x" * 1000), None, PLAIN, Limits(1000, 1000, 5), first)
        with pytest.raises(ProblemError) as caught, buffered.share() as second:
            await body.read(chunks(b"x" * 1000), None, PLAIN, Limits(1000, 1000, 5), second)
    assert caught.value.problem.status == 503
    assert caught.value.headers["Retry-After"]
    assert buffered.held == 0


async def test_gzip_is_expanded_of_several_members_too() -> None:
    packed = gzip.compress(b"[1,") + gzip.compress(b"2]")
    assert await read(packed[:7], packed[7:], how=GZIP) == b"[1,2]"


def test_a_bomb_is_cut_off_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    buffered = Buffered(10**9)
    with pytest.raises(ProblemError) as caught, buffered.share() as share:
        body.expand(bomb, 1_000_000, share)
    assert caught.value.problem.status == 413
    with buffered.share() as share, pytest.raises(ProblemError):
        body.expand(bomb, 1_000_000, share)
        assert share.taken <= 1_000_000


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{}", "not gzip"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-12], "ends too early"),
        (gzip.compress(b"x" * 1000, mtime=0)[:12], "ends too early"),
        (gzip.compress(b"x", mtime=0) + b"rest", "not gzip"),
        (zlib.compress(b"x"), "not gzip"),
        (gzip.compress(b"x" * 100, mtime=0)[:-4] + b"\0\0\0\0", "not gzip"),
    ],
)
def test_what_is_not_gzip_is_400(data: bytes, told: str) -> None:
    with pytest.raises(ProblemError, match=told) as caught:
        body.expand(data, 10_000)
    assert caught.value.problem.status == 400


def test_one_object_is_one_article_and_an_array_are_several() -> None:
    assert body.items(b'{"a": 1}', JSON, 5).single
    several = body.items(b'[{"a": 1}, 2]', JSON, 5)
    assert [item.value for item in several.items] == [{"a": 1}, 2]
    assert not several.single
    assert not body.items(b'[{"a": 1}]', JSON, 5).single


def test_a_broken_line_is_the_fault_of_that_line() -> None:
    found = body.items(b'{"a": 1}\n\n  \nnope\r\n{"b": 2}', NDJSON, 5)
    assert [item.value for item in found.items] == [{"a": 1}, None, {"b": 2}]
    assert found.items[1].fault == "line 4 is not JSON: Expecting value at byte 0"


@pytest.mark.parametrize(
    ("data", "kind"), [(b"", JSON), (b"[]", JSON), (b"\n\n", NDJSON), (b"nope", JSON), (b"[1", JSON)]
)
def test_a_body_without_an_article_is_400(data: bytes, kind: str) -> None:
    with pytest.raises(ProblemError) as caught:
        body.items(data, kind, 5)
    assert caught.value.problem.status == 400


@pytest.mark.parametrize(("data", "kind"), [(b"[1,2,3]", JSON), (b"1\n2\n3\n", NDJSON)])
def test_more_articles_than_allowed_are_413(data: bytes, kind: str) -> None:
    assert len(body.items(data, kind, 3).items) == 3
    with pytest.raises(ProblemError) as caught:
        body.items(data, kind, 2)
    assert caught.value.problem.status == 413


def test_lines_share_the_limit_on_values() -> None:
    line = b"[" + b"0," * (jsontext.MAX_STRUCTURE // 4) + b"0]\n"
    assert len(body.items(line, NDJSON, 5).items) == 1
    with pytest.raises(ProblemError) as caught:
        body.items(line * 3, NDJSON, 5)
    assert caught.value.problem.status == 413
