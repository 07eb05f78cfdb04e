"""What negates a verb or noun: "not", "no one", "not one missile", "rather than", "too few to", "would not say that".

Pure: answers with the word that negates, or whether there is one; the parts of the walk put it on the account.
"""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.forms import next_word, previous_word, to_infinitive
from services.extract.stages.modality.lexicon import word_class
from services.extract.stages.tree import Token

BREAKS: Final = frozenset({";", '"', "“", "”", ":"})
"""Signs beyond which no word is looked for."""
_REACH: Final = 9
"""Words before an infinitive among which stands what it lacks: "not enough men", "neither the men nor the shells"."""
_BEFORE_NOUN: Final = frozenset({"det", "neg", "predet", "nummod", "amod", "advmod", "quantmod", "preconj", "cc"})
_CEASING: Final = word_class("ceasing")


def negator(account: Account, token: Token) -> Token | None:
    """The word that negates this verb, noun or adjective, or None. "Not only" negates nothing."""
    words = account.words
    for child in account.children(token):
        low = child.lower_
        if (child.dep_ in ("neg", "advmod", "preconj", "cc", "det", "predet") and low in words["negators"]) or (
            child.dep_ in ("advmod", "npadvmod", "dobj") and low in ("longer", "more") and previous_word(child) == "no"
        ):
            following = next_word(child)
            if following in words["restrictions"] or following in words["comparatives"]:
                continue
            if low == "no" and (child.dep_ == "cc" or (child.dep_ == "advmod" and following != "longer")):
                continue
            return child
    return None


def negative_argument(account: Account, verb: Token, roles: frozenset[str]) -> Token | None:
    """A subject or object that is nobody or nothing: "no one was hurt", "not one missile was stopped"."""
    words = account.words
    for child in account.children(verb):
        if child.dep_ in roles or (child.dep_ == "agent" and "nsubj" in roles):
            if child.lower_ in words["negative_heads"] or (child.lower_ == "one" and previous_word(child) == "no"):
                if next_word(child) in ("but", "other"):
                    continue
                return child
            for grandchild in child.children:
                low = grandchild.lower_
                if grandchild.dep_ in _BEFORE_NOUN:
                    following = next_word(grandchild)
                    if low in words["negative_determiners"] and following not in words["comparatives"]:
                        return grandchild
                    if low == "not" and following in ("one", "a"):
                        return grandchild
                    if low == "one" and previous_word(grandchild) in ("not", "no"):
                        return grandchild
    return None


def noun_negator(account: Account, noun: Token) -> Token | None:
    """The word that negates a noun: "no attack", "not one attack", "not a single attack", "did not see any attack"."""
    found = negator(account, noun)
    children = account.children(noun)
    if found is None:
        for child in children:
            if child.dep_ in ("det", "nummod", "predet") and (
                (child.lower_ == "one" and previous_word(child) in ("not", "no"))
                or (child.lower_ == "single" and _not_a(child))
            ):
                found = child
    if found is None:
        any_ = next((c for c in children if c.dep_ == "det" and c.lower_ == "any"), None)
        if any_ is not None:
            before = noun.doc[max(0, any_.i - 8) : any_.i]
            found = any_ if any(t.lower_ in account.words["negators"] for t in before) else None
    return found


def _not_a(single: Token) -> bool:
    return previous_word(single) == "a" and previous_word(single.nbor(-1)) == "not"


def out_of_reach(account: Account, verb: Token) -> Token | None:
    """The word by which a deed is told as not done or out of reach, or None.

    "Rather than to seize the city", "has not enough men to take it", "too few to storm it".
    """
    words, doc = account.words, verb.doc
    if verb.tag_ not in ("VB", "VBP"):
        return None
    to = next((c for c in verb.children if c.dep_ == "aux" and c.lower_ == "to" and c.i < verb.i), None)
    first = verb.i if to is None else to.i
    if first > 1 and doc[first - 1].lower_ == "than" and doc[first - 2].lower_ == "rather":
        return doc[first - 1]
    if to is None:
        return None
    neither = False
    for at in range(first - 1, max(-1, first - _REACH), -1):
        word = doc[at]
        if word.text in BREAKS or word.text == ",":
            return None
        if word.lower_ == "too" and doc[at + 1].lower_ in words["scant"]:
            return word
        if word.lower_ in words["enough"] and (at + 1 < first or doc[at - 1].pos_ in ("ADJ", "ADV")):
            before = {t.lower_ for t in doc[max(0, at - 4) : at]}
            return word if before & words["negators"] or before & words["lacking"] else None
        neither = neither or word.lower_ == "nor"
        if neither and word.lower_ == "neither":
            return word
    return None


def said_by_nobody(account: Account, verb: Token) -> bool:
    """Whether nobody, or not "we", is told to do what the verb says: "we are not talking about a retreat"."""
    general = any(c.dep_ == "nsubj" and c.lower_ in account.words["anybody"] for c in verb.children)
    return general or negative_argument(account, verb, frozenset({"nsubj"})) is not None


def unsaid(account: Account, verb: Token, complement: str | None) -> bool:
    """Whether the verb denies its clause: "I would not say that", "it is wrong to say that", "it is false that"."""
    words = account.words
    if verb.base_ in words["copulas"]:
        return complement in words["untrue"]
    if verb.base_ not in words["telling"]:
        return False
    if to_infinitive(verb):
        return any(t.lower_ in words["untrue"] for t in (verb.head, *verb.head.children) if t.i < verb.i)
    general = any(
        c.dep_ == "nsubj" and (c.lower_ in words["anybody"] or c.lower_ in ("i", "you")) for c in verb.children
    )
    told = any(c.dep_ == "aux" and c.lower_ in words["auxiliaries_of_telling"] for c in verb.children)
    return general and not told and verb.tag_ == "VB" and negator(account, verb) is not None


def unceasing(verb: Token) -> bool:
    """Whether it is denied that something ends: "they do not stop shelling", "never ceased to attack"."""
    return verb.base_ in _CEASING and any(c.dep_ == "neg" for c in verb.children)
