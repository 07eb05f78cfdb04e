"""Articles from files, folders and web pages, in the shape that the webhook takes.

`.json` holds one article or an array, `.jsonl` and `.ndjson` one a line, `.txt` plain text, `.html` a page; a URL is
fetched. Every article comes with the name of where it was read, so that a fault can be told to the user.
"""

import asyncio
import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.runtime.outbound import Outbound, OutboundError, OutboundSettings
from services.runtime.settings import load

MAX_REDIRECTS = 5
EVERYWHERE = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
SUFFIXES = (".json", ".jsonl", ".ndjson", ".txt", ".html", ".htm")


class SourceError(Exception):
    """A path or URL cannot be read as articles; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Found:
    """One article and where it was read, or the `fault` that kept it from being read."""

    name: str
    article: dict[str, Any] | None = None
    fault: str | None = None


def read(source: str, *, allow_private: bool = False) -> Iterator[Found]:
    """Yield everything in a path or at a URL. What cannot be read is yielded as a fault, and the rest goes on."""
    try:
        if source.startswith(("http://", "https://")):
            yield Found(source, {"url": source, "html": fetch(source, allow_private=allow_private)})
            return
        for file in _files(Path(source)):
            yield from _file(file)
    except SourceError as error:
        yield Found(source, fault=str(error))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not found:
        raise SourceError(f"no {', '.join(SUFFIXES)} file in this folder")
    return found


def _file(path: Path) -> Iterator[Found]:
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        yield Found(name, fault=str(error))
        return
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        # Not `splitlines`: JSON may hold the line ends of other scripts within its strings.
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield from _json(f"{name}:{number}", line)
    elif suffix == ".json":
        yield from _json(name, text)
    elif suffix in (".html", ".htm"):
        yield Found(name, {"html": text})
    elif suffix == ".txt":
        yield Found(name, {"text": text})
    else:
        yield Found(name, fault=f"expected one of {', '.join(SUFFIXES)}")


def _json(name: str, text: str) -> Iterator[Found]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Found(name, fault=f"not JSON: {error}")
        return
    for number, item in enumerate(value if isinstance(value, list) else [value]):
        where = f"{name}[{number}]" if isinstance(value, list) else name
        if isinstance(item, dict):
            yield Found(where, item)
        else:
            yield Found(where, fault=f"expected an object, got {type(item).__name__}")


def fetch(url: str, *, allow_private: bool = False) -> str:
    """Return the page at `url`. Raises SourceError, also for anything but text. Not for use inside an event loop.

    Fetched by `services.runtime.outbound`: addresses that are not public are refused unless `allow_private`.
    """
    settings = load(OutboundSettings)
    if allow_private:
        settings = replace(settings, allow=EVERYWHERE)
    try:
        answer = asyncio.run(Outbound(settings).get(url, redirects=MAX_REDIRECTS))
    except OutboundError as error:
        raise SourceError(str(error)) from error
    if answer.status != 200:
        raise SourceError(f"is answered with status {answer.status}")
    kind, parameters = _content_type(answer.headers.get("content-type", "text/html"))
    if not kind.startswith("text/") and kind != "application/xhtml+xml":
        raise SourceError(f"is {kind}, not a page")
    try:
        return answer.body.decode(parameters.get("charset", "utf-8"), "replace")
    except LookupError:
        return answer.body.decode("utf-8", "replace")


def _content_type(header: str) -> tuple[str, dict[str, str]]:
    kind, *rest = header.split(";")
    pairs = (part.partition("=") for part in rest)
    return kind.strip().lower(), {name.strip().lower(): value.strip(" \"'") for name, _, value in pairs}
