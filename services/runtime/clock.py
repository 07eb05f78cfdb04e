"""The current time, as the messages carry it."""

from datetime import UTC, datetime


def now() -> str:
    """RFC 3339 in UTC with microseconds, as in 2024-10-02T07:30:00.000000Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
