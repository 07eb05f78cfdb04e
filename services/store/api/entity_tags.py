"""`ETag` and `If-None-Match` (RFC 9110, section 8.8.3): who has an answer that still holds is told so, without it.

What the tables hold follows from the log up to the offsets that stand beside them, so the offsets are their version.
Tables that a rebuild has put in their place are others, with the same offsets or not. The version is looked at before
the rows: a tag may be older than the answer that it goes with, which costs a request, but never newer.
"""

import hashlib
from pathlib import Path
from typing import Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_VERSION: Final = text(
    "select string_agg(concat_ws(' ', tableoid, consumer_group, topic, partition, next_offset), ',' "
    "order by consumer_group, topic, partition), (select max(version_num) from alembic_version) from projection_offset"
)
_MOST_READ: Final = 4_000
"""Characters of `If-None-Match` that are looked at."""


def _code() -> str:
    """A digest of the code that makes the answers: after an upgrade, an old answer holds no longer."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


async def version(engine: AsyncEngine) -> str:
    """What the tables hold, as a short text: the same as long as it is the same."""
    async with engine.connect() as connection:
        offsets, schema = (await connection.execute(_VERSION)).one()
    return f"{schema} {offsets}"


def tag(*parts: str) -> str:
    """A weak entity tag of what determines an answer."""
    return f'W/"{hashlib.sha256(chr(0).join(parts).encode("utf-8", "replace")).hexdigest()[:32]}"'


def known(if_none_match: str, current: str) -> bool:
    """Whether one of the tags that a client has is the current one, by the weak comparison."""
    if len(if_none_match) > _MOST_READ:
        return False
    return current.removeprefix("W/") in (one.strip().removeprefix("W/") for one in if_none_match.split(","))


class EntityTags(ASGIMiddleware):
    """Tags the answers of routes with `opt["tagged"]`, and answers 304 where the client has the current one."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._code = _code()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Run the request, or spare it."""
        if scope["method"] != "GET" or not scope["route_handler"].opt.get("tagged"):  # type: ignore[typeddict-item]
            await next_app(scope, receive, send)
            return
        given = {name: value.decode("latin-1") for name, value in scope["headers"]}
        current = tag(
            self._code,
            await version(self._engine),
            scope.get("root_path", ""),
            scope["path"],
            scope["query_string"].decode("latin-1"),
            given.get(b"accept", ""),
        )
        headers = [(b"etag", current.encode()), (b"cache-control", b"no-cache"), (b"vary", b"Accept")]
        if known(given.get(b"if-none-match", ""), current):
            await send(HTTPResponseStartEvent(type="http.response.start", status=304, headers=headers))
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                kept = [(name, value) for name, value in message["headers"] if name.lower() != b"vary"]
                message["headers"] = [*kept, *headers]
            await send(message)

        await next_app(scope, receive, tagged)
