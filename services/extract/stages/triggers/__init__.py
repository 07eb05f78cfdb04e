"""Triggers: which words of a parsed sentence tell of an event, and of which type. After syntax, before arguments.

Each token is looked up in the frames' index; of the frames whose words and conditions hold, the best one is taken: the
more words it needs the better, then its rank. One trigger gives one event; tokens of a longer trigger give no other.
"""

from typing import Final

from services.extract.document import Document, EventMention, Span, Why
from services.extract.stages import tree
from services.extract.stages.parse import Parse
from services.extract.stages.tree import Token
from services.extract.stages.triggers.conditions import Context, arguments_of, by_sentence, context, holds
from services.extract.stages.triggers.exclusions import excluded
from services.extract.stages.triggers.lexicon import NO_READINGS, Condition, Entry, Frame, readings
from services.extract.stages.triggers.topic import about_war
from services.extract.stages.wordlists import word_list

_GAP: Final = 7
"""How many tokens apart the words of one trigger may stand: "pulled all of its remaining troops out"."""


_PARTICLES: Final = word_list("triggers", "particles")


_NOUNS_OF_FIGHTING: Final = frozenset({"fighting"})
_LINKS: Final = frozenset({"be", "remain", "stay"})
_VERBS: Final = frozenset({"VBD", "VBZ", "VBP", "VBG", "VBN"})


def triggers(doc: Document) -> None:
    """Add an `EventMention` for each trigger, with its type, frame and trigger span."""
    if not about_war(doc.text):
        doc.notes.append("not about war")
        return
    places, actors = by_sentence(doc, doc.places), by_sentence(doc, doc.actors)
    for sentence in doc.sentences:
        if sentence.parse is not None:
            here = context(doc, sentence, places, actors)
            events = _in_sentence(here)
            if events:
                doc.events += events
                sentence.context = here


def _in_sentence(here: Context) -> list[EventMention]:
    found: list[_Found] = []
    known = readings()
    parse: Parse = here.sentence.parse
    present = here.spoken()
    heads = known.keys() & present
    for token in parse:
        if token.lower_ not in heads and token.base_ not in heads:
            continue
        own = known.get(token.lower_, NO_READINGS)
        base = known.get(token.base_, NO_READINGS) if own.passive else NO_READINGS
        if (own is NO_READINGS and base is NO_READINGS) or token.i in here.place_at:
            continue
        as_verb, as_noun = _reads_as_verb(token), noun_reading(token)
        offered = own.among(present, as_verb, as_noun)
        if base is not NO_READINGS:
            offered = [*offered, *base.among(present, as_verb, as_noun)]
        best: Entry | None = None
        matched: list[Token] = []
        arguments: dict[tuple[bool, bool], dict[str, Token]] = {}
        for entry in offered:
            if best is not None and entry.score <= best.score:
                continue
            if entry.later and not _all_present(entry.later, present):
                continue
            words = _matches(entry, token, entry.frame.pos)
            if words is not None and _fits(entry.frame, token, here, arguments):
                best, matched = entry, words
        if best is not None:
            found.append((best.score, token.i, best, matched))
    if not found:
        return []
    found = _without_modifiers(_without_beaten(found))
    found.sort(key=lambda f: (-f[0][0], f[1]))
    taken: set[int] = set()
    kept = []
    for _, _, entry, words in found:
        if any(w.i in taken for w in words):
            continue
        if excluded(words, entry.frame, here):
            continue
        taken.update(w.i for w in words)
        kept.append(_mention(entry, words, here))
    return sorted(kept, key=lambda m: m.trigger)


_Found = tuple[tuple[int, int, float], int, Entry, list[Token]]


