"""Agency of those who tell: whoever counts attacks, tells of "its troops", or has a deed told beside its name did not
always do it. After the rules, on events that have an actor."""

from dataclasses import replace

from services.extract.document import ActorMention, EventMention, Span, Why
from services.extract.stages import tree
from services.extract.stages.agency.chains import only, usurped
from services.extract.stages.agency.lexicon import words
from services.extract.stages.agency.scene import OPPOSITE, SIDES, Scene, army_at, named


def taken_back(scene: Scene, event: EventMention) -> None:
    """Correct the actor of an event, in place, where the one who tells of it was taken for the one who did it."""
    actor = event.actor
    if actor is None:
        return
    if (foe := _held_out(scene, event, actor)) is not None:
        event.actor = replace(actor, side=foe, id=f"{foe}/MIL")
        event.why.append(Why("actor", "agency.garrison", actor.span))
    elif _firm(event, actor):
        case = scene.case(event)
        found = only(scene, case) if case is not None else None
        event.actor = found
        event.why.append(Why("actor", "agency.firm", found.span if found is not None else None))
    elif _counted(scene, event, actor):
        foe = OPPOSITE.get(actor.side or "") if event.type == "assault" else None
        event.actor = army_at(actor.span, actor.surface, foe) if foe is not None else None
        event.why.append(Why("actor", "agency.counted", actor.span))
    elif (owner := _teller_owns(scene, event, actor)) is not None:
        event.actor = replace(actor, side=owner, id=f"{owner}/MIL")
        event.why.append(Why("actor", "agency.its_own", actor.span))
    elif (host := _met_with(scene, event, actor)) is not None:
        event.actor, event.target = host, actor
        event.why.append(Why("actor", "agency.met_with", host.span))
    elif event.type == "arms_transfer" and _arms_itself(event, actor):
        giver = _giver_before(scene, event, actor)
        event.actor = giver
        event.why.append(Why("actor", "agency.giver_before", giver.span if giver is not None else None))
    elif _outside(event, actor):
        case = scene.case(event)
        found = only(scene, case) if case is not None else None
        event.actor = found
        event.why.append(Why("actor", "agency.outside", found.span if found is not None else None))
    elif _teller_acts(scene, event, actor):
        case = scene.case(event)
        found = usurped(scene, case) if case is not None else None
        if found is not None and found.side != actor.side:
            event.actor = found
            event.why.append(Why("actor", "agency.usurped", found.span))


def _held_out(scene: Scene, event: EventMention, actor: ActorMention) -> str | None:
    """Return the side of a garrison, where it was read as that of who has just attacked the place."""
    if actor.rule != "noun" or actor.surface.lower().rsplit(None, 1)[-1] not in words("garrison"):
        return None
    case = scene.case(event) if event.type in ("withdrawal", "hold", "encirclement", "casualties") else None
    if case is None:
        return None
    here = {p.name for p in event.places}
    for other in scene.told_before(case, reach=2):
        by = other.actor
        if here and not here & {p.name for p in other.places}:
            continue
        if by is None or by.span == actor.span or by.side not in SIDES or other.type not in words("attacking"):
            continue
        return OPPOSITE[by.side] if by.side == actor.side else None
    return None


def _firm(event: EventMention, actor: ActorMention) -> bool:
    """True for a firm or body that tells of fire, and was taken for who fired: "Naftogaz counted 300 missiles"."""
    return (
        actor.kind == "ORG" and actor.side in SIDES and event.type in words("outside") | {"strike"} and actor.can_speak
    )


def _teller_owns(scene: Scene, event: EventMention, actor: ActorMention) -> str | None:
    """Return the side of the body that tells of "its forces", where they were taken for another's."""
    if actor.rule != "forces_before" or not actor.surface.lower().startswith("its "):
        return None
    said = scene.speaker(event)
    if said is None or said.source.kind not in ("GOV", "MIL") or "/PER/" in (said.source.id or ""):
        return None
    told = scene.doc.sentence_at(said.cue.start)
    if told is None or told.index != event.sentence:
        return None
    return None if _named_since(scene, event, actor, said.source.span) else said.source.side


def _named_since(scene: Scene, event: EventMention, actor: ActorMention, teller: Span) -> bool:
    """True where the other side is named between what the teller says and "its": "the staff said that Russia attacked,
    with its forces …"."""
    case = scene.case(event)
    if case is None:
        return False
    said = max(
        (
            case.here.offset(token)
            for token in case.sentence.parse
            if token.base_ in words("saying") and case.here.offset(token) < actor.span.start
        ),
        default=-1,
    )
    return any(
        a.side == actor.side and said < a.span.start and a.span.end <= actor.span.start and not a.span.overlaps(teller)
        for a in scene.actors.get(event.sentence, ())
    )


def _teller_acts(scene: Scene, event: EventMention, actor: ActorMention) -> bool:
    """True where the event's actor is the one who tells it, and no state or army."""
    if not actor.can_speak or actor.anaphor or actor.rule == "state":
        return False
    return any(scene.doc.attributions[n].source.span == actor.span for n in event.attributions)


def _met_with(scene: Scene, event: EventMention, actor: ActorMention) -> ActorMention | None:
    """Return who met with `actor`, where only the other party hangs on the talks: "after talks with Kyiv's team, the
    minister said"."""
    case = scene.case(event) if event.type == "diplomacy" else None
    if case is None or not case.noun:
        return None
    others = [noun for preposition, noun in tree.prepositions(case.token) if preposition == "with"]
    if not any(case.here.actor_of(noun) is actor for noun in others):
        return None
    for above in tree.ancestors(case.token):
        if tree.is_verb(above) and (subject := tree.first(above, "nsubj")) is not None:
            host = named(case, subject)
            if host is None and subject.lower_ in ("it", "they", "he", "she", "we"):
                said = scene.speaker(event)
                host = said.source if said is not None else None
            if host is None or host.kind not in ("GOV", "PER", "MIL"):
                return None
            return host if host.side != actor.side else None
    return None


def _arms_itself(event: EventMention, actor: ActorMention) -> bool:
    return event.target is not None and event.target.side is not None and event.target.side == actor.side


def _giver_before(scene: Scene, event: EventMention, taker: ActorMention) -> ActorMention | None:
    """Return the state or body named last before the aid: nobody gives arms to itself."""
    found = [
        a
        for a in scene.actors.get(event.sentence, ())
        if a.span.end <= event.trigger.start and a.side is not None and a.side not in SIDES and a.kind in ("GOV", "ORG")
    ]
    return found[-1] if found and found[-1].side != taker.side else None


def _outside(event: EventMention, actor: ActorMention) -> bool:
    """True for a third state's voice, or the press, told to do in a town of the war what only the armies do."""
    if event.type not in words("outside") or (actor.side in SIDES and actor.kind != "MEDIA"):
        return False
    if actor.kind == "MEDIA":
        return True
    at_war = bool(event.places) and all(p.country in ("UA", "RU") for p in event.places)
    return at_war and actor.kind in ("PER", "GOV") and actor.can_speak and actor.rule != "state"


def _counted(scene: Scene, event: EventMention, actor: ActorMention) -> bool:
    """True where the staff that counts attacks was taken for who made them: "the General Staff reported 22 attacks"."""
    if event.type not in ("assault", "strike", "clash") or not actor.can_speak or actor.anaphor:
        return False
    case = scene.case(event)
    if case is None or not case.noun:
        return False
    verb = tree.clause_verb(case.token)
    subject = tree.first(verb, "nsubj") if verb.base_ in words("counting") else None
    return subject is not None and subject.i != case.token.i and case.here.actor_of(subject) is actor
