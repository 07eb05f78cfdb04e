"""`frontlog export`: a whole list from the query API into a file, which appears when it is complete.

It is written beside its place under a temporary name and then renamed: an interrupted export leaves what was there.
"""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import httpx
from rich.console import Console
from rich.progress import DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TransferSpeedColumn

LISTS: Final = ("events", "claims", "articles", "places", "control", "incidents", "sources")
FORMATS: Final = ("ndjson", "csv", "parquet", "geojson", "acled.csv", "plover.csv")
_IDLE_SECONDS: Final = 120.0


class ExportError(Exception):
    """The list cannot be had, or not whole; the message says why."""


def format_of(chosen: str | None, output: Path | None) -> str:
    """The format: the one that is chosen, else that of the file's name, else NDJSON. Raises ExportError."""
    if chosen is not None:
        if chosen not in FORMATS:
            raise ExportError(f"--format is one of {', '.join(FORMATS)}, not {chosen}")
        return chosen
    name = "" if output is None else output.name.lower()
    # The longest first: events.acled.csv is not merely CSV.
    return next((f for f in sorted(FORMATS, key=len, reverse=True) if name.endswith(f".{f}")), "ndjson")


def export(
    api: str,
    what: str,
    filters: Mapping[str, Sequence[str]],
    *,
    form: str,
    output: Path | None,
    force: bool,
    console: Console,
) -> int:
    """Write the list `what` of the API at `api` to `output`, None for standard output; return its size in bytes.

    Raises ExportError.
    """
    if what not in LISTS:
        raise ExportError(f"there is no list {what!r}: choose one of {', '.join(LISTS)}")
    if output is not None and output.is_dir():
        raise ExportError(f"{output} is a folder: name a file in it")
    if output is not None and output.exists() and not force:
        raise ExportError(f"{output} exists: --force replaces it when the export is complete")
    pairs = [(name, value) for name, values in filters.items() for value in values]
    try:
        with _target(output) as file:
            return _fetch(f"{api}/{what}.{form}", pairs, file, output, console)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout) as error:
        raise ExportError(
            f"the export was cut off before its end: {error or type(error).__name__}; try again"
        ) from error
    except httpx.HTTPError as error:
        raise ExportError(f"the query API at {api} cannot be reached: {error or type(error).__name__}") from error
    except OSError as error:
        raise ExportError(f"{output or 'standard output'} cannot be written: {error}") from error


@contextlib.contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    """The file to write to, which takes its name at the end; what went before stays where something fails."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    handle, temporary = tempfile.mkstemp(prefix=f".{output.name}.", suffix=".part", dir=output.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(output)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _fetch(
    address: str, pairs: Sequence[tuple[str, str]], file: BinaryIO, output: Path | None, console: Console
) -> int:
    timeout = httpx.Timeout(10.0, read=_IDLE_SECONDS)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), DownloadColumn(), TransferSpeedColumn())
    shown = output is not None and console.is_terminal
    with (
        httpx.stream("GET", address, params=list(pairs), timeout=timeout, trust_env=False) as answer,
        Progress(*columns, TimeElapsedColumn(), console=console, disable=not shown, transient=True) as progress,
    ):
        if answer.status_code != 200:
            answer.read()
            raise ExportError(_why(answer))
        task = progress.add_task(output.name if output is not None else "", total=None)
        size = 0
        for chunk in answer.iter_bytes():
            file.write(chunk)
            size += len(chunk)
            progress.update(task, completed=size)
        return size


def _why(answer: httpx.Response) -> str:
    """What the API says is wrong."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:200]
    if answer.status_code == 404:
        return f"{answer.url.path} is not to be had from this API: not every list comes in every format"
    return f"the API answered {answer.status_code}: {detail}"
