"""Arguments: who, to whom, where, when, how many and with what. After triggers, before modality.

Roles come from the frame (`actor = "subject"`, `place = ["prep.from"]`); what no role names is given by attachment: a
mention of a place, a time or a figure belongs to the nearest trigger above it in the parse, then to the clause, then to
the sentence, then to what the paragraph has been about.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from services.extract.document import (
    ActorMention,
    Document,
    EventMention,
    ExtentMention,
    NumberMention,
    PlaceMention,
    Sentence,
    Span,
    TimeMention,
    Why,
)
from services.extract.stages import tree
from services.extract.stages.figures import figures_of
from services.extract.stages.landmarks import goes_on, without_landmarks
from services.extract.stages.means import means_in
from services.extract.stages.tree import Token
from services.extract.stages.triggers import noun_reading
from services.extract.stages.triggers.conditions import Context, arguments_of, by_sentence, context
from services.extract.stages.triggers.lexicon import Frame, frames
from services.extract.stages.wordlists import word_list

_FRAMES: Final[dict[str, Frame]] = {}
_PLACELESS: Final = frozenset({"arms_transfer"})
_INHERIT: Final = word_list("arguments", "inherit")
"""Types that a sentence without a place tells of the place that the text is about."""
_OWN_PLACE_ONLY: Final = frozenset({"diplomacy"})
_OWN_CLAUSE_ONLY: Final = frozenset({"assault", "clash"})
"""Types that are told in passing ("the offensive") too often to be put where the rest of the sentence is."""
_WITH_MEANS: Final = word_list("arguments", "with_means")


@dataclass(slots=True)
class Telling:
    """One event mention with what is known of it in its sentence."""

    event: EventMention
    frame: Frame
    token: Token
    arguments: dict[str, Token]
    here: Context
    own_places: list[tuple[int, PlaceMention]] = field(default_factory=list)
    own_times: list[TimeMention] = field(default_factory=list)
    own_numbers: list[NumberMention] = field(default_factory=list)


def _frame(name: str) -> Frame:
    if not _FRAMES:
        _FRAMES.update({f.name: f for f in frames()})
    return _FRAMES[name]


def arguments(doc: Document) -> None:
    """Fill in actor, target, places, time, extent, means and figures of every event mention, and its clause."""
    told: dict[int, list[EventMention]] = {}
    for event in doc.events:
        told.setdefault(event.sentence, []).append(event)
    mentions = _Mentions(
        by_sentence(doc, doc.places),
        by_sentence(doc, doc.actors),
        by_sentence(doc, doc.times),
        by_sentence(doc, doc.numbers),
    )
    topic = _Topic()
    for sentence in doc.sentences:
        events = told.get(sentence.index)
        if events and sentence.parse is not None:
            _sentence(doc, sentence, events, topic, mentions)
        topic.note(sentence, events or [], mentions)


@dataclass(frozen=True, slots=True)
class _Mentions:
    """What the earlier stages found, by sentence."""

    places: dict[int, list[PlaceMention]]
    actors: dict[int, list[ActorMention]]
    times: dict[int, list[TimeMention]]
    numbers: dict[int, list[NumberMention]]


_CAPITALS: Final = word_list("arguments", "capitals")
"""Named far more often for who speaks there than for what happens there."""


_BULLETIN: Final = re.compile(
    r"(over|in|during|for|within) the (past|last|previous) (day|24 hours|night)|as of|(over|during) the day|"
    r"in the course of",
    re.IGNORECASE,
)


class _Topic:
    """What the text has been about: where the last event was, or the last place named."""

    def __init__(self) -> None:
        self.place: list[PlaceMention] = []
        self.actor: ActorMention | None = None
        """Who acted last, within the paragraph."""
        self.dated: list[EventMention] = []
        """Events of the last sentences that have a time of their own."""
        self.bulletin: TimeMention | None = None
        """The day that the opening of a bulletin gives for its whole list."""
        self.acted = -1
        self.paragraph = -1
        self.index = -1

    def note(self, sentence: Sentence, events: list[EventMention], mentions: _Mentions) -> None:
        if sentence.paragraph != self.acted:
            self.actor, self.acted = None, sentence.paragraph
        acted = [e.actor for e in events if e.actor is not None and e.actor.side is not None]
        if acted:
            self.actor = acted[-1]
        fresh = [e for e in events if e.time is not None and e.time.start is not None]
        if fresh:
            self.dated = fresh
        if self.bulletin is None and sentence.index <= 2:
            for time in mentions.times.get(sentence.index, ()):
                if _BULLETIN.match(time.phrase) and time.start is not None:
                    self.bulletin = time
        told = [e for e in events if any(_usable(p) for p in e.places) and e.why[-1].rule != "arguments.sentence"]
        if told:
            self.place = goes_on(told[-1].places) or self.place
        else:
            named = [p for p in goes_on(mentions.places.get(sentence.index, ())) if p.name not in _CAPITALS]
            if not named or events:
                return
            self.place = named[-1:]
        self.paragraph, self.index = sentence.paragraph, sentence.index

    def near(self, sentence: Sentence) -> bool:
        return sentence.paragraph == self.paragraph and sentence.index - self.index <= 3


def _usable(place: PlaceMention) -> bool:
    """True for a place that later sentences can be about."""
    return place.kind != "country" and not place.adjective


def _sentence(
    doc: Document, sentence: Sentence, events: list[EventMention], topic: _Topic, mentions: _Mentions
) -> None:
    here = context(doc, sentence, mentions.places, mentions.actors)
    tellings = []
    for event in events:
        frame = _frame(event.frame)
        token = _token_at(here, event.trigger.start)
        noun = frame.pos == "noun" or (frame.pos == "any" and noun_reading(token))
        args = arguments_of(token, noun, subject_of=frame.actor == "of")
        tellings.append(Telling(event, frame, token, args, here))
    by_token = {t.token.i: t for t in tellings}
    _own(here, tellings, by_token, mentions)
    for telling in tellings:
        telling.event.clause = _clause(telling)
        _actors(telling, topic)
    for telling in tellings:
        _places(telling, tellings, topic)
        _time(telling, tellings, mentions)
        if telling.event.time is None:
            _scene_time(telling, tellings, topic)
        _extent(telling)
        _means(telling)
        figures_of(telling.event, telling.own_numbers, telling.frame.what, doc)
    _caused(tellings)


def _caused(tellings: list[Telling]) -> None:
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


_SELF_TOLD: Final = frozenset({"casualties.lose_men", "casualties.losses", "casualties.taken_prisoner"})
"""Losses that are told of a side, not of a strike."""


def _token_at(here: Context, offset: int) -> Token:
    parse = here.sentence.parse
    at = offset - here.sentence.span.start
    low, high = 0, len(parse) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if parse[middle].idx <= at:
            low = middle
        else:
            high = middle - 1
    return parse[low]


def _head_of(here: Context, span: Span) -> Token:
    """Return the token of the mention that the rest of it hangs under."""
    first = _token_at(here, span.start)
    last = _token_at(here, max(span.start, span.end - 1))
    inside = range(first.i, last.i + 1)
    for token in here.sentence.parse[first.i : last.i + 1]:
        if token.head.i not in inside or token.head.i == token.i:
            return token
    return last


def _own(here: Context, tellings: list[Telling], by_token: dict[int, Telling], mentions: _Mentions) -> None:
    """Give each place, time and figure of the sentence to the nearest trigger above it."""
    for place in here.places:
        owner, distance = _owner(_head_of(here, place.span), by_token)
        if owner is not None:
            owner.own_places.append((distance, place))
    for time in mentions.times.get(here.sentence.index, ()):
        owner, _ = _owner(_head_of(here, time.span), by_token)
        if owner is not None:
            owner.own_times.append(time)
    for number in mentions.numbers.get(here.sentence.index, ()):
        owner, _ = _owner(_head_of(here, number.span), by_token)
        if owner is None and len(tellings) == 1:
            owner = tellings[0]
        if owner is not None:
            owner.own_numbers.append(number)


def _owner(token: Token, by_token: dict[int, Telling]) -> tuple[Telling | None, int]:
    if token.i in by_token:
        return by_token[token.i], 0
    for distance, above in enumerate(tree.ancestors(token), 1):
        if above.i in by_token:
            return by_token[above.i], distance
        # an object's own modifiers belong to what the light verb carries: "launched an attack ... on Monday"
        for child in above.children:
            if child.i in by_token and child.dep_ in ("dobj", "nsubjpass", "attr", "acomp") and tree.is_verb(above):
                return by_token[child.i], distance + 1
            if child.i in by_token and child.dep_ == "nsubj" and tree.is_verb(above) and above.lemma_ in _HAPPEN:
                return by_token[child.i], distance + 1
            if child.i in by_token and child.dep_ in ("prep", "xcomp", "prt", "advmod"):
                return by_token[child.i], distance + 1
    return None, 0


_HAPPEN: Final = word_list("arguments", "happen")


def _clause(telling: Telling) -> Span:
    """Return the span of the trigger's own words: its subtree without clauses that tell something else."""
    token = telling.token
    keep = [token]
    stack = [token]
    while stack:
        for child in stack.pop().children:
            if child.dep_ in ("conj", "advcl", "ccomp", "parataxis", "cc", "punct", "dep") and (
                child.dep_ in ("cc", "punct") or tree.is_verb(child)
            ):
                continue
            keep.append(child)
            stack.append(child)
    low, high = min(keep, key=lambda t: t.i), max(keep, key=lambda t: t.i)
    here = telling.here
    start = min(here.offset(low), telling.event.trigger.start)
    return Span(start, max(here.offset(high) + len(high), telling.event.trigger.end))


