"""Problem details for HTTP APIs (RFC 9457): the shape of every error that the HTTP services answer with.

A service raises `ProblemError`; `exception_handlers` turns it, and whatever else goes wrong, into
`application/problem+json`.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:frontlog:problem:"

_log = structlog.get_logger(__name__)


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a request. `pointer` is a JSON Pointer (RFC 6901) into the body, "" for the body itself."""

    pointer: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Problem details (RFC 9457). `type` names the kind of problem, `detail` says what to do about this one."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[FieldError, ...] = ()


class ProblemError(Exception):
    """Ends the request with `problem`. `headers` go with it (`Retry-After`, `WWW-Authenticate`)."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = dict(headers or {})


def problem(
    slug: str, status: int, title: str, detail: str, *, errors: tuple[FieldError, ...] = (), instance: str | None = None
) -> Problem:
    """Make a problem of the kind `slug`."""
    return Problem(type=TYPE_PREFIX + slug, title=title, status=status, detail=detail, errors=errors, instance=instance)


def respond(found: Problem, *, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """The response that carries `found`."""
    return Response(
        msgspec.json.encode(found), status_code=found.status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def _instance(request: Request[Any, Any, Any], found: Problem) -> Problem:
    return found if found.instance else msgspec.structs.replace(found, instance=request.url.path)


def _on_problem(request: Request[Any, Any, Any], error: ProblemError) -> Response[bytes]:
    return respond(_instance(request, error.problem), headers=error.headers)


def _on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework refuses: no such route or method, a parameter that is not what it should be."""
    status = error.status_code
    phrase = HTTPStatus(status).phrase
    if status >= 500:
        return _on_anything(request, error)
    found = problem(
        phrase.lower().replace(" ", "-"), status, phrase, str(error.detail or phrase), errors=_faults(error)
    )
    return respond(_instance(request, found), headers=error.headers)


def _faults(error: HTTPException) -> tuple[FieldError, ...]:
    faults = error.extra if isinstance(error.extra, list) else []
    return tuple(
        FieldError(pointer=str(fault.get("key", "")), detail=str(fault.get("message", "")))
        for fault in faults
        if isinstance(fault, dict)
    )


def _on_anything(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A fault of ours: logged whole, told without its inside."""
    _log.error("request_failed", method=request.method, path=request.url.path, exc_info=error)
    found = problem(
        "internal-error", 500, "Internal Server Error", "the service failed on this request; the fault is in its log"
    )
    return respond(_instance(request, found))


exception_handlers: Final[Mapping[int | type[Exception], Any]] = {
    ProblemError: _on_problem,
    HTTPException: _on_http,
    Exception: _on_anything,
}
"""For Litestar's `exception_handlers`: nothing leaves the service as anything but problem details."""
