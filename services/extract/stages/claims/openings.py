"""Who opens a paragraph as the one who tells in it: "The staff published its evening summary. The enemy shelled X."

One of the makers of cues (`cues`), asked where a sentence has no other. Such a cue covers nothing of its own sentence,
which tells only that somebody tells; what follows goes on with his words. The words are in `openings.toml`.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.extract.document import ActorMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.alternatives import alternatives
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.lexicon import Lexicon
from services.extract.stages.claims.sources import Speakers, Spoken, is_common, is_person
from services.extract.stages.claims.words import Line
from services.extract.stages.wordforms import verb_forms

_NEGATED: Final = Pattern(r"\b(?:not|never|refused|declined|unable)\b|n['’]t\b")
_BEFORE_SPEAKER: Final = 70
"""Characters of a sentence before who opens it: "Late on Monday evening, the head of …"."""
_BEFORE_VERB: Final = 130
"""Characters from his name to the verb: what he is, and when he said it."""
_SENTENCES_BETWEEN: Final = Pattern(r"[.;:\"“”«»]|\b(?:and|but|while|after|because|when)\b")
_PEOPLE: Final = Pattern(
    r"\s+(?P<who>(?:(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|several|some|dozens\s+of)\s+)?"
    r"(?:[\w’'-]+\s+){0,3}?(?P<head>[\w-]+)(?:\s+(?:of|from|in|at|who)\s+[^,.;:\"“”]{2,60})?)\s*(?=[,.;]|$)"
)


@dataclass(frozen=True, slots=True)
class _Openings:
    words: frozenset[str]
    """The first word of each verb; a sentence without any is not searched."""
    tells: Pattern
    """Verb and what shows that somebody is about to tell."""
    asks: Pattern
    within: Pattern
    """How a sentence begins that gives what a message has: "In its morning summary"."""


def opening_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """Return the cue of a sentence that does no more than bring in who tells what follows; at most one."""
    openings = _openings()
    if line.sentence.role != "body" or openings.words.isdisjoint(line.vocabulary):
        return []
    asked = openings.asks.search(line.text)
    if asked is not None:
        people = _asked(line, asked.end(), speakers, lexicon)
        if people is not None:
            outlet = next((m for m in line.speakers if m.span.end <= line.start + asked.start()), None)
            core = Span(line.start + asked.start(), people.span.end)
            cue = Cue("opening", "says", "asserts", core, people, core, whole=True)
            cue.via = outlet.name if outlet is not None and outlet.kind == "MEDIA" else None
            return [cue]
    match = openings.tells.search(line.text)
    if match is None or line.in_quotes(line.start + match.start()):
        return []
    at = line.start + match.start()
    speaker = _who_opens(line, at, speakers, lexicon)
    if speaker is None or _NEGATED.search(line.between(speaker.span.end, at)):
        return []
    core = Span(min(speaker.span.start, at), line.start + match.end())
    return [Cue("opening", "says", "asserts", Span(at, line.start + match.end()), speaker, core, whole=True)]


def opens(line: Line, cue: Cue) -> bool:
    """Whether the cue of a sentence also brings in who tells what follows: "In its report the staff counted …"."""
    if cue.kind != "verb" or cue.left or cue.stance != "asserts" or cue.speaker.mention.kind == "narrator":
        return False
    if cue.core.start - line.start > _BEFORE_SPEAKER:
        return False
    openings = _openings()
    if openings.within.match(line.text):
        return True
    match = openings.tells.search(line.text) if not openings.words.isdisjoint(line.vocabulary) else None
    return match is not None and line.start + match.start() == cue.cue.start


def _who_opens(line: Line, at: int, speakers: Speakers, lexicon: Lexicon) -> Spoken | None:
    """Return the subject of the verb at `at`: the first who is named, by his name where an office stands before it."""
    before = [m for m in line.speakers if m.span.end <= at and not m.anaphor]
    if not before:
        mention = speakers.brought_in(line)
        return Spoken(mention, mention.span) if mention is not None and mention.span.end <= at else None
    first = before[0]
    if first.span.start - line.start > _BEFORE_SPEAKER or at - first.span.end > _BEFORE_VERB:
        return None
    if not is_person(first, lexicon) or is_common(first):
        named = next((m for m in before[1:] if is_person(m, lexicon) and not is_common(m)), None)
        if named is not None and _NAMES.fullmatch(line.between(first.span.end, named.span.start)):
            first = named
    if is_common(first):
        nameless = speakers.brought_in(line)
        if nameless is not None and nameless.span.end <= at:
            return Spoken(nameless, nameless.span)
    return None if _SENTENCES_BETWEEN.search(line.between(first.span.end, at)) else Spoken(first, first.span)


_NAMES: Final = Pattern(r"(?:\s+(?:of|for|in)\s+[^,.;:]{2,40})?,?\s*(?:[\w-]+\s+){0,3}")
"""What stands between an office and its bearer's name."""


_OF_THE_PRESS: Final = frozenset({"reporters", "journalists", "correspondents", "reporter", "journalist"})
"""Who is told something, and does not tell it."""


def _asked(line: Line, end: int, speakers: Speakers, lexicon: Lexicon) -> Spoken | None:
    """Return the people who were spoken to, whose noun is one of people: "four gunners of the brigade"."""
    match = _PEOPLE.match(line.text, end)
    if match is None:
        return None
    head = match["head"].lower()
    if head not in lexicon.people or head in _OF_THE_PRESS:
        return None
    start, stop = line.start + match.start("who"), line.start + match.end("who")
    mention: ActorMention = speakers.unnamed(line, start, stop)
    return Spoken(mention, mention.span)


@cache
def _openings() -> _Openings:
    words = _words()
    message = alternatives(words["messages"], blank=r"\s+")
    giving = _forms(words["giving"])
    speaking = _forms(words["speaking"])
    telling = _forms(words["telling"])
    tells = (
        rf"\b(?:(?:{giving})\s+(?:(?:its|his|her|their|the|an?|new|fresh|latest|first|own|\w+ly|\w+day|\w+day['’]s|"
        rf"morning|evening|night|operational|official|short|long|[\w-]+)\s+){{0,4}}?(?:{message})\b|(?:{speaking})\b(?!\s+(?:the\s+)?(?:\w+day|\d))|"
        rf"(?:{telling})\s+(?:the|his|her|its|their|how|what|an?)\b)"
    )
    asked = _forms(words["asking"])
    first = frozenset(
        form.split()[0]
        for group in ("giving", "speaking", "telling", "asking")
        for verb in words[group]
        for form in _verb_forms(verb)
    )
    within = rf"(?:[IO]n|At)\s+(?:its|his|her|their|the|an?|\w+['’]s)\s+(?:[\w-]+\s+){{0,3}}?(?:{message})\b"
    return _Openings(first, Pattern(tells), Pattern(rf"\b(?:{asked})(?=\s)"), Pattern(within))


def _verb_forms(verb: str) -> list[str]:
    """Return the forms that a sentence's subject can have: all but the participle in "-ing"."""
    return [form for form in verb_forms(verb) if not form.split(" ")[0].endswith("ing")]


def _forms(verbs: list[str]) -> str:
    return alternatives([form for verb in verbs for form in _verb_forms(verb)], blank=r"\s+")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("openings.toml").read_text(encoding="utf-8"))


def examples() -> list[tuple[str, str]]:
    """Return the examples: sentences with the event's word in brackets, and the words of the source."""
    return [(text, source) for text, _, source in (line.rpartition("=") for line in _words()["examples"])]
