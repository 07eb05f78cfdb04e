"""Agency by who speaks: "ours" is the speaker's, and a gain told in the passive is claimed for the speaker's side."""

from typing import Final

from services.extract.document import ActorMention, Attribution
from services.extract.pattern import Pattern
from services.extract.stages import tree
from services.extract.stages.agency.ground import ground_of
from services.extract.stages.agency.lexicon import words
from services.extract.stages.agency.scene import FIGHTING, OPPOSITE, SIDES, Case, Scene, army, army_of, named, span_of
from services.extract.stages.parse import Parse

_OURS: Final = frozenset({"our", "ours", "we", "us"})
_OWN: Final = frozenset({"control", "withdrawal", "hold", "capture", "interdiction", "advance", "deployment", "assault",
                         "destruction", "repulse", "strike", "encirclement"})  # fmt: skip
_NO_GIVERS: Final = frozenset({*SIDES, "UN"})
"""Sides that are no third state."""


def ours(scene: Scene, case: Case) -> ActorMention | None:
    """ "X is ours", "under our flag", "by us": the side of who says it, else of the text."""
    event, token = case.event, case.token
    if event.type not in _OWN:
        return None
    parse: Parse = case.sentence.parse
    told = [t for t in parse if t.lower_ in _OURS]
    trigger = {t.lower_: t for t in told if event.trigger.start <= case.here.offset(t) < event.trigger.end}
    found = next((trigger[w] for w in _OURS if w in trigger), None)
    if found is None and told and event.type in ("control", "capture"):
        inside = {t.lower_: t for t in token.subtree if case.here.offset(t) < event.trigger.end + 1}
        inside.update({t.lower_: t for t in token.children})
        found = next((inside[w] for w in _OURS if w in inside), None)
    actor = event.actor
    if found is None and actor is not None and actor.anaphor and actor.rule == "speaker":
        found = token
    if found is None:
        return _adjective(case)
    said = scene.speaker(event, press=True)
    return army(case, found, said.source.side or scene.voice if said is not None else scene.voice)


def _adjective(case: Case) -> ActorMention | None:
    """ "Yampil was already Ukrainian"."""
    if case.event.type != "control":
        return None
    for child in case.token.children:
        if child.dep_ in ("acomp", "attr", "advmod") and child.lower_ in ("ukrainian", "russian"):
            return army(case, child, "UKR" if child.lower_ == "ukrainian" else "RUS")
    return None


def flag(scene: Scene, case: Case) -> ActorMention | None:
    """Whose colours fly over a town."""
    if case.event.type not in ("capture", "control"):
        return None
    said = scene.doc.words(case.sentence.span).lower()
    side = next((side for side, colours in _COLOURS.items() if colours.search(said)), None)
    return army(case, case.token, side) if side is not None else None


_COLOURS: Final = {
    "UKR": Pattern(r"\b(?:blue[- ](?:and[- ])?yellow|yellow[- ](?:and[- ])?blue)\b"),
    "RUS": Pattern(r"\btricolou?r\b|\bwhite[- ]blue[- ](?:and[- ])?red\b"),
}


def claimant(scene: Scene, case: Case) -> ActorMention | None:
    """A gain told in the passive by a side: "X has been freed, the Land Forces announced"."""
    event = case.event
    if event.modality not in ("actual", "intended") or event.actor is not None:
        return None
    said = scene.speaker(event)
    if said is None or said.act == "admits":
        return None
    side = said.source.side
    lemma = case.token.base_
    word = case.token.lower_
    if event.target is not None and event.target.side == side:
        return None
    gain = words("gain")
    passive = case.passive_without_agent() or not case.noun
    if event.type == "capture" and passive and (lemma in gain or word in gain):
        return army_of(said, scene.doc)
    if event.type == "capture" and passive and side == "RUS" and (lemma in words("take") or word in words("take")):
        return army_of(said, scene.doc)
    if event.type == "repulse" and not _theirs(case, side or ""):
        return army_of(said, scene.doc)
    if event.type in ("strike", "destruction") and _is_told_bare(case) and (fires(said) or said.source.rule == "state"):
        held = ground_of(scene.doc, event)
        foe = held == OPPOSITE[side or ""] or (held is None and event.places and _is_military(case))
        return army_of(said, scene.doc) if foe else None
    return None


def _is_told_bare(case: Case) -> bool:
    """True where it is told what was hit, and no more of who fired than the weapon: "missiles destroyed a depot"."""
    if case.passive_without_agent() or _is_hit(case):
        return True
    weapon = tree.first(case.token, "nsubj") if not case.noun and tree.is_verb(case.token) else None
    if weapon is None or weapon.lower_ not in words("weapon"):
        return False
    return all(case.here.actor_at.get(t.i) is None for t in weapon.subtree)


