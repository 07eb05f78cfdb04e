"""Columns of places: what they are, and how they stand after all evidence."""

from typing import Final

from services.store.api.exports.columns import attribute

WHERE: Final = (
    attribute(
        "id",
        "text",
        "Id in the gazetteer or, for a name that it does not have, `name:` and the name",
        "geonames:713174",
    ),
    attribute("name", "text", "Name", "Bakhmut"),
    attribute("kind", "text", "settlement, oblast, raion, region, country, feature", "settlement"),
    attribute("admin1", "text", "Oblast, or what corresponds to it", "Donetsk Oblast"),
    attribute("country", "text", "ISO 3166 alpha-2 code", "UA"),
    attribute("longitude", "number", "Longitude, WGS 84", "37.999", "degrees"),
    attribute("latitude", "number", "Latitude, WGS 84", "48.594", "degrees"),
    attribute("within", "text", "Id of the settlement that it is a part of", "geonames:706483"),
)
STANDING: Final = (
    attribute("standing", "text", "Who is said to hold it: UKR, RUS, contested, unknown", "contested"),
    attribute("since", "date", "The day since when", "2023-05-20", "day"),
    attribute("claimed_by", "texts", "Sides that are said to hold it", '["RUS"]'),
    attribute("disputed_by", "texts", "Sides whose sources deny that, or say otherwise", '["UKR"]'),
    attribute("share", "number", "Share that the claiming side is said to hold, where it is a part", "0.52", "0 to 1"),
)
SPOKEN: Final = (
    attribute("publishers", "integer", "Publishers that have spoken for it since then", "3", "publishers"),
    attribute(
        "voices",
        "integer",
        "The independent ones: copies of one text are one report, credited to whoever published it first",
        "2",
        "voices",
    ),
)
COLUMNS: Final = (
    *WHERE,
    attribute("resolved", "boolean", "Whether the gazetteer has it", "true"),
    attribute("event_count", "integer", "Events that name it", "12", "events"),
    *STANDING,
    attribute("distance", "number", "Distance from the point that was asked for", "12.4", "km"),
)
