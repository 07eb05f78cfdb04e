"""From one record of `frontlog.articles` to what it ends as: an extraction and its events, or a dead letter.

Deterministic but for the times in a dead letter: the same record gives the same records, ids included, so that doing
it again after a crash writes the same keys with the same values.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from services.contracts.cloudevents import TRACEPARENT, header, headers
from services.contracts.codec import UndecodableError, decode, encode
from services.contracts.messages import Article, Extraction
from services.contracts.topics import EVENTS, EXTRACTIONS
from services.extract.worker.pool import StageError
from services.runtime.clock import now
from services.runtime.dead_letters import dead_letter, position_of
from services.runtime.log.port import Outgoing, Record
from services.runtime.spans import span

STAGE: Final = "extract"
SOURCE: Final = "/extract"


class Extractor(Protocol):
    """What runs the pipeline: the pool. Raises StageError."""

    async def run(self, article: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Coded:
    """What a record became. `reason` is why it is a dead letter, None for an extraction."""

    outgoing: tuple[Outgoing, ...]
    event_types: tuple[str, ...] = ()
    reason: str | None = None


async def code(record: Record, extractor: Extractor, version: str) -> Coded:
    """Return what `record` becomes. Never raises for anything that is in the record."""
    try:
        if record.value is None:
            raise UndecodableError("schema", "an article cannot be withdrawn: the record has no value")
        decode(Article, record.value)
    except UndecodableError as error:
        return bury(record, error.reason, str(error), version)
    try:
        parent = header(record.headers, TRACEPARENT)
        with span("extract article", parent, article_id=(record.key or b"").decode("utf-8", "replace")) as handed_on:
            return emit(decode(Extraction, await extractor.run(record.value)), record, handed_on)
    except StageError as error:
        return bury(record, error.reason, str(error), version, error.attempts)
    except Exception as error:
        return bury(record, "stage_error", f"{type(error).__name__}: {error}", version)


def emit(extraction: Extraction, record: Record, traceparent: str | None = None) -> Coded:
    """Return the extraction's record, with its origin, and one record for each event.

    They carry `traceparent` on, or without it what `record` has.
    """
    extraction = msgspec.structs.replace(extraction, origin=position_of(record))
    made_from = f"{extraction.revision}/{extraction.extractor.version}"
    traceparent = traceparent or header(record.headers, TRACEPARENT)
    # The article's own time and not today's: an extraction does not depend on when it is made.
    time = extraction.received_at or now()
    outgoing = [
        Outgoing(
            EXTRACTIONS.name,
            extraction.article_id.encode(),
            encode(extraction),
            headers(
                EXTRACTIONS,
                id=f"{extraction.article_id}/{made_from}",
                source=SOURCE,
                time=time,
                subject=extraction.article_id,
                traceparent=traceparent,
            ),
        )
    ]
    for event in extraction.events:
        outgoing.append(
            Outgoing(
                EVENTS.name,
                event.event_id.encode(),
                encode(event),
                headers(
                    EVENTS,
                    id=f"{event.event_id}/{made_from}",
                    source=SOURCE,
                    time=time,
                    subject=event.event_id,
                    traceparent=traceparent,
                ),
            )
        )
    return Coded(tuple(outgoing), tuple(event.type for event in extraction.events))


def bury(record: Record, reason: str, error: str, version: str, attempts: int = 1) -> Coded:
    """Return the record as a dead letter."""
    letter = dead_letter(record, stage=STAGE, reason=reason, error=error, version=version, attempts=attempts)
    return Coded((letter,), reason=reason)
