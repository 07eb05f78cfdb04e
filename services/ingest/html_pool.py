"""HTML pages to the processes that read them: one page at a time each, with a time limit, started again when lost."""

import asyncio
import sys
from typing import Final

import msgspec
import structlog

from services.ingest.accept import Page
from services.ingest.html_worker import LENGTH, PageRequest
from services.runtime import metrics

_log = structlog.get_logger(__name__)
MAX_ANSWER: Final = 64 * 1024 * 1024
START_SECONDS: Final = 60.0


class UnreadablePageError(Exception):
    """The page took too long, or took its reader down. Trying again does not help."""


class _Worker:
    """One reader process. After any fault it is killed; the next page starts another."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.ingest.html_worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            # The first answer also takes the imports: it is not counted against a page.
            async with asyncio.timeout(START_SECONDS):
                await self._ask(self._process, PageRequest(html=""))
        return self._process

    async def read(self, request: PageRequest, seconds: float) -> Page:
        done = False
        try:
            process = await self.start()
            async with asyncio.timeout(seconds):
                page = await self._ask(process, request)
            done = True
            return page
        except TimeoutError:
            raise UnreadablePageError(f"its text could not be found within {seconds:g} seconds") from None
        except (OSError, asyncio.IncompleteReadError, msgspec.DecodeError):
            raise UnreadablePageError("the parser failed on it") from None
        finally:
            if not done:
                await self.kill()

    async def _ask(self, process: asyncio.subprocess.Process, request: PageRequest) -> Page:
        assert process.stdin is not None
        assert process.stdout is not None
        body = msgspec.json.encode(request)
        process.stdin.write(LENGTH.pack(len(body)) + body)
        await process.stdin.drain()
        size = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))[0]
        if size > MAX_ANSWER:
            raise OSError(f"an answer of {size} bytes")
        return msgspec.json.decode(await process.stdout.readexactly(size), type=Page)

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()


class HtmlPool:
    """Reads pages in `workers` processes. Open it before use; `close` ends them."""

    def __init__(self, workers: int, seconds: float) -> None:
        self._seconds = seconds
        self._workers = [_Worker() for _ in range(workers)]
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._free.put_nowait(worker)

    def measure(self) -> None:
        """Tell what the readers do as a metric, from now on."""
        metrics.PROCESSES.labels("html readers", "idle").set_function(self._free.qsize)
        metrics.PROCESSES.labels("html readers", "busy").set_function(lambda: len(self._workers) - self._free.qsize())

    async def warm(self) -> None:
        """Start one reader, so that the first page need not wait for it."""
        worker = await self._free.get()
        try:
            await worker.start()
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            _log.error("html_reader_does_not_start", error=str(error))
        finally:
            self._free.put_nowait(worker)

    async def read(self, html: str, url: str | None) -> Page:
        """Return what is in the page. Raises UnreadablePageError."""
        worker = await self._free.get()
        try:
            return await worker.read(PageRequest(html=html, url=url), self._seconds)
        finally:
            self._free.put_nowait(worker)

    async def close(self) -> None:
        for worker in self._workers:
            await worker.kill()
