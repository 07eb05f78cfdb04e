"""How fast the projector is beside COPY of the same rows into the same indexed tables.

    python -m tests.bench.projector [--events N] [--rounds N] [--profile]

Two schemas of one database hold the same rows. In each round the projector applies a batch of records to the one, with
all that this takes: reading JSON, precedence, locks, control, families, incidents, sources, the feed of changes, the
outbox. As when it catches up, the next batch is read in a process beside it meanwhile, and a round ends when both are
done. Then every row that came of the batch is written to the other schema by COPY of ready text, table by table, in one
transaction. Both are timed by turns, so that what else the machine does hits them alike; only ratios are worth
comparing: by the clock and, where the system tells, by the processor time of the transaction alone (the projector's
own process and its Postgres backend against the backend that copies), which others' work disturbs less.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Final

import psycopg
import uvloop
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from services.contracts.codec import encode
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.runtime.embedded_postgres import EmbeddedPostgres
from services.runtime.garbage import collect_seldom
from services.runtime.log.port import Record
from services.store.database import open_engine
from services.store.migrate import migrate
from services.store.projector.apply import apply
from services.store.projector.copying import driver
from services.store.projector.decode import Change
from services.store.projector.reader import Reader
from services.store.tables import SCHEMA, event_change, metadata, outbox
from tests.bench.generator import messages
from tests.bench.processor_time import spent
from tests.bench.store_loading import load

GOAL: Final = 0.5
BATCH: Final = 500
"""Articles of one round, each with its extraction: 1,000 records, as the projector applies at once where they wait."""
WARMING: Final = 6
"""Rounds before those that count: they fill caches, and statements are prepared at their fifth time."""
APPLIED: Final = SCHEMA
"""The live schema: in another no changes are told."""
COPIED: Final = "bench_copied"
LAST_DAY: Final = date(2022, 6, 30)
"""The events are told within these months, as densely as a million are over four years."""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures. Returns 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000, help="events that are there before (20000)")
    parser.add_argument("--rounds", type=int, default=12, help="rounds that count (12)")
    parser.add_argument("--profile", action="store_true", help="print where the projector's process spends its time")
    chosen = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="frontlog-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        server = EmbeddedPostgres(Path(folder, "server"), settings={"shared_buffers": "256MB", "autovacuum": "off"})
        server.start()
        try:
            done = uvloop.run(_measure(server.url, chosen.events, chosen.rounds, profiled=chosen.profile))
        finally:
            server.stop()
    by_clock = [one.clock for one in done]
    print(f"COPY / projector, by the clock: {_spread(by_clock)}, goal {GOAL:g}")
    if worked := [one.processor for one in done if one.processor is not None]:
        print(f"COPY / projector, by the processors' work: {_spread(worked)}")
    return 0 if statistics.median(by_clock) >= GOAL else 1


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


@dataclass(frozen=True, slots=True)
class Round:
    """COPY's time as a share of the projector's, by the clock and by the processors' work (None: not told)."""

    clock: float
    processor: float | None


async def _measure(address: str, events: int, rounds: int, *, profiled: bool) -> list[Round]:
    engines: list[AsyncEngine] = []
    for schema in (APPLIED, COPIED):
        await asyncio.to_thread(migrate, address, schema=schema, say=lambda _: None)
        engines.append(open_engine(address, schema=schema, size=2))
    # The first is filled by the loader, what comes is applied behind it; the second gets the same rows.
    stream = messages(events + 8 * BATCH * (rounds + WARMING + 1), last=LAST_DAY)
    before = list(_until(stream, events))
    await load(engines[0], before)
    batches = [_records(list(islice(stream, BATCH)), len(before) + n * BATCH) for n in range(rounds + WARMING + 1)]
    collect_seldom()
    profile = cProfile.Profile() if profiled else None
    reader = Reader()
    done = []
    try:
        with psycopg.connect(address) as connection:
            _copy_difference(connection)
            connection.execute("analyze")
            connection.commit()
            changes = await reader.read(batches[0], datetime.now(UTC))
            for number, (records, following) in enumerate(pairwise(batches), start=1 - WARMING):
                if profile is not None and number > 0:
                    profile.enable()
                begun = time.perf_counter()
                work, changes = await asyncio.gather(
                    _apply(engines[0], changes), reader.read(following, datetime.now(UTC))
                )
                applied = time.perf_counter() - begun
                if profile is not None:
                    profile.disable()
                copied, copying, rows = _copy_difference(connection)
                if number > 0:
                    done.append(Round(copied / applied, copying / work if copying and work else None))
                    print(
                        f"round {number}: {len(records)} records, {rows} rows: projector {applied:.2f} s, "
                        f"COPY {copied:.2f} s, ratio {copied / applied:.2f}; "
                        f"of work {work or 0:.0f} ms, {copying or 0:.0f} ms",
                        flush=True,
                    )
    finally:
        await reader.close()
        for engine in engines:
            await engine.dispose()
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        pstats.Stats(profile).sort_stats("cumtime").print_stats(70)
    return done


def _until(stream: Iterator[Any], events: int) -> Iterator[Any]:
    count = 0
    while count < events:
        pair = next(stream)
        count += len(pair[1].events)
        yield pair


def _records(some: Sequence[Any], at: int) -> list[Record]:
    now = datetime.now(UTC)
    made = []
    for number, (article, extraction) in enumerate(some):
        for topic, message in ((ARTICLES, article), (EXTRACTIONS, extraction)):
            key = message.article_id.encode()
            made.append(Record(topic.name, 0, at + number, key, encode(message), (), now))
    return made


async def _apply(engine: AsyncEngine, changes: Sequence[Change]) -> float | None:
    """Apply `changes` as the projector does; return the milliseconds that this process and its backend worked."""
    async with engine.begin() as connection:
        workers = [os.getpid(), (await driver(connection)).info.backend_pid]
        before = spent(workers)
        await apply(connection, changes, datetime.now(UTC))
    after = spent(workers)
    return None if before is None or after is None else after - before


def _copy_difference(connection: psycopg.Connection[Any]) -> tuple[float, float | None, int]:
    """Write what the first schema has beyond the second to that.

    Return the seconds that the COPY alone took, the milliseconds that its backend worked, and the rows.
    """
    parts = [(table, *_difference(connection, table)) for table in metadata.sorted_tables if _is_written(table)]
    connection.commit()
    rows = 0
    worker = [connection.info.backend_pid]
    worked = spent(worker)
    before = time.perf_counter()
    for table, names, data in parts:
        if data:
            with connection.cursor() as cursor, cursor.copy(f"copy {COPIED}.{table.name} ({names}) from stdin") as copy:
                copy.write(data)
            rows += data.count(b"\n")
    connection.commit()
    taken = time.perf_counter() - before
    after = spent(worker)
    return taken, None if worked is None or after is None else after - worked, rows


def _is_written(table: Table) -> bool:
    return table in (event_change, outbox) or not table.info.get("kept")


def _difference(connection: psycopg.Connection[Any], table: Table) -> tuple[str, bytes]:
    names = ", ".join(f'"{c.name}"' for c in table.columns if c.computed is None)
    same = " and ".join(f'a."{c.name}" = b."{c.name}"' for c in table.primary_key.columns)
    query = (
        f"copy (select {names} from {APPLIED}.{table.name} a "
        f"where not exists (select from {COPIED}.{table.name} b where {same})) to stdout"
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return names, b"".join(bytes(part) for part in copy)


if __name__ == "__main__":
    sys.exit(main())
