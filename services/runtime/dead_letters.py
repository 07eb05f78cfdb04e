"""Dead letters: what a stage could not process goes to `frontlog.dead-letters.<stage>`, and nothing of it is lost.

Key, value and headers of the original stay as they are; why, where from and when stands in further headers, whose
names begin with `frontlog-`. So a record can be sent again as it was once the fault is mended.
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

    A record that has been a dead letter before keeps the time of its first failure, and its attempts are added.
    A record without a key gets the empty one.
    """
    at = now()
    first = at
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
        origin=Origin(topic=record.topic, partition=record.partition, offset=record.offset),
        first_failed_at=first,
        last_failed_at=at,
        attempts=attempts,
    )
    return Outgoing(dead_letters(stage).name, record.key or b"", record.value, (*record.headers, *headers_of(letter)))


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
