"""The lists that can be had whole: what their rows are, their columns, and the forms that each comes in."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.api.exports.columns import Column
from services.store.api.exports.forms import ACLED, CSV, GEOJSON, JSON, NDJSON, PARQUET, PLOVER, Form
from services.store.api.exports.tables import acled, plover
from services.store.api.exports.tables import articles as article_table
from services.store.api.exports.tables import claims as claim_table
from services.store.api.exports.tables import control as control_table
from services.store.api.exports.tables import events as event_table
from services.store.api.exports.tables import history as history_table
from services.store.api.exports.tables import incidents as incident_table
from services.store.api.exports.tables import places as place_table
from services.store.api.exports.tables import sources as source_table
from services.store.api.queries import articles, claims, control, events, history, incidents, places, sources
from services.store.api.queries.control import ControlFilters
from services.store.api.views import ControlView

Stream = Callable[[AsyncConnection, Any, int | None], AsyncIterator[Any]]


@dataclass(frozen=True, slots=True)
class Special:
    """A form with columns of its own; `keeps` tells which rows it has."""

    columns: tuple[Column, ...]
    keeps: Callable[[Any], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Collection:
    """A list. `stream` yields its rows by filters, up to a number; `key` is the column that identifies one."""

    name: str
    what: str
    key: str
    columns: tuple[Column, ...]
    stream: Stream
    special: Mapping[Form, Special] = field(default_factory=dict)
    of: str = ""
    """Its address without an extension, where that is not its name."""

    @property
    def address(self) -> str:
        return self.of or f"/{self.name}"

    @property
    def forms(self) -> tuple[Form, ...]:
        """What it can be had in, JSON first."""
        found = [JSON, NDJSON, CSV, PARQUET]
        if {"longitude", "latitude"} <= {column.name for column in self.columns}:
            found.append(GEOJSON)
        return (*found, *self.special)

    def table(self, form: Form) -> tuple[Column, ...]:
        """The columns that it has in `form`."""
        return self.special[form].columns if form in self.special else self.columns

    def keeps(self, form: Form, item: Any) -> bool:
        return form not in self.special or self.special[form].keeps(item)


async def _control(
    connection: AsyncConnection, filters: ControlFilters, limit: int | None
) -> AsyncIterator[ControlView]:
    number = 0
    async for _, view in control.stream(connection, filters):
        if limit is not None and number >= limit:
            return
        number += 1
        yield view


EVENTS: Final = Collection(
    "events",
    "Events, the latest first.",
    "event_id",
    event_table.COLUMNS,
    events.stream,
    {ACLED: Special(acled.COLUMNS, acled.keeps), PLOVER: Special(plover.COLUMNS, plover.keeps)},
)
CLAIMS: Final = Collection(
    "claims",
    "The claims of events, one a row, those of the latest events first. The filters of source, side and stance choose "
    "claims, the others events.",
    "claim_id",
    claim_table.COLUMNS,
    claims.stream,
)
ARTICLES: Final = Collection(
    "articles", "Articles, the latest first.", "article_id", article_table.COLUMNS, articles.stream
)
PLACES: Final = Collection("places", "Places that events name, by name.", "id", place_table.COLUMNS, places.stream)
CONTROL: Final = Collection("control", "How places stand at a day, by name.", "id", control_table.COLUMNS, _control)
INCIDENTS: Final = Collection(
    "incidents", "What several articles tell of one thing.", "incident_id", incident_table.COLUMNS, incidents.stream
)
SOURCES: Final = Collection(
    "sources", "Who claims it, those of most claims first.", "source_id", source_table.COLUMNS, sources.stream
)
HISTORY: Final = Collection(
    "history",
    "Every standing that one place has had, the earliest first. JSON has the whole timeline instead.",
    "period_id",
    history_table.COLUMNS,
    history.stream,
    of="/places/{place_id}/control",
)
COLLECTIONS: Final = (EVENTS, CLAIMS, ARTICLES, PLACES, CONTROL, INCIDENTS, SOURCES)
"""The lists; `HISTORY` is one of each place."""
