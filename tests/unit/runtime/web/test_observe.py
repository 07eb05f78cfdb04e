"""Readiness: told in time, whatever the check that it rests on does."""

import asyncio

import pytest
import structlog
from litestar import Litestar, get
from litestar.testing import AsyncTestClient

from services.runtime.web.observe import Patient, Readiness, RequestMetrics, healthz


async def test_a_check_that_does_not_answer_has_failed_and_is_asked_once() -> None:
    asked = 0
    answered = asyncio.Event()

    async def silent() -> None:
        nonlocal asked
        asked += 1
        await answered.wait()

    patient = Patient(silent, 0.01)
    for _ in range(3):
        with pytest.raises(TimeoutError, match="no answer"):
            await patient()
    assert asked == 1
    answered.set()
    await patient()
    await patient()
    assert asked == 2


async def test_a_check_that_cannot_be_cancelled_holds_nobody_up() -> None:
    """As a driver that asks a silent server to cancel, and waits for the answer."""
    over = asyncio.Event()

    async def stubborn() -> None:
        while not over.is_set():
            try:
                await over.wait()
            except asyncio.CancelledError:
                continue

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(Patient(stubborn, 0.01)(), 5)
    over.set()


async def test_an_answer_is_kept_for_many_probes() -> None:
    asked = 0

    async def broken() -> None:
        nonlocal asked
        asked += 1
        raise ConnectionError("nobody there")

    readiness = Readiness(broken, seconds=60.0)
    assert [await readiness.fault() for _ in range(3)] == ["nobody there"] * 3
    assert asked == 1


async def test_a_request_is_logged_with_its_trace_and_so_is_what_happens_meanwhile() -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    @get("/things/{name:str}")
    async def thing(name: str) -> str:
        structlog.get_logger().info("looked", name=name)
        return name

    app = Litestar([thing, healthz], middleware=[RequestMetrics()], openapi_config=None, logging_config=None)
    merged = [structlog.contextvars.merge_contextvars]
    async with AsyncTestClient(app) as client:
        with structlog.testing.capture_logs(processors=merged) as logs:
            await client.get("/things/a", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
            await client.get("/things/b", headers={"traceparent": "junk"})
            await client.get("/healthz")
    assert [(line["event"], line.get("trace_id")) for line in logs] == [
        ("looked", trace),
        ("request", trace),
        ("looked", None),
        ("request", None),
    ]
    request = next(line for line in logs if line["event"] == "request")
    assert (request["route"], request["path"], request["status"]) == ("/things/{name}", "/things/a", 200)
