"""Which of two extractions of one article stands: that of the later revision; of one revision, the later extraction.

"Later" is the order of the logs, never of arrival: the article's place in the article log first, then the
extraction's in its own. So any redelivery, in any order, ends in the same rows.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where an extraction stands. `origin_*` is the article record it was made from, `log_*` its own record."""

    origin_partition: int | None
    origin_offset: int | None
    received_at: datetime
    log_partition: int
    log_offset: int


def supersedes(new: Standpoint, current: Standpoint) -> bool:
    """Whether `new` takes the place of `current`.

    Offsets of different partitions do not compare (a key changes its partition only when partitions are added); then,
    and where an origin is unknown, the time of the article's receipt decides.
    """
    comparable = (
        new.origin_offset is not None
        and current.origin_offset is not None
        and new.origin_partition == current.origin_partition
    )
    if comparable and new.origin_offset != current.origin_offset:
        return (new.origin_offset or 0) > (current.origin_offset or 0)
    if not comparable and new.received_at != current.received_at:
        return new.received_at > current.received_at
    if new.log_partition == current.log_partition:
        return new.log_offset > current.log_offset
    return True
