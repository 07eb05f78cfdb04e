"""One run: start everything, send at a steady rate, break things by the plan, let it settle, compare.

`run` returns the report; what the services said and a timeline (one JSON line a second) stay in the folder.
"""

import base64
import contextlib
import itertools
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.chaos.compare import Verdict, compare
from tests.chaos.corpus import endless, jobs, large
from tests.chaos.database import Database
from tests.chaos.faults import ARTICLES, EXTRACT_GROUP, SHORT_HOLDS, STORE_GROUP, Faults, Holds, NotPossibleError
from tests.chaos.fleet import Fleet
from tests.chaos.schedule import Planned, plan
from tests.chaos.sender import SOURCE, Senders
from tests.chaos.topics import KafkaTopics, PostgresTopics, Topics
from tests.support.kafka.server import KafkaServer, kafka_server

SECRET: Final = "whsec_" + base64.b64encode(b"chaos: a secret of 32 characters").decode()
SETTLE_SECONDS: Final = 300.0
"""Without any progress for so long, it is stuck."""
LARGE_BYTES: Final = 900_000
ENDLESS_BYTES: Final = 950_000
MEMBERS: Final = {
    "ingest-1": "ingest",
    "ingest-2": "ingest",
    "extract-1": "extract",
    "projector": "projector",
    "api": "api",
    "deliverer": "deliverer",
}


@dataclass(frozen=True, slots=True)
class Options:
    """`minutes` is the time in which articles are sent. `log` is "kafka" or "postgres"."""

    seed: int
    articles: int
    minutes: float
    log: str
    short: bool


@dataclass(slots=True)
class Done:
    """A fault that was tried; times in seconds from the first article. `skipped` is why it could not be."""

    fault: str
    began: float
    ended: float
    what: str
    skipped: bool = False


@dataclass(slots=True)
class Report:
    options: Options
    verdict: Verdict
    done: list[Done]
    seconds: float
    answers: dict[str, int]
    ended: dict[str, int]
    longest_silence: float
    """Longest time between two acknowledgements, in seconds."""
    longest_standstill: float
    """Longest time without an offset applied to the tables while there was something to apply, in seconds."""
    settled_after: float
    unready: dict[str, float] = field(default_factory=dict)
    """How long each member was not ready, in seconds, as far as samples tell."""

    @property
    def passed(self) -> bool:
        return not self.verdict.wrong and not any(one.skipped for one in self.done)


@dataclass(frozen=True, slots=True)
class World:
    """The services, two replicas of ingest among them, and what they stand on. `broker` is None on the Postgres log."""

    fleet: Fleet
    database: Database
    broker: KafkaServer | None
    topics: Topics


@contextmanager
def world(log: str, folder: Path, **settings: str) -> Iterator[World]:
    """Everything started and ready; it goes away at the end, but for what the services said, which is in `folder`."""
    with ExitStack() as stack:
        room = stack.enter_context(tempfile.TemporaryDirectory(prefix="frontlog-chaos-", ignore_cleanup_errors=True))
        database = Database(Path(room))
        stack.callback(database.close)
        database.start()
        broker = stack.enter_context(kafka_server()) if log == "kafka" else None
        topics: Topics = KafkaTopics(broker.bootstrap) if broker else PostgresTopics(database.address)
        given = {
            "FRONTLOG_EXTRACT_WORKERS": "2",
            "FRONTLOG_INGEST_WEBHOOK_SECRETS": f"{SOURCE}={SECRET}",
            **settings,
        }
        address = broker.address if broker else database.address
        fleet = stack.enter_context(Fleet(address, database.address, folder, given))
        for name, service in MEMBERS.items():
            fleet.start(name, service)
        for name in MEMBERS:
            fleet.wait_ready(name)
        yield World(fleet, database, broker, topics)


def run(options: Options, folder: Path, tell: Callable[[str], None] = print) -> Report:
    """Do it all. Raises where something does not even start."""
    with world(options.log, folder, FRONTLOG_EXTRACT_TIMEOUT="6" if options.short else "15") as there:
        tell(f"seed {options.seed}: {options.articles} articles in {options.minutes:g} min on the {options.log} log")
        return _storm(options, folder, there, tell)


