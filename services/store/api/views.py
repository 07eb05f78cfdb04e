"""What the API answers, as structures: the OpenAPI document is made from them."""

from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from services.contracts.messages import Claim, Event, ExtractorVersion


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all answers."""


class EventPage(View, frozen=True, kw_only=True):
    """Events, the latest first. `next` is the address of the next page, null on the last."""

    items: list[Event]
    next: str | None


class ArticleView(View, frozen=True, kw_only=True):
    """An article's metadata. `published_at` is as it was sent: it may be a bare date."""

    article_id: str
    revision: str
    received_at: datetime
    published_at: str | None
    title: str | None
    url: str | None
    publisher: str | None
    language: str | None
    source: str | None
    event_count: int | None
    """Null while the article is not extracted."""
    found: str | None = None
    """Of a search by `text`: pieces of the cleaned text with the words found between ⟪ and ⟫."""


class ArticlePage(View, frozen=True, kw_only=True):
    """Articles, the latest first."""

    items: list[ArticleView]
    next: str | None


class CopyView(View, frozen=True, kw_only=True):
    """A near-duplicate of an article: another copy of the report that it carries."""

    article_id: str
    title: str | None
    publisher: str | None
    published_at: str | None
    url: str | None
    containment: float | None
    """Share of the shorter text's shingles that the longer has, 0 to 1; null where others connect the two."""


class ArticleDetail(ArticleView, frozen=True, kw_only=True):
    """An article with what was found in it.

    `cleaned_title` and `cleaned_text` are what the events' offsets point into. `extracted_revision` is the revision
    that the events are of: it differs from `revision` until a new one is extracted.
    """

    extra: dict[str, Any] | None
    trace_id: str | None
    """W3C trace that the article came in by; the services' logs tell of it under this id."""
    extracted_revision: str | None
    extracted_at: datetime | None
    extractor: ExtractorVersion | None
    cleaned_title: str | None
    cleaned_text: str | None
    cleaned_language: str | None
    dateline: str | None
    byline: str | None
    offsets: list[tuple[int, int]]
    """Ascending pairs (cleaned offset, raw offset) where the two run apart."""
    notes: list[str]
    events: list[Event]
    family_id: str | None
    """What all copies of its report share; null while the article is not extracted."""
    copies: list[CopyView]
    """The other articles of its family, the earliest first."""


class StandingView(View, frozen=True, kw_only=True):
    """Who holds a place: `UKR`, `RUS`, `contested` or `unknown`, since when, and by which events."""

    standing: str
    since: date | None
    claimed_by: list[str]
    """Sides that are said to hold it."""
    disputed_by: list[str]
    """Sides whose sources deny that, or say otherwise."""
    share: float | None
    """0 to 1, of the side in `claimed_by`, where only a part is said to be held."""
    publishers: int
    """Publishers that have spoken for it since `since`."""
    voices: int
    """The independent ones: copies of one text are one report, credited to whoever published it first."""
    event_ids: list[str]
    """The events that decided it."""


class PlaceView(View, frozen=True, kw_only=True):
    """A place that events name. `id` is the gazetteer's or, for a name that it does not know, `name:` and the name."""

    id: str
    name: str
    resolved: bool
    """Whether the gazetteer knows it."""
    kind: str | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    within: str | None
    event_count: int
    standing: str
    since: date | None
    claimed_by: list[str]
    disputed_by: list[str]
    share: float | None
    distance: float | None = None
    """Kilometres from the point that was asked for with `near`."""


class PlacePage(View, frozen=True, kw_only=True):
    """Places by name."""

    items: list[PlaceView]
    next: str | None


class PlaceDetail(PlaceView, frozen=True, kw_only=True):
    """A place with what is counted of it."""

    spellings: list[str]
    """Every way its name was read, folded to lower case without marks."""
    types: dict[str, int]
    """Events by type."""
    first_day: date | None
    last_day: date | None
    control: str
    """The address of who held it when."""


class StandingAt(StandingView, frozen=True, kw_only=True):
    """How a place stands at the end of a day."""

    inherited_from: str | None
    """The id of the place whose standing it is, where nothing is said of the place itself: what it lies within."""


class Speaker(View, frozen=True, kw_only=True):
    """Somebody who says or denies something."""

    name: str
    id: str | None
    side: str | None


class SideView(View, frozen=True, kw_only=True):
    """What speaks for one side's holding a place (or, of a contested one, a part of it) since the standing began."""

    side: str
    said_by: list[Speaker]
    denied_by: list[Speaker]
    share: float | None
    """The last that is told of this side."""
    publishers: int
    """Publishers among those that carry it."""
    voices: int
    """The independent ones, to whom these reports are credited."""
    first_day: date
    last_day: date
    event_ids: list[str]
    """The latest first."""


