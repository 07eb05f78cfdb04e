"""The faults themselves: each breaks something, holds it broken, mends it, and says what it did."""

import contextlib
import random
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import psycopg

from tests.chaos.corpus import Poison, poison
from tests.chaos.database import Database
from tests.chaos.fleet import FAKETIME, Fleet
from tests.chaos.topics import Topics
from tests.support.kafka.server import KafkaServer

EXTRACT_GROUP: Final = "frontlog-extract"
STORE_GROUP: Final = "frontlog-store"
ARTICLES: Final = "frontlog.articles"


class NotPossibleError(Exception):
    """It could not be tried. The text says why."""


@dataclass(frozen=True, slots=True)
class Holds:
    """For how many seconds each thing stays broken."""

    broker_frozen: float = 60.0
    broker_down: float = 8.0
    database_frozen: float = 30.0
    database_down: float = 4.0
    no_connections: float = 12.0
    disk_full: float = 15.0
    stopped: float = 20.0
    clock: float = 20.0


SHORT_HOLDS: Final = Holds(5, 1, 5, 1, 3, 3, 3, 3)


@dataclass(slots=True)
class Faults:
    """`names` maps what the schedule says to what is done."""

    fleet: Fleet
    database: Database
    topics: Topics
    broker: KafkaServer | None
    seed: int
    holds: Holds
    poisoned: list[Poison] = field(default_factory=list)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed + 1)

    @property
    def names(self) -> Mapping[str, Callable[[int], str]]:
        return {
            "kill ingest": lambda _: self._kill(self._chance.choice(("ingest-1", "ingest-2"))),
            "kill extract": lambda _: self._kill("extract-1"),
            "kill projector": lambda _: self._kill("projector"),
            "kill a reading process": self._kill_child,
            "extract workers join": self._join,
            "extract workers leave": self._leave,
            "broker killed": self._broker_killed,
            "broker frozen": self._broker_frozen,
            "Postgres killed": self._database_killed,
            "Postgres frozen": self._database_frozen,
            "Postgres out of connections": self._no_connections,
            "deadlock": self._deadlock,
            "disk full": self._disk_full,
            "slow projector": lambda _: self._stopped("projector"),
            "slow extract worker": lambda _: self._stopped("extract-1"),
            "poison": self._poison,
            "partitions of articles again": self._articles_again,
            "partitions of the tables again": self._tables_again,
            "clock ahead": lambda _: self._jump("+7200"),
            "clock behind": lambda _: self._jump("-7200"),
            "rolling restart": self._rolling,
        }

    def _kill(self, name: str) -> str:
        self.fleet.kill(name)
        return name

    def _kill_child(self, _: int) -> str:
        children = self.fleet.children("extract-1")
        if not children:
            return "there was none"
        with contextlib.suppress(Exception):
            self._chance.choice(children).kill()
        return f"one of {len(children)}"

    def _join(self, _: int) -> str:
        for name in ("extract-2", "extract-3"):
            self.fleet.start(name, "extract")
        return "a second and a third"

    def _leave(self, _: int) -> str:
        for name in ("extract-2", "extract-3"):
            self.fleet.wait_ready(name)
        seconds = self.fleet.leave("extract-2", signal.SIGTERM)
        self.fleet.leave("extract-3", signal.SIGKILL)
        return f"SIGTERM ended one in {seconds:.1f} s, SIGKILL the other"

    def _broker_killed(self, _: int) -> str:
        assert self.broker is not None
        self.broker.kill()
        time.sleep(self.holds.broker_down)
        self.broker.start()
        return f"down for {self.holds.broker_down:g} s and its start"

    def _broker_frozen(self, _: int) -> str:
        assert self.broker is not None
        self.broker.pause()
        time.sleep(self.holds.broker_frozen)
        self.broker.resume()
        return f"{self.holds.broker_frozen:g} s"

    def _database_killed(self, _: int) -> str:
        self.database.kill()
        time.sleep(self.holds.database_down)
        self.database.revive()
        return f"down for {self.holds.database_down:g} s"

    def _database_frozen(self, _: int) -> str:
        self.database.freeze()
        try:
            time.sleep(self.holds.database_frozen)
        finally:
            self.database.thaw()
        return f"{self.holds.database_frozen:g} s"

    def _no_connections(self, _: int) -> str:
        with self.database.exhausted() as held:
            time.sleep(self.holds.no_connections)
        return f"{held} held for {self.holds.no_connections:g} s"

    def _deadlock(self, _: int) -> str:
        ended = self.database.deadlock(seconds=60)
        if not ended:
            raise NotPossibleError("no projector came into it")
        return f"{ended} ended by Postgres"

    def _disk_full(self, _: int) -> str:
        if self.database.disk is None:
            raise NotPossibleError("this user may not mount a disk of its own for Postgres")
        with self.database.full():
            time.sleep(self.holds.disk_full)
        stopped = self.database.revive()
        return f"{self.holds.disk_full:g} s; Postgres {'gave up and was started again' if stopped else 'stayed up'}"

    def _stopped(self, name: str) -> str:
        """Longer than the group's session: others have its partitions when it goes on."""
        self.fleet.send_alone(name, signal.SIGSTOP)
        time.sleep(self.holds.stopped)
        self.fleet.send_alone(name, signal.SIGCONT)
        return f"stopped for {self.holds.stopped:g} s"

    def _poison(self, number: int) -> str:
        records = poison(self.seed, number)
        for one in records:
            self.topics.publish(one.topic, one.key, one.value)
        self.poisoned += records
        return f"{len(records)} records"

    def _articles_again(self, _: int) -> str:
        """Two partitions from their start: every article in them is coded and projected once more."""
        partitions = self._chance.sample(range(6), 2)
        self.fleet.leave("extract-1", signal.SIGTERM)
        try:
            self.topics.rewind(EXTRACT_GROUP, ARTICLES, partitions)
        finally:
            self.fleet.start("extract-1", "extract")
        return f"partitions {partitions[0]} and {partitions[1]}"

    def _tables_again(self, _: int) -> str:
        """The offsets in the database set back under a projector that runs."""
        partitions = self._chance.sample(range(6), 2)
        with psycopg.connect(self.database.address) as connection:
            connection.execute(
                "update frontlog.projection_offset set next_offset = 0 "
                "where consumer_group = %s and partition = any(%s)",
                (STORE_GROUP, partitions),
            )
        return f"partitions {partitions[0]} and {partitions[1]} of both topics"

    def _jump(self, offset: str) -> str:
        if not FAKETIME:
            raise NotPossibleError("libfaketime is not installed")
        self.fleet.jump(offset)
        time.sleep(self.holds.clock)
        self.fleet.jump("+0")
        return f"{offset} s for {self.holds.clock:g} s, then back"

    def _rolling(self, _: int) -> str:
        members = ("ingest-1", "ingest-2", "extract-1", "projector", "api", "deliverer")
        longest = max(self.fleet.restart(name) for name in members)
        return f"slowest to end: {longest:.1f} s"
