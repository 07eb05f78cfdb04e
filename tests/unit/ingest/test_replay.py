"""A webhook-id again: one record, one answer, whenever the repeat comes."""

import asyncio

import pytest

from services.ingest.replay import Answer, Replays, ReusedIdError


class Work:
    """Counts how often it is done; answers when it is let go."""

    def __init__(self, *outcomes: Answer | Exception, wait: bool = False) -> None:
        self.outcomes = list(outcomes)
        self.done = 0
        self.started = asyncio.Event()
        self.go = asyncio.Event()
        if not wait:
            self.go.set()

    async def __call__(self) -> Answer:
        outcome = self.outcomes[min(self.done, len(self.outcomes) - 1)]
        self.done += 1
        self.started.set()
        await self.go.wait()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


TAKEN = Answer(202, b'{"status": "accepted"}', "application/json")
KNOWN = Answer(200, b'{"status": "known"}', "application/json")
REFUSED = Answer(422, b"{}", "application/problem+json")


async def test_a_repeat_is_answered_like_the_first_time() -> None:
    replays, work = Replays(10), Work(TAKEN, KNOWN)
    assert await replays.once("wire", "1", b"x", work) == TAKEN
    assert await replays.once("wire", "1", b"x", work) == TAKEN
    assert work.done == 1


async def test_another_id_or_source_is_another_message() -> None:
    replays, work = Replays(10), Work(TAKEN)
    await replays.once("wire", "1", b"x", work)
    await replays.once("wire", "2", b"x", work)
    await replays.once("blog", "1", b"x", work)
    assert work.done == 3


async def test_repeats_at_the_same_time_wait_and_share_the_answer() -> None:
    replays, work = Replays(10), Work(TAKEN, wait=True)
    tasks = [asyncio.create_task(replays.once("wire", "1", b"x", work)) for _ in range(20)]
    await work.started.wait()
    work.go.set()
    assert await asyncio.gather(*tasks) == [TAKEN] * 20
    assert work.done == 1


async def test_repeats_at_the_same_time_share_a_failure_and_later_ones_try_again() -> None:
    replays, work = Replays(10), Work(OSError("gone"), TAKEN, wait=True)
    tasks = [asyncio.create_task(replays.once("wire", "1", b"x", work)) for _ in range(3)]
    await work.started.wait()
    work.go.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(outcome, OSError) for outcome in outcomes)
    assert work.done == 1
    assert await replays.once("wire", "1", b"x", work) == TAKEN
    assert work.done == 2


async def test_a_refusal_is_worked_out_anew() -> None:
    replays, work = Replays(10), Work(REFUSED, TAKEN)
    assert await replays.once("wire", "1", b"x", work) == REFUSED
    assert await replays.once("wire", "1", b"x", work) == TAKEN


async def test_where_the_first_is_cancelled_the_second_does_the_work() -> None:
    replays, work = Replays(10), Work(TAKEN, wait=True)
    first = asyncio.create_task(replays.once("wire", "1", b"x", work))
    await work.started.wait()
    second = asyncio.create_task(replays.once("wire", "1", b"x", work))
    await asyncio.sleep(0)
    first.cancel()
    work.go.set()
    assert await second == TAKEN
    assert work.done == 2


async def test_a_cancelled_repeat_does_not_disturb_the_first() -> None:
    replays, work = Replays(10), Work(TAKEN, wait=True)
    first = asyncio.create_task(replays.once("wire", "1", b"x", work))
    await work.started.wait()
    second = asyncio.create_task(replays.once("wire", "1", b"x", work))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    work.go.set()
    assert await first == TAKEN


async def test_the_same_id_with_another_body_is_refused() -> None:
    replays, work = Replays(10), Work(TAKEN)
    await replays.once("wire", "1", b"x", work)
    with pytest.raises(ReusedIdError):
        await replays.once("wire", "1", b"y", work)
    waiting = Work(TAKEN, wait=True)
    task = asyncio.create_task(replays.once("wire", "2", b"x", waiting))
    await waiting.started.wait()
    with pytest.raises(ReusedIdError):
        await replays.once("wire", "2", b"y", work)
    waiting.go.set()
    await task
    assert work.done == 1


async def test_the_memory_is_bounded_by_number_and_by_bytes() -> None:
    few, work = Replays(2), Work(TAKEN)
    for number in range(5):
        await few.once("wire", str(number), b"x", work)
    assert len(few) == 2
    assert await few.once("wire", "4", b"x", work) == TAKEN
    assert work.done == 5
    small = Replays(1000, most_bytes=3 * len(TAKEN.body))
    for number in range(50):
        await small.once("wire", str(number), b"x", work)
    assert len(small) == 3
