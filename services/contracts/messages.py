"""The structures that travel through the topics and, as they are, out of the API.

An `Article` goes in; an `Extraction` is everything that one version of the extractor found in it; its `Event`s with
their `Claim`s are also published one by one. JSON is the encoding on every wire. Unknown fields are ignored on
reading, so that a field can be added without a new version of every consumer.

Spans are character offsets (Unicode code points) into the cleaned title or text that the extraction carries.
"""

from typing import Any, Final, Literal

import msgspec

from services.contracts.taxonomy import (
    Act,
    ActorKind,
    Bound,
    EventType,
    ExtentLabel,
    Modality,
    PlaceKind,
    Precision,
    QuantityKind,
    Relation,
    Stance,
)

SCHEMA_VERSION: Final = 1
"""Raised when a change is not readable by the previous version's readers; see `services.contracts.upcast`."""


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all messages: immutable, by keyword."""


class Article(Struct, frozen=True, kw_only=True):
    """One received article, as it came in: the value of topic `frontlog.articles`.

    `text` is what the extractor reads: the text as sent, or what was found in `html`. Times are RFC 3339 in UTC;
    `published_at` may be a bare date. `extra` is the sender's own and is carried through untouched.
    """

    article_id: str
    revision: str
    received_at: str
    text: str
    title: str | None = None
    url: str | None = None
    html: str | None = None
    published_at: str | None = None
    publisher: str | None = None
    language: str | None = None
    source: str | None = None
    """The webhook's source name, or null for `POST /articles`."""
    extra: dict[str, Any] | None = None
    schema_version: int = SCHEMA_VERSION


class Actor(Struct, frozen=True, kw_only=True):
    """Who does something, or to whom it is done. `id` is null where the name is not in the actor lists."""

    name: str
    id: str | None = None
    side: str | None = None
    """`UKR`, `RUS`, another ISO 3166 alpha-3 code, or `EU`, `NATO`, `UN`, `WEST`."""
    kind: ActorKind | None = None


class Place(Struct, frozen=True, kw_only=True):
    """Where. `id` is null where the gazetteer does not know the name, or cannot tell which of several it is."""

    name: str
    surface: str
    relation: Relation = "in"
    id: str | None = None
    kind: PlaceKind | None = None
    admin1: str | None = None
    country: str | None = None
    """ISO 3166 alpha-2."""
    latitude: float | None = None
    longitude: float | None = None
    within: str | None = None
    """For a part of a settlement or a plant: the settlement's id."""
    with_: str | None = msgspec.field(name="with", default=None)
    """For the relation `between`: the name of the other place."""


class When(Struct, frozen=True, kw_only=True):
    """An interval of ISO dates, both inclusive; null is unbounded or unknown."""

    start: str | None = None
    end: str | None = None
    precision: Precision = "day"
    phrase: str | None = None


class Extent(Struct, frozen=True, kw_only=True):
    """How much of a place is held or taken. `share` is 0 to 1."""

    label: ExtentLabel
    share: float | None = None
    bound: Bound | None = None


class Quantity(Struct, frozen=True, kw_only=True):
    """A figure told of an event. `low` and `high` are inclusive; null is unbounded."""

    what: QuantityKind
    phrase: str
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    per: str | None = None
    """`day`, `week`, `month`, … where it is a rate."""
    claim: int | None = None
    """Index into the event's claims, where two sources give two figures."""
    joint: bool = False
    """True where one count was told of several places together."""


class Claim(Struct, frozen=True, kw_only=True):
    """Who says so, and with what stance. The article itself is `source.kind` = `narrator`."""

    source: Actor
    stance: Stance
    act: Act
    via: str | None = None
    said_on: str | None = None
    phrase: str | None = None


class Mention(Struct, frozen=True, kw_only=True):
    """A place in the cleaned text (or, with `field` = `title`, in the cleaned title) that tells of the event."""

    start: int
    end: int
    sentence: str
    field: str = "text"


class Evidence(Struct, frozen=True, kw_only=True):
    """The words that one slot of an event was read from, and the rule that read them."""

    slot: str
    rule: str
    start: int | None = None
    end: int | None = None
    field: str = "text"
    words: str | None = None


