"""Events that share one verb: "two were killed in Kherson, one in Beryslav". The last part of the arguments stage.

A name coordinated with what is before it with a figure, a weapon, a date or a preposition and no verb tells
once more what the verb before it told. Such remnants are found by the order of the words, because the small model's
parse of them is arbitrary; each must be built like the arguments of the event that it repeats.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from services.extract.document import (
    ActorMention,
    EventMention,
    Figure,
    NumberMention,
    PlaceMention,
    Span,
    TimeMention,
    Why,
)
from services.extract.pattern import Pattern
from services.extract.stages.arguments.telling import Telling, token_at
from services.extract.stages.means import means_in
from services.extract.stages.parse import Parse
from services.extract.stages.triggers.conditions import Context
from services.extract.stages.wordlists import word_list

_SPELT: Final = {"one": 1.0, "another": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0}
"""Figures that are no mention of their own where nothing is counted after them."""
_SIGNS: Final = {
    **dict.fromkeys((",", ";", "and", "while", "but", "&"), "S"),
    ":": "C",
    **dict.fromkeys((".", "!", "?", ")"), "E"),
    **dict.fromkeys(("in", "near", "at", "around", "outside", "on", "from", "toward", "towards"), "I"),
    **dict.fromkeys(("by", "with", "using"), "B"),
    **dict.fromkeys(word_list("gapping", "class_words"), "d"),
    **dict.fromkeys(word_list("gapping", "counted"), "H"),
    **dict.fromkeys(_SPELT, "N"),
}
_FINITE: Final = frozenset({"VBD", "VBZ", "VBP", "MD"})

_END: Final = r"(?=[SEC]|$)"
_COUNT: Final = Pattern(rf"[SC]+(N+)d?H{{0,2}}Id*(P)(?!S+d*P){_END}")
"""A figure and a place, not a list: ", one in Beryslav", "and another 3 people near the village of Antonivka"."""
_MANNER: Final = Pattern(rf"S+d*(P)B((?:(?![SECVPI]).)*M[Mx]?){_END}")
"""A place and a weapon: ", Beryslav by drones"."""
_DATED: Final = Pattern(rf"S+(?:I?d*(P)(T+)|(T+)I?d*(P)){_END}")
"""A place and a time: "and Velyka Novosilka in January"."""
_GIVEN: Final = Pattern(rf"S+d?(A)(N+){_END}")
"""A giver and a figure: ", Denmark 12"."""
_MOVED: Final = Pattern(r"S+d?(A+)Id*(P)(?=E|$)")
"""An actor and a place at the sentence's end: "and Ukrainian forces near Kupiansk"."""

_COUNTING: Final = {
    "casualties": frozenset({"killed", "wounded", "killed_or_wounded", "captured", "missing"}),
    **dict.fromkeys(("repulse", "clash", "assault", "strike"), frozenset({"strikes", "munitions"})),
    "displacement": frozenset({"displaced"}),
}
"""Types that are counted place by place, and what is counted."""
_PEOPLE: Final = word_list("gapping", "counted")
_MOVING: Final = frozenset({"advance", "withdrawal"})


def share_verbs(
    tellings: Sequence[Telling], times: Sequence[TimeMention], numbers: Sequence[NumberMention]
) -> list[EventMention]:
    """Return the events that remnants of the sentence repeat; the events before them give up what is the remnants'.

    `times` and `numbers` are those of the sentence that `tellings` stand in. Runs when all arguments are found.
    """
    here = tellings[0].here
    givers = any(t.event.type == "arms_transfer" for t in tellings)
    if not givers and len(here.places) < 2:
        return []
    signs = _signs(here, times, numbers)
    found: list[EventMention] = []
    for needed, pattern, make in _PATTERNS:
        if needed[0] not in signs or needed[1] not in signs:
            continue
        for match in pattern.finditer(signs):
            before = _antecedent(tellings, signs, match.start())
            if before is not None:
                remnant = _Remnant(here, match, times, numbers)
                event = make(remnant, before.event)
                if event is not None:
                    found.append(event)
                    remnant.settle(tellings, event)
    return found


