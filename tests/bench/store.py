"""How long the documented queries take over HTTP, beside the shortest way to the database and back.

    python -m tests.bench.store [--events N] [--rounds N] [--database postgresql://…]

Tables are filled by COPY (`store_loading`) from the seeded generator; the query API runs in a process of its own and is
asked over loopback, one request at a time: each list with each filter alone, at a frequent, a middling and a rare
value, and each two filters together. With `--database` tables that are filled already are asked, with `--keep` those
that an earlier run has left in a folder.

Beside the time by the clock stands that of the processors: what the API and the database's process have worked on a
request. On a machine that has nothing else to do the two are alike; on a busy one the clock tells of the others, too.
"""

import argparse
import asyncio
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psycopg

from services.runtime.embedded_postgres import EmbeddedPostgres
from services.store.database import open_engine, search_path
from services.store.migrate import migrate
from tests.bench.generator import messages
from tests.bench.processor_time import backends, spent
from tests.bench.store_loading import load
from tests.bench.store_queries import queries, routes, values

GOAL: Final = 60.0
"""Milliseconds, p95, of filtered lists, timelines and boxes."""
GOAL_CONTROL: Final = 250.0
"""Milliseconds, p95, of how all places stand at a day."""
SLOWEST: Final = 15


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of one request, by the clock, and of the processors' work on it, where the system tells."""

    clock: float
    processor: float | None


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures. Returns 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000, help="events to fill the tables with (20000)")
    parser.add_argument("--rounds", type=int, default=3, help="times that each query is asked after the first (3)")
    parser.add_argument("--database", help="address of tables that are filled already")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="fill tables there, and ask them again next time")
    parser.add_argument("--route", action="append", help="ask this address alone, such as /incidents; several times")
    chosen = parser.parse_args(argv)
    with _database(chosen.database, chosen.events, chosen.keep) as address, _api(address) as (base, process):
        first, taken, reference = _measure(base, address, process, chosen.rounds, chosen.route)
    return _report(first, taken, reference)


@contextmanager
def _database(address: str | None, events: int, keep: Path | None) -> Iterator[str]:
    if address is not None:
        yield address
        return
    with ExitStack() as stack:
        folder = keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="frontlog-bench-", ignore_cleanup_errors=True))
        )
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        server = EmbeddedPostgres(folder / "server", settings={"shared_buffers": "512MB", "max_wal_size": "4GB"})
        server.start()
        stack.callback(server.stop)
        migrate(server.url, say=lambda _: None)
        with psycopg.connect(server.url, options=search_path()) as connection:
            is_empty = connection.execute("select from event limit 1").fetchone() is None
        if is_empty:
            asyncio.run(_fill(server.url, events))
        yield server.url


