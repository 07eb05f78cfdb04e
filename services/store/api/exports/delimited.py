"""CSV (RFC 4180) that spreadsheets cannot be made to calculate with. Pure.

A text that begins like a formula gets an apostrophe before it, as does one that begins with apostrophes and then like
a formula: taking one apostrophe away where `guarded` matches gives back what was exported. Numbers are left alone.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from services.store.api.exports.columns import Column

# What OWASP lists under "CSV injection", with the full-width signs that some spreadsheets read alike.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_TO_QUOTE: Final = re.compile('[",\r\n]|^\\s|\\s$')
guarded: Final = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")
"""What a guarded text begins with."""


def harmless(text: str) -> str:
    """Return `text` as no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def header(columns: Iterable[Column]) -> str:
    return line(column.name for column in columns)


def row(columns: Iterable[Column], item: Any) -> str:
    """One record with its line end."""
    return line(cell(column, column.of(item)) for column in columns)


def line(cells: Iterable[str | None]) -> str:
    """Null is an empty cell, an empty text a quoted one."""
    return ",".join("" if c is None else _quoted(c) for c in cells) + "\r\n"


def cell(column: Column, value: Any) -> str | None:
    """Return the value as text, None for null."""
    if value is None:
        return None
    match column.kind:
        case "text":
            return harmless(str(value))
        case "boolean":
            return "true" if value else "false"
        case "texts" | "json":
            return msgspec.json.encode(value).decode()
        case "date":
            assert isinstance(value, date)
            return value.isoformat()
        case "time":
            assert isinstance(value, datetime)
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            return repr(value)


def _quoted(text: str) -> str:
    if text and not _TO_QUOTE.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
