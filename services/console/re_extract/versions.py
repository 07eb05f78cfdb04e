"""Two versions of the extractor compared by what the log still holds of each."""

import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console

from services.console.re_extract.command import print_tally
from services.console.re_extract.difference import Tally, changes
from services.console.re_extract.spool import Blobs
from services.contracts.codec import UndecodableError, decode
from services.contracts.messages import Extraction
from services.contracts.topics import EXTRACTIONS
from services.runtime.log.open import open_log
from services.runtime.log.port import Log
from services.runtime.log.whole import read_topic


class UnknownVersionError(LookupError):
    """The log holds no extraction of that version, or of several that begin so."""


async def compare(address: str, old: str, new: str, console: Console) -> int:
    """Print what version `new` finds that `old` did not, and the reverse; each may be the beginning of a version.

    Of each article the last extraction of either version counts, where both are of one revision. Raises
    UnknownVersionError and LogUnavailableError.
    """
    log = open_log(address)
    with tempfile.TemporaryDirectory(prefix="frontlog-compare-") as folder:
        blobs = Blobs(Path(folder, "extractions"))
        try:
            places, counts = await _read(log, blobs)
            before, after = _named(old, counts), _named(new, counts)
            tally, apart = Tally(), 0
            for versions in places.values():
                if before not in versions or after not in versions:
                    apart += before in versions or after in versions
                    continue
                one, other = (decode(Extraction, blobs.get(versions[v])) for v in (before, after))
                if one.revision != other.revision:
                    apart += 1
                    continue
                tally.add(*changes(one, other))
        finally:
            blobs.close()
            await log.close()
    console.print(f"from version {before} to {after}", highlight=False)
    print_tally(tally, console)
    if apart:
        console.print(
            f"[dim]{apart} articles more are in the log in one of the two only, or in different revisions: "
            "what a compacted topic no longer holds, it cannot compare[/dim]"
        )
    return 0


async def _read(log: Log, blobs: Blobs) -> tuple[dict[str, dict[str, int]], Counter[str]]:
    """Article id -> version -> where its last extraction is kept; and the extractions of each version."""
    places: dict[str, dict[str, int]] = {}
    counts: Counter[str] = Counter()
    async for record in read_topic(log, EXTRACTIONS.name):
        if record.value is None:
            continue
        try:
            extraction = decode(Extraction, record.value)
        except UndecodableError:
            continue
        version = extraction.extractor.version
        counts[version] += 1
        places.setdefault(extraction.article_id, {})[version] = blobs.add(record.value)
    return places, counts


def _named(start: str, counts: Counter[str]) -> str:
    found = [version for version in counts if version.startswith(start)]
    if start in counts or len(found) == 1:
        return start if start in counts else found[0]
    known = ", ".join(f"{version} ({count})" for version, count in counts.most_common(10)) or "none"
    what = f"no extraction of version {start!r}" if not found else f"several versions that begin with {start!r}"
    raise UnknownVersionError(f"the log holds {what}; it holds {known}")
