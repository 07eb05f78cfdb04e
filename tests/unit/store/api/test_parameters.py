from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.store.api import parameters as read
from services.store.api.parameters import Box, ParameterError


@pytest.mark.parametrize("value", ["", "   ", "a\x00b", "a\nb", "\u202eabc", "x" * 201, "\ufeffx", "a\ufffd", "\ud800"])
def test_text_that_cannot_be_searched_for_is_refused_by_name(value: str) -> None:
    with pytest.raises(ParameterError) as refused:
        read.plain("source", value)
    assert refused.value.name == "source"


@pytest.mark.parametrize("value", ["%", "_", "--", "'", ";", "(", "\\"])
def test_a_name_holds_a_letter_or_a_digit(value: str) -> None:
    with pytest.raises(ParameterError):
        read.name("place", value)


@pytest.mark.parametrize("value", ["'; drop table article; --", "100%", "О'Коннор", "حلب", "新"])
def test_any_language_and_any_sign_may_be_searched_for(value: str) -> None:
    assert read.plain("text", f" {value} ") == value


def test_boxes() -> None:
    assert read.box("bbox", "22, 44,40,52.5") == Box(22, 44, 40, 52.5)
    assert read.box("bbox", "170,-10,-170,10") == Box(170, -10, -170, 10)
    assert read.box("bbox", None) is None


@pytest.mark.parametrize(
    "value", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "1,9,2,8", "181,0,182,1", "nan,0,1,1", "inf,0,1,1", "0,-91,1,1", ",,,"]
)
def test_a_box_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ParameterError, match=r"^bbox: "):
        read.box("bbox", value)


def test_the_end_of_a_day_is_the_start_of_the_next() -> None:
    assert read.moment("published_until", "2024-10-02", end=True) == datetime(2024, 10, 3, tzinfo=UTC)
    assert read.moment("published_since", "2024-10-02") == datetime(2024, 10, 2, tzinfo=UTC)
    assert read.moment("published_since", "2024-10-02T10:00:00 02:00") == datetime(2024, 10, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("value", ["9999-12-31", "tomorrow", "2024-13-01", "2024", "0001-01-01T00:00:00+20:00"])
def test_times_beyond_the_calendar_are_refused(value: str) -> None:
    with pytest.raises(ParameterError):
        read.moment("published_until", value, end=True)


def test_days_and_ranges() -> None:
    assert read.day("since", "2024-02-29") == date(2024, 2, 29)
    with pytest.raises(ParameterError, match="since"):
        read.day("since", "2023-02-29")
    with pytest.raises(ParameterError, match=r"^until: lies before since"):
        read.ordered("since", date(2024, 1, 2), "until", date(2024, 1, 1))


@pytest.mark.parametrize("value", ["20240101", "2024-W01", "2024-W01-1", "2024-1-1", "2024-01-01T"])
def test_other_ways_to_write_a_day_are_not_guessed_at(value: str) -> None:
    with pytest.raises(ParameterError, match=r"^since: "):
        read.day("since", value)
    with pytest.raises(ParameterError, match=r"^at: "):
        read.moment("at", value)


def test_an_oblast_is_read_by_any_of_its_names() -> None:
    assert read.oblast("oblast", " Харків ") == "Kharkiv Oblast"
    assert read.oblast("oblast", "Somewhere") == "Somewhere"


def test_the_number_of_values_is_bounded() -> None:
    assert read.each("place", ["a", "b"], read.name) == ("a", "b")
    with pytest.raises(ParameterError, match="51 times"):
        read.each("place", ["a"] * 51, read.name)


@given(st.text())
def test_any_text_is_either_read_or_refused(value: str) -> None:
    for how in (read.plain, read.name, read.side, read.uuid):
        try:
            how("p", value)
        except ParameterError as error:
            assert error.name == "p"
    for maybe in (read.day, read.moment, read.box):
        try:
            maybe("p", value)
        except ParameterError as error:
            assert error.name == "p"
