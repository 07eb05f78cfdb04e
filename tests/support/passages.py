"""The annotated passages of tests/data/passages: reading them, and grading what the extractor makes of them.

A passage is a short article with its events. Grading pairs each expected event with at most one extracted event of the
same type and place, the best match first; what is left over on either side is missed or wrong.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from services.contracts.messages import Article, Event, Place
from services.extract.commands import article_of
from services.extract.document import PlaceMention

FOLDER: Final = Path(__file__).parents[1] / "data" / "passages"
VOICES: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.jsonl")))
UNSEEN_EVERY: Final = 3
"""Every third line of a file is unseen."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One event at one place, as the annotator coded it. Slots that are None were not told."""

    type: str
    place: str | None
    side: str | None
    modality: str
    trigger: str
    when: tuple[str, str] | None
    quantity: tuple[str, float | None, float | None, str | None] | None
    extent: frozenset[str]
    means: frozenset[str]
    sources: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    id: str
    voice: str
    article: Article
    events: tuple[Expected, ...]


@dataclass(slots=True)
class Figures:
    """Counts over many passages, with the measures made from them."""

    found: int = 0
    strict: int = 0
    missed: int = 0
    wrong: int = 0
    slots: dict[str, list[int]] = field(default_factory=dict)
    confident: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.wrong)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.found + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.found / max(1, 2 * self.found + self.wrong + self.missed)

    @property
    def strict_f1(self) -> float:
        return 2 * self.strict / max(1, 2 * self.found + self.wrong + self.missed)

    def add(self, other: "Figures") -> None:
        self.found += other.found
        self.strict += other.strict
        self.missed += other.missed
        self.wrong += other.wrong
        self.confident += other.confident
        for slot, (right, told) in other.slots.items():
            mine = self.slots.setdefault(slot, [0, 0])
            mine[0] += right
            mine[1] += told


