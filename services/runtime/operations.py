"""The operations topic: what operators order and what came of it, written by tools and read by whom it concerns."""

import getpass
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

import structlog

from services.contracts.cloudevents import headers
from services.contracts.codec import UndecodableError, decode, encode
from services.contracts.messages import Operation
from services.contracts.topics import OPERATIONS
from services.runtime.log.port import Log, Outgoing, Position
from services.runtime.log.whole import read_topic

SOURCE: Final = "/operator"

_log = structlog.get_logger(__name__)


async def order(log: Log, operations: Sequence[Operation]) -> list[Position]:
    """Write `operations` down; they are durable, and on their way to whom they concern, when this returns."""
    return await log.publish(
        [
            Outgoing(
                OPERATIONS.name,
                one.subject.encode(),
                encode(one),
                headers(OPERATIONS, id=f"{one.subject}/{one.at}", source=SOURCE, time=one.at, subject=one.subject),
            )
            for one in operations
        ]
    )


async def ordered(
    log: Log, starts: Mapping[int, int] | None = None, ends: Mapping[int, int] | None = None
) -> AsyncIterator[Operation]:
    """Yield what was ordered, from `starts` on, before `ends`.

    What cannot be read is told of in the log and passed over.
    """
    async for record in read_topic(log, OPERATIONS.name, starts, ends):
        try:
            yield decode(Operation, record.value or b"")
        except UndecodableError as error:
            _log.warning("operation_unreadable", offset=record.offset, error=str(error))


def operator() -> str | None:
    """The name of the user who runs this process, where the system knows one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None