class Event(Struct, frozen=True, kw_only=True):
    """One distinct thing that an article tells of: the value of topic `frontlog.events`."""

    event_id: str
    article_id: str
    type: EventType
    plover: str
    acled: str
    modality: Modality
    confidence: float
    """0 to 1."""
    claims: tuple[Claim, ...]
    mentions: tuple[Mention, ...]
    actor: Actor | None = None
    target: Actor | None = None
    place: Place | None = None
    when: When | None = None
    extent: Extent | None = None
    means: tuple[str, ...] = ()
    """Canonical means of the taxonomy, then the systems named ("HIMARS")."""
    quantities: tuple[Quantity, ...] = ()
    explanation: tuple[Evidence, ...] = ()
    revision: str | None = None
    published_at: str | None = None
    publisher: str | None = None
    url: str | None = None


class ExtractorVersion(Struct, frozen=True, kw_only=True):
    """What produced an extraction. A change of any part changes `version`."""

    version: str
    rules: str
    model: str
    gazetteer: str


class Origin(Struct, frozen=True, kw_only=True):
    """The record that something was made from."""

    topic: str
    partition: int
    offset: int


class CleanedDocument(Struct, frozen=True, kw_only=True):
    """What the offsets of an extraction's mentions point into, and what cleaning moved out of the text."""

    text: str
    title: str | None = None
    language: str | None = None
    dateline: str | None = None
    byline: str | None = None
    offsets: tuple[tuple[int, int], ...] = ()
    """Ascending pairs (cleaned offset, raw offset) where the two run apart: between two pairs they run in step."""
    notes: tuple[str, ...] = ()
    """What the reader should know: "language not supported", "2 sentences were too long to parse", …"""


class Extraction(Struct, frozen=True, kw_only=True):
    """Everything that one extractor version found in one revision of one article: applied, or replaced, whole."""

    article_id: str
    revision: str
    extractor: ExtractorVersion
    document: CleanedDocument
    events: tuple[Event, ...]
    received_at: str
    origin: Origin | None = None
    title: str | None = None
    url: str | None = None
    published_at: str | None = None
    publisher: str | None = None
    source: str | None = None
    schema_version: int = SCHEMA_VERSION


class DeadLetter(Struct, frozen=True, kw_only=True):
    """Why a record could not be processed. It travels in the headers; key, value and headers of the original stay."""

    reason: str
    """A short machine-readable word: `not_json`, `schema`, `stage_error`, `timeout`, `too_large`, …"""
    stage: str
    error: str
    version: str
    origin: Origin
    first_failed_at: str
    last_failed_at: str
    attempts: int = 1


class PlaceStanding(Struct, frozen=True, kw_only=True):
    """The latest standing of one place: the value of topic `frontlog.control`.

    It is what the events of the place itself give; what a whole oblast passes on to its places is not repeated here.
    """

    place_id: str
    """The record's key: the gazetteer's id or, for a name that it does not know, `name:` and the name."""
    name: str
    standing: str
    """`UKR`, `RUS`, `contested` or `unknown`."""
    since: str | None = None
    claimed_by: tuple[str, ...] = ()
    """Sides that are said to hold it."""
    disputed_by: tuple[str, ...] = ()
    """Sides whose sources deny that, or say otherwise."""
    share: float | None = None
    """0 to 1, of the side in `claimed_by`, where only a part is said to be held."""
    event_ids: tuple[str, ...] = ()
    """The events that decided it."""
    publishers: int = 0
    """Publishers that have spoken for it since `since`."""
    voices: int = 0
    """The independent ones: those to whom the reports are credited. Copies of one text are one report, of whoever
    published it first."""
    kind: PlaceKind | None = None
    admin1: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    within: str | None = None
    schema_version: int = SCHEMA_VERSION


class Operation(Struct, frozen=True, kw_only=True):
    """One thing that an operator told the system to do, or what became of it: the value of topic `frontlog.operations`.

    Kept for ever, as the audit: what was dropped, put back or let through, when, by whom and why.
    """

    subject: str
    """What it is about: `dead-letters/<stage>/<partition>/<offset>`, or `flood-stop/<stage>`."""
    action: Literal["retry", "drop", "supersede", "resume"]
    """`supersede`: a retry that found a later record of the same key, so that nothing was left to put back."""
    at: str
    by: str | None = None
    why: str | None = None
    count: int | None = None
    """For `resume`: how many more failures go to the dead letters before the stage may stop again."""
    schema_version: int = SCHEMA_VERSION
