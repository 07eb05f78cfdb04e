"""Whose ground a place lies on, where that is beyond doubt: who fires at it is then the other side."""

from datetime import date
from typing import Final

from services.extract.document import Document, EventMention, PlaceMention
from services.extract.stages.agency.lexicon import words

_MID_2022: Final = date(2022, 7, 1)
_CONTESTED: Final = frozenset({"Donetsk Oblast", "Luhansk Oblast", "Zaporizhzhia Oblast", "Kherson Oblast"})
"""Where the front runs through: only towns that are listed count."""
_KURSK: Final = (date(2024, 8, 6), date(2025, 5, 1))
"""While Ukrainian troops stood in Kursk Oblast, both sides fired there."""


def ground_of(doc: Document, event: EventMention) -> str | None:
    """Return the side that holds all places of the event, None where there are none, or it may be either."""
    held = {_held(place, doc.published) for place in event.places}
    return held.pop() if len(held) == 1 else None


def _held(place: PlaceMention, day: date | None) -> str | None:
    if place.id is None or place.kind == "country":
        return None
    if place.country == "RU":
        at_war = place.admin1 == "Kursk Oblast" or place.name == "Kursk Oblast"
        return None if at_war and (day is None or _KURSK[0] <= day < _KURSK[1]) else "RUS"
    if place.country != "UA":
        return None
    key = place.name.lower().replace(" ", "-")
    if place.admin1 == "Crimea" or key in words("ground_RUS"):
        return "RUS"
    if key in words("ground_RUS_since_2022"):
        return "RUS" if day is not None and day >= _MID_2022 else None
    if key in words("ground_UKR"):
        return "UKR"
    return None if place.admin1 in _CONTESTED or place.name in _CONTESTED or place.kind != "settlement" else "UKR"
