"""Confidence means something: events are right about as often as it says, on passages that training has not seen."""

from functools import cache

import pytest

from services.extract.stages.confidence import model
from tests.quality.report import calibration, in_all, measured
from tests.support.passages import Figures

LENIENCE = 0.19
"""How much less often than it says a band may be right: rules are written on the seen passages, never on these, and
bands of some seventy events vary by 0.06 by chance alone.

Not made up for in training, since whole articles, which are what is read, are right more often than it says."""
ENOUGH = 40
"""Bands of fewer events say little."""


@cache
def unseen() -> Figures:
    return in_all(measured(True)[0])


@pytest.mark.slow
def test_events_are_right_as_often_as_they_say() -> None:
    bands: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in unseen().confident:
        bands.setdefault(int(confidence * 10), []).append((confidence, right))
    full = [band for band in bands.values() if len(band) >= ENOUGH]
    assert len(full) >= 4
    for band in full:
        said = sum(confidence for confidence, _ in band) / len(band)
        assert sum(right for _, right in band) / len(band) >= said - LENIENCE


@pytest.mark.slow
def test_bands_are_right_in_their_order() -> None:
    shares = [share for _, share, count in calibration(unseen()) if count >= ENOUGH]
    assert shares == sorted(shares)
    assert shares[-1] - shares[0] >= 0.3


@pytest.mark.slow
def test_of_the_surest_events_four_in_five_are_right_in_hard_passages_too() -> None:
    # Of whole articles it is nine in ten: test_articles.
    told = sorted(unseen().confident, reverse=True)
    surest = [right for _, right in told[: len(told) // 10]]
    assert sum(surest) / len(surest) >= 0.78
    assert all(confidence <= model().cap for confidence, _ in told)
