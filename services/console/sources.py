"""Articles from files, folders and web pages, in the shape that the webhook takes.

`.json` holds one article or an array, `.jsonl` and `.ndjson` one a line, `.txt` plain text, `.html` a page; a URL is
fetched. Every article comes with the name of where it was read, so that a fault can be told to the user.
"""

import ipaddress
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

MAX_PAGE_BYTES = 5 * 1024 * 1024
MAX_REDIRECTS = 5
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
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield Found(name, fault=str(error))
        return
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        for number, line in enumerate(text.splitlines(), 1):
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
    """Return the page at `url`, following at most MAX_REDIRECTS, each checked like the first address.

    Refuses, with SourceError: other schemes than http(s), addresses that are not public (loopback, private, link-local)
    unless `allow_private`, bodies over MAX_PAGE_BYTES, anything but text. The connection goes to the very address that
    was checked, so that a name cannot answer differently the second time.
    """
    with httpx.Client(timeout=20.0, follow_redirects=False, trust_env=False) as client:
        for _ in range(MAX_REDIRECTS + 1):
            target, host = _checked(url, allow_private)
            request = client.build_request("GET", target, headers={"Host": host, "User-Agent": "frontlog"})
            request.extensions["sni_hostname"] = urlsplit(url).hostname
            try:
                response = client.send(request, stream=True)
                try:
                    if response.is_redirect:
                        url = urljoin(url, response.headers["location"])
                        continue
                    response.raise_for_status()
                    return _text(url, response)
                finally:
                    response.close()
            except httpx.HTTPError as error:
                raise SourceError(f"{error}") from error
    raise SourceError(f"more than {MAX_REDIRECTS} redirects")


def _text(url: str, response: httpx.Response) -> str:
    kind = response.headers.get("content-type", "text/html").split(";")[0].strip()
    if not kind.startswith("text/") and kind != "application/xhtml+xml":
        raise SourceError(f"is {kind}, not a page")
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_PAGE_BYTES:
            raise SourceError(f"more than {MAX_PAGE_BYTES // 1024 // 1024} MiB")
    try:
        return body.decode(response.charset_encoding or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _checked(url: str, allow_private: bool) -> tuple[str, str]:
    """Return (`url` with the address in place of the name, Host header). Raises SourceError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError("not an http(s) address")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError) as error:
        raise SourceError(f"{error}") from error
    addresses = [ipaddress.ip_address(str(info[4][0]).split("%")[0]) for info in found]
    if not allow_private and not all(a.is_global and not a.is_multicast for a in addresses):
        raise SourceError(f"{addresses[0]} is not a public address")
    address = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
    netloc = f"{address}:{port}"
    return parts._replace(netloc=netloc).geturl(), parts.netloc.rpartition("@")[2]
