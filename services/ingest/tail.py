"""The end of the article log, followed so far as an answer needs it: what other replicas wrote is remembered as well.

Nobody may be told "known" of a text after which another replica has logged a different one: that sender's word would
not be the last in the log. So before such an answer the log is asked where it ends, and what came since is read. At
the start this reads the last articles, so that a restart does not forget them.
"""

import asyncio
from collections.abc import Collection, Iterable
from typing import Final

import structlog

from services.contracts.cloudevents import header
from services.contracts.messages import Article
from services.contracts.topics import ARTICLES
from services.ingest.recent import Recent
from services.runtime.dead_letters import position_of
from services.runtime.log.port import Log, LogUnavailableError, Position, TopicPartition

START_SECONDS: Final = 5.0
PAGE: Final = 200
MOST_BEHIND: Final = 2000
"""Records of one partition that are read before an answer; where there are more, they are skipped, and what was
remembered of the partition is forgotten."""

_log = structlog.get_logger(__name__)


class Tail:
    """Keeps `recent` in step with the log. For many requests of one event loop: those that wait share one reading."""

    def __init__(self, log: Log, recent: Recent) -> None:
        self._log = log
        self._recent = recent
        self._read: dict[int, int] = {}
        """Partition -> offset up to which the memory knows everything that concerns what it holds."""
        self._reading = asyncio.Lock()
        self._asked = 0
        self._answered = 0

    async def recall(self, most: int) -> int:
        """Remember the last `most` articles, in equal parts of the partitions; return how many.

        Never raises for a log that is missing, slow or without the topic: it is only a help.
        """
        found = 0
        try:
            async with asyncio.timeout(START_SECONDS):
                ends = await self._log.end_offsets(ARTICLES.name)
                share = most // max(len(ends), 1)
                for partition, end in ends.items():
                    self._read[partition] = max(end - share, 0)
                    found += await self._read_on(partition, end)
        except (TimeoutError, LogUnavailableError) as error:
            _log.info("recall_incomplete", found=found, reason=str(error) or type(error).__name__)
        return found

    def logged(self, article_id: str, revision: str, at: Position) -> None:
        """This process has published that."""
        # Before its first record here, the memory holds nothing of the partition that could have been superseded.
        self._read.setdefault(at.partition, at.offset)
        self._recent.settle(article_id)
        self._recent.logged(article_id, revision, at)

    def doubt(self, articles: Iterable[Article]) -> None:
        """This process may have published these, and does not know: their next texts are logged, whatever they are."""
        for article in articles:
            self._recent.doubt(article.article_id)

    async def known(self, articles: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those (article id, revision) that stand last of their article in the log, as it is now.

        One that is not remembered is not looked for. Raises LogUnavailableError.
        """
        remembered = {key for key in articles if self._recent.knows(*key)}
        if remembered:
            await self._catch_up()
        return {key for key in remembered if self._recent.knows(*key)}

    async def _catch_up(self) -> None:
        """Return when all that was in the log at the time of the call has been read."""
        self._asked += 1
        mine = self._asked
        async with self._reading:
            if self._answered >= mine:
                return  # another's reading began after this call
            covers = self._asked
            for partition, end in (await self._log.end_offsets(ARTICLES.name)).items():
                await self._read_on(partition, end)
            self._answered = covers

    async def _read_on(self, partition: int, end: int) -> int:
        found = 0
        offset = self._read.get(partition)
        if offset is None:
            return 0
        if end - offset > MOST_BEHIND:
            self._recent.forget_before(partition, end)
            offset = self._read[partition] = end
        while offset < end:
            records = await self._log.read(TopicPartition(ARTICLES.name, partition), offset, min(PAGE, end - offset))
            if not records:
                break
            for record in records:
                # The id that ingest gives each record: see intake.
                article_id, separator, revision = (header(record.headers, "ce_id") or "").partition(":")
                if separator:
                    # What was put back from the dead letters stands where it first stood.
                    at = position_of(record)
                    self._recent.logged(article_id, revision, Position(at.topic, at.partition, at.offset))
                    found += 1
            offset = self._read[partition] = records[-1].offset + 1
        return found
