"""What `frontlog rebuild` does, and `python -m services.store.rebuild` in the image: a rebuild with its progress."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import SQLAlchemyError

from services.runtime.log.open import open_log
from services.runtime.log.port import LogUnavailableError
from services.store.rebuild.run import Rebuild, RebuildError, Report, Standing
from services.store.rebuild.schemas import OLD

TOLD_EVERY_SECONDS: Final = 10.0
"""Where the output is no terminal, a line of progress comes this often."""
RATE_SECONDS: Final = 30.0

Told = Callable[[Standing], None]


@dataclass(frozen=True, slots=True)
class RebuildOptions:
    """What the command line asks for; at most one of `status`, `abort` and `undo`."""

    log: str
    database: str
    group: str
    batch: int = 500
    keep_old: bool = False
    swap: bool = True
    status: bool = False
    abort: bool = False
    undo: bool = False


def rebuild(options: RebuildOptions, console: Console) -> int:
    """Do it, and return the exit code: 0, 1 where it could not be done, 130 where it was interrupted."""
    try:
        return asyncio.run(_rebuild(options, console))
    except (RebuildError, LogUnavailableError) as error:
        return _failed(console, str(error))
    except (SQLAlchemyError, OSError) as error:
        return _failed(console, f"{_first_line(error)}; the live tables are as they were: run it again to go on")
    except KeyboardInterrupt:
        console.print("interrupted: the live tables are as they were, and the next run goes on from here")
        return 130


async def _rebuild(options: RebuildOptions, console: Console) -> int:
    log = open_log(options.log)
    try:
        work = Rebuild(options.database, log, group=options.group, batch=options.batch)
        if options.status:
            return await _status(work, console)
        if options.abort:
            there = await work.abort()
            console.print(f"dropped {', '.join(there)}" if there else "nothing to drop")
            return 0
        if options.undo:
            report = await shown(console, lambda told: work.undo(told=told))
        else:
            report = await shown(
                console, lambda told: work.run(swap=options.swap, keep_old=options.keep_old, told=told)
            )
        _tell(report, console, options)
        return 0
    finally:
        await log.close()


async def shown(console: Console, work: Callable[[Told], Awaitable[Report]]) -> Report:
    """Run `work` with a progress bar, or with a line now and then where nobody watches."""
    if not console.is_terminal:
        return await work(_Lines(console))
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, speed_estimate_period=RATE_SECONDS) as bar:
        task = bar.add_task("records", total=None, rate="")

        def told(standing: Standing) -> None:
            speed = bar.tasks[task].speed
            bar.update(
                task,
                completed=standing.done,
                total=standing.total,
                rate=f"{speed:.0f}/s" if speed else "",
            )

        return await work(told)


class _Lines:
    """Progress as lines: how many of how many, how fast, how long yet."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told_at = time.monotonic()
        self._seen: deque[tuple[float, int]] = deque()

    def __call__(self, standing: Standing) -> None:
        now = time.monotonic()
        self._seen.append((now, standing.done))
        while self._seen[0][0] < now - RATE_SECONDS:
            self._seen.popleft()
        if now - self._told_at < TOLD_EVERY_SECONDS:
            return
        self._told_at = now
        (then, before), left = self._seen[0], ""
        if standing.done > before and now > then:
            rate = (standing.done - before) / (now - then)
            left = f", {rate:.0f}/s, {(standing.total - standing.done) / rate:.0f} s left"
        self._console.print(f"{standing.done} of {standing.total} records{left}", highlight=False)


def _tell(report: Report, console: Console, options: RebuildOptions) -> None:
    found = report.differences
    console.print(
        f"{report.records} records, {found.events} events: {found.gained} gained, {found.lost} lost, "
        f"{found.altered} altered",
        highlight=False,
    )
    for reason, count in sorted(report.refused.items()):
        console.print(f"{count} records were not taken ({reason}): they are among the dead letters", highlight=False)
    if not report.swapped:
        console.print("not swapped: `frontlog rebuild` goes on from here and does it, --abort drops what was made")
        return
    if options.undo:
        console.print(f"the old tables are live again; those that they replaced are in {OLD}: --abort drops them")
        return
    console.print("the new tables are live")
    if options.keep_old:
        console.print(f"the old ones are in schema {OLD}: --undo puts them back, --abort drops them")
    elif not report.old_dropped:
        console.print(f"the old ones are still being read, and stay in schema {OLD}: --abort drops them later")


async def _status(work: Rebuild, console: Console) -> int:
    standing, runs, kept = await work.status()
    if standing is None:
        console.print("no rebuild is under way")
    else:
        share = 100 * standing.done / standing.total if standing.total else 100
        since = f"{standing.note.begun_at:%Y-%m-%d %H:%M} UTC" if standing.note else "?"
        console.print(
            f"{'running' if runs else 'cut off or waiting: run it again to go on'}; begun {since}; "
            f"{standing.done} of {standing.total} records ({share:.0f} %)",
            highlight=False,
        )
    if kept:
        console.print(f"old tables are kept in schema {OLD}: --undo puts them back, --abort drops them")
    return 0


def _failed(console: Console, message: str) -> int:
    Console(stderr=True).print(message, style="red", highlight=False, soft_wrap=True, markup=False)
    return 1


def _first_line(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
