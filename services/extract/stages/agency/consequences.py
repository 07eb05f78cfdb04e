"""Agency by consequence: who fired caused what was hit; a belligerent's victims told by the other are the other's."""

from typing import Final

from services.extract.document import ActorMention, EventMention
from services.extract.stages import tree
from services.extract.stages.agency.ground import ground_of
from services.extract.stages.agency.lexicon import words
from services.extract.stages.agency.scene import (
    FIGHTING,
    OPPOSITE,
    SIDES,
    Case,
    Scene,
    army,
    army_of,
    named,
    other_army,
)
from services.extract.stages.parse import Parse
from services.extract.stages.tree import Token

_SUFFERED: Final = frozenset({"strike", "casualties", "destruction"})
_CAUSES: Final = frozenset({"strike", "assault"})


def weapon(scene: Scene, case: Case) -> ActorMention | None:
    """ "A Ukrainian drone", "Russia's missiles": whose weapon it is that hits, in the same sentence."""
    if case.event.type not in _SUFFERED or case.token.base_ in words("deliberate"):
        return None
    found = scene.armed(case)
    return found[0] if found and len({a.side for a in found}) == 1 else None


def _sufferer(case: Case) -> ActorMention | None:
    """Return who has losses from the strike: "the Ukrainians suffered losses from fire strikes"."""
    for above in tree.ancestors(case.token):
        if tree.is_verb(above):
            return named(case, tree.first(above, "nsubj")) if above.base_ in words("suffer") else None
    return None


def system(scene: Scene, case: Case) -> ActorMention | None:
    """A weapon that one side alone has, in the clause of a strike or with what hit: "six ATACMS were launched"."""
    if case.event.type not in _SUFFERED or case.token.base_ in words("deliberate"):
        return None
    found: dict[str, Token] = {}
    before = ""
    parse: Parse = case.sentence.parse
    known = [(side, words(f"systems_{side}")) for side in SIDES]
    for token in parse:
        word = token.lower_
        for side, systems in known:
            if word in systems or (word == "shadow" and f"{before}-{word}" in systems):
                found.setdefault(side, token)
        before = word
    if len(found) != 1:
        return None
    side, token = next(iter(found.items()))
    held = ground_of(scene.doc, case.event)
    if held == side:
        return None  # it was the weapon that was hit, or it was beaten off
    return army(case, token, side) if held is not None or scene.has_part(case, side) else None


def accused(scene: Scene, case: Case) -> ActorMention | None:
    """Who denies a deed is who is blamed for it; who is accused by one side is the other."""
    event = case.event
    if event.type not in ("strike", "destruction", "assault"):
        return None
    said = [scene.doc.attributions[n] for n in event.attributions]
    denying = [a for a in said if a.stance == "denies" and a.source.side in SIDES]
    if denying and len({a.source.side for a in denying}) == 1:
        return army_of(denying[0], scene.doc)
    accusing = [a for a in said if a.act == "accuses" and a.source.side in SIDES]
    if accusing and len({a.source.side for a in accusing}) == 1:
        return other_army(accusing[0], scene.doc)
    return None


def victim(scene: Scene, case: Case) -> ActorMention | None:
    """Soldiers of one side that are hit, by the word of the other."""
    event = case.event
    if event.type not in _SUFFERED | {"capture", "encirclement"}:
        return None
    said = scene.speaker(event)
    if said is None:
        return None
    hurt = event.target
    if hurt is None and case.noun and event.type == "strike":
        hurt = _sufferer(case)
    if hurt is None:
        noun = tree.verb_object(case.token) if tree.is_verb(case.token) else None
        hurt = named(case, noun)
    if hurt is None or hurt.kind not in FIGHTING or hurt.side not in SIDES:
        return None
    return army_of(said, scene.doc) if hurt.side == OPPOSITE.get(said.source.side or "") else None


def consequence(scene: Scene, case: Case) -> ActorMention | None:
    """What a strike did, and the strike told again: the actor of the nearest one before in the paragraph."""
    event = case.event
    if event.type not in _SUFFERED or event.modality != "actual":
        return None
    if not case.noun and tree.is_verb(case.token) and not tree.is_passive(case.token) and _takes(case):
        return None
    for other in scene.told_before(case, reach=2):
        if other.type not in _CAUSES or other.modality != "actual":
            continue
        if other.actor is None or other.actor.side not in SIDES or not _one_place(event, other):
            return None
        hurt = event.target
        if hurt is not None and hurt.kind in FIGHTING and hurt.side == other.actor.side:
            return None
        return other.actor
    return None


def _takes(case: Case) -> bool:
    """True where the verb has a subject and an object of its own: then somebody else may be said to do it."""
    return tree.first(case.token, "dobj") is not None


def _one_place(one: EventMention, other: EventMention) -> bool:
    if not one.places or not other.places:
        return True
    names = {p.name for p in other.places} | {p.admin1 for p in other.places if p.kind == "oblast"}
    return any(
        p.name in names
        or p.admin1 in {q.name for q in other.places}
        or p.within in {q.id for q in other.places if q.id}
        for p in one.places
    )
