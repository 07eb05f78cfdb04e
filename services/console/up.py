"""`frontlog up`: the whole flow on one machine, with nothing but Python.

Starts the embedded Postgres (log and projections live in it, unless FRONTLOG_LOG and FRONTLOG_DATABASE say otherwise),
sets up topics and tables, starts ingest, extract, projector, API and the deliverer of webhooks as processes of their
own, posts the sample articles through the signed webhook, waits for them to come out of the API, prints what was found,
and serves.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.console import ports
from services.console.home import Home, Running
from services.console.printing import literal
from services.console.report import SPEAKS_AGAINST, events_table, places_table, when
from services.console.sender import Sender, Sent, standard_webhooks
from services.console.sources import read
from services.console.supervisor import Service, ServiceFailedError, Supervisor

SAMPLES_SOURCE = "samples"
HOST = "127.0.0.1"
WAIT_SECONDS = 120.0
TABLE_ROWS = 40
OF_CONTROL = ("capture", "control", "withdrawal", "hold", "advance", "encirclement", "strike", "repulse")
"""What the table shows first: the types that move a front, and strikes."""


class UpError(Exception):
    """`frontlog up` cannot go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class UpOptions:
    """What the command line asked for. `samples` None: no samples. `once`: end after the table."""

    home: Path
    samples: Path | None
    once: bool
    rows: int = TABLE_ROWS


async def up(options: UpOptions, console: Console) -> int:
    """Run until interrupted, or until the table is printed with `once`. Returns the exit code. Raises UpError."""
    home = Home(options.home)
    home.create()
    home.lock()
    started = time.monotonic()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # Imported here: with both addresses given, no embedded Postgres is needed, nor its package.
    async with contextlib.AsyncExitStack() as stack:
        database = os.environ.get("FRONTLOG_DATABASE") or await _embedded(home, stack, console)
        log = os.environ.get("FRONTLOG_LOG") or database
        running = _addresses(log, database)
        env = os.environ | _environment(home, running)
        await _prepare(env, home, console)
        supervisor = Supervisor(_services(home, running), env)
        stack.push_async_callback(supervisor.stop)
        await supervisor.start()
        with console.status("starting ingest, extract, projector and API"):
            try:
                await asyncio.gather(*(supervisor.wait_ready(service) for service in supervisor.services))
            except ServiceFailedError as error:
                raise UpError(str(error)) from error
        home.write_running(replace(running, pids=supervisor.pids()))
        stack.callback(home.forget_running)
        console.print(f"services ready after {time.monotonic() - started:.1f} s")
        work = asyncio.create_task(_show(options, home, running, console))
        waiter = asyncio.create_task(stop.wait())
        await asyncio.wait({work, waiter}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            return 130
        work.result()
        _print_addresses(running, home, console)
        if not options.once:
            console.print("[dim]Ctrl-C stops[/dim]")
            await waiter
            console.print("stopping: what is in flight is finished first")
        else:
            waiter.cancel()
    return 0


async def _embedded(home: Home, stack: contextlib.AsyncExitStack, console: Console) -> str:
    from services.runtime.embedded_postgres import EmbeddedPostgres

    server = EmbeddedPostgres(home.postgres)
    with console.status(f"starting the embedded Postgres in {literal(str(home.postgres))}"):
        url = await asyncio.to_thread(server.start)
    stack.push_async_callback(asyncio.to_thread, server.stop)
    return url


def _addresses(log: str, database: str) -> Running:
    """Each service's address: as set in the environment, else the usual port, else a free one where that is taken."""

    def address(variable: str, preferred: int) -> str:
        return "http://" + (os.environ.get(variable) or f"{HOST}:{ports.choose(HOST, preferred)}")

    return Running(
        pid=os.getpid(),
        ingest=address("FRONTLOG_INGEST_HTTP", 8080),
        api=address("FRONTLOG_API_HTTP", 8081),
        extract=address("FRONTLOG_EXTRACT_HTTP", 8082),
        projector=address("FRONTLOG_PROJECTOR_HTTP", 8083),
        deliverer=address("FRONTLOG_DELIVERER_HTTP", 8084),
        log=log,
        database=database,
    )


def _environment(home: Home, running: Running) -> dict[str, str]:
    secrets = f"{SAMPLES_SOURCE}={home.webhook_secret()}"
    if given := os.environ.get("FRONTLOG_INGEST_WEBHOOK_SECRETS"):
        secrets = f"{given};{secrets}"
    return {
        "FRONTLOG_LOG": running.log,
        "FRONTLOG_DATABASE": running.database,
        "FRONTLOG_INGEST_HTTP": running.ingest.removeprefix("http://"),
        "FRONTLOG_API_HTTP": running.api.removeprefix("http://"),
        "FRONTLOG_EXTRACT_HTTP": running.extract.removeprefix("http://"),
        "FRONTLOG_PROJECTOR_HTTP": running.projector.removeprefix("http://"),
        "FRONTLOG_DELIVERER_HTTP": running.deliverer.removeprefix("http://"),
        "FRONTLOG_INGEST_WEBHOOK_SECRETS": secrets,
        "FRONTLOG_DISKS": os.environ.get("FRONTLOG_DISKS") or f"data={home.path}",
        "PYTHONUNBUFFERED": "1",
    }


def _services(home: Home, running: Running) -> list[Service]:
    return [
        Service("api", "services.store.api", running.api, home.logs / "api.log"),
        Service("projector", "services.store.projector", running.projector, home.logs / "projector.log"),
        Service("deliverer", "services.store.subscriptions", running.deliverer, home.logs / "deliverer.log"),
        Service("extract", "services.extract", running.extract, home.logs / "extract.log"),
        Service("ingest", "services.ingest", running.ingest, home.logs / "ingest.log"),
    ]


async def _prepare(env: dict[str, str], home: Home, console: Console) -> None:
    """Create topics and migrate the database, each by the same step that compose runs."""
    with console.status("creating topics and tables"):
        await asyncio.gather(
            *(
                _step(module, env, home.logs / f"{module.rpartition('.')[2]}.log")
                for module in ("services.runtime.create_topics", "services.store.migrate")
            )
        )


async def _step(module: str, env: dict[str, str], log: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    with log.open("ab") as file:
        file.write(output)
    if process.returncode:
        raise UpError(f"{module} failed ({process.returncode}):\n{output.decode('utf-8', 'replace')[-2000:]}")


async def _show(options: UpOptions, home: Home, running: Running, console: Console) -> None:
    if options.samples is not None:
        await _samples(options.samples, home, running, console)
    async with httpx.AsyncClient(base_url=running.api, timeout=30.0, trust_env=False) as api:
        await _print_found(api, options.rows, console)


async def _samples(folder: Path, home: Home, running: Running, console: Console) -> None:
    """Post the samples and wait until the API has what was found in each."""
    found = [item for item in read(str(folder)) if not item.name.endswith("README.md")]
    faults = [item for item in found if item.fault]
    if faults:
        raise UpError("; ".join(f"{item.name}: {item.fault}" for item in faults))
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<44}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    sent: list[Sent] = []
    with Progress(*columns, console=console) as progress:
        posting = progress.add_task(f"posting {folder.name} to the webhook", total=len(found))
        reading = progress.add_task("reading them into events and claims", total=len(found))
        with Sender(running.ingest, source=SAMPLES_SOURCE, sign=standard_webhooks(home.webhook_secret())) as sender:
            for item in found:
                assert item.article is not None
                sent.append(await asyncio.to_thread(sender.send, item.name, item.article))
                progress.advance(posting)
        refused = [s for s in sent if s.status == "refused"]
        for one in refused:
            console.print(f"[red]refused[/red] {literal(f'{one.name}: {one.problem}')}")
        wanted = {s.article_id: s.revision for s in sent if s.article_id and s.revision}
        async with httpx.AsyncClient(base_url=running.api, timeout=30.0, trust_env=False) as api:
            await _wait_for(api, wanted, lambda done: progress.update(reading, completed=done + len(refused)))
    known = sum(s.status == "known" for s in sent)
    console.print(
        f"{len(sent)} articles sent: {len(sent) - known - len(refused)} accepted, {known} known, {len(refused)} refused"
    )


async def _wait_for(api: httpx.AsyncClient, wanted: dict[str, str], done: Any) -> None:
    """Return when the API has an extraction of every wanted revision. Raises UpError after WAIT_SECONDS without one."""
    missing = dict(wanted)
    last = time.monotonic()
    while missing:
        for article_id, revision in list(missing.items()):
            response = await api.get(f"/articles/{article_id}")
            if response.status_code == 200 and response.json().get("extracted_revision") == revision:
                del missing[article_id]
                last = time.monotonic()
            done(len(wanted) - len(missing))
        if missing and time.monotonic() - last > WAIT_SECONDS:
            raise UpError(
                f"{len(missing)} of {len(wanted)} articles did not come out in {WAIT_SECONDS:.0f} s without progress, "
                f"such as {next(iter(missing))}; `frontlog status` and the logs tell more"
            )
        await asyncio.sleep(0.1)


async def _print_found(api: httpx.AsyncClient, rows: int, console: Console) -> None:
    """Print the disputed events and the surest of the others, latest first, and the contested places."""
    status = (await api.get("/status")).raise_for_status().json()
    disputed = await _items(api, "/events", stance=list(SPEAKS_AGAINST), limit=max(rows // 2, 1))
    surest = await _items(api, "/events", type=list(OF_CONTROL), min_confidence=0.5, limit=rows)
    shown = {event["event_id"]: event for event in [*disputed, *surest][:rows]}
    events = sorted(shown.values(), key=lambda e: when(e).removeprefix("≤ "), reverse=True)
    console.print()
    console.print(events_table(events, f"{len(events)} of {status['events']} events in {status['articles']} articles"))
    places = await _items(api, "/places", contested="true", limit=30)
    console.print()
    console.print(places_table(places, f"{len(places)} contested places"))


async def _items(api: httpx.AsyncClient, path: str, **parameters: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await api.get(path, params=parameters)).raise_for_status().json()["items"]
    return items


def _print_addresses(running: Running, home: Home, console: Console) -> None:
    console.print()
    for what, address in (
        ("webhook", f"{running.ingest}/articles"),
        ("webhook docs", f"{running.ingest}/docs"),
        ("page", f"{running.api}/"),
        ("API", f"{running.api}/events"),
        ("API docs", f"{running.api}/docs"),
        ("data and logs", str(home.path)),
    ):
        console.print(f"  {what:<14} {address}", highlight=False, soft_wrap=True, markup=False)
