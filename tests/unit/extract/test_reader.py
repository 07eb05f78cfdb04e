"""What the syntax stage makes of a sentence is what the model itself makes of it, only sooner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.stages import lexemes, reader
from services.extract.stages.lexemes import Shown, vocabulary
from services.extract.stages.model import model
from services.extract.stages.parse import Parse, text_of
from services.extract.stages.reader import parsed

SENTENCES = (
    "Ukrainian troops, who had been holding the town since May, pulled out of it on Tuesday, the General Staff said.",
    "There's no sign that they'd left; let's say there were 500 of them, and it isn't known where they ain't.",
    "\"We are gonna hold,\" he said, \"c'mon, y'all gotta see what's left of the don't-know-what bridge.\"",
    "The village that was shelled does not have water, but its people do what they did.",
    "It is   said that   that was that, and you did it.\n",
    "The dead and wounded were found; he left for the left bank, where fighters were fighting the fighting.",
    "Two-thirds of 1,200 shells, i.e. twenty-first-century ones, hit No. 5 at 10:30 p.m.!",
)


def own_parse(text: str) -> Parse:
    return parsed([vocabulary().cut(text)])[0]


def told(words: object) -> list[tuple[object, ...]]:
    return [
        (t.i, t.idx, t.text, t.lower_, t.whitespace_, t.tag_, t.pos_, t.lemma_, t.dep_, t.head.i, len(t),
         [c.i for c in t.children], [s.i for s in t.subtree], t.sent.start, t.sent.end, t.is_alpha, t.is_punct,
         t.like_num)
        for t in words  # type: ignore[attr-defined]
    ]  # fmt: skip


@pytest.mark.parametrize("text", SENTENCES)
def test_parse_is_the_models_own(text: str) -> None:
    assert told(own_parse(text)) == told(model()(text))


@given(st.lists(st.sampled_from([*" ".join(SENTENCES).split(), "gon", "na", "got", "ta", "let", "'s", "ai", "n't"])))
def test_parse_of_any_words_is_the_models_own(words: list[str]) -> None:
    text = " ".join(words)
    assert told(own_parse(text)) == told(model()(text))


def test_sentences_read_together_are_read_as_each_alone() -> None:
    texts = [*SENTENCES, "Yes.", "They left.", *(f"{number} drones fell on town {number}." for number in range(90))]
    together = parsed([vocabulary().cut(text) for text in texts])
    assert [told(parse) for parse in together] == [told(own_parse(text)) for text in texts]


def test_what_is_remembered_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [told(own_parse(text)) for text in SENTENCES]
    monkeypatch.setattr(lexemes, "REMEMBERED", 3)
    monkeypatch.setattr(reader, "REMEMBERED", 3)
    for text, parse in zip(SENTENCES, before, strict=True):
        vocabulary().forget_if_full()
        assert told(own_parse(text)) == parse
    own_parse("Yes.")
    assert len(reader._known) < 10
    assert len(vocabulary()._cuts) + len(vocabulary()._lexemes) < 100


def test_a_word_that_stands_for_a_name_is_told_of_under_the_name() -> None:
    words = [vocabulary().lexeme(word) for word in ("They", "left", "Paris", ".")]
    shown = Shown(words, [True, True, False, False], ["They", "left", "Znob-Novhorodske", "."])
    parse = parsed([shown])[0]
    assert text_of(parse) == "They left Znob-Novhorodske."
    assert (parse[2].lemma_, parse[2].lower_, parse[2].pos_) == ("Znob-Novhorodske", "znob-novhorodske", "PROPN")


def test_a_word_has_neighbours_within_its_sentence_only() -> None:
    parse = own_parse("They left.")
    assert parse[0].nbor().text == "left"
    with pytest.raises(IndexError):
        parse[0].nbor(-1)
    with pytest.raises(IndexError):
        parse[-1].nbor()


def test_text_of_a_parse_is_its_words_with_their_blanks() -> None:
    assert text_of(own_parse("They  left (today).")) == "They  left (today)."
