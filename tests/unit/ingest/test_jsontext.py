"""Strict JSON: what would be lost or could do harm is refused with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest import jsontext
from services.ingest.jsontext import MalformedError, parse, structure


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_what_json_writes_is_read_back(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) == value


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "at byte 1"),
        ('{"é": tru}'.encode(), "at byte 7"),
        (b'{"a": 1,}', "at byte"),
        (b"[1] [2]", "Extra data at byte 4"),
        (b'{"text": "\xc3\x28"}', "not UTF-8 at byte 10"),
        (b"\xff\xfe[\x00]\x00", "not UTF-8 at byte 0"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b'{"title": "a", "title": "b"}', 'the name "title" stands twice'),
        (b'{"extra": {"k": 1, "k": 1}}', 'the name "k" stands twice'),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
        (b'{"a": "line\nbreak"}', "control character"),
        (b"9" * 5000, "digits"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_cannot_be_taken_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(MalformedError, match=told.replace("(", r"\(")):
        parse(data)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_escaped_surrogates_are_left_for_the_fields_to_refuse() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "\U0001f600"
    assert parse(b'"\\ud83d"') == "\ud83d"


def test_a_long_text_is_no_structure_and_many_values_are() -> None:
    most = jsontext.MAX_STRUCTURE
    assert parse(b'"' + b"[]," * most + b'"')
    with pytest.raises(MalformedError, match="too many values"):
        parse(b"[" + b"[]," * (most // 3) + b"[]]")


@pytest.mark.parametrize(
    ("data", "outside"),
    [
        (b'{"a": "b,\\"c"}', 4),
        (b'["\\\\", 1]', 5),
        (b'"unterminated [[[', 0),
        (b'["ends in a backslash \\', 1),
        (b"[1,2]", 5),
    ],
)
def test_structure_is_what_stands_outside_of_strings(data: bytes, outside: int) -> None:
    assert structure(data) == outside


def test_counting_the_structure_takes_one_pass_even_of_hostile_text() -> None:
    """With a backtracking pattern, this text would take hours."""
    assert structure(b'"' + b'\\"' * 2_000_000) == 0