def _signs(here: Context, times: Sequence[TimeMention], numbers: Sequence[NumberMention]) -> str:
    """Return the sentence as one sign for each word."""
    parse: Parse = here.sentence.parse
    signs = [_SIGNS.get(word.lower_) or ("V" if word.tag_ in _FINITE else "x") for word in parse]
    for i in here.actor_at:
        signs[i] = "A"
    for sign, mentions in (("N", numbers), ("T", times)):
        for mention in mentions:
            first, last = token_at(here, mention.span.start).i, token_at(here, mention.span.end - 1).i
            for i in range(first, last + 1):
                if sign == "T" or signs[i] not in "SCEI":
                    signs[i] = sign
    for start, *_ in means_in(here.doc.words(here.sentence.span)):
        i = token_at(here, here.sentence.span.start + start).i
        signs[i] = "N" if signs[i] == "N" and parse[i].pos_ == "NUM" else "M"
    for i, place in here.place_at.items():
        signs[i] = "A" if place.kind == "country" and i in here.actor_at else "a" if place.adjective else "P"
    return "".join(signs)


def _antecedent(tellings: Sequence[Telling], signs: str, end: int) -> Telling | None:
    """Return the last telling before the remnant, where nothing but its own words stands between them."""
    before = [t for t in tellings if t.token.i < end]
    last = max(before, key=lambda t: t.token.i, default=None)
    if last is None or "V" in signs[last.token.i + 1 : end]:
        return None
    return last


class _Remnant:
    """A coordinated piece without a verb, and the mentions under the groups of its pattern."""

    def __init__(
        self, here: Context, match: re.Match[str], times: Sequence[TimeMention], numbers: Sequence[NumberMention]
    ) -> None:
        self.here, self.match = here, match
        self._times, self._numbers = times, numbers

    def span(self, *groups: int) -> Span:
        group = next(g for g in groups if self.match.group(g))
        parse = self.here.sentence.parse
        first, last = parse[self.match.start(group)], parse[self.match.end(group) - 1]
        return Span(self.here.offset(first), self.here.offset(last) + len(last))

    def place(self, *groups: int) -> PlaceMention:
        group = next(g for g in groups if self.match.group(g))
        return self.here.place_at[self.match.start(group)]

    def actor(self, group: int) -> ActorMention:
        return self.here.actor_at[self.match.end(group) - 1]

    def time(self, *groups: int) -> TimeMention | None:
        span = self.span(*groups)
        return next((t for t in self._times if t.span.overlaps(span)), None)

    def number(self, group: int) -> NumberMention:
        span = self.span(group)
        known = next((n for n in self._numbers if n.span.overlaps(span) and n.span.start >= span.start), None)
        if known is not None and known.low is not None:
            return known
        words = self.here.doc.words(span)
        count = _SPELT.get(words.split()[-1].lower(), 1.0)
        return NumberMention(span, words, count, count)

    def whole(self, place: PlaceMention) -> PlaceMention | None:
        """Return the area named before the remnant that holds its place: "three in Donetsk Oblast: two in Toretsk"."""
        start = self.span(0).start
        earlier = [p for p in self.here.places if p.span.end <= start and p.kind == "oblast" and not p.adjective]
        return next((p for p in reversed(earlier) if p.name == place.admin1), None)

    def settle(self, tellings: Sequence[Telling], event: EventMention) -> None:
        """Put an event of the same type that the remnant's own words tell where the remnant is."""
        for telling in tellings:
            if telling.event.type == event.type and self.match.start() <= telling.token.i < self.match.end():
                telling.event.places = event.places

    def repeated(self, event: EventMention, rule: str, **changes: object) -> EventMention:
        """Return `event` with `changes`, told by the remnant too."""
        end = self.span(0).end
        why = [w for w in event.why if not (w.slot.startswith("quantity") and "figures" in changes)]
        return replace(
            event,
            clause=Span(event.clause.start, max(event.clause.end, end)),
            attributions=[],
            why=[*why, Why("type", f"gapping.{rule}", self.span(0))],
            **changes,  # type: ignore[arg-type]
        )


