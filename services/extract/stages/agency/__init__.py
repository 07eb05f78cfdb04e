"""Agency: who acted, where arguments left it open. After claims, before assemble.

Rules from the surest to the boldest (`rules`) are asked for each event that has no actor, or an actor without a side;
the first that answers is taken, and named in the event's reasons as `agency.<rule>`. What the text tells without an
author stays without one. Last, a learnt ranking (`ranking`) gives open and unsure events the side that is clearly
likelier.
"""

from dataclasses import replace
from typing import Final

from services.extract.document import ActorMention, Document, EventMention, Why
from services.extract.stages.agency.antecedents import attacked_before, enemy_of_asked
from services.extract.stages.agency.ranking import Watch, rank
from services.extract.stages.agency.rules import RULES
from services.extract.stages.agency.scene import Case, Scene
from services.extract.stages.agency.tellers import taken_back
from services.extract.stages.arguments.ranking import Model

__all__ = ["agency"]

_ROUNDS: Final = 2
"""Events told later in a sentence can lend their actor to earlier ones, so the rules are asked twice."""


def agency(doc: Document, by: Model | None = None, watch: Watch | None = None) -> None:
    """Fill in the actor of event mentions that have none, or none with a side. Never raises on any text.

    `by` is the model that ranks sides where it is not the checked-in one; `watch` is told what it ranks.
    """
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
        met = attacked_before(scene, event)
        if met is not None:
            event.actor = met
            event.why.append(Why("actor", "agency.attacked_before", met.span))
    for event in doc.events:
        taken_back(scene, event)
    rank(scene, by, watch)


def _settled(event: EventMention) -> bool:
    actor = event.actor
    if actor is not None and actor.side is None and actor.kind == "GOV" and event.type == "arms_transfer":
        return False  # "the government": whose it is
    return actor is not None and (actor.side is not None or actor.kind not in (None, "MIL"))


def _settle(scene: Scene, case: Case) -> None:
    event = case.event
    for name, rule in RULES.items():
        found = rule(scene, case)
        if found is None or found.side is None or found.kind == "MEDIA":
            continue
        event.actor = _merged(event.actor, found)
        event.why.append(Why("actor", f"agency.{name}", found.span))
        return


def _merged(before: ActorMention | None, found: ActorMention) -> ActorMention:
    """Keep the name of a force that only lacked its side ("the marines"); pronouns take the name of who they are."""
    if before is None or before.anaphor:
        return found
    return replace(before, side=found.side, id=before.id or f"{found.side}/{before.kind or 'MIL'}")
