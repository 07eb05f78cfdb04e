"""The topics as data: name, key, value, cleanup policy, size. Topic set-up, docs and tests are made from this table."""

from dataclasses import dataclass
from typing import Final, Literal

from services.contracts import messages

PREFIX: Final = "frontlog."
MAX_RECORD_BYTES: Final = 8 * 1024 * 1024
"""The largest record any topic takes: an article's text, its raw HTML and JSON's escapes fit with room to spare."""
DEAD_LETTER_ROOM: Final = 64 * 1024
"""Bytes that a dead letter may have beyond that, for its reason."""
WHOLE_DAYS: Final = 7
"""Days for which a compacted topic keeps every record: whoever is no further behind sees each change. As long as the
changes of events are kept for those who read them over HTTP."""
WITHDRAWN_DAYS: Final = 30
"""Days for which a compacted topic keeps the null that withdraws a key, at the least. Whoever has read the key and is
away for longer never hears that it is gone; Kafka's own default is one day."""
_DAY_MS: Final = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `key` says what the record key is; `partitions` is the default for new clusters."""

    name: str
    key: str
    value: type[messages.Struct] | None
    cleanup: Literal["delete", "compact"]
    partitions: int
    doc: str
    ce_type: str | None

    @property
    def config(self) -> dict[str, str]:
        """Kafka's topic configuration: kept for ever, or compacted with time for slow readers."""
        # Dead letters, which have no message of their own, carry a whole record of another topic and its reason.
        room = DEAD_LETTER_ROOM if self.value is None else 0
        # Stamped by the broker: of a sender whose clock is an hour ahead Kafka takes nothing otherwise.
        common = {"max.message.bytes": str(MAX_RECORD_BYTES + room), "message.timestamp.type": "LogAppendTime"}
        if self.cleanup == "compact":
            return common | {
                "cleanup.policy": "compact",
                "min.compaction.lag.ms": str(WHOLE_DAYS * _DAY_MS),
                "delete.retention.ms": str(WITHDRAWN_DAYS * _DAY_MS),
            }
        return common | {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}


ARTICLES: Final = Topic(
    name=PREFIX + "articles",
    key="article_id",
    value=messages.Article,
    cleanup="delete",
    partitions=6,
    doc="One received article, raw and with its metadata. Kept for ever: everything else is made from it.",
    ce_type="org.frontlog.article.received.v1",
)
EXTRACTIONS: Final = Topic(
    name=PREFIX + "extractions",
    key="article_id",
    value=messages.Extraction,
    cleanup="compact",
    partitions=6,
    doc="Everything that one version of the extractor found in one article; applied, or replaced, whole.",
    ce_type="org.frontlog.article.extracted.v1",
)
EVENTS: Final = Topic(
    name=PREFIX + "events",
    key="event_id",
    value=messages.Event,
    cleanup="compact",
    partitions=6,
    doc="One event with its claims, for subscribers; a null value withdraws it.",
    ce_type="org.frontlog.event.coded.v1",
)
CONTROL: Final = Topic(
    name=PREFIX + "control",
    key="place_id",
    value=messages.PlaceStanding,
    cleanup="compact",
    partitions=3,
    doc="The latest standing of one place: who claims it, who disputes that, since when; a null value: none any more.",
    ce_type="org.frontlog.place.standing.v1",
)
OPERATIONS: Final = Topic(
    name=PREFIX + "operations",
    key="subject",
    value=messages.Operation,
    cleanup="delete",
    partitions=1,
    doc="What operators told the system to do: dead letters put back or dropped, stages resumed. Kept for ever.",
    ce_type="org.frontlog.operation.ordered.v1",
)


def dead_letters(stage: str) -> Topic:
    """The topic for what `stage` could not process: the original record, with the reason in its headers."""
    return Topic(
        name=f"{PREFIX}dead-letters.{stage}",
        key="key of the original",
        value=None,
        cleanup="delete",
        partitions=1,
        doc=f"Records that stage {stage} could not process, untouched, with reason and origin in their headers.",
        ce_type=None,
    )


DEAD_LETTER_STAGES: Final = ("extract", "store")
TOPICS: Final[tuple[Topic, ...]] = (
    ARTICLES,
    EXTRACTIONS,
    EVENTS,
    CONTROL,
    OPERATIONS,
    *(dead_letters(stage) for stage in DEAD_LETTER_STAGES),
)
