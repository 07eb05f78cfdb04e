"""Idioms that tell how near a thing is to being done: "opens the way", "made it possible", "it took a month to".

Pure: each says whether a verb or noun is such an idiom; the parts of the walk that meet it decide what follows.
"""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.compose import Effect
from services.extract.stages.modality.forms import past, previous_word
from services.extract.stages.modality.lexicon import word_class
from services.extract.stages.modality.negation import negator
from services.extract.stages.tree import Token

_EASE: Final = word_class("ease")
_SELF: Final = word_class("reflexives")


def opened(account: Account, noun: Token) -> bool:
    """Whether the noun is the "way" of "opens the way for the army to take the rest"."""
    return noun.lower_ in account.words["ways"] and noun.head.base_ in account.words["opening"]


def opens_way(account: Account, verb: Token) -> bool:
    """Whether what would be opened is a road onwards: "its loss would open the way to the city"."""
    return verb.base_ in account.words["opening"] and any(c.lower_ in account.words["ways"] for c in verb.children)


def came_about(account: Account, noun: Token) -> bool:
    """Whether what was planned is told to have begun or been done: "the announced offensive has started"."""
    verb = noun.head
    if noun.dep_ not in ("nsubj", "nsubjpass") or verb.base_ not in account.words["beginning_lemmas"]:
        return False
    return past(verb) and negator(account, verb) is None


def enabled(account: Account, verb: Token) -> bool:
    """Whether it is told as past what made the event come about: no leave is given by anybody, no modal stands."""
    words = account.words
    if verb.lower_ not in words["enabling_verbs"] or not past(verb) or negator(account, verb) is not None:
        return False
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "csubj")), None)
    if verb.base_ == "help":
        return True
    if subject is None or any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children):
        return False
    named = subject.pos_ in ("PROPN", "PRON") and subject.text[:1].isupper()
    return not named and subject.lower_ not in words["leave_givers"]


def lasted(account: Account, verb: Token) -> bool:
    """Whether the verb says how long the event took: "took the army a month to", "needed three weeks to"."""
    words = account.words
    return (
        verb.lower_ in words["lasting_verbs"]
        and past(verb)
        and negator(account, verb) is None
        and any(c.lower_ in words["lengths_of_time"] for c in verb.children)
    )


def matter_of_time(account: Account, verb: Token) -> bool:
    """Whether the verb is the "is" of "is a question of days", "is only a matter of time before"."""
    words = account.words
    return any(
        c.lower_ in words["matters"]
        and any(g.lower_ == "of" and any(t.lower_ in words["spans"] for t in g.children) for g in c.children)
        for c in verb.children
    )


def too_early(account: Account, verb: Token) -> bool:
    """Whether it is "too early", "premature" to say what the verb says: of the thing nothing is told yet."""
    return any(
        t.lower_ in account.words["untimely"]
        and (t.lower_ == "premature" or any(c.lower_ == "too" for c in t.children))
        for t in (verb.head, *verb.head.children)
    )


def aim_before(account: Account, infinitive: Token, verb: Token) -> Token | None:
    """The plan or the undertaking that an infinitive belongs to, where the parser hung it on the verb.

    "Serves the goals of the operation to take the town", "a decision has been made to leave".
    """
    to = next(c.i for c in infinitive.children if c.dep_ == "aux" and c.lower_ == "to")
    near = verb.doc[to - 1] if to > 0 else verb
    if near.lower_ in account.words["undertakings"] and near.pos_ == "NOUN":
        return near
    for child in verb.children:
        planned = account.lexicon.nouns.get(child.lower_) == "intended"
        if planned and child.i < to and child.dep_ in ("dobj", "nsubjpass"):
            return child
    return None


def turned_out(infinitive: Token) -> bool:
    """Whether the infinitive tells what came of it: "held out for weeks, only to give up the city"."""
    to = next((c.i for c in infinitive.children if c.dep_ == "aux" and c.lower_ == "to"), 0)
    return to > 1 and infinitive.doc[to - 1].lower_ == "only" and infinitive.doc[to - 2].text in (",", "–", "—")


def made(verb: Token) -> bool:
    """Whether something is told as having "made it possible", or impossible, to do the thing."""
    return verb.base_ == "make" and past(verb)


def as_made(adjective: Token) -> Effect:
    """What "made it possible", "made it impossible" and "made it hard" tell of the thing."""
    if adjective.lower_ in _EASE:
        return "actual"
    return "negated" if adjective.lower_ == "impossible" else "possible"


def finds_itself(account: Account, token: Token, verb: Token) -> bool:
    """Whether this is the "find itself" of "could find itself cut off"."""
    return verb.lower_ in account.words["finding_verbs"] and any(
        c.lower_ in _SELF for c in (*token.children, *verb.children)
    )


def almost_certain(adverb: Token) -> bool:
    """Whether this is the "certainly" of "will almost certainly fall"."""
    return adverb.lower_ == "certainly" and previous_word(adverb) == "almost"
