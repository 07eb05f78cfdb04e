"""When it happened: the trigger's own time, that of its clause or sentence, of the scene, or of the bulletin."""

import re
from dataclasses import replace
from typing import Final

from services.extract.document import Document, EventMention, TimeMention, Why
from services.extract.pattern import Pattern
from services.extract.stages import tree
from services.extract.stages.arguments.ownership import Mentions, is_birth
from services.extract.stages.arguments.telling import SAY, Telling, head_of
from services.extract.stages.arguments.topic import Topic
from services.extract.stages.parse import text_of
from services.extract.stages.times import times as find_times
from services.extract.stages.wordlists import word_list


def find_time(telling: Telling, tellings: list[Telling], mentions: Mentions) -> None:
    """Fill the time of a telling's event, from the nearest words that date it."""
    event, here = telling.event, telling.here
    time, rule = best_time(_dating(telling)), "attachment"
    if time is None:
        time, rule = _in_course_of(telling, tellings), "course"
    if time is None:
        for above in tree.ancestors(telling.token):
            for other in tellings:
                if other.token.i == above.i and other is not telling:
                    time, rule = best_time(_dating(other)), "clause"
            if time is not None:
                break
    if time is None:
        time, rule = _shared(telling, tellings), "shared"
    if time is None:
        for candidate in mentions.times.get(here.sentence.index, ()):
            if is_birth(here, candidate):
                continue
            if here.sentence.span.covers(candidate.span) and not any(
                candidate is t for o in tellings for t in o.own_times
            ):
                head = head_of(here, candidate.span)
                verb = tree.clause_verb(head)
                if verb.lemma_ == "declare" and _declared(telling, verb):
                    time, rule = candidate, "declared"
                    break
                if verb.base_ in SAY and candidate.span.start > here.sentence.span.start + 3:
                    continue
                if verb.base_ in SAY and candidate.precision == "day" and candidate.rule not in ("past_day", "clock"):
                    continue
                if _superlative(telling, candidate):
                    continue
                time, rule = candidate, "sentence"
                break
    if time is not None:
        event.time = _of_when_clause(telling, time) or time
        event.why.append(Why("when", f"arguments.{rule}", time.span))


_WHEN: Final = Pattern(r"\s*,?\s*when\b")
_BOUND: Final = Pattern(r"(?:(?:not|ever|only)\s+)?(?:since|from|until|till|by|before)\s+", re.IGNORECASE)


def _of_when_clause(telling: Telling, time: TimeMention) -> TimeMention | None:
    """Return the bare time of "since May, when the troops crossed": it bounds the main clause, and dates this one."""
    doc, at = telling.here.doc, telling.event.trigger.start
    bound = _BOUND.match(time.phrase)
    if time.precision != "open" or bound is None or not 0 < at - time.span.end <= _REACH:
        return None
    between = doc.text[time.span.end : at]
    if _WHEN.match(between) is None or re.search(r"[.;:\n]", between):
        return None
    bare = Document(raw_title=None, raw_text="", published=doc.published, text=time.phrase[bound.end() :])
    find_times(bare)
    found = next((t for t in bare.times if t.start is not None and t.end is not None), None)
    if found is None:
        return None
    if time.start is not None and found.end is not None and found.start is not None:
        return replace(time, start=time.start, end=time.start + (found.end - found.start), precision=found.precision)
    return replace(time, start=found.start, end=found.end, precision=found.precision)


_REACH: Final = 120
"""Characters between a phrase of time and what the clause behind it tells."""


_VAGUE: Final = frozenset({"now", "until_now", "adverbial_yet"})
"""Rules whose phrases ("now", "still", "so far") date an event only where nothing dates it better."""
_RECORD: Final = Pattern(
    r"\b(?:first|only|last|most|least|worst|best|record|unseen|unprecedented|not seen|\w{2,}(?:iest|[^fr]est))\b"
    r"[^.;]{0,40}$",
    re.IGNORECASE,
)


def best_time(times: list[TimeMention]) -> TimeMention | None:
    """Return the phrase that dates best: bounded days, then one bound, then "now", then phrases without bounds.

    Of equals the first: "at the onset of the war in February 2022" is February, "still burning on Friday" is Friday.
    """
    return min(times, key=_vagueness, default=None)


def _vagueness(time: TimeMention) -> int:
    if time.start is None and time.end is None:
        return 4
    if time.rule in _VAGUE:
        return 3
    if time.rule == "ago" and time.precision in ("month", "year"):
        return 1  # "two years ago, on 12 June 2022"
    if time.start is None or time.precision == "open":
        return 2
    return 1 if time.rule == "war" else 0


def _dating(telling: Telling) -> list[TimeMention]:
    """Return the telling's own times as they date it: those of its since-clauses begin a span, others date nothing."""
    found = []
    for time in telling.own_times:
        if _superlative(telling, time):
            continue
        mark = _clause_mark(telling, time)
        if mark in ("before", "until", "till"):
            continue
        if mark == "since" and time.precision != "open" and time.start is not None:
            time = replace(time, end=telling.here.doc.published, precision="open")
        found.append(time)
    return found