# ---------------------------------------------------------------- actor and target


_SPEAKERS: Final = frozenset({"we", "us", "ours", "our"})
_OTHERS: Final = frozenset({"they", "them", "their", "theirs", "it", "its"})


def _pronoun(telling: Telling, noun: Token, topic: _Topic) -> ActorMention | None:
    """Return who a pronoun stands for: the speaker's side, filled in by assembly, or whoever acted last."""
    here = telling.here
    span = Span(here.offset(noun), here.offset(noun) + len(noun))
    if noun.lower_ in _SPEAKERS:
        return ActorMention(span, noun.text, noun.text, None, None, "MIL", anaphor=True, rule="speaker")
    if noun.lower_ not in _OTHERS:
        return None
    before = [a for a in here.actors if a.span.end <= span.start and a.side and a.kind in ("MIL", "PROXY", "PMC")]
    known = before[-1] if before else topic.actor
    return None if known is None else replace(known, span=span, surface=noun.text, anaphor=True)


def _actors(telling: Telling, topic: _Topic) -> None:
    event, frame, args = telling.event, telling.frame, telling.arguments
    token = telling.token
    actor_noun, rule = _actor_noun(telling)
    actor = _actor(telling, actor_noun)
    if actor is None and frame.actor not in ("none",) and rule == "subject":
        actor = _modifier_actor(telling, token)
        if actor is not None:
            rule = "modifier"
    if actor is None and actor_noun is not None:
        actor = _pronoun(telling, actor_noun, topic)
    if actor is not None and _can_act(actor):
        event.actor = actor = _with_side(telling, actor)
        event.why.append(Why("actor", f"arguments.{rule}", actor.span))
    target_noun = _target_noun(telling)
    if target_noun is not None and target_noun is not actor_noun:
        target = _actor(telling, target_noun)
        if target is not None and target is not actor:
            event.target = target
            event.why.append(Why("target", f"arguments.{frame.target}", target.span))
    if event.actor is not None and args:
        event.confidence = min(0.97, event.confidence + 0.04)


