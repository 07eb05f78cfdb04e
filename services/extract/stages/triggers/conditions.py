"""What a frame asks of its arguments: "object:place,ground" holds where the logical object is of one of the classes.

Arguments are `subject`, `object` (logical, of verbs and nouns alike), `prep.from` (the noun of a prepositional phrase),
`prep` (of any), `mod` (what stands before a noun), `place` (a place named in the clause), `word` (one of these words in
the clause), `next` (one of these words right after the trigger), `before` (right before), `passive`, `active`,
`plural`, `root`, `around` (one of these words in the sentence or shortly before it), `verbless` (no verb of the
sentence is finite), `under` (the word that the trigger hangs on). Classes are those of `frames/classes.toml` and of
the named places and actors.
"""

import re
from bisect import bisect_left
from typing import Final, TypeVar, final

from services.extract.document import ActorMention, Document, NumberMention, PlaceMention, Sentence, Span, TimeMention
from services.extract.stages import tree
from services.extract.stages.parse import Parse
from services.extract.stages.tree import Token
from services.extract.stages.triggers.lexicon import Condition, classes, words_in
from services.extract.stages.wordlists import word_list

_PRONOUNS: Final = word_list("conditions", "pronouns")
_PEOPLE: Final = word_list("conditions", "people")
_BY_KIND: Final = {
    "MIL": ("force",),
    "PROXY": ("force", "gov"),
    "PMC": ("force",),
    "GOV": ("gov",),
    "CIV": ("civ",),
    "PER": ("person",),
    "ORG": ("org", "gov"),
    "MEDIA": ("org",),
    "narrator": (),
}


@final
class Context:
    """One parsed sentence with the mentions that lie in it, found by token."""

    def __init__(self, doc: Document, sentence: Sentence) -> None:
        self.doc: Final = doc
        self.sentence: Final = sentence
        self.places: list[PlaceMention] = []
        self.actors: list[ActorMention] = []
        self.place_at: dict[int, PlaceMention] = {}
        self.actor_at: dict[int, ActorMention] = {}
        self.heads: Final[dict[int, Token]] = {}
        """By where a mention begins, the word that the rest of it hangs under (`arguments.telling.head_of`)."""
        self._around: set[str] | None = None
        self._verbless: bool | None = None
        self._spoken: set[str] | None = None
        self._near: set[str] = set()
        self._near_to = -1
        self._classes: dict[int, frozenset[str]] = {}

    def around(self) -> set[str]:
        """Return the lower-case words of the sentence and of what stands shortly before it."""
        if self._around is None:
            self._around = _around(self.doc, self.sentence)
        return self._around

    def spoken(self) -> set[str]:
        """Return the sentence's words and their lemmas, in lower case, and the words of names of several."""
        if self._spoken is None:
            spoken: set[str] = set()
            parse: Parse = self.sentence.parse
            for token in parse:
                low = token.lower_
                spoken.add(low)
                if token.base_ != low:
                    spoken.add(token.base_)
                if " " in low:
                    spoken.update(low.split())
            self._spoken = spoken
        return self._spoken

    def near(self, token: Token) -> set[str]:
        """Return the words and lemmas of `token` and its neighbours. The last answer is kept: it is asked for again."""
        if token.i != self._near_to:
            self._near_to = token.i
            self._near = set()
            for other in token.doc[max(0, token.i - 5) : token.i + 7]:
                self._near.add(other.lower_)
                self._near.add(other.base_)
        return self._near

    def verbless(self) -> bool:
        """Return whether no verb of the sentence is finite: a line of a bulletin, a headline, a caption."""
        if self._verbless is None:
            parse: Parse = self.sentence.parse
            self._verbless = True
            for token in parse:
                if token.tag_ in _FINITE or token.dep_ == "auxpass":
                    self._verbless = False
                    break
        return self._verbless

    def offset(self, token: Token) -> int:
        """Return the token's start in the document's text."""
        return int(token.idx) + self.sentence.span.start

    def actor_of(self, noun: Token) -> ActorMention | None:
        """Return the actor that the noun phrase headed by `noun` names, or whose possession or part it is."""
        found = self.actor_at.get(noun.i)
        if found is not None:
            return found
        for child in noun.children:
            if child.dep_ in ("amod", "compound", "poss", "nmod", "appos") and child.i in self.actor_at:
                return self.actor_at[child.i]
        for preposition, thing in tree.prepositions(noun):
            if preposition in ("of", "from") and thing.i in self.actor_at and self.actor_at[thing.i].side:
                return self.actor_at[thing.i]
        return None

    def place_of(self, noun: Token) -> PlaceMention | None:
        return self.place_at.get(noun.i)

    def classes_of(self, noun: Token) -> frozenset[str]:
        """Return the classes of the noun phrase headed by `noun`."""
        known = self._classes.get(noun.i)
        if known is None:
            known = self._classes[noun.i] = self._find_classes(noun)
        return known

    def _find_classes(self, noun: Token) -> frozenset[str]:
        word = noun.lower_
        found = set(classes().get(word, ())) | set(classes().get(noun.base_, ()))
        place = self.place_at.get(noun.i)
        if place is not None:
            found.add("place")
            found.add("named")
            if " " in word:
                found |= classes().get(word.rsplit(None, 1)[1], frozenset())
            if place.kind == "country":
                found.add("gov")
        actor = self.actor_at.get(noun.i)
        if actor is not None and actor.kind is not None:
            found.update(_BY_KIND.get(actor.kind, ()))
        if word in _PRONOUNS:
            found.add("pronoun")
        if word in _PEOPLE:
            found.add("people")
        if noun.like_num or noun.pos_ == "NUM":
            found.add("number")
            for preposition, thing in tree.prepositions(noun):
                if preposition == "of" and thing.i != noun.i:
                    found |= self.classes_of(thing)
        if any(c.isdigit() for c in word):
            for pattern, named in _DESIGNATIONS:
                if pattern.fullmatch(word):
                    found.update(named)
                    break
        if noun.pos_ == "PROPN" and not found:
            found.add("name")
        if any(c.dep_ == "nummod" for c in noun.children):
            found.add("counted")
        if word in _GROUPS:
            inside = _made_of(noun)
            if inside is not None:
                made_of = self.classes_of(inside)
                armour = "force" in found and "equipment" in made_of and made_of.isdisjoint(_UNARMED)
                return made_of | {"force"} if armour else made_of
        if "force" in found and "civ" in found and (actor is not None or _owned(noun)):
            military = actor is None or actor.kind not in ("CIV", "PER", "GOV", "ORG")
            found.discard("civ" if military else "force")  # "our boys", "Kyiv's men"
        if word == "men" and "counted" in found and not self.around().isdisjoint(_SOLDIERY):
            found.discard("civ")
        if word == "old" and any(c.lower_ in ("year", "years") for c in noun.children):
            found.update(("civ", "people"))  # "a 45-year-old was wounded"
        if word in _FIRMS and actor is None and self.around().isdisjoint(_SOLDIERY):
            found.discard("force")
        if "place" in found or word in _SHARES:
            for preposition, thing in tree.prepositions(noun):
                if preposition == "of" and word in _PARTITIVE and thing.i != noun.i:
                    found |= self.classes_of(thing)
        return frozenset(found)


