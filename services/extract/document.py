"""The one object that passes through the extractor's stages, and the annotations that they add to it.

    clean -> language -> sentences -> places -> actors -> times -> numbers ->
    syntax -> triggers -> arguments -> modality -> claims -> agency -> assemble

Each stage is a function of the document that adds its own list and changes nothing of an earlier stage's. All offsets
are Unicode code points into `Document.text`, which is the cleaned headline (if any), a blank line, and the cleaned
body; only `assemble` turns them into offsets into title and text, as the messages carry them.

What an article has dozens of is made by an `__init__` that is written out: the one that a dataclass makes for itself
runs as Python does, also where the modules are compiled, and takes seven times as long.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, final

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


@final
class Span:
    """Characters `start` (inclusive) to `end` (exclusive) of the document's text. Not to be changed.

    Written out, because hundreds are made and compared for an article, and a dataclass makes and compares its own as
    Python does even where the modules are compiled.
    """

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start: Final = start
        self.end: Final = end

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self.start == other.start and self.end == other.end

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def __lt__(self, other: "Span") -> bool:
        return self.start < other.start or (self.start == other.start and self.end < other.end)

    def __le__(self, other: "Span") -> bool:
        return not other < self

    def __repr__(self) -> str:
        return f"Span(start={self.start}, end={self.end})"

    def covers(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(slots=True)
class Sentence:
    """One sentence. `paragraph` counts from 0; `role` is `title`, `body`, `caption` or `bullet`.

    `parse` is the spaCy Doc of this sentence alone (token.idx counts from the sentence's start), or None where the
    sentence was not parsed, because it can hold no event or is too long. `words`: in lower case, None before `syntax`.
    """

    index: int
    span: Span
    paragraph: int
    role: str
    parse: Any = None
    words: set[str] | None = None
    context: Any = None
    """What `triggers` knows of the mentions in it by then, where it tells of an event: for `arguments`."""


@dataclass(init=False, slots=True)
class PlaceMention:
    """A place named (or pointed at, as in "the city") in the text. `id` None: not in the gazetteer, or ambiguous."""

    span: Span
    surface: str
    name: str
    id: str | None
    kind: PlaceKind | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    relation: Relation
    within: str | None
    other: str | None
    """For `between`: the name of the second place."""
    phrase: Span | None
    """The whole phrase with its relation and class word: "on the outskirts of the town of X"."""
    anaphor: bool
    adjective: bool
    """"Kharkiv" in "Kharkiv residents", "Russian-held Donetsk"'s "Russian" is an actor's, not a place."""
    rule: str
    together: tuple["PlaceMention", ...]
    """The other places that the same words point at: "both towns"."""

    def __init__(
        self,
        span: Span,
        surface: str,
        name: str,
        id: str | None = None,
        kind: PlaceKind | None = None,
        admin1: str | None = None,
        country: str | None = None,
        latitude: float | None = None,
        longitude: float | None = None,
        relation: Relation = "in",
        within: str | None = None,
        other: str | None = None,
        phrase: Span | None = None,
        anaphor: bool = False,
        adjective: bool = False,
        rule: str = "gazetteer",
        together: tuple["PlaceMention", ...] = (),
    ) -> None:
        self.span = span
        self.surface = surface
        self.name = name
        self.id = id
        self.kind = kind
        self.admin1 = admin1
        self.country = country
        self.latitude = latitude
        self.longitude = longitude
        self.relation = relation
        self.within = within
        self.other = other
        self.phrase = phrase
        self.anaphor = anaphor
        self.adjective = adjective
        self.rule = rule
        self.together = together


@dataclass(init=False, slots=True)
class ActorMention:
    """Somebody who can act, suffer or speak. `id` None: not in the actor lists, kept by its surface name."""

    span: Span
    surface: str
    name: str
    """The canonical name where `id` is known, else the surface."""
    id: str | None
    side: str | None
    kind: ActorKind | None
    anaphor: bool
    can_speak: bool
    """A person, an office, a ministry, an outlet: something that says things."""
    rule: str

    def __init__(
        self,
        span: Span,
        surface: str,
        name: str,
        id: str | None,
        side: str | None,
        kind: ActorKind | None,
        anaphor: bool = False,
        can_speak: bool = False,
        rule: str = "lexicon",
    ) -> None:
        self.span = span
        self.surface = surface
        self.name = name
        self.id = id
        self.side = side
        self.kind = kind
        self.anaphor = anaphor
        self.can_speak = can_speak
        self.rule = rule


@dataclass(slots=True)
class TimeMention:
    """A phrase of time, resolved. Null bounds are unknown. `open` precision: no bounds, or only one."""

    span: Span
    phrase: str
    start: date | None
    end: date | None
    precision: Precision
    rule: str = "grammar"


@dataclass(slots=True)
class NumberMention:
    """A figure with what it counts, as the text has it: "more than 40 drones", "52% of the area", "500 a day".

    `noun` is the lower-cased head of what is counted ("drone", "people", "km"), None for a bare figure. `share` is 0 to
    1 for percentages and "half", "three quarters of". `what` is filled in where figure and noun decide it alone.
    """

    span: Span
    phrase: str
    low: float | None
    high: float | None
    bound: Bound | None = None
    noun: str | None = None
    unit: str | None = None
    per: str | None = None
    share: float | None = None
    what: QuantityKind | None = None


@dataclass(init=False, slots=True)
class Why:
    """What one slot rests on: the rule's name and, where there are any, its words."""

    slot: str
    rule: str
    span: Span | None

    def __init__(
        self,
        slot: str,
        rule: str,
        span: Span | None = None,
    ) -> None:
        self.slot = slot
        self.rule = rule
        self.span = span


@dataclass(slots=True)
class Figure:
    """A number that belongs to an event."""

    number: NumberMention
    what: QuantityKind
    attribution: int | None = None
    """Index into `Document.attributions`, where the figure is one source's alone."""
    joint: bool = False


@dataclass(slots=True)
class ExtentMention:
    """How much of a place: by a word (`label`), or by a share from 0 to 1."""

    label: ExtentLabel
    share: float | None = None
    bound: Bound | None = None
    span: Span | None = None


@dataclass(init=False, slots=True)
class EventMention:
    """One telling of one event: what the triggers stage finds, and the later stages fill in.

    `places` empty: told without a place. Several: one event per place will be made.
    """

    type: EventType
    trigger: Span
    sentence: int
    frame: str
    """The frame or model label that fired."""
    clause: Span
    """The clause that the event is told in: what attribution and modality look at, and the mention's span."""
    actor: ActorMention | None
    target: ActorMention | None
    places: list[PlaceMention]
    time: TimeMention | None
    modality: Modality
    extent: ExtentMention | None
    means: list[str]
    figures: list[Figure]
    attributions: list[int]
    """Indexes into `Document.attributions`; empty: the narrator's own word."""
    confidence: float
    why: list[Why]

    def __init__(
        self,
        type: EventType,
        trigger: Span,
        sentence: int,
        frame: str,
        clause: Span,
        actor: ActorMention | None = None,
        target: ActorMention | None = None,
        places: list[PlaceMention] | None = None,
        time: TimeMention | None = None,
        modality: Modality = "actual",
        extent: ExtentMention | None = None,
        means: list[str] | None = None,
        figures: list[Figure] | None = None,
        attributions: list[int] | None = None,
        confidence: float = 0.5,
        why: list[Why] | None = None,
    ) -> None:
        self.type = type
        self.trigger = trigger
        self.sentence = sentence
        self.frame = frame
        self.clause = clause
        self.actor = actor
        self.target = target
        self.places = [] if places is None else places
        self.time = time
        self.modality = modality
        self.extent = extent
        self.means = [] if means is None else means
        self.figures = [] if figures is None else figures
        self.attributions = [] if attributions is None else attributions
        self.confidence = confidence
        self.why = [] if why is None else why


@dataclass(init=False, slots=True)
class Attribution:
    """Somebody says something: who, how, and which characters of the text are what is said.

    `scopes` are the spans of what is said; an event whose trigger lies in one of them is claimed by this source.
    `answers` is set instead for a stance towards what others said ("Moscow denies it", "could not be verified"): the
    spans whose events it is about.
    """

    source: ActorMention
    stance: Stance
    act: Act
    cue: Span
    scopes: list[Span]
    answers: list[Span]
    via: str | None
    said_on: date | None
    phrase: Span | None
    rule: str

    def __init__(
        self,
        source: ActorMention,
        stance: Stance,
        act: Act,
        cue: Span,
        scopes: list[Span] | None = None,
        answers: list[Span] | None = None,
        via: str | None = None,
        said_on: date | None = None,
        phrase: Span | None = None,
        rule: str = "speech_verb",
    ) -> None:
        self.source = source
        self.stance = stance
        self.act = act
        self.cue = cue
        self.scopes = [] if scopes is None else scopes
        self.answers = [] if answers is None else answers
        self.via = via
        self.said_on = said_on
        self.phrase = phrase
        self.rule = rule


@dataclass(slots=True)
class Document:
    """An article on its way through the stages. `text` and what follows are set by the stages, in their order."""

    raw_title: str | None
    raw_text: str
    published: date | None
    publisher: str | None = None
    url: str | None = None

    text: str = ""
    body_start: int = 0
    """Where the body begins in `text`; 0 without a headline."""
    offsets: list[tuple[int, int]] = field(default_factory=list)
    """Ascending (offset into `text` from body_start on, offset into raw_text): between two pairs they run in step."""
    captions: list[Span] = field(default_factory=list)
    dateline: str | None = None
    dateline_date: date | None = None
    byline: str | None = None
    language: str = "en"
    voice: str = ""
    """The side that the text itself speaks for, empty before `actors`."""
    notes: list[str] = field(default_factory=list)

    sentences: list[Sentence] = field(default_factory=list)
    places: list[PlaceMention] = field(default_factory=list)
    actors: list[ActorMention] = field(default_factory=list)
    times: list[TimeMention] = field(default_factory=list)
    numbers: list[NumberMention] = field(default_factory=list)
    events: list[EventMention] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)

    def words(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that holds character `offset`, by bisection; None between sentences."""
        low, high = 0, len(self.sentences)
        while low < high:
            middle = (low + high) // 2
            if self.sentences[middle].span.end <= offset:
                low = middle + 1
            else:
                high = middle
        if low < len(self.sentences) and self.sentences[low].span.start <= offset:
            return self.sentences[low]
        return None
