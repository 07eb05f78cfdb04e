"""Names under which the gazetteer knows only a world city, where the front has a town of that name. Part of places.

"New York" beside Toretsk is Niu-York of Donetsk Oblast; with the United Nations or a newspaper beside it, it is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.extract.gazetteer import Entry, Gazetteer
from services.extract.pattern import Pattern
from services.extract.stages.places.resolve import Anchor, kilometres

NEAR_KM: Final = 40.0
"""How far from the town its neighbours are that tell it."""
NEAR_CHARACTERS: Final = 400
"""How far in the text they stand from the name."""


@dataclass(frozen=True, slots=True)
class _Homonym:
    key: str
    """The town's name, as the gazetteer looks it up."""
    abroad: Pattern
    """What stands near the name where the world city is meant."""


_HOMONYMS: Final = {
    "New York City": _Homonym(
        "niu york",
        Pattern(
            r"\bU\.?N\.?\b|United Nations|General Assembly|Security Council|Manhattan|Times\b|Post\b|[Nn]ewspaper"
            r"|Stock Exchange|New York(?: City|[’']s mayor|-based)|\bU\.?S\.?\b|Wall Street|Washington"
        ),
    ),
}


def at_the_front(entry: Entry, start: int, text: str, anchors: Sequence[Anchor], known: Gazetteer) -> Entry:
    """Return the town that a name at `start` means where its neighbours are named beside it, else `entry`."""
    homonym = _HOMONYMS.get(entry.name)
    if homonym is None:
        return entry
    town = next((c.entry for c in known.candidates(homonym.key)), None)
    low, high = max(0, start - NEAR_CHARACTERS), start + NEAR_CHARACTERS
    if town is None or homonym.abroad.search(text, low, high):
        return entry
    near = any(low <= a.offset <= high and kilometres(a.entry, town) <= NEAR_KM for a in anchors)
    return town if near else entry