_POSSESSIVES: Final = frozenset({"its", "his", "their", "her"})


def _with_side(telling: Telling, actor: ActorMention) -> ActorMention:
    """Give "its troops" the side of whoever owns them: the nearest actor with a side before them in the sentence."""
    if actor.side is not None or actor.kind in ("CIV", "MEDIA"):
        return actor
    first = _token_at(telling.here, actor.span.start)
    owner = first.lower_ if first.lower_ in _POSSESSIVES else None
    head = _head_of(telling.here, actor.span)
    if owner is None and not any(c.lower_ in _POSSESSIVES for c in head.children):
        return actor
    for above in tree.ancestors(head):
        if tree.is_verb(above) and above.lemma_.lower() in _SAY:
            speaker = _actor(telling, tree.grammatical_subject(above))
            if speaker is not None and speaker.side is not None:
                return replace(actor, side=speaker.side)
    before = [a for a in telling.here.actors if a.span.end <= actor.span.start and a.side is not None]
    return replace(actor, side=before[-1].side) if before else actor


def _can_act(actor: ActorMention) -> bool:
    return actor.kind not in ("MEDIA", "narrator")


def _actor_noun(telling: Telling) -> tuple[Token | None, str]:
    """Return the noun that the frame's role names as the one who does it, with the rule's name."""
    frame, args, token = telling.frame, telling.arguments, telling.token
    role = frame.actor
    if role == "none":
        return None, role
    if role in ("subject", "of"):
        return args.get("subject"), "subject"
    if role == "mover":
        # "Russia withdrew its troops", "the troops withdrew", "the troops were withdrawn"
        subject, thing = args.get("subject"), args.get("object")
        if subject is not None and telling.here.actor_of(subject) is not None:
            return subject, "subject"
        if subject is None and thing is not None and "force" in telling.here.classes_of(thing):
            return thing, "mover"
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
        noun = args.get("subject")
        if noun is None:
            noun = args.get("prep.between")
        if noun is None:
            noun = args.get("prep.with")
        return noun, "subject"
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


