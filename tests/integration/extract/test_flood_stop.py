"""The extractor stops where articles fail in a flood, on both homes of the log, and goes on by itself or by order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from services.contracts.codec import encode
from services.contracts.messages import Article, Operation
from services.contracts.topics import ARTICLES, EXTRACTIONS, dead_letters
from services.extract.worker.flow import Flow
from services.runtime.clock import now
from services.runtime.flood import FloodSettings
from services.runtime.flood_stop import FloodStop, FloodStoppedError, subject_of
from services.runtime.log.port import LogUnavailableError, Outgoing, TopicPartition
from services.runtime.log.whole import read_topic
from services.runtime.operations import order
from tests.integration.conftest import Place
from tests.support.empty_extractor import EmptyExtractor

SETTINGS = FloodSettings(share=0.5, window=10, least=3, first_pause=0.1, longest_pause=0.1)


class Stage:
    """A flow with its stop, fed from the log."""

    def __init__(self, place: Place, extractor: EmptyExtractor) -> None:
        self.place = place
        self.extractor = extractor
        self.flood = FloodStop(place.log, "extract", SETTINGS)
        self.flow = Flow(place.log, extractor, "1", depth=4, flood=self.flood)
        self.acknowledged = 0

    async def feed(self, count: int) -> None:
        keys = [self.place.key(f"{number}") for number in range(count)]
        sent = [
            Outgoing(
                ARTICLES.name,
                key,
                encode(Article(article_id=key.decode(), revision="r", received_at="2024-10-02T08:00:00Z", text="x")),
            )
            for key in keys
        ]
        for at in await self.place.log.publish(sent):
            (record,) = await self.place.log.read(TopicPartition(at.topic, at.partition), at.offset, 1)
            await self.flow.put(record, self._acknowledge)

    async def _acknowledge(self) -> None:
        self.acknowledged += 1

    async def count(self, topic: str) -> int:
        start = self.place.key("")
        return len([r async for r in read_topic(self.place.log, topic) if (r.key or b"").startswith(start)])

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():  # noqa: ASYNC110 - the flow tells nobody of its progress
                await asyncio.sleep(0.01)


@asynccontextmanager
async def running(place: Place, extractor: EmptyExtractor, articles: int) -> AsyncIterator[Stage]:
    stage = Stage(place, extractor)
    async with stage.flow:
        feeding = asyncio.create_task(stage.feed(articles))
        try:
            yield stage
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)


DEAD = dead_letters("extract").name


async def test_a_broken_extractor_stops_and_goes_on_by_itself_when_it_is_mended(place: Place) -> None:
    extractor = EmptyExtractor(broken=True)
    async with running(place, extractor, 20) as stage:
        await stage.until(lambda: stage.flood.stopped)
        tried = extractor.runs
        # However often it tries in vain, nothing more goes to the dead letters.
        await stage.until(lambda: extractor.runs >= tried + 12)
        assert (stage.acknowledged, await stage.count(DEAD)) == (2, 2)
        with pytest.raises(FloodStoppedError, match=r"no gazetteer.*dead-letters resume extract"):
            await stage.flood.check()
        extractor.broken = False
        await stage.until(lambda: stage.acknowledged == 20)
        assert (await stage.count(DEAD), await stage.count(EXTRACTIONS.name)) == (2, 18)
        await stage.flood.check()


async def test_an_order_lets_as_many_failures_through_as_it_says(place: Place) -> None:
    async with running(place, EmptyExtractor(broken=True), 20) as stage:
        await stage.until(lambda: stage.flood.stopped)
        resume = Operation(subject=subject_of("extract"), action="resume", at=now(), count=5)
        other = Operation(subject=subject_of("store"), action="resume", at=now(), count=100)
        await order(place.log, [resume, other])
        # Two before the stop, five by order, and two until it stops again.
        await stage.until(lambda: stage.acknowledged == 9 and stage.flood.stopped)
        assert await stage.count(DEAD) == 9


async def test_an_order_of_before_the_stop_does_not_count(place: Place) -> None:
    await order(place.log, [Operation(subject=subject_of("extract"), action="resume", at=now(), count=100)])
    async with running(place, EmptyExtractor(broken=True), 20) as stage:
        await stage.until(lambda: stage.flood.stopped)
        runs = stage.extractor.runs
        await stage.until(lambda: stage.extractor.runs >= runs + 12)
        assert stage.acknowledged == 2


async def test_a_lost_log_is_no_reason_to_go_on(place: Place) -> None:
    class Away:
        def __getattr__(self, name: str) -> object:
            raise LogUnavailableError(name)

    flood = FloodStop(Away(), "extract", SETTINGS)  # type: ignore[arg-type]
    await flood.begin("x")
    assert await flood.pause(lambda: False) is False
    assert flood.stopped
