"""What is no event although its word is a trigger: background modifiers, names, titles, talk about talk.

Codebook, "What is an event of its own": "the besieged city", "Russian-held", "US-supplied" tell a state that is not the
sentence's own statement.
"""

from typing import Final

from services.extract.stages import tree
from services.extract.stages.tree import Token
from services.extract.stages.triggers.conditions import Context
from services.extract.stages.triggers.lexicon import Frame
from services.extract.stages.wordlists import word_list

_NOUN_AFTER: Final = word_list("exclusions", "noun_after")
"""A trigger noun before one of these is part of its name: "attack helicopters", "fire chief", "strike group"."""


_ATTACKS: Final = word_list("exclusions", "attacks")


def excluded(words: list[Token], frame: Frame, here: Context) -> bool:
    """Return whether the trigger made up of `words` is not to be read as an event here."""
    trigger = words[0]
    if trigger.lower_.count("-") and trigger.dep_ == "amod" and frame.pos in ("verb", "state"):
        return True
    if "-" in trigger.lower_ and trigger.dep_ in ("xcomp", "ccomp") and _before_its_noun(trigger):
        return True
    if trigger.dep_ in ("compound", "nmod") and frame.pos in ("noun", "any"):
        head = trigger.head
        if head.lower_ in _NOUN_AFTER:
            return True
    if trigger.dep_ == "amod" and frame.pos in ("verb", "any", "state") and trigger.head not in words[1:]:
        return _background(trigger, frame)
    if trigger.base_ in _ALSO_SAYING and _says(trigger, here):
        return True
    if frame.type == "capture" and (trigger.base_ in _CLEARING or trigger.lower_ in _CLEARING) and _made_safe(trigger):
        return True
    if trigger.lower_ == "left" and trigger.dep_ == "acl" and _is_there(trigger.head):
        return True  # "there is no town left to take"
    if frame.type == "capture" and _by_other_means(trigger):
        return True
    if frame.type == "casualties" and trigger.dep_ == "dobj" and trigger.lower_ in _THE_HURT and _known(trigger):
        return True  # "pick up the wounded", "bury the dead": whoever they are, it is not told here that they were hurt
    if trigger.base_ in ("invasion", "invade", "war", "aggression", "siege") and _since(trigger):
        return True
    return bool(
        frame.name == "advance.improve_positions" and trigger.dep_ == "advcl" and not tree.children(trigger, "nsubj")
    )


def _is_there(noun: Token) -> bool:
    """True for what there is, or is not: "there are few people left"."""
    return noun.dep_ in ("attr", "nsubj", "dobj") and any(c.dep_ == "expl" for c in noun.head.children)


_MANNERS: Final = word_list("exclusions", "manners")


