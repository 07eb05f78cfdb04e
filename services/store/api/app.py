"""The composition of the query API: settings in, an ASGI application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.openapi.spec import Tag

from services.runtime.build import build
from services.runtime.settings import load
from services.runtime.web.docs import openapi_config, openapi_json
from services.runtime.web.observe import Readiness, RequestMetrics, healthz, metrics_page, readyz
from services.store.api import problems
from services.store.api.entity_tags import EntityTags
from services.store.api.filters import FILTERS, event_filters
from services.store.api.page import page, page_file
from services.store.api.routes import HANDLERS, only_known_parameters
from services.store.api.settings import ApiSettings
from services.store.api.topics_page import asyncapi_yaml
from services.store.database import measure, open_engine
from services.store.names import known
from services.store.schema_check import schema_check
from services.store.stream.route import stream_handler
from services.store.stream.settings import StreamSettings
from services.store.stream.tail import Tail

DESCRIPTION: Final = """Who claims what happened, where and when: events and claims read from reports of war.

Lists come in pages, the latest first; `next` is the address of the following page. A parameter whose type is a list may
be given several times, and any of its values will do; every other one is given once. Different parameters all have to
hold. Source, side and stance are those of one claim: `source=General Staff of Ukraine&stance=denies` is what it denies.
An event without a date in its text counts for the day of its article, the latest that it can be.

Every list but those of one incident can be had whole, without pages: add `.ndjson`, `.csv`, `.parquet` or, where it has
places, `.geojson` to its address, or ask by `Accept`; `/events.acled.csv` and `/events.plover.csv` have the codes of
these schemes, `/claims.csv` has claims one by one. `/dictionary` explains the columns, `/asyncapi.yaml` the topics of
the log. Answers have an `ETag`.

Errors are problem details (RFC 9457); a 400 names the parameter."""


def create_app(settings: ApiSettings, database: str) -> Litestar:
    """Return the application, reading from the Postgres at address `database`."""
    engine = open_engine(
        database, size=settings.pool, statement_timeout=settings.seconds, read_only=True, autocommit=True, name="api"
    )
    exports = open_engine(
        database, size=settings.exports, statement_timeout=settings.seconds, read_only=True, name="api-exports"
    )
    stream = load(StreamSettings)
    tail = Tail(engine, most=stream.readers)
    measure(engine)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        known.load()
        try:
            yield
        finally:
            await engine.dispose()
            await exports.dispose()

    return Litestar(
        [
            *HANDLERS,
            stream_handler(event_filters, FILTERS),
            healthz,
            readyz(Readiness(schema_check(engine)), needs="the database"),
            metrics_page,
            page,
            page_file,
            openapi_json,
            asyncapi_yaml,
        ],
        state=State(
            {
                "exports": exports,
                "stalled": settings.stalled,
                "engine": engine,
                "tail": tail,
                "heartbeat": stream.heartbeat,
            }
        ),
        lifespan=[lifespan],
        guards=[only_known_parameters],
        middleware=[RequestMetrics(), EntityTags(engine)],
        exception_handlers=problems.handlers,
        cors_config=CORSConfig(allow_origins=list(settings.cors), allow_methods=["GET"]) if settings.cors else None,
        openapi_config=openapi_config(
            title="frontlog query API",
            version=build(),
            description=DESCRIPTION,
            use_handler_docstrings=True,
            tags=[
                Tag("events", "What is said to have happened, and who says so."),
                Tag("articles", "The reports that it was read from."),
                Tag("incidents", "What several reports tell of one thing."),
                Tag("sources", "Who says so, and what became of that."),
                Tag("places", "Where it happened, and who is said to hold what."),
                Tag("operation", "How the service is."),
            ],
        ),
        logging_config=None,
    )


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document that the service serves, made without a database."""
    return create_app(load(ApiSettings, {}), "postgresql://nobody@127.0.0.1:1/none").openapi_schema.to_schema()
