"""The services as processes, several of a kind, restarted when they end by themselves, as compose does it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil

from tests.support.plain_http import PLAIN
from tests.system.stack import MODULES, VARIABLES, free_port

ROOT: Final = Path(__file__).parents[2]
PROGRAMS: Final = {**MODULES, "extract": "tests.chaos.raising", "deliverer": "services.store.subscriptions"}
"""An extract service that can be made to raise; the others as they are."""
ADDRESSES: Final = {**VARIABLES, "deliverer": "FRONTLOG_DELIVERER_HTTP"}
SETUP_SECONDS: Final = 120.0
READY_SECONDS: Final = 90.0
STOP_SECONDS: Final = 20.0
FAKETIME: Final = tuple(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@dataclass(slots=True)
class Member:
    """One process. `wanted`: it is to run, and is started again when it ends."""

    service: str
    url: str
    process: subprocess.Popen[bytes]
    wanted: bool = True
    held: bool = False
    """A fault has it in its hands: it is not started again until that is over."""


class Fleet:
    """Use as a context manager: topics and tables are set up on entering; `start` then starts members by name."""

    def __init__(self, log: str, database: str, folder: Path, settings: Mapping[str, str]) -> None:
        self._folder = folder
        self.clock = folder / "clock"
        self.clock.write_text("+0\n", "ascii")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("FRONTLOG_")}
        self.env |= {"FRONTLOG_LOG": log, "FRONTLOG_DATABASE": database, **settings}
        self.members: dict[str, Member] = {}
        self.ended: Counter[str] = Counter()
        """Members that ended by themselves."""
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> "Fleet":
        for step in ("services.runtime.create_topics", "services.store.migrate"):
            done = subprocess.run(
                [sys.executable, "-m", step], env=self.env, capture_output=True, text=True, timeout=SETUP_SECONDS
            )
            if done.returncode != 0:
                raise RuntimeError(f"{step}: {done.stdout}\n{done.stderr}")
        self._keeper.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.set()
        self._keeper.join()
        for name in list(self.members):
            self.send(name, signal.SIGCONT)
            self.members[name].process.terminate()
        for name in list(self.members):
            self._end(name)

    def start(self, name: str, service: str) -> str:
        """Start a member and return its address."""
        with self._lock:
            url = self.members[name].url if name in self.members else f"http://127.0.0.1:{free_port()}"
            self.members[name] = Member(service, url, self._spawn(name, service, url))
            return url

    def kill(self, name: str) -> None:
        """SIGKILL it and what it started; the keeper starts it again."""
        self.send(name, signal.SIGKILL)

    def leave(self, name: str, number: signal.Signals) -> float:
        """End it for good; return the seconds that took."""
        with self._lock:
            self.members[name].wanted = False
        began = time.monotonic()
        process = self.members[name].process
        if number == signal.SIGKILL:
            self.send(name, number)
        else:
            process.send_signal(number)
        self._end(name)
        return time.monotonic() - began

    def restart(self, name: str) -> float:
        """SIGTERM and start again, as a rolling update does it; return the seconds until it had ended."""
        member = self.members[name]
        seconds = self.leave(name, signal.SIGTERM)
        self.start(name, member.service)
        self.wait_ready(name)
        return seconds

    def send(self, name: str, number: signal.Signals) -> None:
        process = self.members[name].process
        if process.poll() is None:
            os.killpg(process.pid, number)

    def send_alone(self, name: str, number: signal.Signals) -> None:
        """Only the process itself, not what it started."""
        process = self.members[name].process
        if process.poll() is None:
            process.send_signal(number)

    def children(self, name: str) -> list[psutil.Process]:
        return psutil.Process(self.members[name].process.pid).children(recursive=True)

    def ready(self, name: str, seconds: float = 8.0) -> str | None:
        """None where `/readyz` says so, else what is wrong."""
        try:
            answer = PLAIN.get(f"{self.members[name].url}/readyz", timeout=seconds)
        except httpx.HTTPError as error:
            return type(error).__name__
        return None if answer.status_code == 200 else str(answer.json().get("detail", answer.status_code))

    def wait_ready(self, name: str, seconds: float = READY_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while (fault := self.ready(name)) is not None:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{name} is not ready after {seconds:g} s: {fault}\n{self.tail(name)}")
            time.sleep(0.2)

    def jump(self, offset: str) -> None:
        """Set every member's clock beside the true one, such as `+7200`."""
        self.clock.write_text(f"{offset}\n", "ascii")

    def tail(self, name: str, characters: int = 3000) -> str:
        return (self._folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-characters:]

    def _spawn(self, name: str, service: str, url: str) -> subprocess.Popen[bytes]:
        env = self.env | {ADDRESSES[service]: url.removeprefix("http://")}
        if FAKETIME:
            # The wall clock alone: a monotonic clock that jumps is a broken kernel.
            env |= {
                "LD_PRELOAD": str(FAKETIME[0]),
                "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1",
            }
        with (self._folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", PROGRAMS[service]],
                env=env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _keep(self) -> None:
        while not self._closing.wait(1.0):
            with self._lock:
                for name, member in self.members.items():
                    code = member.process.poll()
                    if code is None or not member.wanted or member.held:
                        continue
                    if code != -signal.SIGKILL:
                        self.ended[f"{name} with {code}"] += 1
                    # What it started is gone with it, or goes now.
                    self._reap(member.process.pid)
                    member.process = self._spawn(name, member.service, member.url)

    def _end(self, name: str) -> None:
        process = self.members[name].process
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.ended[f"{name} had to be killed"] += 1
        self._reap(process.pid)
        process.wait()

    @staticmethod
    def _reap(group: int) -> None:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            return