def passages(voice: str, *, unseen: bool) -> list[Passage]:
    """Return the seen or the unseen passages of one voice."""
    lines = (FOLDER / f"{voice}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_passage(voice, json.loads(line)) for n, line in enumerate(lines, 1) if (n % UNSEEN_EVERY == 0) == unseen]


def _passage(voice: str, data: dict[str, Any]) -> Passage:
    article = article_of({key: data.get(key) for key in ("id", "title", "text", "published_at")})
    events: dict[tuple[Any, ...], Expected] = {}
    for event in data["events"]:
        for expected in _expected(event):
            key = (expected.type, expected.place, expected.side, expected.modality, expected.when)
            events.setdefault(key, expected)
    return Passage(data["id"], voice, article, tuple(events.values()))


def _expected(event: dict[str, Any]) -> Iterator[Expected]:
    time, extent = event.get("time") or {}, event.get("extent") or {}
    figure = next(iter(event.get("quantities") or []), None)
    for place in event.get("places") or [None]:
        yield Expected(
            type=event["type"],
            place=place["name"] if place else None,
            side=(event.get("actor") or {}).get("side"),
            modality=event["modality"],
            trigger=event["trigger"]["text"],
            when=(time["start"], time["end"]) if time.get("start") and time.get("end") else None,
            quantity=(figure["what"], figure.get("low"), figure.get("high"), figure.get("per")) if figure else None,
            extent=frozenset(
                [extent["label"], *([f"{extent['share'] * 100:g}"] if extent.get("share") is not None else [])]
                if extent
                else []
            ),
            means=frozenset(event.get("means") or []),
            sources=tuple(
                frozenset(n for n in (c["source"].get("name"), c["source"].get("text")) if n) for c in event["claims"]
            ),
        )


@cache
def _places() -> dict[str, Any]:
    table: dict[str, Any] = json.loads((FOLDER / "places.json").read_text(encoding="utf-8"))
    return table


def folded(text: str) -> str:
    """Return letters, digits and blanks of `text`, lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return "".join(c for c in decomposed if c.isalnum() or c == " ").strip()


def is_at(name: str | None, place: PlaceMention | Place | None, names: Mapping[str, Any]) -> bool:
    """Whether `place` is the one that an annotator calls `name`; `names` has accepted `ids` and `names` by name."""
    if name is None or place is None:
        return name is None and place is None
    entry = names.get(name, {})
    accepted = {folded(other) for other in (name, *entry.get("names", ()))}
    return place.id in entry.get("ids", ()) or folded(place.name) in accepted


def graded(expected: Expected, event: Event) -> dict[str, bool] | None:
    """Return which told slots are right; None where type or place is another."""
    if event.type != expected.type or not is_at(expected.place, event.place, _places()):
        return None
    slots = {"modality": event.modality == expected.modality}
    if expected.side is not None:
        slots["actor"] = event.actor is not None and event.actor.side == expected.side
    slots["claims"] = all(_claimed(names, event) for names in expected.sources)
    if expected.when is not None:
        slots["when"] = overlaps(expected.when, event)
    if expected.quantity is not None:
        slots["quantity"] = any((q.what, q.low, q.high, q.per) == expected.quantity for q in event.quantities)
    if expected.extent:
        slots["extent"] = event.extent is not None and bool(
            expected.extent
            & {event.extent.label, f"{event.extent.share * 100:g}" if event.extent.share is not None else ""}
        )
    if expected.means:
        slots["means"] = bool(expected.means & set(event.means))
    return slots


def _claimed(names: frozenset[str], event: Event) -> bool:
    if not names:
        return any(c.source.kind == "narrator" for c in event.claims)
    wanted = [set(folded(n).split()) for n in names]
    for claim in event.claims:
        said = set(folded(claim.source.name).split())
        if any(w == said or (len(w & said) >= 1 and len(max(w & said, key=len)) > 5) for w in wanted):
            return True
    return False


def overlaps(told: Sequence[str], event: Event) -> bool:
    """Whether the event's days are, by half at least, those from the first to the second of `told`."""
    if event.when is None or event.when.start is None:
        return False
    start, end = map(date.fromisoformat, told)
    mine, last = date.fromisoformat(event.when.start), date.fromisoformat(event.when.end or event.when.start)
    both = (min(end, last) - max(start, mine)).days + 1
    return both > 0 and both / max((end - start).days + 1, (last - mine).days + 1) >= 0.5


class Pair(NamedTuple):
    """A coded event and one that was told, by their numbers, with which of the coded slots are right."""

    coded: int
    told: int
    slots: dict[str, bool]

    @property
    def strict(self) -> bool:
        """Whether modality and side are right, too."""
        return self.slots["modality"] and self.slots.get("actor", True)

    @property
    def figures(self) -> Figures:
        return Figures(found=1, strict=int(self.strict), slots={s: [int(ok), 1] for s, ok in self.slots.items()})


def best(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs that stand when each event is in one at most, the best match first; of equal ones the first."""
    found: list[Pair] = []
    coded: set[int] = set()
    told: set[int] = set()
    for pair in sorted(pairs, key=lambda p: (p.strict, sum(p.slots.values())), reverse=True):
        if pair.coded not in coded and pair.told not in told:
            found.append(pair)
            coded.add(pair.coded)
            told.add(pair.told)
    return found


def grade(passage: Passage, events: tuple[Event, ...]) -> tuple[Figures, dict[str, Figures]]:
    """Return the figures of one passage, in all and by event type."""
    pairs = [
        Pair(e, g, slots)
        for e, expected in enumerate(passage.events)
        for g, event in enumerate(events)
        if (slots := graded(expected, event)) is not None
    ]
    total, by_type = Figures(), {}
    taken: set[int] = set()
    used: set[int] = set()
    for pair in best(pairs):
        taken.add(pair.coded)
        used.add(pair.told)
        total.add(pair.figures)
        by_type.setdefault(passage.events[pair.coded].type, Figures()).add(pair.figures)
    for e, expected in enumerate(passage.events):
        if e not in taken:
            total.missed += 1
            by_type.setdefault(expected.type, Figures()).missed += 1
    for g, event in enumerate(events):
        total.confident.append((event.confidence, g in used))
        if g not in used:
            total.wrong += 1
            by_type.setdefault(event.type, Figures()).wrong += 1
    return total, by_type
