"""What `frontlog rebuild` shows of its progress: how far, how fast, how long yet; on a terminal and elsewhere."""

import io

import pytest
from rich.console import Console

from services.store.rebuild import command
from services.store.rebuild.command import shown
from services.store.rebuild.run import Differences, Report, Standing


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(command.time, "monotonic", made)
    return made


async def screen(clock: Clock, *, terminal: bool) -> str:
    """What is shown of a rebuild of 1,000 records that does 50 of them a second, for 12 seconds."""
    console = Console(file=io.StringIO(), width=120, record=True, force_terminal=terminal, get_time=clock)

    async def work(told: command.Told) -> Report:
        for second in range(13):
            told(Standing(50 * second, 1000))
            clock.now += 1
        return Report(True, 1000, Differences(0, 0, 0, 0))

    assert (await shown(console, work)).swapped
    return console.export_text()


async def test_where_nobody_looks_a_line_comes_now_and_then(clock: Clock) -> None:
    assert await screen(clock, terminal=False) == "500 of 1000 records, 50/s, 10 s left\n"


async def test_a_terminal_has_a_bar_with_rate_and_time_left(clock: Clock) -> None:
    text = await screen(clock, terminal=True)
    assert "600/1000" in text and "/s" in text and "0:00:0" in text