def _is_military(case: Case) -> bool:
    """True where what is hit serves an army, as no army says of what is its own."""
    thing = tree.verb_object(case.token) if tree.is_verb(case.token) else None
    return thing is not None and any(t.base_ in words("serves_an_army") for t in thing.subtree)


def _is_hit(case: Case) -> bool:
    """True for the subject of a passive that names no agent: "all targets were reached"."""
    token = case.token
    return token.dep_ == "nsubjpass" and tree.agent(token.head) is None


def fires(said: Attribution) -> bool:
    """True for an army or a ministry that tells of its own deeds; a mayor or a governor tells of others'."""
    if said.act == "accuses" or "/PER/" in (said.source.id or ""):
        return False
    name = f"{said.source.name} {said.source.surface}".lower()
    return said.source.kind in FIGHTING or any(word in words("fires_itself") for word in name.split())


def _theirs(case: Case, side: str) -> bool:
    """True where the speaker's own side attacks in the sentence ("Ukrainian drones"): the other side beat it off."""
    attacking = [a for a in case.here.actors if a.rule == "adjective_of_deed" and a.side in SIDES]
    return bool(attacking) and all(a.side == side for a in attacking)


def donor(scene: Scene, case: Case) -> ActorMention | None:
    """Arms told of without a giver by a third state that has them to give: its own ("our country has sent")."""
    if case.event.type != "arms_transfer":
        return None
    giver = _brings(scene, case)
    if giver is not None:
        return giver
    said = [scene.doc.attributions[n].source for n in case.event.attributions]
    third = [s for s in said if s.side is not None and s.side not in _NO_GIVERS and s.kind in ("GOV", "PER")]
    actor = case.event.actor
    if not third and actor is not None and actor.side is None:
        third = _spoken_of(scene, case)  # "the government" of the state that the paragraph is about
    if not third or len({s.side for s in third}) > 1:
        return None
    side = third[0].side
    return ActorMention(third[0].span, third[0].surface, third[0].name, f"{side}/GOV", side, "GOV", rule="agency")


def _spoken_of(scene: Scene, case: Case) -> list[ActorMention]:
    """Return the third states' actors of the paragraph up to the event."""
    found = []
    for index in range(max(0, case.sentence.index - _STEPS), case.sentence.index + 1):
        if scene.doc.sentences[index].paragraph == case.sentence.paragraph:
            found += [
                a
                for a in scene.actors.get(index, ())
                if a.side is not None
                and a.side not in _NO_GIVERS
                and a.kind in ("GOV", "ORG", "PER")
                and a.span.start < case.event.trigger.start
            ]
    return found


def _brings(scene: Scene, case: Case) -> ActorMention | None:
    """The third state, or body of states, that is the subject above the aid: "Berlin's envoy had brought aid"."""
    verb = case.token
    for _ in range(_STEPS):
        if tree.is_verb(verb):
            break
        owner = named(case, tree.first(verb, "poss"))  # "Washington's new package of military aid"
        if owner is not None:
            return owner if owner.side not in _NO_GIVERS else None
        if verb.dep_ not in ("dobj", "pobj", "prep", "conj", "compound", "amod", "nmod", "appos", "dep"):
            return None
        verb = verb.head
    if not tree.is_verb(verb) or tree.is_passive(verb) or verb.base_ in words("against"):
        return None
    noun = tree.verb_subject(verb)
    if noun is None:
        return None
    found = named(case, noun) or named(case, tree.first(noun, "poss"))
    if found is not None:
        return found if found.side not in _NO_GIVERS and found.kind in ("GOV", "PER", "ORG", "MIL") else None
    side = dict(pair.split("=") for pair in words("bodies")).get(noun.lower_)
    if side is None:
        return None
    known = (a for a in scene.doc.actors if a.side == side and a.span.end <= case.here.offset(noun))
    return next(known, None)


_STEPS: Final = 6


def dwellers(scene: Scene, case: Case) -> ActorMention | None:
    """Civilians who leave or come back of themselves; those who are brought away have an author, or none."""
    if case.event.type != "displacement" or case.noun or not tree.is_verb(case.token) or tree.is_passive(case.token):
        return None
    noun = tree.verb_subject(case.token)
    thing = tree.first(case.token, "dobj")
    if noun is None or (thing is not None and thing.i not in case.here.place_at):
        return None
    side = next((a.side for a in (case.here.actor_of(noun), case.event.target) if a is not None and a.side), None)
    countries = {p.country for p in case.event.places}
    if side is None and len(countries) == 1:
        side = {"UA": "UKR", "RU": "RUS"}.get(next(iter(countries)) or "")
    if side is None:
        return None
    span = span_of(case, noun)
    return ActorMention(span, noun.text, noun.text, None, side, "CIV", rule="agency")
