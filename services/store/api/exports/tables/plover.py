"""Columns of events in the codes of PLOVER. What is negated has no row; contexts tell of plans and possibilities."""

from typing import Any, Final

from services.contracts.messages import Actor, Event
from services.store.api.exports import codes
from services.store.api.exports.columns import Column, attribute, inside
from services.store.api.exports.tables.acled import day, fatalities


def keeps(event: Event) -> bool:
    return event.modality != "negated"


def contexts(event: Event) -> str:
    return "; ".join(filter(None, ("military", codes.PLOVER_CONTEXT.get(event.modality))))


def country(actor: Actor | None) -> str | None:
    """Alpha-3 code; alliances have none."""
    return None if actor is None or actor.side in codes.ALLIANCES else actor.side


def sector(actor: Actor | None) -> str | None:
    """Return PLOVER's sector of the actor; None where its kind has none."""
    if actor is None or actor.kind is None:
        return None
    if actor.kind == "ORG" and actor.side in codes.ALLIANCES:
        return "IGO"
    return codes.PLOVER_SECTOR.get(actor.kind)


def _party(part: str, name: str, who: str) -> tuple[Column, ...]:
    def of(read: Any) -> Any:
        return lambda event: read(getattr(event, part))

    return (
        Column(f"{name}_name", "text", inside(part, "name"), who, "Russian forces"),
        Column(f"{name}_country", "text", of(country), "Its country: ISO 3166 alpha-3 code", "RUS"),
        Column(f"{name}_sector", "text", of(sector), "Its sector", "MIL"),
    )


COLUMNS: Final = (
    attribute("event_id", "text", "Id of the event", "7ccf79d6-743e-5de9-8841-…"),
    Column("event_date", "date", day, "First day, else that of the article", "2023-05-20", "day"),
    Column("event_type", "text", lambda e: e.plover, "Class", "ASSAULT"),
    Column(
        "quad_code",
        "integer",
        lambda e: codes.PLOVER_QUAD.get(e.plover),
        "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict",
        "4",
    ),
    Column(
        "contexts", "text", contexts, "military; future or hypothetical where it did not happen", "military; future"
    ),
    *_party("actor", "actor", "Who does it"),
    *_party("target", "recipient", "To whom it is done"),
    Column("placename", "text", inside("place", "name"), "Place", "Bakhmut"),
    Column("province", "text", inside("place", "admin1"), "Oblast", "Donetsk Oblast"),
    Column(
        "country",
        "text",
        lambda e: codes.COUNTRY.get(e.place.country or "", (None,))[0] if e.place is not None else None,
        "Country: ISO 3166 alpha-3 code",
        "UKR",
    ),
    Column("latitude", "number", inside("place", "latitude"), "Latitude, WGS 84", "48.594", "degrees"),
    Column("longitude", "number", inside("place", "longitude"), "Longitude, WGS 84", "37.999", "degrees"),
    Column(
        "fatalities", "integer", fatalities, "Killed: the largest least number told; 0 where none is", "3", "people"
    ),
    attribute("confidence", "number", "How sure the reading is", "0.93", "0 to 1"),
    attribute("publisher", "text", "Publisher of the article", "Meridian Wire"),
    attribute("url", "text", "Address of the article", "https://news.example.org/1"),
)
