"""The process that reads batches of records for the projector, while that has a transaction under way.

Run by `reader` as `python -m services.store.projector.reading`: batches come on standard input, what they change goes
to standard output, each a length and MessagePack. It ends when its input does, so it never outlives the projector.
"""

import contextlib
import logging
import os
import signal
import struct
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID

import msgspec

from services.runtime.garbage import collect_seldom
from services.runtime.log.port import Record
from services.store.projections.rows import ArticleRow
from services.store.projector.decode import (
    ArticleExtracted,
    ArticleReceived,
    Change,
    ExtractionWithdrawn,
    Ignored,
    Refused,
    read,
)
from services.store.projector.prepare import Prepared

LENGTH: Final = struct.Struct(">I")


class Batch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Records to be read."""

    records: Sequence[Record]
    applied_at: datetime


class Found(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A change without its record: at most one of an article, an extraction, a withdrawn article and a reason."""

    article: ArticleRow | None = None
    extraction: Prepared | None = None
    withdrawn: UUID | None = None
    reason: str | None = None
    error: str = ""


_batches: Final = msgspec.msgpack.Decoder(Batch)
_found: Final = msgspec.msgpack.Decoder(list[Found])
_encoder: Final = msgspec.msgpack.Encoder()


def ask(batch: Batch) -> bytes:
    """A batch as the process takes it. Raises what MessagePack cannot hold."""
    return _encoder.encode(batch)


def answer(asked: bytes) -> bytes:
    """What the process makes of a batch."""
    batch = _batches.decode(asked)
    return _encoder.encode([_without_record(read(record, batch.applied_at)) for record in batch.records])


def changes(records: Sequence[Record], answered: bytes) -> list[Change]:
    """The changes of `records` out of an answer. Raises msgspec.DecodeError and ValueError for what is no answer."""
    return [_change(record, found) for record, found in zip(records, _found.decode(answered), strict=True)]


def _without_record(change: Change) -> Found:
    match change:
        case ArticleReceived(row=row):
            return Found(article=row)
        case ArticleExtracted(rows=rows):
            return Found(extraction=rows)
        case ExtractionWithdrawn(article_id=article_id):
            return Found(withdrawn=article_id)
        case Refused(reason=reason, error=error):
            return Found(reason=reason, error=error)
        case _:
            return Found()


def _change(record: Record, found: Found) -> Change:
    if found.extraction is not None:
        return ArticleExtracted(record, found.extraction)
    if found.article is not None:
        return ArticleReceived(record, found.article)
    if found.withdrawn is not None:
        return ExtractionWithdrawn(record, found.withdrawn)
    if found.reason is not None:
        return Refused(record, found.reason, found.error)
    return Ignored(record)


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer batches until there are no more."""
    while head := asked.read(LENGTH.size):
        try:
            body = answer(asked.read(LENGTH.unpack(head)[0]))
        except Exception as error:
            # What cannot be told this way (a number beyond 64 bits) is read by whoever asked.
            print(f"a batch could not be read: {type(error).__name__}: {error}", file=sys.stderr)
            body = b""
        answers.write(LENGTH.pack(len(body)) + body)
        answers.flush()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    # A terminal's interrupt goes to all: the projector ends first, and this with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, out)
