"""The `frontlog` command: parses the command line and calls `services.console` or `services.extract.commands`.

Imports of what a command needs stand inside it, so that `frontlog --help` is quick and an image with one extra can
still run its own commands.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.console.dead_letters_commands import app as dead_letters
from services.console.home import Addresses, Home, HomeInUseError, HomeSettings, SettingError, addresses
from services.console.printing import fail
from services.console.subscriptions_commands import app as subscriptions
from services.console.subscriptions_commands import subscribe, unsubscribe
from services.runtime.settings import load

app = typer.Typer(
    name="frontlog",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    help="Keeps a record of who claims what happened, where and when, read from reports of war.",
)
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(subscriptions, name="subscriptions")
SAMPLES = Path(__file__).resolve().parent.parent / "samples"


@app.command()
def up(
    once: Annotated[bool, typer.Option("--once", help="End after the table instead of serving.")] = False,
    samples: Annotated[
        Path | None, typer.Option(help="Folder of articles to post at the start.", show_default="the project's samples")
    ] = None,
    no_samples: Annotated[bool, typer.Option("--no-samples", help="Post nothing.")] = False,
    rows: Annotated[int, typer.Option(help="Rows of the table.", min=1, max=200)] = 40,
) -> None:
    """Run everything on this machine: the log, ingest, extract, store and API.

    Data lives in `.frontlog` (or `FRONTLOG_HOME`) and is kept from one run to the next; delete the folder to start
    afresh. `FRONTLOG_LOG` and `FRONTLOG_DATABASE` take another log and database instead of the embedded ones.
    """
    from services.console.up import UpError, UpOptions
    from services.console.up import up as run

    console = Console()
    if not console.is_terminal:
        console = Console(width=max(console.width, 120))
    folder = None if no_samples else (samples or (SAMPLES if SAMPLES.is_dir() else None))
    home = load(HomeSettings).home
    try:
        code = asyncio.run(run(UpOptions(home=home, samples=folder, once=once, rows=rows), console))
    except HomeInUseError:
        running = Home(home).running()
        where = f" (process {running.pid}, webhook {running.ingest}, API {running.api})" if running else ""
        raise fail(
            f"another `frontlog up` uses {home}{where}: stop it, or name another folder by FRONTLOG_HOME"
        ) from None
    except (UpError, SettingError, OSError, RuntimeError) as error:
        raise fail(str(error)) from error
    raise typer.Exit(code)


@app.command()
def ingest(
    sources: Annotated[list[str], typer.Argument(metavar="PATH|URL…", help="Files, folders or web pages.")],
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from addresses that are not public, too.")
    ] = False,
) -> None:
    """Send articles to the webhook, with progress.

    `.json` (one article or an array), `.jsonl`/`.ndjson`, `.txt`, `.html`, folders of these, and http(s) addresses.
    Sending the same article again is harmless: it is answered as known.
    """
    from services.console.ingest import ingest as run

    raise typer.Exit(run(sources, _addresses(), Console(), allow_private=allow_private))


@app.command()
def extract(
    files: Annotated[list[Path] | None, typer.Argument(help="Articles; standard input without any.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show rule, parse and words behind each slot.")] = False,
    stage: Annotated[str | None, typer.Option(help="Run the stages up to this one and print what they found.")] = None,
) -> None:
    """Read articles and print their events as JSON lines, without any log or database.

    Files are JSON lines (one article a line, as the webhook takes them), or plain `.txt` or `.html`. `article_id` is
    the article's `id` where it has one.
    """
    from services.extract.commands import extract_main

    raise typer.Exit(extract_main([str(file) for file in files or []], explain=explain, stage=stage))


@app.command()
def tail(
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Start with the oldest event.")] = False,
    once: Annotated[bool, typer.Option("--once", help="End at the end of the log instead of waiting.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the records' JSON.")] = False,
) -> None:
    """Follow the events as they are published."""
    from services.console.tail import tail as run
    from services.runtime.log.port import LogUnavailableError

    where = _addresses()
    if where.log is None:
        raise fail("no log: start `frontlog up`, or name one by FRONTLOG_LOG")
    try:
        asyncio.run(run(where.log, from_beginning=from_beginning, stop_at_end=once, as_json=json, console=Console()))
    except LogUnavailableError as error:
        raise fail(str(error)) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@app.command()
def export(
    what: Annotated[
        str, typer.Argument(metavar="LIST", help="events, claims, articles, places, control, incidents or sources.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write.", show_default="standard output")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="ndjson, csv, parquet, geojson; for events acled.csv and plover.csv, too.",
            show_default="that of the file's name, else ndjson",
        ),
    ] = None,
    type: Annotated[list[str] | None, typer.Option(help="Type of event: strike, capture, …")] = None,
    modality: Annotated[
        list[str] | None, typer.Option(help="actual, intended, possible, conditional, negated.")
    ] = None,
    place: Annotated[list[str] | None, typer.Option(help="Place, by its id or any spelling.")] = None,
    oblast: Annotated[list[str] | None, typer.Option(help="Oblast, with or without the word.")] = None,
    actor_side: Annotated[list[str] | None, typer.Option(help="Side of the actor: UKR, RUS, …")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Who claims it: an id or a name.")] = None,
    source_side: Annotated[list[str] | None, typer.Option(help="Side of who claims it.")] = None,
    stance: Annotated[list[str] | None, typer.Option(help="asserts, confirms, denies, doubts, declines.")] = None,
    since: Annotated[str | None, typer.Option(help="Not before this day, YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option(help="Not after this day.")] = None,
    published_since: Annotated[str | None, typer.Option(help="Published then or later.")] = None,
    published_until: Annotated[str | None, typer.Option(help="Published then or earlier.")] = None,
    bbox: Annotated[str | None, typer.Option(help="west,south,east,north in degrees.")] = None,
    text: Annotated[str | None, typer.Option(help="Words to be found.")] = None,
    at: Annotated[str | None, typer.Option(help="For control: the day.")] = None,
    limit: Annotated[int | None, typer.Option(help="Most rows.", min=1)] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Any other parameter of the list: publisher=…, min_confidence=0.8."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where it exists.")] = False,
) -> None:
    """Save a whole list to a file, with the filters that the query API has for it.

    An option that is given several times means any of its values. The file appears when it is complete; an export that
    is interrupted leaves what was there. What the columns mean is in docs/data-dictionary.md.

        frontlog export events --type strike --oblast Kharkiv -o strikes.parquet
        frontlog export control --at 2022-09-10 -o control.geojson
        frontlog export claims --stance denies --format csv | head
    """
    from services.console.export import ExportError, format_of
    from services.console.export import export as run

    several = {
        "type": type,
        "modality": modality,
        "place": place,
        "oblast": oblast,
        "actor_side": actor_side,
        "source": source,
        "source_side": source_side,
        "stance": stance,
    }
    single = {
        "since": since,
        "until": until,
        "published_since": published_since,
        "published_until": published_until,
        "bbox": bbox,
        "text": text,
        "at": at,
        "limit": None if limit is None else str(limit),
    }
    filters = {name: list(values) for name, values in several.items() if values}
    filters |= {name: [value] for name, value in single.items() if value is not None}
    for pair in where or ():
        name, separator, value = pair.partition("=")
        if not name or not separator:
            raise fail(f"--where takes NAME=VALUE, not {pair!r}")
        filters.setdefault(name, []).append(value)
    console = Console(stderr=True)
    try:
        chosen = format_of(form, output)
        size = run(_addresses().api, what, filters, form=chosen, output=output, force=force, console=console)
    except ExportError as error:
        raise fail(str(error)) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if output is not None:
        console.print(f"{output}: {what} as {chosen}, {size:,} bytes", highlight=False, soft_wrap=True)


@app.command()
def status(json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Tell whether it is well, how far behind it is, and what failed today. Exit code 0: well, 1: not well.

    Asks the running `frontlog up`, or the webhook, the API and Prometheus on the usual ports of this machine, as
    compose publishes them; `FRONTLOG_INGEST_URL`, `FRONTLOG_API_URL` and `FRONTLOG_PROMETHEUS_URL` name others.

        frontlog status --json | jq .problems
    """
    from services.console.status import status as run

    raise typer.Exit(run(_addresses(), Home(load(HomeSettings).home).running(), Console(), as_json=json))


