"""Events are followed through an outage of the log without one left out or shown twice."""

import asyncio

import pytest

from services.console.tail import follow
from services.contracts.topics import EVENTS
from services.runtime.log.port import Log, LogUnavailableError, Outgoing, Record, TopicPartition


async def publish(log: Log, *numbers: int) -> None:
    await log.publish([Outgoing(EVENTS.name, str(n).encode(), str(n).encode()) for n in numbers])


class Away:
    """A log that is away while it is said to be."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.away = False

    async def read(self, at: TopicPartition, offset: int, most: int = 500) -> list[Record]:
        if self.away:
            raise LogUnavailableError("away")
        return await self._log.read(at, offset, most)


async def seen(log: object, position: dict[int, int]) -> list[int]:
    found: list[int] = []
    async for record in follow(log, EVENTS.name, position, stop_at_end=True):  # type: ignore[arg-type]
        found.append(int(record.value or b""))
    return sorted(found)


@pytest.mark.postgres
async def test_after_an_outage_it_goes_on_where_it_stood(log: Log) -> None:
    await publish(log, 1, 2)
    position = dict(await log.end_offsets(EVENTS.name))
    away = Away(log)
    await publish(log, 3, 4)
    assert await seen(away, position) == [3, 4]
    away.away = True
    await publish(log, 5, 6)
    with pytest.raises(LogUnavailableError):
        await seen(away, position)
    away.away = False
    assert await seen(away, position) == [5, 6]


@pytest.mark.postgres
async def test_what_comes_while_it_waits_is_shown(log: Log) -> None:
    position = dict.fromkeys(await log.end_offsets(EVENTS.name), 0)
    following = follow(log, EVENTS.name, position, stop_at_end=False)
    first = asyncio.ensure_future(anext(following))
    await publish(log, 1)
    assert (await asyncio.wait_for(first, 30)).value == b"1"
    await following.aclose()  # type: ignore[attr-defined]
