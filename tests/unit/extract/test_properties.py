"""What holds of every text: offsets point at what they say, ids are unique, the answer is the same every time."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services.contracts.codec import decode, encode
from services.contracts.messages import Article, Extraction
from services.contracts.schemas import schema
from services.extract.document import Document, Span
from services.extract.pipeline import STAGE_NAMES, document_of, extract, run
from tests.support.passages import VOICES, passages

ROOT = Path(__file__).parents[3]

_PIECES = (
    "Russian forces", "Ukrainian troops", "the enemy", "the town of", "Kupiansk", "Artyomovsk", "Donetsk Oblast",
    "Kyiv", "captured", "withdrew from", "shelled", "were repelled near", "had been surrounded", "killing",
    "and wounding", "two people", "more than 40", "52% of the region", "500 a day", "on Monday", "in mid-2022",
    "the General Staff said", "Moscow denies it", "according to", "he added that", "could not be verified", "if",
    "would", "not", "because", ",", ".", ". ", "!", "\n", "\n\n", "“", "”", '"', "'", "(", ")", "[", "]", "—", ";",
    ":", "Photo: Reuters", "Read also:", "<p>", "</p>", "&nbsp;", "\u200b", "\u00ad", "\u202e", "e\u0301", "🔥",
    "\x00", "\ud800", "ﬁ", "İ", "ß", "…", "Київ", "北京", "1,000.50", "10:30 p.m.", "#war", "https://t.me/x",
    "Prigozhinthe", "\"…\"he said",
)  # fmt: skip
_WORDS = st.sampled_from(_PIECES)
TEXTS = st.one_of(
    st.lists(st.tuples(_WORDS, st.sampled_from((" ", " ", " ", "", "  ", "\n"))), max_size=60).map(
        lambda parts: "".join(word + gap for word, gap in parts)
    ),
    st.lists(st.one_of(_WORDS, st.text(max_size=12)), max_size=30).map(" ".join),
    st.text(max_size=300),
)
TITLES = st.one_of(st.none(), TEXTS)
DAYS = st.one_of(st.none(), st.dates(date(2014, 1, 1), date(2026, 1, 1)).map(date.isoformat), st.text(max_size=12))

some = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def article(text: str, title: str | None = None, published: str | None = "2023-06-01", number: int = 0) -> Article:
    return Article(
        article_id=f"a{number}",
        revision="0",
        received_at="1970-01-01T00:00:00Z",
        title=title,
        text=text,
        published_at=published,
    )


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema("extraction"))


def check_extraction(given_article: Article, found: Extraction) -> None:
    """Assert what holds of every extraction."""
    texts = {"text": found.document.text, "title": found.document.title or ""}
    for event in found.events:
        assert event.mentions
        assert 0 <= event.confidence <= 1
        for mention in event.mentions:
            assert 0 <= mention.start < mention.end <= len(texts[mention.field])
            assert mention.sentence in texts[mention.field]
            assert texts[mention.field][mention.start : mention.end] in mention.sentence
        for evidence in event.explanation:
            if evidence.start is not None and evidence.end is not None:
                assert 0 <= evidence.start <= evidence.end <= len(texts[evidence.field])
                assert texts[evidence.field][evidence.start : evidence.end] == evidence.words
        for quantity in event.quantities:
            assert quantity.claim is None or 0 <= quantity.claim < len(event.claims)
            assert quantity.low is None or quantity.high is None or quantity.low <= quantity.high
        if event.when and event.when.start and event.when.end:
            assert date.fromisoformat(event.when.start) <= date.fromisoformat(event.when.end)
    ids = [event.event_id for event in found.events]
    assert len(ids) == len(set(ids))
    offsets = found.document.offsets
    assert list(offsets) == sorted(offsets)
    for at, raw in offsets:
        assert 0 <= at <= len(found.document.text)
        assert 0 <= raw <= len(given_article.text)


def check_document(doc: Document) -> None:
    """Assert what holds of the annotations after any stage."""

    def inside(span: Span | None) -> None:
        assert span is None or 0 <= span.start <= span.end <= len(doc.text)

    for sentence in doc.sentences:
        inside(sentence.span)
        assert doc.words(sentence.span).strip() == doc.words(sentence.span) != ""
        if sentence.parse is not None:
            assert all(doc.text.startswith(t.text, sentence.span.start + t.idx) for t in sentence.parse)
    assert all(a.span.end <= b.span.start for a, b in pairwise(doc.sentences))
    for named in (*doc.places, *doc.actors):
        inside(named.span)
        assert named.anaphor or named.surface == doc.words(named.span)
    for phrase in (*doc.times, *doc.numbers):
        inside(phrase.span)
        assert phrase.phrase == doc.words(phrase.span)
    for event in doc.events:
        inside(event.trigger)
        inside(event.clause)
        for why in event.why:
            inside(why.span)
        assert all(0 <= number < len(doc.attributions) for number in event.attributions)
    for attribution in doc.attributions:
        for span in (attribution.cue, attribution.phrase, *attribution.scopes, *attribution.answers):
            inside(span)


@some
@given(TEXTS, TITLES, DAYS)
def test_offsets_point_at_what_they_say(text: str, title: str | None, published: str | None) -> None:
    given_article = article(text, title, published)
    check_extraction(given_article, extract(given_article))


@settings(max_examples=20, deadline=None)
@given(st.one_of(st.dates(max_value=date(3, 1, 1)), st.dates(min_value=date(9998, 1, 1))), st.data())
def test_an_article_of_the_calendars_ends_is_read(published: date, data: st.DataObject) -> None:
    when = ("two years ago", "last week", "yesterday", "next week", "next summer", "in March", "on Monday", "this year")
    told = " ".join(
        f"{who} {data.draw(st.sampled_from(when))}, the governor said."
        for who in ("Russian forces shelled Lyman", "Troops took Lyman", "They shelled the town again")
    )
    dateline = f"KYIV, {data.draw(st.sampled_from(('Jan. 1', 'Dec. 31')))} — "
    given_article = article(dateline + told + " Lyman was shelled.", published=published.isoformat())
    check_extraction(given_article, extract(given_article))


@some
@given(TEXTS, TITLES)
def test_every_stage_leaves_annotations_within_the_text(text: str, title: str | None) -> None:
    for stage in STAGE_NAMES:
        if stage == "clean":
            continue
        doc = document_of(article(text, title))
        run(doc, until=stage)
        check_document(doc)


@some
@given(TEXTS.filter(lambda text: "\ud800" not in text), DAYS)
def test_extractions_fit_their_schema(text: str, published: str | None) -> None:
    try:
        message = encode(extract(article(text, None, published)))
    except UnicodeEncodeError:
        text.encode()  # only a text that is no Unicode cannot be written
        raise
    validator().validate(json.loads(message))
    assert encode(decode(Extraction, message)) == message


@some
@given(TEXTS, TITLES)
def test_cleaned_text_maps_back_to_the_raw_text(text: str, title: str | None) -> None:
    found = extract(article(text, title)).document
    pairs = found.offsets
    for (at, raw), (until, _) in pairwise((*pairs, (len(found.text), 0)) if pairs else ()):
        for offset in range(at, until):
            mine = found.text[offset]
            if mine.isascii() and mine.isalnum():
                assert text[raw + offset - at] == mine


def real() -> list[Article]:
    """Return some articles as they come, from each voice."""
    some_passages = [p for voice in VOICES for p in passages(voice, unseen=False)[:6]]
    return [p.article for p in some_passages]


def test_real_articles_keep_the_promises() -> None:
    for given_article in real():
        found = extract(given_article)
        check_extraction(given_article, found)
        doc = document_of(given_article)
        run(doc)
        check_document(doc)


def test_order_and_repetition_make_no_difference() -> None:
    articles = real()
    forward = {a.article_id: encode(extract(a)) for a in articles}
    backward = {a.article_id: encode(extract(a)) for a in reversed(articles)}
    assert forward == backward


@given(st.lists(TEXTS, min_size=2, max_size=4))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_texts_in_any_order_give_the_same(texts: list[str]) -> None:
    articles = [article(text, number=number) for number, text in enumerate(texts)]
    forward = [extract(a) for a in articles]
    backward = [extract(a) for a in reversed(articles)]
    assert forward == backward[::-1]


_ANOTHER_PROCESS = """
import hashlib
from services.contracts.codec import encode
from services.extract.pipeline import extract
from tests.unit.extract.test_properties import real
digest = hashlib.sha256()
for article in real():
    digest.update(encode(extract(article)))
print(digest.hexdigest())
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "4242"])
def test_another_process_gives_the_same_bytes(seed: str) -> None:
    digest = hashlib.sha256()
    for given_article in real():
        digest.update(encode(extract(given_article)))
    environment: dict[str, Any] = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", _ANOTHER_PROCESS], capture_output=True, text=True, check=True, env=environment, cwd=ROOT
    )
    assert done.stdout.strip() == digest.hexdigest()
