"""Limits on rate and on work in progress."""

import pytest

from services.ingest.limits import InFlight, RateLimit
from services.runtime.web.problems import ProblemError


def test_a_burst_is_let_through_and_then_the_rate_counts() -> None:
    limit = RateLimit(rate=2, burst=3)
    assert [limit.wait("a", 10.0) for _ in range(3)] == [0, 0, 0]
    assert limit.wait("a", 10.0) == 0.5
    assert limit.wait("a", 10.25) == 0.25
    assert limit.wait("a", 10.5) == 0
    assert limit.wait("a", 10.5) == 0.5


def test_clients_do_not_share() -> None:
    limit = RateLimit(rate=1, burst=1)
    assert limit.wait("a", 0) == 0
    assert limit.wait("b", 0) == 0
    assert limit.wait("a", 0) > 0


def test_rest_does_not_save_up_more_than_the_burst() -> None:
    limit = RateLimit(rate=100, burst=2)
    limit.wait("a", 0)
    assert [limit.wait("a", 1000.0) for _ in range(2)] == [0, 0]
    assert limit.wait("a", 1000.0) > 0


def test_the_memory_of_clients_is_bounded() -> None:
    limit = RateLimit(rate=1, burst=1, clients=10)
    for number in range(1000):
        limit.wait(str(number), 0)
    assert len(limit) == 10
    assert limit.wait("999", 0) > 0


def test_work_in_progress_is_bounded_and_given_back_on_errors() -> None:
    room = InFlight(1)
    with room.enter(), pytest.raises(ProblemError) as caught, room.enter():
        pass
    assert caught.value.problem.status == 503
    assert caught.value.headers["Retry-After"] == "1"
    with pytest.raises(KeyError), room.enter():
        raise KeyError
    assert room.now == 0
