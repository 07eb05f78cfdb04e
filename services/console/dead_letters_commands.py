"""The command lines of `frontlog dead-letters`: parsed here, carried out by `console.dead_letters`."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import datetime
from typing import Annotated, Any

import typer

from services.console.home import SettingError, addresses
from services.console.printing import console, fail

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""What could not be processed: look at it, put it back, drop it.

    Nothing is ever removed: a letter that was put back or dropped stays, and is shown as such.""",
)

Stages = Annotated[list[str] | None, typer.Option("--stage", help="Only of this stage: extract or store.")]
Reasons = Annotated[
    list[str] | None, typer.Option("--reason", help="Only with this reason: not_json, schema, stage_error, timeout, …")
]
Since = Annotated[str | None, typer.Option(help="Failed last at this time or later: 2024-10-02T08:00Z, or 2h, 3d ago.")]
Until = Annotated[str | None, typer.Option(help="Failed last before this time.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="As `list` shows them: extract/0/17.")]
All = Annotated[bool, typer.Option("--all", help="All that are open, where nothing else says which.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Why = Annotated[str | None, typer.Option(help="A word about it, for whoever looks at it later.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell which.")]


@app.command("list")
def list_command(
    stage: Stages = None,
    reason: Reasons = None,
    state: Annotated[list[str] | None, typer.Option(help="open, retried, dropped or superseded.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(help="Rows of the table, the newest.", min=1)] = 50,
    json: Annotated[bool, typer.Option("--json", help="All of them as JSON lines.")] = False,
) -> None:
    """List the dead letters and count them by stage, reason and state.

    Example: `frontlog dead-letters list --stage extract --state open --since 1d`
    """
    from services.console.dead_letters import list_letters

    wanted = _wanted(None, stage, reason, state, since, until)
    _run(list_letters(_log(), wanted, limit=limit, as_json=json, console=console()))


@app.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it: extract/0/17.")],
    raw: Annotated[bool, typer.Option("--raw", help="Print the original's value alone, byte by byte.")] = False,
) -> None:
    """Show one dead letter: why it failed, where it is from, its headers and its value.

    Example: `frontlog dead-letters show extract/0/17 --raw > article.json`
    """
    from services.console.dead_letters import show as run

    _run(run(_log(), letter, raw=raw, console=console()))


@app.command()
def retry(
    letters: Ids = None,
    stage: Stages = None,
    reason: Reasons = None,
    since: Since = None,
    until: Until = None,
    all: All = False,
    why: Why = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Put dead letters back where they failed: into the topic they come from, as they were.

    They keep their place in the order of things: an old revision does not take the place of a newer one, and what a
    later record has superseded is left alone. Safe to repeat.

    Example: `frontlog dead-letters retry --stage extract --reason timeout`
    """
    _deal(letters, stage, reason, since, until, all, why, dry_run, yes, dropping=False)


@app.command()
def drop(
    letters: Ids = None,
    stage: Stages = None,
    reason: Reasons = None,
    since: Since = None,
    until: Until = None,
    all: All = False,
    why: Why = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Mark dead letters as dropped: nothing more is to be done about them. They stay in the log.

    Example: `frontlog dead-letters drop extract/0/17 --why "a test message"`
    """
    _deal(letters, stage, reason, since, until, all, why, dry_run, yes, dropping=True)


@app.command()
def resume(
    stage: Annotated[str, typer.Argument(help="extract or store.")],
    let_through: Annotated[
        int, typer.Option(min=0, help="Failures that go to the dead letters before it may stop again.")
    ] = 0,
    why: Why = None,
) -> None:
    """Tell a stage that has stopped because too many records failed to go on.

    Example: `frontlog dead-letters resume extract --let-through 500`
    """
    from services.console.dead_letters import resume as run

    _known_stages([stage])
    _run(run(_log(), stage, let_through, why, console()))


def _deal(
    letters: list[str] | None,
    stage: list[str] | None,
    reason: list[str] | None,
    since: str | None,
    until: str | None,
    all: bool,
    why: str | None,
    dry_run: bool,
    yes: bool,
    *,
    dropping: bool,
) -> None:
    from services.console.dead_letters import carry_out, matching

    if not (letters or stage or reason or since or until or all):
        raise fail("which? Name them by id, or by --stage, --reason, --since, --until; --all takes all that are open")
    wanted = _wanted(letters, stage, reason, None if letters else ["open"], since, until)
    address, out = _log(), console()
    found = _result(matching(address, wanted))
    what = "dropped" if dropping else "put back"
    if dry_run or not found:
        for letter in found:
            out.print(f"{letter.id} ({letter.state}, {letter.about.reason})", highlight=False)
        out.print(f"{len(found)} would be {what}" if dry_run else "no such dead letters")
        return
    if not yes and len(found) > 1:
        if not sys.stdin.isatty():
            raise fail(f"{len(found)} dead letters would be {what}: say --yes, where nobody can be asked")
        typer.confirm(f"{len(found)} dead letters will be {what}. Go on?", abort=True)
    _run(carry_out(address, found, dropping=dropping, why=why, console=out))


def _wanted(
    ids: list[str] | None,
    stages: list[str] | None,
    reasons: list[str] | None,
    states: list[str] | None,
    since: str | None,
    until: str | None,
) -> Any:
    from services.runtime.letters import STATES, Wanted

    _known_stages(stages or [])
    if wrong := set(states or ()) - set(STATES):
        raise fail(f"no state {sorted(wrong)[0]!r}; the states are {', '.join(STATES)}")
    return Wanted(
        frozenset(ids or ()),
        frozenset(stages or ()),
        frozenset(reasons or ()),
        frozenset(state for state in STATES if state in (states or ())),
        _moment(since),
        _moment(until),
    )


def _moment(text: str | None) -> datetime | None:
    from services.console.dead_letters import moment

    try:
        return moment(text) if text else None
    except ValueError as error:
        raise fail(str(error)) from error


def _known_stages(stages: list[str]) -> None:
    from services.contracts.topics import DEAD_LETTER_STAGES

    for stage in stages:
        if stage not in DEAD_LETTER_STAGES:
            raise fail(f"no stage {stage!r}; the stages are {', '.join(DEAD_LETTER_STAGES)}")


def _log() -> str:
    try:
        where = addresses()
    except SettingError as error:
        raise fail(str(error)) from error
    if where.log is None:
        raise fail("no log: start `frontlog up`, or name one by FRONTLOG_LOG")
    return where.log


def _run(work: Coroutine[Any, Any, int]) -> None:
    raise typer.Exit(_result(work))


def _result(work: Coroutine[Any, Any, Any]) -> Any:
    from services.runtime.log.port import LogUnavailableError

    try:
        return asyncio.run(work)
    except (LogUnavailableError, LookupError, ValueError) as error:
        raise fail(str(error)) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