def _storm(options: Options, folder: Path, there: World, tell: Callable[[str], None]) -> Report:
    fleet, database, topics = there.fleet, there.database, there.topics
    seconds = options.minutes * 60
    sent = jobs(options.seed, options.articles)
    heavy = endless(options.seed, ENDLESS_BYTES // (2 if options.short else 1))
    sent[len(sent) // 3 : len(sent) // 3] = [heavy] if options.short else [large(options.seed, LARGE_BYTES), heavy]
    senders = Senders(
        [fleet.members[name].url for name in ("ingest-1", "ingest-2")], SECRET, sent, options.articles / seconds
    )
    holds = SHORT_HOLDS if options.short else Holds()
    faults = Faults(fleet, database, topics, there.broker, options.seed, holds)
    began = time.monotonic()
    with _sampled(began, folder / "timeline.jsonl", fleet, database, senders) as samples:
        senders.start()
        done = _break(
            plan(options.seed, seconds, broker=there.broker is not None, short=options.short), faults, began, tell
        )
        senders.wait()
        tell(f"{time.monotonic() - began:5.0f} s  all is acknowledged or given up; waiting for the rest")
        quiet = time.monotonic()
        settled = settle(topics, database)
        settled_after = time.monotonic() - quiet
    tell(f"{time.monotonic() - began:5.0f} s  settled; comparing")
    long_ones = {article["url"] for job in sent if job.number < 0 for article in job.versions}
    verdict = compare(senders.ledger, faults.poisoned, long_ones, topics, database.address, folder)
    verdict.expect("not settled", [] if settled else [_lag(topics, database)])
    at = [began, *sorted(senders.ledger.at)]
    return Report(
        options,
        verdict,
        done,
        time.monotonic() - began,
        dict(sorted(senders.ledger.answers.items())),
        dict(fleet.ended),
        max(b - a for a, b in itertools.pairwise(at)),
        _standstill(samples),
        settled_after,
        _unready(samples),
    )


def _break(planned: list[Planned], faults: Faults, began: float, tell: Callable[[str], None]) -> list[Done]:
    done = []
    gap = planned[-1].at / len(planned) / 3
    for one in planned:
        # Where one took longer than planned, the next still finds the system at work.
        time.sleep(max(gap, began + one.at - time.monotonic()))
        start = time.monotonic() - began
        skipped = False
        try:
            what = faults.names[one.fault](one.number)
        except NotPossibleError as error:
            what, skipped = f"not tried: {error}", True
        except Exception as error:
            # The fault itself may fail on what an earlier one has left; it is told, and counts as not tried.
            what, skipped = f"{type(error).__name__}: {error}", True
        faults.database.revive()
        end = time.monotonic() - began
        tell(f"{start:5.0f} s  {one.fault}: {what}")
        done.append(Done(one.fault, start, end, what, skipped))
    return done


def settle(topics: Topics, database: Database) -> bool:
    """Wait until every article has gone all the way. False where nothing moves any more."""
    last: Any = None
    moved = time.monotonic()
    while time.monotonic() - moved < SETTLE_SECONDS:
        with contextlib.suppress(Exception):
            lag = _lag(topics, database)
            if not any(lag.values()):
                return True
            if lag != last:
                last, moved = lag, time.monotonic()
        time.sleep(1.0)
    return False


def _lag(topics: Topics, database: Database) -> dict[str, int]:
    ends = {topic: topics.ends(topic) for topic in (ARTICLES, "frontlog.extractions")}
    committed = topics.committed(EXTRACT_GROUP, ARTICLES)
    query = "select topic, partition, next_offset from frontlog.projection_offset where consumer_group = %s"
    with psycopg.connect(database.address) as connection:
        stored = {(topic, p): offset for topic, p, offset in connection.execute(query, (STORE_GROUP,))}
        waiting = connection.execute("select count(*) from frontlog.outbox where published_at is null").fetchone()
    lag = {"extract": sum(end - committed.get(p, 0) for p, end in ends[ARTICLES].items())}
    for topic, found in ends.items():
        lag[f"projector: {topic}"] = sum(end - stored.get((topic, p), 0) for p, end in found.items())
    return lag | {"outbox": int(waiting[0]) if waiting else 0}


@contextmanager
def _sampled(
    began: float, path: Path, fleet: Fleet, database: Database, senders: Senders
) -> Iterator[list[dict[str, Any]]]:
    """Note once a second how far everything is and who is ready."""
    samples: list[dict[str, Any]] = []
    stop = threading.Event()

    def sample() -> None:
        with path.open("w", encoding="utf-8") as file:
            while not stop.wait(1.0):
                found: dict[str, Any] = {"at": round(time.monotonic() - began, 1), "acknowledged": senders.count()}
                found["applied"] = _applied(database)
                found["unready"] = {n: f for n in MEMBERS if (f := fleet.ready(n, 1.0)) is not None}
                samples.append(found)
                file.write(json.dumps(found) + "\n")
                file.flush()

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        stop.set()
        thread.join(30)


def _applied(database: Database) -> int | None:
    """Records applied so far; None while the database does not say."""
    try:
        with psycopg.connect(database.address, connect_timeout=2, options="-c statement_timeout=1000") as connection:
            row = connection.execute("select coalesce(max(applied_at)::text, '') , count(*) from frontlog.extraction")
            found = row.fetchone()
            return int(found[1]) if found else None
    except (psycopg.Error, OSError):
        return None


def _standstill(samples: list[dict[str, Any]]) -> float:
    longest, last, since = 0.0, -1, 0.0
    for one in samples:
        if one["applied"] is not None and one["applied"] != last:
            longest = max(longest, one["at"] - since)
            last, since = one["applied"], one["at"]
    return longest


def _unready(samples: list[dict[str, Any]]) -> dict[str, float]:
    total = dict.fromkeys(MEMBERS, 0.0)
    for before, one in itertools.pairwise(samples):
        for name in one["unready"]:
            total[name] += one["at"] - before["at"]
    return {name: round(seconds, 1) for name, seconds in total.items()}
