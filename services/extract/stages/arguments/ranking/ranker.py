"""One article's ranking of places: asked for each event after the rules, in the order in which they are placed."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Final

from services.extract.document import Document, EventMention, PlaceMention, Why
from services.extract.stages.arguments.officials import spoken_for
from services.extract.stages.arguments.ranking.features import Case, features
from services.extract.stages.arguments.ranking.model import Model, chosen, model
from services.extract.stages.arguments.ranking.options import Option, options
from services.extract.stages.arguments.ranking.survey import Survey
from services.extract.stages.arguments.telling import Telling
from services.extract.stages.arguments.topic import Topic

Watch = Callable[[EventMention, str, Sequence[Option], Sequence[Sequence[str]]], None]
"""Told of each event: the rule that placed it, its options, the features of each."""

_UNSURE: Final = frozenset({"clause", "sentence", "topic", "none"})
"""Rules that are asked about: what an event has as its own (role, attachment, relative clause) is right so often that
weighing it costs time and gains nothing."""
_CROWD: Final = 60
"""Places in a sentence from which on the rules' choice stands: such lists are no prose."""


class Ranker:
    """Ranks the options of each event of one document. `by` and `watch` are for training."""

    def __init__(
        self,
        doc: Document,
        places: Mapping[int, list[PlaceMention]],
        by: Model | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._survey = Survey.of(doc, places)
        self._everywhere = sorted((p for p in doc.places if p.kind != "country"), key=lambda p: p.span)
        self._starts = [p.span.start for p in self._everywhere]
        self._by = model() if by is None else by
        self._watch = watch

    def ranked(
        self, telling: Telling, tellings: list[Telling], topic: Topic, found: list[PlaceMention], rule: str
    ) -> tuple[list[PlaceMention], str]:
        """Return the places of the event and the rule that they rest on: those of the rules, or what is likelier."""
        if rule not in _UNSURE or len(telling.here.places) > _CROWD:
            return found, rule
        before = [*topic.told, *chain(t.event for t in tellings if t.event.places)]
        area = spoken_for(telling.here)
        offered = options(telling, before, topic, self._survey, area, found)
        if len(offered) < 2:
            return found, rule
        case = Case.of(telling, tellings, topic, self._survey, area, rule, self._everywhere, self._starts)
        seen = [features(option, case, not number) for number, option in enumerate(offered)]
        if self._watch is not None:
            self._watch(telling.event, rule, offered, seen)
        choice = chosen(seen, self._by)
        if choice is None:
            return found, rule
        why = telling.event.why
        why.append(Why("place", f"ranking over {rule} {choice.lead:+.2f}"))
        why += [Why("place", f"ranking {name} {pull:+.2f}") for name, pull in choice.pulls]
        return list(offered[choice.option].places), "ranked"
