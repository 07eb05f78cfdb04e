import asyncio
import sys

import pytest

from services.runtime import event_loop


async def loop_type() -> str:
    return type(asyncio.get_running_loop()).__module__


def test_it_runs_on_uvloop_where_there_is_one_and_without_it_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert event_loop.run(loop_type()).startswith("uvloop")
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert event_loop.run(loop_type()).startswith("asyncio")


def test_what_fails_to_be_imported_within_is_not_run_again() -> None:
    runs = []

    async def work() -> None:
        runs.append(1)
        raise ImportError("missing")

    with pytest.raises(ImportError, match="missing"):
        event_loop.run(work())
    assert len(runs) == 1
