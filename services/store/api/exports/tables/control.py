"""Columns of how places stand at the end of a day."""

from typing import Final

from services.store.api.exports.columns import attribute
from services.store.api.exports.tables.places import SPOKEN, STANDING, WHERE

COLUMNS: Final = (
    *WHERE,
    *STANDING,
    *SPOKEN,
    attribute("event_ids", "texts", "The events that decided it", '["7ccf79d6-743e-5de9-…"]'),
    attribute(
        "inherited_from",
        "text",
        "Id of the place whose standing it is, where nothing is said of itself",
        "geonames:706482",
    ),
)
