"""The sides that one event can be of, and the actor that stands for each: the two at war, third ones named with it."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from services.extract.document import ActorMention, Document
from services.extract.stages.agency.ranking.survey import side_of
from services.extract.stages.agency.scene import FIGHTING, SIDES, Case, army_at, span_of


def options(doc: Document, case: Case, at_war: Collection[str]) -> list[str | None]:
    """Return the distinct sides that the event can be of, that of the rules first: None where they have none.

    `at_war` are the warring sides that the article names: nobody is blamed whom it does not speak of.
    """
    found = [side_of(case.event), *(side for side in SIDES if side in at_war)]
    found += [a.side for a in case.here.actors if a.kind != "MEDIA" and a.side is not None]
    sources = [doc.attributions[n].source for n in case.event.attributions]
    found += [s.side for s in sources if s.kind != "MEDIA" and s.side is not None]
    return list(dict.fromkeys(found))


def actor_of(doc: Document, case: Case, side: str) -> ActorMention | None:
    """Return who acts where the event is of `side`: the force that only lacked it, the one named with the event, else
    the army of the side. None for a third side that nobody here speaks or acts for."""
    actor = case.event.actor
    if actor is not None and actor.side is None and not actor.anaphor:
        return replace(actor, side=side, id=f"{side}/{actor.kind or 'MIL'}")
    sources = [doc.attributions[n].source for n in case.event.attributions]
    named = [a for a in case.here.actors if a.side == side and a.kind != "MEDIA"]
    if side in SIDES:
        force = _nearest(case, [a for a in named if a.kind in FIGHTING])
        return force if force is not None else army_at(span_of(case, case.token), case.token.text, side)
    return _nearest(case, named) or next((s for s in sources if s.side == side), None)


def _nearest(case: Case, actors: Sequence[ActorMention]) -> ActorMention | None:
    """Return the actor whose words begin nearest to the trigger, the earlier of two."""
    at = case.event.trigger.start
    return min(actors, key=lambda a: (abs(a.span.start - at), a.span.start), default=None)
