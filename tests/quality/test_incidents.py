"""Incidents on the labelled reports: seldom one where there are two, mostly one where there is one."""

import pytest

from tests.quality import whole_incidents
from tests.quality.incidents import labelled, measure, pairs


@pytest.mark.parametrize("half", ["seen", "held"])
def test_incidents_are_told_apart(half: str) -> None:
    score = measure(half)
    assert score.precision >= 0.95
    assert score.recall >= 0.75


@pytest.mark.parametrize("half", ["seen", "held"])
def test_in_whole_articles_too(half: str) -> None:
    score = whole_incidents.measure(half)
    assert score.pairs >= 80
    assert score.precision >= 0.90
    assert score.recall >= 0.75


def test_the_pairs_are_many_and_most_of_them_are_two_things() -> None:
    score = measure()
    assert score.pairs >= 500
    assert score.same <= score.pairs / 2
    held = sum(1 for _ in pairs(labelled(), "held"))
    assert held >= 0.4 * score.pairs


def test_two_things_on_one_day_in_one_town_are_among_the_pairs() -> None:
    near = [
        (a, b)
        for a, b in pairs(labelled())
        if a.incident != b.incident and abs((a.telling.last_day - b.telling.last_day).days) <= 1
    ]
    assert len(near) >= 150
