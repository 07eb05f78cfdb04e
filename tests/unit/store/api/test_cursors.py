import base64
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.store.api.cursors import CursorError, cut, decode, encode
from services.store.api.queries.events import EventKey
from services.store.api.queries.places import PlaceKey

KEY = EventKey(date(2024, 10, 2), UUID("2c94e069-0512-50f7-95d5-85b6996101b9"))


def test_a_cursor_comes_back_as_it_was() -> None:
    assert decode(EventKey, encode(KEY)) == KEY
    place = PlaceKey("київ", "name:київ")
    assert decode(PlaceKey, encode(place)) == place


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        "a" * 5000,
        encode(KEY)[:-3],
        encode(KEY) + "A",
        encode(PlaceKey("a", "b")),
        base64.urlsafe_b64encode(b'["2024-10-02"]').decode(),
        base64.urlsafe_b64encode(b"[[[[").decode(),
        base64.urlsafe_b64encode(b'["2024-10-02","2c94e069-0512-50f7-95d5-85b6996101b9",1]').decode(),
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        decode(EventKey, cursor)


def test_a_cursor_with_nul_is_refused() -> None:
    with pytest.raises(CursorError):
        decode(PlaceKey, encode(PlaceKey("a\x00", "b")))


@given(st.text())
def test_any_text_is_a_cursor_or_is_refused(text: str) -> None:
    try:
        decode(EventKey, text)
    except CursorError:
        return


@pytest.mark.parametrize(("rows", "shown", "more"), [([], [], None), ([1, 2], [1, 2], None), ([1, 2, 3], [1, 2], 2)])
def test_there_is_a_cursor_where_more_was_found_than_a_page_has(
    rows: list[int], shown: list[int], more: int | None
) -> None:
    found, after = cut(rows, 2, lambda row: PlaceKey(str(row), "key"))
    assert found == shown
    assert (None if after is None else decode(PlaceKey, after)) == (
        None if more is None else PlaceKey(str(more), "key")
    )
