"""The routes: parameters declared and documented, checked, handed to a query, and answered as a view."""

from typing import Annotated, Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, get
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.contracts.messages import Event
from services.runtime.web.problems import MEDIA_TYPE as PROBLEM_TYPE
from services.runtime.web.problems import Problem
from services.store.api import parameters as read
from services.store.api.exports.answer import otherwise
from services.store.api.exports.collections import (
    ARTICLES,
    CLAIMS,
    CONTROL,
    EVENTS,
    HISTORY,
    INCIDENTS,
    PLACES,
    SOURCES,
)
from services.store.api.exports.routes import HANDLERS as EXPORTS
from services.store.api.filters import (
    ARTICLE_FILTERS,
    CONTROL_FILTERS,
    FILTERS,
    INCIDENT_FILTERS,
    PLACE_FILTERS,
    SEVERAL,
    SOURCE_FILTERS,
    At,
    Since,
    Until,
    article_filters,
    control_filters,
    event_filters,
    incident_filters,
    place_filters,
    source_filters,
)
from services.store.api.known_place import known_place
from services.store.api.parameters import EventFilters, ParameterError
from services.store.api.problems import not_found
from services.store.api.queries import articles, claims, control, events, incidents, members, places, sources
from services.store.api.queries import status as store_status
from services.store.api.queries.articles import ArticleFilters
from services.store.api.queries.control import ControlFilters
from services.store.api.queries.history import HistoryFilters
from services.store.api.queries.incidents import IncidentFilters
from services.store.api.queries.places import PlaceFilters
from services.store.api.queries.sources import SourceFilters
from services.store.api.views import (
    ArticleDetail,
    ArticlePage,
    ClaimPage,
    ControlPage,
    ControlTimeline,
    EventPage,
    IncidentDetail,
    IncidentPage,
    MemberPage,
    PlaceDetail,
    PlacePage,
    ReportPage,
    SourceDetail,
    SourcePage,
    StatementPage,
    Status,
)

AnyRequest = Request[Any, Any, Any]


def _problem(description: str) -> ResponseSpec:
    return ResponseSpec(Problem, description=description, media_type=cast("Any", PROBLEM_TYPE), generate_examples=False)


_BAD: Final = _problem("A parameter cannot be used.")
_GONE: Final = _problem("There is no such thing.")
_NOT_ACCEPTABLE: Final = _problem("The list cannot be had in any form that is accepted.")
_BUSY: Final = _problem("The database does not answer, or not in time.")
_NO_PARAMETERS: Final[dict[str, Any]] = {"parameters": frozenset(), "tagged": True}
"""`tagged`: what the answer tells follows from the projections alone, and it has an ETag."""
_LIST: Final = {400: _BAD, 406: _NOT_ACCEPTABLE, 503: _BUSY}
_ONE: Final = {400: _BAD, 404: _GONE, 503: _BUSY}
_MEMBERS: Final[dict[str, Any]] = {
    "responses": _ONE,
    "opt": {"parameters": frozenset({"limit", "cursor"}), "tagged": True},
}

Limit = Annotated[int, Parameter(ge=1, le=read.MOST_ITEMS, description="Most items of one page.")]
Cursor = Annotated[
    str | None, Parameter(description="Where to go on: taken from `next`, which has every other parameter too.")
]
MOST_PLACES: Final = 100_000
MOST_VIEWED: Final = 100
"""Places of a page with what speaks for each side."""


@get(
    "/events",
    tags=["events"],
    operation_id="events",
    dependencies={"filters": Provide(event_filters)},
    responses=_LIST,
    opt={"parameters": FILTERS | {"limit", "cursor"}, "tagged": True},
)
async def list_events(
    request: AnyRequest, state: State, filters: EventFilters, limit: Limit = 50, cursor: Cursor = None
) -> EventPage:
    """Events, the latest first."""
    if (other := await otherwise(request, state, EVENTS, filters, EventPage)) is not None:
        return other
    async with _engine(state).connect() as connection:
        items, after = await events.page(connection, filters, limit, cursor)
    return EventPage(items=items, next=_next(request, after))


@get("/events/{event_id:uuid}", tags=["events"], operation_id="event", responses=_ONE, opt=_NO_PARAMETERS)
async def get_event(state: State, event_id: UUID) -> Event:
    """One event with its claims, mentions and the words that each slot was read from."""
    async with _engine(state).connect() as connection:
        found = await events.one(connection, event_id)
    if found is None:
        raise not_found("event", f"no event {event_id}; it may have been withdrawn when its article was read again")
    return found


