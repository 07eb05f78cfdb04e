"""Decides which place an ambiguous name means: by the oblast named near it, by the places around it, by the front.

What cannot be told apart keeps its name and gets no id.
"""

import csv
import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, final

from services.extract.gazetteer import Candidate, Entry
from services.extract.stages.places.naming import Named

MARGIN: Final = 0.7
"""How much better than the next the best candidate must be."""
NEIGHBOURS: Final = 24
"""Names before and after that are looked at."""
TIER: Final = 1.2
FORMER: Final = 2
"""Tier of names that a place no longer has; a place that has the name now, and is known (`KNOWN`), comes before it."""
KNOWN: Final = 5.0
"""Prior of a place from which on its name is heard as its own."""
KNOWN_TOWN: Final = 6.0
"""Prior of a town whose own name is not taken for what another town was called long ago: "Sloviansk" is not Nikopol."""
_SOME_DAY: Final = "2023-06-01"
"""The day of the front where the text has none."""
_FRONT: Final = Path(__file__).parents[2] / "gazetteer" / "curated" / "front.tsv"


@final
class Anchor:
    """A place of the text that is certain: where in the text, where on the map, how telling."""

    __slots__ = ("entry", "offset", "weight")

    def __init__(self, offset: int, entry: Entry, weight: float) -> None:
        self.offset: Final = offset
        self.entry: Final = entry
        self.weight: Final = weight


@lru_cache(maxsize=1)
def _front() -> tuple[tuple[float, float, str, str], ...]:
    with _FRONT.open(encoding="utf-8", newline="") as lines:
        return tuple(
            (float(r["latitude"]), float(r["longitude"]), r["start"], r["end"] or "9999")
            for r in csv.DictReader(lines, delimiter="\t")
        )


def kilometres(a: Entry, b: Entry) -> float:
    """Distance of two places; infinite where one has no coordinates."""
    if a.latitude is None or b.latitude is None or a.longitude is None or b.longitude is None:
        return math.inf
    return _distance(a.latitude, a.longitude, b.latitude, b.longitude)


def _distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 6371.0 * math.hypot(x, math.radians(lat2 - lat1))


def _at_front(entry: Entry, day: str) -> float:
    if entry.latitude is None or entry.longitude is None:
        return 0.0
    return _near_front(entry.latitude, entry.longitude, day)


@lru_cache(maxsize=20_000)
def _near_front(latitude: float, longitude: float, day: str) -> float:
    near = [_distance(latitude, longitude, lat, lon) for lat, lon, start, end in _front() if start <= day <= end]
    return math.exp(-min(near) / 20.0) if near else 0.0


def at_front(published: date | None) -> Callable[[Entry], float]:
    """Return how near, from 0 to 1, an entry lies to the front of the day on which the text was published."""
    day = published.isoformat() if published else _SOME_DAY

    def near(entry: Entry) -> float:
        return _at_front(entry, day)

    return near


def anchors_of(names: Sequence[Named]) -> list[Anchor]:
    """The names that need no deciding: areas by their class word, and names with one clear meaning."""
    anchors = []
    for named in names:
        if named.area and len({e.name for e in named.area}) == 1:
            anchors.append(Anchor(named.start, named.area[0], 1.0))
        elif named.candidates:
            best = named.candidates[0]
            rest = [c for c in named.candidates[1:] if kilometres(best.entry, c.entry) > 12]
            value = best.entry.prior - TIER * best.tier
            lead = value - max((c.entry.prior - TIER * c.tier for c in rest), default=-9.0)
            if lead > 2.0 and best.entry.kind in ("settlement", "feature", "oblast", "raion") and not best.entry.weak:
                anchors.append(Anchor(named.start, best.entry, 1.0 if lead > 3 else 0.6))
    return anchors


def choose(named: Named, anchors: Sequence[Anchor], published: date | None) -> tuple[Entry | None, Entry]:
    """Return (the place meant or None where it cannot be told, the likeliest place, whose name is kept)."""
    candidates = [Candidate(e, 0) for e in named.area] if named.area else list(named.candidates)
    if any(c.tier == 0 and c.entry.prior >= KNOWN_TOWN for c in candidates):
        candidates = [c for c in candidates if c.tier < 2]
    if len(candidates) == 1:
        return candidates[0].entry, candidates[0].entry
    if any(c.tier == 0 and c.entry.prior >= KNOWN for c in candidates):
        candidates = [c for c in candidates if c.tier < FORMER]  # Nikopol was once Sloviansk
    at = bisect_left(anchors, named.start, key=lambda a: a.offset)
    near = [a for a in anchors[max(0, at - NEIGHBOURS) : at + NEIGHBOURS] if a.offset != named.start]
    day = published.isoformat() if published else _SOME_DAY
    scored = sorted(
        ((_score(c, named, near, day), c.entry) for c in candidates), key=lambda pair: (-pair[0], pair[1].id)
    )
    best_score, best = scored[0]
    rivals = [(s, e) for s, e in scored[1:] if kilometres(best, e) > 12 or e.kind != best.kind]
    if rivals and best_score - rivals[0][0] < MARGIN:
        return None, best
    return best, best


def _score(candidate: Candidate, named: Named, anchors: Sequence[Anchor], day: str) -> float:
    entry = candidate.entry
    score = entry.prior - TIER * candidate.tier + 1.5 * _at_front(entry, day)
    context = 0.0
    admin = 0.0
    for anchor in anchors:
        gap = abs(anchor.offset - named.start)
        decay = math.exp(-gap / 600.0)
        if anchor.entry.kind in ("oblast", "region") and entry.admin1 and anchor.entry.admin1:
            if anchor.entry.admin1 == entry.admin1:
                admin = max(admin, 2.5 * decay + (1.5 if gap < 60 else 0.0))
        elif anchor.entry.id == entry.within:
            admin = max(admin, 4.0 * decay)  # the city whose district it is
        elif anchor.entry.id != entry.id:
            context += 3.0 * anchor.weight * decay * math.exp(-kilometres(entry, anchor.entry) / 35.0)
    return score + min(context, 5.0) + admin