def _by_other_means(trigger: Token) -> bool:
    """True where only how a place was taken is denied: "the city was not taken by storm" leaves open whether it was.

    "Could not be taken by storm" says that it was not taken.
    """
    subject = next((c for c in trigger.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    denied = any(c.dep_ == "neg" for c in trigger.children) or (subject is not None and subject.lower_ == "none")
    if not denied or any(c.tag_ == "MD" for c in trigger.children):
        return False
    return any(
        thing.lower_ in _MANNERS
        for way in trigger.children
        if way.i > trigger.i and way.lower_ in ("by", "in", "through", "with")
        for thing in way.children
    )


_CLEARING: Final = word_list("exclusions", "clearing")
_HAZARDS: Final = word_list("exclusions", "hazards")
_CLEANERS: Final = word_list("exclusions", "cleaners")


def _made_safe(trigger: Token) -> bool:
    """True where what is cleared away is mines or rubble, or who clears is a sapper: nobody takes the place."""
    for token in trigger.subtree:
        if token.lower_ in _HAZARDS and token.i > trigger.i and _cleared_away(token, trigger):
            return True
        if token.lower_ in _CLEANERS and (
            (token.dep_ in ("nsubj", "nsubjpass") and token.head.i == trigger.i) or token.head.lower_ == "by"
        ):
            return True
    governor = trigger.head  # "sappers have to clear", "sappers began clearing"
    return trigger.dep_ in ("xcomp", "conj", "advcl", "acl") and any(
        c.lower_ in _CLEANERS and c.dep_ in ("nsubj", "nsubjpass") for c in governor.children
    )


def _cleared_away(hazard: Token, trigger: Token) -> bool:
    """True for "of mines", "the town of rubble and mines"; not for "of the enemy and mines", "after hits of bombs"."""
    token = hazard
    for _ in range(8):
        if token.i == trigger.i:
            return True
        if token.dep_ == "conj" and token.head.lower_ not in _HAZARDS:
            return False
        if token.dep_ == "prep" and token.lower_ not in ("of", "from"):
            return False
        if token.dep_ not in ("pobj", "prep", "dobj", "conj", "nsubjpass"):
            return False
        token = token.head
    return False


_ALSO_SAYING: Final = word_list("exclusions", "also_saying")
"""Verbs of fire and attack that tell how something is said, too: "...", charged the governor."""
_SPEAKERS: Final = frozenset({"PER", "GOV", "MEDIA"})


def _says(trigger: Token, here: Context) -> bool:
    """True for a verb without an object whose subject is a person or an office, right after what is said.

    "Moscow is lying, Kuleba hit back on Friday"; but "Ukraine hit back at Belgorod" and "the enemy attacked, he said".
    """
    if any(c.dep_ in ("nsubjpass", "auxpass") for c in trigger.children):
        return False
    subject = next((c for c in trigger.children if c.dep_ == "nsubj"), None)
    told = next((c for c in trigger.children if c.dep_ == "dobj"), None)
    if subject is not None and told is not None:
        return False
    speaker = subject or told  # after its verb the parser takes the speaker for an object
    if speaker is None or (subject is None and speaker.i < trigger.i):
        return False
    actor = here.actor_at.get(speaker.i)
    if speaker.lower_ not in _OFFICES and (actor is None or actor.kind not in _SPEAKERS or not actor.can_speak):
        return False
    first = min([trigger.i, *[t.i for t in speaker.subtree]])
    text = here.doc.text[here.sentence.span.start : here.offset(trigger.doc[first])].rstrip()
    return bool(text) and text[-1] in (_BEFORE_SAYING if subject is not None else _CLOSING_QUOTES)


_CLOSING_QUOTES: Final = "\"'”’»"
_BEFORE_SAYING: Final = f",{_CLOSING_QUOTES}"
_OFFICES: Final = word_list("exclusions", "speakers")


def _before_its_noun(trigger: Token) -> bool:
    """True for "left de-occupied communities", where the parser takes the participle for a second verb."""
    around = trigger.doc
    return (
        0 < trigger.i < len(around) - 1
        and trigger.head.i == trigger.i - 1
        and trigger.nbor(1).pos_ in ("NOUN", "PROPN", "ADJ")
        and not any(c.dep_ in ("aux", "auxpass", "nsubj") for c in trigger.children)
    )


_DATED_BY: Final = word_list("exclusions", "dated_by")


def _since(trigger: Token) -> bool:
    """True for what only dates the rest: "since the full-scale invasion began", "on the third day of the invasion"."""
    token = trigger
    if trigger.dep_ == "pobj" and trigger.head.lower_ == "of" and trigger.head.head.base_ in _DATED_BY:
        return True
    for _ in range(3):
        if token.head.lower_ == "since" or any(c.dep_ == "mark" and c.lower_ == "since" for c in token.children):
            return True
        token = token.head
    return False


_THE_HURT: Final = frozenset({"wounded", "injured", "dead", "fallen"})


def _known(noun: Token) -> bool:
    """True for "the wounded", "their dead", which have been told of or need no telling, unless they are counted."""
    return any(c.dep_ in ("det", "poss") and c.lower_ in _OF_KNOWN for c in noun.children) and not _counted(noun)


_OF_KNOWN: Final = frozenset({"the", "its", "their", "his", "her", "our", "your", "my", "these", "those"})


def _counted(noun: Token) -> bool:
    """True for "six wounded residents", "several wounded soldiers", "dozens of injured people", "Three dead"."""
    if noun.pos_ == "NUM" or any(c.dep_ == "nummod" or c.lower_ in _HOW_MANY for c in noun.children):
        return True
    return noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.base_ in _HOW_MANY


_HOW_MANY: Final = word_list("exclusions", "how_many")


def _background(trigger: Token, frame: Frame) -> bool:
    """True for a participle before its noun: "the besieged city"; counts of victims are told that way and stay."""
    if frame.type == "casualties":
        return not _counted(trigger.head)
    if frame.type == "repulse" and trigger.head.base_ in _ATTACKS:
        return False
    return bool(trigger.i < trigger.head.i)
