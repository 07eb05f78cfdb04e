"""The HTTP server of ingest: uvicorn, with what it lacks against slow and huge request heads.

A reverse proxy in front does this too; the service holds without one.
"""

import asyncio
from types import FrameType
from typing import Any, Final

import uvicorn
from litestar import Litestar

from services.ingest.settings import IngestSettings
from services.runtime.stopping import end_in_time
from services.runtime.web.unreadable import ProblemHttpProtocol

HEAD_SECONDS: Final = 15.0
"""From the connection, or from the first byte of a further request, to the end of its headers."""
HEAD_BYTES: Final = 64 * 1024
SHUTDOWN_SECONDS: Final = 6
"""For requests in work; one that takes longer is cut off, and was not acknowledged."""
CONNECTIONS_PER_REQUEST: Final = 8
"""Connections held for each request that may be worked on: those that idle cost little."""


class BoundedHttpProtocol(ProblemHttpProtocol):
    """Closes connections whose request head takes too long or gets too large."""

    _head_bytes = 0
    _in_head = True
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The request's headers are too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        self._stop_timer()
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


class _Server(uvicorn.Server):
    """Ends in time once it is told to."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        end_in_time()
        super().handle_exit(sig, frame)


def server(app: Litestar, settings: IngestSettings) -> uvicorn.Server:
    """A server for `app`, not yet started."""
    host, port = settings.http
    options: dict[str, Any] = {}
    if settings.trusted_proxies:
        options = {"proxy_headers": True, "forwarded_allow_ips": settings.trusted_proxies}
    else:
        options = {"proxy_headers": False}
    return _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=BoundedHttpProtocol,
            ws="none",
            lifespan="on",
            limit_concurrency=settings.max_in_flight * CONNECTIONS_PER_REQUEST,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            server_header=False,
            access_log=False,
            log_config=None,
            **options,
        )
    )