# ---------------------------------------------------------------- place

_NOT_FOR: Final[dict[str, frozenset[str]]] = {
    "withdrawal": frozenset({"to", "toward", "towards", "into", "behind"}),
    "displacement": frozenset({"to", "toward", "towards", "into"}),
    "strike": frozenset({"from"}),
    "repulse": frozenset({"from"}),
}
_NEVER_FROM: Final = frozenset({"strike", "repulse"})
"""Prepositions of which a place is not the event's own, where there is another."""


def _preposition(here: Context, place: PlaceMention) -> str:
    token = _head_of(here, place.span)
    while token.dep_ in ("conj", "appos", "compound", "nmod") and token.head.i != token.i:
        token = token.head
    head = token.head
    return str(
        head.lower_ if head.dep_ in ("prep", "agent", "prt", "advmod", "pcomp") or head.pos_ == "ADP" else token.dep_
    )


def _places(telling: Telling, tellings: list[Telling], topic: _Topic) -> None:
    event = telling.event
    if event.type in _PLACELESS:
        return
    found, rule = _placed(telling, tellings, topic)
    if found:
        event.places = found
        for place in found:
            event.why.append(Why("place", f"arguments.{rule}", place.phrase or place.span))
        if rule in ("clause", "sentence"):
            event.confidence -= 0.08
        elif rule == "topic":
            event.confidence -= 0.15
        elif rule in ("role", "attachment"):
            event.confidence = min(0.97, event.confidence + 0.04)


