"""`GET /stream`: the changes of events as server-sent events (WHATWG HTML, section 9.2), resumed without a gap."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, cast

import msgspec
from litestar import get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from services.contracts.codec import encode
from services.runtime.web.problems import MEDIA_TYPE, Problem, ProblemError, problem
from services.store.api.parameters import EventFilters, ParameterError
from services.store.stream.change import Change
from services.store.stream.matching import Told, asks, concerning
from services.store.stream.tail import ForgottenError, Tail, TooManyReadersError

RETRY_MILLISECONDS: Final = 3000
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """The first message of a stream: where it starts."""

    position: str


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is gone, or that is no longer what was asked for."""

    event_id: str
    article_id: str


def _problem(description: str) -> ResponseSpec:
    return ResponseSpec(Problem, description=description, media_type=cast("Any", MEDIA_TYPE), generate_examples=False)


async def _open(
    tail: Tail, filters: EventFilters, position: int | None, heartbeat: float
) -> tuple[contextlib.AsyncExitStack, AsyncIterator[bytes]]:
    stack = contextlib.AsyncExitStack()
    try:
        await stack.enter_async_context(tail.reader())
        start = await tail.start_at(position)
    except BaseException as error:
        await stack.aclose()
        if isinstance(error, TooManyReadersError):
            found = problem("too-many-readers", 503, "Too many readers", f"{error}; try again later")
            raise ProblemError(found, {"Retry-After": "30"}) from error
        if isinstance(error, ForgottenError):
            raise ProblemError(_gone(error)) from error
        raise
    return stack, _messages(tail, filters, start, heartbeat, stack)


def _position(name: str, text: str | None) -> int | None:
    """Read an id of the stream; empty is none, as browsers have it. Raises ParameterError naming how it was given."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ParameterError(name, "is not an id of this stream: a whole number")
    return int(text)


def _gone(error: ForgottenError) -> Problem:
    detail = f"{error}: load /events with the same filters anew, and follow the stream from its end"
    return problem("changes-forgotten", 410, "Changes are kept no longer", detail)


async def _messages(
    tail: Tail, filters: EventFilters, position: int, heartbeat: float, stack: contextlib.AsyncExitStack
) -> AsyncIterator[bytes]:
    async with stack:
        ready = msgspec.json.encode(Ready(position=str(position)))
        yield b"retry: %d\n" % RETRY_MILLISECONDS + _message("ready", position, ready)
        while not tail.ended.is_set():
            try:
                changes = await tail.read(position, heartbeat)
                told = await _concerning(tail, filters, changes)
            except ForgottenError as error:
                # A reader that was slower than the changes are kept: it has to be told, and not merely cut off.
                yield _message("forgotten", position, msgspec.json.encode(_gone(error)))
                return
            if not changes:
                yield b": still here\n\n"
                continue
            position = changes[-1].id
            for one in told:
                yield _told(one)
            if not told or told[-1].id != position:
                # An id without data is no message, but a browser that resumes goes on from it.
                yield b"id: %d\n\n" % position


async def _concerning(tail: Tail, filters: EventFilters, changes: list[Change]) -> list[Told]:
    if not changes or not asks(filters):
        return await concerning(None, filters, changes)
    async with tail.connection() as connection:
        return await concerning(connection, filters, changes)


def _told(told: Told) -> bytes:
    if told.kind == "withdrawn" or told.change.after is None:
        held = told.change.before
        article = held.event.article_id if held is not None else ""
        data = msgspec.json.encode(Withdrawal(event_id=str(told.change.event_id), article_id=article))
    else:
        data = encode(told.change.after.event)
    return _message(told.kind, told.id, data)


def _message(name: str, position: int, data: bytes) -> bytes:
    # JSON has no line breaks of its own: one line of data.
    return b"event: %s\nid: %d\ndata: %s\n\n" % (name.encode(), position, data)


def stream_handler(filters: Any, known: frozenset[str]) -> Any:
    """The route. `filters` is the dependency that reads those of `/events`, `known` are their names."""

    @get(
        "/stream",
        tags=["events"],
        operation_id="stream",
        dependencies={"filters": Provide(filters)},
        media_type="text/event-stream",
        responses={
            400: _problem("A parameter cannot be used."),
            410: _problem("What followed that id is kept no longer."),
            503: _problem("The database does not answer, or there are too many readers."),
        },
        opt={"parameters": known | {"last_event_id"}},
    )
    async def stream(
        state: State,
        filters: EventFilters,
        last_event_id: Annotated[
            str | None, Parameter(description="Go on behind this id, where no header can be sent.")
        ] = None,
        resume: Annotated[
            str | None, Parameter(header="Last-Event-ID", description="Go on behind this id; it comes first.")
        ] = None,
    ) -> Stream:
        """The changes of events as they happen, as server-sent events: `added`, `changed`, `withdrawn`.

        The filters are those of `/events`. Who applies the messages to what `/events` gave holds what it then gives:
        open the stream, read `/events`, apply. `added` and `changed` carry the whole event, `withdrawn` its id. The
        first message, `ready`, tells where the stream starts; by `Last-Event-ID` it goes on without a gap, or is
        answered 410 where that is too long ago.
        """
        name, given = ("last_event_id", last_event_id) if resume is None else ("Last-Event-ID", resume)
        _, messages = await _open(state.tail, filters, _position(name, given), state.heartbeat)
        return Stream(messages, media_type="text/event-stream", headers=_HEADERS)

    return stream
