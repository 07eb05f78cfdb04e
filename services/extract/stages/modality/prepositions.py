"""The steps over a preposition: from what it governs to it ("in case of an attack"), and from it to what it hangs on
("call for", "risk of", "may respond with").
"""

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.dependents import auxiliaries, of_clause, of_noun
from services.extract.stages.modality.forms import compounds, particle_of
from services.extract.stages.modality.idioms import too_early
from services.extract.stages.modality.negation import said_by_nobody
from services.extract.stages.tree import Token, is_verb


def under_preposition(account: Account, token: Token, head: Token) -> bool:
    """From what a preposition governs to the preposition; some decide by themselves. False where the walk ends."""
    words = account.words
    if any(c.dep_ == "mark" and c.lower_ in words["question_marks"] for c in token.children):
        account.apply("possible", token)
        return False
    for compound in compounds(head):
        effect = account.lexicon.prepositions.get(compound)
        if effect == "averted":
            if compound == "against":
                continue
            account.apply("averted", head)
            account.apply("intended", head)
            return False
        if effect:
            account.apply(effect, head)
            return False
    if head.lower_ == "by" and token.dep_ == "pcomp":
        return True
    account.dated = head.lower_ in ("since", "after")
    return head.lower_ not in words["circumstances"]


def from_preposition(account: Account, token: Token, head: Token) -> bool:
    """From a preposition to what it hangs on; False where the walk ends."""
    if is_verb(head):
        return _on_verb(account, token.lower_, head)
    if head.pos_ in ("ADJ", "ADV"):
        if effect := account.lexicon.adjectives.get(head.lower_):
            account.apply(effect, head)
            return True
        return False
    if head.pos_ in ("NOUN", "PROPN"):
        return _on_noun(account, token.lower_, head)
    return False


def _on_verb(account: Account, preposition: str, head: Token) -> bool:
    words, verbs = account.words, account.lexicon.verbs
    entry = verbs.get(f"{head.lower_} {preposition}")
    if not entry and (particle := particle_of(head)):
        entry = verbs.get(f"{head.lower_} {particle} {preposition}")
    if entry:
        account.apply(entry.get("object", "actual"), head)
        of_clause(account, head, clausal=True)
        return True
    if preposition in ("of", "about") and head.base_ in words["talking"]:
        if too_early(account, head):
            account.apply("possible", head)
        elif any(c.lower_ in words["modal_possible"] for c in head.children) or said_by_nobody(account, head):
            auxiliaries(account, head)  # "one cannot speak of a retreat", "nobody talks about it"
        return False
    there = head.lower_ in words["occurrence_verbs"] or head.lower_ in words["light_verbs"]
    if there and preposition in words["prepositions_of_light_verbs"]:
        of_clause(account, head)
        return True
    if preposition in words["manner_prepositions"] and account.state == "actual":
        return _manner(account, head)
    return False


def _manner(account: Account, verb: Token) -> bool:
    """The means of what is to come is to come: "may respond with strikes", "vowed to answer by shelling"."""
    modal = next((c for c in verb.children if c.tag_ == "MD" and c.dep_ == "aux"), None)
    if modal is None and not (verb.tag_ == "VB" and verb.dep_ in ("xcomp", "advcl", "acl")):
        return False
    auxiliaries(account, verb)
    return True


def _on_noun(account: Account, preposition: str, head: Token) -> bool:
    words = account.words
    effect = account.lexicon.nouns.get(head.lower_)
    if effect and (
        preposition in words["prepositions_of_plans"] or (preposition == "in" and head.lower_ in words["wanting_in"])
    ):
        if preposition == "from" or (effect == "attempt" and preposition in ("on", "against")):
            return False
        account.apply(effect, head)
        of_noun(account, head)
        return True
    if preposition == "of" or head.lower_ in words["transparent_nouns"]:
        of_noun(account, head)
        return True
    return False
