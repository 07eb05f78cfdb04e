"""Actors: everybody whom the text names that can act, suffer or speak. After `places`, before `times`.

Names of bodies, people, states and units first; then offices; then who is told by what they are ("Russian troops",
"local residents", "the enemy"). Pronouns are left to later stages. Capitals that the places stage took for places
("explosions in Kyiv") are not actors.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from services.extract.document import ActorMention, Document, Span
from services.extract.gazetteer import Word, words_of
from services.extract.pattern import Pattern
from services.extract.stages.actors.borne import borne
from services.extract.stages.actors.described import SpeakerSides, described
from services.extract.stages.actors.generic import ministries
from services.extract.stages.actors.lexicon import word_list
from services.extract.stages.actors.named import bodies, persons, states, units
from services.extract.stages.actors.offices import offices_of_places, titled_people
from services.extract.stages.actors.references import composites, settle
from services.extract.stages.actors.taken import Taken
from services.extract.stages.actors.voice import voice_of
from services.extract.stages.alternatives import alternatives

__all__ = ["actors"]

_SAYS: Final = Pattern(rf"\b{alternatives(word_list('speakers', 'says'))}\b")


def actors(doc: Document) -> None:
    """Fill `doc.actors`, in the order of the text, spans not overlapping. Never raises on any text."""
    words = words_of(doc.text)
    doc.voice = voice = voice_of(doc)
    place_spans = [p.span for p in doc.places if not p.anaphor and not p.adjective]
    named = bodies(doc, words)
    named = _first([*named, *units(doc, voice)])
    in_places = _covered(words, place_spans)
    people_found = persons(doc, words, in_places | _covered(words, [m.span for m in named]))
    named = _first([*people_found, *named])
    named = _first([*named, *states(doc, words)])
    named = _first([*named, *titled_people(doc, [m.span for m in named] + place_spans, voice)])
    named = _first([*named, *ministries(doc, words, voice, named)])
    offices = offices_of_places(doc, words)
    named = _first([*[m for m in named if m.rule != "state"], *offices, *[m for m in named if m.rule == "state"]])
    named = _first([*named, *composites(doc, named)])
    named = [*named, *_later_last_names(doc, named, place_spans)]
    sides = SpeakerSides(voice, _speakers(doc, named))
    taken = _covered(words, [m.span for m in named if m.rule != "state"])
    told = described(doc, words, taken, sides)
    found = _first([*[m for m in named if m.rule != "state"], *told, *[m for m in named if m.rule == "state"]])
    doc.actors = borne(doc, settle(doc, found, voice))


def _covered(words: list[Word], spans: Iterable[Span]) -> set[int]:
    """Return the numbers of the words that lie in any of `spans`, wholly or in part."""
    out: set[int] = set()
    for span in spans:
        index = _behind(words, span.start)
        while index < len(words) and words[index].start < span.end:
            out.add(index)
            index += 1
    return out


def _behind(words: list[Word], offset: int) -> int:
    """Return the number of the first word that ends behind `offset`, by bisection."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high) // 2
        if words[middle].end <= offset:
            low = middle + 1
        else:
            high = middle
    return low


def _first(mentions: list[ActorMention]) -> list[ActorMention]:
    """Drop what overlaps a mention earlier in the list, unless it is longer and holds it whole; order by offset."""
    count = len(mentions)
    ranked: list[int] = []
    for number in range(count):  # by length, the longest first, then by place in the list: as one figure
        span = mentions[number].span
        ranked.append((span.start - span.end) * count + number)
    ranked.sort()
    starts: list[int] = []
    taken: list[ActorMention] = []
    for rank in ranked:
        mention = mentions[rank % count]
        span = mention.span
        at = bisect_left(starts, span.start)
        clash = (at < len(starts) and starts[at] < span.end) or (at > 0 and taken[at - 1].span.end > span.start)
        if not clash:
            starts.insert(at, span.start)
            taken.insert(at, mention)
    return taken


def _later_last_names(doc: Document, named: list[ActorMention], places: list[Span]) -> list[ActorMention]:
    """ "Petrenko" alone, once "Ivan Petrenko, head of …" was named."""
    known: dict[str, ActorMention] = {}
    for mention in named:
        if mention.rule == "titled_person" and " " in mention.name:
            known.setdefault(mention.name.split()[-1], mention)
    if not known:
        return []
    pattern = Pattern(r"\b(?:" + "|".join(re.escape(n) for n in sorted(known)) + r")\b")
    spans = Taken([m.span for m in named] + places)
    found = []
    for match in pattern.finditer(doc.text):
        span = Span(*match.span())
        if not spans.clashes(span):
            first = known[match.group()]
            found.append(
                ActorMention(
                    span, match.group(), first.name, first.id, first.side, first.kind, False, True, "last_name"
                )
            )
    return found


def _speakers(doc: Document, named: list[ActorMention]) -> list[tuple[int, int, str]]:
    """Stretches of text that a speaker of a warring side is heard in: the sentence of a speech verb beside a name."""
    out = []
    for number, mention in enumerate(named):
        if mention.side not in ("UKR", "RUS") or not mention.can_speak:
            continue
        start = max(0, mention.span.start - 24)
        says = _SAYS.search(doc.text[start : mention.span.end + 60])
        if says is None or _other_between(named, number, start + says.start()):
            continue
        sentence = doc.sentence_at(mention.span.start)
        if sentence is None:
            continue
        out.append((sentence.span.start, sentence.span.end, mention.side))
        following = doc.sentences[sentence.index + 1] if sentence.index + 1 < len(doc.sentences) else None
        if following is not None and doc.text[following.span.start : following.span.start + 1] in "\"“'":
            out.append((following.span.start, following.span.end, mention.side))
    return out


def _other_between(named: list[ActorMention], number: int, verb: int) -> bool:
    """Whether the next one named stands before the verb of saying: "that Russia launched, the Air Force said"."""
    return number + 1 < len(named) and named[number + 1].can_speak and named[number + 1].span.end <= verb
