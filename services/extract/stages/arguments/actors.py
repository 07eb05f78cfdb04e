"""Who does it and to whom it is done: the nouns of the frame's roles, pronouns, and possessives."""

from bisect import bisect_left
from dataclasses import replace
from typing import Final

from services.extract.document import ActorMention, EventMention, Span, Why
from services.extract.stages import tree
from services.extract.stages.arguments.telling import SAY, Telling, head_of, token_at
from services.extract.stages.arguments.topic import Topic
from services.extract.stages.tree import Token
from services.extract.stages.triggers import noun_reading
from services.extract.stages.wordlists import word_list


def side_of_sky(event: EventMention) -> None:
    """Give air defence over Russia its side, whoever tells of it."""
    actor = event.actor
    abroad = event.places and all(p.country == "RU" for p in event.places)
    if event.type != "repulse" or not abroad or actor is None or actor.side != "UKR":
        return
    if actor.surface.lower().startswith(_AIR_DEFENCE):
        event.actor = replace(actor, side="RUS", id="RUS/MIL")


_AIR_DEFENCE: Final = ("air defen", "the air defen")


def share_actors(tellings: list[Telling]) -> None:
    """Give the dead and the damage of a strike that the same sentence tells of, in the same place, its actor."""
    strikes = [t.event for t in tellings if t.event.type == "strike" and t.event.actor is not None]
    if len({e.actor.side for e in strikes if e.actor is not None}) != 1 or strikes[0].actor is None:
        return
    places = {p.name for e in strikes for p in e.places}
    for telling in tellings:
        event = telling.event
        harmed = event.type == "destruction" or (
            event.type == "casualties" and telling.frame.what in (None, "killed", "wounded")
        )
        if event.actor is not None or not harmed or telling.frame.name in _SELF_TOLD:
            continue
        if {p.name for p in event.places} <= places:
            event.actor = strikes[0].actor
            event.why.append(Why("actor", "arguments.cause", strikes[0].actor.span))


_HARM: Final = frozenset({"casualties", "destruction", "strike", "interdiction"})


_SELF_TOLD: Final = frozenset({"casualties.lose_men", "casualties.losses", "casualties.taken_prisoner"})
"""Losses that are told of a side, not of a strike."""


_SPEAKERS: Final = frozenset({"we", "us", "ours", "our"})


_OTHERS: Final = frozenset({"they", "them", "their", "theirs", "it", "its"})


def _pronoun(telling: Telling, noun: Token, topic: Topic) -> ActorMention | None:
    """Return who a pronoun stands for: the speaker's side, filled in by assembly, or whoever acted last."""
    here = telling.here
    span = Span(here.offset(noun), here.offset(noun) + len(noun))
    if noun.lower_ in _SPEAKERS:
        return ActorMention(span, noun.text, noun.text, None, None, "MIL", anaphor=True, rule="speaker")
    if noun.lower_ not in _OTHERS:
        return None
    if noun.lower_ in ("it", "they", "its", "their") and (speaker := _teller(telling, noun)) is not None:
        return replace(speaker, span=span, surface=noun.text, anaphor=True)
    if noun.lower_ == "it" and (above := _above(telling, noun)) is not None:
        return replace(above, span=span, surface=noun.text, anaphor=True)
    if noun.lower_ in ("it", "its") and (one := _subject_before(telling, noun)) is not None:
        return replace(one, span=span, surface=noun.text, anaphor=True)
    before = [a for a in here.actors if a.span.end <= span.start and a.side and a.kind in ("MIL", "PROXY", "PMC")]
    known = before[-1] if before else topic.actor
    return None if known is None else replace(known, span=span, surface=noun.text, anaphor=True)


