"""Event -> told (pure): what an event brings to the incidents, made before the transaction that keeps them.

Most events are an incident of their own: its row and its statements stand ready here, as COPY takes them.
"""

from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from services.store.incidents.summary import IncidentRow, StatementRow, summary
from services.store.incidents.traits import Telling, telling
from services.store.projections.rows import EventRow, Row
from services.store.projector.copying import columns_of, lines


class TellingRow(Row, frozen=True):
    """An event as incidents compare it; `traits` are these as JSON."""

    incident_id: UUID
    """First, because only the transaction knows it."""
    event_id: UUID
    article_id: UUID
    kind: str
    locale: str | None
    last_day: date
    sources: list[str]
    traits: str


TELLING_COLUMNS: Final = columns_of(TellingRow)
INCIDENT_COLUMNS: Final = columns_of(IncidentRow)
STATEMENT_COLUMNS: Final = columns_of(StatementRow)

_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Telling)


class Told(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event. `locale` is None where it has no place; `line` is its row of `telling` without the incident's id.

    `incident` and `statements` are the rows of the incident that the event is where it is tied to no other; `said` are
    these statements again, to be counted.
    """

    event_id: UUID
    article_id: UUID
    kind: str
    locale: str | None
    tieable: bool
    first_day: date
    last_day: date
    traits: bytes
    line: bytes
    incident: bytes
    statements: bytes
    said: tuple[StatementRow, ...]

    def telling(self) -> Telling:
        return _decoder.decode(self.traits)


def telling_row(one: Telling, incident_id: UUID) -> TellingRow:
    """The row of `telling` for an event of an incident."""
    return TellingRow(
        incident_id=incident_id,
        event_id=UUID(one.event_id),
        article_id=UUID(one.article_id),
        kind=one.kind.name,
        locale=one.locale if one.tieable else None,
        last_day=one.last_day,
        sources=sorted({v.key for v in one.voices}),
        traits=_encoder.encode(one).decode(),
    )


def told(row: EventRow) -> Told:
    """Return what an event brings to the incidents."""
    one = telling(row)
    alone, said = summary([one])
    return Told(
        event_id=row.event_id,
        article_id=row.article_id,
        kind=one.kind.name,
        locale=one.locale,
        tieable=one.tieable,
        first_day=one.first_day,
        last_day=one.last_day,
        traits=_encoder.encode(one),
        line=lines([telling_row(one, row.event_id)]).split(b"\t", 1)[1],
        incident=lines([alone]),
        statements=lines(said),
        said=tuple(said),
    )
