"""Bulk writes: COPY of rows into a table, and rows as one JSON parameter where a row may be there already."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Table, TextualSelect, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

_encoder: Final = msgspec.json.Encoder()
_JSON: Final = frozenset({"body", "extra", "extractor", "figures", "offsets"})


async def driver(connection: AsyncConnection) -> psycopg.AsyncConnection[Any]:
    """The psycopg connection below `connection`, in the same transaction."""
    raw = await connection.get_raw_connection()
    found = raw.driver_connection
    assert isinstance(found, psycopg.AsyncConnection)
    return found


async def copy_rows(connection: psycopg.AsyncConnection[Any], table: Table, rows: Sequence[Any]) -> None:
    """Append `rows`, dataclasses whose fields are columns of `table`."""
    if not rows:
        return
    names = [f.name for f in fields(rows[0])]
    values = attrgetter(*names)
    json_at = [index for index, name in enumerate(names) if name in _JSON]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            record = list(values(row))
            for index in json_at:
                if record[index] is not None:
                    record[index] = Jsonb(record[index], dumps=_dumps)
            await copy.write_row(record)


def given(table: Table, rows: Iterable[Any]) -> TextualSelect:
    """A SELECT of `rows`, mappings or dataclasses of `table`'s columns: one parameter, however many they are.

    A column that a row does not have is null. The columns are the table's, in their order, without generated ones.
    """
    columns = [column for column in table.columns if column.computed is None]
    names = ", ".join(f'"{column.name}"' for column in columns)
    query = text(f"select {names} from json_populate_recordset(null::{table.name}, cast(:given as json))")  # noqa: S608
    return query.bindparams(bindparam("given", _encoder.encode(list(rows)).decode())).columns(*columns)


def written(table: Table) -> list[str]:
    """The names of the columns of `given`, for INSERT."""
    return [column.name for column in table.columns if column.computed is None]


def array(values: Iterable[int]) -> str:
    """Integers as Postgres reads an array of them: COPY takes it as it is."""
    return "{" + ",".join(map(str, values)) + "}"


def as_dicts(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows as the mappings that SQLAlchemy takes."""
    return [{f.name: getattr(row, f.name) for f in fields(row)} for row in rows]


def _dumps(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return _encoder.encode(value)