def _teller(telling: Telling, noun: Token) -> ActorMention | None:
    """Return the body that speaks of itself: "the ministry said it had hit the depot"."""
    clause = tree.clause_verb(noun)
    if clause.dep_ != "ccomp" or clause.head.base_ not in SAY:
        return None
    speaker = _actor(telling, tree.first(clause.head, "nsubj"))
    if speaker is None or speaker.side is None or "/PER/" in (speaker.id or "") or speaker.surface.startswith(_ONE):
        return None  # no one man is "it" or "they"
    return speaker if speaker.kind in ("GOV", "MIL", "PROXY", "PMC", "ORG") else None


_ONE: Final = ("a ", "an ", "one ", "A ", "An ", "One ")


def _above(telling: Telling, noun: Token) -> ActorMention | None:
    """Return the state that the clause above or before is about: "Ukraine struck in June, but it has not got far"."""
    verb = tree.clause_verb(noun)
    while verb.dep_ in ("conj", "advcl", "relcl", "ccomp", "acl") and verb.head.i != verb.i:
        verb = tree.clause_verb(verb.head) if not tree.is_verb(verb.head) else verb.head
        subject = tree.first(verb, "nsubj")
        if subject is not None:
            found = _actor(telling, subject) if subject.i < noun.i else None
            return found if found is not None and found.side is not None and found.rule == "state" else None
    return None


def _subject_before(telling: Telling, noun: Token) -> ActorMention | None:
    """Return the state or body named last before as the subject of a clause: "Although Moscow had called a truce, it
    attacked". What is plural ("the Russians") is no "it", nor is a man."""
    here = telling.here
    start = here.offset(noun)
    if noun.i + 1 < len(noun.doc) and noun.nbor(1).lower_ == "that":
        return None  # "the data have it that"
    for actor in reversed(here.actors):
        if actor.span.end > start or actor.side is None or actor.kind in ("CIV", "MEDIA", "PER"):
            continue
        head = head_of(here, actor.span)
        if actor.rule.startswith("office"):
            continue
        if head.dep_ not in ("nsubj", "nsubjpass") or head.tag_ in ("NNS", "NNPS") or "/PER/" in (actor.id or ""):
            continue
        return actor
    return None


def find_actors(telling: Telling, topic: Topic) -> None:
    event, frame, args = telling.event, telling.frame, telling.arguments
    token = telling.token
    actor_noun, rule = _actor_noun(telling)
    actor = _himself(telling, actor_noun) or _actor(telling, actor_noun)
    if rule == "subject" and event.type in _OWN_DEEDS and (deed := _deed_of(telling, token)) is not None:
        actor, rule = deed, "modifier"  # "Kyiv condemned Russian shelling of the port"
    if actor is None and frame.actor not in ("none",) and rule == "subject":
        actor = _modifier_actor(telling, token)
        if actor is not None:
            rule = "modifier"
    if actor is None and rule == "subject" and actor_noun is not None and event.type in _HARM:
        doer = tree.agent(actor_noun)
        if doer is not None and (actor := _actor(telling, doer)) is not None:
            rule = "agent_of_subject"  # "shelling by Ukrainian troops killed two"
    if event.type == "diplomacy" and actor_noun is not None and (one := _named_first(telling, actor_noun)) is not None:
        actor = one
    if actor is None and event.type == "diplomacy" and (doer := _doer(telling)) is not None:
        actor, rule = _actor(telling, doer), "doer"
    if actor is None and actor_noun is not None:
        actor = _pronoun(telling, actor_noun, topic)
    if actor is not None and event.type == "displacement" and rule == "subject" and actor.kind == "CIV":
        # "Residents were carried off": it is done to them.
        actor = None if tree.is_verb(token) and tree.is_passive(token) and tree.agent(token) is None else actor
    if actor is not None and _can_act(actor):
        event.actor = actor = _with_side(telling, actor)
        event.why.append(Why("actor", f"arguments.{rule}", actor.span))
    target_noun = _target_noun(telling)
    if target_noun is not None and target_noun is not actor_noun:
        target = _actor(telling, target_noun)
        if target is not None and target is not actor:
            event.target = target
            event.why.append(Why("target", f"arguments.{frame.target}", target.span))
    if event.type == "repulse" and event.actor is None and _reports(telling, event.target):
        event.actor, event.target = event.target, None  # "the brigade reported thwarted attacks": it thwarted them
        event.why.append(Why("actor", "arguments.reporter", event.actor.span if event.actor else None))
    if event.actor is None and (presumed := _presumed(telling)) is not None:
        event.actor = presumed
        event.why.append(Why("actor", f"arguments.{presumed.rule}", presumed.span))
    if event.actor is not None and args:
        event.confidence = min(0.97, event.confidence + 0.04)


