"""What the day of saying tells of the day of the event: the last step of the claims stage but for counter-statements.

What is told as going on ("said on Tuesday that fighting raged") goes on that day; what is told as done by then ("had
entered the town") is no later than it, and no more is known. A time of the event's own goes before both.
"""

from dataclasses import replace
from typing import Final

from services.extract.document import Document, EventMention, Span, TimeMention, Why
from services.extract.stages.tree import Token

_BE: Final = frozenset({"was", "were", "is", "are", "been", "being", "'s", "'re"})
_LASTING: Final = frozenset(
    {"continue", "rage", "remain", "persist", "go", "proceed", "intensify", "escalate", "unfold", "last", "occur"}
)
"""Verbs by which something is told as going on."""
_UP: Final = 6
"""Steps from an event's noun to its verb."""


def date_by_saying(doc: Document, said: dict[Span, TimeMention]) -> None:
    """Give undated events that somebody tells of on a day of his own that day, or that day as their end.

    `said` has the time of saying by cue.
    """
    if not said:
        return
    for event in doc.events:
        if event.time is not None or event.modality != "actual":
            continue
        time = _day(doc, event, said)
        if time is None:
            continue
        if _goes_on(doc, event):
            event.time, rule = time, "claims.saying_day"
        else:
            event.time, rule = replace(time, start=None, precision="open"), "claims.before_saying"
        event.why.append(Why("when", rule, time.span))


def _day(doc: Document, event: EventMention, said: dict[Span, TimeMention]) -> TimeMention | None:
    for number in event.attributions:
        attribution = doc.attributions[number]
        time = said.get(attribution.cue)
        told = doc.sentence_at(attribution.cue.start)
        if time is None or time.start is None or time.start != time.end or told is None:
            continue
        if attribution.stance in ("asserts", "confirms") and told.index == event.sentence:
            return time
    return None


def _goes_on(doc: Document, event: EventMention) -> bool:
    """Whether the event is told as going on when it is told of: fighting, and what stands in a progressive form."""
    sentence = doc.sentences[event.sentence]
    if sentence.parse is None:
        return False
    at = event.trigger.start - sentence.span.start
    token = next((t for t in sentence.parse if t.idx + len(t) > at), None)
    for _ in range(_UP):
        if token is None or token.tag_.startswith("VB") or token.head.i == token.i:
            break
        token = token.head
    if token is None:
        return False
    auxiliaries = {c.lower_ for c in token.children if c.dep_ in ("aux", "auxpass")}
    if "had" in auxiliaries or token.tag_ == "VBN":
        return False
    if event.type == "clash":
        return True
    progressive = token.tag_ == "VBG" and bool(auxiliaries & _BE)
    return progressive or token.base_ in _LASTING or _under_way(token)


def _under_way(verb: Token) -> bool:
    """ "Counter-attacks were under way"."""
    behind = " ".join(t.lower_ for t in verb.doc[verb.i + 1 : verb.i + 4])
    return verb.lower_ in _BE and behind.startswith(("under way", "underway", "still under way", "already under way"))
