"""What hangs on one word of the walk: modal verbs, adverbs, determiners and adjectives, negation.

Puts their effects on the account, in the order in which they scope. Asked for the event's word itself, then for each
word above it that `verbs`, `nouns`, `prepositions` and `clauses` let through.
"""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.compose import Effect
from services.extract.stages.modality.forms import next_word, words_after
from services.extract.stages.modality.idioms import almost_certain, came_about, opens_way
from services.extract.stages.modality.negation import negative_argument, negator, noun_negator
from services.extract.stages.tree import Token, is_verb

_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass"})
_ARGUMENTS: Final = frozenset({"nsubj", "nsubjpass", "dobj", "attr"})


def of_clause(account: Account, head: Token, *, clausal: bool = False) -> None:
    """The modal, adverbs and negation of a word that stands above the event.

    `clausal` where the event stands in a clause below it: then the object of `head` does not tell of the event.
    """
    if is_verb(head):
        modifiers(account, head)
        auxiliaries(account, head, through=clausal)
    else:
        found = negator(account, head)
        if found is not None:
            account.apply("possible" if account.state == "possible" else "negated", found)


def modifiers(account: Account, token: Token) -> None:
    """Adverbs that make the whole clause possible ("has likely left")."""
    words = account.words
    for child in account.children(token):
        if child.dep_ in ("advmod", "npadvmod"):
            effect = account.lexicon.adverbs.get(child.lower_)
            if effect is None and almost_certain(child):
                effect = "possible"
            # A town that is almost taken, or almost surrounded, is not yet.
            if child.lower_ in words["short_of"] and child.i < token.i and account.event_type in words["gradual_types"]:
                effect = "possible"
            if effect:
                account.apply(effect, child)


def auxiliaries(account: Account, verb: Token, *, through: bool = False) -> None:
    """Modal verbs, "to be to", and negation of a verb, in the order in which they scope.

    `through` where the event does not depend on the verb's object: "took no town" says nothing of what stands below.
    """
    words = account.words
    modal = _modal(account, verb)
    found = negator(account, verb)
    if found is None:
        found = negative_argument(account, verb, _SUBJECTS if through else _ARGUMENTS)
    if modal is None:
        if found is not None:
            account.apply("negated", found)
        return
    low = modal.lower_
    if low in words["modal_possible"]:
        if found is not None and low not in ("may", "might"):
            account.apply("negated", found)
        else:
            account.apply("possible", modal)
        return
    if low in words["modal_would"] and any(c.lower_ in words["habit_adverbs"] for c in verb.children):
        return
    if low in words["modal_duty"]:
        deduced = low == "must" and any(c.lower_ == "have" and c.dep_ == "aux" for c in verb.children)
        account.apply("possible" if deduced else "intended", modal)
    else:
        # "Would have left", "would be fighting" without a condition is hearsay in the Romance languages' manner.
        perfect = low in words["modal_would"] and any(
            c.lower_ in ("have", "'ve") and c.dep_ == "aux" for c in verb.children
        )
        if perfect and verb.base_ in words["outcome_lemmas"]:
            account.apply("possible", modal)  # "to remain would have meant encirclement"
            return
        if perfect and found is None:
            account.hearsay = True
            return
        account.seen_future = True
        forecast = account.event_type in words["forecast_types"] and account.state == "actual"
        forecast = forecast or any(almost_certain(c) for c in verb.children) or opens_way(account, verb)
        account.apply("possible" if forecast else "intended", modal)
    if found is not None:
        account.apply("negated", found)


def _modal(account: Account, verb: Token) -> Token | None:
    """The verb's first modal, or None."""
    words = account.words
    for child in account.children(verb):
        low = child.lower_
        if (
            child.dep_ in ("aux", "auxpass")
            and child.i < verb.i
            and (
                low in words["modal_will"]
                or low in words["modal_would"]
                or low in words["modal_possible"]
                or low in words["modal_duty"]
            )
        ):
            return child
    return None


def of_noun(account: Account, noun: Token) -> None:
    """Determiners and adjectives of a noun that names the event or leads to it, and participles behind it."""
    lexicon, words = account.lexicon, account.words
    for child in account.children(noun):
        low = child.lower_
        # A verb of a headline may be read as a noun, "Kyiv orders strikes": then it is a subject, too.
        if child.dep_ in ("amod", "compound", "nmod", "advmod", "nsubj") and (effect := lexicon.modifiers.get(low)):
            if effect == "intended" and came_about(account, noun):
                continue
            if low == "further" and account.event_type in words["furthered_types"]:
                continue
            if low in words["following"] and noun.dep_ not in ("pobj", "nsubj", "nsubjpass"):
                continue
            account.apply(effect, child)
        elif child.dep_ == "acl" and child.tag_ == "VBN":
            effect = _on_object(account, child)
            if effect and effect != "actual":
                account.apply(effect, child)
        elif child.dep_ == "relcl":
            objects = any(c.lower_ in ("that", "which") and c.dep_ in ("dobj", "nsubjpass") for c in child.children)
            if objects and (effect := _on_object(account, child)) in ("intended", "possible", "negated"):
                account.apply(effect, child)
    found = noun_negator(account, noun)
    if (
        found is not None
        and next_word(found) not in words["comparatives"]
        and words_after(noun, 2) != ("other", "than")
    ):
        account.apply("negated", found)


def _on_object(account: Account, verb: Token) -> Effect | None:
    return account.lexicon.verbs.get(verb.lower_, {}).get("object")


def of_first_noun(account: Account, first: Token) -> None:
    """ "A possible siege and bombardment": an adjective or "no" before the first noun holds for both."""
    negative = account.words["negative_determiners"]
    for child in account.children(first):
        low = child.lower_
        if child.i < first.i and child.dep_ in ("amod", "det"):
            effect: Effect | None = "negated" if low in negative else account.lexicon.modifiers.get(low)
            if effect:
                account.apply(effect, child)
