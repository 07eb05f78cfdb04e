"""Few pairs where many tell of one place and day, and all of them where not."""

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


def test_a_unit_is_done_anew_when_it_becomes_a_crowd_and_when_it_is_one_no_longer() -> None:
    four, fifth = [strike(number) for number in range(4)], strike(4)
    all_of_them = {one.event_id for one in four}
    assert crowds.anew([fifth], four, []) == all_of_them
    assert crowds.anew([], four, [fifth]) == all_of_them
    assert crowds.anew([], four, []) == set()
    assert crowds.anew([fifth], four[:3], []) == set()


def test_of_a_crowd_only_those_are_done_anew_that_have_another_first() -> None:
    alike = sorted((strike(number) for number in range(9)), key=lambda one: one.event_id)
    others = [strike(number, "Drones set a depot on fire.") for number in range(10, 13)]
    first, middle, last = alike[0], alike[1:-1], alike[-1]
    assert crowds.anew([last], [first, *middle, *others], []) == set()
    assert crowds.anew([], [first, *middle, *others], [last]) == set()
    assert crowds.anew([first], [*middle, last, *others], []) == {one.event_id for one in (*middle, last)}
    assert crowds.anew([], [*middle, last, *others], [first]) == {one.event_id for one in (*middle, last)}
    # It comes again as it was: what is tied to it is said of the new one.
    assert crowds.anew([first], [*middle, *others], [first]) == set()


def test_days_too_far_apart_for_a_tie_are_not_compared() -> None:
    new = [strike(1), strike(2, day="2024-09-20")]
    old = [strike(3), strike(4, day="2024-09-20"), strike(5, day="2024-10-20")]
    assert set(pairs(new, old)) == {frozenset((a.event_id, b.event_id)) for a, b in zip(new, old, strict=False)}
