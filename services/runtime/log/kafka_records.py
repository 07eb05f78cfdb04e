"""Records as aiokafka hands them out, as the port's."""

from datetime import UTC, datetime
from typing import Any

from services.runtime.log.port import Record


def record_of(found: Any) -> Record:
    """Return aiokafka's ConsumerRecord as the port's."""
    return Record(
        topic=found.topic,
        partition=found.partition,
        offset=found.offset,
        key=found.key,
        value=found.value,
        headers=tuple((name, value or b"") for name, value in found.headers),
        timestamp=datetime.fromtimestamp(found.timestamp / 1000, UTC),
    )
