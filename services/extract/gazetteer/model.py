"""What the gazetteer knows of one place. Made by `build`, read by `load`, looked up by the places stage."""

from dataclasses import dataclass
from typing import Final

from services.contracts.taxonomy import PlaceKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the gazetteer.

    `id` is `geonames:<number>` where GeoNames has the place, else `frontlog:<slug>` of the curated tables. `prior` is
    how likely a report of this war means it, before any context: from size, distance to the front and curation.
    `weak` names are also people's names or common words, and need a sign that a place is meant.
    """

    id: str
    name: str
    kind: PlaceKind
    country: str | None
    admin1: str | None
    latitude: float | None
    longitude: float | None
    prior: float
    weak: bool = False
    within: str | None = None


ALIAS_TIERS: Final = ("name", "spelling", "other")
"""How an alias is related to its entry: the canonical name, a spelling of it, or another name (former, foreign)."""