def _around(doc: Document, sentence: Sentence) -> set[str]:
    """Return the words of `sentence` and of the `_BEFORE` characters before it, an 's taken off or not.

    Those of whole sentences are known already: a blank parts them, over which no word goes.
    """
    start, end = sentence.span.start, min(sentence.span.end, sentence.span.start + _LONGEST)
    low = max(0, start - _BEFORE)
    words: set[str] = set()
    for number in range(sentence.index, -1, -1):
        before = doc.sentences[number]
        if (
            before.words is None
            or before.span.end > end
            or (before.span.start and not doc.text[before.span.start - 1].isspace())
        ):
            words = words_in(doc.text[low:end])
            break
        if before.span.start < low:
            words |= words_in(doc.text[low : before.span.end])
            break
        words |= before.words
    text = doc.text[low:end]
    if "'s" in text or "’s" in text or "'S" in text or "’S" in text:
        words.update([word[:-2] for word in words if word.endswith(("'s", "’s"))])
    return words


_FINITE: Final = frozenset({"VBD", "VBZ", "VBP", "MD"})
_BEFORE: Final = 260
"""Characters before a sentence that tell what it goes on about: "Forty were launched. Thirty were shot down."""
_LONGEST: Final = 2000
_DESIGNATIONS: Final = (
    (re.compile(r"t-?\d{4}|[mrhp]-?0?\d{1,2}"), ("supply", "ground", "road")),
    (re.compile(r"(?:mig|su|tu|il|an|ka|mi|f|a|b|e)-?\d{1,3}[a-z]{0,3}'?s?"), ("weapon", "arms", "aircraft")),
    (
        re.compile(r"(?:kh|x|fab|kab|odab|s|3m|kn|umpb|shahed|geran|tochka|p)-?\d{2,4}[a-z]{0,2}'?s?"),
        ("weapon", "arms"),
    ),
    (
        re.compile(r"(?:t|btr|bmp|bmd|m|pzh|2s|leopard|2a|iris|mt|d|mlrs)-?\d{1,4}[a-z]{0,2}\d?'?s?"),
        ("equipment", "arms"),
    ),
)
"""How aircraft, missiles, vehicles and roads are called by letter and number: "Kh-101", "MiG-29s", "T0514"."""
_PARTITIVE: Final = word_list("conditions", "partitive")
_SHARES: Final = word_list("conditions", "shares")
"""Words that name a share of what their of-phrase names: "some of its best units"."""
_MEASURES: Final = word_list("conditions", "measures")
"""What only says how much: "a batch of missiles" are missiles."""