def _gives_up(event: EventMention, place: PlaceMention) -> bool:
    """Take the remnant's place from the event before it; False where that one would have none left."""
    rest = [p for p in event.places if p.name != place.name]
    if not rest:
        return False
    event.places = rest
    return True


def _counted(remnant: _Remnant, event: EventMention) -> EventMention | None:
    kinds = _COUNTING.get(event.type, frozenset())
    place, number = remnant.place(2), remnant.number(1)
    earlier = [f for f in event.figures if f.what in kinds and f.number.span.end <= number.span.start]
    if not earlier or not (number.noun in (None, earlier[-1].number.noun) or number.noun in _PEOPLE):
        return None
    figure = Figure(number, earlier[-1].what)
    if not _gives_up(event, place):
        whole = remnant.whole(place)
        if whole is None:  # "two dead: one in Kherson, one in Beryslav" has no place but the parts'
            event.places, event.figures = [place], [figure]
            return None
        event.places = [whole]
    event.figures = [f for f in event.figures if not f.number.span.overlaps(number.span)]
    return remnant.repeated(event, "count", places=[place], figures=[figure])


def _by_other_means(remnant: _Remnant, event: EventMention) -> EventMention | None:
    if event.type != "strike" or not event.means:
        return None
    place, span = remnant.place(1), remnant.span(2)
    start = remnant.here.sentence.span.start
    before = means_in(remnant.here.doc.text[start : remnant.span(1).start])
    if not before or not _gives_up(event, place):
        return None
    event.means = [m for m in _named(before) if m in event.means]
    figures = [f for f in event.figures if f.number.span.overlaps(span)]
    event.figures = [f for f in event.figures if f not in figures]
    own = _named(means_in(remnant.here.doc.words(span)))
    return remnant.repeated(event, "means", places=[place], means=own, figures=figures)


def _named(means: list[tuple[int, int, str, str | None]]) -> list[str]:
    return list(dict.fromkeys([m[2] for m in means] + [m[3] for m in means if m[3]]))


def _on_other_day(remnant: _Remnant, event: EventMention) -> EventMention | None:
    time, place = remnant.time(2, 3), remnant.place(1, 4)
    if time is None or event.time is None or event.type == "diplomacy":
        return None
    if not remnant.here.sentence.span.covers(event.time.span) or event.time.span.end > remnant.span(0).start:
        return None
    if not _gives_up(event, place):
        return None
    return remnant.repeated(event, "date", places=[place], time=time, figures=[])


def _by_other_giver(remnant: _Remnant, event: EventMention) -> EventMention | None:
    actor, number = remnant.actor(1), remnant.number(2)
    if event.type != "arms_transfer" or event.actor is None or event.actor.id == actor.id:
        return None
    earlier = [f for f in event.figures if f.number.span.end <= actor.span.start]
    if not earlier or number.low is None:
        return None
    event.figures = [f for f in event.figures if not f.number.span.overlaps(number.span)]
    named = number if number.noun else replace(number, noun=earlier[-1].number.noun, unit=earlier[-1].number.unit)
    return remnant.repeated(event, "giver", actor=actor, figures=[Figure(named, earlier[-1].what)])


def _by_other_mover(remnant: _Remnant, event: EventMention) -> EventMention | None:
    actor, place = remnant.actor(1), remnant.place(2)
    if event.type not in _MOVING or event.actor is None or event.actor.side == actor.side or actor.side is None:
        return None
    if not _gives_up(event, place):
        return None
    return remnant.repeated(event, "mover", actor=actor, places=[place], figures=[])


_Make = Callable[[_Remnant, EventMention], EventMention | None]
_PATTERNS: Final[tuple[tuple[str, Pattern, _Make], ...]] = (
    ("NI", _COUNT, _counted),
    ("BM", _MANNER, _by_other_means),
    ("TP", _DATED, _on_other_day),
    ("AN", _GIVEN, _by_other_giver),
    ("AI", _MOVED, _by_other_mover),
)
"""Two signs without which the pattern does not match, the pattern, and what makes the event."""
