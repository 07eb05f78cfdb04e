"""GeoJSON (RFC 7946): one feature collection, a feature a row. What has no coordinates has a null geometry. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import msgspec

from services.store.api.exports.columns import Column

BEGIN: Final = b'{"type":"FeatureCollection","features":['
END: Final = b"\n]}\n"
COORDINATES: Final = frozenset({"longitude", "latitude"})


def feature(columns: Iterable[Column], key: str, item: Any) -> bytes:
    """Return the feature of `item`; `key` is the column that identifies it."""
    values = {column.name: column.of(item) for column in columns}
    longitude, latitude = values.get("longitude"), values.get("latitude")
    found = {
        "type": "Feature",
        "id": values[key],
        "geometry": None
        if longitude is None or latitude is None
        else {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": {name: _plain(value) for name, value in values.items() if name not in COORDINATES},
    }
    return msgspec.json.encode(found)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