@app.command()
def rebuild(
    status: Annotated[bool, typer.Option("--status", help="Tell how far a rebuild is, and end.")] = False,
    no_swap: Annotated[
        bool, typer.Option("--no-swap", help="Fill the new tables and compare, but go no further.")
    ] = False,
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="Keep the old tables, so that --undo is possible.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put the kept old tables back, brought up to date.")] = False,
    abort: Annotated[bool, typer.Option("--abort", help="Drop what a rebuild has made, and kept old tables.")] = False,
    batch: Annotated[int, typer.Option(help="Records applied in one transaction.", min=1, max=5000)] = 500,
) -> None:
    """Make all tables anew from the log, beside the live ones, and put them in their place.

    Readers notice nothing, and articles may arrive meanwhile. Cut off at any point it leaves the live tables as they
    were, and the next run goes on there. To look first, and to be able to go back:

        frontlog rebuild --no-swap && frontlog rebuild --keep-old

    `FRONTLOG_LOG` and `FRONTLOG_DATABASE` (as the owner of the tables) say where; without them, the running
    `frontlog up`.
    """
    from services.store.projector.settings import ProjectorSettings
    from services.store.rebuild.command import RebuildOptions
    from services.store.rebuild.command import rebuild as run

    if status + undo + abort > 1:
        raise fail("--status, --undo and --abort exclude each other")
    where = _addresses()
    if where.log is None or where.database is None:
        raise fail("no log or no database: start `frontlog up`, or name them by FRONTLOG_LOG and FRONTLOG_DATABASE")
    options = RebuildOptions(
        log=where.log,
        database=where.database,
        group=load(ProjectorSettings).group,
        batch=batch,
        keep_old=keep_old,
        swap=not no_swap,
        status=status,
        abort=abort,
        undo=undo,
    )
    raise typer.Exit(run(options, Console()))