def _without_beaten(found: list[_Found]) -> list[_Found]:
    """Drop the attacks that another trigger tells were beaten off: "halted 42 assaults" is one repulse (codebook)."""
    beaten: set[int] = set()
    for _, _, entry, words in found:
        if entry.frame.type != "repulse":
            continue
        token = words[0]
        for noun in (tree.verb_object(token), tree.verb_subject(token) if entry.frame.target == "subject" else None):
            if noun is not None:
                beaten.update(part.i for part in tree.conjuncts(noun))
                if noun.pos_ in ("NUM", "PRON", "DET"):  # "every one of the six attacks was beaten off"
                    beaten.update(thing.i for preposition, thing in tree.prepositions(noun) if preposition == "of")
                beaten.update(
                    c.i for part in tree.conjuncts(noun) for c in part.children if c.dep_ in ("amod", "compound", "acl")
                )
        if token.dep_ == "amod":
            beaten.add(token.head.i)
    lost = {
        word.i for f in found if f[1] in beaten and f[2].frame.type in _BEATEN for word in f[3]
    }  # "attempts to regain the village failed" tells of no capture either
    for _, _, entry, words in found:
        if entry.frame.name == "repulse.no_success":  # "had no success in taking the village"
            lost.update(t.i for w in words for c in w.children if c.dep_ in ("prep", "acl") for t in c.subtree)
    return [
        f
        for f in found
        if not (f[1] in beaten and f[2].frame.type in _BEATEN) and not (f[1] in lost and f[2].frame.type in _LOST)
    ]


_BEATEN: Final = ("assault", "strike", "advance", "clash")
_LOST: Final = frozenset({"capture", "encirclement", *_BEATEN})


def _without_modifiers(found: list[_Found]) -> list[_Found]:
    """Drop what only says of which kind the next noun's event is: "assault operations" are one assault."""
    types = {(index, entry.frame.type) for _, index, entry, _ in found}
    return [
        f
        for f in found
        if not (
            f[3][0].dep_ in ("compound", "amod", "nmod")
            and f[3][0].head.pos_ == "NOUN"
            and (f[3][0].head.i, f[2].frame.type) in types
        )
    ]


def _mention(entry: Entry, words: list[Token], here: Context) -> EventMention:
    start = min(here.offset(w) for w in words)
    end = max(here.offset(w) + len(w) for w in words)
    frame = entry.frame
    trigger = Span(here.offset(words[0]), here.offset(words[0]) + len(words[0]))
    return EventMention(
        type=frame.type,
        trigger=Span(start, end) if end - start <= 60 else trigger,
        sentence=here.sentence.index,
        frame=frame.name,
        clause=here.sentence.span,
        confidence=frame.confidence,
        modality=frame.modality or "actual",  # type: ignore[arg-type]
        why=[Why("type", frame.name, Span(start, end))],
    )


def noun_reading(token: Token) -> bool:
    """True where the token is used as a noun; the parse decides, not the tag alone."""
    if token.pos_ in ("NOUN", "PROPN"):
        return True
    if token.tag_ == "VBG":
        if any(c.dep_ in ("aux", "nsubj", "dobj") for c in token.children):
            return False
        if token.dep_ in ("pobj", "nsubj", "dobj", "pcomp") and any(c.lower_ == "of" for c in token.children):
            return True
        if token.dep_ == "csubj":  # "Shelling by Ukrainian troops took two lives"
            return any(c.dep_ in ("prep", "agent") for c in token.children)
        return token.dep_ in ("nsubj", "dobj", "pobj", "nsubjpass", "attr", "conj", "appos") and any(
            c.dep_ in ("det", "amod", "poss", "compound") for c in token.children
        )
    return token.pos_ in ("ADJ", "VERB", "X", "ADV") and token.dep_ in (
        "pobj",
        "dobj",
        "nsubj",
        "nsubjpass",
        "compound",
    )


def _reads_as_verb(token: Token) -> bool:
    """True where the token can be the verb of a trigger: a verb, or a form of one that was taken for a noun."""
    if not (
        tree.is_verb(token)
        or (token.pos_ in ("ADJ", "NOUN") and token.lower_.endswith(("ed", "en", "ing", "own", "ept", "elled")))
    ):
        return False
    if token.dep_ in ("aux", "auxpass") or _thing_in_ing(token):
        return False
    return not (token.tag_ == "VBG" and token.lower_ in _NOUNS_OF_FIGHTING and noun_reading(token))


def _matches(entry: Entry, token: Token, pos: str) -> list[Token] | None:
    """Return the tokens of the entry's words where they hang together here, else None; the token is read as `pos`."""
    if entry.passive and not any(c.dep_ == "auxpass" for c in token.children):
        return None
    if not entry.rest:
        return [token]
    words = [token]
    for place, word in enumerate(entry.rest):
        match = _linked(word, words, last=place == len(entry.rest) - 1)
        if match is None or (pos == "state" and match.i - words[-1].i > 2):
            return None
        words.append(match)
    return words


