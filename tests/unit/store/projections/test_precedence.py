from datetime import UTC, datetime
from itertools import permutations

import pytest

from services.store.projections.precedence import Standpoint, supersedes

EARLY, LATE = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)


def at(origin: int | None, log: int, *, partition: int = 0, received: datetime = EARLY) -> Standpoint:
    return Standpoint(None if origin is None else partition, origin, received, partition, log)


@pytest.mark.parametrize(
    ("new", "current", "expected"),
    [
        (at(5, 9), at(4, 8), True),
        (at(4, 9), at(5, 8), False),
        (at(4, 9), at(4, 8), True),
        (at(4, 8), at(4, 8), False),
        (at(4, 7), at(4, 8), False),
        (at(4, 7, partition=1, received=LATE), at(9, 8), True),
        (at(9, 9, partition=1), at(4, 8, received=LATE), False),
        (at(None, 9), at(4, 8, received=LATE), False),
        (at(None, 9, received=LATE), at(4, 8), True),
    ],
    ids=[
        "a later revision",
        "an older revision, extracted again",
        "the same revision by another version",
        "the same record",
        "an earlier extraction, delivered again",
        "another partition, received later",
        "another partition, received earlier",
        "no origin, received earlier",
        "no origin, received later",
    ],
)
def test_which_extraction_stands(new: Standpoint, current: Standpoint, expected: bool) -> None:
    assert supersedes(new, current) is expected


def test_every_order_of_arrival_ends_the_same() -> None:
    offers = [at(1, 0), at(2, 1), at(1, 2), at(2, 3)]
    for order in permutations(offers):
        stands = order[0]
        for offer in order[1:]:
            stands = offer if supersedes(offer, stands) else stands
        assert stands == offers[3]
