"""The services as child processes: started, watched, restarted when they die, stopped in order.

Each child is a session of its own, so that Ctrl-C reaches the supervisor alone and the services are told to stop, with
time to finish what is in flight.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

STOP_SECONDS = 10.0
"""How long a service may take to finish what is in flight before it is killed."""
_BACKOFF = (0.2, 1.0, 3.0, 10.0)


class ServiceFailedError(Exception):
    """A service did not become ready. The text carries the end of its log."""


@dataclass(slots=True)
class Service:
    """One child. `module` is run with `python -m`; `health` is the base address of its health endpoints."""

    name: str
    module: str
    health: str
    log: Path
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0
    started: float = field(default=0.0)


class Supervisor:
    """Runs services until `stop`. Use from one event loop."""

    def __init__(self, services: list[Service], env: Mapping[str, str]) -> None:
        self.services = services
        self._env = dict(env)
        self._watchers: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self) -> None:
        """Start every service; return at once. `wait_ready` tells when they answer."""
        for service in self.services:
            await self._spawn(service)
            self._watchers.append(asyncio.create_task(self._watch(service)))

    async def wait_ready(self, service: Service, timeout: float = 60.0) -> None:
        """Return when `service` answers ready. Raises ServiceFailedError with the end of its log."""
        deadline = time.monotonic() + timeout
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
            while time.monotonic() < deadline:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{service.health}/readyz")).status_code == 200:
                        return
                if service.restarts >= len(_BACKOFF):
                    break
                await asyncio.sleep(0.1)
        raise ServiceFailedError(
            f"{service.name} did not become ready; its log {service.log} ends:\n{_tail(service.log)}"
        )

    async def stop(self) -> None:
        """Stop every service, the last started first; kill what has not ended after STOP_SECONDS."""
        self._stopping = True
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for service in reversed(self.services):
            _signal(service, signal.SIGTERM)
        await asyncio.gather(*(self._end(service) for service in self.services))

    def pids(self) -> dict[str, int]:
        return {s.name: s.process.pid for s in self.services if s.process and s.process.returncode is None}

    async def _spawn(self, service: Service) -> None:
        with service.log.open("ab") as log:
            service.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", service.module, env=self._env, stdout=log, stderr=log, start_new_session=True
            )
        service.started = time.monotonic()

    async def _watch(self, service: Service) -> None:
        while not self._stopping:
            assert service.process
            await service.process.wait()
            # A service that ran well for a while before it died is restarted at once again.
            if time.monotonic() - service.started > 60:
                service.restarts = 0
            await asyncio.sleep(_BACKOFF[min(service.restarts, len(_BACKOFF) - 1)])
            service.restarts += 1
            await self._spawn(service)

    async def _end(self, service: Service) -> None:
        if service.process is None:
            return
        try:
            await asyncio.wait_for(service.process.wait(), STOP_SECONDS)
        except TimeoutError:
            _signal(service, signal.SIGKILL)
            await service.process.wait()


def _signal(service: Service, number: signal.Signals) -> None:
    """Signal the service and the processes that it started (its pool)."""
    if service.process is None or service.process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        if number is signal.SIGKILL:
            os.killpg(service.process.pid, number)
        else:
            service.process.send_signal(number)


def _tail(path: Path, lines: int = 15) -> str:
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError as error:
        return str(error)
