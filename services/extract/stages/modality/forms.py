"""What the form of a word tells, and the words beside it: infinitive, past, indicative, inversion, compounds.

Pure: questions about one token of a parse, asked by every part of the walk.
"""

from typing import Final

from services.extract.stages.modality.lexicon import word_class
from services.extract.stages.tree import Token

FINITE: Final = frozenset({"VBD", "VBZ", "VBP"})
MAX_STEPS: Final = 25
"""Heads that are followed from a word upwards at most."""
_BE: Final = word_class("forms_of_be")
_DUE: Final = word_class("due")
_PRESENT: Final = word_class("present_marks")
_FINITE_AUXILIARIES: Final = word_class("finite_auxiliaries")
_INVERTED: Final = word_class("inverted_auxiliaries")


def to_infinitive(verb: Token) -> bool:
    """Whether this is "to take", "to be taken": "to" stands among the auxiliaries before it."""
    return any(c.dep_ == "aux" and c.lower_ == "to" and c.i < verb.i for c in verb.children)


def is_to(verb: Token) -> bool:
    """Whether this is the "are" of "talks are to be held", or the "are due" of "talks are due to begin"."""
    if verb.lower_ not in _BE:
        return False
    predicates = [c for c in verb.children if c.i > verb.i and (c.dep_ == "xcomp" or c.lower_ in _DUE)]
    for child in predicates:
        clause = child if child.dep_ == "xcomp" else next((c for c in child.children if c.dep_ == "xcomp"), None)
        if clause is not None and any(c.dep_ == "aux" and c.lower_ == "to" for c in clause.children):
            return True
    return False


def past(verb: Token) -> bool:
    """Whether this verb is told as having happened or going on: "helped", "has helped", "is helping"."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass") and c.i < verb.i]
    if any(c.tag_ == "MD" or c.lower_ == "to" for c in auxiliaries):
        return False
    if verb.lower_ == "let":  # past and present alike
        return not any(c.lower_ in _PRESENT for c in verb.children)
    return verb.tag_ == "VBD" or (verb.tag_ in ("VBN", "VBG") and bool(auxiliaries))


def indicative(verb: Token) -> bool:
    """Whether this verb is told in the past or present indicative, itself or by its first auxiliary."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass") and c.i < verb.i]
    if any(c.lower_ == "to" or c.tag_ == "MD" for c in auxiliaries):
        return False
    if auxiliaries:
        return auxiliaries[0].tag_ in FINITE or auxiliaries[0].lower_ in _FINITE_AUXILIARIES
    if verb.tag_ == "VBG" and verb.dep_ == "ccomp":  # "insists that its troops cling to a block"
        return that_clause(verb)
    return verb.tag_ in FINITE


def that_clause(verb: Token) -> bool:
    """Whether the clause of this verb begins with "that"."""
    return any(c.dep_ == "mark" and c.lower_ == "that" for c in verb.children)


def inverted(verb: Token) -> bool:
    """Whether the clause of this verb is a condition by inversion: "should", "were" or "had" before its subject."""
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None:
        return False
    left = min(t.i for t in subject.subtree)
    return any(c.dep_ in ("aux", "auxpass") and c.lower_ in _INVERTED and c.i < left for c in verb.children)


def subject_follows(token: Token) -> bool:
    """Whether the word after an auxiliary can begin a subject: an inversion, not the predicate of what went before."""
    following = token.nbor(1) if token.i + 1 < len(token.doc) else None
    return following is not None and following.pos_ in ("DET", "PRON", "PROPN", "NOUN", "ADJ", "NUM")


def is_ancestor(token: Token, other: Token) -> bool:
    """Whether `token` is `other` or stands above it."""
    for _ in range(MAX_STEPS):
        if other.i == token.i:
            return True
        if other.head.i == other.i:
            return False
        other = other.head
    return False


def complement_of(verb: Token) -> str | None:
    """The lower-cased adjective that completes "be", "seem", "look" or "become", or None."""
    for child in verb.children:
        if child.dep_ in ("acomp", "oprd") or (child.dep_ == "attr" and child.pos_ == "ADJ"):
            return child.lower_
    return None


def particle_of(verb: Token) -> str | None:
    """The "off" of "call off", or None."""
    return next((c.lower_ for c in verb.children if c.dep_ == "prt"), None)


def previous_word(token: Token) -> str:
    """The word before in lower case; empty where there is none."""
    return token.nbor(-1).lower_ if token.i > 0 else ""


def next_word(token: Token) -> str:
    """The word behind in lower case; empty where there is none."""
    return token.nbor(1).lower_ if token.i + 1 < len(token.doc) else ""


def words_after(token: Token, count: int) -> tuple[str, ...]:
    """The next `count` words in lower case, fewer at the end of the sentence."""
    return tuple(t.lower_ for t in token.doc[token.i + 1 : token.i + 1 + count])


def word_before_mark(clause: Token) -> str:
    """The "even" of "even if the town falls": the word before the clause's conjunction; empty where there is none."""
    mark = next((c for c in clause.children if c.dep_ == "mark"), None)
    return previous_word(mark) if mark is not None else ""


def compounds(preposition: Token) -> list[str]:
    """The preposition, then with the one, two and three words before it: "of", "case of", "in case of"."""
    found = [preposition.lower_]
    for word in reversed(preposition.doc[max(0, preposition.i - 3) : preposition.i]):
        found.append(f"{word.lower_} {found[-1]}")
    return found
