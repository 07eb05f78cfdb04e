"""The store's own problems, beside those that every HTTP service shares."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import ValidationException

from services.runtime.web.problems import (
    FieldError,
    Problem,
    ProblemError,
    exception_handlers,
    problem,
    respond,
)
from services.store.api.cursors import CursorError
from services.store.api.parameters import ParameterError
from services.store.database import is_passing


def bad_parameter(name: str, detail: str) -> Problem:
    """400: a parameter that cannot be read; the problem names it."""
    return problem(
        "bad-parameter", 400, "Bad parameter", f"{name}: {detail}", errors=(FieldError(pointer=name, detail=detail),)
    )


def not_found(what: str, detail: str) -> ProblemError:
    return ProblemError(problem("not-found", 404, f"No such {what}", detail))


def _answer(request: Request[Any, Any, Any], found: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    return respond(msgspec.structs.replace(found, instance=request.url.path), headers=headers)


def _on_parameter(request: Request[Any, Any, Any], error: ParameterError) -> Response[bytes]:
    return _answer(request, bad_parameter(error.name, error.detail))


def _on_cursor(request: Request[Any, Any, Any], error: CursorError) -> Response[bytes]:
    return _answer(request, bad_parameter("cursor", str(error)))


def _on_validation(request: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    """A parameter of the wrong type or outside of its range: the framework's refusal, in our words."""
    faults = [f for f in error.extra if isinstance(f, dict)] if isinstance(error.extra, list) else []
    found = [FieldError(pointer=_name(f), detail=str(f.get("message", ""))) for f in faults]
    first = found[0] if found else FieldError(pointer="", detail="the request cannot be read")
    return _answer(
        request,
        problem(
            "bad-parameter",
            400,
            "Bad parameter",
            f"{first.pointer}: {first.detail}" if first.pointer else first.detail,
            errors=tuple(found),
        ),
    )


def _name(fault: dict[str, Any]) -> str:
    name = str(fault.get("key", "")).partition("[")[0]
    # The one parameter whose name is a word of Python's.
    return "type" if name == "of_type" else name


def _on_anything(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    cause = getattr(error, "orig", error)
    if getattr(cause, "sqlstate", None) == "57014":
        detail = "the database gave up on this query; narrow it by place, type or time"
        return _answer(request, problem("query-too-slow", 503, "Query too slow", detail), {"Retry-After": "5"})
    if is_passing(error):
        detail = "the database does not answer; try again shortly"
        return _answer(
            request, problem("database-unavailable", 503, "Database unavailable", detail), {"Retry-After": "5"}
        )
    answer: Response[bytes] = exception_handlers[Exception](request, error)
    return answer


handlers = dict(exception_handlers) | {
    ParameterError: _on_parameter,
    CursorError: _on_cursor,
    ValidationException: _on_validation,
    Exception: _on_anything,
}
"""For Litestar's `exception_handlers`."""
