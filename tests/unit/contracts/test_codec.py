"""Bytes to messages: one structure, one text; what cannot be read says where."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts import codec
from services.contracts.codec import UndecodableError
from services.contracts.messages import Article, Event

ARTICLE = Article(
    article_id="a", revision="r", received_at="2024-05-01T00:00:00Z", text="Слава — été", extra={"b": 1, "a": 2}
)


def test_the_same_structure_gives_the_same_bytes() -> None:
    other = Article(
        article_id="a", revision="r", received_at="2024-05-01T00:00:00Z", text="Слава — été", extra={"a": 2, "b": 1}
    )
    assert codec.encode(ARTICLE) == codec.encode(other)
    assert codec.decode(Article, codec.encode(ARTICLE)) == ARTICLE


def test_the_bytes_are_plain_utf8_json() -> None:
    assert json.loads(codec.encode(ARTICLE).decode("utf-8"))["text"] == "Слава — été"


def test_an_unknown_field_is_ignored_so_that_fields_can_be_added() -> None:
    data = json.loads(codec.encode(ARTICLE)) | {"invented_later": [1]}
    assert codec.decode(Article, json.dumps(data).encode()) == ARTICLE


@pytest.mark.parametrize(
    ("change", "path"),
    [({"title": 3}, "$.title"), ({"text": None}, "$.text"), ({"extra": []}, "$.extra"), ({"html": {}}, "$.html")],
)
def test_the_error_names_the_field(change: dict[str, object], path: str) -> None:
    data = json.dumps(json.loads(codec.encode(ARTICLE)) | change).encode()
    with pytest.raises(UndecodableError) as caught:
        codec.decode(Article, data)
    assert caught.value.reason == "schema"
    assert path in str(caught.value)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(UndecodableError, match="article_id") as caught:
        codec.decode(Article, b"{}")
    assert caught.value.reason == "schema"


def test_the_error_names_the_path_in_a_list() -> None:
    with pytest.raises(UndecodableError, match=r"\$\.claims\[0\]\.stance|\$\.claims\[\.\.\.\]\.stance"):
        codec.decode(
            Event,
            b'{"event_id":"e","article_id":"a","type":"hold","plover":"","acled":"","modality":"actual",'
            b'"confidence":1,"mentions":[],"claims":[{"source":{"name":"x"},"stance":"shrugs","act":"says"}]}',
        )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null and void",
        b"\xff\xfe{\x00}\x00",
        b'{"text": "\xc3\x28"}',
        b'{"text": "\xed\xa0\x80"}',
        b"[" * 100_000,
        b'{"extra": {"a": ' + b'{"a": ' * 100_000 + b"1" + b"}" * 100_002,
        b"\x00",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_not_json_is_refused_and_nothing_crashes(data: bytes) -> None:
    with pytest.raises(UndecodableError) as caught:
        codec.decode(Article, data)
    assert caught.value.reason in ("not_json", "schema")


@given(st.binary())
def test_any_bytes_are_a_message_or_undecodable(data: bytes) -> None:
    try:
        codec.decode(Article, data)
    except UndecodableError as error:
        assert error.reason in ("not_json", "schema")
