"""One process of the pool: articles in by stdin, extractions out by stdout, one at a time, each with its length first.

A request is the JSON of an article. An answer begins with one byte: `=` and the JSON of the extraction, `!` and the
error as text, or `r` for "ready", once, when model and gazetteer are loaded; `m` and what was measured comes before an
extraction. It ends when stdin does, so that it never outlives the service.
"""

import gc
import os
import signal
import sys
import traceback
from typing import BinaryIO, Final

READY: Final = b"r"
DONE: Final = b"="
FAILED: Final = b"!"
MEASURED: Final = b"m"
LENGTH_BYTES: Final = 4

WARM_UP: Final = (
    "Fighting went on near the river on Monday, the mayor said. A drone was shot down over the port, and two people "
    "were wounded. The ministry denied that its troops had withdrawn from the town."
)


def main() -> None:
    """Load everything, say so, and answer until stdin ends."""
    # Ctrl-C in the terminal goes to the service, which finishes what is in work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the answers.
    os.dup2(2, 1)

    from services.contracts.codec import decode, encode
    from services.contracts.messages import Article
    from services.extract.pipeline import extract, let_go, read
    from services.extract.worker.measured import Stopwatch

    extract(Article(article_id="warm-up", revision="0", received_at="1970-01-01T00:00:00Z", text=WARM_UP))
    settle()
    _answer(answers, READY, b"")
    while (request := _request(requests)) is not None:
        try:
            watch = Stopwatch()
            doc, extraction = read(decode(Article, request), after=watch.lap)
            answer = encode(extraction)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            text = f"{type(error).__name__}: {error} ({os.path.basename(where.filename)}:{where.lineno})"  # noqa: PTH119
            _answer(answers, FAILED, text.encode("utf-8", "replace"))
        else:
            _answer(answers, MEASURED, watch.measured(doc))
            _answer(answers, DONE, answer)
            let_go(doc)


def settle() -> None:
    """Have garbage looked for among what articles leave behind alone, and seldom. For a process that only extracts.

    Model, lexicons and gazetteer stay. What an article leaves behind goes without being looked for, once its parses are
    let go.
    """
    gc.freeze()
    gc.set_threshold(30_000, 10, 10)


def _request(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return body if len(body) == size else None


def _answer(stream: BinaryIO, kind: bytes, body: bytes) -> None:
    stream.write((len(body) + 1).to_bytes(LENGTH_BYTES, "big") + kind + body)
    stream.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)
