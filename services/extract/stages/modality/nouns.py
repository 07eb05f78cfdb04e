"""The step from a word to the noun above it: "the order to leave", "the next city to be taken", "strike plans"."""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.dependents import of_noun
from services.extract.stages.modality.forms import indicative, past, that_clause, to_infinitive
from services.extract.stages.modality.idioms import enabled
from services.extract.stages.tree import Token

_CLAUSES: Final = frozenset({"acl", "relcl", "ccomp", "xcomp", "advcl", "pcomp", "csubj"})


def under_noun(account: Account, token: Token, head: Token) -> bool:
    """From a clause, a compound or an apposition to the noun that it belongs to; False where the walk ends."""
    dep = token.dep_
    effect = account.lexicon.nouns.get(head.lower_)
    if dep in _CLAUSES:
        infinitive = to_infinitive(token)
        if effect and (infinitive or dep != "acl" or token.tag_ == "VB" or that_clause(token)):
            if effect == "intended" and indicative(token):
                return False
            account.apply(effect, head)
            of_noun(account, head)
            return True
        if infinitive and head.dep_ == "dobj" and enabled(account, head.head):
            return False  # "helped the brigade to hold the hill"
        if infinitive:
            account.apply("intended", token)
            return False
        if head.lower_ in account.words["transparent_nouns"]:
            of_noun(account, head)
            return True
        return False
    if dep in ("compound", "nmod", "amod", "poss", "npadvmod"):
        if effect and effect != "attempt" and dep != "poss":
            account.apply(effect, head)
            of_noun(account, head)
            return True
        return False
    return True


def one_to_be(account: Account, token: Token, noun: Token) -> bool:
    """An infinitive behind a noun: under "the next city to be taken" stands what is said of being the next."""
    ranks = {c.lower_ for c in noun.children if c.i < noun.i} | {noun.lower_}
    if ranks.isdisjoint(account.words["ranks"]):
        return under_noun(account, token, noun)
    following = "next" in ranks
    verb = noun.head
    if noun.dep_ not in ("attr", "acomp", "oprd") or verb.i == noun.i:
        if following:
            account.apply("possible", noun)
        return False  # "the first unit to enter the town"
    if following and not past(verb):
        account.apply("possible", noun)
    return True
