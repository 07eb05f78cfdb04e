"""Headers of CloudEvents in binary mode."""

import pytest

from services.contracts import cloudevents, topics

ATTRIBUTES = {"id": "1", "source": "/ingest", "time": "2024-05-01T00:00:00Z", "subject": "key"}


def test_the_required_attributes_are_there_once_each() -> None:
    headers = cloudevents.headers(topics.ARTICLES, **ATTRIBUTES)
    names = [name for name, _ in headers]
    assert len(names) == len(set(names))
    assert dict(headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"1",
        "ce_source": b"/ingest",
        "ce_type": b"org.frontlog.article.received.v1",
        "ce_time": b"2024-05-01T00:00:00Z",
        "ce_subject": b"key",
        "content-type": b"application/json",
    }


def test_a_traceparent_is_carried_on() -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = cloudevents.headers(topics.EVENTS, **ATTRIBUTES, traceparent=parent)
    assert cloudevents.header(headers, "traceparent") == parent


def test_a_topic_without_messages_of_ours_has_no_attributes() -> None:
    with pytest.raises(ValueError, match="dead-letters"):
        cloudevents.headers(topics.dead_letters("extract"), **ATTRIBUTES)


def test_the_last_value_of_a_header_counts_and_any_bytes_are_readable() -> None:
    pairs = (("a", b"1"), ("a", b"\xff2"))
    assert cloudevents.header(pairs, "a") == "�2"
    assert cloudevents.header(pairs, "b") is None
