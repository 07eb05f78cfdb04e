"""Dates as articles carry them: RFC 3339, or a bare ISO date."""

import re
from datetime import UTC, date, datetime
from typing import Final

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})\Z",
    re.ASCII,
)
EXPECTED: Final = "expected RFC 3339 with an offset, as in 2024-02-17T08:40:00+02:00, or a date, as in 2024-02-17"


def published(text: str) -> str:
    """Return a bare date as it is, and a time in UTC as in 2024-02-17T06:40:00Z. Raises ValueError.

    A local time without an offset is refused: which day it means would be a guess.
    """
    text = text.strip()
    if _DATE.match(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(f"there is no day {text}") from None
    if not (found := _TIME.match(text)):
        raise ValueError(EXPECTED)
    day, clock, fraction, offset = found.groups()
    fraction = (fraction or "")[:7]
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{fraction.ljust(7, '0') if fraction else ''}{offset.upper()}")
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError):
        raise ValueError(f"there is no time {text}") from None
