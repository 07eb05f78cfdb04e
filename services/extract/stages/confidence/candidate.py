"""A candidate event, as assembly has put it together before it is known whether it is told, and what is around it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from services.extract.document import ActorMention, Document, EventMention, PlaceMention, Sentence, TimeMention
from services.extract.stages.parse import Parse, word_at
from services.extract.stages.tree import Token

Features = dict[str, float]
"""Value by name; a name is `family=value`, a value mostly 1."""


@dataclass(init=False, slots=True)
class Candidate:
    """One event in one place."""

    tellings: Sequence[EventMention]
    place: PlaceMention | None
    actor: ActorMention | None
    time: TimeMention | None
    rivals: int
    """Other candidates of the same type and place in the article: they differ in side, modality or time alone."""

    def __init__(
        self,
        tellings: Sequence[EventMention],
        place: PlaceMention | None,
        actor: ActorMention | None,
        time: TimeMention | None,
        rivals: int,
    ) -> None:
        self.tellings = tellings
        self.place = place
        self.actor = actor
        self.time = time
        self.rivals = rivals

    @property
    def best(self) -> EventMention:
        """The telling that the rules are surest of, the first of equals."""
        if len(self.tellings) == 1:
            return self.tellings[0]
        return max(self.tellings, key=lambda t: t.confidence)


@dataclass(slots=True)
class Surroundings:
    """The document's places and events by sentence, gathered once for all candidates, so that each costs the same."""

    doc: Document
    events: dict[int, list[EventMention]] = field(default_factory=dict)
    named: dict[int, list[PlaceMention]] = field(default_factory=dict)
    """By sentence, the places that can be where something happens: no countries, no adjectives."""
    everywhere: list[PlaceMention] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    tokens: dict[int, Token] = field(default_factory=dict)
    """By identity of the telling, the first token of its trigger."""
    told: dict[int, Features] = field(default_factory=dict)
    """By identity of the telling, the features that are the same whatever the place."""
    mentions: Counter[str] = field(default_factory=Counter)
    """How often the text names each place, by its name."""
    happened: Counter[str] = field(default_factory=Counter)
    """How many of the text's tellings have each place."""
    headed: set[str] = field(default_factory=set)
    """The places that the headline or the first sentence names."""

    @classmethod
    def of(cls, doc: Document) -> "Surroundings":
        found = cls(doc)
        for event in doc.events:
            found.events.setdefault(event.sentence, []).append(event)
        found.everywhere = sorted((p for p in doc.places if p.kind != "country"), key=lambda p: p.span)
        found.starts = [p.span.start for p in found.everywhere]
        for place in found.everywhere:
            sentence = doc.sentence_at(place.span.start)
            if sentence is not None and not place.adjective:
                found.named.setdefault(sentence.index, []).append(place)
        found.mentions.update(place.name for place in found.everywhere)
        found.happened.update(place.name for event in doc.events for place in event.places)
        first = next((sentence.span.end for sentence in doc.sentences if sentence.role == "body"), 0)
        found.headed.update(place.name for place in found.everywhere if place.span.end <= first)
        for index, events in found.events.items():
            found._find_triggers(doc.sentences[index], events)
        return found

    def _find_triggers(self, sentence: Sentence, events: list[EventMention]) -> None:
        if sentence.parse is None:
            return
        parse: Parse = sentence.parse
        for event in events:
            offset = event.trigger.start - sentence.span.start
            if parse and parse[0].idx <= offset:
                self.tokens[id(event)] = word_at(parse, offset)

    def others_between(self, start: int, end: int, name: str) -> int:
        """Return how many places of other names stand between two offsets; few are looked at, for few matter."""
        first = bisect_left(self.starts, start)
        some = islice(self.everywhere, first, first + 40)
        return len({p.name for p in some if p.span.start < end and p.name != name})


def put(found: Features, family: str, value: str) -> None:
    found[f"{family}={value}"] = 1.0


def put_whether(found: Features, family: str, holds: bool) -> None:
    found[family + ("=True" if holds else "=False")] = 1.0


def rule(telling: EventMention, slot: str) -> str:
    """Return the rule that filled `slot` last, without its stage: `role` for `arguments.role`; or "none".

    What the ranking of places has to say for its choice (`ranking over topic +1.20`) is no rule.
    """
    for why in reversed(telling.why):
        if why.slot == slot and not why.rule.startswith("ranking "):
            return why.rule.rpartition(".")[2]
    return "none"
