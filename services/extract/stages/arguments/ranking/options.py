"""The places that one event can have: the rules' choice, those of its sentence, those the text has been about, none."""

from collections.abc import Iterator, Sequence
from typing import Final, final

from services.extract.document import EventMention, PlaceMention
from services.extract.stages.arguments.candidates import narrow, with_lists
from services.extract.stages.arguments.ranking.survey import Survey, keys
from services.extract.stages.arguments.telling import Telling, head_of
from services.extract.stages.arguments.topic import Topic

_NAMED: Final = 24
"""Places of the sentence that are looked at, the first."""
_TOLD: Final = 4
_RECENT: Final = 3
_FORCES: Final = frozenset({"MIL", "PROXY", "PMC"})
"""Whose names hold places that are not where they are: "the militias of Donetsk"."""


@final
class Option:
    """A list of places, told together; empty: the event is told without a place."""

    __slots__ = ("keys", "places")

    def __init__(self, places: tuple[PlaceMention, ...], keys: frozenset[str]) -> None:
        self.places: Final = places
        self.keys: Final = keys


def options(
    telling: Telling,
    before: Sequence[EventMention],
    topic: Topic,
    survey: Survey,
    area: PlaceMention | None,
    chosen: list[PlaceMention],
) -> list[Option]:
    """Return the distinct options of an event, that of the rules first.

    `before`: the events placed so far; `area`: what an official of the sentence speaks for.
    """
    found: dict[frozenset[str], Option] = {}
    for places in (chosen, *_offered(telling, before, topic, survey, area)):
        named = keys(places)
        if named not in found:
            found[named] = Option(tuple(places), named)
    return list(found.values())


def _offered(
    telling: Telling, before: Sequence[EventMention], topic: Topic, survey: Survey, area: PlaceMention | None
) -> Iterator[list[PlaceMention]]:
    here, sentence = telling.here, telling.here.sentence
    for place in here.places[:_NAMED]:
        demonym = place.adjective and here.actor_at.get(head_of(here, place.span).i) is not None
        demonym = demonym or any(a.kind in _FORCES and a.span.covers(place.span) for a in here.actors)
        if place.kind != "country" and not demonym and (fit := narrow(telling, [place])):
            yield with_lists(telling, fit)
    told = [e.places for e in reversed(before) if e.places and not (len(e.places) == 1 and _country(e.places[0]))]
    yield from told[:_TOLD]
    if topic.place:
        yield topic.place
    for place in list(topic.recent)[: -_RECENT - 1 : -1]:
        yield [place]
    headed, at = survey.headings[sentence.index]
    if headed and at != sentence.index:
        yield [headed[0]]
        yield list(headed)
    if area is not None:
        yield [area]
    first = survey.paragraphs.get(sentence.paragraph, [])[:1]
    if first and first[0].span.end <= sentence.span.start:
        yield first
    for one in (survey.lead, survey.focus):
        if one is not None and not sentence.span.covers(one.span):
            yield [one]
    yield []


def _country(place: PlaceMention) -> bool:
    return place.kind == "country"
