"""Sends a list whole: the rows come through a cursor of the database's and leave as they come, in constant memory.

What goes wrong before the first bytes is answered as a problem; later, the connection is cut, so that the client sees
an answer that is not whole. A client that leaves frees the database's connection, and so does, after a time, one that
stays and reads nothing.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final, TypeVar, cast

import structlog
from litestar import Request
from litestar.datastructures import State
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.types import Message, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncEngine

from services.runtime.web.problems import ProblemError, problem
from services.store.api.exports.collections import Collection
from services.store.api.exports.forms import CSV, JSON, Form, negotiate
from services.store.api.exports.write import write
from services.store.api.parameters import ParameterError

AnyRequest = Request[Any, Any, Any]
VARY: Final = {"Vary": "Accept"}
P = TypeVar("P")

_log = structlog.get_logger(__name__)


class StalledError(Exception):
    """Who asked for a list has read nothing of it for too long."""


class Whole(Stream):
    """A stream whose media type is its own, not that of the route that it stands in for, and that waits for no more
    than `stalled` seconds until more of it is taken."""

    def __init__(self, content: AsyncGenerator[bytes, None], *, stalled: float, **more: Any) -> None:
        super().__init__(content, **more)
        self.chunks = content
        self.stalled = stalled

    def to_asgi_response(self, app: Any, request: AnyRequest, **more: Any) -> ASGIResponse:
        made = super().to_asgi_response(app, request, **(more | {"media_type": self.media_type}))
        return _Patient(made, self.chunks, self.stalled)


class _Patient(ASGIResponse):
    """A response whose pieces have to be taken in time. Where they are not, it ends as it is, and the server cuts the
    connection of what is not whole."""

    def __init__(self, of: ASGIResponse, chunks: AsyncGenerator[bytes, None], seconds: float) -> None:
        super().__init__()
        self._of = of
        self._chunks = chunks
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def in_time(message: Message) -> None:
            try:
                async with asyncio.timeout(self._seconds):
                    await send(message)
            except TimeoutError:
                raise StalledError(f"nothing of the answer was read for {self._seconds:g} s") from None

        try:
            await self._of(scope, receive, in_time)
        except* StalledError as stalled:
            _log.warning("list_cut", path=scope["path"], reason=str(stalled.exceptions[0]))
        finally:
            # Now, not when nothing knows the rows any more: they hold a connection.
            await self._chunks.aclose()


async def otherwise(request: AnyRequest, state: State, collection: Collection, wanted: Any, _: type[P]) -> P | None:
    """Return the whole list in the form that `Accept` asks for, in the page's stead; None where that is JSON.

    Raises ProblemError (406) where the list cannot be had in any form that is accepted.
    """
    form = negotiate(request.headers.get("accept"), collection.forms)
    if form is None:
        raise ProblemError(not_acceptable(collection), VARY)
    if form == JSON:
        return None
    for name in ("cursor", "views"):
        if name in request.query_params:
            raise ParameterError(name, f"is for pages of JSON; as {form.name} the list comes whole")
    limit = int(request.query_params["limit"]) if "limit" in request.query_params else None
    return cast("P", await answer(state, collection, form, wanted, limit))


def not_acceptable(collection: Collection) -> Any:
    """The problem of a request whose `Accept` has none of a list's forms."""
    offered = ", ".join(dict.fromkeys(form.media_type for form in collection.forms if form.by_type))
    return problem("not-acceptable", 406, "Not Acceptable", f"{collection.address} can be had as {offered}")


async def answer(state: State, collection: Collection, form: Form, wanted: Any, limit: int | None) -> Stream:
    """Return the rows of `collection` that `wanted` chooses, up to `limit`, in `form`."""
    engine: AsyncEngine = state.exports
    chunks = _chunks(engine, collection, form, wanted, limit)
    first = await anext(chunks)
    # The framework adds the charset of texts.
    return Whole(
        _after(first, chunks),
        stalled=state.stalled,
        media_type="text/csv; header=present" if form.media_type == CSV.media_type else form.media_type,
        headers={"Content-Disposition": f'inline; filename="{collection.name}.{form.name}"'} | VARY,
    )


async def _chunks(
    engine: AsyncEngine, collection: Collection, form: Form, wanted: Any, limit: int | None
) -> AsyncGenerator[bytes, None]:
    async with engine.connect() as connection:
        items = collection.stream(connection, wanted, limit)
        async with aclosing(write(collection, form, items)) as written:
            async for chunk in written:
                yield chunk


async def _after(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest):
        yield first
        async for chunk in rest:
            yield chunk
