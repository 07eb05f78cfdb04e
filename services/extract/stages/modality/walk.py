"""The walk from an event's word up the sentence's dependency tree, collecting what bears on its modality.

Pure: words of a parse in, an account out. Each step is in the file named after the word that stands above: `verbs`,
`nouns`, `prepositions`, `clauses`. The walk ends at a relative clause, at a clause that somebody is quoted with, and at
the root.
"""

from services.extract.stages.modality import clauses, conditions, dependents, nouns, prepositions, trigger, verbs
from services.extract.stages.modality.account import Account
from services.extract.stages.modality.compose import Effect
from services.extract.stages.modality.forms import MAX_STEPS, particle_of, previous_word, to_infinitive
from services.extract.stages.modality.idioms import as_made, made, opened, too_early
from services.extract.stages.modality.negation import out_of_reach
from services.extract.stages.tree import Token, is_verb


def walk(start: Token, inside: frozenset[int], event_type: str) -> Account:
    """Walk from the event's word `start` to the root, innermost word first; `inside` numbers all its own words."""
    account = Account(start, inside, event_type)
    if (out := out_of_reach(account, start)) is not None:
        account.apply("negated", out)
        return account
    trigger.own_words(account)
    dependents.modifiers(account, start)
    if is_verb(start):
        dependents.auxiliaries(account, start)
    else:
        dependents.of_noun(account, start)
    token = start
    for _ in range(MAX_STEPS):
        head = token.head
        if head.i == token.i or not _step(account, token, head):
            break
        token = head
    trigger.headline(account, token)
    conditions.conditions(account)
    return account


def _step(account: Account, token: Token, head: Token) -> bool:
    """Take the edge from `token` to its head into account; False where the walk ends."""
    dep = token.dep_
    if head.i in account.inside:
        return True
    if dep == "conj":
        return clauses.coordination(account, token, head)
    if dep in ("relcl", "acl", "advcl") and opened(account, head):
        account.apply("possible", head)  # "opens the way for the army to take the rest"
        return True
    if dep in ("relcl", "acl") and to_infinitive(token) and head.pos_ in ("NOUN", "PROPN", "NUM", "ADJ"):
        return nouns.one_to_be(account, token, head)
    if dep in ("relcl", "parataxis", "intj", "meta", "punct"):
        return False
    if dep == "advcl" and (denied := _behind_particle(account, token, head)) is not None:
        account.apply(denied, head)
        return True
    if dep == "advcl":
        return clauses.adverbial(account, token, head)
    if dep == "appos":
        return True
    if dep in ("prep", "agent"):
        return prepositions.from_preposition(account, token, head)
    if (head.dep_ != "ROOT" and head.pos_ in ("ADP", "SCONJ")) or head.dep_ in ("prep", "agent", "mark"):
        return prepositions.under_preposition(account, token, head)
    if is_verb(head):
        return verbs.under_verb(account, token, head)
    if head.pos_ in ("NOUN", "PROPN", "PRON", "NUM"):
        return nouns.under_noun(account, token, head)
    if head.pos_ in ("ADJ", "ADV"):
        _under_adjective(account, token, head)
    return True


def _behind_particle(account: Account, token: Token, head: Token) -> Effect | None:
    """What a verb with a particle does to the clause right behind it, however it was read: "ruled out annexing"."""
    particle = particle_of(head)
    if particle is None or token.tag_ != "VBG" or previous_word(token) != particle:
        return None
    return account.lexicon.verbs.get(f"{head.lower_} {particle}", {}).get("clause")


def _under_adjective(account: Account, token: Token, head: Token) -> None:
    """From a clause to the adjective or adverb above it: "likely to fall", "made it hard to hold", "able to take"."""
    effect = account.lexicon.adjectives.get(head.lower_)
    if effect is None and token.dep_ == "xcomp" and to_infinitive(token) and too_early(account, token):
        effect = "possible"
    if effect and made(head.head):
        effect = as_made(head)
    done = head.lower_ == "able" and head.head.lower_ in ("was", "were", "been")  # who "was able to" do it did it
    if effect and not done:
        account.apply(effect, head)
    dependents.of_clause(account, head, clausal=True)
