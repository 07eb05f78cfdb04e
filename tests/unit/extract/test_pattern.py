"""A pattern finds in every text what Python's own finds, whichever of its two readings is asked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.pattern import Pattern

TEXTS = st.text(st.sampled_from("aAbBkKsS12 .,-'_\néÉжЖſİıK’ß"), max_size=40)
SOURCES = (
    (r"\b\w+\b", 0),
    (r"(?<!\w)(?P<word>[a-k]+)(?=\W|$)", re.IGNORECASE),
    (r"[^\W_]+(?:[-'][^\W_]+)*|[^\w\s]", 0),
    (r"(?i:k|s)\s*\d", 0),
    (r"^\S+$", re.MULTILINE),
)


@pytest.mark.parametrize(("source", "flags"), SOURCES)
@given(text=TEXTS, start=st.integers(0, 20), end=st.integers(0, 40))
def test_finds_the_same(source: str, flags: int, text: str, start: int, end: int) -> None:
    ours, pythons = Pattern(source, flags), re.compile(source, flags)
    assert [m.span() for m in ours.finditer(text, start, end)] == [m.span() for m in pythons.finditer(text, start, end)]
    assert ours.findall(text) == pythons.findall(text)
    assert ours.sub("-", text) == pythons.sub("-", text)
    for one, other in ((ours.search, pythons.search), (ours.match, pythons.match), (ours.fullmatch, pythons.fullmatch)):
        assert _told(one(text, start)) == _told(other(text, start))


def _told(match: re.Match[str] | None) -> object:
    return match and (match.span(), match.groupdict())