@get(
    "/claims",
    tags=["events"],
    operation_id="claims",
    dependencies={"filters": Provide(event_filters)},
    responses=_LIST,
    opt={"parameters": FILTERS | {"limit", "cursor"}, "tagged": True},
)
async def list_claims(
    request: AnyRequest, state: State, filters: EventFilters, limit: Limit = 50, cursor: Cursor = None
) -> ClaimPage:
    """Claims one by one, those of the latest events first: who says what of which event.

    Source, side and stance choose claims, the other filters events.
    """
    if (other := await otherwise(request, state, CLAIMS, filters, ClaimPage)) is not None:
        return other
    async with _engine(state).connect() as connection:
        items, after = await claims.page(connection, filters, limit, cursor)
    return ClaimPage(items=items, next=_next(request, after))


@get(
    "/articles",
    tags=["articles"],
    operation_id="articles",
    dependencies={"filters": Provide(article_filters)},
    responses=_LIST,
    opt={"parameters": ARTICLE_FILTERS | {"limit", "cursor"}, "tagged": True},
)
async def list_articles(
    request: AnyRequest, state: State, filters: ArticleFilters, limit: Limit = 50, cursor: Cursor = None
) -> ArticlePage:
    """Articles, the latest published first; one without a time of publication stands at that of its receipt.

    `text` is looked for in what was read last of an article.
    """
    if (other := await otherwise(request, state, ARTICLES, filters, ArticlePage)) is not None:
        return other
    async with _engine(state).connect() as connection:
        items, after = await articles.page(connection, filters, limit, cursor)
    return ArticlePage(items=items, next=_next(request, after))


@get("/articles/{article_id:uuid}", tags=["articles"], operation_id="article", responses=_ONE, opt=_NO_PARAMETERS)
async def get_article(state: State, article_id: UUID) -> ArticleDetail:
    """One article: metadata, the cleaned text that offsets point into, and its events in the order of the text."""
    async with _engine(state).connect() as connection:
        found = await articles.one(connection, article_id)
    if found is None:
        raise not_found("article", f"no article {article_id}")
    return found


@get(
    "/places",
    tags=["places"],
    operation_id="places",
    dependencies={"filters": Provide(place_filters)},
    responses=_LIST,
    opt={"parameters": PLACE_FILTERS | {"limit", "cursor"}, "tagged": True},
)
async def list_places(
    request: AnyRequest, state: State, filters: PlaceFilters, limit: Limit = 50, cursor: Cursor = None
) -> PlacePage:
    """Places that events name, by name or round a point, with the number of their events and their present standing."""
    if (other := await otherwise(request, state, PLACES, filters, PlacePage)) is not None:
        return other
    async with _engine(state).connect() as connection:
        items, after = await places.page(connection, filters, limit, cursor)
    return PlacePage(items=items, next=_next(request, after))


@get("/places/{place_id:str}", tags=["places"], operation_id="place", responses=_ONE, opt=_NO_PARAMETERS)
async def get_place(state: State, place_id: str) -> PlaceDetail:
    """One place, by its id or by a spelling that means no other."""
    wanted = read.name("place_id", place_id)
    async with _engine(state).connect() as connection:
        return await places.detail(connection, await known_place(connection, wanted))


@get(
    "/places/{place_id:str}/control",
    tags=["places"],
    operation_id="control",
    responses=_ONE | {406: _NOT_ACCEPTABLE},
    opt={"parameters": frozenset({"at", "since", "until", "limit", "cursor"}), "tagged": True},
)
async def get_control(
    request: AnyRequest,
    state: State,
    place_id: str,
    at: At = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, Parameter(ge=1, le=1000, description="Most entries of the timeline: the latest.")] = 50,
    cursor: Cursor = None,
) -> ControlTimeline:
    """Who is said to hold a place at a day: since when, by whose word, who denies it; and its history.

    `views` has what speaks for each side since the standing began, `history` every standing that the place has had,
    `timeline` the events with how the place stands after each. Standings always follow from all evidence, whatever
    part of the timeline is asked for; the rules are in docs/control.md. A place of which nothing is said has the
    standing of what it lies in, and `inherited_from` tells so. Other forms than JSON have the history alone.
    """
    wanted = read.name("place_id", place_id)
    day = read.day_at("at", at)
    first, last = read.day("since", since), read.day("until", until)
    read.ordered("since", first, "until", last)
    history = HistoryFilters(wanted, first, last or day)
    if (other := await otherwise(request, state, HISTORY, history, ControlTimeline)) is not None:
        return other
    async with _engine(state).connect() as connection:
        row = await known_place(connection, wanted)
        found, before = await control.of_place(
            connection, row, at=day, since=first, until=last, limit=limit, cursor=cursor
        )
    return replace(found, next=_next(request, before))


