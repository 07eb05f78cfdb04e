"""Cues that a verb of saying makes: the verb, its speaker, whether it is negated, and what stance follows.

A verb is found by its words; the parse, where there is one, tells it from a noun.
"""

import re
from typing import Final

from services.extract.document import ActorMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.direction import has_content, set_direction, strictly_said
from services.extract.stages.claims.lexicon import Lexicon, SpeechVerb
from services.extract.stages.claims.sources import Speakers, Spoken, is_common
from services.extract.stages.claims.subjects import joined, subject_of
from services.extract.stages.claims.titles import title_start
from services.extract.stages.claims.words import Line, Word
from services.extract.stages.tree import Token
from services.extract.stages.wordforms import verb_forms

_NEGATION: Final = Pattern(
    r"(?:\b(?:not|never|cannot|nor|neither|no longer|nobody|no one)\b|n['’]t\b)[^,;:]{0,30}$", re.IGNORECASE
)


_SHOWING: Final = frozenset(
    {
        "show",
        "confirm",
        "indicate",
        "reveal",
        "verify",
        "suggest",
        "corroborate",
        "document",
        "substantiate",
        "record",
        "establish",
        "observe",
        "see",
    }
)


_DECLINED: Final = Pattern(r"\b(?:declin|refus)(?:e|es|ed|ing)\s+to\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_DECLINING: Final = verb_forms("decline") | verb_forms("refuse")
_NAMING: Final = frozenset({"call", "term", "brand", "label", "describe", "characterise", "characterize"})


def _called_untrue(line: Line, end: int, lexicon: Lexicon) -> bool:
    """ "Called the report a lie", "described the claims as nonsense"."""
    rest = line.between(end, min(line.end, end + 120))
    match = next(lexicon.denials.found(rest, line.vocabulary), None)
    return match is not None and not re.search(r"[;:.]|\b(?:and|but|while|after)\b", rest[: match.start()])


def verb_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """Return the cues of a line's verbs of saying, each with its speaker; `speakers` remembers them."""
    found: list[Cue] = []
    first_words = lexicon.first_words
    for place, word in enumerate(line.words):
        if word.low not in first_words:
            continue
        verb, width = speech_verb(line, place, lexicon)
        if verb is None or line.in_quotes(word.start):
            continue
        taken_for_noun = word.token is not None and not verbal(word.token)
        if taken_for_noun and not _closing_verb(line, place, verb) and not _relative_verb(line, place, verb):
            continue
        end = line.words[place + width - 1].end
        cue = _verb_cue(line, place, end, verb, speakers, lexicon, found)
        if cue is not None:
            found.append(cue)
            if cue.speaker.mention.kind != "narrator":
                speakers.remember(cue.speaker.mention)
    return found


def speech_verb(line: Line, place: int, lexicon: Lexicon) -> tuple[SpeechVerb | None, int]:
    """Return the verb of saying that begins at a word, the longest first, and its length in words; None and 0."""
    words = line.words
    first = words[place].low
    if first not in lexicon.first_words:
        return None, 0
    if first in lexicon.phrasal:
        for width in (3, 2):
            if place + width <= len(words):
                verb = lexicon.verbs.get(" ".join([w.low for w in words[place : place + width]]))
                if verb is not None:
                    return verb, width
    verb = lexicon.verbs.get(first)
    return (None, 0) if verb is None else (verb, 1)


def _closing_verb(line: Line, place: int, verb: SpeechVerb) -> bool:
    """ "…, the Air Force Command states.": taken for a noun by the parser, but it ends what somebody named says."""
    if place + 1 >= len(line.words):
        return False
    word, following = line.words[place], line.words[place + 1]
    if following.low == "that" and word.low.endswith("s"):
        named = [m for m in line.speakers if m.span.end <= word.start and not is_common(m)]
        return bool(named) and not line.between(named[-1].span.end, word.start).strip()  # "Kyiv suspects that …"
    if verb.weak:
        return following.text == "," and _parenthetical(line, word)
    if place and line.words[place - 1].low in ("bulletin", "report", "update", "summary", "statement", "map"):
        head = line.between(line.start, line.words[place - 1].start)
        return (
            following.text in ".," and re.search(r"[,”\"]\s+(?:the|its|their)\s+(?:[\w-]+\s+){0,3}$", head) is not None
        )
    before = [m for m in line.speakers if m.span.end <= word.start]
    near = [w.low for w in line.words[place + 1 : place + 4]]
    if (
        not before
        or not (following.text in ".,;:" or "that" in near)
        or line.between(before[-1].span.end, word.start).strip()
    ):
        return False
    return bool(
        re.search(r"[,\"”»—–-]\s*(?:the|its|a)?\s*(?:[\w-]+\s+){0,3}$", line.between(line.start, before[-1].span.start))
    )


def _parenthetical(line: Line, word: Word) -> bool:
    """Whether a name and the verb alone stand between commas: "Since May, Kirby estimates, the army has lost …"."""
    before = [m for m in line.speakers if m.span.end <= word.start]
    if not before or is_common(before[-1]) or line.between(before[-1].span.end, word.start).strip():
        return False
    return re.search(r",\s+(?:the\s+)?$", line.between(line.start, before[-1].span.start)) is not None


def _relative_verb(line: Line, place: int, verb: SpeechVerb) -> bool:
    """ "…, an assertion which Kyiv disputes": taken for a noun, but a relative pronoun stands before its subject."""
    word = line.words[place]
    before = [m for m in line.speakers if m.span.end <= word.start]
    if not before or not word.low.endswith("s") or line.between(before[-1].span.end, word.start).strip():
        return False
    opener = re.search(r"\b(?:which|that|as)\s+(?:the\s+)?$", line.between(line.start, before[-1].span.start), re.I)
    return opener is not None and (not verb.strict or opener.group().lower().startswith("as"))


def verbal(token: Token) -> bool:
    """Whether the parse takes the token for a verb that somebody does, and not for an adjective."""
    if token.tag_.startswith("VB"):
        if token.dep_ == "amod":
            return False
        passive_participle = token.dep_ == "acl" and token.tag_ == "VBN"
        told = any(c.dep_ == "agent" for c in token.children) or _says_that(token) or _only_verb(token)
        return not (passive_participle and not told)
    return bool(token.pos_ in ("VERB", "AUX")) and token.dep_ != "amod"


def _says_that(token: Token) -> bool:
    """Whether a finite verb was taken for a participle: "the general, a veteran, estimated that …"."""
    comma = token.i > 0 and token.doc[token.i - 1].text == ","
    return comma and any(
        c.dep_ == "ccomp" and any(g.dep_ == "mark" and g.lower_ == "that" for g in c.children) for c in token.children
    )


def _only_verb(token: Token) -> bool:
    """Whether a finite verb behind a name was taken for a participle, which leaves the sentence without a verb."""
    head = token.head
    behind_name = token.i > 0 and token.doc[token.i - 1].pos_ == "PROPN"
    return behind_name and head.dep_ == "ROOT" and head.pos_ in ("NOUN", "PROPN") and head.i < token.i


_PUT_AWAY: Final = frozenset({"dismiss", "rebuff", "contest", "negate", "rubbish", "reject", "challenge", "question"})
"""Verbs of denying that other things are done with too: ministers dismissed, attacks rebuffed, men questioned."""


def _puts_away(token: Token, lexicon: Lexicon, line: Line) -> bool:
    """Whether the verb's object is a person or a deed and not what somebody has said."""
    thing = next((c for c in token.children if c.dep_ in ("dobj", "nsubjpass")), None)
    if thing is None:
        return False
    at = line.start + thing.idx
    named = any(m.span.start <= at < m.span.end and m.kind not in ("MEDIA",) for m in line.actors)
    return named or thing.base_ in _DEEDS or thing.lower_ in lexicon.people


_DEEDS: Final = frozenset(
    ["attack", "assault", "offensive", "attempt", "counterattack", "counter-attack", "advance", "thrust", "raid",
     "sortie", "breakthrough", "incursion", "push", "landing", "drone", "missile", "request", "offer", "ultimatum"]
)  # fmt: skip


def _verb_cue(
    line: Line, place: int, end: int, verb: SpeechVerb, speakers: Speakers, lexicon: Lexicon, earlier: list[Cue]
) -> Cue | None:
    word = line.words[place]
    spoken, inverted, passive = subject_of(line, place, end, speakers, lexicon, earlier)
    if spoken is None:
        return None
    if word.token is not None and verb.lemma in _PUT_AWAY and _puts_away(word.token, lexicon, line):
        return None
    negated = _negated(line, word)
    act, stance = verb.act, verb.stance
    if spoken.mention.kind == "narrator":
        if negated or verb.lemma not in _SHOWING:
            return None
        act, stance = "confirms", "confirms"
    elif not _DECLINING.isdisjoint(line.vocabulary) and _DECLINED.search(
        line.between(max(line.start, word.start - 24), word.start)
    ):
        act, stance = "declines", "declines"
    elif verb.lemma in _NAMING and _called_untrue(line, end, lexicon):
        act, stance = "denies", "denies"
    elif word.low in lexicon.decline_verbs and negated:
        act, stance = "declines", "declines"
        if verb.negated == "none" and verb.lemma in (
            "say",
            "explain",
            "announce",
            "report",
            "publish",
            "name",
            "mention",
            "tell",
        ):
            pass
    elif negated:
        if verb.negated == "none":
            return None
        if verb.negated == "declines":
            act, stance = "declines", "declines"
        elif verb.act == "assesses" and verb.lemma not in ("rule out", "exclude"):
            stance = "doubts"
    if not spoken.pronoun:
        spoken.span = Span(title_start(line, spoken.span.start), spoken.span.end)
    first = _first_of_pair(line, spoken)
    core = Span(min(spoken.span.start, word.start), max(spoken.span.end, end))
    if first is not None:
        core = Span(min(core.start, title_start(line, first.span.start)), core.end)
    if spoken.pronoun or not spoken.span.overlaps(Span(line.start, line.end)) or core.end - core.start > 220:
        core = Span(min(word.start, core.start) if core.end - core.start <= 220 else word.start, end)
    cue = Cue("verb", act, stance, Span(word.start, end), spoken, core, token=word.token, passive=passive)
    cue.participle = word.low.endswith("ing")
    if passive:
        cue.left = cue.right = True
    else:
        set_direction(line, cue, verb, inverted)
    if verb.act in ("asks", "orders", "pledges") and is_common(spoken.mention) and spoken.mention.kind in ("CIV", None):
        return None
    if verb.lemma in ("call", "term", "brand", "label") and re.match(
        r"\s*(?:up|on|off|in|for|out|a halt|by)\b", line.between(end, line.end)
    ):
        return None
    if word.low == "asked" and word.start <= line.start + 1 and _ASKED.match(line.between(end, line.end)):
        return None
    if verb.lemma in _NAMING and _BY_NAME.search(line.between(line.start, word.start)):
        return None
    if verb.lemma == "continue" and line.between(end, line.end).startswith(" to "):
        return None
    if verb.lemma in ("recognise", "recognize") and _STATUS.match(line.between(end, line.end)):
        return None
    if verb.lemma == "undertake" and not re.match(r"\s+(?:to|that)\b", line.between(end, line.end)):
        return None  # "undertook an attack"
    if verb.lemma == "hold" and not re.match(r"\s+that\b", line.between(end, line.end)):
        return None
    if verb.strict and not strictly_said(line, cue):
        return None
    if verb.weak and not has_content(line, cue, verb):
        return None
    cue.others = (*joined(line, spoken), *((first,) if first is not None else ()))
    return cue


_BY_NAME: Final = Pattern(
    r"[,(]\s+(?:(?:also|once|formerly|locally|now|then|sometimes|usually|officially|popularly|so|commonly|what\s+is)\s+){1,2}$"
)
""", also called Y": what a thing is named besides."""
_ASKED: Final = Pattern(r"\s+(?:\w+ly\s+)?(?:whether|if|about|by|why|how|when|what|to|on|for)\b")
""" "Asked whether the town had fallen, he …": a question, and not his."""
_STATUS: Final = Pattern(
    r"\s+(?:(?:the|its|their|both|two|as|an?|breakaway|self-\w+|so-called|separatist|of)\s+|[\w’'-]+\s+){0,5}?"
    r"(?:independen\w+|sovereign\w*|republics?|statehood|borders|regions?|states?|territor\w+|annexation|government|need|right)\b"
)
"""What is recognised by a state's act and not by a word: republics, borders, rights."""


def _first_of_pair(line: Line, spoken: Spoken) -> ActorMention | None:
    """The first of "X and Y said", where the second was found."""
    if spoken.pronoun:
        return None
    for mention in reversed(line.speakers):
        if mention.span.end <= spoken.span.start:
            gap = line.between(mention.span.end, spoken.span.start)
            pair = re.fullmatch(r"\s+and\s+(?:the\s+)?", gap) is not None
            return mention if pair and mention.name != spoken.mention.name and not is_common(mention) else None
    return None


_NOT: Final = frozenset({"not", "never", "cannot", "without", "t"})
"""What `_NOT_BEFORE` has at least, "didn't" cut at its apostrophe."""
_NOT_BEFORE: Final = Pattern(
    r"(?:\b(?:not|never|cannot|without)|n['’]t)(?:\s+\w+ly)?(?:\s+yet)?(?:\s+been)?\s*$", re.IGNORECASE
)


def _negated(line: Line, word: Word) -> bool:
    token = word.token
    if token is not None:
        if any(c.dep_ == "neg" for c in token.children):
            return True
        for child in token.children:
            if child.dep_ in ("nsubj", "nsubjpass") and any(
                g.lower_ in ("no", "neither") and g.dep_ == "det" for g in child.children
            ):
                return True
            if child.lower_ in ("nobody", "neither", "nor") and child.i < token.i:
                return True
        if token.dep_ == "xcomp" and token.head.lower_ in ("unable", "yet", "able"):
            return True
        if line.vocabulary.isdisjoint(_NOT):
            return False
        return _NOT_BEFORE.search(line.between(line.start, word.start)) is not None
    return bool(_NEGATION.search(line.between(line.start, word.start)[-45:]))
