"""The filters of the lists as parameters of a query: declared, documented, checked. Pages and exports share them.

Each function is a dependency of the routes whose parameters it reads; the frozenset beside it has their names.
"""

from typing import Annotated, Final, Literal

from litestar.params import Parameter

from services.contracts.taxonomy import ActorKind, EventType, Modality, Stance
from services.store.api import parameters as read
from services.store.api.parameters import EventFilters
from services.store.api.queries.articles import ArticleFilters
from services.store.api.queries.control import ControlFilters
from services.store.api.queries.incidents import IncidentFilters
from services.store.api.queries.places import PlaceFilters
from services.store.api.queries.sources import SourceFilters

Texts = list[str] | None
Standings = Annotated[
    list[Literal["UKR", "RUS", "contested", "unknown"]] | None, Parameter(description="Who is said to hold it.")
]
Oblast = Annotated[
    Texts,
    Parameter(
        query="oblast",
        description="Oblast by any of its names, with or without the word: Kharkiv Oblast, Kharkov, Харків.",
    ),
]
Since = Annotated[
    str | None, Parameter(description="Not before this day, YYYY-MM-DD.", schema_extra={"format": "date"})
]
Until = Annotated[str | None, Parameter(description="Not after this day, YYYY-MM-DD.", schema_extra={"format": "date"})]
PublishedSince = Annotated[
    str | None, Parameter(description="Published at this time or later: a date, or a time of RFC 3339.")
]
PublishedUntil = Annotated[str | None, Parameter(description="Published at this time, on this day, or earlier.")]
Words = Annotated[
    str | None,
    Parameter(description="Words to be found: quotes make a phrase, `or` an alternative, a minus what must not be."),
]


At = Annotated[
    str | None,
    Parameter(
        description="The standing at the end of this day: a date, or a time of RFC 3339 for its day in UTC. "
        "Without it: after all evidence. Days are those that the texts name; an event without a date has the day of "
        "its article in UTC."
    ),
]
BoundingBox = Annotated[
    str | None, Parameter(description="Bounding box of RFC 7946: west,south,east,north in degrees.")
]


SEVERAL: Final = frozenset(
    (
        *("type", "modality", "place", "oblast", "actor_side", "source", "source_side", "stance", "article_id"),
        *("publisher", "standing", "agreement", "side", "kind"),
    )
)
"""Parameters that may be given several times: any of their values will do."""

FILTERS: Final = frozenset(
    (
        *("type", "modality", "place", "oblast", "actor_side", "source", "source_side", "stance", "since", "until"),
        *("published_since", "published_until", "bbox", "text", "article_id", "min_confidence"),
    )
)


async def event_filters(
    of_type: Annotated[list[EventType] | None, Parameter(query="type", description="Type of event.")] = None,
    modality: Annotated[list[Modality] | None, Parameter(description="How the text presents it.")] = None,
    place: Annotated[
        Texts,
        Parameter(description="Place, by its id or any of its names, former ones too, in Latin or Cyrillic letters."),
    ] = None,
    oblast: Oblast = None,
    actor_side: Annotated[Texts, Parameter(description="Side of the actor: UKR, RUS, another alpha-3 code.")] = None,
    source: Annotated[Texts, Parameter(description="Who claims it: a source's id or name.")] = None,
    source_side: Annotated[Texts, Parameter(description="Side of who claims it.")] = None,
    stance: Annotated[list[Stance] | None, Parameter(description="Stance of who claims it.")] = None,
    since: Since = None,
    until: Until = None,
    published_since: PublishedSince = None,
    published_until: PublishedUntil = None,
    bbox: BoundingBox = None,
    text: Words = None,
    article_id: Annotated[Texts, Parameter(description="Article that tells of it.")] = None,
    min_confidence: Annotated[float | None, Parameter(ge=0, le=1, description="Least confidence.")] = None,
) -> EventFilters:
    """Read the filters of a list of events. Raises ParameterError."""
    first, last = read.day("since", since), read.day("until", until)
    read.ordered("since", first, "until", last)
    published = read.moment("published_since", published_since)
    before = read.moment("published_until", published_until, end=True)
    read.ordered("published_since", published, "published_until", before)
    return EventFilters(
        types=read.few("type", of_type),
        modalities=read.few("modality", modality),
        places=read.each("place", place, read.name),
        oblasts=read.each("oblast", oblast, read.oblast),
        actor_sides=read.each("actor_side", actor_side, read.side),
        sources=read.each("source", source, read.plain),
        source_sides=read.each("source_side", source_side, read.side),
        stances=read.few("stance", stance),
        since=first,
        until=last,
        published_since=published,
        published_before=before,
        box=read.box("bbox", bbox),
        text=None if text is None else read.plain("text", text),
        articles=read.each("article_id", article_id, read.uuid),
        min_confidence=min_confidence,
    )