def _placed(telling: Telling, tellings: list[Telling], topic: _Topic) -> tuple[list[PlaceMention], str]:
    here, frame, token = telling.here, telling.frame, telling.token
    for role in frame.place:
        found = _role_places(telling, role)
        if found:
            return _with_lists(telling, found), "role"
    if frame.pos in ("verb", "any", "noun") and not frame.place:
        for role in ("object",):
            if telling.event.type in (
                "capture",
                "control",
                "hold",
                "encirclement",
                "strike",
                "destruction",
                "interdiction",
                "advance",
                "assault",
                "repulse",
            ):
                found = _role_places(telling, role)
                if found:
                    return _with_lists(telling, found), "role"
    found = _narrow(telling, _relative_place(telling))
    if found:
        return found + _beyond(telling, found[0]), "relative"
    own = [place for _, place in sorted(telling.own_places, key=lambda p: (p[0], p[1].span))]
    found = _narrow(telling, [p for p in own if not _background(here, p)])
    if found:
        return _with_lists(telling, found), "attachment"
    resident = telling.event.type == "displacement"
    found = _narrow(telling, [p for p in _subject_places(telling) if resident or not _background(here, p)])
    if found:
        return found, "subject"
    # coordinated and governing triggers: "captured villages around X and surrounded it"
    for above in tree.ancestors(token):
        for other in tellings:
            if other.token.i == above.i and other is not telling and other.event.places:
                return list(other.event.places), "clause"
    if _measured(telling) or telling.event.type in _OWN_PLACE_ONLY:
        return [], "none"
    back = _points_back(telling)
    if back:
        before = [t for t in tellings if t.token.i < token.i and t.event.places]
        if before:
            return list(before[-1].event.places), "clause"
        if topic.place and topic.near(here.sentence):
            return _narrow(telling, topic.place), "topic"
    owned = {id(q) for t in tellings for _, q in t.own_places}
    start, end = _segment(telling)
    near = [p for p in here.places if start <= p.span.start < end and not _background(here, p)]
    found = _narrow(telling, [p for p in near if id(p) not in owned])
    if found and telling.event.type != "assault":
        return found, "sentence"
    earlier = [t for t in tellings if t.token.i < token.i and t.event.places]
    if earlier and telling.event.type not in _OWN_CLAUSE_ONLY:
        return list(earlier[-1].event.places), "clause"
    found = _narrow(
        telling,
        [p for p in here.places if p.span.start < telling.event.trigger.start and not _background(here, p)][:1],
    )
    if found:
        return found, "sentence"
    inherits = telling.event.type in _INHERIT and frame.name not in _OF_ITS_OWN and len(topic.place) == 1
    if (inherits or back) and topic.place and topic.near(here.sentence):
        return _narrow(telling, topic.place), "topic"
    later = [t for t in tellings if t.token.i > token.i]
    found = _narrow(telling, [p for t in later for _, p in t.own_places if not _background(here, p)][:1])
    if found:
        return found, "sentence"
    return [], "none"


_OF_ITS_OWN: Final = word_list("arguments", "of_its_own")
"""Frames told of the whole sky or war where no place is named with them: "40 of 52 drones were shot down"."""

_OFFICES: Final = word_list("arguments", "offices")


def _background(here: Context, place: PlaceMention) -> bool:
    """True where the place only says whose office it is or where somebody speaks: "the ministry in Moscow"."""
    if here.doc.text[place.span.end : place.span.end + 1] == "-":
        return True
    token = _head_of(here, place.span)
    for _ in range(4):
        if token.dep_ in ("conj", "appos") and token.head.pos_ == "PROPN":
            token = token.head
            continue
        break
    head = token.head
    if token.dep_ in ("poss", "compound", "amod", "nmod"):
        return bool(head.lower_ in _OFFICES or head.lemma_.lower() in _OFFICES)
    if token.dep_ == "pobj" and head.dep_ == "prep":
        governor = head.head
        if governor.lower_ in _OFFICES or governor.lemma_.lower() in _OFFICES:
            return True
        if governor.lemma_.lower() in _SAY and head.lower_ in ("in", "from", "to", "at"):
            return True
        return bool(head.lower_ == "from" and here.actor_at.get(governor.i) is not None and governor.pos_ == "PROPN")
    return token.dep_ == "nsubj" and head.lemma_.lower() in _SAY


def _relative_place(telling: Telling) -> list[PlaceMention]:
    """Return the place right before "which" or "where" of the trigger's own clause."""
    here = telling.here
    verb = tree.clause_verb(telling.token)
    fronted = [g for c in verb.children if c.dep_ == "prep" for g in c.children if g.lower_ == "which"]
    for child in [*verb.children, *fronted]:
        if child.lower_ == "where" or (child.lower_ == "which" and child.dep_ in ("dobj", "nsubjpass", "pobj")):
            for token in reversed(here.sentence.parse[max(0, child.i - 3) : child.i]):
                place = here.place_of(token)
                if place is not None:
                    return [place]
    return []


_ABOUT_FRONTS: Final = frozenset({"repulse", "assault", "clash", "strike", "advance", "hold"})


