"""What the rules of agency look at: an event in its parsed sentence, its speakers, and what was named before it."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from services.extract.document import ActorMention, Attribution, Document, EventMention, Sentence, Span
from services.extract.stages import tree
from services.extract.stages.actors.voice import voice_of
from services.extract.stages.agency.lexicon import words
from services.extract.stages.parse import word_at
from services.extract.stages.tree import Token
from services.extract.stages.triggers import noun_reading
from services.extract.stages.triggers.conditions import Context, by_sentence, context
from services.extract.stages.triggers.lexicon import Frame, frames

SIDES: Final = ("UKR", "RUS")
OPPOSITE: Final = {"UKR": "RUS", "RUS": "UKR"}
FIGHTING: Final = frozenset({"MIL", "PROXY", "PMC"})
AGENTIVE: Final = frozenset(
    {"advance", "assault", "withdrawal", "deployment", "encirclement", "hold", "control", "capture", "interdiction",
     "strike", "repulse"}
)  # fmt: skip
"""Types whose subject is a force that does something."""
_SPEAKING: Final = frozenset({"MIL", "GOV", "PER", "PROXY", "PMC"})
_PEOPLES: Final = {"russians": "RUS", "ukrainians": "UKR", "russian": "RUS", "ukrainian": "UKR"}
_NAMES: Final = {"UKR": "Armed Forces of Ukraine", "RUS": "Armed Forces of Russia"}
_REACH: Final = 3
"""Sentences of the same paragraph that a pronoun or a bare force looks back over."""


@cache
def _frames() -> dict[str, Frame]:
    return {frame.name: frame for frame in frames()}


@dataclass(init=False, slots=True)
class Case:
    """One event mention in its sentence."""

    event: EventMention
    sentence: Sentence
    token: Token
    here: Context
    noun: bool
    """The trigger is read as a noun."""

    def __init__(self, event: EventMention, sentence: Sentence, token: Token, here: Context, noun: bool) -> None:
        self.event = event
        self.sentence = sentence
        self.token = token
        self.here = here
        self.noun = noun

    def passive_without_agent(self) -> bool:
        """True for "was taken", and for participles like it, where no by-phrase follows."""
        return tree.is_verb(self.token) and tree.is_passive(self.token) and tree.agent(self.token) is None


class Scene:
    """The document, its mentions and events by sentence, and each sentence's context, made when first asked for."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.actors = by_sentence(doc, doc.actors)
        self._places = by_sentence(doc, doc.places)
        self._cases: dict[int, Case] = {}
        """By the identity of an event."""
        self._silent: dict[int, list[ActorMention]] = {}
        self._armed: dict[int, list[ActorMention]] = {}
        self.events: dict[int, list[EventMention]] = {}
        for event in doc.events:
            self.events.setdefault(event.sentence, []).append(event)

    @property
    def voice(self) -> str:
        """The side that the text itself speaks for."""
        if not self.doc.voice:
            self.doc.voice = voice_of(self.doc)
        return self.doc.voice

    def case(self, event: EventMention) -> Case | None:
        """Return the event with its token, None where its sentence was not parsed."""
        known = self._cases.get(id(event))
        if known is not None:
            return known
        sentence = self.doc.sentences[event.sentence]
        if sentence.parse is None or event.frame not in _frames():
            return None
        here: Context = sentence.context or context(self.doc, sentence, self._places, self.actors)
        token = word_at(sentence.parse, event.trigger.start - sentence.span.start)
        frame = _frames()[event.frame]
        noun = frame.pos == "noun" or (frame.pos == "any" and noun_reading(token))
        found = self._cases[id(event)] = Case(event, sentence, token, here, noun)
        return found

    def silent(self, case: Case) -> list[ActorMention]:
        """Return the belligerents of the sentence that say nothing in it, nor are said to be spoken for."""
        index = case.sentence.index
        if index not in self._silent:
            loud = _loud(case.here)
            self._silent[index] = [
                a for a in case.here.actors if a.side in SIDES and a.kind in FIGHTING and a.span not in loud
            ]
        return self._silent[index]

    def armed(self, case: Case) -> list[ActorMention]:
        """Return the actors of the sentence that stand as owners before a weapon: "Russian" in "Russian missiles"."""
        index = case.sentence.index
        if index not in self._armed:
            self._armed[index] = [
                actor
                for i, actor in sorted(case.here.actor_at.items())
                if actor.side in SIDES and actor.kind in FIGHTING | {"GOV"} and _owns_weapon(case.sentence.parse[i])
            ]
        return self._armed[index]

    def has_part(self, case: Case, side: str) -> bool:
        """True where the paragraph names `side` as fighting or acting, or the event's own speakers are of it."""
        if any(self.doc.attributions[n].source.side == side for n in case.event.attributions):
            return True
        index = case.sentence.index
        near = range(max(0, index - _REACH), min(len(self.doc.sentences), index + 2))
        return any(
            a.side == side and (a.kind in FIGHTING or a.rule == "state")
            for i in near
            if self.doc.sentences[i].paragraph == case.sentence.paragraph
            for a in self.actors.get(i, ())
        )

    def speakers(self, event: EventMention, press: bool = False) -> list[Attribution]:
        """Return who asserts or confirms the event for one of the sides; with `press`, war bloggers and papers too."""
        found = []
        for index in event.attributions:
            said = self.doc.attributions[index]
            kinds = _SPEAKING | {"MEDIA", "ORG"} if press else _SPEAKING
            if said.stance in ("asserts", "confirms") and said.source.side in SIDES and said.source.kind in kinds:
                found.append(said)
        return found

    def speaker(self, event: EventMention, press: bool = False) -> Attribution | None:
        """Return the one that speaks for a side, None where there is none or they are of both."""
        found = self.speakers(event, press)
        return found[0] if found and len({s.source.side for s in found}) == 1 else None

    def before(self, sentence: Sentence, offset: int, reach: int = _REACH) -> list[ActorMention]:
        """Return the sided belligerents named before `offset` in its paragraph, the nearest first."""
        found: list[ActorMention] = []
        for index in range(sentence.index, max(-1, sentence.index - reach - 1), -1):
            if self.doc.sentences[index].paragraph != sentence.paragraph:
                break
            named = [a for a in self.actors.get(index, ()) if a.side in SIDES and a.span.end <= offset]
            found.extend(reversed(named))
        return found

    def told_before(self, case: Case, reach: int = _REACH) -> list[EventMention]:
        """Return the events of the paragraph told before this one, the nearest first, then those after it in its
        sentence."""
        found: list[EventMention] = []
        for index in range(case.sentence.index, max(-1, case.sentence.index - reach - 1), -1):
            if self.doc.sentences[index].paragraph != case.sentence.paragraph:
                break
            told = [e for e in self.events.get(index, ()) if e is not case.event]
            if index == case.sentence.index:
                start = case.event.trigger.start
                found.extend(e for e in reversed(told) if e.trigger.start <= start)
                found.extend(e for e in told if e.trigger.start > start)
            else:
                found.extend(reversed(told))
        return found


