"""The whole event as it is asked for and read: as text, which the codec reads in a fifth of the time that the driver's
own reading of JSON takes."""

from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Text, cast

from services.contracts.messages import Event
from services.store.tables import event

BODY: Final[ColumnElement[str]] = cast(event.c.body, Text).label("body")
"""The column of a query whose rows `body` reads."""

_decoder: Final = msgspec.json.Decoder(Event)


def body(row: Any) -> Event:
    """Return the event of a row that has `BODY`."""
    return _decoder.decode(row.body)
