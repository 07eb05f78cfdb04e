"""What one webhook says (pure): the payload that Standard Webhooks advises, `type`, `timestamp` and `data`."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.contracts.codec import encode
from services.store.stream.matching import Told


def message_id(subscription_id: UUID, change_id: int) -> str:
    """The same for every attempt: receivers drop repeats by it."""
    return f"msg_{subscription_id.hex[:12]}_{change_id}"


def body(told: Told) -> bytes:
    """The JSON of a change: `event.added`, `event.changed` or `event.withdrawn`."""
    change = told.change
    if told.kind == "withdrawn" or change.after is None:
        data: Any = {
            "event_id": str(change.event_id),
            "article_id": change.before.event.article_id if change.before else None,
        }
    else:
        data = msgspec.Raw(encode(change.after.event))
    return payload(f"event.{told.kind}", change.at, data)


def payload(kind: str, at: datetime, data: Any) -> bytes:
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": data})
