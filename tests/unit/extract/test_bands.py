"""Bands: a number is below the first bound that it is below, and the last bound is the first of what is above."""

import pytest

from services.extract.stages.bands import Bands


@pytest.mark.parametrize(("number", "band"), [(0, "<1"), (1, "<2"), (2, "<4"), (3, "<4"), (4, "4+"), (99, "4+")])
def test_a_number_lies_below_the_first_bound_that_it_does_not_reach(number: int, band: str) -> None:
    assert Bands(1, 2, 4).of(number) == band


def test_bounds_are_named_as_short_as_they_are() -> None:
    sure = Bands(0.5, 0.75)
    assert [sure.of(0.4), sure.of(0.5), sure.of(0.75)] == ["<0.5", "<0.75", "0.75+"]