_PERSON: Final = frozenset({"he", "she"})
_MEN: Final = frozenset({"person", "last_name", "titled_person", "office_borne", "office_of_state", "office_before"})


def _himself(telling: Telling, noun: Token | None) -> ActorMention | None:
    """Return who "he" is that talks, signs or gives: whoever says so ("Orban said he and Putin had agreed"), else the
    man named first in the sentence before."""
    if noun is None or noun.lower_ not in _PERSON or telling.event.type not in ("diplomacy", "arms_transfer"):
        return None
    here = telling.here
    span = Span(here.offset(noun), here.offset(noun) + len(noun))
    for above in tree.ancestors(noun):
        if tree.is_verb(above) and above.base_ in SAY:
            speaker = _actor(telling, tree.first(above, "nsubj"))
            if speaker is not None and speaker.side is not None and speaker.kind not in ("MEDIA", "CIV"):
                return replace(speaker, span=span, surface=noun.text, anaphor=True)
    if any(actor.side is not None and actor.span.end <= span.start for actor in here.actors):
        return None  # somebody of his own sentence may be meant
    found = _man_before(telling)
    return None if found is None else replace(found, span=span, surface=noun.text, anaphor=True)


def _man_before(telling: Telling) -> ActorMention | None:
    """Return the man named first in the sentence before, where it is of the same paragraph."""
    doc, sentence = telling.here.doc, telling.here.sentence
    if not sentence.index or doc.sentences[sentence.index - 1].paragraph != sentence.paragraph:
        return None
    start = doc.sentences[sentence.index - 1].span.start
    at = bisect_left(doc.actors, start, key=lambda actor: actor.span.start)
    for n in range(at, len(doc.actors)):
        actor = doc.actors[n]
        if actor.span.start >= sentence.span.start:
            return None
        if actor.rule in _MEN and actor.side is not None:
            return actor
    return None


def _named_first(telling: Telling, noun: Token) -> ActorMention | None:
    """Return the side named first of two that share a noun: "US and Ukrainian officials" (codebook: it acts)."""
    for child in noun.children:
        if child.dep_ in ("amod", "compound", "nmod") and child.i < noun.i:
            known = [telling.here.actor_at[t.i] for t in tree.conjuncts(child) if t.i in telling.here.actor_at]
            if len({a.side for a in known}) > 1:
                return known[0]
    return None


def _reports(telling: Telling, target: ActorMention | None) -> bool:
    """Whether `target` is the force that reports the attacks which it beat off."""
    if target is None or target.kind != "MIL":
        return False
    for above in tree.ancestors(telling.token):
        if tree.is_verb(above) and above.base_ in SAY:
            subject = tree.first(above, "nsubj")
            return subject is not None and head_of(telling.here, target.span).i in {t.i for t in subject.subtree}
    return False


_POSSESSIVES: Final = frozenset({"its", "his", "their", "her"})


