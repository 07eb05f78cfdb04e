"""The health server: alive is not ready, and what is not ready says why."""

import asyncio

import httpx
import pytest

from services.runtime.health import Advance, Attempts, Check, HealthServer, Progress
from services.runtime.log.port import TopicPartition


async def ask(checks: dict[str, Check], path: str) -> httpx.Response:
    async with HealthServer(("127.0.0.1", 0), checks) as server, httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{server.port}{path}")


async def fine() -> None: ...


async def broken() -> None:
    raise ConnectionError("nobody there")


async def test_ready_when_every_check_passes() -> None:
    answer = await ask({"log": fine, "database": fine}, "/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_not_ready_names_the_checks_that_fail() -> None:
    answer = await ask({"log": broken, "database": fine}, "/readyz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "log: nobody there" in answer.json()["detail"]
    assert "database" not in answer.json()["detail"]


async def test_alive_although_not_ready() -> None:
    assert (await ask({"log": broken}, "/healthz")).status_code == 200


async def test_metrics_are_served() -> None:
    assert "frontlog_dead_letters_total" in (await ask({}, "/metrics")).text


async def test_a_port_in_use_is_an_error_and_not_the_end() -> None:
    async with HealthServer(("127.0.0.1", 0), {}) as server:
        with pytest.raises(OSError, match="in use"):
            await HealthServer(("127.0.0.1", server.port), {}).__aenter__()


async def test_progress_fails_only_while_work_waits() -> None:
    progress = Progress(0.0)
    await progress.check()
    progress.begun()
    await asyncio.sleep(0.01)
    with pytest.raises(TimeoutError, match="nothing was finished"):
        await progress.check()
    progress.done(more=False)
    await progress.check()


def at(offset: int) -> dict[TopicPartition, int]:
    return {TopicPartition("articles", 0): offset}


async def test_a_group_that_stands_still_before_records_does_not_advance() -> None:
    advance = Advance(0.0)
    advance.seen(at(3), at(5))
    await asyncio.sleep(0.01)
    with pytest.raises(TimeoutError, match="2 records wait"):
        await advance.check()
    advance.seen(at(5), at(5))
    await asyncio.sleep(0.01)
    await advance.check()


async def test_a_group_that_goes_on_advances_however_far_behind() -> None:
    advance = Advance(60.0)
    for offset in range(3):
        advance.seen(at(offset), at(1000))
        await advance.check()


async def test_attempts_fail_when_none_succeeds_for_some_time() -> None:
    attempts = Attempts(0.05)
    attempts.failed("the broker refuses")
    await attempts.check()
    await asyncio.sleep(0.06)
    attempts.failed("the broker refuses")
    with pytest.raises(RuntimeError, match="the broker refuses"):
        await attempts.check()
    attempts.succeeded()
    await attempts.check()


async def test_attempts_that_have_ended_are_no_fault() -> None:
    """Whoever is not ready gets nothing more to try, and would never be ready again."""
    attempts = Attempts(0.0)
    attempts.failed("the broker refuses")
    await asyncio.sleep(0.01)
    await attempts.check()
    await attempts.check()
