"""Agency by reference: whom a pronoun or a force without a side stands for."""

import re
from typing import Final

from services.extract.document import ActorMention, EventMention
from services.extract.pattern import Pattern
from services.extract.stages import tree
from services.extract.stages.agency.ground import ground_of
from services.extract.stages.agency.lexicon import words
from services.extract.stages.agency.scene import AGENTIVE, FIGHTING, OPPOSITE, Case, Scene, army, named
from services.extract.stages.tree import Token

_THEY: Final = frozenset({"they", "them", "he", "it", "who", "these", "those"})


def _subject(case: Case) -> Token | None:
    if case.noun:
        return tree.noun_subject(case.token)
    return tree.verb_subject(case.token) if tree.is_verb(case.token) else tree.predicate_subject(case.token)


def pronoun(scene: Scene, case: Case) -> ActorMention | None:
    """ "They are forming up": the belligerent named last before, other than who is speaking."""
    noun = _subject(case)
    if noun is None or noun.lower_ not in _THEY:
        return None
    said = scene.speaker(case.event)
    own = said.source.side if said is not None else None
    offset = case.here.offset(noun)
    if own is None and noun.lower_ == "they" and (same := _subject_before(scene, case, noun)) is not None:
        return same
    heard = [scene.doc.attributions[n].source.span for n in case.event.attributions]
    fighting = [a for a in scene.before(case.sentence, offset)
                if a.kind in FIGHTING and not any(a.span.overlaps(s) for s in heard)]  # fmt: skip
    if own is not None:
        if noun.lower_ in ("they", "them") and (_own_men(scene, case, offset) or _abroad(case, own)):
            return army(case, noun, own)
        foe = next((a for a in fighting if a.side == OPPOSITE.get(own)), None)
        if noun.lower_ == "he" and foe is not None and "enemy" not in foe.surface.lower():
            return None
        return foe if foe is not None else army(case, noun, OPPOSITE[own]) if noun.lower_ in ("they", "them") else None
    if not fighting and noun.lower_ == "it":
        states = [a for a in scene.before(case.sentence, offset, 0) if a.rule == "state"]
        return states[0] if len({a.side for a in states}) == 1 else None
    return fighting[0] if fighting and len({a.side for a in fighting[:2]}) == 1 else None


def _subject_before(scene: Scene, case: Case, noun: Token) -> ActorMention | None:
    """Return the force that was the subject of the sentence before, where "they" go on doing what it did.

    Who stops an attack is not who was just told to make it: "the enemy attacked. They were met with fire".
    """
    index = case.sentence.index - 1
    before = scene.doc.sentences[index] if index >= 0 else None
    if before is None or before.parse is None or before.paragraph != case.sentence.paragraph:
        return None
    subject = next((t for t in before.parse if t.dep_ == "nsubj" and t.head.dep_ == "ROOT"), None)
    if subject is None:
        return None
    at = before.span.start + subject.idx
    for other in scene.told_before(case, reach=1):
        actor = other.actor
        if other.sentence != index or actor is None or actor.side is None or actor.kind not in FIGHTING:
            continue
        if actor.span.start <= at < actor.span.end:
            stops = case.event.type in ("repulse", "hold") and other.type in words("attacking") | {"advance", "assault"}
            return army(case, noun, OPPOSITE[actor.side]) if stops and actor.side in OPPOSITE else actor
    return None


def enemy_of_asked(scene: Scene, event: EventMention) -> ActorMention | None:
    """Return the other army where somebody interviewed says "they" of those who fight: he says "we" of his own."""
    actor = event.actor
    if event.type not in AGENTIVE or (actor is not None and not (actor.anaphor and actor.surface.lower() == "they")):
        return None
    said = scene.speaker(event)
    case = scene.case(event) if said is not None and said.rule == "claims.interview" else None
    noun = _subject(case) if case is not None else None
    if said is None or case is None or noun is None or noun.lower_ != "they":
        return None
    offset = case.here.offset(noun)
    return None if _own_men(scene, case, offset) else army(case, noun, OPPOSITE[said.source.side or ""])


def attacked_before(scene: Scene, event: EventMention) -> ActorMention | None:
    """Return the other army where "they" beat off the attack that the sentence before tells: who made it does not."""
    actor = event.actor
    if event.type != "repulse" or actor is None or actor.side not in OPPOSITE or actor.surface.lower() != "they":
        return None
    case = scene.case(event)
    noun = _subject(case) if case is not None else None
    if case is None or noun is None or noun.lower_ != "they":
        return None
    thing = tree.verb_object(case.token)
    told = thing is not None and (thing.lower_ in _THAT or any(c.lower_ in _THAT for c in thing.children))
    if not told:
        return None
    for other in scene.told_before(case, reach=1):
        if other.sentence < event.sentence and other.type in ("assault", "advance"):
            same = other.actor is not None and other.actor.side == actor.side
            return army(case, noun, OPPOSITE[actor.side or ""]) if same else None
    return None


