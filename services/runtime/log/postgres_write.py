"""Appending records to the table of the Postgres log: many at once by COPY in its binary format, a few by INSERT.

The format is described in Postgres' manual under COPY, "Binary Format"; that of an array is what `array_send` gives.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.log.postgres_tables import SCHEMA, records

FEW: Final = 8
"""So many records are inserted: COPY takes two ways to the database, and costs less for each record."""
_COLUMNS: Final = tuple(column.name for column in records.columns)
_COPY: Final = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
    sql.Identifier(SCHEMA, records.name), sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
)
_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_END: Final = struct.pack(">h", -1)
_NULL: Final = struct.pack(">i", -1)
_FIELDS: Final = struct.pack(">h", len(_COLUMNS))
_LENGTH: Final = struct.Struct(">i")
_NUMBERS: Final = struct.Struct(">iiiqiiiq")
"""Partition, offset, size and timestamp, each behind its length."""
_ARRAY: Final = struct.Struct(">iiiii")
_NO_ARRAY: Final = struct.Struct(">iii")
_TEXT, _BYTEA = 25, 17
"""What Postgres calls these types."""
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row of `records`, its fields in the order of the columns."""

    topic: str
    partition: int
    offset: int
    size: int
    timestamp: datetime
    key: bytes | None
    value: bytes | None
    header_names: tuple[str, ...]
    header_values: tuple[bytes, ...]


async def append(connection: AsyncConnection, rows: Sequence[RecordRow]) -> None:
    """Append `rows` in the caller's transaction. Raises what SQLAlchemy or psycopg raises."""
    if len(rows) <= FEW:
        await connection.execute(insert(records), [_as_dict(row) for row in rows])
        return
    raw = (await connection.get_raw_connection()).driver_connection
    assert isinstance(raw, psycopg.AsyncConnection)
    async with raw.cursor() as cursor, cursor.copy(_COPY) as copy:
        await copy.write(b"".join([_BEGIN, *map(_binary, rows), _END]))


def _as_dict(row: RecordRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return values | {"header_names": list(row.header_names), "header_values": list(row.header_values)}


def _binary(row: RecordRow) -> bytes:
    """A row as COPY's binary format has it."""
    microseconds = (row.timestamp - _EPOCH) // _MICROSECOND
    numbers = _NUMBERS.pack(4, row.partition, 8, row.offset, 4, row.size, 8, microseconds)
    return b"".join(
        (
            _FIELDS,
            _text(row.topic),
            numbers,
            _field(row.key),
            _field(row.value),
            _names(row.header_names),
            _field(_array(_BYTEA, row.header_values)),
        )
    )


def _field(value: bytes | None) -> bytes:
    return _NULL if value is None else _LENGTH.pack(len(value)) + value


@lru_cache(maxsize=200)
def _text(value: str) -> bytes:
    return _field(value.encode())


# Records have one of a few sets of headers.
@lru_cache(maxsize=200)
def _names(names: tuple[str, ...]) -> bytes:
    return _field(_array(_TEXT, [name.encode() for name in names]))


def _array(kind: int, values: Sequence[bytes]) -> bytes:
    if not values:
        return _NO_ARRAY.pack(0, 0, kind)
    return _ARRAY.pack(1, 0, kind, len(values), 1) + b"".join(map(_field, values))
