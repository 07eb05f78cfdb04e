"""What the text before and around an event says of where it is: features beside those of `features`, for the model.

Whether the words point back ("the strike", "the building", "we"), what an event of the same kind was told of last, how
many towns have been named lately, whose area an official speaks for, which other event a place stands nearer to.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from services.extract.document import EventMention, PlaceMention
from services.extract.stages.arguments.officials import within
from services.extract.stages.arguments.ranking.options import Option
from services.extract.stages.arguments.ranking.survey import Survey, key
from services.extract.stages.arguments.telling import Telling, head_of
from services.extract.stages.arguments.topic import Topic
from services.extract.stages.tree import Token

_POINTING: Final = frozenset({"the", "this", "that", "these", "those", "its", "their", "his", "her", "our", "such"})
_LATELY: Final = 3
"""Sentences before the event's own in which a town is named lately."""


@dataclass(init=False, slots=True)
class Discourse:
    """One event and what stands around it, found once for all of its options."""

    telling: Telling
    survey: Survey
    trigger: str
    """How the trigger is introduced: `verb`, or for a noun `pointed`, `new`, `bare`."""
    subject: str
    """How the subject is introduced, as the object (`thing`) is: `none`, `pronoun`, `name`, `pointed`, `owned`, …"""
    thing: str
    same: EventMention | None
    """The event of this type with a place that was told last."""
    area: PlaceMention | None
    """Whose area an official of the sentence speaks for."""
    lately: list[str]
    """The towns named in the last sentences, the last first, each once."""
    figure: str
    country: bool
    """Whether the sentence names a country."""
    triggers: list[int]
    """Where the triggers of the sentence's other events begin."""

    def __init__(
        self,
        telling: Telling,
        survey: Survey,
        trigger: str,
        subject: str,
        thing: str,
        same: EventMention | None,
        area: PlaceMention | None,
        lately: list[str],
        figure: str,
        country: bool,
        triggers: list[int] | None = None,
    ) -> None:
        self.telling = telling
        self.survey = survey
        self.trigger = trigger
        self.subject = subject
        self.thing = thing
        self.same = same
        self.area = area
        self.lately = lately
        self.figure = figure
        self.country = country
        self.triggers = [] if triggers is None else triggers

    @classmethod
    def of(
        cls, telling: Telling, tellings: list[Telling], topic: Topic, survey: Survey, area: PlaceMention | None
    ) -> "Discourse":
        here, token, event = telling.here, telling.token, telling.event
        index = here.sentence.index
        return cls(
            telling,
            survey,
            _introduced(token) if token.pos_ in ("NOUN", "PROPN") else "verb",
            _introduced(telling.arguments.get("subject")),
            _introduced(telling.arguments.get("object")),
            next((e for e in reversed(topic.told) if e.type == event.type), None),
            area,
            survey.towns_before(index, _LATELY),
            _figure(telling),
            any(p.kind == "country" and not p.adjective for p in here.places),
            sorted({t.event.trigger.start for t in tellings if t is not telling}),
        )

    def of_none(self) -> list[str]:
        """What speaks for an event's having no place."""
        kind = self.telling.event.type
        return [
            f"none_trigger={self.trigger}",
            f"none_trigger_of={kind}:{self.trigger}",
            f"none_subject={self.subject}",
            f"none_thing={self.thing}",
            f"none_thing_of={kind}:{self.thing}",
            f"none_same={self.same is not None}:{self.trigger}",
            f"none_area={self.area is not None}",
            f"none_lately={min(3, len(self.lately))}",
            f"none_towns={_few(self.survey.towns)}",
            f"none_figure={self.figure}",
            f"none_country={self.country}",
            f"none_tag={self.telling.token.tag_}",
            f"none_actor={self._side()}",
            f"none_actor_of={kind}:{self._side()}",
        ]

    def of_place(self, option: Option, where: str) -> list[str]:
        """What speaks for or against a place, wherever it is named."""
        event, place = self.telling.event, option.places[0]
        found = [f"land={self._side()}:{place.country}", f"land_of={event.type}:{self._side()}:{place.country}"]
        if self.same is not None:
            if not option.keys.isdisjoint([key(p) for p in self.same.places]):
                back = min(4, event.sentence - self.same.sentence)
                found += [f"same={where}", f"same_back={where}:{back}", f"same_trigger={where}:{self.trigger}"]
                found.append(f"same_frame={where}:{self.same.frame == event.frame}")
            else:
                found.append(f"not_same={where}:{self.trigger}")
        if self.area is not None:
            inside = within(place, self.area) or place.name == self.area.admin1
            found.append(f"area={where}:{inside}:{self.area.kind}")
        if self.survey.titled & option.keys:
            found += [f"titled={where}", f"titled_of={event.type}"]
        elif self.survey.titled:
            found.append(f"other_title={where}")
        if place.name in self.survey.dateline:
            found.append(f"dateline={where}")
        found.append(f"towns={where}:{_few(self.survey.towns)}")
        rank = self.survey.rank(place)
        found.append(f"rank={where}:{min(rank, 4)}")
        return found

    def of_here(self, place: PlaceMention) -> list[str]:
        """What stands between a place of the event's sentence and the event, and what the place hangs under."""
        telling = self.telling
        trigger = telling.event.trigger
        before = place.span.end <= trigger.start
        low, high = (place.span.end, trigger.start) if before else (trigger.end, place.span.start)
        between = bisect_left(self.triggers, high) - bisect_right(self.triggers, low)
        other = min((abs(at - place.span.start) for at in self.triggers), default=None)
        near = "only" if other is None else "mine" if high - low <= other else "other"
        side = "before" if before else "after"
        head = head_of(telling.here, place.span)
        governor = head.head.head if head.dep_ == "pobj" else head.head
        link = head.head.lower_ if head.dep_ == "pobj" else head.dep_
        above = self._above(governor)
        return [
            f"triggers={side}:{min(3, max(0, between))}",
            f"nearest={near}",
            f"nearest_side={near}:{side}",
            f"governed={above}",
            f"governed_by={above}:{link}",
        ]

    def _above(self, governor: Token) -> str:
        """Return what a place hangs under: who acts, this event, another, or a part of speech."""
        actor, at = self.telling.here.actor_at.get(governor.i), self.telling.here.offset(governor)
        if actor is not None:
            return f"actor:{actor.kind}"
        if at == self.telling.event.trigger.start:
            return "trigger"
        return "other" if at in self.triggers else str(governor.pos_)

    def of_away(self, place: PlaceMention) -> str:
        """How lately a place named before the event's sentence was named."""
        at = self.lately.index(place.name) if place.name in self.lately else 9
        return f"away_lately={min(at, 4)}:{min(3, len(self.lately))}"

    def of_leaving(self) -> list[str]:
        """What points from the event's sentence to places named before it, whichever it is."""
        kind = self.telling.event.type
        return [
            f"away_trigger={self.trigger}",
            f"away_trigger_of={kind}:{self.trigger}",
            f"away_subject={self.subject}",
            f"away_thing={self.thing}",
            f"away_thing_of={kind}:{self.thing}",
            f"away_figure={self.figure}",
            f"away_country={self.country}",
            f"away_tag={self.telling.token.tag_}",
            f"away_actor={self._side()}",
        ]

    def _side(self) -> str:
        actor = self.telling.event.actor
        return "nobody" if actor is None else actor.side or "unknown"


def _introduced(noun: Token | None) -> str:
    """Return how a noun phrase is introduced: does it point back, or bring in something new?"""
    if noun is None:
        return "none"
    if noun.pos_ == "PRON":
        return "pronoun"
    if noun.pos_ == "PROPN":
        return "name"
    first = next((c for c in noun.children if c.dep_ in ("det", "poss")), None)
    if first is None:
        return "counted" if any(c.dep_ == "nummod" for c in noun.children) else "bare"
    if first.dep_ == "poss" and first.pos_ != "PRON":
        return "owned"
    return "pointed" if first.lower_ in _POINTING else "new"


def _figure(telling: Telling) -> str:
    """Return how great the greatest figure of the event is: great sums are of the whole country or war."""
    greatest = max((n.low or n.high or 0 for n in telling.own_numbers), default=0)
    return "none" if not greatest else "few" if greatest < 20 else "many" if greatest < 500 else "great"


def _few(number: int) -> str:
    return str(number) if number < 3 else "3+" if number < 6 else "6+"
