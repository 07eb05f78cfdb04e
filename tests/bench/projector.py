"""How fast the projector is beside COPY of the same rows into the same indexed tables.

    python -m tests.bench.projector [--events N] [--rounds N] [--profile]

Two schemas of one database hold the same rows. In each round the projector applies a batch of records to the one, with
all that this takes: reading JSON, precedence, locks, control, families, incidents, sources. Then every row that came of
it is written to the other by COPY of ready text, table by table, in one transaction. Both are timed by turns, so that
what else the machine does hits them alike; only the ratio is worth comparing.
"""

import argparse
import asyncio
import cProfile
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from services.contracts.codec import encode
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.runtime.embedded_postgres import EmbeddedPostgres
from services.runtime.log.port import Record
from services.store.database import open_engine
from services.store.migrate import migrate
from services.store.projector.apply import apply
from services.store.projector.decode import read
from services.store.tables import metadata
from tests.bench.generator import messages
from tests.bench.store_loading import load

GOAL: Final = 0.5
BATCH: Final = 250
"""Articles of one round, each with its extraction: 500 records."""
APPLIED: Final = "bench_applied"
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
            ratios = asyncio.run(_measure(server.url, chosen.events, chosen.rounds, profiled=chosen.profile))
        finally:
            server.stop()
    print(f"projector / COPY: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), goal {GOAL:g}")
    return 0 if statistics.median(ratios) >= GOAL else 1


async def _measure(address: str, events: int, rounds: int, *, profiled: bool) -> list[float]:
    engines: list[AsyncEngine] = []
    for schema in (APPLIED, COPIED):
        await asyncio.to_thread(migrate, address, schema=schema, say=lambda _: None)
        engines.append(open_engine(address, schema=schema, size=2))
    # The first is filled by the loader, what comes is applied behind it; the second gets the same rows.
    stream = messages(events + 8 * BATCH * (rounds + 1), last=LAST_DAY)
    before = list(_until(stream, events))
    await load(engines[0], before)
    profile = cProfile.Profile() if profiled else None
    ratios = []
    try:
        with psycopg.connect(address) as connection:
            _copy_difference(connection)
            connection.execute("analyze")
            connection.commit()
            for number in range(rounds + 1):
                records = _records(list(islice(stream, BATCH)), len(before) + number * BATCH)
                applied = await _apply(engines[0], records, profile if number else None)
                copied, rows = _copy_difference(connection)
                # The first round fills caches.
                if number:
                    ratios.append(copied / applied)
                    print(
                        f"round {number}: {len(records)} records, {rows} rows: "
                        f"projector {applied:.2f} s, COPY {copied:.2f} s, ratio {copied / applied:.2f}",
                        flush=True,
                    )
    finally:
        for engine in engines:
            await engine.dispose()
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        pstats.Stats(profile).sort_stats("cumtime").print_stats(70)
    return ratios


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


async def _apply(engine: AsyncEngine, records: Sequence[Record], profile: cProfile.Profile | None) -> float:
    """Apply `records` as the projector does, and return the seconds that it took."""
    if profile is not None:
        profile.enable()
    before = time.perf_counter()
    now = datetime.now(UTC)
    changes = [read(record, now) for record in records]
    async with engine.begin() as connection:
        await apply(connection, changes, now)
    taken = time.perf_counter() - before
    if profile is not None:
        profile.disable()
    return taken


def _copy_difference(connection: psycopg.Connection[Any]) -> tuple[float, int]:
    """Write what the first schema has beyond the second to that; return the seconds and rows of the COPY alone."""
    parts = [(table, *_difference(connection, table)) for table in metadata.sorted_tables if not table.info.get("kept")]
    connection.commit()
    rows = 0
    before = time.perf_counter()
    for table, names, data in parts:
        if data:
            with connection.cursor() as cursor, cursor.copy(f"copy {COPIED}.{table.name} ({names}) from stdin") as copy:
                copy.write(data)
            rows += data.count(b"\n")
    connection.commit()
    return time.perf_counter() - before, rows


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