class Period(View, frozen=True, kw_only=True):
    """A time in which a place stood in one way, both days included."""

    since: date
    until: date | None
    """Null while it lasts."""
    standing: str
    claimed_by: list[str]
    disputed_by: list[str]
    share: float | None
    publishers: int
    voices: int
    event_ids: list[str]
    """The events that began it."""


class HistoryView(View, frozen=True, kw_only=True):
    """One standing that a place has had, with the place itself. `since` and `until` are days within it."""

    period_id: str
    """The id of the place, and the day since when."""
    id: str
    name: str
    kind: str | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    within: str | None
    standing: str
    since: date
    until: date | None
    """Null while it lasts."""
    claimed_by: list[str]
    disputed_by: list[str]
    share: float | None
    publishers: int
    voices: int
    event_ids: list[str]


class ControlView(View, frozen=True, kw_only=True, gc=False):
    """How one place stands at the end of a day."""

    id: str
    name: str
    kind: str | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    within: str | None
    standing: str
    since: date | None
    claimed_by: list[str]
    disputed_by: list[str]
    share: float | None
    publishers: int
    voices: int
    event_ids: list[str]
    inherited_from: str | None
    views: list[SideView] | UnsetType = UNSET
    """What speaks for each side, where it is asked for."""


class ControlPage(View, frozen=True, kw_only=True):
    """How places stand, by their names. `next` is null where there is no further page."""

    at: date | None
    """The day that was asked for; null: after all evidence."""
    items: list[ControlView]
    next: str | None


class ControlEntry(View, frozen=True, kw_only=True):
    """One event of a place's timeline, and how the place stands after its day."""

    day: date
    event: Event
    asserted_by: list[str]
    """Names of the sources that say so."""
    denied_by: list[str]
    """Names of those that deny or doubt it."""
    counts: bool
    """Whether the event moves or confirms a standing: what did not happen, may happen or is merely near does not."""
    after: StandingView


class ControlTimeline(View, frozen=True, kw_only=True):
    """Who is said to hold a place, at a day and over time.

    `timeline` has its captures, controls, withdrawals, holds, advances, repulses and encirclements, the earliest first.
    """

    place: PlaceView
    now: StandingView
    """After all evidence of the place itself."""
    at: date | None
    """The day that was asked for; null: after all evidence."""
    standing: StandingAt
    views: list[SideView]
    history: list[Period]
    timeline: list[ControlEntry]
    earlier: int
    """How many earlier entries `limit` has left off."""
    next: str | None
    """The address of these; null where there are none."""


class Lag(View, frozen=True, kw_only=True):
    """How far the store is behind the log in one partition, when the log's end was last seen."""

    topic: str
    partition: int
    next_offset: int
    end_offset: int | None
    lag: int | None


class Failed(View, frozen=True, kw_only=True):
    """How many records failed in a stage for one reason, and how many of these dead letters are still open."""

    stage: str
    reason: str
    count: int
    open: int


class FailedWebhooks(View, frozen=True, kw_only=True):
    """How many messages failed at a subscription, and how many of these nobody has taken yet."""

    subscription_id: str
    count: int
    open: int


class Webhooks(View, frozen=True, kw_only=True):
    """How the webhooks to subscribers stand."""

    active: int
    paused: int
    disabled: int
    failing: int
    """Active subscriptions whose last attempt failed."""
    behind_seconds: float
    """Age of the oldest change that an active subscription, whose receiver answers, has yet to be told of; 0: none."""
    behind_failing_seconds: float
    """The same of subscriptions whose receiver fails."""
    given_up: int
    """Messages that were given up, and not sent again since."""
    failed_today: list[FailedWebhooks]
    """Messages of which an attempt failed since midnight, UTC; not those that a later attempt delivered."""


class Status(View, frozen=True, kw_only=True):
    """What is in the store and how far behind it is."""

    articles: int
    extractions: int
    events: int
    claims: int
    places: int
    contested_places: int
    dead_letters: int | None
    """Open ones, that nobody has dealt with. Null until a projector has looked."""
    withdrawals_due: int
    """Events that are gone and not yet withdrawn on the topic."""
    received_hour: int
    """Articles received within the last hour."""
    received_today: int
    """Articles received since midnight, UTC."""
    last_received_at: datetime | None
    last_applied_at: datetime | None
    schema: str | None
    extractor_versions: dict[str, int]
    """Extractions by the extractor's version."""
    dead_letters_by_stage: dict[str, int]
    """Open ones."""
    failed_today: list[Failed]
    """What has failed since midnight, UTC, whatever was done about it since."""
    webhooks: Webhooks
    lag: list[Lag]


class IncidentPlace(View, frozen=True, kw_only=True):
    """Where an incident was: the place that most of its events name."""

    id: str
    name: str
    kind: str | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None


class FigureView(View, frozen=True, kw_only=True):
    """The range of one figure over all reports. `low` and `high` are the least and the largest number told."""

    what: str
    unit: str | None
    low: float
    high: float
    articles: int
    """Articles that give one."""
    agree: bool
    """Whether one number is within all that are told: "at least 50" and 52 agree, 30 and 52 do not."""


