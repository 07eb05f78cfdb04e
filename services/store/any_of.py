"""A condition on many values that is one statement however many they are: the shape every query of the store shares."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, bindparam, func


def any_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column = any(array)`. `in` would be another statement for every number of values, and prepared each time anew.

    A single value is asked by plain equality: only then can an index that goes on with a day give its rows in order.

    Args:
        column: of a table; its type is that of the values.
        values: any number, none included (then the condition is false).
    """
    asked = list(values)
    other = asked[0] if len(asked) == 1 else func.any(bindparam(None, asked, type_=ARRAY(column.type), unique=True))
    condition: ColumnElement[bool] = column == other
    return condition
