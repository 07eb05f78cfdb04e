"""The HTTP server of the query API: uvicorn that ends its streams in time, and reads addresses as people type them."""

import re
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn
from litestar import Litestar

from services.runtime.stopping import end_in_time
from services.runtime.web.unreadable import ProblemHttpProtocol
from services.store.api.head import answers_head

SHUTDOWN_SECONDS: Final = 8
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")


class TypedHttpProtocol(ProblemHttpProtocol):
    """Takes an address with letters that are not percent-encoded: `curl localhost:8081/places?q=Бахмут` sends them so,
    and the parser refuses them."""

    def data_received(self, data: bytes) -> None:
        super().data_received(encoded(data))


def encoded(data: bytes) -> bytes:
    """Return `data` with the bytes beyond ASCII of a request line at its beginning percent-encoded; else as it is."""
    line, end, rest = data.partition(b"\r\n")
    if line.isascii() or not line.startswith((b"GET ", b"HEAD ")):
        return data
    return _NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest


class Server(uvicorn.Server):
    """Ends the streams when it is told to stop: they would be waited for until the time given is over."""

    streams_end: Callable[[], None]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        end_in_time()
        self.streams_end()
        super().handle_exit(sig, frame)


def server(app: Litestar, host: str, port: int) -> Server:
    """A server for `app`, not yet started."""
    made = Server(
        uvicorn.Config(
            answers_head(app),
            host=host,
            port=port,
            http=TypedHttpProtocol,
            ws="none",
            lifespan="on",
            timeout_keep_alive=30,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            server_header=False,
            access_log=False,
            log_config=None,
        )
    )
    made.streams_end = app.state.tail.ended.set
    return made