def _with_side(telling: Telling, actor: ActorMention) -> ActorMention:
    """Give "its troops" the side of whoever owns them: the nearest actor with a side before them in the sentence."""
    if actor.side is not None or actor.kind in ("CIV", "MEDIA"):
        return actor
    first = token_at(telling.here, actor.span.start)
    owner = first.lower_ if first.lower_ in _POSSESSIVES else None
    head = head_of(telling.here, actor.span)
    if owner is None and not any(c.lower_ in _POSSESSIVES for c in head.children):
        return _only_side(telling, actor)
    for above in tree.ancestors(head):
        if tree.is_verb(above) and above.base_ in SAY:
            speaker = _actor(telling, tree.grammatical_subject(above))
            if speaker is not None and speaker.side is not None:
                return replace(actor, side=speaker.side)
    before = [a for a in telling.here.actors if a.span.end <= actor.span.start and a.side is not None]
    return replace(actor, side=before[-1].side) if before else actor


_OURS: Final = word_list("assemble", "ours")


def _only_side(telling: Telling, actor: ActorMention) -> ActorMention:
    """Give bare "forces" that move or hold the one side whose army or command the sentence names before them."""
    if actor.kind != "MIL" or telling.event.type not in _OURS:
        return actor
    named = [a for a in telling.here.actors if a.side is not None and a.kind in ("MIL", "GOV", "PMC", "PROXY")]
    before = [a for a in named if a.span.end <= actor.span.start and a.kind == "MIL"]
    return replace(actor, side=before[-1].side) if before and len({a.side for a in named}) == 1 else actor


_COUNTER: Final = ("counteroffensive", "counter-offensive", "counterattack", "counter-attack")


def _presumed(telling: Telling) -> ActorMention | None:
    """Return who is meant without being the subject: whose aid it is, whose attacks, or who counter-attacks.

    A counter-attack that nobody is named for is, in this war, Ukraine's.
    """
    event, token = telling.event, telling.token
    if event.type == "arms_transfer" and (token.pos_ in ("NOUN", "PROPN") or token.dep_ in ("amod", "compound")):
        taker = event.target.side if event.target is not None else "UKR"
        thing = token if token.pos_ in ("NOUN", "PROPN") else token.head  # "US military aid"
        for part in thing.subtree:
            if part.dep_ in ("amod", "compound", "nmod", "poss") and part.head.pos_ in ("NOUN", "PROPN"):
                giver = telling.here.actor_at.get(part.i)
                if giver is not None and giver.side not in (None, taker):
                    return replace(giver, rule="whose_aid")
    if event.type in ("assault", "strike", "advance") and token.pos_ in ("NOUN", "ADJ"):
        for noun in (token, token.head):
            for preposition, owner in tree.prepositions(noun):
                found = telling.here.actor_of(owner) if preposition == "of" and noun.pos_ == "NOUN" else None
                if found is not None and found.kind == "MIL" and found.side is not None and owner.i > token.i:
                    return replace(found, rule="whose_attack")
    if event.type == "assault" and telling.here.doc.words(event.trigger).lower().startswith(_COUNTER):
        sides = [a for a in telling.here.actors if a.side == "UKR"]
        if sides:
            return replace(sides[-1], name="Armed Forces of Ukraine", id="UKR/MIL", kind="MIL", rule="counter_attacker")
    return None


def _can_act(actor: ActorMention) -> bool:
    return actor.kind not in ("MEDIA", "narrator")


_MOVERS: Final = frozenset({"force", "gov", "person", "people", "org", "pronoun", "name", "number"})


