"""One event mention with what its sentence gives it: what the parts of the arguments stage hand to each other."""

from dataclasses import dataclass
from typing import Final

from services.extract.document import EventMention, NumberMention, PlaceMention, Span, TimeMention
from services.extract.stages.parse import Parse, word_at
from services.extract.stages.tree import Token
from services.extract.stages.triggers.conditions import Context
from services.extract.stages.triggers.lexicon import Frame
from services.extract.stages.wordlists import word_list


@dataclass(init=False, slots=True)
class Telling:
    """One event mention with what is known of it in its sentence."""

    event: EventMention
    frame: Frame
    token: Token
    arguments: dict[str, Token]
    here: Context
    own_places: list[tuple[int, PlaceMention]]
    own_times: list[TimeMention]
    own_numbers: list[NumberMention]
    not_for: frozenset[str] | None
    """Prepositions of which a place is not the event's own, None before `candidates` has asked."""

    def __init__(
        self,
        event: EventMention,
        frame: Frame,
        token: Token,
        arguments: dict[str, Token],
        here: Context,
        own_places: list[tuple[int, PlaceMention]] | None = None,
        own_times: list[TimeMention] | None = None,
        own_numbers: list[NumberMention] | None = None,
    ) -> None:
        self.event = event
        self.frame = frame
        self.token = token
        self.arguments = arguments
        self.here = here
        self.own_places = [] if own_places is None else own_places
        self.own_times = [] if own_times is None else own_times
        self.own_numbers = [] if own_numbers is None else own_numbers
        self.not_for = None


def token_at(here: Context, offset: int) -> Token:
    return word_at(here.sentence.parse, offset - here.sentence.span.start)


def head_of(here: Context, span: Span) -> Token:
    """Return the token of the mention that the rest of it hangs under."""
    key = span.start * _LONG + span.end - span.start
    known = here.heads.get(key)
    if known is None:
        known = here.heads[key] = _head(here, span)
    return known


_LONG: Final = 1 << 20
"""More than the characters of any mention."""


def _head(here: Context, span: Span) -> Token:
    first = token_at(here, span.start).i
    last = token_at(here, max(span.start, span.end - 1)).i
    parse: Parse = here.sentence.parse
    for i in range(first, last + 1):
        token = parse[i]
        if not first <= token.head.i <= last or token.head.i == i:
            return token
    return parse[last]


def segment_of(telling: Telling) -> tuple[int, int]:
    """Return the bounds of the part of the sentence between semicolons, colons and dashes that holds the trigger."""
    here = telling.here
    start, end = here.sentence.span.start, here.sentence.span.end
    text = here.doc.text
    if not any(text.find(mark, start, end) >= 0 for mark in _APART):
        return start, end
    at = telling.event.trigger.start
    parse: Parse = here.sentence.parse
    for token in parse:
        if token.text in _APART:
            offset = here.offset(token)
            if offset < at:
                start = offset
            else:
                end = min(end, offset)
                break
    return start, end


_APART: Final = (";", ":", "–", "—")
SAY: Final = word_list("arguments", "say")
