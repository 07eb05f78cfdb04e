"""The index of a text's words: every word and figure is found where it stands, whatever the text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from services.extract.pattern import Pattern
from services.extract.stages.wordindex import DIGITS, WordIndex, lowered

TEXTS = st.text(st.sampled_from("aAbB12 .,-'_\néÉжİ’ß"), max_size=60)


@given(TEXTS)
def test_words_stand_where_they_are_found(text: str) -> None:
    index = WordIndex(text)
    found = {(m.start(), m.group()) for m in re.finditer(r"[a-z]+|\d+", index.low)}
    words = {DIGITS if word[0].isdigit() else word for _, word in found}
    for word in words:
        places = sorted(at for at, other in found if other == word or (word == DIGITS and other[0].isdigit()))
        assert index.places((word,)) == places
    assert index.places(words) == index.among(frozenset(words)) == sorted(at for at, _ in found)


def test_unknown_words_have_no_place() -> None:
    assert WordIndex("Two towns fell.").places(("three", DIGITS)) == []


@given(TEXTS)
def test_lower_case_keeps_every_offset(text: str) -> None:
    low = lowered(text)
    assert len(low) == len(text)
    assert all(b == a.lower() or len(a.lower()) > 1 for a, b in zip(text, low, strict=True))


def test_a_pattern_is_matched_where_its_words_stand() -> None:
    index = WordIndex("Two towns, two of them twice; a town is no two-town.")
    found = index.matches(Pattern(r"(?i:(?<![\w-])two \w+)"), ("two",))
    assert [match.group() for match in found] == ["Two towns", "two of"]


def test_matches_do_not_overlap() -> None:
    found = WordIndex("1 2 3 4 5").matches(Pattern(r"\d \d"), (DIGITS,))
    assert [match.group() for match in found] == ["1 2", "3 4"]
