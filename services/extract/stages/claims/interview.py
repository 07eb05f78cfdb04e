"""Interviews: questions in paragraphs of their own, each followed by what the one who was asked answers.

Used by the stage, after cues are found. Every answer is its giver's claim, though no verb of saying stands in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from services.extract.document import ActorMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.lexicon import Lexicon
from services.extract.stages.claims.sources import is_common, is_person
from services.extract.stages.claims.words import Line

_FEWEST: Final = 3
"""Questions that make a text an interview: a writer asks himself one or two."""
_LONGEST: Final = 320
"""Characters of a question with what leads up to it."""
_QUOTED: Final = Pattern(r"(?:[-–—•]\s*)?[\"“«‘']")
_ASKS: Final = Pattern(r"\?[\"”»)]?\s*$")
_FIRST_PERSON: Final = Pattern(r"\b(?:I|we|We|our|Our|us|my|My)\b")


@dataclass(frozen=True, slots=True)
class Interview:
    """Who was asked, and the sentences (as spans) of his answers in the order of the text."""

    giver: ActorMention
    answers: tuple[Span, ...]


def interview_of(lines: Sequence[Line], lexicon: Lexicon) -> Interview | None:
    """Return the interview that the text is, None for every other text."""
    body = [line for line in lines if line.sentence.role != "title"]
    paragraphs = [list(group) for _, group in groupby(body, key=lambda line: line.sentence.paragraph)]
    asking = [n for n, lines_ in enumerate(paragraphs) if _is_question(lines_)]
    if len(asking) < _FEWEST:
        return None
    between = [n for n in range(asking[0] + 1, len(paragraphs)) if n not in asking]
    told = [n for n in between if not _aside(paragraphs[n])]
    own = sum(1 for n in told if any(_FIRST_PERSON.search(line.text) for line in paragraphs[n]))
    answered = sum(1 for n in asking if n + 1 in told)
    if answered < _FEWEST or own < _FEWEST:
        return None
    giver = _giver(lines, paragraphs[: asking[0]], lexicon)
    if giver is None:
        return None
    return Interview(giver, tuple(Span(line.start, line.end) for n in told for line in paragraphs[n]))


def _aside(lines: Sequence[Line]) -> bool:
    """Whether a whole paragraph stands in brackets: the editor's, not the answer."""
    return lines[0].text.startswith(("(", "[")) and lines[-1].text.rstrip().endswith((")", "]"))


def _is_question(lines: Sequence[Line]) -> bool:
    """Whether a paragraph asks: short, ends with a question mark, and is no quotation."""
    first, last = lines[0], lines[-1]
    quoted = _QUOTED.match(first.text) is not None
    return last.end - first.start <= _LONGEST and _ASKS.search(last.text) is not None and not quoted


def _giver(lines: Sequence[Line], opening: Sequence[Sequence[Line]], lexicon: Lexicon) -> ActorMention | None:
    """Return the first person that the opening names, else the headline."""
    titles = [line for line in lines if line.sentence.role == "title"]
    for line in [*(line for paragraph in opening for line in paragraph), *titles]:
        for mention in line.speakers:
            if is_person(mention, lexicon) and not is_common(mention) and not mention.anaphor:
                return mention
    return None
