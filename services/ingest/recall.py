"""The articles that the end of the log holds, so that a restart does not forget what was sent of late.

Runs once, before the first request. Only a help: where the log cannot be read, ingest starts without it.
"""

import asyncio
from typing import Final

import structlog

from services.contracts.cloudevents import header
from services.contracts.topics import ARTICLES
from services.ingest.recent import Recent
from services.runtime.log.port import Log, LogUnavailableError, TopicPartition

SECONDS: Final = 5.0
PAGE: Final = 200
_log = structlog.get_logger(__name__)


async def recall(log: Log, recent: Recent, most: int) -> int:
    """Put the last `most` articles of the log, in equal parts of its partitions, into `recent`; return how many.

    Records of one article are in one partition, so that its latest revision is the last one read. Never raises for a
    log that is missing, slow or without the topic.
    """
    found = 0
    try:
        async with asyncio.timeout(SECONDS):
            ends = await log.end_offsets(ARTICLES.name)
            share = most // max(len(ends), 1)
            for partition, end in ends.items():
                found += await _partition(
                    log, recent, TopicPartition(ARTICLES.name, partition), max(end - share, 0), end
                )
    except (TimeoutError, LogUnavailableError) as error:
        _log.info("recall_incomplete", found=found, reason=str(error) or type(error).__name__)
    return found


async def _partition(log: Log, recent: Recent, partition: TopicPartition, offset: int, end: int) -> int:
    found = 0
    while offset < end:
        records = await log.read(partition, offset, min(PAGE, end - offset))
        if not records:
            break
        for record in records:
            # The id that ingest gives each record: see intake.
            article_id, separator, revision = (header(record.headers, "ce_id") or "").partition(":")
            if separator:
                recent.begin(article_id)
                recent.done(article_id, revision)
                found += 1
        offset = records[-1].offset + 1
    return found
