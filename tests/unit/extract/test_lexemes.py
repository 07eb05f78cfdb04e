"""Sentences are cut as the model's tokeniser cuts them, and words have the vectors that the model gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.stages import lexemes
from services.extract.stages.lexemes import Vocabulary, vocabulary
from services.extract.stages.model import model
from tests.bench.corpus import articles

SENTENCES = (
    "There's no sign that they'd left; let's say there were 500 of them, and it isn't known where they ain't.",
    "\"We are gonna hold,\" he said, \"c'mon, y'all gotta see what's left of the don't-know-what bridge.\"",
    "It is   said that   that was that, and you did it.\n",
    "Two-thirds of 1,200 shells, i.e. twenty-first-century ones, hit No. 5 at 10:30 p.m.!",
)
SPECIAL = ": ) :) p.m . p.m. ' '' ( - o.O http://a.b/c U.S e.g d'ye 8 a.m ^ _ ^_^ </p >"
PIECES = (*" ".join([*SENTENCES, SPECIAL]).split(), "\u00a0", "", "\t", "\u200b", "\U0001f680")
"""Also what the tokeniser has rules for, in its parts."""


def told(text: str) -> list[tuple[str, str, bool]]:
    shown = vocabulary().cut(text)
    return [(word.text, word.norm, space) for word, space in zip(shown.lexemes, shown.spaces, strict=True)]


def of_the_model(text: str) -> list[tuple[str, str, bool]]:
    return [(token.text, token.norm_, bool(token.whitespace_)) for token in model().tokenizer(text)]


def test_news_is_cut_as_by_the_model() -> None:
    for article in articles()[::4]:
        assert told(article.text) == of_the_model(article.text)
        for line in article.text.splitlines():
            assert told(line) == of_the_model(line)


@given(st.lists(st.sampled_from(PIECES)), st.sampled_from((" ", " ", "")))
def test_any_words_are_cut_as_by_the_model(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assert told(text) == of_the_model(text)


@given(st.text(max_size=60))
def test_any_text_is_cut_as_by_the_model(text: str) -> None:
    assert told(text) == of_the_model(text)


def test_what_the_tokeniser_takes_together_across_a_blank_is_left_to_it() -> None:
    joined = [(word, following) for word, after in sorted(lexemes._joined().items()) for following in sorted(after)]
    assert len(joined) > 100
    for word, following in joined:
        text = f"{word} {following} {word} {following}{word} {following}{following}"
        assert told(text) == of_the_model(text)


def test_vectors_of_words_depend_on_no_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    docs = [model().tokenizer(text) for text in SENTENCES]
    whole = model().get_pipe("tok2vec").model.layers[0].predict(docs)
    for most in (10_000, 5):
        monkeypatch.setattr(lexemes, "VECTORS", most)
        for order in (range(4), (3, 2, 1, 0), (2, 3, 0, 1)):
            words = Vocabulary(vocabulary().network)
            for number in order:
                words.forget_if_full()
                rows = words.rows([words.cut(SENTENCES[number])])
                assert (words.vectors[rows] == whole[number]).all()