_GROUPS: Final = word_list("conditions", "groups")
"""Nouns that are what they are made of: "waves of infantry" are a force, "waves of drones" weapons."""
_UNARMED: Final = frozenset({"weapon", "civ", "supply"})
_FIRMS: Final = frozenset({"company", "companies"})
_SOLDIERY: Final = word_list("conditions", "soldiery")


def _made_of(noun: Token) -> Token | None:
    """Return the noun of the of-phrase of "a wave of infantry", "wave after wave of infantry"."""
    again = noun
    for preposition, thing in tree.prepositions(noun):
        if preposition == "of":
            return thing if thing.i != noun.i else None
        if preposition == "after" and thing.lemma_ == noun.lemma_:
            again = thing
    return None if again is noun else next((t for p, t in tree.prepositions(again) if p == "of"), None)


def _owned(noun: Token) -> bool:
    return any(c.dep_ == "poss" and c.lower_ in _OWNERS for c in noun.children)


_OWNERS: Final = frozenset({"our", "their", "its"})


Mention = TypeVar("Mention", PlaceMention, ActorMention, TimeMention, NumberMention)


def by_sentence(doc: Document, mentions: list[Mention]) -> dict[int, list[Mention]]:
    """Return the mentions by the index of the sentence that holds them whole; one pass, so that long texts end."""
    found: dict[int, list[Mention]] = {}
    sentence: Sentence | None = None
    here: list[Mention] = []
    for mention in mentions:
        span: Span = mention.span
        if sentence is None or not sentence.span.covers(span):  # mostly it is that of the mention before
            sentence = doc.sentence_at(span.start)
            if sentence is None or not sentence.span.covers(span):
                continue
            here = found.setdefault(sentence.index, [])
        here.append(mention)
    return found


def context(
    doc: Document,
    sentence: Sentence,
    places: dict[int, list[PlaceMention]],
    actors: dict[int, list[ActorMention]],
) -> Context:
    """Return the context of one parsed sentence, given the document's places and actors by sentence."""
    found = Context(doc, sentence)
    if sentence.index not in places and sentence.index not in actors:
        return found
    parse: Parse = sentence.parse
    first = sentence.span.start
    starts = [token.idx + first for token in parse]
    for place in places.get(sentence.index, ()):
        found.places.append(place)
        for i in _tokens(starts, place.span.start, place.span.end):
            found.place_at.setdefault(i, place)
    for actor in actors.get(sentence.index, ()):
        found.actors.append(actor)
        for i in _tokens(starts, actor.span.start, actor.span.end):
            known = found.actor_at.get(i)
            if known is None or (known.side is None and actor.side is not None):
                found.actor_at[i] = actor
    return found


def _tokens(starts: list[int], start: int, end: int) -> range:
    low = bisect_left(starts, start)
    if (low < len(starts) and starts[low] > start and low) or low == len(starts):
        low -= 1
    high = bisect_left(starts, end)
    return range(low, high)


