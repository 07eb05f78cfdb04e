"""Few pairs where many tell of one place and day, and all of them where not."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from services.store.incidents import crowds
from services.store.incidents.traits import Telling, telling
from services.store.projections.extraction import project
from tests.support import extractions as make

SENTENCE = "A missile hit the railway station in Kupiansk on Wednesday, killing 23 people."


def strike(number: int, sentence: str = SENTENCE, **more: Any) -> Telling:
    found = make.extraction(number, make.event(number, "strike", sentence=sentence, **more))
    return telling(project(found, partition=0, offset=0, applied_at=datetime(2026, 1, 1, tzinfo=UTC)).events[0])


def pairs(new: list[Telling], old: list[Telling]) -> list[frozenset[str]]:
    return [frozenset((a.event_id, b.event_id)) for a, b in crowds.to_compare(new, old)]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "CROWD", 4)


def test_few_are_compared_each_with_each() -> None:
    new, old = [strike(1), strike(2)], [strike(3), strike(4)]
    assert len(pairs(new, old)) == 5
    assert len(set(pairs(new, old))) == 5


def test_of_a_crowd_those_with_one_sentence_are_compared_with_the_first_of_them() -> None:
    crowd = [strike(number) for number in range(9)] + [strike(9, "Drones set a depot on fire.")]
    first = min(crowd[:9], key=lambda one: one.event_id)
    assert set(pairs(crowd, [])) == {frozenset((first.event_id, one.event_id)) for one in crowd[:9] if one is not first}


def test_a_crowd_is_not_compared_with_what_is_outside_of_it() -> None:
    crowd = [strike(number) for number in range(5)]
    outside = [strike(20, day="2024-09-12"), strike(21, day="2024-09-12")]
    assert set(pairs(outside, crowd)) == {frozenset(one.event_id for one in outside)}


def test_pairs_are_the_same_whatever_came_first() -> None:
    crowd = [strike(number) for number in range(7)]
    assert set(pairs(crowd, [])) >= set(pairs(crowd[:3], crowd[3:]))


def test_a_crowd_is_done_anew_when_something_comes_and_when_it_is_one_no_longer() -> None:
    four, fifth = [strike(number) for number in range(4)], strike(4)
    (unit,) = {crowds.unit(one) for one in four}
    assert unit is not None
    assert crowds.crowds([fifth], four, Counter()) == {unit}
    assert crowds.crowds([], four, Counter({unit: 1})) == {unit}
    assert crowds.crowds([], four, Counter()) == set()
    assert crowds.crowds([fifth], four[:3], Counter()) == set()
