"""Whose a place, time or figure of the sentence is: the nearest trigger's above it. Also the clause of a trigger."""

from dataclasses import dataclass
from typing import Final

from services.extract.document import ActorMention, NumberMention, PlaceMention, Span, TimeMention
from services.extract.pattern import Pattern
from services.extract.stages import tree
from services.extract.stages.arguments.telling import Telling, head_of
from services.extract.stages.tree import Token
from services.extract.stages.triggers.conditions import Context
from services.extract.stages.wordlists import word_list


@dataclass(frozen=True, slots=True)
class Mentions:
    """What the earlier stages found, by sentence."""

    places: dict[int, list[PlaceMention]]
    actors: dict[int, list[ActorMention]]
    times: dict[int, list[TimeMention]]
    numbers: dict[int, list[NumberMention]]


def share_out(here: Context, tellings: list[Telling], by_token: dict[int, Telling], mentions: Mentions) -> None:
    """Give each place, time and figure of the sentence to the nearest trigger above it."""
    for place in here.places:
        owner, distance = _owner(head_of(here, place.span), by_token)
        if owner is not None:
            owner.own_places.append((distance, place))
    for time in mentions.times.get(here.sentence.index, ()):
        if is_birth(here, time):
            continue
        owner, _ = _owner(head_of(here, time.span), by_token)
        if owner is not None:
            owner.own_times.append(time)
    for number in mentions.numbers.get(here.sentence.index, ()):
        owner, _ = _owner(head_of(here, number.span), by_token)
        if owner is None and len(tellings) == 1:
            owner = tellings[0]
        if number.what in _FATES and (owner is None or owner.event.type != "casualties"):
            owner = _sufferers(head_of(here, number.span), tellings) or owner
        if owner is not None:
            owner.own_numbers.append(number)
        if number.what == "munitions":
            for telling in _launchings(head_of(here, number.span), tellings):
                if telling is not owner:
                    telling.own_numbers.append(number)


def is_birth(here: Context, time: TimeMention) -> bool:
    """True for the year of "a man born in 1964", which dates nothing that happens to him."""
    return _BIRTH.search(here.doc.text, max(0, time.span.start - 12), time.span.start) is not None


_BIRTH: Final = Pattern(r"\bborn\s+(?:(?:in|on)\s+)?$")
_FATES: Final = frozenset({"killed", "wounded", "killed_or_wounded", "missing"})


def _launchings(head: Token, tellings: list[Telling]) -> list[Telling]:
    """Return the strikes that a clause beside the figure tells: "shot down 40 of the 52 drones that were launched"."""
    return [
        t
        for t in tellings
        if t.event.type == "strike" and t.token.dep_ in ("relcl", "acl") and t.token.head.i == head.i
    ]


def _sufferers(head: Token, tellings: list[Telling]) -> Telling | None:
    """Return the nearest telling of casualties: dead and wounded are its, whatever verb their figure hangs under."""
    told = [t for t in tellings if t.event.type == "casualties"]
    return min(told, key=lambda t: abs(t.token.i - head.i), default=None)


def _owner(token: Token, by_token: dict[int, Telling]) -> tuple[Telling | None, int]:
    if token.i in by_token:
        return by_token[token.i], 0
    for distance, above in enumerate(tree.ancestors(token), 1):
        if above.i in by_token:
            return by_token[above.i], distance
        # an object's own modifiers belong to what the light verb carries: "launched an attack ... on Monday"
        for child in above.children:
            if child.i in by_token and child.dep_ in ("dobj", "nsubjpass", "attr", "acomp") and tree.is_verb(above):
                return by_token[child.i], distance + 1
            if child.i in by_token and child.dep_ == "nsubj" and tree.is_verb(above) and above.lemma_ in _HAPPEN:
                return by_token[child.i], distance + 1
            if child.i in by_token and child.dep_ in ("prep", "xcomp", "prt", "advmod"):
                return by_token[child.i], distance + 1
    return None, 0


_HAPPEN: Final = word_list("arguments", "happen")


def clause_of(telling: Telling) -> Span:
    """Return the span of the trigger's own words: its subtree without clauses that tell something else."""
    token = telling.token
    low = high = token
    stack = [token]
    while stack:
        for child in stack.pop().children:
            if child.dep_ in ("conj", "advcl", "ccomp", "parataxis", "cc", "punct", "dep") and (
                child.dep_ in ("cc", "punct") or tree.is_verb(child)
            ):
                continue
            if child.i < low.i:
                low = child
            elif child.i > high.i:
                high = child
            stack.append(child)
    here = telling.here
    start = min(here.offset(low), telling.event.trigger.start)
    return Span(start, max(here.offset(high) + len(high), telling.event.trigger.end))
