"""People whom no list knows and the text introduces: "Serhii, a tractor driver from Orikhiv", "Halyna, 68, …".

Added to a line's speakers before its cues are looked for, so that "he says" in the next sentence means them.
"""

import re
from bisect import insort
from typing import Final

from services.extract.document import Span
from services.extract.pattern import Pattern
from services.extract.stages.actors.people import people
from services.extract.stages.claims.lexicon import Lexicon, word_list
from services.extract.stages.claims.sources import Speakers
from services.extract.stages.claims.words import Line

_NAMED: Final = re.compile(
    r"(?<![\w’'-])(?P<name>[A-ZÀ-ÖØ-ÞŞİĞÇ][a-zà-öø-ÿşığç’'-]+(?:\s+[A-ZÀ-ÖØ-ÞŞİĞÇ][a-zà-öø-ÿşığç’'-]+){0,2}),\s+"
    r"(?:(?P<age>(?:aged\s+)?\d\d(?=\s*[,.]|\s+(?:and|years)\b))|(?:an?|the|one\s+of\s+\w+|\d\d-year-old)\s+(?P<who>[^,.;:\"“”()]{3,90}))"
)
_APPOSED: Final = Pattern(r",\s+(?:a|an|the|one|aged|\d\d)\b")
"""What `_NAMED` cannot do without, quickly found."""
_MOST: Final = 12
"""Introductions of one sentence that are looked at: a text of people tells of few at a time."""


def introduce(line: Line, speakers: Speakers, lexicon: Lexicon) -> None:
    """Add to `line.speakers` whoever is introduced by a name and what he is, where nobody is known by that name."""
    if not _apposed(line.text):
        return
    for count, match in enumerate(_NAMED.finditer(line.text)):
        if count >= _MOST:
            return
        span = Span(line.start + match.start("name"), line.start + match.end("name"))
        if match["age"] is None and not _is_person(match["who"], lexicon):
            continue
        first = match["name"].split()[0]
        if first.lower() in lexicon.people or first.lower() in lexicon.bodies or first in _OPENINGS:
            continue
        if line.in_quotes(span.start) or any(m.span.overlaps(span) for m in line.actors):
            continue
        if first.lower() not in people().firsts and any(p.span.overlaps(span) for p in speakers.places_in(line)):
            continue  # "Kupiansk, the governor says, was hit"; but Serhii is a village, too
        insort(line.speakers, speakers.unknown(line, span.start, span.end), key=lambda m: m.span.start)


def _apposed(text: str) -> bool:
    """Whether `text` has what `_NAMED` cannot do without: a word with a capital, a comma, and how he is told of."""
    comma = text.find(",")
    while comma >= 0:
        before = text[max(0, comma - _LONGEST) : comma].rsplit(None, 1)
        named = bool(before) and (not before[-1].islower() or len(before[-1]) == _LONGEST)
        if named and _APPOSED.match(text, comma) is not None:
            return True
        comma = text.find(",", comma + 1)
    return False


_LONGEST: Final = 40
"""Characters of a name's last word that are looked at; what has as many may have its capital before."""


_OPENINGS: Final = word_list("introduced", "openings")
"""Words that begin a sentence or end a date before a comma, and begin no name."""


_PREPOSITIONS: Final = word_list("introduced", "prepositions")


def _is_person(words: str, lexicon: Lexicon) -> bool:
    """Whether the noun of an apposition is one of a person: "tractor driver from Orikhiv", not "village of farmers"."""
    head = None
    for word in words.lower().split():
        if word in _PREPOSITIONS:
            break
        head = word
    return (
        head is not None
        and (head in lexicon.people or head.rpartition("-")[2] in lexicon.people)
        and (head == "boss" or not head.endswith("s"))
    )
