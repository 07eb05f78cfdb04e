from datetime import UTC, date, datetime

import pytest

from services.store.projections.values import ProjectionError, clean, clean_json, day, finite, identifier, instant


def test_what_postgres_cannot_hold_is_marked_and_offsets_stay() -> None:
    text = "a\x00b\ud800c"
    assert clean(text) == "a\ufffdb\ufffdc"
    assert len(clean(text)) == len(text)
    assert clean_json({"k\x00": ["\x00", {"x": 1}]}) == {"k\ufffd": ["\ufffd", {"x": 1}]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-10-02", datetime(2024, 10, 2, tzinfo=UTC)),
        ("2024-10-02T07:30:00Z", datetime(2024, 10, 2, 7, 30, tzinfo=UTC)),
        ("2024-10-02T07:30:00+03:00", datetime(2024, 10, 2, 4, 30, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_utc(text: str, expected: datetime) -> None:
    assert instant("published_at", text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "0000-01-01", "0001-01-01T00:00:00+23:00", "9" * 50])
def test_a_time_that_is_none_names_its_field(text: str) -> None:
    with pytest.raises(ProjectionError, match=r"^published_at: "):
        instant("published_at", text)


def test_days_ids_and_numbers_are_checked() -> None:
    assert day("when.start", "2024-02-29") == date(2024, 2, 29)
    with pytest.raises(ProjectionError, match=r"when\.start"):
        day("when.start", "2023-02-29")
    with pytest.raises(ProjectionError, match="article_id"):
        identifier("article_id", "not one")
    with pytest.raises(ProjectionError, match="latitude"):
        finite("latitude", float("nan"), -90, 90)
