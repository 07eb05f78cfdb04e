"""The step from a subject or object to the verb above it: "an assault is possible", "called off the attack".

`complements` has the step from a clause.
"""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.complements import under_verb_as_clause
from services.extract.stages.modality.compose import Effect
from services.extract.stages.modality.dependents import auxiliaries, modifiers, of_clause
from services.extract.stages.modality.forms import (
    complement_of,
    indicative,
    is_to,
    particle_of,
    to_infinitive,
    words_after,
)
from services.extract.stages.modality.idioms import matter_of_time, too_early
from services.extract.stages.modality.negation import negator
from services.extract.stages.tree import Token

_SUBJECT: Final = frozenset({"nsubj", "csubj"})
_OBJECT: Final = frozenset({"dobj", "obj", "nsubjpass", "dative", "oprd", "attr"})
_CLAUSAL: Final = frozenset({"xcomp", "ccomp", "pcomp", "acl", "csubj", "csubjpass", "acomp", "dep"})


def under_verb(account: Account, token: Token, head: Token) -> bool:
    """From a complement, subject or object to its verb; False where the walk ends."""
    dep = token.dep_
    verbs = account.lexicon.verbs
    entry = verbs.get(head.lower_, {})
    particle = particle_of(head)
    if particle:
        entry = {**entry, **verbs.get(f"{head.lower_} {particle}", {})}
    if dep in _SUBJECT or dep == "nsubjpass":
        if is_to(head):
            account.apply("intended", head)
            of_clause(account, head)
            return True
        if matter_of_time(account, head):
            account.apply("possible", head)
            return False
    if dep in _SUBJECT:
        return _as_subject(account, token, head, entry.get("object"))
    if dep in _OBJECT:
        return _as_object(account, token, head, entry.get("object"), particle)
    if dep in _CLAUSAL:
        return under_verb_as_clause(account, token, head, entry.get("clause"))
    return True


def _as_subject(account: Account, token: Token, head: Token, on_object: Effect | None) -> bool:
    """`on_object` is what the verb does to its object: that is the event, where another subject follows it."""
    words, adjectives = account.words, account.lexicon.adjectives
    out = next((c for c in head.children if c.lower_ == "out" and c.i > head.i), None)
    if out is not None and words_after(out, 3) == ("of", "the", "question"):
        account.apply("excluded", out)
        of_clause(account, head)
        return False
    complement = complement_of(head)
    if complement and complement in adjectives and complement not in words["dispositions"]:
        account.apply(adjectives[complement], head)
        of_clause(account, head)
        return True
    other_subject = any(c.dep_ in ("nsubj", "nsubjpass") and c.i > token.i for c in head.children)
    if other_subject and on_object in ("intended", "possible", "excluded"):
        account.apply(on_object, head)
        of_clause(account, head, clausal=True)
        return True
    if _small_clause(head) and not any(c.tag_ == "MD" for c in head.children):
        return True
    if head.lower_ in words["occurrence_verbs"]:
        modifiers(account, head)
        auxiliaries(account, head)
        told = next(
            (c for c in head.children if c.dep_ == "acomp" or (c.dep_ == "advmod" and c.lower_ in adjectives)), None
        )
        if told is not None and (effect := adjectives.get(told.lower_)):
            account.apply(effect, told)
        return head.dep_ != "relcl"
    would = next((c for c in head.children if c.dep_ == "aux" and c.lower_ in words["modal_would"]), None)
    if would is not None:
        account.seen_future = True
        account.apply("possible", would)
    return False


def _as_object(account: Account, token: Token, head: Token, effect: Effect | None, particle: str | None) -> bool:
    """`effect` is what the verb, with its particle, does to its object."""
    words, dep = account.words, token.dep_
    if to_infinitive(head) and too_early(account, head):
        account.apply("possible", head)  # "too early to declare the liberation of the town"
        return False
    if effect is None and head.lower_ in words["stopping_verbs"] and account.event_type in words["stoppable_types"]:
        effect = "negated"
    if dep == "attr":
        subject = next((c for c in head.children if c.dep_ == "nsubj" and c.i < head.i), None)
        if subject is not None and (stated := account.lexicon.nouns.get(subject.lower_)) in ("intended", "possible"):
            account.apply(stated, subject)
    if head.lower_ in words["announcing_verbs"] and account.event_type in words["announced_types"]:
        account.apply("intended", head)
        if (found := negator(account, head)) is not None:
            account.apply("negated", found)
        return False
    abandons = head.base_ in words["abandoning"] or f"{head.base_} {particle}" in words["abandoning"]
    if abandons and negator(account, head) is not None:
        return False  # who does not give up his attempts goes on
    if abandons or head.base_ in words["losing"]:
        given_up = account.lexicon.nouns.get(token.lower_)
        if given_up in ("intended", "possible") and negator(account, head) is None:
            account.apply("negated", head)  # "dropped the idea of", "has lost interest in"
            return False
    if dep == "attr" or head.lower_ in words["light_verbs"]:
        of_clause(account, head)
        return True
    if effect:
        account.apply(effect, head)
        of_clause(account, head, clausal=True)
        return True
    if dep == "nsubjpass":
        as_ = next((c for c in head.children if c.dep_ == "prep" and c.lower_ == "as"), None)
        for child in as_.children if as_ is not None else ():
            if described := account.lexicon.adjectives.get(child.lower_):
                account.apply(described, child)
        return _small_clause(head) and not any(c.tag_ == "MD" for c in head.children)
    # "The enemy could repel an attack": the attack itself is not under the modal, but a plan to meet one is.
    return False


def _small_clause(verb: Token) -> bool:
    """Whether the verb is a complement without a tense of its own: "saw the town fall", "reported the town taken"."""
    return verb.dep_ in ("ccomp", "xcomp") and verb.tag_ in ("VB", "VBN", "VBG") and not indicative(verb)
