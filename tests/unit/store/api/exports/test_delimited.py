"""CSV that nothing calculates with, and that gives back what was put in."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.store.api.exports import delimited


@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), min_size=2, max_size=5))
def test_any_text_comes_back(texts: list[str]) -> None:
    written = delimited.line(delimited.harmless(text) for text in texts)
    (read,) = csv.reader(io.StringIO(written, newline=""))
    assert [text[1:] if delimited.guarded.match(text) else text for text in read] == texts


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "'=1"])
def test_a_formula_is_text(text: str) -> None:
    assert delimited.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'tis", "«=»"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert delimited.harmless(text) == text


def test_null_and_the_empty_text_differ() -> None:
    assert delimited.line([None, "", "x"]) == ',"",x\r\n'
