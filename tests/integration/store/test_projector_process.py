"""The projector as a process: killed again and again in the middle of its work, it loses and doubles nothing."""

import asyncio
import os
import signal
import sys

import pytest

from tests.integration.store.conftest import Store
from tests.support import extractions as make

ARTICLES = 200
KILLS = 2


async def started(store: Store) -> asyncio.subprocess.Process:
    env = os.environ | {
        "FRONTLOG_LOG": store.address,
        "FRONTLOG_DATABASE": store.address,
        "FRONTLOG_PROJECTOR_HTTP": "127.0.0.1:0",
        "FRONTLOG_PROJECTOR_GROUP": store.group,
        "FRONTLOG_PROJECTOR_BATCH": "5",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "services.store.projector", env=env)


@pytest.mark.slow
async def test_killed_in_the_middle_it_loses_and_doubles_nothing(store: Store) -> None:
    for number in range(ARTICLES):
        found = make.extraction(number, make.event(number), make.event(number, "strike"), offset=number)
        await store.publish(make.article(number), found)
    for kill in range(KILLS):
        process = await started(store)
        async with asyncio.timeout(60):
            while await store.behind() > ARTICLES * 2 * (KILLS - kill) / (KILLS + 1):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        process.kill()
        assert await process.wait() == -signal.SIGKILL
    process = await started(store)
    async with asyncio.timeout(60):
        await store.caught_up()
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert await store.one("select count(*) from frontlog.article") == ARTICLES
    assert len(await store.event_ids()) == ARTICLES * 2
    assert await store.rows("select events, standing from frontlog.place") == [(ARTICLES * 2, "RUS")]
    assert not await store.dead()
