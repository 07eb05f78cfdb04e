"""Pages are read in a process that may be lost without loss."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.ingest.html_pool import HtmlPool, UnreadablePageError

SENTENCE = "A road bridge south of Kherson was struck overnight, officials said."


@pytest.fixture
async def pool() -> AsyncIterator[HtmlPool]:
    pool = HtmlPool(workers=1, seconds=30)
    yield pool
    await pool.close()


async def test_pages_are_read_one_after_the_other(pool: HtmlPool) -> None:
    pages = await asyncio.gather(*(pool.read(f"<p>{SENTENCE} Number {n}.</p>", None) for n in range(5)))
    assert [page.text for page in pages] == [f"{SENTENCE} Number {n}." for n in range(5)]


async def test_a_reader_that_dies_takes_one_page_with_it(pool: HtmlPool) -> None:
    await pool.warm()
    process = pool._workers[0]._process
    assert process is not None
    process.kill()
    await process.wait()
    assert (await pool.read(f"<p>{SENTENCE}</p>", None)).text == SENTENCE


async def test_a_page_that_takes_too_long_is_given_up_and_its_reader_ended() -> None:
    pool = HtmlPool(workers=1, seconds=1e-9)
    await pool.warm()
    process = pool._workers[0]._process
    assert process is not None
    with pytest.raises(UnreadablePageError, match="within"):
        await pool.read("<p>" + SENTENCE * 1000, None)
    assert process.returncode is not None
    assert pool._workers[0]._process is None
    await pool.close()


async def test_closing_ends_the_readers() -> None:
    pool = HtmlPool(workers=2, seconds=30)
    await pool.warm()
    processes = [worker._process for worker in pool._workers if worker._process]
    await pool.close()
    assert len(processes) == 1
    assert processes[0].returncode is not None
