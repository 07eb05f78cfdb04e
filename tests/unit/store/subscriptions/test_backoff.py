"""When a webhook that failed is tried again."""

import random
from datetime import UTC, datetime

import pytest

from services.store.subscriptions.backoff import DELAYS, JITTER, LONGEST, delay

NOW = datetime(2024, 10, 2, 7, 30, tzinfo=UTC)


def test_delays_grow_and_are_spread_by_a_fifth_at_most() -> None:
    chance = random.Random(1)
    for attempts, usual in enumerate(DELAYS, start=1):
        found = [delay(attempts, None, NOW, chance) or 0 for _ in range(200)]
        assert usual <= min(found) and max(found) <= usual * (1 + JITTER)
        assert len(set(found)) > 100
    assert sorted(DELAYS) == list(DELAYS)


def test_there_is_an_end() -> None:
    assert delay(len(DELAYS), None, NOW, random.Random(1)) is not None
    assert delay(len(DELAYS) + 1, "60", NOW, random.Random(1)) is None


@pytest.mark.parametrize(
    ("asked", "least"),
    [
        ("3000", 3000),
        ("Wed, 02 Oct 2024 08:30:00 GMT", 3600),
        ("99999999", LONGEST),
        ("9" * 500, LONGEST),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
    ],
)
def test_a_receiver_that_says_when_is_not_asked_earlier(asked: str, least: int) -> None:
    assert delay(1, asked, NOW, random.Random(1)) == least


@pytest.mark.parametrize("asked", ["", "-5", "soon", "Wed, 02 Oct 2024 06:30:00 GMT", "١٢", "1e9", "Wed, 99 Oct 2024"])
def test_what_cannot_be_read_or_is_past_changes_nothing(asked: str) -> None:
    assert delay(1, asked, NOW, random.Random(1)) == delay(1, None, NOW, random.Random(1))
