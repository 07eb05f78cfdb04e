"""When a webhook that failed is tried again (pure)."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

DELAYS: Final = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds after each failed attempt, as Standard Webhooks advises: over three days altogether."""
JITTER: Final = 0.2
LONGEST: Final = 86400
"""Most seconds that a receiver's Retry-After is waited for."""


def delay(attempts: int, retry_after: str | None, now: datetime, chance: random.Random) -> float | None:
    """Seconds until the next attempt after `attempts` have failed; None: there is none.

    Spread by up to a fifth, so that a receiver that comes back is not met by everybody at once. A receiver that says
    itself when (Retry-After, RFC 9110, section 10.2.3) is not asked earlier.
    """
    if attempts > len(DELAYS):
        return None
    usual = DELAYS[attempts - 1] * (1 + JITTER * chance.random())
    return max(usual, min(_asked(retry_after, now), LONGEST))


def _asked(retry_after: str | None, now: datetime) -> float:
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now.timestamp()
