"""Dead letters: what a stage could not process goes to `frontlog.dead-letters.<stage>`, and nothing of it is lost.

Key, value and headers of the original stay as they are; why, where from and when stands in further headers, whose
names begin with `frontlog-`. So a record can be sent again as it was once the fault is mended.

A record that is put back stands in its topic a second time, further on. It is still the record that it was: a header
tells the position it first had, and every stage takes it as standing there. An old revision that is put back late
therefore never takes the place of a newer one.
"""

from typing import Final

from services.contracts.cloudevents import header
from services.contracts.messages import DeadLetter, Origin
from services.contracts.topics import dead_letters
from services.runtime.clock import now
from services.runtime.log.port import Headers, Outgoing, Record

PREFIX: Final = "frontlog-"
MAX_ERROR: Final = 1000
"""Characters kept of an error's text."""
RETRY_OF: Final = PREFIX + "retry-of"
"""Header of a record that was put back: the position that it first had, as topic/partition/offset."""
LETTER: Final = PREFIX + "letter"
"""Header of a record that was put back: the dead letter that it was, as stage/partition/offset."""
READ_AT: Final = PREFIX + "read-at"
"""Header of a dead letter: the offset of the very record that failed, which for one that was put back is not the
first."""
LEFT_AT_ORIGIN: Final = PREFIX + "left-at-origin"
"""Header of a dead letter that has no room for its value, which is in the record of origin."""
FIELDS: Final = (
    "reason",
    "stage",
    "error",
    "version",
    "origin-topic",
    "origin-partition",
    "origin-offset",
    "first-failed-at",
    "last-failed-at",
    "attempts",
)


class NotADeadLetterError(ValueError):
    """The record lacks headers of a dead letter, or has unreadable ones."""


def dead_letter(record: Record, *, stage: str, reason: str, error: str, version: str, attempts: int = 1) -> Outgoing:
    """Return the dead letter of `record`, to be published.

    A record that has been a dead letter before keeps the time of its first failure and its first position, and its
    attempts are added. A record without a key gets the empty one.
    """
    at = now()
    first = at
    # What an earlier failure has added is said anew, and is no part of the original.
    kept = original_headers(record.headers) if header(record.headers, RETRY_OF) else record.headers
    try:
        before = reason_of(record.headers)
    except NotADeadLetterError:
        pass
    else:
        first = before.first_failed_at
        attempts += before.attempts
    letter = DeadLetter(
        reason=reason,
        stage=stage,
        error=error[:MAX_ERROR],
        version=version,
        origin=position_of(record),
        first_failed_at=first,
        last_failed_at=at,
        attempts=attempts,
    )
    added = (*headers_of(letter), (READ_AT, str(record.offset).encode()))
    return Outgoing(dead_letters(stage).name, record.key or b"", record.value, (*kept, *added))


def without_value(letter: Outgoing) -> Outgoing:
    """The dead letter of a record that filled its topic's limit, so that the reason no longer fits beside it.

    It points to its value instead, in the record of origin: articles are kept for ever.
    """
    return Outgoing(letter.topic, letter.key, None, (*letter.headers, (LEFT_AT_ORIGIN, b"true")))


def position_of(record: Record) -> Origin:
    """Where `record` stands in its topic's order: for one that was put back, where it first stood."""
    own = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
    try:
        topic, partition, offset = (header(record.headers, RETRY_OF) or "").rsplit("/", 2)
        first = Origin(topic=topic, partition=int(partition), offset=int(offset))
    except ValueError:
        return own
    # A record can only be put back behind itself; what says otherwise was not made by us.
    behind = first.partition != own.partition or first.offset < own.offset
    return first if first.topic == own.topic and first.offset >= 0 and behind else own


def put_back(letter: Record, value: bytes | None) -> Outgoing:
    """Return the record that `letter` was, to be published in the topic where it failed. Raises NotADeadLetterError."""
    about = reason_of(letter.headers)
    origin = about.origin
    of = f"{origin.topic}/{origin.partition}/{origin.offset}"
    marks = ((RETRY_OF, of.encode()), (LETTER, letter_id(letter).encode()))
    return Outgoing(
        origin.topic, letter.key or b"", value, (*original_headers(letter.headers), *headers_of(about), *marks)
    )


def letter_id(letter: Record) -> str:
    """What an operator calls a dead letter by: stage/partition/offset."""
    return f"{letter.topic.removeprefix(dead_letters('').name)}/{letter.partition}/{letter.offset}"


def headers_of(letter: DeadLetter) -> Headers:
    """The headers that carry `letter`."""
    values = (
        letter.reason,
        letter.stage,
        letter.error,
        letter.version,
        letter.origin.topic,
        str(letter.origin.partition),
        str(letter.origin.offset),
        letter.first_failed_at,
        letter.last_failed_at,
        str(letter.attempts),
    )
    return tuple((PREFIX + name, value.encode("utf-8", "replace")) for name, value in zip(FIELDS, values, strict=True))


def reason_of(headers: Headers) -> DeadLetter:
    """Read the dead letter back from a record's headers; of repeated headers the last counts.

    Raises NotADeadLetterError.
    """
    found: dict[str, str] = {}
    for name in FIELDS:
        value = header(headers, PREFIX + name)
        if value is None:
            raise NotADeadLetterError(f"header {PREFIX}{name} is missing")
        found[name] = value
    try:
        return DeadLetter(
            reason=found["reason"],
            stage=found["stage"],
            error=found["error"],
            version=found["version"],
            origin=Origin(
                topic=found["origin-topic"],
                partition=int(found["origin-partition"]),
                offset=int(found["origin-offset"]),
            ),
            first_failed_at=found["first-failed-at"],
            last_failed_at=found["last-failed-at"],
            attempts=int(found["attempts"]),
        )
    except ValueError as error:
        raise NotADeadLetterError(str(error)) from error


def original_headers(headers: Headers) -> Headers:
    """The headers without those that a dead letter has added."""
    return tuple((name, value) for name, value in headers if not name.startswith(PREFIX))
