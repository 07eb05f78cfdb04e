"""What a process of the pool measures of one article, and how the service counts it."""

import time

import msgspec

from services.extract.document import Document
from services.runtime import metrics


class Measured(msgspec.Struct, frozen=True):
    """Seconds by stage, and sentences by whether they were parsed."""

    seconds: dict[str, float]
    parsed: int
    skipped: int


class Stopwatch:
    """Times the stages of one article, from its making on."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """`stage` is done."""
        now = time.perf_counter()
        self._seconds[stage] = now - self._last
        self._last = now

    def measured(self, doc: Document) -> bytes:
        """Return the JSON of a `Measured`."""
        parsed = sum(sentence.parse is not None for sentence in doc.sentences)
        return msgspec.json.encode(Measured(self._seconds, parsed, len(doc.sentences) - parsed))


def count(measured: bytes) -> None:
    """Add what a process measured to the service's metrics. Raises msgspec.MsgspecError for anything else."""
    found = msgspec.json.decode(measured, type=Measured)
    for stage, seconds in found.seconds.items():
        metrics.EXTRACTION_SECONDS.labels(stage).observe(seconds)
    metrics.SENTENCES.labels("parsed").inc(found.parsed)
    metrics.SENTENCES.labels("skipped").inc(found.skipped)
