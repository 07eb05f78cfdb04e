"""Opaque keyset cursors: where a list goes on. They hold the sort key of its last row, so inserts shift nothing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec

LONGEST: Final = 1000


class CursorError(ValueError):
    """Not a cursor of this list."""


class Key(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of the keys: the columns that a list is sorted by, in order."""


K = TypeVar("K", bound=Key)
Row = TypeVar("Row")


def encode(key: Key) -> str:
    """Return the cursor that stands behind `key`."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode("ascii")


def cut(rows: Sequence[Row], limit: int, key: Callable[[Row], Key]) -> tuple[Sequence[Row], str | None]:
    """Return the first `limit` of `rows`, and the cursor behind them where there are more, None at the end.

    `key` is what a row is sorted by. Whoever asks for one row more than a page has knows whether it is the last page.
    """
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode(key(rows[limit - 1]))


def decode(kind: type[K], cursor: str) -> K:
    """Return the key in `cursor`. Raises CursorError."""
    try:
        if len(cursor) > LONGEST:
            raise ValueError("too long")
        data = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = msgspec.json.decode(data, type=kind)
        if b"\\u0000" in data:
            raise ValueError("Postgres has no NUL")
        return key
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise CursorError("is not a cursor of this list: take it from `next`, as it is") from error
