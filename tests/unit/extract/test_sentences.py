"""Sentences: the cases of the lexicon, roles and paragraphs, and that no word is lost on any text."""

import itertools
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.document import Document, Span
from services.extract.stages.clean import clean
from services.extract.stages.sentences import LONGEST, sentences

CASES = tomllib.loads(Path("services/extract/stages/sentences.toml").read_text(encoding="utf-8"))["case"]


def split(text: str) -> Document:
    doc = Document(None, text, None)
    doc.text = text
    sentences(doc)
    return doc


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"])[:30])
def test_a_full_stop_ends_a_sentence_only_where_one_ends(case: dict[str, Any]) -> None:
    doc = split(case["text"])
    assert [doc.words(sentence.span) for sentence in doc.sentences] == case["sentences"]


def test_roles_and_paragraphs() -> None:
    doc = Document(
        "Town is hit again",
        "Smoke over the port\n(Jane Doe / Associated Press)\n\nOne fell. Two fled.\n\n• A third stayed.",
        None,
    )
    clean(doc)
    sentences(doc)
    assert [(s.role, s.paragraph, s.index) for s in doc.sentences] == [
        ("title", 0, 0), ("caption", 1, 1), ("body", 2, 2), ("body", 2, 3), ("bullet", 3, 4),
    ]  # fmt: skip


def test_a_sentence_without_end_is_cut_at_clause_punctuation_and_said_so() -> None:
    doc = split("the enemy shelled the village, " * 200)
    assert len(doc.sentences) > 2 and all(s.span.end - s.span.start <= LONGEST for s in doc.sentences)
    assert all(doc.words(s.span).endswith(",") for s in doc.sentences)
    assert doc.notes == [f"1 sentence was longer than {LONGEST} characters and cut"]


def test_a_megabyte_without_any_break_is_cut_hard() -> None:
    doc = split("x" * 1_000_000)
    assert sum(s.span.end - s.span.start for s in doc.sentences) == 1_000_000


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("abZ .!?…\"”'’)(\n•▪-–,;:0123456789\u00a0"), max_size=200))
def test_every_character_that_is_no_blank_is_in_exactly_one_sentence(text: str) -> None:
    doc = split(text)
    spans = [s.span for s in doc.sentences]
    assert all(before.end <= after.start for before, after in itertools.pairwise(spans))
    inside = "".join(doc.words(span) for span in spans)
    assert "".join(inside.split()) == "".join(text.split())
    assert all(doc.words(span) and doc.words(span) == doc.words(span).strip() for span in spans)
    for span in spans:
        assert isinstance(span, Span) and doc.sentence_at(span.start) is not None
