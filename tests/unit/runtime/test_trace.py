"""W3C Trace Context."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.trace import begin, trace_id, trace_of, traceparent

VALID = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("header", "kept"), [(VALID, VALID), (f" {VALID} ", VALID), (f"cc{VALID[2:]}-what-comes", f"cc{VALID[2:]}")]
)
def test_a_valid_header_is_kept(header: str, kept: str) -> None:
    assert traceparent(header) == kept


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "ff" + VALID[2:],
        VALID + "-more",
        VALID.upper(),
        VALID.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
        VALID.replace("00f067aa0ba902b7", "0" * 16),
        VALID[:-1],
    ],
)
def test_a_broken_header_is_ignored(header: str | None) -> None:
    assert traceparent(header) is None


@given(st.text())
def test_any_text_is_a_trace_or_nothing(text: str) -> None:
    assert traceparent(text) is None or len(text) >= 55


def test_a_trace_that_is_begun_is_valid_and_a_new_one_each_time() -> None:
    first, second = begin(), begin()
    assert traceparent(first) == first
    assert first != second


def test_a_record_is_part_of_the_trace_that_its_last_header_names() -> None:
    assert trace_id(VALID) == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert trace_of((("traceparent", b"junk"), ("traceparent", VALID.encode()))) == trace_id(VALID)
    assert trace_of((("traceparent", b"\xff\xfe"),)) is None
    assert trace_of(()) is None
