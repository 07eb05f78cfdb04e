"""What operators ask of an HTTP service: `/healthz`, `/readyz`, `/metrics`, and counts, times and a log of requests."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import msgspec
import structlog
from litestar import Response, get
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.runtime import metrics
from services.runtime.spans import span
from services.runtime.trace import trace_id, traceparent
from services.runtime.web.problems import MEDIA_TYPE, Problem, ProblemError, problem

CHECK_SECONDS: Final = 5.0
"""What a check of `/readyz` may take: with the time that an answer is kept, a loss is told well within 15 s."""


PROBES: Final = ("/healthz", "/readyz", "/metrics")
"""Asked every few seconds, and not logged."""
HANDED_ON: Final = "frontlog.traceparent"
"""Key of the scope for the `traceparent` that what the request brings is to carry on, or None."""

_log = structlog.get_logger(__name__)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`ok`: the process answers. `ready`: it can also do its work."""

    status: str


NOT_READY: Final = ResponseSpec(
    Problem, description="It cannot, and why.", media_type=cast("Any", MEDIA_TYPE), generate_examples=False
)


class Patient:
    """A check that has `seconds` to answer. One that has not answered then has failed, but goes on and is not asked a
    second time meanwhile: to cancel it can take as long as the server that it waits for stays silent."""

    def __init__(self, check: Callable[[], Awaitable[None]], seconds: float = CHECK_SECONDS) -> None:
        self._check = check
        self._seconds = seconds
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Raise what the check raises, and TimeoutError where it does not answer."""
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        asking = self._asking
        done, _ = await asyncio.wait({asking}, timeout=self._seconds)
        if not done:
            raise TimeoutError(f"no answer in {self._seconds:g} s")
        self._asking = None
        await asking

    async def _ask(self) -> None:
        await self._check()


class Readiness:
    """A check whose answer is kept for `seconds`, so that many probes cost one check; one runs at a time."""

    def __init__(self, check: Callable[[], Awaitable[None]], seconds: float = 2.0) -> None:
        self._check = Patient(check)
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._checked_at = float("-inf")
        self._fault: str | None = None

    async def fault(self) -> str | None:
        """Return what is wrong, or None."""
        async with self._lock:
            if time.monotonic() - self._checked_at >= self._seconds:
                try:
                    await self._check()
                    self._fault = None
                except Exception as error:
                    self._fault = str(error) or type(error).__name__
                self._checked_at = time.monotonic()
            return self._fault


@get("/healthz", sync_to_thread=False)
def healthz() -> Health:
    """The process is alive."""
    return Health(status="ok")


@get("/metrics", sync_to_thread=False, media_type="text/plain")
def metrics_page() -> Response[bytes]:
    """Prometheus' text format."""
    # The framework adds the charset; told twice, Prometheus refuses the header.
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST.partition("; charset=")[0])


def readyz(readiness: Readiness, *, needs: str) -> HTTPRouteHandler:
    """The handler of `/readyz`. `needs` says what the service cannot work without, as in "the log"."""

    @get("/readyz", responses={503: NOT_READY})
    async def ready() -> Health:
        """The service can do its work."""
        fault = await readiness.fault()
        if fault is not None:
            found = problem("not-ready", 503, "Not ready", f"{needs} cannot be used: {fault}")
            raise ProblemError(found, {"Retry-After": "5"})
        return Health(status="ready")

    return ready


class RequestMetrics(ASGIMiddleware):
    """Counts requests and their time by route, and logs each with the trace that its `traceparent` names.

    Unknown paths share one label, so that scans do not make series. What is logged meanwhile carries the trace as well.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Run the request and record method, route, status and duration."""
        started = time.perf_counter()
        status = 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        parent = _parent(scope)
        trace = trace_id(parent)
        try:
            with structlog.contextvars.bound_contextvars(**({"trace_id": trace} if trace else {})):
                if scope.get("path") in PROBES:
                    await next_app(scope, receive, observed)
                else:
                    with span(_span_name(scope), parent) as handed_on:
                        cast("dict[str, Any]", scope)[HANDED_ON] = handed_on
                        await next_app(scope, receive, observed)
        finally:
            seconds = time.perf_counter() - started
            route = _route(scope)
            method = str(scope.get("method", ""))
            metrics.HTTP_REQUESTS.labels(method, route, str(status)).inc()
            metrics.HTTP_SECONDS.labels(method, route).observe(seconds)
            if route not in PROBES:
                _log.info(
                    "request",
                    method=method,
                    route=route,
                    path=str(scope.get("path", ""))[:200],
                    status=status,
                    seconds=round(seconds, 4),
                    **({"trace_id": trace} if trace else {}),
                )


def _parent(scope: Any) -> str | None:
    """The `traceparent` of the request, where it has a valid one."""
    for name, value in scope.get("headers", ()):
        if name == b"traceparent":
            return traceparent(value.decode("latin-1"))
    return None


def _span_name(scope: Any) -> str:
    """Method and first part of the path: what comes behind may be different each time."""
    return f"{scope.get('method', '')} /{str(scope.get('path', '')).strip('/').partition('/')[0][:50]}"


def _route(scope: Any) -> str:
    template = scope.get("path_template")
    return template if isinstance(template, str) and template else "other"
