"""Conditions, the last thing that the walk asks: is this the then-part of one, by the parse, then by the words."""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.forms import (
    MAX_STEPS,
    compounds,
    inverted,
    is_ancestor,
    previous_word,
    subject_follows,
    word_before_mark,
)
from services.extract.stages.modality.lexicon import word_class
from services.extract.stages.modality.negation import BREAKS
from services.extract.stages.parse import text_of
from services.extract.stages.tree import Token, is_verb

_CREDIT: Final = word_class("credit")
_IF: Final = frozenset({"if", "unless"})


def conditions(account: Account) -> None:
    """The then-part of a condition, and conditions told by inversion ("should they attack, …")."""
    if account.state == "conditional" or (account.dated and account.state == "actual"):
        return
    for verb in _own_clause(account):
        said = [g for c in verb.children if c.dep_ == "parataxis" for g in c.children if g.i < c.i < verb.i]
        for child in [*verb.children, *said]:  # "if it falls, they say, X will be in range" hangs on the saying
            if child.dep_ == "advcl" and child.i not in account.inside and not is_ancestor(child, account.start):
                if _believed(child):
                    continue
                marks = {c.lower_ for c in child.children if c.dep_ in ("mark", "advmod") and c.i < child.i}
                set_by_mark = not marks.isdisjoint(_IF) and word_before_mark(child) not in ("even", "as")
                if set_by_mark or inverted(child):
                    account.apply("conditional", child)
                    return
            if child.dep_ == "prep" and account.lexicon.prepositions.get(compounds(child)[-1]) == "conditional":
                account.apply("conditional", child)
                return
    _by_words(account)


def _by_words(account: Account) -> None:
    """Conditions that the parser hung elsewhere: "if it fell, he added, …", "should it be lost"."""
    doc, at = account.start.doc, account.start.i
    left = next((t.i for t in reversed(doc[:at]) if t.text in BREAKS), -1) + 1
    right = next((t.i for t in doc[at + 1 :] if t.text in BREAKS), len(doc))
    for token in doc[left:right]:
        low = token.lower_
        if low not in _IF and low != "once" and low not in account.words["inverted_auxiliaries"]:
            continue
        if token.i in account.inside:
            continue
        before = previous_word(token)
        opening = token.i == left or not doc[token.i - 1].is_alpha
        if low in _IF:
            if before in ("as", "even") or before in account.words["asking_words"]:
                continue
            comma = next((t.i for t in doc[token.i : right] if t.text == ","), right)
            if any(t.lower_ in _CREDIT for t in doc[token.i : comma]):
                continue
        elif opening and low in account.words["inverted_auxiliaries"]:
            if text_of(doc).rstrip("\"'”’ ").endswith("?") or not subject_follows(token):
                continue
            if low != "should" and token.i != left:
                continue
        elif low == "once" and opening:
            if not (account.seen_future or account.state == "possible"):
                continue
        else:
            continue
        comma = next((t.i for t in doc[token.i : right] if t.text == ","), right)
        within = token.i < at < comma
        open_state = account.seen_future or account.hearsay or account.state in ("possible", "intended")
        present = low == "should" and at > token.i and account.start.tag_ in ("VBZ", "VBP", "VBG")
        if (within and low != "once" and (opening or at - token.i < 12)) or (open_state and not within) or present:
            account.apply("conditional", token)
            return


def _own_clause(account: Account) -> list[Token]:
    """The verbs from the trigger up to the clause that it is told in, not beyond a verb of saying's clause."""
    found, token = [], account.start
    for _ in range(MAX_STEPS):
        if is_verb(token):
            found.append(token)
        if token.dep_ in ("ccomp", "relcl", "ROOT", "parataxis", "advcl") or token.head.i == token.i:
            break
        token = token.head
    return found


def _believed(clause: Token) -> bool:
    """Whether an if-clause names a source and sets no condition: "if the agency is to be believed"."""
    return any(t.lower_ in _CREDIT for t in clause.subtree)