class IncidentView(View, frozen=True, kw_only=True):
    """What one or several articles tell of one thing. Its id is that of one of its events; those of others find it."""

    incident_id: str
    kind: str
    """`attack`, `seizure`, `fighting`, …: which types of events can tell of it."""
    type: str
    types: list[str]
    modality: str
    """`actual` as soon as one event says so; those that negate it then count as denials."""
    place: IncidentPlace | None
    first_day: date
    last_day: date
    """The days that dated reports give; without any, those of publication."""
    first_reported_at: datetime | None
    last_reported_at: datetime | None
    agreement: str
    """`single`: one named source says so; `agreed`: several, none denies it; `contradicted`: some deny it;
    `unattributed`: the articles alone."""
    asserted_by: list[str]
    denied_by: list[str]
    figures: list[FigureView]
    event_count: int
    article_count: int
    report_count: int
    """Articles, copies of one report counted once."""
    source_count: int
    """Named sources; the articles' own voice is none."""


class IncidentPage(View, frozen=True, kw_only=True):
    """Incidents, the latest first."""

    items: list[IncidentView]
    next: str | None


class StatementView(View, frozen=True, kw_only=True):
    """What one source says of an incident, over all articles: how many claims assert, deny, or leave it open."""

    source_id: str
    name: str
    side: str | None
    kind: str | None
    outlet: bool
    """Whether it is an article's own voice."""
    asserts: int
    denies: int
    undecided: int
    first_day: date
    last_day: date
    confirmed: bool
    """Whether another named source says the same."""
    denied: bool
    """Whether another named source says the contrary."""


class IncidentReport(View, frozen=True, kw_only=True):
    """An article that tells of an incident. Articles of one family are copies of one report."""

    article_id: str
    family_id: str
    title: str | None
    publisher: str | None
    published_at: str | None
    url: str | None


class TieView(View, frozen=True, kw_only=True):
    """Why two events are thought to be of one thing; see docs/incidents.md for the weights."""

    events: list[str]
    weight: float
    reasons: list[str]


class IncidentFurther(View, frozen=True, kw_only=True):
    """The addresses of what the lists of an incident leave off; null where there is nothing more."""

    statements: str | None
    reports: str | None
    events: str | None


class IncidentDetail(IncidentView, frozen=True, kw_only=True):
    """An incident with who says what of it, where, and what holds it together; up to `limit` of each."""

    statements: list[StatementView]
    """What named sources say, the earliest first, then the articles' own voices."""
    reports: list[IncidentReport]
    """The articles, those of the latest events first."""
    events: list[Event]
    """The latest first."""
    ties: list[TieView]
    """Up to five of each of these events, the strongest."""
    further: IncidentFurther


class StatementPage(View, frozen=True, kw_only=True):
    """What sources say of an incident."""

    items: list[StatementView]
    next: str | None


class ReportPage(View, frozen=True, kw_only=True):
    """Articles that tell of an incident."""

    items: list[IncidentReport]
    next: str | None


class MemberPage(View, frozen=True, kw_only=True):
    """Events of an incident, with up to five ties of each, the strongest."""

    items: list[Event]
    ties: list[TieView]
    next: str | None


class SourceView(View, frozen=True, kw_only=True):
    """A person, office or outlet that makes claims. `source_id` is its id, or `name:` and its name, or `outlet:`
    and the publisher's."""

    source_id: str
    name: str
    side: str | None
    kind: str | None
    outlet: bool
    claim_count: int
    report_count: int
    """Reports in which it speaks, copies counted once."""
    incident_count: int
    asserted: int
    """Incidents that it asserts; `confirmed` and `denied` count those that another named source asserts, denies."""
    denying: int
    """Incidents that it denies."""
    confirmed: int
    denied: int


class SourcePage(View, frozen=True, kw_only=True):
    """Sources, those of most claims first."""

    items: list[SourceView]
    next: str | None


class SourceIncident(View, frozen=True, kw_only=True):
    """What a source says of one incident, and whether another named source confirms or denies that."""

    says: str
    """`asserts`, `denies` or `undecided`."""
    asserts: int
    denies: int
    undecided: int
    confirmed: bool
    denied: bool
    incident: IncidentView


class SourceDetail(SourceView, frozen=True, kw_only=True):
    """A source with the incidents that it spoke of, the latest first."""

    first_day: date | None
    last_day: date | None
    said: list[SourceIncident]
    next: str | None


class ClaimView(View, frozen=True, kw_only=True):
    """One claim with the event that it is about, which is given without its claims, mentions and explanation."""

    claim_id: str
    """The event's id and the claim's number in it, from 0."""
    claim: Claim
    event: Event


class ClaimPage(View, frozen=True, kw_only=True):
    """Claims, those of the latest events first. `next` is the address of the next page, null on the last."""

    items: list[ClaimView]
    next: str | None
