"""Bulk writes: COPY of rows into a table, and rows as one JSON parameter where a row may be there already."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import Table, TextualSelect, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import array_text

_encoder: Final = msgspec.json.Encoder()
_JSON: Final = frozenset({"body", "extra", "extractor", "figures", "offsets"})
_ESCAPED: Final = {ord("\\"): "\\\\", ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
_QUOTED: Final = {ord("\\"): "\\\\", ord('"'): '\\"'}
_NULL: Final = "\\N"


async def driver(connection: AsyncConnection) -> psycopg.AsyncConnection[Any]:
    """The psycopg connection below `connection`, in the same transaction."""
    raw = await connection.get_raw_connection()
    found = raw.driver_connection
    assert isinstance(found, psycopg.AsyncConnection)
    return found


async def copy_rows(connection: psycopg.AsyncConnection[Any], table: Table, rows: Sequence[Any]) -> None:
    """Append `rows`, whose fields are columns of `table`."""
    if rows:
        await copy_lines(connection, table, columns_of(_kind(rows[0])), [lines(rows)])


async def copy_lines(
    connection: psycopg.AsyncConnection[Any], table: Table, names: Sequence[str], written: Sequence[bytes]
) -> None:
    """Append rows that are in COPY's text format already, as `lines` makes it, with a value for each column `names`."""
    if not any(written):
        return
    async with connection.cursor() as cursor, cursor.copy(_copy(table.name, tuple(names))) as copy:
        await copy.write(b"".join(written))


@cache
def columns_of(kind: Any) -> tuple[str, ...]:
    """The columns that rows of `kind` fill, in the order of `lines`."""
    names: tuple[str, ...] = kind.__struct_fields__
    return names


@cache
def _reading_of(kind: Any) -> tuple[Callable[[Any], tuple[Any, ...]], list[int]]:
    """What takes the values of such a row, and where those in JSON are."""
    names = columns_of(kind)
    return attrgetter(*names), [index for index, name in enumerate(names) if name in _JSON]


def lines(rows: Sequence[Any]) -> bytes:
    """`rows`, of one kind whose fields are columns, in the text format of COPY: one line each."""
    if not rows:
        return b""
    values, json_at = _reading_of(_kind(rows[0]))
    made = []
    for row in rows:
        record = list(values(row))
        for index in json_at:
            if record[index] is not None:
                record[index] = _json(record[index])
        made.append("\t".join([_shown(value) for value in record]))
    made.append("")
    return "\n".join(made).encode()


def _kind(row: Any) -> Any:
    return type(row)


@cache
def _copy(table: str, names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )


def _shown(value: Any) -> str:
    """One value as COPY's text format has it."""
    kind = type(value)
    if kind is str:
        return value.translate(_ESCAPED) if _is_special(value) else value  # type: ignore[no-any-return]
    if value is None:
        return _NULL
    if kind is UUID:
        # A quarter of the time that its usual form takes.
        return value.hex  # type: ignore[no-any-return]
    if kind is bool:
        return "t" if value else "f"
    if kind is list or kind is tuple:
        return "{" + ",".join([_element(one) for one in value]) + "}"
    if kind is bytes:
        return "\\\\x" + value.hex()  # type: ignore[no-any-return]
    return str(value)


def _is_special(text: str) -> bool:
    # Four searches for one character each are far quicker in a long text than one for any of them.
    return "\\" in text or "\n" in text or "\t" in text or "\r" in text


def _element(value: Any) -> str:
    """One value of an array."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        special = '"' in value or _is_special(value)
        return ('"' + value.translate(_QUOTED) + '"').translate(_ESCAPED) if special else '"' + value + '"'
    return '"' + str(value) + '"' if isinstance(value, datetime) else str(value)


async def delete_pairs(connection: AsyncConnection, table: Table, pairs: Collection[tuple[UUID, UUID]]) -> None:
    """Delete `pairs`, each in both directions, from a table whose key is two ids.

    Found one by one by the key: two conditions on as many values would be tried in all their combinations.
    """
    if not pairs:
        return
    one, other = (column.name for column in table.primary_key)
    both = [*pairs, *((b, a) for a, b in pairs)]
    await connection.execute(
        text(
            f"delete from {table.name} t using unnest(cast(:ones as uuid[]), cast(:others as uuid[])) as gone (a, b) "  # noqa: S608
            f"where t.{one} = gone.a and t.{other} = gone.b"
        ),
        {
            "ones": array_text(a for a, _ in both),
            "others": array_text(b for _, b in both),
        },
    )


def given(table: Table, rows: Iterable[Any]) -> TextualSelect:
    """A SELECT of `rows`, mappings or rows of `table`'s columns: one parameter, however many they are.

    A column that a row does not have is null. The columns are the table's, in their order, without generated ones.
    """
    return given_json(table, _encoder.encode(list(rows)).decode())


def given_json(table: Table, rows: str) -> TextualSelect:
    """Like `given`, of rows that are in JSON already: an array of objects."""
    columns = [column for column in table.columns if column.computed is None]
    names = ", ".join(f'"{column.name}"' for column in columns)
    query = text(f"select {names} from json_populate_recordset(null::{table.name}, cast(:given as json))")  # noqa: S608
    return query.bindparams(bindparam("given", rows)).columns(*columns)


def written(table: Table) -> list[str]:
    """The names of the columns of `given`, for INSERT."""
    return [column.name for column in table.columns if column.computed is None]


def as_dicts(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows as the mappings that SQLAlchemy takes."""
    return [msgspec.structs.asdict(row) for row in rows]


def _json(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else _encoder.encode(value).decode()
