"""What the event's own words tell: "promised", "no losses", "were not", and headlines whose verb has no subject.

The first thing that the walk asks, and, for headlines, the last.
"""

from typing import Final

from services.extract.stages.modality.account import Account
from services.extract.stages.modality.forms import previous_word
from services.extract.stages.tree import Token


def own_words(account: Account) -> None:
    """What the event's own words say where they are more than its verb: "promised", "no losses"."""
    words, event_type = account.words, account.event_type
    tokens = [account.start.doc[i] for i in sorted(account.inside)]
    for place, token in enumerate(tokens):
        low = token.lower_
        last = place + 1 == len(tokens)
        following = "" if last else tokens[place + 1].lower_
        if low in words["negators"] or low in words["negative_heads"] or low in ("without", "one"):
            if low == "one" and previous_word(token) not in ("no", "not"):
                continue
            if any(t.lower_ in words["lack_words"] for t in tokens):
                continue
            if following in words["comparatives"] or following in ("longer", "only"):
                continue
            if event_type in words["negative_types"]:
                continue
            account.apply("negated", token)
            return
        if low in words["modal_will"] and not last:
            account.apply("intended", token)
            return
        if low in words["modal_possible"] and not last:
            account.apply("possible", token)
            return
        if f"{low} {following}" in words["own_negated_verbs"] or low in words["own_negated_verbs"]:
            account.apply("negated", token)
            return
        if low in words["stopping_verbs"] and event_type in words["stoppable_types"]:
            account.apply("negated", token)
            return
        aimed = event_type == "strike" and token.base_ == "aim" and token.tag_ == "VBN"  # what is aimed is fired
        if low in words["own_intended_verbs"] and token.pos_ == "VERB" and not aimed:
            account.apply("intended", token)
            return
        if low in words["own_possible_verbs"] and token.pos_ == "VERB":
            account.apply("possible", token)
            return


def headline(account: Account, root: Token) -> None:
    """ "Moscow to withdraw its troops", "Leave the town at once!": what is told is to come."""
    if root.tag_ == "VB" and account.state == "actual" and _commanded(root):
        account.apply("intended", root)
        return
    if root.dep_ != "ROOT" or root.tag_ != "VB" or account.state != "actual":
        return
    auxiliaries = [c for c in root.children if c.dep_ == "aux" and c.i < root.i]
    to_come = any(c.lower_ == "to" for c in auxiliaries)
    opening = not any(t.is_alpha for t in root.doc[: root.i])
    called = opening and not auxiliaries and root.doc[-1].text.endswith("!")
    if to_come or called:
        account.apply("intended", root)


_MARKS: Final = frozenset('"“«„')


def _commanded(verb: Token) -> bool:
    """Whether a verb opens what is quoted: '"Begin the withdrawal," the minister answered'."""
    before = verb.doc[verb.i - 1].text if verb.i else ""
    return before in _MARKS and verb.text[:1].isupper() and not any(c.dep_ in ("nsubj", "aux") for c in verb.children)
