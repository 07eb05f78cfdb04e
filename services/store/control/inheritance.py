"""What a whole area passes on to the places in it, of which nothing nearer speaks (pure).

A capture of an oblast speaks for its towns only as far as nothing that is said of a town does. So a place without a
standing of its own has that of the nearest area around it that has one: what it is a part of, its oblast, the
region around that. An area that is contested passes nothing on: it does not say which part of it is whose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.store.control.standing import UNKNOWN, Standing

REGIONS: Final[Mapping[tuple[str, str], str]] = {
    ("UA", "Donetsk Oblast"): "Donbas",
    ("UA", "Luhansk Oblast"): "Donbas",
}
"""Oblasts that lie in a region as a whole."""
UNIT_KINDS: Final = frozenset({"oblast", "region"})
"""Kinds of places that the field `admin1` of other places names. A country is none: nobody means all of it."""
DEEPEST: Final = 4
"""Areas that lie within each other: none is nested deeper, and what refers to itself has an end."""


@dataclass(frozen=True, slots=True)
class Area:
    """A place that others lie in, and how it stands by its own events."""

    key: str
    name: str
    kind: str | None
    admin1: str | None
    country: str | None
    within: str | None
    standing: Standing


class Areas:
    """The areas as they stand at one day."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._by_key = {area.key: area for area in areas}
        self._units = {(area.country, area.name): area for area in self._by_key.values() if area.kind in UNIT_KINDS}

    def over(self, key: str, within: str | None, admin1: str | None, country: str | None, name: str) -> Area | None:
        """Return the area whose standing a place without one of its own has; None where none passes any on."""
        for _ in range(DEEPEST):
            around = self._by_key.get(within) if within else None
            if around is None or around.key == key:
                break
            if around.standing.standing != UNKNOWN:
                return _passes_on(around)
            within, admin1, country = around.within, around.admin1 or admin1, around.country or country
        unit = self._units.get((country, admin1 or name))
        if unit is not None and unit.key != key and unit.standing.standing != UNKNOWN:
            return _passes_on(unit)
        region = self._units.get((country, REGIONS.get((country or "", admin1 or name), "")))
        return _passes_on(region) if region is not None and region.key != key else None


def _passes_on(area: Area) -> Area | None:
    return area if area.standing.standing in ("UKR", "RUS") else None
