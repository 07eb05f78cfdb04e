"""`frontlog re-extract` as a person runs it: what it says, asks, draws and keeps."""

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from services.console.printing import literal
from services.console.re_extract.difference import KINDS, Change, Tally, plain
from services.console.re_extract.run import Due, code_due, compared, publish_due, settle
from services.console.re_extract.spool import Blobs, Spool
from services.console.re_extract.survey import Survey, survey
from services.console.re_extract.where import Where
from services.console.report import event_line
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.extract.version import extractor_version
from services.extract.worker.pool import Pool
from services.extract.worker.settings import ExtractSettings
from services.runtime.log.open import open_log
from services.runtime.log.port import Log
from services.runtime.settings import load

TELL_SECONDS: Final = 15.0
"""How often progress is printed where no bar can be drawn."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. `folder` is where work in progress is kept, `report` where every change is written."""

    where: Where
    folder: Path
    dry_run: bool = False
    yes: bool = False
    every: bool = False
    sample: int | None = None
    report: Path | None = None
    workers: int | None = None


async def re_extract(address: str, options: Options, console: Console) -> int:
    """Do it; return the exit status: 0, 1 where articles could not be read. Raises LogUnavailableError, OSError."""
    version = extractor_version().version
    settings = load(ExtractSettings)
    folder = options.folder / version
    log = open_log(address)
    blobs, spool = Blobs(folder / "standing", fresh=True), Spool(folder)
    try:
        found = await _survey(log, options.where, blobs, console)
        due = found.due(version, options.where, every=options.every)
        console.print(
            f"{len(found.articles)} articles in the log, {len(found.extractions)} with an extraction; "
            f"{len(due)} to be read by version {version}",
            highlight=False,
        )
        if options.sample is not None and options.sample < len(due):
            due = due[:: -(-len(due) // options.sample)]
            console.print(f"of these {len(due)} as a sample, evenly over the log", highlight=False)
        if not due:
            console.print("nothing to do")
            return 0
        async with Pool(options.workers or settings.workers, settings.timeout) as pool:
            await _code(log, pool, version, due, spool, console)
            failed = _show(due, spool, found, blobs, options, console)
            if options.dry_run:
                console.print("nothing was changed; the same without --dry-run goes on from what was read here")
                return int(failed > 0)
            if not options.yes and not typer.confirm(f"Replace the extractions of {len(due) - failed} articles?"):
                console.print("nothing was changed")
                return 0
            with _bar(console, "publishing", len(due)) as done:
                published, left = await publish_due(log, due, spool, found, blobs, done)
            again = await settle(log, pool, due, found)
        console.print(f"{published} extractions replaced; the projector withdraws the events that are gone")
        if left or again:
            console.print(f"{left + again} articles have got a newer revision meanwhile, which stands")
        if failed:
            console.print(f"[yellow]{failed} articles could not be read and keep what they had[/yellow]")
    finally:
        spool.close()
        blobs.close()
        (folder / "standing").unlink(missing_ok=True)
        if not len(spool):
            shutil.rmtree(folder, ignore_errors=True)
        await log.close()
    shutil.rmtree(folder, ignore_errors=True)
    return int(failed > 0)


async def _survey(log: Log, where: Where, blobs: Blobs, console: Console) -> Survey:
    total = 0
    for topic in (ARTICLES.name, EXTRACTIONS.name):
        total += sum((await log.end_offsets(topic)).values())
    with _bar(console, "reading the log", total) as done:
        return await survey(log, where, blobs, done)


async def _code(log: Log, pool: Pool, version: str, due: Due, spool: Spool, console: Console) -> None:
    left = sum(latest.place not in spool for _, latest in due)
    if left < len(due):
        console.print(f"{len(due) - left} of them were read before, by a run that did not get to the end")
    with _bar(console, "extracting", left) as done:
        await code_due(log, pool, version, due, spool, 2 * pool.size, done)


def _show(due: Due, spool: Spool, found: Survey, blobs: Blobs, options: Options, console: Console) -> int:
    """Say what changes, and write the report; return how many articles could not be read."""
    tally, failed = Tally(), 0
    report = options.report.open("w", encoding="utf-8") if options.report else None
    try:
        for key, latest in due:
            coded = spool.get(latest.place)
            if coded.extraction is None:
                failed += 1
                console.print(f"[yellow]{literal(_text(key))} cannot be read: {literal(coded.error or '')}[/yellow]")
                continue
            changes, same = compared(key, coded, found, blobs)
            tally.add(changes, same)
            for change in changes if report else ():
                print(json.dumps(plain(change, _text(key)), ensure_ascii=False), file=report)
    finally:
        if report:
            report.close()
    print_tally(tally, console)
    if options.report:
        console.print(f"every change is in {options.report}", highlight=False, markup=False)
    return failed


def print_tally(tally: Tally, console: Console) -> None:
    """Print changes by type, what changed in altered ones, and a few of each."""
    table = Table("type", *KINDS, header_style="bold")
    for event_type in tally.types:
        table.add_row(event_type, *(str(tally.counts[kind, event_type] or "") for kind in KINDS))
    sums = [sum(count for (kind, _), count in tally.counts.items() if kind == one) for one in KINDS]
    table.add_section()
    table.add_row("all", *map(str, sums), style="bold")
    console.print(table)
    console.print(f"{tally.changed} of {tally.articles} articles change; {tally.same} events stay as they are")
    if tally.fields:
        often = ", ".join(f"{name} {count}" for name, count in tally.fields.most_common())
        console.print(f"[dim]altered: {often}[/dim]", highlight=False)
    for (_, _), samples in sorted(tally.shown.items()):
        for change in samples:
            _print_change(change, console)


def _print_change(change: Change, console: Console) -> None:
    sign = {"gained": "[green]+[/green]", "lost": "[red]-[/red]", "altered": "[yellow]~[/yellow]"}[change.kind]
    fields = f"  [yellow]{', '.join(change.fields)}[/yellow]" if change.fields else ""
    console.print(f"{sign} {event_line(change.event)}{fields}", highlight=False, soft_wrap=True)
    if change.old is not None and change.new is not None and event_line(change.old) != event_line(change.new):
        console.print(f"    [dim]was[/dim] {event_line(change.old)}", highlight=False, soft_wrap=True)
    if change.event.mentions:
        console.print(f"    [dim]{literal(change.event.mentions[0].sentence)}[/dim]", highlight=False, soft_wrap=True)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


@contextmanager
def _bar(console: Console, what: str, total: int) -> Iterator["_Ticker"]:
    """A bar with rate and time left or, where none can be drawn, a line now and then."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield _Ticker(bar, what, total, None if console.is_terminal else console)


class _Ticker:
    """Called once for each thing done."""

    def __init__(self, bar: Progress, what: str, total: int, console: Console | None) -> None:
        self._bar, self._what, self._total, self._console = bar, what, total, console
        self._task = bar.add_task(what, total=total)
        self._done = 0
        self._began = self._told = time.monotonic()

    def __call__(self) -> None:
        self._done += 1
        self._bar.advance(self._task)
        now = time.monotonic()
        if self._console is not None and now - self._told >= TELL_SECONDS:
            self._told = now
            rate = self._done / (now - self._began)
            left = (self._total - self._done) / rate
            self._console.print(
                f"{self._what}: {self._done} of {self._total}, {rate:.1f}/s, {left:.0f} s left", highlight=False
            )


def _text(key: bytes) -> str:
    return key.decode("utf-8", "backslashreplace")


def run(address: str, options: Options, console: Console) -> int:
    """Run it to its end, or to an interrupt, after which the same command goes on from there."""
    if not options.dry_run and not options.yes and not sys.stdin.isatty():
        raise ValueError("nobody can be asked here: say --yes, or --dry-run to see what would change")
    try:
        return asyncio.run(re_extract(address, options, console))
    except KeyboardInterrupt:
        console.print("interrupted; what was done is kept, and the same command goes on from there")
        return 130
