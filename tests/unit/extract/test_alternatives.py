"""A pattern of many phrases finds what an alternation of them finds, the longest first."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.stages.alternatives import alternatives

PHRASES = st.lists(st.text("ab-. ", min_size=1, max_size=6).filter(lambda p: p == p.strip()), min_size=1, max_size=12)


def found(body: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(rf"(?<!\w)(?:{body})s?(?!\w)", text, re.IGNORECASE)]


@given(PHRASES, st.text("abAs-. ", max_size=40))
def test_finds_what_trying_each_phrase_finds(phrases: list[str], text: str) -> None:
    each = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    assert found(alternatives(phrases), text) == found(each, text)


def test_the_longest_that_fits_is_found_first() -> None:
    body = alternatives(["rocket", "rocket launcher", "rocket launch"])
    assert re.findall(body, "rocket launchers, a rocket launch, rockets") == [
        "rocket launcher",
        "rocket launch",
        "rocket",
    ]


def test_blanks_are_read_as_asked() -> None:
    body = alternatives(["no proof", "no"], blank=r"\s+")
    assert re.findall(body, "no\n  proof, no word") == ["no\n  proof", "no"]


def test_an_empty_phrase_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        alternatives(["", "proof"])