def _clause_mark(telling: Telling, time: TimeMention) -> str | None:
    """Return the conjunction of the clause between trigger and phrase: "since" in "razed since troops came in May"."""
    head = head_of(telling.here, time.span)
    for token in (head, *tree.ancestors(head)):
        if token.i == telling.token.i:
            return None
        if token.dep_ == "advcl":
            return next((c.lower_ for c in token.children if c.dep_ in ("mark", "prep", "advmod")), None)
        if token.dep_ == "pcomp" and token.head.dep_ == "prep":
            return str(token.head.lower_)
    return None


def _superlative(telling: Telling, time: TimeMention) -> bool:
    """True for "the highest figure since October": the phrase measures the record, and does not date the event."""
    words = time.phrase.lower()
    if not words.startswith(("since", "in ", "for ", "of ")):
        return False
    start = telling.here.sentence.span.start
    before = text_of(telling.here.sentence.parse)[max(0, time.span.start - start - 60) : time.span.start - start]
    return bool(words.startswith("since") and _RECORD.search(before))


def _shared(telling: Telling, tellings: list[Telling]) -> TimeMention | None:
    """Return the time of a verb coordinated with this one, or of its clause of circumstance, where it dates both.

    "Thousands were killed and towns razed since March"; "five died when a shell fell on the market on Monday".
    """
    under = [
        child
        for child in telling.token.children
        if (child.dep_ == "conj" and tree.is_verb(child)) or (child.dep_ == "advcl" and _simultaneous(child))
    ]
    for child in under:
        for other in tellings:
            if other is telling or not (other.token.i == child.i or other.token.head.i == child.i):
                continue
            time = best_time(_dating(other))
            last = child.dep_ == "advcl" or (time is not None and _closes(other, time))
            if time is not None and last and _vagueness(time) < 3:
                return time
    return None


def _in_course_of(telling: Telling, tellings: list[Telling]) -> TimeMention | None:
    """Return the time of what it was part of: "the town it had taken in its incursion of August 2024"."""
    for preposition, noun in tree.prepositions(telling.token):
        if preposition in ("in", "during"):
            for other in tellings:
                if other is not telling and other.token.i == noun.i:
                    return best_time(_dating(other))
    return None


def _simultaneous(clause: tree.Token) -> bool:
    return any(c.dep_ in ("mark", "advmod") and c.lower_ in ("when", "as", "while") for c in clause.children)


def _closes(other: Telling, time: TimeMention) -> bool:
    """True where the phrase stands behind its verb: in front of it ("and on Friday left") it dates that verb alone."""
    return time.span.start > other.event.trigger.end


def _declared(telling: Telling, verb: tree.Token) -> bool:
    """True for "on Friday he declared the regions annexed", where to say so is to do so."""
    token = telling.token
    return bool(token.head.i == verb.i and token.tag_ == "VBN" and not any(c.dep_ == "mark" for c in token.children))


def date_headline(doc: Document, events: list[EventMention]) -> None:
    """Give the headline's events the time of the same event in the lead, which tells it again in full."""
    titled = [e for e in events if doc.sentences[e.sentence].role == "title" and e.time is None]
    if not titled:
        return
    lead = [e for e in events if doc.sentences[e.sentence].role != "title"]
    first = next((s.index for s in doc.sentences if s.role == "body"), 0)
    for event in titled:
        for other in lead:
            if other.sentence - first > _LEAD:
                break
            time = other.time
            if other.type != event.type or time is None or time.start is None or time.precision == "open":
                continue
            if event.actor and other.actor and event.actor.side != other.actor.side:
                continue
            event.time = time
            event.why.append(Why("when", "arguments.lead", time.span))
            break


_LEAD: Final = 5
"""How many sentences of the body tell the headline again."""


_SCENE: Final = word_list("arguments", "scene")


_LASTING: Final = word_list("arguments", "lasting")


def find_scene_time(telling: Telling, tellings: list[Telling], topic: Topic) -> None:
    """Give the time of the scene that the sentence goes on telling of, or of the bulletin that it is an item of."""
    event = telling.event
    time, rule = None, ""
    if event.type in _SCENE:
        mine = {p.name for p in event.places}
        earlier = [t.event for t in tellings if t.token.i < telling.token.i and t.event.time is not None]
        sentence = telling.here.sentence
        near = [e for e in topic.dated if sentence.index - e.sentence <= 3 and sentence.paragraph == topic.paragraph]
        for other in [*reversed(earlier), *reversed(near)]:
            if other.time is not None and (not mine or mine & {p.name for p in other.places}):
                time, rule = other.time, "scene"
                break
    if time is None and topic.bulletin is not None and event.type not in _LASTING:
        time, rule = topic.bulletin, "bulletin"
    if time is not None:
        event.time = time
        event.why.append(Why("when", f"arguments.{rule}", time.span))
