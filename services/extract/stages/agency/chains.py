"""Agency by syntax: the subject of the verb that governs the event, however far above it that verb stands."""

from typing import Final

from services.extract.document import ActorMention
from services.extract.stages import tree
from services.extract.stages.agency.lexicon import words
from services.extract.stages.agency.scene import AGENTIVE, FIGHTING, SIDES, Case, Scene, named
from services.extract.stages.tree import Token

_UP: Final = frozenset(
    {"xcomp", "advcl", "conj", "pcomp", "acl", "prep", "pobj", "acomp", "oprd", "attr", "dobj", "dep", "npadvmod"}
)
_STEPS: Final = 7
_SELF: Final = frozenset(
    {"advance", "assault", "withdrawal", "deployment", "encirclement", "hold", "control", "capture", "interdiction"}
)

_GAINS: Final = frozenset({"advance", "capture", "assault", "repulse", "control"})
_FOLLOWS: Final = frozenset({("capture", "actual"), ("encirclement", "conditional"), ("interdiction", "conditional")})
_DEEDS: Final = frozenset({"strike", "assault", "advance", "encirclement", "deployment"})


def subject(scene: Scene, case: Case) -> ActorMention | None:
    """The trigger's own logical subject, where it is a people or a force that no mention covers."""
    if case.noun or not tree.is_verb(case.token) or case.event.type not in AGENTIVE:
        return None
    if case.event.type == "repulse" and case.event.target is not None:
        return None  # "the enemy had no success": it is beaten off
    return named(case, tree.verb_subject(case.token))


def governed(scene: Scene, case: Case) -> ActorMention | None:
    """The subject of what governs it: "intent on isolating", "had success at", "preparations for a push"."""
    if case.event.type not in AGENTIVE or case.passive_without_agent():
        return None
    node = case.token
    if not case.noun and tree.is_verb(node) and tree.first(node, "nsubj", "nsubjpass") is not None:
        return None
    for _ in range(_STEPS):
        owner = tree.first(node, "poss")
        if owner is not None and node is not case.token:
            return named(case, owner)
        head = node.head
        if head.i == node.i or node.dep_ not in _UP:
            return None
        finite = tree.is_verb(node) and node.dep_ in ("advcl", "conj") and node.tag_ in ("VBD", "VBZ", "VBP")
        if finite and tree.first(node, "nsubj", "nsubjpass") is not None:
            return None
        node, below = head, node
        if below.lower_ in words("credit") and node.base_ in words("taking_credit"):
            own = tree.first(node, "nsubj")
            return _doer(case, own) if own is not None and tree.first(node, "neg") is None else None
        if node.base_ in words("against") or (node.dep_ == "prep" and node.lower_ not in words("into")):
            return None
        if tree.is_verb(node):
            above = tree.first(node, "nsubj")
            if above is None and tree.is_passive(node):
                above = tree.agent(node)
                if above is None:
                    return None
            if above is not None:
                return _doer(case, above)
    return None


def _doer(case: Case, noun: Token) -> ActorMention | None:
    found = named(case, noun)
    if found is None:
        found = next((f for p, n in tree.prepositions(noun) if p == "for" and (f := named(case, n)) is not None), None)
    return found if found is not None and found is not case.event.target and found.kind != "CIV" else None


def by_phrase(scene: Scene, case: Case) -> ActorMention | None:
    """A by-phrase that the parse hangs elsewhere: "was struck near the strait with drones by the fleet"."""
    if case.event.type not in AGENTIVE | {"destruction"} or case.noun or not tree.is_passive(case.token):
        return None
    if tree.agent(case.token) is not None:
        return named(case, tree.agent(case.token))
    for token in case.token.subtree:
        if token.lower_ == "by" and token.i > case.token.i and token.head.base_ not in words("saying"):
            found = named(case, tree.first(token, "pobj"))
            if found is not None and found.kind in FIGHTING | {"GOV"}:
                return found
    return None


def caused(scene: Scene, case: Case) -> ActorMention | None:
    """Damage that a force has made: "made burn the ship", "left the bridge in ruins"."""
    verb = case.token.head
    if case.event.type != "destruction" or case.noun or case.token.dep_ not in ("ccomp", "xcomp", "acomp", "oprd"):
        return None
    if not tree.is_verb(verb) or tree.is_passive(verb) or verb.base_ not in words("causing"):
        return None
    found = named(case, tree.first(verb, "nsubj"))
    return found if found is not None and found.kind in FIGHTING else None


def sole(scene: Scene, case: Case) -> ActorMention | None:
    """The only belligerent of the sentence, who neither speaks nor suffers."""
    if case.event.type not in _SELF or case.passive_without_agent() or case.event.actor is not None:
        return None
    if case.event.type == "capture" and case.token.base_ in ("fall", "go"):
        return None  # who is named in "the city has not fallen" may be who loses it
    return only(scene, case)


def only(scene: Scene, case: Case) -> ActorMention | None:
    """Return the belligerent of the sentence where all who do not speak or suffer in it are of one side."""
    heard = [scene.doc.attributions[n].source.span for n in case.event.attributions]
    found = [a for a in scene.silent(case) if a is not case.event.target and not any(a.span.overlaps(s) for s in heard)]
    if case.event.type in ("encirclement", "capture"):
        found = [a for a in found if a.rule != "garrison"]  # who holds the place does not surround it
    return found[0] if found and len({a.side for a in found}) == 1 else None


def usurped(scene: Scene, case: Case) -> ActorMention | None:
    """The force that acts where the parse has the official who tells it act."""
    return only(scene, case) if case.event.type in _DEEDS else None


def alongside(scene: Scene, case: Case) -> ActorMention | None:
    """A place told as taken in one sentence with the advance of the only side that moves in it; what a gain would
    lead to."""
    event = case.event
    if (event.type, event.modality) not in _FOLLOWS:
        return None
    others = [
        e
        for e in scene.events[case.sentence.index]
        if e is not event and e.type in _GAINS and e.modality == event.modality
    ]
    acting = [e.actor for e in others if e.actor is not None and e.actor.side in SIDES]
    if event.type == "capture" and any(e.type == "control" for e in others):
        return None
    if not acting or len(acting) < len(others) or len({a.side for a in acting}) > 1:
        return None
    return acting[0]
