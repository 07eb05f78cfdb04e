"""The health server of the services that have no HTTP of their own: `/healthz`, `/readyz`, `/metrics`.

`/healthz` says that the process lives; `/readyz` that it does its work, by named checks, and what is wrong if not.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import uvicorn
from litestar import Litestar

from services.runtime.log.port import Log, TopicPartition
from services.runtime.web.observe import CHECK_SECONDS, Patient, Readiness, healthz, metrics_page, readyz
from services.runtime.web.problems import exception_handlers

Check = Callable[[], Awaitable[None]]
"""Raises an exception whose text says what is wrong."""
START_SECONDS: Final = 10.0


class Progress:
    """Whether work gets done: fails when there has been some for `seconds` and none of it was finished."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting_since: float | None = None

    def begun(self) -> None:
        """There is work."""
        if self._waiting_since is None:
            self._waiting_since = time.monotonic()

    def done(self, *, more: bool) -> None:
        """Some was finished; `more`: there is still some."""
        self._waiting_since = time.monotonic() if more else None

    async def check(self) -> None:
        """Raise TimeoutError where nothing was finished for too long."""
        if self._waiting_since is not None and time.monotonic() - self._waiting_since > self._seconds:
            raise TimeoutError(f"nothing was finished in {time.monotonic() - self._waiting_since:.0f} s of work")


class Advance:
    """Whether a consumer group goes on: fails when records wait for it and for `seconds` none was finished.

    What `Progress` cannot see: that nothing is handed out although there is something to do.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._done = -1
        self._since = time.monotonic()
        self._waiting = 0

    def seen(self, done: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]) -> None:
        """The offsets that the group has come to, and those at which the log ends."""
        total = sum(done.values())
        self._waiting = sum(max(end - done.get(partition, 0), 0) for partition, end in ends.items())
        if total != self._done or not self._waiting:
            self._done, self._since = total, time.monotonic()

    async def check(self) -> None:
        """Raise TimeoutError where the group has stood still for too long."""
        still = time.monotonic() - self._since
        if self._waiting and still > self._seconds:
            raise TimeoutError(f"{self._waiting} records wait, and none was finished in {still:.0f} s")


class Attempts:
    """Whether what is tried succeeds: fails when nothing has for `seconds` and the last attempt was not long ago."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._failing_since: float | None = None
        self._last = 0.0
        self._fault = ""

    @property
    def failing(self) -> bool:
        """Whether the last attempt failed."""
        return self._failing_since is not None

    def succeeded(self) -> None:
        self._failing_since = None

    def failed(self, fault: str) -> None:
        """Note an attempt that failed, and since when none has succeeded."""
        self._last = time.monotonic()
        self._fault = fault
        if self._failing_since is None:
            self._failing_since = self._last

    async def check(self) -> None:
        """Raise RuntimeError. Without further attempts that ends by itself: nobody would try what is not ready."""
        now = time.monotonic()
        if self._failing_since is None or now - self._last > self._seconds:
            self._failing_since = None
        elif now - self._failing_since >= self._seconds:
            raise RuntimeError(f"nothing has succeeded for {now - self._failing_since:.0f} s: {self._fault}")


def log_check(log: Log) -> Check:
    """Whether the log answers."""
    return log.check


def health_app(checks: Mapping[str, Check]) -> Litestar:
    """The ASGI application. Checks run side by side, at most every two seconds however often it is asked."""

    # A little less than they have together.
    patient = {name: Patient(check, 0.9 * CHECK_SECONDS) for name, check in checks.items()}

    async def run(name: str, check: Check) -> str | None:
        try:
            await check()
        except Exception as error:
            return f"{name}: {error or type(error).__name__}"
        return None

    async def all_of_them() -> None:
        faults = await asyncio.gather(*(run(name, check) for name, check in patient.items()))
        if found := [fault for fault in faults if fault]:
            raise RuntimeError("; ".join(found))

    return Litestar(
        route_handlers=[healthz, metrics_page, readyz(Readiness(all_of_them), needs="what the service needs")],
        exception_handlers=dict(exception_handlers),
        openapi_config=None,
        logging_config=None,
    )


class HealthServer:
    """Serves `health_app` on (host, port) within the running loop. Use as an async context manager.

    Port 0 takes a free one; `port` is the one it has. Raises OSError where the address cannot be listened on.
    """

    def __init__(self, address: tuple[str, int], checks: Mapping[str, Check]) -> None:
        self._host, self.port = address
        self._app = health_app(checks)
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "HealthServer":
        config = uvicorn.Config(
            self._app,
            host=self._host,
            port=self.port,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        # Bound here, so that a port in use is an error of ours and not the end of the process.
        listening = await asyncio.get_running_loop().create_server(asyncio.Protocol, self._host, self.port)
        sockets = [s.dup() for s in listening.sockets]
        self.port = listening.sockets[0].getsockname()[1]
        listening.close()
        self._server = _EmbeddedServer(config)
        self._task = asyncio.create_task(self._server.serve(sockets=sockets))
        async with asyncio.timeout(START_SECONDS):
            while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.02)
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._task, START_SECONDS)


class _EmbeddedServer(uvicorn.Server):
    """Leaves signals to the service it is part of."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield
