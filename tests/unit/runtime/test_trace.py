"""W3C Trace Context."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.trace import traceparent

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