def _thing_in_ing(token: Token) -> bool:
    """True for a noun that only looks like a verb's form: "a pontoon crossing over the river"."""
    return (
        token.pos_ == "NOUN"
        and token.lower_.endswith("ing")
        and token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj")
        and any(c.dep_ in ("compound", "nummod") for c in token.children)
    )


def _all_present(later: tuple[tuple[str, ...], ...], present: set[str]) -> bool:
    """Return whether the sentence has one of each of the further words of a trigger."""
    for options in later:
        for option in options:
            if option in present:
                break
        else:
            return False
    return True


def _linked(word: str, words: list[Token], last: bool = True) -> Token | None:
    """Return the token that is `word` and hangs under one of `words`, or follows closely.

    `last`: no word of the trigger follows; a preposition before one belongs to it ("put a bridge out of action").
    """
    parse, before = words[0].doc, words[-1]
    options = word.split("/")
    single = len(options) == 1
    for token in parse[words[0].i + 1 : words[0].i + 1 + _GAP * 2]:
        if single:
            if token.lower_ != word and token.base_ != word:
                continue
        elif token.lower_ not in options and token.base_ not in options:
            continue
        if token.i <= before.i:
            continue
        if word == "to" and token.head.head.i == words[0].i and token.dep_ == "aux":
            return token
        if word in _PARTICLES:
            if token.i == before.i + 1:
                return token
            if token.head.i == words[0].i and not (last and _after_object(token, words[0])):
                return None if word == "in" and _dates(token) else token
            continue
        if token.dep_ == "conj" and token.tag_ in _VERBS and before.lower_ != "and":
            continue  # a verb of its own: "took the hill and hit the column" is no "took a hit"
        if words[0].lemma_ in _LINKS and token.pos_ in ("ADJ", "PROPN", "PRON") and token.head.i != words[0].i:
            continue
        hangs = any(token.head.i == w.i for w in words) or any(token.head.head.i == w.i for w in words)
        if (hangs and (token.i - before.i <= _GAP or word == "as")) or token.i - before.i <= 2:
            return token
    for token in words[0].children:
        if token.dep_ in ("nsubjpass", "dobj") and (token.lower_ in options or token.base_ in options):
            return token
    if words[0].dep_ in ("relcl", "acl") and words[0].head.lower_ in options:
        return words[0].head
    return None


def _dates(token: Token) -> bool:
    """True for the preposition of a date: "had come home only in April" tells of nobody who came in."""
    return any(c.dep_ == "pobj" and c.lower_ in _PERIODS for c in token.children)


_PERIODS: Final = word_list("triggers", "periods")


def _after_object(token: Token, verb: Token) -> bool:
    """True for a preposition with a noun of its own after the verb's object: "hold Talakivka on its edge"."""
    has_noun = any(c.dep_ in ("pobj", "pcomp") for c in token.children)
    return has_noun and any(c.dep_ == "dobj" and c.i < token.i for c in verb.children)


def _fits(frame: Frame, token: Token, here: Context, known: dict[tuple[bool, bool], dict[str, Token]]) -> bool:
    """Whether the frame's conditions hold. `known`: arguments, by (the token is a noun, its of-phrase the subject)."""
    if not _admits(frame.first_unless, frame.first_needs, token, _NOTHING, here):
        return False
    if not frame.last_needs and not frame.last_unless:
        return True
    noun = frame.pos == "noun" or (frame.pos == "any" and noun_reading(token))
    reading = noun, frame.actor == "of"
    arguments = known.get(reading)
    if arguments is None:
        arguments = known[reading] = arguments_of(token, noun, subject_of=reading[1])
    return _admits(frame.last_unless, frame.last_needs, token, arguments, here)


def _admits(
    unless: tuple[Condition, ...],
    needs: tuple[tuple[Condition, ...], ...],
    token: Token,
    arguments: dict[str, Token],
    here: Context,
) -> bool:
    """Whether of each of `needs` one holds, and none of `unless`, which seldom does."""
    for options in needs:
        for condition in options:
            if holds(condition, token, arguments, here):
                break
        else:
            return False
    return all(not holds(condition, token, arguments, here, apposed=False) for condition in unless)


_NOTHING: Final[dict[str, Token]] = {}
"""The arguments, where none is asked for."""
