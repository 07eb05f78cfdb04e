"""Processes that run the extractor, so that CPU work neither holds up the event loop nor takes the service with it.

One article at a time in each process: when one dies or takes too long, it is known which article did it, and no other
is lost. (concurrent.futures' pool breaks as a whole and cannot tell.)
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from typing import Final

import structlog

from services.extract.worker.child import DONE, FAILED, LENGTH_BYTES, MEASURED, READY
from services.extract.worker.measured import count
from services.runtime import metrics

CHILD: Final = (sys.executable, "-m", "services.extract.worker.child")
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Each process has one core's work to do: more threads only take the cores from each other. The environment can say
otherwise."""
START_SECONDS: Final = 120.0
RESTART_SECONDS: Final = 1.0
STEP_SECONDS: Final = 1.0
ATTEMPTS: Final = 2
"""A process may die for reasons of its own (out of memory, somebody's kill): an article gets a second one."""

_log = structlog.get_logger(__name__)


class StageError(Exception):
    """The article cannot be processed. `reason` is `stage_error` or `timeout`."""

    def __init__(self, reason: str, detail: str, attempts: int = 1) -> None:
        super().__init__(detail)
        self.reason = reason
        self.attempts = attempts


class _DeadChildError(Exception):
    """The process ended in the middle of its work."""


class Pool:
    """`size` processes. Use as an async context manager: entering waits until the first of them is ready.

    `command` starts one; the default is the extractor.
    """

    def __init__(self, size: int, timeout: float, command: Sequence[str] = CHILD) -> None:
        self.size = size
        self._timeout = timeout
        self._command = tuple(command)
        self._idle: asyncio.Queue[_Child] = asyncio.Queue()
        self._children: set[_Child] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._asking: set[asyncio.Task[tuple[bytes, bytes]]] = set()
        self._failure: str | None = None
        self._closing = False

    async def __aenter__(self) -> "Pool":
        metrics.PROCESSES.labels("extractor", "idle").set_function(self._idle.qsize)
        metrics.PROCESSES.labels("extractor", "busy").set_function(lambda: len(self._children) - self._idle.qsize())
        metrics.PROCESSES.labels("extractor", "starting").set_function(lambda: len(self._starting))
        for _ in range(self.size):
            self._add_child()
        first = await self._idle.get()
        self._idle.put_nowait(first)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._closing = True
        ending = [*self._starting, *self._asking]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        for child in list(self._children):
            await self._remove(child)

    async def run(self, article: bytes) -> bytes:
        """Return the JSON of the extraction of the article in JSON. Raises StageError; waits for a free process."""
        for attempt in range(1, ATTEMPTS + 1):
            child = await self._free_child()
            asking = asyncio.create_task(self._ask(child, article))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
            try:
                # Shielded: a caller that gives up does not want the process's work wasted by killing it. It answers
                # into the void, and is free again.
                kind, answer = await asyncio.shield(asking)
            except TimeoutError:
                raise StageError("timeout", f"took longer than {self._timeout:g} s", attempt) from None
            except _DeadChildError as error:
                _log.warning("extractor_process_died", attempt=attempt, error=str(error))
                if attempt == ATTEMPTS:
                    raise StageError("stage_error", f"the extractor's process died: {error}", attempt) from None
            else:
                if kind == FAILED:
                    raise StageError("stage_error", answer.decode("utf-8", "replace"), attempt)
                return answer
        raise AssertionError("unreachable")

    async def _ask(self, child: "_Child", article: bytes) -> tuple[bytes, bytes]:
        answering = asyncio.create_task(child.ask(article))
        try:
            answer = await self._in_time(answering)
        except BaseException:
            answering.cancel()
            await self._replace(child)
            raise
        self._idle.put_nowait(child)
        return answer

    async def _in_time(self, answering: asyncio.Task[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
        """Return the answer. Raises TimeoutError.

        The time is counted in small steps, so that one in which this whole service stood still (a paused machine)
        counts as a small one, and not against the article.
        """
        left = self._timeout
        while left > 0:
            step = min(left, STEP_SECONDS)
            await asyncio.wait({answering}, timeout=step)
            if answering.done():
                return answering.result()
            left -= step
        raise TimeoutError

    async def check(self) -> None:
        """Raise RuntimeError while no process is ready for work."""
        if not self._children:
            raise RuntimeError(self._failure or "the extractor's processes are starting")

    async def _free_child(self) -> "_Child":
        while True:
            child = await self._idle.get()
            if child.alive:
                return child
            # It died with nothing to do; no article is to blame.
            await self._replace(child)

    async def _replace(self, child: "_Child") -> None:
        if not self._closing:
            metrics.RETRIES.labels("extractor process").inc()
            self._add_child()
        await self._remove(child)

    async def _remove(self, child: "_Child") -> None:
        self._children.discard(child)
        await child.kill()

    def _add_child(self) -> None:
        task = asyncio.create_task(self._start_child())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start_child(self) -> None:
        """Start one process, trying until it works: what keeps it from starting may pass, and is told by `check`."""
        while True:
            env = {**ONE_THREAD, **os.environ}
            child = _Child(await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE, env=env))
            try:
                async with asyncio.timeout(START_SECONDS):
                    kind, _ = await child.answer()
                if kind == READY:
                    self._children.add(child)
                    self._idle.put_nowait(child)
                    self._failure = None
                    return
                self._failure = "the extractor's process answers what it was not asked"
            except (TimeoutError, _DeadChildError) as error:
                self._failure = f"the extractor's process does not start: {error or 'no answer'}"
            except BaseException:
                await child.kill()
                raise
            _log.error("extractor_process_failed", error=self._failure)
            await child.kill()
            await asyncio.sleep(RESTART_SECONDS)


class _Child:
    """One process and its pipes."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, request: bytes) -> tuple[bytes, bytes]:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(len(request).to_bytes(LENGTH_BYTES, "big") + request)
            await stdin.drain()
        except (ConnectionError, RuntimeError) as error:
            raise _DeadChildError(await self._ending()) from error
        kind, answer = await self.answer()
        if kind == MEASURED:
            count(answer)
            kind, answer = await self.answer()
        if kind not in (DONE, FAILED):
            raise _DeadChildError("it answered something else")
        return kind, answer

    async def answer(self) -> tuple[bytes, bytes]:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            size = int.from_bytes(await stdout.readexactly(LENGTH_BYTES), "big")
            answer = await stdout.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise _DeadChildError(await self._ending()) from error
        return answer[:1], answer[1:]

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _ending(self) -> str:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                code = await self._process.wait()
                return f"signal {-code}" if code < 0 else f"exit status {code}"
        return "its pipe broke"