async def _fill(address: str, events: int) -> None:
    engine = open_engine(address, size=2)
    before = time.perf_counter()

    def say(count: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{count:,} events", end="", file=sys.stderr, flush=True)

    try:
        count = await load(engine, messages(events), say)
    finally:
        await engine.dispose()
    print(f"filled      {count:,} events in {time.perf_counter() - before:.0f} s")


@contextmanager
def _api(address: str) -> Iterator[tuple[str, int]]:
    """The query API in a process of its own; yields its address and the id of the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"FRONTLOG_DATABASE": address, "FRONTLOG_API_HTTP": f"127.0.0.1:{port}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.store.api"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError("the API has ended before it served")
            try:
                httpx.get(base + "/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield base, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _measure(
    base: str, address: str, process: int, rounds: int, only: Sequence[str] | None
) -> tuple[Mapping[tuple[str, str], list[Taken]], Mapping[tuple[str, str], list[Taken]], Mapping[str, list[float]]]:
    """Return what each query took when it was asked first, and then, by route and filters, and the milliseconds of the
    references, taken between them."""
    first: dict[tuple[str, str], list[Taken]] = defaultdict(list)
    taken: dict[tuple[str, str], list[Taken]] = defaultdict(list)
    reference: dict[str, list[float]] = defaultdict(list)
    with (
        httpx.Client(base_url=base, timeout=60) as client,
        psycopg.connect(address, options=search_path(), autocommit=True) as database,
    ):
        some = routes(client.get("/openapi.json").json(), values(address))
        asked = [query for route in some if not only or route.name in only for query in queries(route)]
        # The database's process is there only once something was asked of it.
        client.get("/readyz").raise_for_status()
        for into in (first, *[taken] * rounds):
            for number, query in enumerate(asked):
                # A connection that the pool opens anew meanwhile counts from the next query on.
                working = [process, *backends(database)]
                worked, before = spent(working), time.perf_counter()
                answer = client.get(query.address)
                clock, after = (time.perf_counter() - before) * 1000, spent(working)
                own = None if worked is None or after is None else after - worked
                into[query.route, query.name].append(Taken(clock, own))
                if answer.status_code != httpx.codes.OK:
                    raise RuntimeError(f"{query.address}: {answer.status_code}: {answer.text}")
                if number % 5 == 0:
                    reference["select 1"].append(_timed(database, "select 1"))
                    reference["one event by an index"].append(
                        _timed(database, "select body from event order by last_day desc, event_id desc limit 1")
                    )
    return first, taken, reference


def _timed(database: psycopg.Connection[tuple[object, ...]], query: str) -> float:
    before = time.perf_counter()
    database.execute(query).fetchall()  # type: ignore[call-overload]
    return (time.perf_counter() - before) * 1000


def _report(
    first: Mapping[tuple[str, str], list[Taken]],
    taken: Mapping[tuple[str, str], list[Taken]],
    reference: Mapping[str, list[float]],
) -> int:
    for name, times in reference.items():
        print(f"reference   {name}: p50 {_p(times, 50):.2f} ms, p95 {_p(times, 95):.2f} ms")
    for name, some in (("first round", first), ("later rounds", taken)):
        times = [t.clock for each in some.values() for t in each]
        print(f"{name:<13}{len(times)} requests: p50 {_p(times, 50):.1f} ms, p95 {_p(times, 95):.1f} ms")
    unit = statistics.median(reference["select 1"])
    print("\n| list | queries | p50 ms | p95 ms | p95 / select 1 | processor p50 | p95 | goal ms |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    missed = 0
    for route in dict.fromkeys(route for route, _ in taken):
        for kind in ("one filter", "two filters"):
            of = {key: times for key, times in taken.items() if key[0] == route and ("+" in key[1]) == (kind[0] == "t")}
            if not of:
                continue
            times = [t.clock for some in of.values() for t in some]
            work = [t.processor for some in of.values() for t in some if t.processor is not None] or [math.nan]
            goal = GOAL_CONTROL if route == "/control" else GOAL
            reached = _p(times, 95) <= goal
            missed += not reached
            print(
                f"| `{route}`, {kind} | {len(of)} | {_p(times, 50):.1f} | {_p(times, 95):.1f} "
                f"| {_p(times, 95) / unit:.0f} | {_p(work, 50):.1f} | {_p(work, 95):.1f} "
                f"| {goal:.0f}{'' if reached else ', **missed**'} |"
            )
    print("\nslowest, by the median, with that of the processor time:")
    medians = {
        key: (statistics.median(t.clock for t in some), statistics.median(t.processor or math.nan for t in some))
        for key, some in taken.items()
    }
    for (route, name), (clock, worked) in sorted(medians.items(), key=lambda item: -min(item[1]))[:SLOWEST]:
        print(f"  {clock:7.1f} ms  {worked:7.1f} ms  {route}  {name}")
    return 1 if missed else 0


def _p(values_: Sequence[float], percent: int) -> float:
    ordered = sorted(values_)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


if __name__ == "__main__":
    sys.exit(main())