ARTICLE_FILTERS: Final = frozenset({"publisher", "published_since", "published_until", "text"})


async def article_filters(
    publisher: Annotated[Texts, Parameter(description="Publisher, as it was sent.")] = None,
    published_since: PublishedSince = None,
    published_until: PublishedUntil = None,
    text: Words = None,
) -> ArticleFilters:
    """Read the filters of a list of articles. Raises ParameterError."""
    since = read.moment("published_since", published_since)
    before = read.moment("published_until", published_until, end=True)
    read.ordered("published_since", since, "published_until", before)
    return ArticleFilters(
        publishers=read.each("publisher", publisher, read.plain),
        since=since,
        before=before,
        text=None if text is None else read.plain("text", text),
    )


PLACE_FILTERS: Final = frozenset({"q", "oblast", "standing", "contested", "near", "radius"})


async def place_filters(
    q: Annotated[
        str | None,
        Parameter(
            description="A part of any of its names, in Latin or Cyrillic letters; or else names that are alike."
        ),
    ] = None,
    oblast: Oblast = None,
    standing: Standings = None,
    contested: Annotated[bool | None, Parameter(description="Only places that are contested, or that are not.")] = None,
    near: Annotated[
        str | None,
        Parameter(description="Round this point, latitude,longitude in degrees; the nearest come first."),
    ] = None,
    radius: Annotated[
        float | None,
        Parameter(gt=0, le=read.FARTHEST, description=f"Kilometres round `near`; without it, {read.NEAR:g}."),
    ] = None,
) -> PlaceFilters:
    """Read the filters of a list of places. Raises ParameterError."""
    return PlaceFilters(
        q=None if q is None else read.name("q", q),
        oblasts=read.each("oblast", oblast, read.oblast),
        standings=read.few("standing", standing),
        contested=contested,
        circle=read.circle(near, radius),
    )


CONTROL_FILTERS: Final = frozenset({"at", "oblast", "bbox", "standing", "inherited"})


async def control_filters(
    at: At = None,
    oblast: Oblast = None,
    bbox: BoundingBox = None,
    standing: Standings = None,
    inherited: Annotated[
        bool,
        Parameter(description="Whether a place of which nothing is said has the standing of what it lies in."),
    ] = True,
) -> ControlFilters:
    """Read the filters of how places stand. Raises ParameterError."""
    return ControlFilters(
        at=read.day_at("at", at),
        oblasts=read.each("oblast", oblast, read.oblast),
        standings=read.few("standing", standing),
        box=read.box("bbox", bbox),
        inherited=inherited,
    )


INCIDENT_FILTERS: Final = FILTERS | {"agreement", "min_articles"}


async def incident_filters(
    filters: EventFilters,
    agreement: Annotated[
        list[Literal["single", "agreed", "contradicted", "unattributed"]] | None,
        Parameter(description="Whether its sources agree."),
    ] = None,
    min_articles: Annotated[int, Parameter(ge=1, le=1000, description="Least number of articles that tell it.")] = 1,
) -> IncidentFilters:
    """Read what narrows a list of incidents beyond the filters of their events. Raises ParameterError."""
    return IncidentFilters(filters, read.few("agreement", agreement), min_articles)


SOURCE_FILTERS: Final = frozenset({"q", "side", "kind", "outlet", "order"})


async def source_filters(
    q: Annotated[str | None, Parameter(description="A part of the name, in Latin or Cyrillic letters.")] = None,
    side: Annotated[Texts, Parameter(description="Side: UKR, RUS, another alpha-3 code.")] = None,
    kind: Annotated[list[ActorKind] | None, Parameter(description="Kind: MIL, GOV, MEDIA, …")] = None,
    outlet: Annotated[bool | None, Parameter(description="Only articles' own voices, or only others.")] = None,
    order: Annotated[
        Literal["claims", "id"],
        Parameter(
            description="Those of most claims first, or by id. Counts move while pages are read, and sources with "
            "them: by id, the pages together have each source once, however much arrives meanwhile."
        ),
    ] = "claims",
) -> SourceFilters:
    """Read the filters of a list of sources. Raises ParameterError."""
    return SourceFilters(
        q=None if q is None else read.name("q", q),
        sides=read.each("side", side, read.side),
        kinds=read.few("kind", kind),
        outlets=outlet,
        by_id=order == "id",
    )
