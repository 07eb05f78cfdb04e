"""Columns of events: one row an event, its claims summed up and as JSON."""

from datetime import date
from typing import Any, Final

from services.contracts.messages import Event
from services.contracts.taxonomy import Stance
from services.store.api.exports.columns import Column, attribute, inside

SAYS: Final[frozenset[Stance]] = frozenset({"asserts", "confirms"})
DENIES: Final[frozenset[Stance]] = frozenset({"denies", "doubts"})


def _day(part: str) -> Any:
    read = inside("when", part)

    def day(event: Event) -> date | None:
        found = read(event)
        return None if found is None else date.fromisoformat(found)

    return day


def _sources(stances: frozenset[Stance]) -> Any:
    def names(event: Event) -> list[str]:
        return list(dict.fromkeys(c.source.name for c in event.claims if c.stance in stances))

    return names


def _actor(part: str, who: str) -> tuple[Column, ...]:
    return (
        Column(
            f"{part}_name", "text", inside(part, "name"), f"{who}, as the lists of actors call it", "Russian forces"
        ),
        Column(f"{part}_id", "text", inside(part, "id"), "Its id; null where the lists do not have it", "RUS/MIL"),
        Column(
            f"{part}_side",
            "text",
            inside(part, "side"),
            "Its side: an ISO 3166 alpha-3 code, or EU, NATO, UN, WEST",
            "RUS",
        ),
        Column(f"{part}_kind", "text", inside(part, "kind"), "Its kind: MIL, GOV, PROXY, PMC, CIV, …", "MIL"),
    )


COLUMNS: Final = (
    attribute("event_id", "text", "Id of the event: the same content has the same id", "7ccf79d6-743e-5de9-8841-…"),
    attribute("article_id", "text", "Id of the article that tells of it", "0b2c8c5e-91a5-5b1f-a5f1-…"),
    attribute("type", "text", "Type of event: capture, strike, withdrawal, …", "capture"),
    attribute(
        "modality", "text", "How the text presents it: actual, intended, possible, conditional, negated", "actual"
    ),
    attribute("plover", "text", "The nearest class of PLOVER", "ASSAULT"),
    attribute("acled", "text", "The nearest sub-event type of ACLED", "Armed clash"),
    attribute("confidence", "number", "How sure the reading is", "0.93", "0 to 1"),
    Column("start", "date", _day("start"), "First day that the text gives; null: none, or open", "2023-05-20", "day"),
    Column("end", "date", _day("end"), "Last day that the text gives; null: none, or open", "2023-05-20", "day"),
    Column("precision", "text", inside("when", "precision"), "How exact the text is: day, week, month, …", "day"),
    *_actor("actor", "Who does it"),
    *_actor("target", "To whom it is done"),
    Column("place_id", "text", inside("place", "id"), "Id of the place in the gazetteer", "geonames:713174"),
    Column("place_name", "text", inside("place", "name"), "Name of the place", "Bakhmut"),
    Column(
        "place_kind",
        "text",
        inside("place", "kind"),
        "settlement, oblast, raion, region, country, feature",
        "settlement",
    ),
    Column("relation", "text", inside("place", "relation"), "Where with regard to it: in, near, toward, …", "in"),
    Column("admin1", "text", inside("place", "admin1"), "Oblast, or what corresponds to it", "Donetsk Oblast"),
    Column("country", "text", inside("place", "country"), "ISO 3166 alpha-2 code", "UA"),
    Column("longitude", "number", inside("place", "longitude"), "Longitude, WGS 84", "37.999", "degrees"),
    Column("latitude", "number", inside("place", "latitude"), "Latitude, WGS 84", "48.594", "degrees"),
    Column("extent", "text", inside("extent", "label"), "How much of the place: all, most, half, part, share", "part"),
    Column("share", "number", inside("extent", "share"), "Share of the place that is told", "0.52", "0 to 1"),
    attribute("means", "texts", "Means, then the systems named", '["drone"]'),
    Column("asserted_by", "texts", _sources(SAYS), "Who asserts or confirms it", '["Russian Ministry of Defence"]'),
    Column("denied_by", "texts", _sources(DENIES), "Who denies or doubts it", '["General Staff of Ukraine"]'),
    attribute("claims", "json", "Its claims, whole", '[{"source": {…}, "stance": "asserts", …}]'),
    attribute("quantities", "json", "Figures that are told of it", '[{"what": "killed", "low": 3.0, "high": 3.0, …}]'),
    attribute("mentions", "json", "Where the text tells of it: offsets into the cleaned text, in characters", "[{…}]"),
    attribute("published_at", "text", "When the article was published, as it was sent", "2023-05-21T17:20:00Z"),
    attribute("publisher", "text", "Publisher of the article", "Meridian Wire"),
    attribute("url", "text", "Address of the article", "https://news.example.org/1"),
)
"""The explanation of each slot is in JSON and NDJSON alone."""