def arguments_of(trigger: Token, noun: bool, subject_of: bool = False) -> dict[str, Token]:
    """Return the logical arguments of a trigger by name: subject, object, and prep.<preposition>."""
    found: dict[str, Token] = {}
    if noun:
        subject, thing = tree.noun_subject(trigger, subject_of), tree.noun_object(trigger)
    elif not tree.is_verb(trigger):
        subject, thing = tree.predicate_subject(trigger), None
    else:
        subject, thing = tree.verb_subject(trigger), tree.verb_object(trigger)
    if subject is not None:
        found["subject"] = subject
    if thing is not None:
        found["object"] = thing
    for preposition, pobj in tree.prepositions(trigger):
        found.setdefault(f"prep.{preposition}", pobj)
    if noun:
        verb = tree.light_verb(trigger)
        if verb is not None:
            for preposition, pobj in tree.prepositions(verb):
                found.setdefault(f"prep.{preposition}", pobj)
    elif thing is not None and thing.head.i == trigger.i and thing.dep_ == "dobj":
        apposed = [c for c in (*thing.children, *trigger.children) if c.dep_ in ("appos", "npadvmod")]
        for noun_of in (thing, *apposed):  # "slapped restrictions on banks": hung on either
            for preposition, pobj in tree.prepositions(noun_of):
                if preposition in _OF_EITHER:
                    found.setdefault(f"prep.{preposition}", pobj)
    return found


_OF_EITHER: Final = word_list("conditions", "of_either")
"""Prepositions that a parse hangs on a verb's object although they go with the verb."""


def _is_one_of(token: Token, wanted: frozenset[str]) -> bool:
    """True for the word, its lemma, or a word of a name of several words ("the Kerch Bridge" is one token)."""
    word = token.lower_
    return word in wanted or token.base_ in wanted or (" " in word and not wanted.isdisjoint(word.split()))


def holds(
    condition: Condition, trigger: Token, arguments: dict[str, Token], context: Context, apposed: bool = True
) -> bool:
    """Return whether the condition holds of the trigger with these arguments.

    `apposed`: what an argument is also called counts: "the city, Kherson"; not so where a condition forbids, since
    "Novenke, Sumy Oblast" is no oblast.
    """
    name, wanted = condition.argument, condition.classes
    if not condition.of_noun:
        return _stands(name, wanted, trigger, context)
    if name == "prep":
        things = [t for key, t in arguments.items() if key.startswith("prep.")]
    else:
        things = [arguments[name]] if name in arguments else []
    if not things:
        return condition.optional
    if not wanted:
        return True
    for thing in things:
        for part in tree.conjuncts(thing):
            if part.dep_ == "appos" and part is not thing and not apposed:
                continue
            if _is_one_of(part, wanted) or not wanted.isdisjoint(context.classes_of(part)):
                return True
            if apposed and (part.lower_ in _MEASURES or part.pos_ == "NUM"):
                for preposition, measured in tree.prepositions(part):
                    if preposition == "of" and (
                        _is_one_of(measured, wanted) or not wanted.isdisjoint(context.classes_of(measured))
                    ):
                        return True
    return False


def _stands(name: str, wanted: frozenset[str], trigger: Token, context: Context) -> bool:
    """Return whether what a condition asks of the trigger itself, or of the words around it, holds."""
    if name == "passive":
        return tree.is_passive(trigger)
    if name == "active":
        return not tree.is_passive(trigger)
    if name == "root":
        return bool(trigger.dep_ in ("ROOT", "conj", "ccomp", "advcl", "relcl", "xcomp"))
    if name == "verbless":
        return context.verbless()
    if name == "under":
        return trigger.head.i != trigger.i and not wanted.isdisjoint(context.classes_of(trigger.head))
    if name == "tag":
        return trigger.tag_.lower() in wanted
    if name == "dep":
        return trigger.dep_.lower() in wanted
    if name == "word":
        return not wanted.isdisjoint(context.spoken())
    if name == "around":
        return not wanted.isdisjoint(context.around())
    if name == "near":
        return not wanted.isdisjoint(context.near(trigger))
    if name == "next":
        if trigger.i + 1 >= len(trigger.doc):
            return False
        t = trigger.doc[trigger.i + 1]
        return t.lower_ in wanted or t.base_ in wanted
    if name == "before":
        return trigger.i > 0 and (trigger.nbor(-1).lower_ in wanted or trigger.nbor(-1).base_ in wanted)
    if name == "mod":
        mods = [c for c in trigger.children if c.dep_ in ("amod", "compound", "nmod", "poss", "det", "nummod", "neg")]
        mods += [g for m in mods for g in m.children if g.dep_ in ("amod", "compound", "nmod")]
        for m in mods:
            if m.lower_ in wanted or m.base_ in wanted or not wanted.isdisjoint(context.classes_of(m)):
                return True
        return False
    if name == "place":
        return any(trigger.sent.start <= i < trigger.sent.end for i in context.place_at)
    head = trigger.head  # `head`, the last of them
    return head.i != trigger.i and (head.lower_ in wanted or head.base_ in wanted)
