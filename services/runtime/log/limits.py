"""How large a record may be: one answer for both homes of the log, given before anything is sent."""

from typing import Final

from services.contracts.topics import DEAD_LETTER_ROOM, MAX_RECORD_BYTES, dead_letters
from services.runtime.log.port import Outgoing, RecordTooLargeError

# What Kafka adds to a record and its batch, headers' lengths included; topics take MAX_RECORD_BYTES with that.
OVERHEAD: Final = 4096


def size_of(record: Outgoing) -> int:
    """Bytes of key, value and headers."""
    headers = sum(len(name) + len(value) for name, value in record.headers)
    return len(record.key) + len(record.value or b"") + headers


def ensure_fits(record: Outgoing) -> None:
    """Raise RecordTooLargeError where no topic would take the record."""
    size = size_of(record)
    limit = MAX_RECORD_BYTES - OVERHEAD
    if record.topic.startswith(dead_letters("").name):
        limit += DEAD_LETTER_ROOM
    if size > limit:
        raise RecordTooLargeError(
            f"a record of {size} bytes for {record.topic} (key {record.key[:80]!r}) is larger than the "
            f"{limit} bytes that the topic takes"
        )