@get(
    "/control",
    tags=["places"],
    operation_id="control_of_all",
    dependencies={"filters": Provide(control_filters)},
    responses=_LIST,
    opt={"parameters": CONTROL_FILTERS | {"limit", "cursor", "views"}, "tagged": True},
)
async def list_control(
    request: AnyRequest,
    state: State,
    filters: ControlFilters,
    limit: Annotated[
        int | None, Parameter(ge=1, le=MOST_PLACES, description="Most places of one page; without it, all of them.")
    ] = None,
    cursor: Cursor = None,
    views: Annotated[
        bool,
        Parameter(
            description="Whether each place has `views`, too: who says that a side holds it, who denies that, in which "
            f"events, of the {control.MOST_LISTED} latest since the standing began. Pages then have {MOST_VIEWED} "
            "places at the most."
        ),
    ] = False,
) -> ControlPage:
    """How every place that events name stands at the end of a day, by name.

    With `inherited=false` these are the values of the topic `frontlog.control`, and `unknown` for what is not there.
    """
    if (other := await otherwise(request, state, CONTROL, filters, ControlPage)) is not None:
        return other
    if views and limit is not None and limit > MOST_VIEWED:
        raise ParameterError("limit", f"is {MOST_VIEWED} at the most with views")
    async with _engine(state).connect() as connection:
        items, after = await control.page(connection, filters, limit or MOST_VIEWED if views else limit, cursor)
        if views:
            items = await control.with_views(connection, items, filters.at)
    return ControlPage(at=filters.at, items=items, next=_next(request, after))


@get(
    "/incidents",
    tags=["incidents"],
    operation_id="incidents",
    dependencies={"filters": Provide(event_filters), "wanted": Provide(incident_filters)},
    responses=_LIST,
    opt={"parameters": INCIDENT_FILTERS | {"limit", "cursor"}, "tagged": True},
)
async def list_incidents(
    request: AnyRequest, state: State, wanted: IncidentFilters, limit: Limit = 50, cursor: Cursor = None
) -> IncidentPage:
    """Incidents, the latest first: what several articles tell of one thing, with the claims of all.

    An incident meets the filters of events with any one of its events; days, oblast and box are its own.
    """
    if (other := await otherwise(request, state, INCIDENTS, wanted, IncidentPage)) is not None:
        return other
    async with _engine(state).connect() as connection:
        items, after = await incidents.page(connection, wanted, limit, cursor)
    return IncidentPage(items=items, next=_next(request, after))


@get(
    "/incidents/{incident_id:uuid}",
    tags=["incidents"],
    operation_id="incident",
    responses=_ONE,
    opt={"parameters": frozenset({"limit"}), "tagged": True},
)
async def get_incident(state: State, incident_id: UUID, limit: Limit = 50) -> IncidentDetail:
    """One incident, by its id or that of any of its events: who says what of it, in which articles, and why these
    are thought to tell of one thing. Each list has up to `limit`; `further` has the addresses of what is left off."""
    async with _engine(state).connect() as connection:
        found = await incidents.one(connection, incident_id, limit)
    if found is None:
        raise not_found("incident", f"no incident {incident_id}, and no event with that id")
    return found


@get("/incidents/{incident_id:uuid}/statements", tags=["incidents"], operation_id="incident_statements", **_MEMBERS)
async def list_statements(
    request: AnyRequest, state: State, incident_id: UUID, limit: Limit = 50, cursor: Cursor = None
) -> StatementPage:
    """What each source says of an incident: those that are named first, then the articles' own voices."""
    async with _engine(state).connect() as connection:
        items, after = await members.statements(connection, await _incident(connection, incident_id), limit, cursor)
    return StatementPage(items=items, next=_next(request, after))


@get("/incidents/{incident_id:uuid}/reports", tags=["incidents"], operation_id="incident_reports", **_MEMBERS)
async def list_reports(
    request: AnyRequest, state: State, incident_id: UUID, limit: Limit = 50, cursor: Cursor = None
) -> ReportPage:
    """The articles that tell of an incident, those of its latest events first."""
    async with _engine(state).connect() as connection:
        items, after = await members.reports(connection, await _incident(connection, incident_id), limit, cursor)
    return ReportPage(items=items, next=_next(request, after))


