"""`frontlog dead-letters`: what could not be processed, and what is done about it; the printing of it."""

import json
import re
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from services.console.printing import literal
from services.contracts.messages import Operation
from services.contracts.topics import DEAD_LETTER_STAGES, OPERATIONS
from services.runtime.clock import now
from services.runtime.dead_letters import original_headers
from services.runtime.flood_stop import subject_of as stop_of
from services.runtime.letters import Letter, Wanted, counts, read_letters, record_of, value_of
from services.runtime.log.open import open_log
from services.runtime.log.port import Log
from services.runtime.operations import operator, order
from services.runtime.putting_back import Outcome, drop, retry

_AGO: Final = re.compile(r"(\d+)\s*([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
SHOWN: Final = 4000
"""Characters of a value that `show` prints."""


class UnknownLetterError(LookupError):
    """There is no dead letter of that id."""


def moment(text: str) -> datetime:
    """Read a time: RFC 3339, a date, or how long ago as in `30m`, `2h`, `3d`, `1w`; UTC where it names no zone.

    Raises ValueError that says what is expected.
    """
    if ago := _AGO.fullmatch(text.strip()):
        try:
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        except OverflowError:
            raise ValueError(f"{text} ago is before the calendar begins") from None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is no time: 2024-10-02, 2024-10-02T08:00:00Z, or 30m, 2h, 3d, 1w ago") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def list_letters(address: str, wanted: Wanted, *, limit: int, as_json: bool, console: Console) -> int:
    """Print the letters that are wanted, the newest `limit` of them, and how many there are; return the exit status."""
    log = await _open(address)
    try:
        found = [letter async for letter in read_letters(log, wanted)]
    finally:
        await log.close()
    found.sort(key=lambda letter: letter.about.last_failed_at)
    if as_json:
        for letter in found:
            sys.stdout.write(json.dumps(plain(letter), ensure_ascii=False) + "\n")
        return 0
    if not found:
        console.print("no dead letters" if wanted == Wanted() else "no such dead letters")
        return 0
    console.print(_table(found[-limit:]))
    if len(found) > limit:
        console.print(f"[dim]the newest {limit} of {len(found)}; --limit shows more[/dim]")
    console.print(_counted(found))
    return 0


async def show(address: str, identifier: str, *, raw: bool, console: Console) -> int:
    """Print everything about one letter; with `raw` its value alone, byte by byte, to standard output."""
    log = await _open(address)
    try:
        letter = (await _named(log, [identifier]))[0]
        record = await record_of(log, letter)
        value = await value_of(log, letter, record)
    finally:
        await log.close()
    if raw:
        sys.stdout.buffer.write(value or b"")
        sys.stdout.buffer.flush()
        return 0
    for name, text in plain(letter).items():
        console.print(f"[bold]{name:<16}[/bold] {literal(_words(text))}", highlight=False, soft_wrap=True)
    for name, data in original_headers(record.headers):
        console.print(f"[bold]{'header':<16}[/bold] {literal(name)}: {literal(_text(data))}", highlight=False)
    text = "[dim]none: a tombstone[/dim]" if value is None else literal(_text(value[:SHOWN]))
    console.print(f"[bold]{'value':<16}[/bold] {text}", highlight=False, soft_wrap=True)
    if value is not None and len(value) > SHOWN:
        console.print(f"[dim]{SHOWN} of {len(value)} bytes; --raw prints all of it[/dim]")
    return 0


async def matching(address: str, wanted: Wanted) -> list[Letter]:
    """The letters that are wanted. Raises UnknownLetterError for an id that there is not."""
    log = await _open(address)
    try:
        if wanted.ids:
            named = await _named(log, sorted(wanted.ids))
            return [letter for letter in named if wanted.takes(letter)]
        return [letter async for letter in read_letters(log, wanted)]
    finally:
        await log.close()


async def carry_out(
    address: str, letters: Sequence[Letter], *, dropping: bool, why: str | None, console: Console
) -> int:
    """Put `letters` back, or drop them, with progress; return 0, or 1 where one could not be."""
    log = await _open(address)
    try:
        done = (drop if dropping else retry)(log, letters, by=operator(), why=why)
        outcomes = [one async for one in _progress(done, len(letters), console)]
    finally:
        await log.close()
    tally: dict[str, int] = {}
    for outcome in outcomes:
        tally[outcome.became] = tally.get(outcome.became, 0) + 1
        if outcome.became in ("superseded", "impossible"):
            console.print(f"{outcome.letter.id}: {outcome.became}: {literal(outcome.detail)}", highlight=False)
    console.print(", ".join(f"{count} {_BECAME[became]}" for became, count in sorted(tally.items())) or "nothing to do")
    return 1 if "impossible" in tally else 0


async def resume(address: str, stage: str, passes: int, why: str | None, console: Console) -> int:
    """Tell the replicas of `stage` that have stopped to go on."""
    log = await _open(address)
    try:
        one = Operation(subject=stop_of(stage), action="resume", at=now(), by=operator(), why=why, count=passes or None)
        await order(log, [one])
    finally:
        await log.close()
    more = f", and to let {passes} more failures go to the dead letters" if passes else ""
    console.print(f"{stage} is told to go on where it has stopped{more}")
    return 0


def plain(letter: Letter) -> dict[str, Any]:
    """The letter as JSON values."""
    about = msgspec.to_builtins(letter.about)
    origin = about.pop("origin")
    done = letter.done
    return {
        "id": letter.id,
        "state": letter.state,
        **about,
        "origin": f"{origin['topic']}/{origin['partition']}/{origin['offset']}",
        "key": _text(letter.key),
        "size": letter.size,
        **({"done_at": done.at, "done_by": done.by, "why": done.why} if done else {}),
    }


def _table(letters: Iterable[Letter]) -> Table:
    table = Table(header_style="bold")
    for name in ("id", "state", "reason", "last failed", "tries"):
        table.add_column(name, no_wrap=True)
    table.add_column("key", overflow="fold")
    table.add_column("error", overflow="fold", ratio=1)
    for letter in letters:
        about = letter.about
        table.add_row(
            letter.id,
            _COLOURS[letter.state],
            literal(about.reason),
            about.last_failed_at[:19].replace("T", " "),
            str(about.attempts),
            literal(_text(letter.key)),
            literal(about.error[:200]),
        )
    return table


def _counted(letters: Iterable[Letter]) -> Table:
    table = Table("stage", "reason", "state", "letters", header_style="bold")
    for (stage, reason, state), count in sorted(counts(letters).items()):
        table.add_row(stage, literal(reason), _COLOURS[state], str(count))
    return table


async def _progress(outcomes: AsyncIterator[Outcome], total: int, console: Console) -> AsyncIterator[Outcome]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("dead letters", total=total)
        async for outcome in outcomes:
            bar.advance(task)
            yield outcome


async def _named(log: Log, identifiers: Sequence[str]) -> list[Letter]:
    for identifier in identifiers:
        stage, _, rest = identifier.partition("/")
        if stage not in DEAD_LETTER_STAGES or not re.fullmatch(r"\d+/\d+", rest):
            raise UnknownLetterError(
                f"{identifier!r} is not the id of a dead letter: expected stage/partition/offset, as in extract/0/17; "
                f"the stages are {', '.join(DEAD_LETTER_STAGES)}"
            )
    found = {letter.id: letter async for letter in read_letters(log, Wanted(ids=frozenset(identifiers)))}
    for identifier in identifiers:
        if identifier not in found:
            raise UnknownLetterError(f"there is no dead letter {identifier}")
    return [found[identifier] for identifier in identifiers]


async def _open(address: str) -> Log:
    log = open_log(address)
    try:
        # A log that was set up before there was this topic.
        await log.create_topics((OPERATIONS,))
    except BaseException:
        await log.close()
        raise
    return log


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _words(value: Any) -> str:
    return "-" if value is None else str(value)


_COLOURS: Final = {
    "open": "[red]open[/red]",
    "retried": "[green]retried[/green]",
    "dropped": "[dim]dropped[/dim]",
    "superseded": "[dim]superseded[/dim]",
}
_BECAME: Final = {
    "retried": "put back",
    "dropped": "dropped",
    "superseded": "superseded by a later record",
    "already": "dealt with before",
    "impossible": "impossible to put back",
}