def _beyond(telling: Telling, head: PlaceMention) -> list[PlaceMention]:
    """Return the places named in the relative clause itself: "on the X front, where pushes toward A and B failed"."""
    if telling.event.type not in _ABOUT_FRONTS:
        return []
    mine = [p for _, p in telling.own_places if p.span.start > head.span.start and p.kind != "country"]
    mine = [p for p in mine if not _background(telling.here, p)]
    return [p for p in _narrow(telling, _with_lists(telling, mine)) if p.name != head.name] if mine else []


def _points_back(telling: Telling) -> bool:
    """True where the place is pointed at: "encircled it", "its capture", "attacked there"."""
    thing = telling.arguments.get("object")
    if thing is not None and thing.lower_ in ("it", "its") and telling.event.type in _PLACE_OBJECT:
        return True
    for role in telling.frame.place or ("object",):
        noun = telling.arguments.get(role)
        if noun is not None and noun.lower_ in _PARTS and not any(t.i in telling.here.place_at for t in noun.subtree):
            return True
    for child in telling.token.children:
        if child.lower_ in ("there", "here") and child.dep_ in ("advmod", "prep", "pobj", "npadvmod"):
            return True
        if (
            child.dep_ == "poss"
            and child.lower_ == "its"
            and telling.event.type in ("capture", "withdrawal", "encirclement")
        ):
            return telling.frame.pos == "noun" and telling.event.type != "withdrawal"
    return False


_PARTS: Final = word_list("arguments", "parts")
_PLACE_OBJECT: Final = word_list("arguments", "place_object")


def _measured(telling: Telling) -> bool:
    """True for what is told of an area in figures alone: "2,000 sq km had been won back"."""
    thing = telling.arguments.get("object")
    return thing is not None and thing.lower_ in ("km", "kilometres", "kilometers", "km2", "sq", "miles", "hectares")


def _segment(telling: Telling) -> tuple[int, int]:
    """Return the bounds of the part of the sentence between semicolons, colons and dashes that holds the trigger."""
    here = telling.here
    start, end = here.sentence.span.start, here.sentence.span.end
    at = telling.event.trigger.start
    for token in here.sentence.parse:
        if token.text in (";", ":", "–", "—"):
            offset = here.offset(token)
            if offset < at:
                start = offset
            else:
                end = min(end, offset)
                break
    return start, end


_LIST_GAP: Final = re.compile(
    r"\s*(?:,|,?\s*(?:and|or|as well as|&))\s*"
    r"(?:(?:also|in|at|near|around|outside|towards?)\s+)?(?:the\s+)?(?:(?:villages?|settlements?|towns?|city|cities)\s+(?:of\s+)?)?",
    re.IGNORECASE,
)
"""What stands between two places of one list."""
_LONGEST_LIST: Final = 60


def _with_lists(telling: Telling, places: list[PlaceMention]) -> list[PlaceMention]:
    """Add what stands in one list with the last place found, whatever the parser made of the commas."""
    here = telling.here
    text, order = here.doc.text, sorted(here.places, key=lambda p: p.span)
    found = list(places)
    for step in (1, -1):
        at = next((n for n, p in enumerate(order) if p is (places[-1] if step == 1 else places[0])), None)
        while at is not None and 0 <= at + step < len(order) and len(found) < _LONGEST_LIST:
            one, other = order[min(at, at + step)], order[max(at, at + step)]
            new = order[at + step]
            if new.kind == "country" or new.adjective or (one.kind == "oblast") != (other.kind == "oblast"):
                break
            if not _LIST_GAP.fullmatch(text, one.span.end, other.span.start):
                break
            if new not in found:
                found.append(new)
            at += step
    return sorted(_narrow(telling, found), key=lambda p: p.span) if len(found) > len(places) else places


