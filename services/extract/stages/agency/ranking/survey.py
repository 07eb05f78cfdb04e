"""Who acts in an article, counted once for all of its events: by kind of event, by kind and place, and by name."""

import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from services.extract.document import ActorMention, EventMention, PlaceMention
from services.extract.stages.agency.scene import FIGHTING, OPPOSITE, SIDES, Scene


def cluster(kind: str) -> str:
    """Return the kind of an event; what one strike does is of one kind with it."""
    return "harm" if kind in ("strike", "casualties", "destruction") else kind


def side_of(event: EventMention) -> str | None:
    """Return the side of the event's actor."""
    return None if event.actor is None else event.actor.side


def key(place: PlaceMention) -> str:
    """Return what two mentions of one place have in common."""
    return place.id or place.name


def sides_of(actors: Iterable[ActorMention]) -> frozenset[str]:
    """Return the warring sides among `actors`."""
    return frozenset(a.side for a in actors if a.side is not None and a.side in SIDES)


_NEAR: Final = 2
_NONE: Final[Counter[str]] = Counter()


@dataclass(slots=True)
class Survey:
    """The sides of one article's events, as the rules have them, and of its belligerents."""

    there: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    """By kind of event and place: how often each side acts."""
    usual: dict[str, Counter[str]] = field(default_factory=dict)
    """By kind of event: how often each side acts."""
    alike: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    """By kind of event, in the order of the text: where each that has a side is told, its sentence, the side."""
    accused: dict[int, set[str]] = field(default_factory=dict)
    """By sentence: the sides whose enemy accuses in it."""
    title: str | None = None
    """The side named first in the headline."""
    most: str | None = None
    """The side whose forces are named most; of equals the one named first."""
    at_war: frozenset[str] = frozenset()
    """The warring sides that the article names, as acting, suffering or telling."""
    named: list[ActorMention] = field(default_factory=list)
    """Forces and states at war, in the order of the text."""
    starts: list[int] = field(default_factory=list)
    """Where they begin."""

    @classmethod
    def of(cls, scene: Scene) -> "Survey":
        """Count what the rules have found. Linear in the text."""
        found, doc = cls(), scene.doc
        for event in doc.events:
            side = side_of(event)
            if side is None:
                continue
            kind = cluster(event.type)
            found.usual.setdefault(kind, Counter())[side] += 1
            found.alike.setdefault(kind, []).append((event.trigger.start, event.sentence, side))
            for place in event.places:
                found.there.setdefault((kind, key(place)), Counter())[side] += 1
        for told in found.alike.values():
            told.sort()
        for said in doc.attributions:
            sentence = doc.sentence_at(said.cue.start)
            foe = OPPOSITE.get(said.source.side or "") if said.act == "accuses" else None
            if foe is not None and sentence is not None:
                found.accused.setdefault(sentence.index, set()).add(foe)
        at_war = [a for a in doc.actors if a.side in SIDES]
        found.at_war = sides_of([*at_war, *(said.source for said in doc.attributions)])
        found.title = next((a.side for a in at_war if a.span.start < doc.body_start), None)
        forces = Counter(a.side for a in at_war if a.kind in FIGHTING)
        found.most = max(forces, key=lambda side: forces[side]) if forces else None
        found.named = sorted((a for a in at_war if a.kind in FIGHTING or a.rule == "state"), key=lambda a: a.span)
        found.starts = [a.span.start for a in found.named]
        return found

    def elsewhere(self, event: EventMention) -> frozenset[str]:
        """Return the sides that do the like in the event's places, by other tellings than this one."""
        kind, own = cluster(event.type), side_of(event)
        return frozenset(
            side
            for place in event.places
            for side, times in self.there.get((kind, key(place)), _NONE).items()
            if times > (side == own)
        )

    def usually(self, event: EventMention) -> tuple[frozenset[str], int]:
        """Return the side that does two thirds of the like in the article, and of how many, without this telling."""
        count, own = Counter(self.usual.get(cluster(event.type), _NONE)), side_of(event)
        if own is not None:
            count[own] -= 1
        whole = sum(count.values())
        return frozenset(side for side, n in count.items() if n > 0 and n * 3 >= whole * 2), whole

    def like(self, event: EventMention, later: bool) -> tuple[str, int] | None:
        """Return the side of the nearest event of the kind told before, or later, and how many sentences away."""
        told, at = self.alike.get(cluster(event.type), []), event.trigger.start
        found = bisect_right(told, (at, sys.maxsize)) if later else bisect_left(told, (at,)) - 1
        if not 0 <= found < len(told):
            return None
        return told[found][2], abs(told[found][1] - event.sentence)

    def accused_near(self, sentence: int) -> frozenset[str]:
        """Return the sides that are accused no more than two sentences from `sentence`."""
        near = range(sentence - _NEAR, sentence + _NEAR + 1)
        return frozenset(side for index in near for side in self.accused.get(index, ()))

    def before(self, offset: int) -> ActorMention | None:
        """Return the belligerent named last before `offset`."""
        at = bisect_left(self.starts, offset)
        return self.named[at - 1] if at else None