def _actor_noun(telling: Telling) -> tuple[Token | None, str]:
    """Return the noun that the frame's role names as the one who does it, with the rule's name."""
    frame, args, token = telling.frame, telling.arguments, telling.token
    role = frame.actor
    if role == "none":
        return None, role
    if role in ("subject", "mover", "subject_force") and (called := _called_on(telling)) is not None:
        return called, "called_on"
    if role in ("subject", "of"):
        doer = args.get("subject")
        if doer is not None and frame.type == "casualties" and token.dep_ == "amod" and doer.i == token.head.i:
            return None, "subject"  # "98 wounded people were taken away": they have wounded nobody
        return doer, "subject"
    if role == "mover":
        # "Russia withdrew its troops", "the troops withdrew", "the troops were withdrawn"
        subject, thing = args.get("subject"), args.get("object")
        if subject is not None and telling.here.actor_of(subject) is not None:
            return subject, "subject"
        moved = thing is not None and "force" in telling.here.classes_of(thing)
        if moved and (subject is None or _MOVERS.isdisjoint(telling.here.classes_of(subject))):
            return thing, "mover"  # also in "the decision was made to withdraw the troops"
        return subject if subject is not None else thing, "subject"
    if role == "control_of":
        for child in token.children:
            if child.dep_ in ("acomp", "attr") and (child.i in telling.here.actor_at or child.lower_ in _SPEAKERS):
                return child, "control_of"
        for child in token.subtree:
            if child.lower_ in ("control", "hands", "flag", "fire", "occupation") and child.i >= token.i:
                owner = tree.noun_subject(child, subject_of=True)
                if owner is not None and telling.here.actor_of(owner) is not None:
                    return owner, "control_of"
                for mod in child.children:
                    if mod.i in telling.here.actor_at:
                        return mod, "control_of"
                    if mod.dep_ == "poss" and mod.lower_ in ("its", "their") and _teller(telling, mod) is not None:
                        return mod, "control_of"
        return args.get("prep.to") or args.get("prep.of"), "control_of"
    if role == "prep.to":
        return args.get("prep.to"), "prep.to"
    if role == "fire_of":
        for child in list(token.subtree):
            if child.lower_ in ("fire", "attack", "shelling", "bombardment", "shellfire", "strike"):
                for mod in child.children:
                    if mod.i in telling.here.actor_at:
                        return mod, "fire_of"
        return args.get("prep.from") if "prep.from" in args else None, "fire_of"
    if role == "head_subject":
        return tree.noun_subject(token.head), "subject"
    if role == "weapon_owner":
        return args.get("subject"), "subject"
    if role == "inflictor":
        verb = tree.light_verb(token)
        if verb is not None and verb.lemma_ in ("inflict", "cause"):
            return tree.verb_subject(verb), "subject"
        return None, "inflictor"
    if role == "party":
        named = [args[name] for name in ("subject", "prep.between", "prep.with") if name in args]
        if named and named[0].lower_ in _PERSON:
            return named[0], "subject"  # "he met with Y": whoever he is, it is not Y who acts
        known = [noun for noun in named if _actor(telling, noun) is not None]
        return next(iter(known or named), None), "subject"
    if role == "captor":
        if token.lemma_ in ("surrender", "lay", "give", "turn", "fall", "go"):
            return None, "captor"
        return args.get("subject"), "subject"
    if role == "fighter":
        subject = args.get("subject")
        if (
            subject is not None
            and subject.lower_ in ("sides", "armies", "forces")
            and telling.here.actor_of(subject) is None
        ):
            return None, "fighter"
        return subject, "subject"
    if role in ("ours", "subject_force"):
        subject = args.get("subject")
        if subject is not None and "place" not in telling.here.classes_of(subject):
            return subject, "subject"
        return (token, "ours") if role == "ours" else (None, role)
    return args.get(role), role


def _called_on(telling: Telling) -> Token | None:
    """Return who is to do it in "called on Russia to withdraw", "appealed to Berlin to send tanks"."""
    verb = telling.token
    infinitive = any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
    if not infinitive or verb.dep_ not in ("xcomp", "advcl", "acl", "ccomp"):
        return None
    for above in tree.ancestors(verb):
        if not tree.is_verb(above):
            continue
        if above.base_ not in ("call", "appeal", "plead", "prevail"):
            return None
        for preposition, noun in tree.prepositions(above):
            if preposition in ("on", "upon", "to", "with") and noun.i < verb.i and _actor(telling, noun) is not None:
                return noun
        return None
    return None


