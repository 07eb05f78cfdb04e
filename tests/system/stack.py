"""The services as processes on free ports, told apart by their environment alone, the way an operator runs them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import httpx

from tests.support.plain_http import PLAIN

MODULES: Mapping[str, str] = {
    "api": "services.store.api",
    "projector": "services.store.projector",
    "extract": "services.extract",
    "ingest": "services.ingest",
}
VARIABLES: Mapping[str, str] = {
    "api": "FRONTLOG_API_HTTP",
    "projector": "FRONTLOG_PROJECTOR_HTTP",
    "extract": "FRONTLOG_EXTRACT_HTTP",
    "ingest": "FRONTLOG_INGEST_HTTP",
}
READY_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Stack:
    """Topics and tables are set up, then every service is started; leaving ends them all."""

    def __init__(self, log: str, database: str, folder: Path, **settings: str) -> None:
        self.urls = {name: f"http://127.0.0.1:{free_port()}" for name in MODULES}
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("FRONTLOG_")}
        self.env |= {VARIABLES[name]: url.removeprefix("http://") for name, url in self.urls.items()}
        self.env |= {"FRONTLOG_LOG": log, "FRONTLOG_DATABASE": database, "FRONTLOG_EXTRACT_WORKERS": "1", **settings}
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Stack":
        try:
            for step in ("services.runtime.create_topics", "services.store.migrate"):
                done = subprocess.run(
                    [sys.executable, "-m", step], env=self.env, capture_output=True, text=True, timeout=READY_SECONDS
                )
                assert done.returncode == 0, f"{step}: {done.stdout}\n{done.stderr}"
            for name in MODULES:
                self.start(name)
            for name in MODULES:
                self.wait_ready(name)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, name: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", MODULES[name]], env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """SIGKILL the service and what it started, as the kernel's memory killer would."""
        process = self._processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_ready(self, name: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert self._processes[name].poll() is None, f"{name} ended: {self.log(name)}"
            try:
                if PLAIN.get(f"{self.urls[name]}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{name} did not become ready: {self.log(name)}")

    def log(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def close(self) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self._processes.values():
            try:
                process.wait(12)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
