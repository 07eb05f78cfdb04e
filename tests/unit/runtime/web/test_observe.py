"""Readiness: told in time, whatever the check that it rests on does."""

import asyncio

import pytest

from services.runtime.web.observe import Patient, Readiness


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
