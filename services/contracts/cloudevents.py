"""CloudEvents 1.0 in binary mode: the attributes as `ce_*` headers, the message itself as the record's JSON value.

Source: CloudEvents Kafka protocol binding 1.0.2, section 3.2.
"""

from collections.abc import Iterable
from typing import Final

from services.contracts.topics import Topic

Headers = tuple[tuple[str, bytes], ...]

CONTENT_TYPE: Final = "application/json"
TRACEPARENT: Final = "traceparent"


def headers(topic: Topic, *, id: str, source: str, time: str, subject: str, traceparent: str | None = None) -> Headers:
    """Return the headers of one record of `topic`.

    `id` must be the same when the same thing is published again (consumers may use source and id to drop repeats),
    `source` is a URI reference such as `/ingest`, `time` RFC 3339 in UTC, `subject` the record's key.
    Raises ValueError for a topic whose records are not messages of ours.
    """
    if topic.ce_type is None:
        raise ValueError(f"{topic.name} carries no messages of its own")
    pairs = [
        ("ce_specversion", "1.0"),
        ("ce_id", id),
        ("ce_source", source),
        ("ce_type", topic.ce_type),
        ("ce_time", time),
        ("ce_subject", subject),
        ("content-type", CONTENT_TYPE),
    ]
    if traceparent:
        pairs.append((TRACEPARENT, traceparent))
    return tuple((name, value.encode()) for name, value in pairs)


def header(pairs: Iterable[tuple[str, bytes]], name: str) -> str | None:
    """Return the last value of header `name` as text, or None."""
    found = None
    for key, value in pairs:
        if key == name:
            found = value.decode("utf-8", "replace")
    return found
