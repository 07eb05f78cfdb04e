"""Agency: who acted, where arguments left it open. After claims, before assemble.

Rules from the surest to the boldest (`rules`) are asked for each event that has no actor, or an actor without a side;
the first that answers is taken, and named in the event's reasons as `agency.<rule>`. What the text tells without an
author stays without one.
"""

from dataclasses import replace
from typing import Final

from services.extract.document import ActorMention, Document, EventMention, Why
from services.extract.stages.agency.antecedents import enemy_of_asked
from services.extract.stages.agency.chains import usurped
from services.extract.stages.agency.rules import RULES
from services.extract.stages.agency.scene import Case, Scene

__all__ = ["agency"]

_ROUNDS: Final = 2
"""Events told later in a sentence can lend their actor to earlier ones, so the rules are asked twice."""


def agency(doc: Document) -> None:
    """Fill in the actor of event mentions that have none, or none with a side. Never raises on any text."""
    if not doc.events:
        return
    scene = Scene(doc)
    for _ in range(_ROUNDS):
        for event in doc.events:
            case = None if _settled(event) else scene.case(event)
            if case is not None:
                _settle(scene, case)
    for event in doc.events:
        foe = enemy_of_asked(scene, event)
        if foe is not None:
            event.actor = foe
            event.why.append(Why("actor", "agency.enemy_of_asked", foe.span))
    for event in doc.events:
        if (owner := _teller_owns(scene, event)) is not None and event.actor is not None:
            event.actor = replace(event.actor, side=owner, id=f"{owner}/MIL")
            event.why.append(Why("actor", "agency.its_own", event.actor.span))
    for event in doc.events:
        if _teller_acts(doc, event):
            case = scene.case(event)
            found = usurped(scene, case) if case is not None else None
            if found is not None and event.actor is not None and found.side != event.actor.side:
                event.actor = found
                event.why.append(Why("actor", "agency.usurped", found.span))


def _settled(event: EventMention) -> bool:
    actor = event.actor
    return actor is not None and (actor.side is not None or actor.kind not in (None, "MIL"))


def _teller_owns(scene: Scene, event: EventMention) -> str | None:
    """Return the side of the body that tells of "its forces", where they were taken for another's."""
    actor = event.actor
    if actor is None or actor.rule != "forces_before" or not actor.surface.lower().startswith("its "):
        return None
    said = scene.speaker(event)
    if said is None or said.source.kind not in ("GOV", "MIL") or "/PER/" in (said.source.id or ""):
        return None
    told = scene.doc.sentence_at(said.cue.start)
    return said.source.side if told is not None and told.index == event.sentence else None


def _teller_acts(doc: Document, event: EventMention) -> bool:
    """True where the event's actor is the one who tells it, and no state or army."""
    actor = event.actor
    if actor is None or not actor.can_speak or actor.anaphor or actor.rule == "state":
        return False
    return any(doc.attributions[n].source.span == actor.span for n in event.attributions)


def _settle(scene: Scene, case: Case) -> None:
    event = case.event
    for name, rule in RULES.items():
        found = rule(scene, case)
        if found is None or found.side is None:
            continue
        event.actor = _merged(event.actor, found)
        event.why.append(Why("actor", f"agency.{name}", found.span))
        return


def _merged(before: ActorMention | None, found: ActorMention) -> ActorMention:
    """Keep the name of a force that only lacked its side ("the marines"); pronouns take the name of who they are."""
    if before is None or before.anaphor:
        return found
    return replace(before, side=found.side, id=before.id or f"{found.side}/MIL")
