"""The addresses of whole lists, one for each form (`/events.csv`, `/places.geojson`), with the filters of the pages."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from litestar import get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from litestar.response import Stream

from services.store.api import filters
from services.store.api import parameters as read
from services.store.api.exports.answer import answer
from services.store.api.exports.collections import (
    ARTICLES,
    CLAIMS,
    CONTROL,
    EVENTS,
    HISTORY,
    INCIDENTS,
    PLACES,
    SOURCES,
    Collection,
)
from services.store.api.exports.dictionary import dictionary
from services.store.api.exports.forms import JSON, Form
from services.store.api.queries.history import HistoryFilters

Rows = Annotated[int | None, Parameter(ge=1, le=2**31, description="Most rows; without it, all of them.")]


def _routes(
    collection: Collection, chosen: Callable[..., Any], parameters: frozenset[str], **more: Callable[..., Any]
) -> list[HTTPRouteHandler]:
    """`chosen` is the dependency that gives the filters, `more` what it depends on."""
    return [_route(collection, form, chosen, parameters, more) for form in collection.forms if form != JSON]


def _route(
    collection: Collection,
    form: Form,
    chosen: Callable[..., Any],
    parameters: frozenset[str],
    more: dict[str, Callable[..., Any]],
) -> HTTPRouteHandler:
    @get(
        f"/{collection.name}.{form.name}",
        include_in_schema=False,
        dependencies={name: Provide(one) for name, one in (more | {"wanted": chosen}).items()},
        opt={"parameters": parameters | {"limit"}, "tagged": True, "streams": True},
    )
    async def whole(state: State, wanted: Any, limit: Rows = None) -> Stream:
        return await answer(state, collection, form, wanted, limit)

    return whole


def _history(form: Form) -> HTTPRouteHandler:
    @get(
        f"/places/{{place_id:str}}/control.{form.name}",
        include_in_schema=False,
        opt={"parameters": frozenset({"since", "until", "limit"}), "tagged": True, "streams": True},
    )
    async def whole(
        state: State, place_id: str, since: filters.Since = None, until: filters.Until = None, limit: Rows = None
    ) -> Stream:
        first, last = read.day("since", since), read.day("until", until)
        read.ordered("since", first, "until", last)
        return await answer(state, HISTORY, form, HistoryFilters(read.name("place_id", place_id), first, last), limit)

    return whole


HANDLERS: Final = (
    dictionary,
    *(_history(form) for form in HISTORY.forms if form != JSON),
    *_routes(EVENTS, filters.event_filters, filters.FILTERS),
    *_routes(CLAIMS, filters.event_filters, filters.FILTERS),
    *_routes(ARTICLES, filters.article_filters, filters.ARTICLE_FILTERS),
    *_routes(PLACES, filters.place_filters, filters.PLACE_FILTERS),
    *_routes(CONTROL, filters.control_filters, filters.CONTROL_FILTERS),
    *_routes(INCIDENTS, filters.incident_filters, filters.INCIDENT_FILTERS, filters=filters.event_filters),
    *_routes(SOURCES, filters.source_filters, filters.SOURCE_FILTERS),
)