def _doer(telling: Telling) -> Token | None:
    """Return the subject of the verb that the event's noun is the object of: "proclaimed the annexation", "offered to
    host talks", "imposed sanctions"."""
    token = telling.token
    verb = token.head
    if tree.is_verb(token) and token.tag_ == "VBN" and token.dep_ in ("ccomp", "xcomp", "oprd", "acl"):
        verb = token.head  # "declared four regions annexed"
    elif token.dep_ not in ("dobj", "oprd"):
        return None
    if not tree.is_verb(verb) or tree.is_passive(verb) or (verb.i != token.head.i):
        return None
    if tree.is_verb(token) and verb.base_ not in (
        "declare",
        "proclaim",
        "pronounce",
        "recognise",
        "recognize",
    ):
        return None
    subject = tree.verb_subject(verb)
    return subject if subject is not None and _actor(telling, subject) is not None else None


def _target_noun(telling: Telling) -> Token | None:
    frame, args, token = telling.frame, telling.arguments, telling.token
    role = frame.target
    if role == "none":
        return None
    if role == "object_of":
        thing = args.get("object")
        if thing is None:
            return None
        if telling.here.actor_of(thing) is not None:
            return thing
        return tree.noun_subject(thing, subject_of=False)
    if role == "recipient":
        for name in ("prep.to", "prep.for"):
            if name in args:
                return args[name]
        for child in token.children:
            if child.dep_ == "dative":
                return child
        thing = args.get("object")
        if thing is not None:
            for preposition, noun in tree.prepositions(thing):
                if preposition in ("to", "for"):
                    return noun
        return None
    if role == "sufferer":
        verb = tree.light_verb(token)
        if verb is not None and verb.lemma_ in ("inflict", "cause"):
            return next((n for p, n in tree.prepositions(verb) if p in ("on", "to")), None)
        return args.get("subject") or args.get("prep.of")
    if role == "other_party":
        other = args.get("prep.with") or args.get("object")
        subject = args.get("subject") or args.get("prep.between")
        if subject is not None:
            pair = tree.conjuncts(subject)
            if len(pair) > 1:
                return pair[1]
        return other
    if role == "captive":
        return args.get("object") if token.lemma_ not in ("surrender", "lay") else args.get("subject")
    if role == "of":
        return args.get("prep.of") or args.get("object")
    return args.get(role)


def _actor(telling: Telling, noun: Token | None) -> ActorMention | None:
    if noun is None:
        return None
    for part in tree.conjuncts(noun):
        found = telling.here.actor_of(part)
        if found is not None:
            return found
    return None


_OWN_DEEDS: Final = frozenset(
    {"strike", "assault", "advance", "capture", "withdrawal", "deployment", "destruction", "encirclement"}
)
"""Types whose noun is the deed of whom the adjective before it names, whoever the verb above it is told of."""


def _deed_of(telling: Telling, token: Token) -> ActorMention | None:
    """Return whose deed a noun or gerund is by the adjective of a side before it, whatever the parser made of it."""
    if tree.is_verb(token) and token.tag_ != "VBG":
        return None
    found = _modifier_actor(telling, token)
    if found is not None or token.i == 0 or not token.lower_.endswith("ing"):
        return found
    before = token.nbor(-1)
    side = telling.here.actor_at.get(before.i)
    adjective = side is not None and side.side is not None and before.lower_.endswith("ian")
    return side if adjective and before.dep_ in ("amod", "compound", "nmod", "dobj") else None


def _modifier_actor(telling: Telling, token: Token) -> ActorMention | None:
    """Return the actor that modifies a noun trigger ("Russian shelling", "a Ukrainian drone attack")."""
    if token.pos_ not in ("NOUN", "PROPN") and not noun_reading(token):
        return None
    for child in token.children:
        if child.dep_ in ("amod", "compound", "nmod", "poss") and child.i < token.i:
            found = telling.here.actor_at.get(child.i)
            if found is not None and found.side is not None:
                return found
    return None
