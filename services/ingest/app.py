"""The composition of ingest: settings and a log in, an ASGI application out. The handlers hold no decisions.

webhook -> rate -> room -> body -> signature -> replay -> intake (accept, publish) -> answer
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from typing import Any, cast

from litestar import Litestar, Request, Response, Router, post
from litestar.exceptions import ClientException, InternalServerException

from services.ingest import body, openapi, problems
from services.ingest.auth import Keys, client
from services.ingest.body import Buffered, Encoding, Limits
from services.ingest.certificate import keep_looking
from services.ingest.html_pool import HtmlPool
from services.ingest.intake import Intake, Sender
from services.ingest.limits import InFlight, RateLimit
from services.ingest.recent import Recent
from services.ingest.replay import Answer, Replays, ReusedIdError
from services.ingest.settings import IngestSettings
from services.ingest.signatures import SignatureError, verify
from services.ingest.tail import Tail
from services.runtime import metrics
from services.runtime.log.port import Log
from services.runtime.settings import load
from services.runtime.trace import begin
from services.runtime.web.docs import home, openapi_config, openapi_json
from services.runtime.web.observe import HANDED_ON, Readiness, RequestMetrics, healthz, metrics_page, readyz
from services.runtime.web.problems import ProblemError, exception_handlers

AnyRequest = Request[Any, Any, Any]


class Ingest:
    """What the handlers share."""

    def __init__(self, settings: IngestSettings, log: Log) -> None:
        self.settings = settings
        self.pages = HtmlPool(settings.html_workers, settings.html_seconds)
        self.keys = Keys(settings.keys, open=settings.open)
        self.rate = RateLimit(settings.rate, settings.burst)
        self.in_flight = InFlight(settings.max_in_flight)
        self.buffered = Buffered(settings.max_buffered_bytes)
        self.replays = Replays(settings.replays)
        self.tail = Tail(log, Recent(settings.recent))
        self.intake = Intake(log, self.pages, self.tail, settings.publish_seconds)

    async def articles(self, request: AnyRequest) -> Answer:
        """Answer `POST /articles`. Raises problems."""
        self._may_come(self.keys.admit(request.headers.get("authorization"), _address(request)))
        with self.in_flight.enter(), self.buffered.share() as share:
            how = _encoding(request)
            data = await self._body(request, how, share)
            found = body.items(data, how.media_type, self.settings.max_items)
            return await self.intake.take(found, Sender(None, _trace(request)))

    async def webhook(self, request: AnyRequest, source: str) -> Answer:
        """Answer `POST /webhooks/{source}`. Raises problems."""
        self._may_come(client(_address(request)))
        with self.in_flight.enter(), self.buffered.share() as share:
            how = _encoding(request)
            secrets = self.settings.webhook_secrets.get(source)
            if secrets is None:
                raise problems.unsigned("this service has no secret of that source")
            data = await self._body(request, how, share)
            try:
                webhook_id = verify(secrets, request.headers, data)
            except SignatureError as error:
                raise problems.unsigned(str(error)) from None

            async def work() -> Answer:
                found = body.items(data, how.media_type, self.settings.max_items)
                sender = Sender(source, _trace(request))
                return await self.intake.take(found, sender)

            try:
                return await self.replays.once(source, webhook_id, data, work)
            except ReusedIdError:
                raise problems.reused() from None

    def _may_come(self, who: str) -> None:
        wait = self.rate.wait(who, time.monotonic())
        if wait > 0:
            raise problems.too_many(max(1, ceil(wait)))

    async def _body(self, request: AnyRequest, how: Encoding, share: body.Share) -> bytes:
        limits = Limits(self.settings.max_body_bytes, self.settings.max_expanded_bytes, self.settings.body_seconds)
        return await body.read(_chunks(request), _announced(request), how, limits, share)


def create_app(settings: IngestSettings, log: Log) -> Litestar:
    """Return the application. It uses `log` and does not close it."""
    ingest = Ingest(settings, log)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        warming = [asyncio.create_task(ingest.pages.warm())]
        if settings.public is not None:
            warming.append(asyncio.create_task(keep_looking(settings.public)))
        metrics.REQUESTS_IN_FLIGHT.set_function(lambda: ingest.in_flight.now)
        ingest.pages.measure()
        await ingest.tail.recall(min(settings.recall, settings.recent))
        try:
            yield
        finally:
            for task in warming:
                task.cancel()
            await ingest.pages.close()

    async def ready() -> None:
        await log.check()
        await ingest.intake.attempts.check()

    @post("/articles", include_in_schema=True)
    async def post_articles(request: AnyRequest) -> Response[bytes]:
        return await _answered(ingest.articles(request))

    @post("/webhooks/{source:str}", include_in_schema=True)
    async def post_webhook(request: AnyRequest, source: str) -> Response[bytes]:
        return await _answered(ingest.webhook(request, source))

    app = Litestar(
        [
            Router("/", route_handlers=[post_articles, post_webhook]),
            healthz,
            readyz(Readiness(ready), needs="the log"),
            metrics_page,
            home,
            openapi_json,
        ],
        lifespan=[lifespan],
        middleware=[RequestMetrics()],
        exception_handlers=dict(exception_handlers),
        openapi_config=openapi_config(title=openapi.TITLE, version=openapi.VERSION, description=openapi.DESCRIPTION),
        request_max_body_size=None,
        logging_config=None,
    )
    document = app.openapi_schema
    document.paths = cast("Any", openapi.paths(settings))
    document.components = cast("Any", openapi.components())
    return app


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document as the default settings make it, for the reference pages."""
    return create_app(load(IngestSettings, {}), cast("Log", _NoLog())).openapi_schema.to_schema()


class _NoLog:
    """Stands in where only the document is wanted."""

    async def check(self) -> None:
        raise NotImplementedError


async def _answered(answer: Any) -> Response[bytes]:
    try:
        found: Answer = await answer
    except ProblemError as error:
        metrics.REQUESTS_REJECTED.labels(error.problem.type.rpartition(":")[2]).inc()
        raise
    return Response(found.body, status_code=found.status, media_type=found.media_type)


def _trace(request: AnyRequest) -> str:
    """The trace that the request is part of; without one, a new one begins with it."""
    handed_on: str | None = cast("dict[str, Any]", request.scope).get(HANDED_ON)
    return handed_on or begin()


def _encoding(request: AnyRequest) -> Encoding:
    return body.encoding(request.headers.get("content-type"), request.headers.get("content-encoding"))


def _announced(request: AnyRequest) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 19 else None


def _address(request: AnyRequest) -> str | None:
    return request.client.host if request.client else None


async def _chunks(request: AnyRequest) -> AsyncIterator[bytes]:
    """The body as it arrives. A sender that goes away is no fault of ours."""
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException as error:
        raise ClientException("the connection was lost before the body had arrived") from error