@get("/incidents/{incident_id:uuid}/events", tags=["incidents"], operation_id="incident_events", **_MEMBERS)
async def list_members(
    request: AnyRequest, state: State, incident_id: UUID, limit: Limit = 50, cursor: Cursor = None
) -> MemberPage:
    """The events of an incident, the latest first, and what ties them to others of it."""
    async with _engine(state).connect() as connection:
        items, ties, after = await members.events(connection, await _incident(connection, incident_id), limit, cursor)
    return MemberPage(items=items, ties=ties, next=_next(request, after))


async def _incident(connection: AsyncConnection, incident_id: UUID) -> UUID:
    """The incident of the event with that id. Raises ProblemError (404)."""
    found = await members.incident_of(connection, incident_id)
    if found is None:
        raise not_found("incident", f"no incident {incident_id}, and no event with that id")
    return found


@get(
    "/sources",
    tags=["sources"],
    operation_id="sources",
    dependencies={"filters": Provide(source_filters)},
    responses=_LIST,
    opt={"parameters": SOURCE_FILTERS | {"limit", "cursor"}, "tagged": True},
)
async def list_sources(
    request: AnyRequest, state: State, filters: SourceFilters, limit: Limit = 50, cursor: Cursor = None
) -> SourcePage:
    """Sources, those of most claims first: what became of their claims, by what others say of the same incidents."""
    if (other := await otherwise(request, state, SOURCES, filters, SourcePage)) is not None:
        return other
    async with _engine(state).connect() as connection:
        items, after = await sources.page(connection, filters, limit, cursor)
    return SourcePage(items=items, next=_next(request, after))


@get(
    "/sources/{source_id:path}",
    tags=["sources"],
    operation_id="source",
    responses=_ONE,
    opt={"parameters": frozenset({"since", "until", "limit", "cursor"}), "tagged": True},
)
async def get_source(
    request: AnyRequest,
    state: State,
    source_id: Annotated[str, Parameter(description="Id, as in UKR/MIL/general-staff, or a name no other has.")],
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SourceDetail:
    """One source with the incidents that it spoke of, the latest first, and who else confirms or denies them."""
    wanted = read.name("source_id", str(source_id).removeprefix("/"))
    first, last = read.day("since", since), read.day("until", until)
    read.ordered("since", first, "until", last)
    async with _engine(state).connect() as connection:
        row, candidates = await sources.find(connection, wanted)
        if row is None and candidates:
            raise not_found("source", f"{wanted!r} may mean any of these ids: {', '.join(candidates)}")
        if row is None:
            alike = await sources.alike(connection, wanted)
            hint = f"; alike: {', '.join(alike)}" if alike else ""
            raise not_found("source", f"no claim is by a source {wanted!r}{hint}")
        found, after = await sources.detail(connection, row, since=first, until=last, limit=limit, cursor=cursor)
    return replace(found, next=_next(request, after))


@get(
    "/status",
    tags=["operation"],
    operation_id="status",
    responses={400: _BAD, 503: _BUSY},
    opt={"parameters": frozenset()},
)
async def get_status(state: State) -> Status:
    """What is in the store and how far it is behind the log."""
    async with _engine(state).connect() as connection:
        return await store_status.status(connection)


HANDLERS: Final = (
    list_events,
    get_event,
    list_claims,
    list_articles,
    get_article,
    list_places,
    get_place,
    get_control,
    list_control,
    list_incidents,
    get_incident,
    list_statements,
    list_reports,
    list_members,
    list_sources,
    get_source,
    get_status,
    *EXPORTS,
)


async def only_known_parameters(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse a query parameter that the route does not have, and a second value of one that takes one: a filter that is
    misspelt, or passed over, must not silently widen the answer.

    Asynchronous although it waits for nothing: else each request would go through a thread and back.
    """
    known = handler.opt.get("parameters")
    if known is None:
        return
    for name in connection.query_params:
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise ParameterError(str(name)[:100], f"is not a parameter of this address, which has: {listed}")
        if name not in SEVERAL and len(connection.query_params.getall(name)) > 1:
            raise ParameterError(name, "can be given once")


def _next(request: AnyRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    return f"{request.url.path}?{urlencode([*pairs, ('cursor', cursor)])}"


def _engine(state: State) -> AsyncEngine:
    engine: AsyncEngine = state.engine
    return engine