def _role_places(telling: Telling, role: str) -> list[PlaceMention]:
    noun = telling.arguments.get(role)
    if noun is None:
        return []
    found = []
    for part in tree.conjuncts(noun):
        place = telling.here.place_of(part)
        if place is None:
            for preposition, thing in tree.prepositions(part):
                if preposition in ("of", "in", "around", "near", "at", "on", "between", "from", "outside", "along"):
                    for sub in tree.conjuncts(thing):
                        place = telling.here.place_of(sub)
                        if place is not None:
                            found.append(place)
            for child in part.children:
                if child.dep_ in ("compound", "amod", "poss", "nmod", "appos"):
                    place = telling.here.place_of(child)
                    if place is not None:
                        found.append(place)
            continue
        found.append(place)
        # "the Saltivka district of Kharkiv, Lviv and Odesa were struck": the list hangs under the district
        for preposition, thing in tree.prepositions(part):
            rest = tree.conjuncts(thing)[1:] if preposition == "of" and place.kind != "settlement" else []
            if len(rest) > 1:
                found += [other for sub in rest if (other := telling.here.place_of(sub)) is not None]
    return _narrow(telling, found)


def _subject_places(telling: Telling) -> list[PlaceMention]:
    noun = telling.arguments.get("subject")
    if noun is None:
        return []
    found = []
    for token in noun.subtree:
        place = telling.here.place_of(token)
        if place is not None and place not in found:
            found.append(place)
    return found


def _narrow(telling: Telling, places: list[PlaceMention]) -> list[PlaceMention]:
    """Drop what is no place of this event: countries beside towns, oblasts that hold a town of the list, doubles."""
    unique: list[PlaceMention] = []
    for place in places:
        if place.adjective and telling.here.actor_at.get(_head_of(telling.here, place.span).i) is not None:
            continue
        if place.name in _CAPITALS and place.rule in _OF_VILLAGES:
            continue
        if not any(place.name == p.name for p in unique):
            unique.append(place)
    unique = without_landmarks(telling.here.doc, unique)
    banned = _NOT_FOR.get(telling.event.type, frozenset())
    banned -= {role.removeprefix("prep.") for role in telling.frame.place}
    better = [p for p in unique if _preposition(telling.here, p) not in banned]
    if not better and telling.event.type in _NEVER_FROM:
        return []
    unique = better or unique
    fine = [p for p in unique if p.kind != "country"]
    if fine:
        unique = fine
    smaller = [p for p in unique if p.kind in ("settlement", "feature", "raion", None)]
    if smaller:
        unique = [
            p for p in unique
            if p in smaller or (p.kind in ("oblast", "region") and not _holds(p, smaller))
        ]  # fmt: skip
    return [p for p in unique if p.kind != "country" or telling.event.type in _COUNTRYWIDE]


_OF_VILLAGES: Final = frozenset({"anaphor:village", "anaphor:settlement", "anaphor:town", "anaphor:hamlet"})
"""What points back at a village points at no capital, though one stands in the dateline."""
_COUNTRYWIDE: Final = word_list("arguments", "countrywide")


def _holds(area: PlaceMention, smaller: list[PlaceMention]) -> bool:
    if area.kind == "region":
        return True
    return any(p.admin1 == area.name or p.admin1 is None for p in smaller)


# ---------------------------------------------------------------- time, extent, means

_SAY: Final = word_list("arguments", "say")


def _time(telling: Telling, tellings: list[Telling], mentions: _Mentions) -> None:
    event, here = telling.event, telling.here
    time, rule = None, ""
    if telling.own_times:
        time, rule = telling.own_times[0], "attachment"
    if time is None:
        for above in tree.ancestors(telling.token):
            for other in tellings:
                if other.token.i == above.i and other.own_times and other is not telling:
                    time, rule = other.own_times[0], "clause"
            if time is not None:
                break
    if time is None:
        for candidate in mentions.times.get(here.sentence.index, ()):
            if here.sentence.span.covers(candidate.span) and not any(
                candidate is t for o in tellings for t in o.own_times
            ):
                head = _head_of(here, candidate.span)
                verb = tree.clause_verb(head)
                if verb.lemma_.lower() in _SAY and candidate.span.start > here.sentence.span.start + 3:
                    continue
                if verb.lemma_.lower() in _SAY and candidate.precision == "day" and candidate.rule not in ("past_day",):
                    continue
                time, rule = candidate, "sentence"
                break
    if time is not None:
        event.time = time
        event.why.append(Why("when", f"arguments.{rule}", time.span))