_THAT: Final = frozenset({"the", "this", "that", "these", "those", "it", "them"})


def _own_men(scene: Scene, case: Case, offset: int) -> bool:
    """True where the force named last before, outside a quotation, is the speaker's own: "his troops had crossed the
    border. They …"."""
    start = max(0, case.sentence.span.start - _LOOK)
    before = scene.doc.text[case.sentence.span.start : offset]
    if before.count('"') % 2 or before.count("“") > before.count("”"):
        return False
    found = _FORCE.findall(scene.doc.text[start:offset].rpartition("\n")[2])
    return bool(found) and found[-1][0].lower() in ("his", "her", "its", "our")


def _abroad(case: Case, own: str) -> bool:
    """True where "they" gain ground in Russia by the word of a Ukrainian: his own men."""
    places = case.event.places
    return own == "UKR" and case.event.type in _GROUND and bool(places) and all(p.country == "RU" for p in places)


def _intrudes(scene: Scene, case: Case, noun: Token, own: str) -> bool:
    """True for groups that "have broken through", by the word of who holds the ground, and does not call them his."""
    if case.token.base_ not in words("intruding") or tree.first(noun, "poss") is not None:
        return False
    return ground_of(scene.doc, case.event) != OPPOSITE.get(own)


_GROUND: Final = frozenset({"advance", "assault", "capture", "control"})
_LOOK: Final = 240
_FORCE: Final = Pattern(
    r"\b(?:(his|her|its|our|the|\w+(?:['’]s)?)\s+)(?:own\s+)?(troops|forces|soldiers|units|men|brigades|army|military"
    r"|fighters|enemy|occupiers|invaders)\b|\b(?:the )?(Russians|Ukrainians)\b",
    re.IGNORECASE,
)


def bare_force(scene: Scene, case: Case) -> ActorMention | None:
    """ "The marines", "his columns": of whose side they are."""
    noun = _subject(case)
    if noun is None and case.event.type in ("deployment", "withdrawal") and tree.is_verb(case.token):
        noun = tree.verb_object(case.token)
    if noun is None or case.event.type not in AGENTIVE:
        return None
    actor = case.event.actor
    if actor is None and noun.lower_ not in words("force"):
        return None
    if actor is not None and actor.kind != "MIL":
        return None
    for owner in (tree.first(noun, "poss"), *[n for p, n in tree.prepositions(noun) if p in ("of", "from")]):
        if owner is None:
            continue
        found = named(case, owner)
        if found is not None:
            return found
    moves = case.event.type in ("advance", "assault", "deployment", "withdrawal")
    if moves and any(part.lower_ in words("armour_UKR") for part in noun.subtree):
        return army(case, noun, "UKR")
    said = scene.speaker(case.event)
    before = [a for a in scene.before(case.sentence, case.here.offset(noun), 0) if a.kind in FIGHTING]
    if (
        before
        and "also" not in noun.lower_
        and any(c.lower_ in ("additional", "more", "further", "fresh", "new") for c in noun.children)
    ):
        return before[0]  # "part of the Russian force remains, he said, and additional reserves …"
    plain = noun.lower_ in words("plain_force") and not any(c.dep_ in ("amod", "relcl", "acl") for c in noun.children)
    if said is not None and (case.event.type in words("own") or (plain and case.event.type in words("own_plain"))):
        theirs = said.act == "admits" and case.event.type in ("advance", "capture", "control")
        theirs = theirs or any(c.lower_ in ("sabotage", "subversive", "saboteur") for c in noun.children)
        theirs = theirs or _intrudes(scene, case, noun, said.source.side or "")
        side = said.source.side or ""
        return army(case, noun, OPPOSITE[side] if theirs else side)
    before = [a for a in scene.before(case.sentence, case.here.offset(noun)) if a.kind in FIGHTING]
    found = before[0] if before and len({a.side for a in before}) == 1 else None
    if found is not None and found.side in OPPOSITE and _attacked_by(scene, case, found.side):
        return army(case, noun, OPPOSITE[found.side])
    return found


def _attacked_by(scene: Scene, case: Case, side: str) -> bool:
    """Whether the bare force defends what that side has just attacked: "Russian infantry entered the town. Soldiers
    who defend it …"."""
    if case.event.type != "hold" or case.token.base_ not in words("defending"):
        return False
    return any(
        other.actor is not None and other.actor.side == side and other.type in words("attacking")
        for other in scene.told_before(case, reach=2)
    )
