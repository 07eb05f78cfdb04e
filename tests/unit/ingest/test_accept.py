"""Values to articles: what is taken, and what is told of what is not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts import codec, identity
from services.contracts.messages import Article
from services.ingest import accept
from services.ingest.accept import Page, Refusal, Submission

TEXT = "Russian forces entered the town on Friday, the governor said."
RECEIVED = "2024-02-17T06:41:12.308411Z"


def refusal(value: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        accept.article(accept.check(value), received_at=RECEIVED, source=None)
    return caught.value


def faults(value: Any) -> dict[str, str]:
    return {fault.pointer: fault.detail for fault in refusal(value).errors}


def test_an_article_carries_all_that_was_sent() -> None:
    sent = {
        "url": " https://example.org/a ",
        "title": "A title",
        "text": f"  {TEXT}\n",
        "html": "<p>as it was</p>",
        "published_at": "2024-02-17T08:40:00+02:00",
        "publisher": "Example Wire",
        "language": "en-GB",
        "extra": {"nested": {"list": [1, 2.5, None, True, "x"]}},
    }
    made = accept.article(accept.check(sent), received_at=RECEIVED, source="wire")
    assert made == Article(
        article_id=identity.article_id("https://example.org/a", None, TEXT),
        revision=identity.revision("A title", TEXT, "2024-02-17T06:40:00Z"),
        received_at=RECEIVED,
        text=f"  {TEXT}\n",
        title="A title",
        url="https://example.org/a",
        html="<p>as it was</p>",
        published_at="2024-02-17T06:40:00Z",
        publisher="Example Wire",
        language="en-GB",
        source="wire",
        extra=sent["extra"],  # type: ignore[arg-type]
    )
    assert codec.decode(Article, codec.encode(made)) == made


def test_null_and_blank_mean_not_given() -> None:
    given_ = accept.check({"text": TEXT, "title": " ", "url": "", "published_at": None, "extra": None, "html": ""})
    assert given_ == Submission(text=TEXT)


@pytest.mark.parametrize(
    ("value", "word"), [([], "an array"), ("x", "a string"), (None, "null"), (1.5, "a number"), (True, "true")]
)
def test_what_is_no_object_is_of_the_wrong_shape(value: Any, word: str) -> None:
    found = refusal(value)
    assert found.kind == "invalid"
    assert found.errors[0].detail == f"expected an object, got {word}"


@pytest.mark.parametrize(
    ("value", "pointer", "told"),
    [
        ({"text": 1}, "/text", "expected a string, got a number"),
        ({"text": TEXT, "title": ["x"]}, "/title", "expected a string, got an array"),
        ({"text": TEXT, "extra": "x"}, "/extra", "expected an object, got a string"),
        ({"text": TEXT, "headline": "x"}, "/headline", "unknown field"),
        ({"text": TEXT, "a/b~c": "x"}, "/a~1b~0c", "unknown field"),
        ({"text": TEXT, "\ud800": "x"}, "/�", "unknown field"),
        ({}, "", "one of the fields text and html is required"),
        ({"text": None, "title": "x"}, "", "one of the fields text and html is required"),
    ],
)
def test_a_wrong_shape_names_the_field(value: Any, pointer: str, told: str) -> None:
    assert refusal(value).kind == "invalid"
    assert faults(value)[pointer].startswith(told)


def test_an_unknown_field_is_told_where_to_go() -> None:
    assert "`extra`" in faults({"text": TEXT, "headline": "x"})["/headline"]


@pytest.mark.parametrize(
    ("value", "pointer", "told"),
    [
        ({"text": ""}, "/text", "the text is empty"),
        ({"text": " \n", "html": " "}, "/text", "the text is empty"),
        ({"text": "a\0b"}, "/text", "a NUL character at character 1"),
        ({"text": TEXT, "title": "x\ud800"}, "/title", "half of a surrogate pair at character 1"),
        ({"html": "<p>\0</p>"}, "/html", "a NUL character"),
        ({"text": "x" * (accept.MAX_TEXT + 1)}, "/text", "longer than 1000000 characters"),
        ({"text": TEXT, "title": "x" * (accept.MAX_TITLE + 1)}, "/title", "longer than"),
        ({"text": TEXT, "url": "https://e.org/" + "x" * 3000}, "/url", "longer than 2048"),
        ({"text": TEXT, "url": "example.org/a"}, "/url", "not an http(s) address"),
        ({"text": TEXT, "url": "javascript:alert(1)"}, "/url", "not an http(s) address"),
        ({"text": TEXT, "url": "https://e.org/a b"}, "/url", "not an http(s) address: holds white space"),
        ({"text": TEXT, "url": "https://e.org:99999/"}, "/url", "not an http(s) address"),
        ({"text": TEXT, "url": "https://[::1"}, "/url", "not an http(s) address"),
        ({"text": TEXT, "published_at": "yesterday"}, "/published_at", "expected RFC 3339"),
        ({"text": TEXT, "language": "English!"}, "/language", "not a BCP 47 language tag"),
        ({"text": TEXT, "publisher": "x" * 301}, "/publisher", "longer than 300"),
        ({"text": TEXT, "extra": {"a": "\0"}}, "/extra/a", "a NUL character"),
        ({"text": TEXT, "extra": {"a\0": 1}}, "/extra", "a NUL character in a field's name"),
        ({"text": TEXT, "extra": {"a": [1, {"b/c": "\udfff"}]}}, "/extra/a/1/b~1c", "half of a surrogate pair"),
        ({"text": TEXT, "extra": {"a": 2**63}}, "/extra/a", "an integer beyond 64 bits"),
        ({"text": TEXT, "extra": {"a": float("inf")}}, "/extra/a", "a number beyond"),
        ({"text": TEXT, "extra": {"a": float("nan")}}, "/extra/a", "a number beyond"),
        ({"text": TEXT, "extra": {"a": "x" * 70_000}}, "/extra", "larger than 65536 bytes"),
    ],
)
def test_a_wrong_content_names_the_field(value: Any, pointer: str, told: str) -> None:
    assert refusal(value).kind == "unprocessable"
    assert faults(value)[pointer].startswith(told)


def test_deep_nesting_in_extra_is_refused_without_recursion() -> None:
    nested: Any = 1
    for _ in range(50_000):
        nested = [nested]
    found = faults({"text": TEXT, "extra": {"a": nested}})
    assert found == {"/extra": f"nested deeper than {accept.MAX_EXTRA_DEPTH} levels"}
    while isinstance(nested, list):  # taken apart one by one: the interpreter would free it recursively
        nested = nested.pop()


def test_all_faults_are_told_at_once() -> None:
    assert set(faults({"text": "a\0", "url": "https://e.org/", "language": "\0", "extra": {"n": "\0"}})) == {
        "/text",
        "/language",
        "/extra/n",
    }


def test_an_article_beyond_what_a_record_holds_is_refused() -> None:
    value = {"text": "я" * 900_000, "html": "я" * 3_900_000}
    assert "and at most" in faults(value)[""]


def test_a_page_fills_only_what_the_sender_left_out() -> None:
    page = Page(text=TEXT, title="Found", published_at="2024-02-16", publisher="Site", language="uk")
    bare = accept.complete(accept.check({"html": "<p>"}), page)
    assert (bare.text, bare.title, bare.published_at, bare.publisher, bare.language) == (
        TEXT,
        "Found",
        "2024-02-16",
        "Site",
        "uk",
    )
    told = accept.complete(accept.check({"html": "<p>", "title": "Mine", "published_at": "2024-02-17"}), page)
    assert (told.title, told.published_at) == ("Mine", "2024-02-17")


def test_what_a_page_says_wrongly_of_itself_is_left_out() -> None:
    page = Page(text=TEXT + "\0", title="x" * 5000, published_at="last week", language="not a tag")
    found = accept.complete(accept.check({"html": "<p>"}), page)
    assert found.published_at is None
    assert found.language is None
    assert found.title == "x" * accept.MAX_TITLE
    assert found.text == TEXT + "�"


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_a_page_without_an_article_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="no article text") as caught:
        accept.complete(accept.check({"html": "<p>"}), Page(text=text))
    assert caught.value.kind == "unprocessable"
    assert caught.value.errors[0].pointer == "/html"


unstorable = st.characters(exclude_categories=[])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(unstorable),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*accept.FIELDS, "other"]), json_values | st.text(unstorable)) | json_values)
def test_any_value_is_an_article_or_a_refusal(value: Any) -> None:
    try:
        made = accept.article(accept.check(value), received_at=RECEIVED, source=None)
    except Refusal as error:
        assert error.errors
        assert all(fault.detail for fault in error.errors)
    except AssertionError:
        assert value["html"]
    else:
        assert codec.decode(Article, codec.encode(made)) == made
