"""The pool of extractor processes: one article's misfortune is its own, and the pool is whole again after it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.extract.worker.pool import Pool, StageError

CHILD = (sys.executable, str(Path(__file__).parents[3] / "support" / "extractor_child.py"))


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    async with Pool(2, 5.0, CHILD) as running:
        yield running


def article(text: str) -> bytes:
    return json.dumps({"text": text}).encode()


async def test_an_answer_belongs_to_its_article(pool: Pool) -> None:
    answers = await asyncio.gather(*(pool.run(article(f"say {i}")) for i in range(50)))
    assert [json.loads(a)["said"] for a in answers] == [str(i) for i in range(50)]


async def test_articles_are_read_side_by_side(pool: Pool) -> None:
    answers = await asyncio.gather(*(pool.run(article("sleep 0.5")) for _ in range(2)))
    assert len({json.loads(a)["pid"] for a in answers}) == 2


async def test_an_error_is_told_and_the_process_stays(pool: Pool) -> None:
    with pytest.raises(StageError, match="told to") as failed:
        await pool.run(article("fail"))
    assert failed.value.reason == "stage_error"
    assert json.loads(await pool.run(article("say on")))["said"] == "on"


async def test_an_article_that_kills_its_process_twice_is_given_up_and_harms_no_other(pool: Pool) -> None:
    doomed, *others = await asyncio.gather(
        pool.run(article("die")), *(pool.run(article(f"say {i}")) for i in range(20)), return_exceptions=True
    )
    assert isinstance(doomed, StageError)
    assert (doomed.reason, doomed.attempts) == ("stage_error", 2)
    assert "signal 9" in str(doomed)
    assert [json.loads(a)["said"] for a in others] == [str(i) for i in range(20)]  # type: ignore[arg-type]


async def test_an_article_whose_process_died_by_chance_is_read_by_another(pool: Pool, tmp_path: Path) -> None:
    assert json.loads(await pool.run(article(f"die-once {tmp_path / 'marker'}")))["said"]


async def test_an_article_that_takes_too_long_is_given_up_and_its_process_ended() -> None:
    async with Pool(1, 0.3, CHILD) as pool:
        with pytest.raises(StageError, match=r"longer than 0.3 s") as failed:
            await pool.run(article("hang"))
        assert failed.value.reason == "timeout"
        assert json.loads(await pool.run(article("say on")))["said"] == "on"


async def test_a_process_that_dies_with_nothing_to_do_is_replaced(pool: Pool) -> None:
    pids = {json.loads(a)["pid"] for a in await asyncio.gather(*(pool.run(article("sleep 0.3")) for _ in range(2)))}
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    answers = await asyncio.gather(*(pool.run(article(f"say {i}")) for i in range(4)))
    assert not pids & {json.loads(a)["pid"] for a in answers}


async def test_giving_up_on_an_article_leaves_no_answer_for_the_next() -> None:
    async with Pool(1, 5.0, CHILD) as pool:
        waiting = asyncio.create_task(pool.run(article("sleep 0.5")))
        await asyncio.sleep(0.2)
        waiting.cancel()
        assert json.loads(await pool.run(article("say next")))["said"] == "next"


async def test_leaving_ends_every_process() -> None:
    async with Pool(2, 5.0, CHILD) as pool:
        pids = {json.loads(a)["pid"] for a in await asyncio.gather(*(pool.run(article("sleep 0.3")) for _ in range(2)))}
        hanging = asyncio.create_task(pool.run(article("hang")))
        await asyncio.sleep(0.1)
    with pytest.raises((StageError, asyncio.CancelledError)):
        await hanging
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_an_extractor_that_cannot_start_is_told() -> None:
    pool = Pool(1, 5.0, (sys.executable, "-c", "raise SystemExit(4)"))
    entering = asyncio.create_task(pool.__aenter__())
    async with asyncio.timeout(30):
        while True:
            try:
                await pool.check()
            except RuntimeError as error:
                if "exit status 4" in str(error):
                    break
            await asyncio.sleep(0.05)
    entering.cancel()
    await pool.__aexit__()
