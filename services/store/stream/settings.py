"""The settings of the feed of changes and of the stream that it is read by."""

from dataclasses import dataclass

from services.runtime.settings import positive, setting


@dataclass(frozen=True, slots=True)
class FeedSettings:
    hours: int = setting(
        "FRONTLOG_CHANGES_HOURS",
        "Hours that changes of events are kept for streams and webhooks to be resumed.",
        default="168",
        parse=positive,
    )


@dataclass(frozen=True, slots=True)
class StreamSettings:
    readers: int = setting(
        "FRONTLOG_STREAM_READERS",
        "Most readers of /stream at a time; further ones are answered 503.",
        default="1000",
        parse=positive,
    )
    heartbeat: int = setting(
        "FRONTLOG_STREAM_HEARTBEAT",
        "Seconds after which a silent /stream sends a sign of life.",
        default="15",
        parse=positive,
    )
