"""Rows in, bytes of a form out, a few at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from itertools import count
from typing import Any, Final

import msgspec

from services.store.api.exports import delimited, geojson
from services.store.api.exports.collections import Collection
from services.store.api.exports.forms import ACLED, CSV, GEOJSON, NDJSON, PARQUET, PLOVER, Form

CHUNK: Final = 64 * 1024
"""Bytes that are gathered before they are handed on."""


async def write(collection: Collection, form: Form, items: AsyncIterator[Any]) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of `items` in `form`."""
    if form == PARQUET:
        chunks = _parquet(collection, items)
    else:
        chunks = _gathered(_pieces(collection, form, items))
    async with aclosing(chunks):
        async for chunk in chunks:
            yield chunk


async def _pieces(collection: Collection, form: Form, items: AsyncIterator[Any]) -> AsyncGenerator[bytes, None]:
    if form == NDJSON:
        async for item in items:
            yield msgspec.json.encode(item) + b"\n"
    elif form in (CSV, ACLED, PLOVER):
        columns = collection.table(form)
        yield delimited.header(columns).encode()
        async for item in items:
            if collection.keeps(form, item):
                yield delimited.row(columns, item).encode()
    elif form == GEOJSON:
        yield geojson.BEGIN
        number = count()
        async for item in items:
            separator = b",\n" if next(number) else b"\n"
            yield separator + geojson.feature(collection.columns, collection.key, item)
        yield geojson.END
    else:
        raise ValueError(f"no such form: {form.name}")


async def _gathered(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        if len(waiting) >= CHUNK:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


async def _parquet(collection: Collection, items: AsyncIterator[Any]) -> AsyncGenerator[bytes, None]:
    # Loaded when it is needed: it takes half a second and 60 MB.
    from services.store.api.exports.parquet import GROUP, Writer

    writer = await asyncio.to_thread(Writer, collection.columns)
    group: list[Any] = []
    async for item in items:
        group.append(item)
        if len(group) == GROUP:
            yield await asyncio.to_thread(writer.group, group)
            group = []
    if group:
        yield await asyncio.to_thread(writer.group, group)
    yield await asyncio.to_thread(writer.end)
