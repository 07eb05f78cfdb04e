"""Words by one pass over the bytes of a text are the words that the patterns find, whatever the text."""

from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from services.extract.gazetteer import load
from services.extract.spaced import spaced
from services.extract.stages import wordindex

WESTERN = st.text(st.sampled_from("abAB12 .,'`’´_-\néÉ²ßº“”–…€sS"), max_size=40)
ANY = st.text(st.sampled_from("aB1 .'’-éжİı٣\u212aſǅ🛑sS"), max_size=40) | st.text(max_size=20)


@given(WESTERN | ANY)
def test_every_character_of_a_word_keeps_its_place(text: str) -> None:
    found = spaced(text)
    assert found is None or len(found) == len(text)
    for own, character in zip(text, found or "", strict=False):
        assert character == (own.lower() if own.isascii() and own.isalnum() else "'" if character == "'" else " ")
        assert character != " " or not own.isalnum()


@given(WESTERN | ANY)
@example("Kyiv's 5th Brigade’s O'Neil's rock'n'roll x' 'y caf\u00e9 8am")
def test_the_words_are_those_that_the_patterns_find(text: str) -> None:
    load.words_of.cache_clear()
    words = [(word.start, word.end, word.key, word.capital) for word in load.words_of(text)]
    index = wordindex.WordIndex(text)
    with patch.object(load, "spaced", return_value=None), patch.object(wordindex, "spaced", return_value=None):
        load.words_of.cache_clear()
        assert words == [(word.start, word.end, word.key, word.capital) for word in load.words_of(text)]
        slow = wordindex.WordIndex(text)
    letters = frozenset(word[2] for word in words)
    assert index.among(letters) == slow.among(letters)
    assert index.places(("0", "a", "b", "s", "am", "th")) == slow.places(("0", "a", "b", "s", "am", "th"))
    load.words_of.cache_clear()
