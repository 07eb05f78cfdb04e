"""Columns of the standings that a place has had."""

from typing import Final

from services.store.api.exports.columns import attribute
from services.store.api.exports.tables.places import SPOKEN, STANDING, WHERE

COLUMNS: Final = (
    attribute("period_id", "text", "The id of the place, and the day since when", "geonames:713174/2023-05-20"),
    *WHERE,
    *STANDING,
    attribute("until", "date", "The last day of it; null while it lasts", "2023-06-01", "day"),
    *SPOKEN,
    attribute("event_ids", "texts", "The events that began it", '["7ccf79d6-743e-5de9-…"]'),
)
