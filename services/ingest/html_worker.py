"""The process that reads HTML: requests come on standard input, pages go to standard output, each a length and JSON.

Run by `html_pool` as `python -m services.ingest.html_worker`. A page that makes the parser hang, crash or eat memory
takes this process down and nothing else. It ends when its input does, so it never outlives the service.
"""

import contextlib
import logging
import os
import struct
import sys
from typing import BinaryIO, Final

import msgspec

from services.ingest.accept import Page
from services.ingest.html import read

MEMORY_BYTES: Final = 2 * 1024**3
LENGTH: Final = struct.Struct(">I")


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One page to be read."""

    html: str
    url: str | None = None


def serve(requests: BinaryIO, pages: BinaryIO) -> None:
    """Answer requests until there are no more."""
    decoder = msgspec.json.Decoder(PageRequest)
    while head := requests.read(LENGTH.size):
        request = decoder.decode(requests.read(LENGTH.unpack(head)[0]))
        try:
            page = read(request.html, request.url)
        except (Exception, RecursionError) as error:
            print(f"a page could not be read: {type(error).__name__}: {error}", file=sys.stderr)
            page = Page(text="")
        body = msgspec.json.encode(page)
        pages.write(LENGTH.pack(len(body)) + body)
        pages.flush()


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    _limit_memory()
    logging.disable(logging.CRITICAL)
    # Nothing that a library prints may end up between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import trafilatura  # noqa: F401  (imported before the first page, so that its time is not counted)

    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        serve(sys.stdin.buffer, answers)
