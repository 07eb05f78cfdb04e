"""The steps from a coordinated word to the first one, and from an adverbial clause to what it modifies."""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.dependents import auxiliaries, modifiers, of_clause, of_first_noun
from services.extract.stages.modality.forms import (
    FINITE,
    complement_of,
    inverted,
    previous_word,
    to_infinitive,
)
from services.extract.stages.modality.idioms import aim_before, as_made, lasted, made, matter_of_time, turned_out
from services.extract.stages.parse import text_of
from services.extract.stages.tree import Token

_PRESENT: Final = frozenset({"VBZ", "VBP"})


def coordination(account: Account, token: Token, head: Token) -> bool:
    """A coordinated verb shares the first one's modal and negation only where it has no form of its own."""
    if not token.tag_.startswith("VB"):
        of_first_noun(account, head)
        return True
    if not head.tag_.startswith("VB"):
        return True
    if any(c.dep_ == "cc" and c.lower_ == "nor" and head.i < c.i < token.i for c in [*head.children, *token.children]):
        account.apply("negated", token)
        return True
    own_form = any(c.dep_ in ("nsubj", "nsubjpass", "aux", "auxpass") for c in token.children)
    contrast = any(c.dep_ == "cc" and c.lower_ in ("but", "yet") for c in head.children)
    if not own_form and not contrast and token.tag_ not in FINITE:
        modifiers(account, head)
        auxiliaries(account, head, through=True)
    return True


def adverbial(account: Account, token: Token, head: Token) -> bool:
    """An adverbial clause: a condition, a purpose, or a circumstance on its own. False where the walk ends."""
    words = account.words
    marks = [c for c in token.children if c.dep_ in ("mark", "advmod") and c.i < token.i]
    lows = {c.lower_ for c in marks}
    if "if" in lows and head.i < token.i and head.lower_ in words["asking_words"]:
        account.apply("possible", token)
        return False
    if not lows.isdisjoint(words["conditional_marks"]) or (inverted(token) and not _question(token)):
        account.apply("conditional", token)
        return False
    if "before" in lows and (matter_of_time(account, head) or matter_of_time(account, head.head)):
        account.apply("possible", token)
        return False
    if "once" in lows and token.tag_ in _PRESENT:
        account.apply("conditional", token)
        return False
    if not lows.isdisjoint(words["until_marks"]) and token.tag_ in _PRESENT and account.state == "actual":
        account.apply("intended", token)  # "will fight on until it gets the town back"
        return False
    if ("so" in lows and "that" in lows) or any(previous_word(c) == "so" and c.lower_ == "that" for c in marks):
        if account.state == "negated":
            account.state = "actual"
            account.apply("averted", token)
            account.apply("intended", token)
        elif any(c.tag_ == "MD" for c in token.children):
            account.state = "actual"
            account.apply("intended", token)
        return False
    if not lows.isdisjoint(words["purpose_marks"]):
        account.apply("averted", marks[0])
        account.apply("intended", marks[0])
        return False
    if head.pos_ == "ADJ" and (effect := account.lexicon.adjectives.get(head.lower_)):
        account.apply(as_made(head) if made(head.head) else effect, head)
        of_clause(account, head, clausal=True)
        return True
    if to_infinitive(token):
        return _infinitive(account, token, head, compared="as" in lows)
    return False


def _question(clause: Token) -> bool:
    return "?" in text_of(clause.doc[-2:])[-2:]


def _infinitive(account: Account, token: Token, head: Token, *, compared: bool) -> bool:
    """An infinitive that the parser hung on a verb as an adverbial: its purpose, its outcome, or its complement."""
    if lasted(account, head):
        of_clause(account, head, clausal=True)
        return True
    adjectives = account.lexicon.adjectives
    complement = complement_of(head)
    if complement and complement in adjectives:
        account.apply(adjectives[complement], head)
        auxiliaries(account, head, through=True)
        return True
    effect = account.lexicon.verbs.get(head.lower_, {}).get("clause")
    if effect == "actual" and (aim := aim_before(account, token, head)) is not None:
        account.apply("intended", aim)
        return False
    if effect:
        account.apply(effect, head)
        auxiliaries(account, head, through=True)
        return True
    goes_on = head.lower_ in account.words["going_verbs"] and any(c.lower_ == "on" for c in head.children)
    if goes_on and not compared:
        return False
    if account.state == "negated":
        # "So as not to be encircled": what is not to happen might.
        account.state = "actual"
        account.apply("averted", token)
    if head.lower_ not in account.words["means_verbs"] and not turned_out(token):
        account.apply("intended", token)
    return False