def _loud(here: Context) -> set[Span]:
    """Return the spans of who speaks in the sentence and of whom a speaker speaks for: "for Ukraine's forces"."""
    found = set()
    for i, actor in here.actor_at.items():
        token = here.sentence.parse[i]
        for above in tree.ancestors(token):
            if tree.is_verb(above):
                if above.base_ in words("saying") and (
                    (token.i < above.i and token.dep_ != "dobj") or _hears(token, above)
                ):
                    found.add(actor.span)
                break
            other = here.actor_at.get(above.i)
            if other is not None and other is not actor and other.can_speak:
                found.add(actor.span)
    return found


def _hears(token: Token, verb: Token) -> bool:
    """True for whom something is told: "reported to the General Staff"."""
    while token.head.i not in (verb.i, token.i):
        token = token.head
    return token.dep_ in ("prep", "dative") and token.lower_ == "to"


def _owns_weapon(token: Token) -> bool:
    if token.dep_ not in ("amod", "compound", "poss", "nmod"):
        return False
    return token.head.lower_ in words("weapon") or token.head.base_ in words("weapon")


def span_of(case: Case, token: Token) -> Span:
    """Return the token's characters in the document's text."""
    start = case.here.offset(token)
    return Span(start, start + len(token))


def named(case: Case, noun: Token | None) -> ActorMention | None:
    """Return the sided actor that a noun phrase names, also as a bare people ("Russian keep firing")."""
    if noun is None:
        return None
    for part in tree.conjuncts(noun):
        found = case.here.actor_of(part)
        if found is not None and found.side is not None:
            return found
        side = _PEOPLES.get(part.lower_)
        if side is not None and part.i not in case.here.place_at:
            return army(case, part, side)
    return None


def army(case: Case, token: Token, side: str) -> ActorMention:
    """Return the armed forces of `side`, as the words of `token` mean them."""
    return army_at(span_of(case, token), token.text, side)


def army_at(span: Span, surface: str, side: str) -> ActorMention:
    """Return the armed forces of `side`, read from the words at `span`."""
    return ActorMention(span, surface, _NAMES[side], f"{side}/MIL", side, "MIL", rule="agency")


def army_of(said: Attribution, doc: Document) -> ActorMention:
    """Return the armed forces of a speaker's side."""
    side = said.source.side or ""
    return ActorMention(
        said.source.span, doc.words(said.source.span), _NAMES[side], f"{side}/MIL", side, "MIL", rule="agency"
    )


def other_army(said: Attribution, doc: Document) -> ActorMention:
    """Return the armed forces of the side that a speaker's is at war with."""
    side = OPPOSITE[said.source.side or ""]
    return replace(army_of(said, doc), name=_NAMES[side], id=f"{side}/MIL", side=side)
