"""Figures: which of an event's numbers count what, by the type of the event and the noun that is counted."""

from collections.abc import Sequence
from typing import Final

from services.contracts.taxonomy import QuantityKind
from services.extract.document import Document, EventMention, Figure, NumberMention, Why
from services.extract.stages.numbers.lexicon import NOUNS
from services.extract.stages.wordlists import word_list

_PEOPLE: Final = word_list("figures", "people")
_EQUIPMENT: Final = word_list("figures", "equipment")
_MUNITIONS: Final = word_list("figures", "munitions")
_ATTACKS: Final = word_list("figures", "attacks")
_DISTANCE: Final = word_list("figures", "distance")


_ROUNDS: Final = word_list("figures", "rounds")
"""What is fired off, as against what fires it: the former are munitions also where they are given."""


_PARTS: Final = (" of them", " of whom", " among them", " of those")
"""Parts of a figure that was told before: "14 of them children" counts neither dead nor wounded by itself."""


_AIRCRAFT: Final = word_list("figures", "aircraft")
"""What is brought down and is no munition."""


def figures_of(event: EventMention, numbers: Sequence[NumberMention], what: str | None, doc: Document) -> None:
    """Add to `event` the figures among `numbers` that its type has a place for."""
    for number in numbers:
        if number.low is None and number.high is None and number.share is None:
            continue
        kind = kind_of(event, number, what, doc)
        if kind is not None and not any(f.number is number for f in event.figures):
            event.figures.append(Figure(number, kind, joint=len(event.places) > 1))
            event.why.append(Why(f"quantity.{kind}", "figures", number.span))


def kind_of(event: EventMention, number: NumberMention, what: str | None, doc: Document) -> QuantityKind | None:
    """Return what `number` counts in an event of this type; None where it has no business there."""
    noun = (number.noun or "").lower()
    people = noun in _PEOPLE or NOUNS.get(noun) in ("people", "military")
    decided: QuantityKind | None = number.what
    if event.type == "casualties":
        if noun in _EQUIPMENT and not people:
            return "equipment"
        if decided in ("killed", "wounded", "killed_or_wounded", "captured", "missing"):
            return decided
        if number.phrase.lower().endswith(_PARTS):
            return None
        if decided is not None or noun in _DISTANCE or noun in _ATTACKS or noun in _MUNITIONS:
            return None
        return _casualty(event, number, what, doc)
    if number.unit in ("%", "percent") or (
        number.share is not None and event.type in ("capture", "control", "withdrawal", "advance")
    ):
        return "area_share" if event.type in ("capture", "control") else None
    if decided == "sum" or (number.unit or "").upper() in ("USD", "EUR", "UAH", "RUB", "GBP", "$", "€"):
        return "sum" if event.type in ("arms_transfer", "diplomacy", "destruction") else None
    if decided in ("distance", "area"):
        return decided if event.type in ("advance", "withdrawal", "capture", "control", "repulse") else None
    if noun in _DISTANCE:
        return "distance" if event.type in ("advance", "withdrawal", "repulse") else None
    if event.type == "displacement":
        return "displaced" if people or not noun or decided == "displaced" else None
    if event.type == "diplomacy":
        return "released" if people or decided == "released" or noun in ("body", "bodies") else None
    if event.type in ("repulse", "strike"):
        if noun in _MUNITIONS or decided == "munitions":
            return "munitions"
        if noun in _ATTACKS or decided == "strikes":
            return "strikes"
        if event.type == "strike" and (noun in _EQUIPMENT or decided == "equipment"):
            return "equipment"
        if event.type == "repulse" and noun in _AIRCRAFT:
            return "equipment"
        return "munitions" if event.type == "repulse" and not noun and "down" in event.frame else None
    if event.type in ("clash", "assault"):
        return "strikes" if noun in _ATTACKS or decided == "strikes" or (not noun and event.type == "clash") else None
    if event.type in ("deployment", "encirclement", "withdrawal", "hold"):
        if people or decided == "troops":
            return "troops"
        return "equipment" if noun in _EQUIPMENT and event.type == "deployment" else None
    if event.type == "arms_transfer":
        if noun in _ROUNDS:
            return "munitions"
        if noun in _EQUIPMENT or noun in _MUNITIONS or decided == "equipment":
            return "equipment"
        return "troops" if people else None
    if event.type == "destruction" and (noun in _EQUIPMENT or decided == "equipment"):
        return "equipment"
    return None


def _casualty(event: EventMention, number: NumberMention, what: str | None, doc: Document) -> QuantityKind | None:
    """Return which kind of casualty the figure counts, by the words that stand nearest to it."""
    after = doc.text[number.span.end : number.span.end + 45].lower()
    own = number.phrase.lower() + " " + after
    if "fatally" in own or "fatal " in own:
        return "killed"
    order: list[tuple[int, QuantityKind]] = []
    for kind, words in _WORDS:
        for word in words:
            at = own.find(word)
            if at >= 0:
                order.append((at, kind))
    trigger = doc.words(event.trigger).lower()
    for kind, words in _WORDS:
        if any(word in trigger for word in words) and what is None:
            order.append((60, kind))
    if what is not None:
        order.append((20, what))  # type: ignore[arg-type]
    return min(order)[1] if order else ("killed_or_wounded" if "loss" in trigger or "los" in trigger else None)


_WORDS: Final[tuple[tuple[QuantityKind, tuple[str, ...]], ...]] = (
    ("killed_or_wounded", ("killed and wounded", "killed or wounded", "dead and wounded", "casualties",
                           "killed and injured", "dead or wounded", "lost")),
    ("killed", ("killed", "dead", "died", "deaths", "bodies", "perish", "lives", "eliminated", "destroyed", "fatalit",
                "drown", "liquidated")),
    ("wounded", ("wounded", "injur", "hurt", "hospital", "concuss")),
    ("captured", ("prisoner", "captured", "surrender", "captive", "laid down")),
    ("missing", ("missing", "unaccounted", "under the rubble")),
)  # fmt: skip
