"""Columns of incidents: what several articles tell of one thing."""

from typing import Final

from services.store.api.exports.columns import Column, attribute, inside

COLUMNS: Final = (
    attribute("incident_id", "text", "Id: that of one of its events", "7ccf79d6-743e-5de9-8841-…"),
    attribute("kind", "text", "Which types of events can tell of it: attack, seizure, fighting, …", "attack"),
    attribute("type", "text", "The type of event that most of them are", "strike"),
    attribute("types", "texts", "All types of its events", '["casualties", "strike"]'),
    attribute("modality", "text", "actual as soon as one event says so", "actual"),
    Column("place_id", "text", inside("place", "id"), "Id of the place", "geonames:703822"),
    Column("place_name", "text", inside("place", "name"), "Name of the place", "Kupiansk"),
    Column("admin1", "text", inside("place", "admin1"), "Oblast, or what corresponds to it", "Kharkiv Oblast"),
    Column("country", "text", inside("place", "country"), "ISO 3166 alpha-2 code", "UA"),
    Column("longitude", "number", inside("place", "longitude"), "Longitude, WGS 84", "37.61", "degrees"),
    Column("latitude", "number", inside("place", "latitude"), "Latitude, WGS 84", "49.71", "degrees"),
    attribute(
        "first_day", "date", "First day that dated reports give; without any, that of publication", "2024-09-10", "day"
    ),
    attribute("last_day", "date", "Last such day", "2024-09-10", "day"),
    attribute("first_reported_at", "time", "When the first article was published", "2024-09-10T07:00:00Z", "UTC"),
    attribute("last_reported_at", "time", "When the last one was", "2024-09-12T07:00:00Z", "UTC"),
    attribute("agreement", "text", "single, agreed, contradicted, unattributed", "contradicted"),
    attribute("asserted_by", "texts", "Named sources that say so", '["General Staff of Ukraine"]'),
    attribute("denied_by", "texts", "Named sources that deny it", '["Russian Ministry of Defence"]'),
    attribute("figures", "json", "Range of each figure over all reports", '[{"what": "killed", "low": 3.0, …}]'),
    attribute("event_count", "integer", "Events that tell of it", "4", "events"),
    attribute("article_count", "integer", "Articles that tell of it", "4", "articles"),
    attribute("report_count", "integer", "Articles, copies of one report counted once", "3", "reports"),
    attribute("source_count", "integer", "Named sources", "2", "sources"),
)
