"""The step from a clause to the verb above it: "plans to take", "is said to have left", "denied that it fell"."""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.compose import Effect
from services.extract.stages.modality.dependents import auxiliaries, of_clause
from services.extract.stages.modality.forms import complement_of, indicative, to_infinitive
from services.extract.stages.modality.idioms import aim_before, enabled, finds_itself, lasted, too_early
from services.extract.stages.modality.lexicon import word_class
from services.extract.stages.modality.negation import unceasing, unsaid
from services.extract.stages.tree import Token

_OF_NOW: Final = word_class("of_now")
_BE: Final = word_class("forms_of_be")
_HAVE: Final = word_class("forms_of_have")


def under_verb_as_clause(account: Account, token: Token, head: Token, effect: Effect | None) -> bool:
    """From a clause to its verb, which does `effect` to clauses; False where the walk ends."""
    words = account.words
    marks = {c.lower_ for c in token.children if c.dep_ in ("mark", "advmod") and c.i < token.i}
    behind = token.dep_ == "ccomp" and token.i > head.i
    if not marks.isdisjoint(words["conditional_marks"]):
        account.apply("possible" if behind and "if" in marks else "conditional", head)
        return False
    if not marks.isdisjoint(words["question_marks"]):
        account.apply("possible", token)
        return False
    complement = complement_of(head)
    if behind and complement and account.lexicon.adjectives.get(complement) == "possible":
        account.apply("possible", head)
        return False
    infinitive = to_infinitive(token)
    if effect == "actual" and infinitive and head.base_ in words["copulas"]:
        aim = next((c for c in head.children if c.dep_ == "nsubj" and c.i < head.i), None)
        stated = account.lexicon.nouns.get(aim.lower_) if aim is not None else None
        if aim is not None and stated in ("intended", "attempt", "possible"):
            account.apply(stated, aim)  # "the goal remains to take the town"
            of_clause(account, head, clausal=True)
            return True
    if token.dep_ == "ccomp" and to_infinitive(head) and too_early(account, head):
        account.apply("possible", head)  # "it is too early to say that the town has fallen"
        return False
    if behind and unsaid(account, head, complement):
        account.apply("negated", head)
        return False
    light = effect == "actual" and infinitive and head.lower_ in words["light_verbs"]
    if light and (aim := aim_before(account, token, head)) is not None:
        account.apply("intended", aim)  # "has begun an operation to take the town"
        return False
    if infinitive and token.dep_ == "xcomp":
        if head.lower_ in _HAVE:
            return _has_to(account, token, head)
        if head.lower_ in _BE or head.lower_ == "been":
            account.apply(account.lexicon.adjectives.get(complement or "", "intended"), head)
            auxiliaries(account, head, through=True)
            return True
    if finds_itself(account, token, head):
        of_clause(account, head, clausal=True)  # "could find itself cut off"
        return True
    if effect == "permitted" and enabled(account, head):
        return True
    if (effect is None or effect == "intended") and infinitive and lasted(account, head):
        return True
    if effect is None:
        return _without_effect(account, token, head, infinitive=infinitive)
    return _with_effect(account, token, head, effect, infinitive=infinitive)


def _has_to(account: Account, token: Token, head: Token) -> bool:
    """ "Has yet to take", "has to take", "had to take"."""
    if any(c.lower_ == "yet" for c in [*head.children, *token.children]):
        account.apply("negated", head)
    elif head.lower_ in ("has", "have"):
        account.apply("intended", head)
    of_clause(account, head, clausal=True)
    return True


def _without_effect(account: Account, token: Token, head: Token, *, infinitive: bool) -> bool:
    if token.dep_ == "xcomp" and infinitive:
        account.apply("intended", token)
        return False
    if token.dep_ == "ccomp":
        return False
    of_clause(account, head, clausal=True)
    return True


def _with_effect(account: Account, token: Token, head: Token, effect: Effect, *, infinitive: bool) -> bool:
    perfect = infinitive and any(c.lower_ == "have" and c.dep_ == "aux" for c in token.children)
    if effect == "believed" and head.lower_ == "supposed" and infinitive and not perfect:
        account.apply("intended", head)  # "buses that were supposed to leave on Thursday"
    elif effect == "believed":
        passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in head.children)
        account.apply("possible" if passive or token.dep_ == "xcomp" else "believed", head)
    elif not _told_as_fact(account, token, head, effect, perfect=perfect):
        if effect == "negated" and unceasing(head):
            return True
        account.apply(effect, head)
    if token.dep_ == "ccomp" and effect == "actual":
        return False
    of_clause(account, head, clausal=True)
    return True


def _told_as_fact(account: Account, token: Token, head: Token, effect: Effect, *, perfect: bool) -> bool:
    """Whether the clause's own form withstands its verb: "insists that it took the town", "…, he told the paper"."""
    finite = token.dep_ == "ccomp" and indicative(token) and not account.seen_future
    if effect in ("intended", "attempt", "permitted"):
        if perfect or (finite and not _subjunctive(token)):
            return True
        return effect == "intended" and (token.dep_ == "dep" or (token.dep_ == "ccomp" and token.i < head.i))
    return effect in ("negated", "averted") and finite


def _subjunctive(verb: Token) -> bool:
    """Whether this may be the "leave" of "demands that they leave": no auxiliary stands, nor "still", "already"."""
    return verb.tag_ == "VBP" and not any(c.dep_ in ("aux", "auxpass") or c.lower_ in _OF_NOW for c in verb.children)
