"""Texts, times and ids as Postgres takes them. What cannot be made to fit raises ProjectionError with its field."""

import uuid
from datetime import UTC, date, datetime
from typing import Any


class ProjectionError(ValueError):
    """A message that cannot become rows. `reason` is the word its dead letter carries."""

    reason = "projection"


def clean(text: str) -> str:
    """Return `text` with each character that Postgres cannot hold (NUL, a lone surrogate) as U+FFFD: offsets stay."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in text)
    return text


def optional(text: str | None) -> str | None:
    """Like `clean`, None and the empty text as None."""
    return clean(text) if text else None


def clean_json(value: Any) -> Any:
    """Return a JSON value with every text in it, keys too, made fit by `clean`."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [clean_json(v) for v in value]
    if isinstance(value, dict):
        return {clean(k): clean_json(v) for k, v in value.items()}
    return value


def identifier(field: str, text: str) -> uuid.UUID:
    """Read a UUID. Raises ProjectionError."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ProjectionError(f"{field}: not a UUID: {text[:80]!r}") from None


def instant(field: str, text: str) -> datetime:
    """Read RFC 3339 or a bare date (its midnight); without an offset it is UTC. Raises ProjectionError."""
    try:
        # Python 3.11 reads "24:00" and week dates as well: harmless.
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ProjectionError(f"{field}: not a date or time: {text[:80]!r}") from None


def day(field: str, text: str) -> date:
    """Read an ISO date. Raises ProjectionError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ProjectionError(f"{field}: not a date: {text[:80]!r}") from None


def finite(field: str, number: float, low: float, high: float) -> float:
    """Check `low` <= `number` <= `high`. Raises ProjectionError."""
    if not low <= number <= high:
        raise ProjectionError(f"{field}: {number} is not between {low:g} and {high:g}")
    return number
