"""Conditions on many values, and joins with them, that are one statement however many they are: the shape that every
query of the store shares.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    TableValuedAlias,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

FEW: Final = 50


def array_text(values: Iterable[Any]) -> str:
    """Numbers, days or ids as Postgres writes an array: for a parameter that the statement casts."""
    return "{" + ",".join([v.hex if type(v) is UUID else str(v) for v in values]) + "}"


def texts(values: Iterable[str]) -> str:
    """Like `array_text`, of any texts."""
    return "{" + ",".join(['"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values]) + "}"


def array_of(kind: Any, values: Sequence[Any]) -> ColumnElement[Any]:
    """Values, none of them null, as one parameter. Many go as text: the driver takes four times as long to make an
    array of them."""
    if len(values) > FEW:
        written = texts(values) if isinstance(kind, String) else array_text(values)
        return cast(bindparam(None, written, Text, unique=True), ARRAY(kind))
    return bindparam(None, values, type_=ARRAY(kind), unique=True)


def table_of(name: str, /, **columns: tuple[TypeEngine[Any], Sequence[Any]]) -> TableValuedAlias:
    """Values as rows to join with, called `name` in the statement: one parameter for each column.

    Args:
        columns: by name, the type and the values, none of them null; all of one length.
    """
    values = func.unnest(*(array_of(kind, given) for kind, given in columns.values()))
    named = values.table_valued(*(column(key, kind) for key, (kind, _) in columns.items()))
    return named.render_derived(name=name)


def any_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column = any(array)`. `in` would be another statement for every number of values, and prepared each time anew.

    A single value is asked by plain equality: only then can an index that goes on with a day give its rows in order.
    Many ids are joined with: where the planner knows little of a table, it would hold each row against each of them.

    Args:
        column: of a table; its type is that of the values.
        values: any number, none included (then the condition is false).
    """
    asked = list(values)
    if isinstance(column.type, Uuid) and len(asked) > FEW:
        joined: ColumnElement[bool] = column.in_(select(func.unnest(array_of(column.type, asked))))
        return joined
    other = asked[0] if len(asked) == 1 else func.any(array_of(column.type, asked))
    condition: ColumnElement[bool] = column == other
    return condition
