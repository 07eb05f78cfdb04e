"""The system that is drilled: every service on the Postgres log, Prometheus beside it, and the `frontlog` command."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

import httpx

from tests.chaos.corpus import jobs, poison
from tests.chaos.database import Database
from tests.chaos.fleet import Fleet
from tests.chaos.run import world
from tests.chaos.topics import Topics
from tests.drill.watching import Prometheus
from tests.support.plain_http import PLAIN

SEED: Final = 20246
ARTICLES: Final = 5000
PATIENCE: Final = 300.0
COMMAND_SECONDS: Final = 120.0


class DrillError(Exception):
    """Something did not come out as the runbook says; the text says what."""


@dataclass(slots=True)
class System:
    fleet: Fleet
    database: Database
    topics: Topics
    prometheus: Prometheus
    folder: Path
    _articles: Iterator[dict[str, object]] = field(init=False)
    _batches: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self._articles = (job.versions[0] for job in jobs(SEED, ARTICLES))
        self._batches = count()

    def watch(self) -> None:
        """Prometheus asks every member there is, by its service's name."""
        members = self.fleet.members.values()
        self.prometheus.watch([(member.service, member.url) for member in members if member.wanted])

    def frontlog(self, *arguments: str, status: int | None = 0) -> str:
        """Run the command and return what it printed. Raises DrillError where it ends with another status."""
        urls = {name: self.fleet.members[name].url for name in ("ingest-1", "api")}
        env = self.fleet.env | {
            "FRONTLOG_HOME": str(self.folder / "home"),
            "FRONTLOG_INGEST_URL": urls["ingest-1"],
            "FRONTLOG_API_URL": urls["api"],
            "FRONTLOG_PROMETHEUS_URL": self.prometheus.url,
            "COLUMNS": "200",
        }
        command = [sys.executable, "-m", "services.cli", *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=COMMAND_SECONDS)
        if status is not None and done.returncode != status:
            raise DrillError(f"frontlog {' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def post(self, replica: str = "ingest-1") -> int:
        """Post the next article; 0 where nobody answers."""
        try:
            url = f"{self.fleet.members[replica].url}/articles"
            return PLAIN.post(url, json=next(self._articles), timeout=5).status_code
        except httpx.HTTPError:
            return 0

    @contextmanager
    def feeding(self, rate: float) -> Iterator[None]:
        """Articles at `rate` a second, as far as they are taken, until the block ends."""
        stop = threading.Event()

        def feed() -> None:
            while not stop.wait(1 / rate):
                self.post()

        thread = threading.Thread(target=feed, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def poison(self, number: int) -> None:
        """Write `number` articles into the log that are no JSON."""
        for _ in range(number):
            bad = poison(SEED, next(self._batches))[0]
            self.topics.publish(bad.topic, bad.key, bad.value)

    def until(self, what: str, holds: Callable[[], bool], patience: float = PATIENCE) -> float:
        """Wait until `holds`; return the seconds that took. Raises DrillError."""
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > patience:
                raise DrillError(f"not in {patience:g} s: {what}")
            time.sleep(0.3)
        return time.monotonic() - began


@contextmanager
def system(folder: Path) -> Iterator[System]:
    """Everything running and watched; it goes away at the end, but for the logs in `folder`."""
    with ExitStack() as stack:
        there = stack.enter_context(
            world("postgres", folder, FRONTLOG_FLOOD_PAUSE="5", FRONTLOG_OUTBOUND_ALLOW="127.0.0.0/8")
        )
        there.fleet.env["FRONTLOG_DISKS"] = f"database={there.database.disk}" if there.database.disk else ""
        there.fleet.restart("projector")
        prometheus = stack.enter_context(Prometheus(folder))
        made = System(there.fleet, there.database, there.topics, prometheus, folder)
        made.watch()
        yield made
