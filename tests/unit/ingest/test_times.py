"""Dates and times of articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.times import published


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2024-02-17", "2024-02-17"),
        (" 2024-02-29 ", "2024-02-29"),
        ("2024-02-17T06:40:00Z", "2024-02-17T06:40:00Z"),
        ("2024-02-17t06:40:00z", "2024-02-17T06:40:00Z"),
        ("2024-02-17 08:40:00+02:00", "2024-02-17T06:40:00Z"),
        ("2024-02-17T00:10:00+03:00", "2024-02-16T21:10:00Z"),
        ("2024-02-17T06:40:00.5Z", "2024-02-17T06:40:00.500000Z"),
        ("2024-02-17T06:40:00.123456789Z", "2024-02-17T06:40:00.123456Z"),
    ],
)
def test_a_date_stays_and_a_time_becomes_utc(text: str, stored: str) -> None:
    assert published(text) == stored
    assert published(stored) == stored


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("17 February 2024", "expected RFC 3339"),
        ("2024-02-17T06:40:00", "with an offset"),
        ("2024-2-17", "expected"),
        ("20240217", "expected"),
        ("2023-02-29", "no day 2023-02-29"),
        ("0000-01-01", "no day"),
        ("2024-02-17T25:00:00Z", "no time"),
        ("2024-02-17T06:40:60Z", "no time"),
        ("0001-01-01T00:00:00+23:59", "no time"),
        ("9999-12-31T23:59:59-23:59", "no time"),
        ("2024-02-17T06:40:00+99:99", "no time"),
        ("٢٠٢٤-02-17", "expected"),
    ],
)
def test_what_is_no_time_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        published(text)


@given(st.text())
def test_any_text_is_a_time_or_a_value_error(text: str) -> None:
    try:
        assert published(text)
    except ValueError as error:
        assert str(error)
