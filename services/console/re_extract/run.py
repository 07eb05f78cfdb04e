"""Coding the articles that are due with the present extractor, and publishing what came of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from services.console.re_extract.difference import Change, changes
from services.console.re_extract.spool import Blobs, Coded, Spool
from services.console.re_extract.survey import Latest, Survey, note_article
from services.console.re_extract.where import Where
from services.contracts.codec import decode, encode
from services.contracts.messages import Event, Extraction
from services.contracts.topics import ARTICLES
from services.extract.worker.coding import Extractor, emit
from services.extract.worker.pool import StageError
from services.runtime.log.port import Log, Outgoing, Record
from services.runtime.log.whole import read_topic

BATCH: Final = 500
"""Records published at a time."""

Due = Sequence[tuple[bytes, Latest]]


class ExtractorChangedError(ValueError):
    """The extractor's files are not those any more that the run began with."""


async def code_due(
    log: Log, extractor: Extractor, version: str, due: Due, spool: Spool, at_once: int, done: Callable[[], None]
) -> None:
    """Code what is due and not in the spool yet, `at_once` articles at a time; `done` is called after each.

    Raises LogUnavailableError, and ExtractorChangedError where the extractor is not `version`.
    """
    wanted = {latest.place for _, latest in due if latest.place not in spool}
    working: set[asyncio.Task[None]] = set()

    async def one(record: Record) -> None:
        coded = await _coded(record, extractor)
        if coded.extraction is not None:
            found = decode(Extraction, coded.extraction).extractor.version
            if found != version:
                raise ExtractorChangedError(
                    f"the extractor was version {version} and is {found} now: its files have changed, start again"
                )
        spool.add(coded)
        done()

    try:
        async for record in _records(log, wanted):
            if len(working) >= at_once:
                finished, working = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                for task in finished:
                    task.result()
            working.add(asyncio.create_task(one(record)))
        for last in asyncio.as_completed(working):
            await last
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


def compared(key: bytes, coded: Coded, found: Survey, blobs: Blobs) -> tuple[list[Change], int]:
    """What is different in the new extraction of an article, and how many events are the same."""
    assert coded.extraction is not None
    return changes(standing(key, found, blobs), decode(Extraction, coded.extraction))


def standing(key: bytes, found: Survey, blobs: Blobs) -> Extraction | None:
    """The extraction of an article that stood at the survey."""
    stands = found.extractions.get(key)
    return decode(Extraction, blobs.get(stands.blob)) if stands else None


async def publish_due(
    log: Log, due: Due, spool: Spool, found: Survey, blobs: Blobs, done: Callable[[], None]
) -> tuple[int, int]:
    """Publish the new extraction of every article that is due, whole, with the events that are not what they were.

    Events that are gone are withdrawn by the projector, which compares. Articles of which a newer revision has come
    since the survey are left to the extract service. Returns how many were published and how many left.
    """
    newer = await _newer(log, found, dict(due))
    published = 0
    extractions: list[Outgoing] = []
    events: list[Outgoing] = []
    for number, (key, latest) in enumerate(due, 1):
        coded = spool.get(latest.place)
        if coded.extraction is not None and key not in newer:
            held = standing(key, found, blobs)
            before = {event.event_id.encode(): event for event in held.events} if held else {}
            extraction, *found_events = emit(decode(Extraction, coded.extraction), _record(coded)).outgoing
            extractions.append(extraction)
            events += [event for event in found_events if not _is_said(event, before)]
            published += 1
        if len(extractions) + len(events) >= BATCH or number == len(due):
            # The extraction last: once it is there, the article counts as done.
            await log.publish(events)
            await log.publish(extractions)
            extractions, events = [], []
        done()
    return published, len(newer)


async def settle(log: Log, extractor: Extractor, due: Due, found: Survey) -> int:
    """Where a newer revision of a published article has come meanwhile, say its extraction once more.

    What was published of the older one may have come behind it, and in a compacted topic the last one is what stays.
    Done when no newer one has come since the last look. Returns how many were said again.
    """
    known = dict(due)
    again = 0
    while newer := await _newer(log, found, known):
        for key, record in newer.items():
            coded = await _coded(record, extractor)
            if coded.extraction is not None:
                await log.publish(emit(decode(Extraction, coded.extraction), record).outgoing)
                again += 1
            known[key] = found.articles[key]
    return again


async def _newer(log: Log, found: Survey, known: dict[bytes, Latest]) -> dict[bytes, Record]:
    """Records of articles in `known` that came since the survey's end, the latest of each; moves that end on."""
    ends = await log.end_offsets(ARTICLES.name)
    newer: dict[bytes, Record] = {}
    async for record in read_topic(log, ARTICLES.name, found.ends, ends):
        if note_article(found, record, Where()) and record.key in known:
            newer[record.key] = record
    found.ends = ends
    return newer


async def _records(log: Log, places: set[tuple[int, int]]) -> AsyncIterator[Record]:
    """The article records at `places`, in the order of the log."""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for partition, offset in places:
        starts[partition] = min(starts.get(partition, offset), offset)
        ends[partition] = max(ends.get(partition, 0), offset + 1)
    async for record in read_topic(log, ARTICLES.name, starts, ends):
        if (record.partition, record.offset) in places:
            yield record


async def _coded(record: Record, extractor: Extractor) -> Coded:
    extraction, error = None, None
    try:
        extraction = await extractor.run(record.value or b"")
    except StageError as failure:
        error = f"{failure.reason}: {failure}"
    return Coded(record.partition, record.offset, record.key or b"", record.headers, extraction, error)


def _record(coded: Coded) -> Record:
    return Record(
        ARTICLES.name, coded.partition, coded.offset, coded.key, b"", coded.headers, datetime.fromtimestamp(0, UTC)
    )


def _is_said(outgoing: Outgoing, before: dict[bytes, Event]) -> bool:
    """Whether the topic has this very event already."""
    event = before.get(outgoing.key)
    return event is not None and encode(event) == outgoing.value
