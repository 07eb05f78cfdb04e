"""Columns of events as ACLED has them. Only what is told as having happened has a row."""

from datetime import date
from typing import Any, Final

from services.contracts.messages import Actor, Event
from services.store.api.exports import codes
from services.store.api.exports.columns import Column, Kind, attribute, inside
from services.store.api.exports.tables.events import DENIES, SAYS


def keeps(event: Event) -> bool:
    return event.modality == "actual"


def day(event: Event) -> date | None:
    """The first day that the text gives, else the last; without one, that of the article."""
    when = event.when
    found = (when.start or when.end) if when is not None else None
    found = found or (event.published_at or "")[:10]
    return date.fromisoformat(found) if found else None


def time_precision(event: Event) -> int:
    """Return ACLED's TIME_PRECISION of the event's dates."""
    if event.when is None or not (event.when.start or event.when.end):
        return codes.ACLED_TIME_UNDATED
    return codes.ACLED_TIME[event.when.precision]


def geo_precision(event: Event) -> int | None:
    """Return ACLED's GEO_PRECISION of the event's place: 2 for what is only near one; None without a place."""
    place = event.place
    if place is None or place.kind is None:
        return None
    exact = codes.ACLED_PLACE[place.kind]
    return 2 if exact == 1 and place.relation not in codes.ACLED_AT else exact


def sub_event(event: Event) -> str:
    return codes.ACLED_NOT_ITS_OWN.get(event.acled, event.acled)


def event_type(event: Event) -> str | None:
    return codes.ACLED_EVENT_TYPE.get(sub_event(event))


def disorder(event: Event) -> str | None:
    found = event_type(event)
    return None if found is None else codes.ACLED_DISORDER[found]


def actor_name(actor: Actor | None) -> str | None:
    """Return the actor as ACLED would name it: a state's forces by the state, civilians by their country."""
    if actor is None:
        return None
    forces = codes.ACLED_FORCES.get(actor.side or "")
    if actor.kind in ("MIL", "GOV") and forces:
        return forces
    if actor.kind == "CIV" and (country := _country_of(actor.side)):
        return f"Civilians ({country})"
    return actor.name


def inter(event: Event, actor: Actor | None) -> str | None:
    """The type of the actor, which for armies depends on whose country it is."""
    if actor is None or actor.kind is None:
        return None
    if actor.kind in ("MIL", "GOV"):
        country = codes.COUNTRY.get((event.place.country or "") if event.place is not None else "")
        at_home = country is not None and country[0] == actor.side
        return codes.ACLED_AT_HOME if at_home else codes.ACLED_ELSEWHERE
    return codes.ACLED_ACTOR.get(actor.kind, codes.ACLED_ELSEWHERE)


def interaction(event: Event) -> str | None:
    sides = [found for actor in (event.actor, event.target) if (found := inter(event, actor))]
    return "-".join(sides) if len(sides) == 2 else f"{sides[0]} only" if sides else None


def fatalities(event: Event) -> int:
    """The largest least number of killed that is told once, as a rate is no count; 0 where none is."""
    told = (q.low if q.low is not None else q.high for q in event.quantities if q.what == "killed" and q.per is None)
    return int(max((number for number in told if number is not None), default=0))


def tags(event: Event) -> str:
    """What ACLED has no column for."""
    said = [f"{c.source.name} ({c.stance})" for c in event.claims if c.stance in SAYS | DENIES]
    return "; ".join([f"confidence={event.confidence:g}", *(f"claim={one}" for one in dict.fromkeys(said))])


def _country(part: int) -> Any:
    def read(event: Event) -> Any:
        found = codes.COUNTRY.get((event.place.country or "") if event.place is not None else "")
        return None if found is None else found[part]

    return read


def _country_of(side: str | None) -> str | None:
    return next((name for code, _, name in codes.COUNTRY.values() if code == side), None)


def _actor(part: str, number: int) -> tuple[Column, ...]:
    return (
        _of(f"actor{number}", "text", lambda e: actor_name(getattr(e, part)), "Actor", codes.ACLED_FORCES["RUS"]),
        _of(f"assoc_actor_{number}", "text", inside(part, "name"), "The same as the text names it", "Russian forces"),
        _of(f"inter{number}", "text", lambda e: inter(e, getattr(e, part)), "Type of actor", codes.ACLED_ELSEWHERE),
    )


def _of(name: str, kind: Kind, read: Any, meaning: str, example: str, unit: str = "") -> Column:
    return Column(name, kind, read, meaning, example, unit)


COLUMNS: Final = (
    Column("event_id_cnty", "text", lambda e: e.event_id, "Id of the event", "7ccf79d6-743e-5de9-8841-…"),
    Column("event_date", "date", day, "First day, else that of the article", "2023-05-20", "day"),
    Column("year", "integer", lambda e: d.year if (d := day(e)) else None, "Its year", "2023", "year"),
    Column("time_precision", "integer", time_precision, "1 day, 2 week, or undated, 3 longer", "1"),
    Column("disorder_type", "text", disorder, "Disorder type", "Political violence"),
    Column("event_type", "text", event_type, "Event type", "Battles"),
    Column("sub_event_type", "text", sub_event, "Sub-event type", "Armed clash"),
    *_actor("actor", 1),
    *_actor("target", 2),
    Column("interaction", "text", interaction, "The two types of actors", "External/Other forces-State forces"),
    Column(
        "civilian_targeting",
        "text",
        lambda e: "Civilian targeting" if e.target is not None and e.target.kind == "CIV" else None,
        "Whether civilians are the target",
        "Civilian targeting",
    ),
    Column("iso", "integer", _country(1), "ISO 3166 number of the country", "804"),
    Column("region", "text", lambda e: codes.ACLED_REGION if _country(1)(e) else None, "Region", "Europe"),
    Column("country", "text", _country(2), "Country", "Ukraine"),
    Column("admin1", "text", inside("place", "admin1"), "Oblast", "Donetsk Oblast"),
    Column("location", "text", inside("place", "name"), "Place", "Bakhmut"),
    Column("latitude", "number", inside("place", "latitude"), "Latitude, WGS 84", "48.594", "degrees"),
    Column("longitude", "number", inside("place", "longitude"), "Longitude, WGS 84", "37.999", "degrees"),
    Column("geo_precision", "integer", geo_precision, "1 at the place, 2 near it, 3 in the region", "1"),
    Column("source", "text", lambda e: e.publisher, "Publisher", "Meridian Wire"),
    Column(
        "notes", "text", lambda e: e.mentions[0].sentence if e.mentions else None, "The sentence that tells it", "…"
    ),
    Column(
        "fatalities", "integer", fatalities, "Killed: the largest least number told; 0 where none is", "3", "people"
    ),
    Column("tags", "text", tags, "Confidence, and who asserts or denies it", "confidence=0.93; claim=…"),
    attribute("url", "text", "Address of the article", "https://news.example.org/1"),
)