@app.command("re-extract")
def re_extract(
    since: Annotated[str | None, typer.Option(help="Articles published then or later: 2024-10-02, or 3d ago.")] = None,
    until: Annotated[str | None, typer.Option(help="Articles published before then.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="publisher=…, source=…, type=…, place=… (id or name), version=…"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before it is changed.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Those too that this version has read already.")] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Only so many, evenly over the log; with --dry-run.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write every change to this file as JSON lines.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: FRONTLOG_EXTRACT_WORKERS.")] = None,
    compare: Annotated[
        tuple[str, str] | None, typer.Option(metavar="OLD NEW", help="Only compare two versions that are in the log.")
    ] = None,
) -> None:
    """Run the present extractor over the articles of the log again, and replace what it finds differently.

    It shows what would change before it does: events gained, lost and altered, by type, with a few of each. Each
    article's extraction is replaced whole; events that are gone are withdrawn. Services may run meanwhile. An
    interrupted run goes on where it was when the same command is given again.

        frontlog re-extract --dry-run --sample 200
        frontlog re-extract --where type=capture --since 2024-01-01
    """
    from services.console.dead_letters import moment
    from services.console.re_extract.command import Options
    from services.console.re_extract.command import run as run_it
    from services.console.re_extract.versions import compare as compare_versions
    from services.console.re_extract.where import where as conditions
    from services.runtime.log.port import LogUnavailableError

    address = _addresses().log
    if address is None:
        raise fail("no log: start `frontlog up`, or name one by FRONTLOG_LOG")
    if sample is not None and not dry_run:
        raise fail("--sample is for --dry-run: what is replaced is replaced everywhere")
    try:
        if compare is not None:
            raise typer.Exit(asyncio.run(compare_versions(address, *compare, Console())))
        wanted = conditions(where or (), moment(since) if since else None, moment(until) if until else None)
        folder = load(HomeSettings).home / "re-extract"
        options = Options(wanted, folder, dry_run, yes, every, sample, report, workers)
        raise typer.Exit(run_it(address, options, Console()))
    except (LogUnavailableError, LookupError, ValueError, OSError, OverflowError) as error:
        raise fail(str(error)) from error


@app.command("copy-log")
def copy_log(
    target: Annotated[str, typer.Argument(metavar="TO", help="kafka://… or postgresql://…, a log that is empty.")],
    group: Annotated[
        str | None, typer.Option(help="Consumer group of the extract service.", show_default="FRONTLOG_EXTRACT_GROUP")
    ] = None,
) -> None:
    """Copy the whole log into another home, at the same offsets: from Postgres to Kafka, or to another Postgres.

    The log of `FRONTLOG_LOG`, or of the running `frontlog up`, is only read. Tables stay as they are: give the services
    the new `FRONTLOG_LOG` and the old `FRONTLOG_DATABASE`. Run it while everything runs, stop the services, and run it
    again for the rest; what is there is not copied twice. Exit code 1: something came meanwhile, or could not be done.

        frontlog copy-log kafka://localhost:29092
    """
    from services.console.copy_log import CopyError
    from services.console.copy_log import copy_log as run
    from services.extract.worker.settings import ExtractSettings
    from services.runtime.log.port import CommitRefusedError, LogUnavailableError

    source = _addresses().log
    if source is None:
        raise fail("no log: start `frontlog up`, or name one by FRONTLOG_LOG")
    try:
        raise typer.Exit(run(source, target, group or load(ExtractSettings).group, Console()))
    except (CopyError, CommitRefusedError, LogUnavailableError, ValueError) as error:
        raise fail(str(error)) from error


app.command()(subscribe)
app.command()(unsubscribe)


def _addresses() -> Addresses:
    try:
        return addresses()
    except SettingError as error:
        raise fail(str(error)) from error


def main() -> None:
    """Entry point of the `frontlog` command."""
    app()


if __name__ == "__main__":
    main()
