"""The health server: alive is not ready, and what is not ready says why."""

import asyncio

import httpx
import pytest

from services.runtime.health import Check, HealthServer, Progress


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
