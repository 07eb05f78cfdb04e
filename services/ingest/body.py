"""The request's body: which types are taken, how it is read within its limits, and how it becomes JSON values.

Comes first, before signature and fields; what is wrong here is 400, 408, 413, 415 or 503.
"""

import asyncio
import contextlib
import io
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from services.ingest import problems
from services.ingest.jsontext import MAX_STRUCTURE, MalformedError, parse, structure

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
_TYPES: Final = {JSON: JSON, NDJSON: NDJSON, "application/ndjson": NDJSON, "application/jsonl": NDJSON}
_CHUNK: Final = 256 * 1024
DRAINED: Final = 4
"""How many times the largest body is read and thrown away, so that the sender sees the answer 413."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the body is written: `media_type` is JSON or NDJSON."""

    media_type: str
    gzip: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one body: bytes as sent, bytes after gzip, seconds until it has arrived."""

    sent: int
    expanded: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Item:
    """One article of a body: its value, or what is wrong with its text."""

    value: Any = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """The articles of a body; `single` where it was one JSON object and the answer is about that alone."""

    items: tuple[Item, ...]
    single: bool


class Buffered:
    """Counts the bytes of all bodies that are in memory, so that many large ones cannot exhaust it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self.held = 0

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """The share of one request, given back at the end."""
        share = Share(self)
        try:
            yield share
        finally:
            with self._lock:
                self.held -= share.taken

    def take(self, size: int) -> None:
        """Raises the problem 503. Called from the event loop and from the threads that expand gzip."""
        with self._lock:
            if self.held + size > self._most:
                raise problems.busy("too much is being received at this moment")
            self.held += size


class Share:
    def __init__(self, buffered: Buffered) -> None:
        self._buffered = buffered
        self.taken = 0

    def take(self, size: int) -> None:
        """Raises the problem 503 when the memory for bodies is used up."""
        self._buffered.take(size)
        self.taken += size


def encoding(content_type: str | None, content_encoding: str | None) -> Encoding:
    """Read the two headers. Raises the problem 415."""
    essence, _, parameters = (content_type or "").partition(";")
    media_type = _TYPES.get(essence.strip().lower())
    if media_type is None:
        told = f"{essence.strip()[:100]} is not taken" if essence.strip() else "the header Content-Type is missing"
        raise problems.unsupported(f"{told}; send {JSON} or {NDJSON}")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8"):
            raise problems.unsupported("JSON is UTF-8; other charsets are not taken")
    coding = (content_encoding or "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise problems.unsupported(f"Content-Encoding {coding[:100]} is not taken; send gzip, or none")
    return Encoding(media_type, coding in ("gzip", "x-gzip"))


async def read(
    chunks: AsyncIterator[bytes], announced: int | None, how: Encoding, limits: Limits, share: Share
) -> bytes:
    """Return the body, expanded. Raises the problems 400, 408, 413 and 503.

    `announced` is the Content-Length: a body that says it is too large is refused before it is read.
    """
    if announced is not None and announced > limits.sent:
        await _drain(chunks, limits)
        raise problems.too_large(f"the body is {announced} bytes, and at most {limits.sent} are taken")
    sent = bytearray()
    try:
        async with asyncio.timeout(limits.seconds):
            async for chunk in chunks:
                if len(sent) + len(chunk) > limits.sent:
                    break
                share.take(len(chunk))
                sent += chunk
            else:
                chunk = b""
    except TimeoutError:
        raise problems.too_slow(f"the body did not arrive within {limits.seconds:g} seconds") from None
    if chunk:
        await _drain(chunks, limits)
        raise problems.too_large(f"the body is larger than {limits.sent} bytes")
    if not how.gzip:
        return bytes(sent)
    return await asyncio.to_thread(expand, bytes(sent), limits.expanded, share)


async def _drain(chunks: AsyncIterator[bytes], limits: Limits) -> None:
    """Read on, and throw away, what a sender of a somewhat too large body is still sending.

    A connection that is closed on it could lose the answer. The answer closes the connection on whatever is left.
    """
    left = DRAINED * limits.sent
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limits.seconds):
            async for chunk in chunks:
                left -= len(chunk)
                if left < 0:
                    return


def expand(data: bytes, most: int, share: Share | None = None) -> bytes:
    """Return what gzip `data` expands to, never holding more than `most` bytes of it. Raises the problems 400, 413."""
    expanded = bytearray()
    while data:
        stream = zlib.decompressobj(wbits=31)
        waiting = data
        while not stream.eof:
            try:
                part = stream.decompress(waiting, _CHUNK)
            except zlib.error as error:
                raise problems.malformed(f"the body is not gzip: {error}") from None
            waiting = stream.unconsumed_tail
            if len(expanded) + len(part) > most:
                raise problems.too_large(f"the body expands to more than {most} bytes")
            if share is not None:
                share.take(len(part))
            expanded += part
            if not part and not waiting and not stream.eof:
                raise problems.malformed("the gzip stream ends too early")
        data = stream.unused_data
    return bytes(expanded)


def items(body: bytes, media_type: str, most: int) -> Items:
    """Return the articles of a body. A line of NDJSON that is not JSON is the fault of that item alone.

    Raises the problem 400 where the body as a whole is not JSON, or holds no article, and 413 for more than `most`.
    """
    if media_type == NDJSON:
        return _lines(body, most)
    try:
        value = parse(body)
    except MalformedError as error:
        raise problems.malformed(f"the body is not JSON: {error}") from None
    if not isinstance(value, list):
        return Items((Item(value),), single=True)
    _count(len(value), most)
    return Items(tuple(Item(one) for one in value), single=False)


def _lines(body: bytes, most: int) -> Items:
    found: list[Item] = []
    left = MAX_STRUCTURE
    for number, line in enumerate(io.BytesIO(body), 1):
        if not line.strip():
            continue
        _count(len(found) + 1, most)
        if len(body) > MAX_STRUCTURE:
            left -= structure(line)
            if left < 0:
                raise problems.too_large(f"more than {MAX_STRUCTURE} characters outside of strings")
        try:
            found.append(Item(parse(line, one_line=True)))
        except MalformedError as error:
            found.append(Item(fault=f"line {number} is not JSON: {error}"))
    _count(len(found), most)
    return Items(tuple(found), single=False)


def _count(number: int, most: int) -> None:
    if number == 0:
        raise problems.malformed("the body holds no article")
    if number > most:
        raise problems.too_large(f"more than {most} articles in one request")
