"""Sends a list whole: the rows come through a cursor of the database's and leave as they come, in constant memory.

What goes wrong before the first bytes is answered as a problem; later, the connection is cut, so that the client sees
an answer that is not whole. A client that leaves frees the database's connection.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final, TypeVar, cast

from litestar import Request
from litestar.datastructures import State
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from services.runtime.web.problems import ProblemError, problem
from services.store.api.exports.collections import Collection
from services.store.api.exports.forms import CSV, JSON, Form, negotiate
from services.store.api.exports.write import write
from services.store.api.parameters import ParameterError

AnyRequest = Request[Any, Any, Any]
VARY: Final = {"Vary": "Accept"}
P = TypeVar("P")


class Whole(Stream):
    """A stream whose media type is its own, not that of the route that it stands in for."""

    def to_asgi_response(self, app: Any, request: AnyRequest, **more: Any) -> ASGIResponse:
        return super().to_asgi_response(app, request, **(more | {"media_type": self.media_type}))


async def otherwise(request: AnyRequest, state: State, collection: Collection, wanted: Any, _: type[P]) -> P | None:
    """Return the whole list in the form that `Accept` asks for, in the page's stead; None where that is JSON.

    Raises ProblemError (406) where the list cannot be had in any form that is accepted.
    """
    form = negotiate(request.headers.get("accept"), collection.forms)
    if form is None:
        raise ProblemError(not_acceptable(collection), VARY)
    if form == JSON:
        return None
    if "cursor" in request.query_params:
        raise ParameterError("cursor", f"is for pages of JSON; as {form.name} the list comes whole")
    limit = int(request.query_params["limit"]) if "limit" in request.query_params else None
    return cast("P", await answer(state, collection, form, wanted, limit))


def not_acceptable(collection: Collection) -> Any:
    """The problem of a request whose `Accept` has none of a list's forms."""
    offered = ", ".join(dict.fromkeys(form.media_type for form in collection.forms if form.by_type))
    return problem("not-acceptable", 406, "Not Acceptable", f"/{collection.name} can be had as {offered}")


async def answer(state: State, collection: Collection, form: Form, wanted: Any, limit: int | None) -> Stream:
    """Return the rows of `collection` that `wanted` chooses, up to `limit`, in `form`."""
    engine: AsyncEngine = state.exports
    chunks = _chunks(engine, collection, form, wanted, limit)
    first = await anext(chunks)
    return Whole(
        _after(first, chunks),
        media_type="text/csv; charset=utf-8; header=present" if form.media_type == CSV.media_type else form.media_type,
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