_SCENE: Final = word_list("arguments", "scene")
_LASTING: Final = word_list("arguments", "lasting")


def _scene_time(telling: Telling, tellings: list[Telling], topic: _Topic) -> None:
    """Give the time of the scene that the sentence goes on telling of, or of the bulletin that it is an item of."""
    event = telling.event
    time, rule = None, ""
    if event.type in _SCENE:
        mine = {p.name for p in event.places}
        earlier = [t.event for t in tellings if t.token.i < telling.token.i and t.event.time is not None]
        sentence = telling.here.sentence
        near = [e for e in topic.dated if sentence.index - e.sentence <= 3 and sentence.paragraph == topic.paragraph]
        for other in [*reversed(earlier), *reversed(near)]:
            if other.time is not None and (not mine or mine & {p.name for p in other.places}):
                time, rule = other.time, "scene"
                break
    if time is None and topic.bulletin is not None and event.type not in _LASTING:
        time, rule = topic.bulletin, "bulletin"
    if time is not None:
        event.time = time
        event.why.append(Why("when", f"arguments.{rule}", time.span))


_EXTENT: Final = {
    **dict.fromkeys(word_list("arguments", "extent_all"), "all"),
    **dict.fromkeys(("most", "majority", "largely", "mostly"), "most"),
    "half": "half",
    **dict.fromkeys(("part", "parts", "partially", "partly", "portion", "some"), "part"),
}


def _extent(telling: Telling) -> None:
    event, here = telling.event, telling.here
    if event.type not in ("capture", "control"):
        return
    for number in telling.own_numbers:
        if number.share is not None:
            event.extent = ExtentMention(
                "half" if number.share == 0.5 and "half" in number.phrase.lower() else "share",
                number.share,
                number.bound,
                number.span,
            )
            return
    zone = [telling.token, *telling.token.children]
    thing = telling.arguments.get("object") or telling.arguments.get("subject")
    for noun in [thing, telling.arguments.get("subject")] if telling.frame.place[:1] == ("subject",) else [thing]:
        if noun is not None:
            zone += [noun, *noun.children]
    verb = tree.light_verb(telling.token)
    if verb is not None:
        zone += list(verb.children)
    for child in list(zone):
        if child.lower_ in ("control", "territory") and child is not telling.token:
            zone += list(child.children)
            for grand in child.children:
                if grand.dep_ == "prep":
                    for noun in grand.children:
                        zone += [noun, *noun.children]
    for token in sorted(set(zone), key=lambda t: t.i):
        label = _EXTENT.get(token.lower_)
        if label is not None:
            span = Span(here.offset(token), here.offset(token) + len(token))
            event.extent = ExtentMention(label, 0.5 if label == "half" else None, None, span)  # type: ignore[arg-type]
            event.why.append(Why("extent", f"arguments.{token.lower_}", span))
            return


_GROUND_MEANS: Final = frozenset({"armour", "infantry"})
_GROUND_TYPES: Final = frozenset({"assault", "advance", "deployment", "arms_transfer", "clash", "strike"})


def _means(telling: Telling) -> None:
    """Read the means from the clause, or, where it names none, from the part of the sentence that it stands in."""
    event, here = telling.event, telling.here
    if event.type not in _WITH_MEANS and event.type not in _GROUND_TYPES:
        return
    areas = [event.clause]
    if tree.light_verb(telling.token) is not None or event.type in ("strike", "casualties", "destruction"):
        areas.append(Span(*_segment(telling)))
    for area in areas:
        named = means_in(here.doc.words(area))
        if event.type not in _WITH_MEANS:
            named = [n for n in named if n[2] in _GROUND_MEANS]
        elif event.type not in _GROUND_TYPES:
            named = [n for n in named if n[2] not in _GROUND_MEANS]
        if named:
            event.why += [Why("means", "lexicon", Span(area.start + n[0], area.start + n[1])) for n in named]
            systems = [system for *_, system in named if system]
            event.means = list(dict.fromkeys([n[2] for n in named] + systems))
            return
