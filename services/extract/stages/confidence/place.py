"""Features of the place: how it was found, how sure it is, how far from the trigger it stands, who else may be meant.

Most wrong events are right but for their place: what another clause named, or the one before, or none at all.
"""

from typing import Final

from services.extract.document import EventMention, PlaceMention, Sentence
from services.extract.stages import tree
from services.extract.stages.bands import Bands
from services.extract.stages.confidence.candidate import Candidate, Features, Surroundings, put, put_whether, rule
from services.extract.stages.parse import Parse, word_at

_LEADS: Final = "in near at of from to on around toward towards between and over into against outside with for start"
_PREPOSITIONS: Final = frozenset(_LEADS.split())
_FEW: Final = Bands(1, 2, 4)
_OFTEN: Final = Bands(2, 3, 5)
_HAPPENED: Final = Bands(2, 3, 6)
_BACK: Final = Bands(0, 2, 3, 5)
"""Sentences."""
_STEPS: Final = Bands(2, 3, 4, 6)
_GAP: Final = Bands(12, 40, 90)
"""Characters."""


def of_place(found: Features, candidate: Candidate, telling: EventMention, around: Surroundings) -> None:
    """Add the features of the candidate's place, or of its having none."""
    kind, place = telling.type, candidate.place
    sentence = around.doc.sentences[telling.sentence]
    found_by = rule(telling, "place") if place is not None else "none"
    put(found, "place_rule", found_by)
    put(found, "place_of_type", f"{kind}:{found_by}")
    named = around.named.get(sentence.index, [])
    if place is None:
        put(found, "place_elsewhere", _FEW.of(len(named)))
        return
    put(found, "place_kind", place.kind or "none")
    put(found, "place_kind_of_type", f"{kind}:{place.kind or 'none'}")
    put(found, "place_unsure", _unsure(place))
    put(found, "place_country", (place.country or "None") if place.country in ("UA", "RU", None) else "other")
    put(found, "place_relation", place.relation)
    put(found, "place_mention", place.rule.partition(":")[0].rpartition(".")[2])
    put(found, "place_mentions", _OFTEN.of(around.mentions[place.name]))
    put(found, "place_happened", _HAPPENED.of(around.happened[place.name]))
    put_whether(found, "place_headed", place.name in around.headed)
    put(found, "places", _OFTEN.of(len(telling.places)))
    if sentence.span.covers(place.span):
        _here(found, place, telling, sentence, around)
    else:
        _elsewhere(found, place, sentence, around)


def _unsure(place: PlaceMention) -> str:
    if place.id is None:
        return "unresolved"
    return "anaphor" if place.anaphor else "adjective" if place.adjective else "sure"


def _elsewhere(found: Features, place: PlaceMention, sentence: Sentence, around: Surroundings) -> None:
    """A place of another sentence: how far back it was named, and how many others were named since."""
    put(found, "place_distance", "other_sentence")
    home = around.doc.sentence_at(place.span.start)
    put(found, "place_back", _BACK.of(sentence.index - home.index if home is not None else 0))
    first, last = sorted((place.span.start, sentence.span.start))
    put(found, "place_rivals", "since" + _FEW.of(around.others_between(first, last, place.name)))


def _here(
    found: Features, place: PlaceMention, telling: EventMention, sentence: Sentence, around: Surroundings
) -> None:
    """A place of the same sentence: before or after the trigger, how far, and what stands on either side of it."""
    doc, trigger = around.doc, telling.trigger
    before = place.span.end <= trigger.start
    gap = trigger.start - place.span.end if before else place.span.start - trigger.end
    put(found, "place_distance", ("before" if before else "after") + _GAP.of(gap))
    low, high = (place.span.end, trigger.start) if before else (trigger.end, place.span.start)
    put(found, "place_nearer", _FEW.of(around.others_between(low, high, place.name)))
    others = around.others_between(sentence.span.start, sentence.span.end, place.name)
    put(found, "place_rivals", _FEW.of(others))
    lead = doc.text[max(sentence.span.start, place.span.start - 14) : place.span.start].lower().split()
    preposition = lead[-2] if len(lead) > 1 and lead[-1] in ("the", "a") else lead[-1] if lead else "start"
    put(found, "place_preposition", preposition if preposition in _PREPOSITIONS else "other")
    put(found, "place_next", _after(doc.text[place.span.end : place.span.end + 6]))
    _in_parse(found, place, telling, sentence, around)


def _after(text: str) -> str:
    """Return a class for what follows a place's name."""
    if text[:1] in ("-", "–"):
        return "hyphen"
    if text[:2] in ("'s", "’s", "' ", "’ "):
        return "possessive"
    if text.startswith(" time"):
        return "time"
    return "word" if text[:1] == " " else "punctuation"


def _between(parse: Parse, start: int, end: int) -> list[tree.Token]:
    """Return the words that have characters from `start` to `end` (exclusive), counted from the sentence's start."""
    found: list[tree.Token] = []
    for at in range(word_at(parse, start).i if parse else 0, len(parse)):
        token = parse[at]
        if token.idx >= end:
            break
        if start < token.idx + len(token):
            found.append(token)
    return found


def _in_parse(
    found: Features, place: PlaceMention, telling: EventMention, sentence: Sentence, around: Surroundings
) -> None:
    """How many steps of the parse, and how many clauses, lie between the place and the trigger."""
    trigger = around.tokens.get(id(telling))
    if trigger is None:
        return
    start, end = place.span.start - sentence.span.start, place.span.end - sentence.span.start
    inside = _between(sentence.parse, start, end)
    if not inside:
        return
    own = {token.i for token in inside}
    head = next((t for t in inside if t.head.i not in own or t.head.i == t.i), inside[-1])
    put(found, "place_dep", head.dep_)
    up = [trigger, *tree.ancestors(trigger)]
    at = {token.i: n for n, token in enumerate(up)}
    path: list[tree.Token] = []
    for step in (head, *tree.ancestors(head)):
        if step.i in at:
            put(found, "place_path", _STEPS.of(len(path) + at[step.i]))
            between = [*path[1:], *up[1 : at[step.i] + 1]]
            put(found, "place_clauses", str(min(3, len([t for t in between if tree.is_verb(t)]))))
            return
        path.append(step)
