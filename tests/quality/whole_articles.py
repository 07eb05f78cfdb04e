"""How good the extractor is on whole articles: events found, and of those the slots that are right, set by set.

A required event counts as found where type and place are right, as strictly found where the actor's side and the
modality are, too. An event that stands for none is wrong, unless it is one that a careful coder may also have coded.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from services.contracts.messages import Claim, Event
from services.extract.pipeline import extract
from tests.quality.annotated import CLOSED, KEPT, lines, table
from tests.support.passages import Figures, Pair, best, folded, is_at, overlaps

COMMON: Final = frozenset(
    {"officials", "military", "president", "ministry", "defence", "command", "soldier", "ukraine", "russia", "russian",
     "forces", "general", "region", "group", "agency"}
)  # fmt: skip
"""Words that two sources may share without being one."""


@dataclass(frozen=True, slots=True)
class Set:
    """Articles that are told of together. `first` is what event F1 and strict F1 were before anybody had read them."""

    title: str
    folders: tuple[str, ...]
    closed: bool
    first: tuple[float, float]

    def has(self, key: str, folder: str) -> bool:
        return (key in CLOSED or folder in KEPT) == self.closed


SETS: Final = (
    Set("gold", ("gold",), False, (0.77, 0.74)),
    Set("gold2", ("gold2",), False, (0.72, 0.62)),
    Set("gold3", ("gold3",), False, (0.77, 0.67)),
    Set("gold5, open", ("gold5",), False, (0.70, 0.63)),
    Set("gold6 and gold7, open", ("gold6", "gold7"), False, (0.80, 0.71)),
    Set("gold8", ("gold8",), False, (0.77, 0.65)),
    Set("gold9", ("gold9",), False, (0.86, 0.79)),
    Set("gold10", ("gold10",), False, (0.81, 0.73)),
    Set("gold4", ("gold4",), True, (0.76, 0.66)),
    Set("gold5, closed", ("gold5",), True, (0.61, 0.55)),
    Set("gold6 and gold7, closed", ("gold6", "gold7"), True, (0.78, 0.72)),
    Set("gold11", ("gold11",), True, (0.86, 0.83)),
)


@dataclass(slots=True)
class Measured:
    """What was counted over the articles of one set, or of several."""

    articles: int = 0
    figures: Figures = field(default_factory=Figures)


def measure(one: Set) -> Measured:
    """Extract the articles of a set and grade them."""
    total = Measured()
    for folder in one.folders:
        coded, names = table(folder, "gold.json"), table(folder, "names.json")
        for key, article in lines(folder):
            if one.has(key, folder):
                total.articles += 1
                total.figures.add(graded(coded[key]["events"], extract(article).events, names))
    return total


def graded(coded: list[dict[str, Any]], events: Collection[Event], names: dict[str, Any]) -> Figures:
    """Pair each required event with at most one that was told, the best match first, and count."""
    told = list(events)
    pairs = [
        Pair(number, place, slots)
        for number, wanted in enumerate(coded)
        if wanted["required"]
        for place, event in enumerate(told)
        if (slots := _slots(wanted, event, names)) is not None
    ]
    figures = Figures()
    found = best(pairs)
    used = {pair.told for pair in found}
    for pair in found:
        figures.add(pair.figures)
    figures.missed = sum(wanted["required"] for wanted in coded) - len(found)
    optional = [wanted for wanted in coded if not wanted["required"]]
    for place, event in enumerate(told):
        if place in used or all(_slots(wanted, event, names) is None for wanted in optional):
            figures.confident.append((event.confidence, place in used))
    figures.wrong = len(figures.confident) - len(used)
    return figures


def _slots(wanted: dict[str, Any], event: Event, names: dict[str, Any]) -> dict[str, bool] | None:
    """Return which of the coded slots are right; None where type or place is another."""
    here = any(is_at(place, event.place, names["places"]) for place in wanted["places"])
    if event.type not in wanted["types"] or not here:
        return None
    slots = {"modality": event.modality in wanted["modality"]}
    if wanted["actor"] is not None:
        sides = wanted["actor"] if isinstance(wanted["actor"], list) else [wanted["actor"]]
        slots["actor"] = (event.actor.side if event.actor else None) in sides
    if "claims" in wanted:
        slots["claims"] = all(
            any(_claims(source, event.claims, names["sources"]) for source in group) for group in wanted["claims"]
        )
    if "when" in wanted:
        slots["when"] = overlaps(wanted["when"], event)
    if "extent" in wanted:
        said = {event.extent.label, *_percent(event.extent.share)} if event.extent else set()
        slots["extent"] = bool(said & set(wanted["extent"]))
    if "means" in wanted:
        slots["means"] = bool(set(event.means) & set(wanted["means"]))
    if "quantity" in wanted:
        figure = tuple(wanted["quantity"].get(part) for part in ("what", "low", "high", "per"))
        slots["quantity"] = any((q.what, q.low, q.high, q.per) == figure for q in event.quantities)
    return slots


def _percent(share: float | None) -> list[str]:
    return [] if share is None else [f"{share * 100:g}"]


def _claims(source: str, claims: Iterable[Claim], sources: dict[str, list[str]]) -> bool:
    """Whether one of `claims` is the coded source's: by its name, or by a short name's last word."""
    said = list(claims)
    if source == "narrator":
        return not said or any(claim.source.kind == "narrator" for claim in said)
    wanted = [folded(name) for name in (source, *sources.get(source, ()))]
    for name in filter(None, (folded(claim.source.name) for claim in said)):
        words = name.split()
        for other in wanted:
            *before, last = other.split()
            if other == name or (last in words and len(before) < 3 and len(last) > 4 and last not in COMMON):
                return True
    return False
