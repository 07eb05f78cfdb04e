"""Everything about ingest that an operator can set."""

import re
from dataclasses import dataclass
from typing import Final

from services.ingest.certificate import address
from services.runtime.settings import boolean, host_and_port, positive, setting

_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
MIN_KEY_LENGTH: Final = 16


def keys(text: str) -> tuple[str, ...]:
    """Read keys, separated by white space or commas."""
    found = tuple(re.split(r"[\s,]+", text.strip())) if text.strip() else ()
    if any(len(key) < MIN_KEY_LENGTH for key in found):
        raise ValueError(f"a key has at least {MIN_KEY_LENGTH} characters")
    return found


def webhook_secrets(text: str) -> dict[str, tuple[str, ...]]:
    """Read `wire=whsec_a whsec_b;blog=whsec_c`: sources, each with one secret, or several during a rotation.

    In a file, sources can also stand on lines of their own. Errors name the source and never show a secret.
    """
    from services.ingest.signatures import usable

    secrets: dict[str, tuple[str, ...]] = {}
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        source, separator, listed = part.partition("=")
        source = source.strip()
        if not separator or not _SOURCE.match(source):
            raise ValueError("expected source=secret[ secret][;source=secret…], sources of a-z, 0-9, _ and -")
        if source in secrets:
            raise ValueError(f"source {source} is listed twice")
        found = tuple(listed.split())
        if not found or not all(usable(secret) for secret in found):
            raise ValueError(f"source {source}: a secret is whsec_ and the base64 of 24 to 64 bytes")
        secrets[source] = found
    return secrets


@dataclass(frozen=True, slots=True)
class IngestSettings:
    http: tuple[str, int] = setting(
        "FRONTLOG_INGEST_HTTP",
        "Address to listen on, host:port.",
        default="127.0.0.1:8080",
        parse=host_and_port,
    )
    trusted_proxies: str = setting(
        "FRONTLOG_INGEST_TRUSTED_PROXIES",
        "Addresses of proxies whose X-Forwarded-For is believed, separated by commas; empty for none.",
        default="",
    )
    webhook_secrets: dict[str, tuple[str, ...]] = setting(
        "FRONTLOG_INGEST_WEBHOOK_SECRETS",
        "Secrets of the webhook sources: `wire=whsec_a whsec_b;blog=whsec_c`. Two of one source are both valid.",
        default="",
        parse=webhook_secrets,
        secret=True,
    )
    keys: tuple[str, ...] = setting(
        "FRONTLOG_INGEST_KEYS",
        "Bearer keys for POST /articles, separated by white space. Where there are any, one of them is required.",
        default="",
        parse=keys,
        secret=True,
    )
    open: bool = setting(
        "FRONTLOG_INGEST_OPEN",
        "Whether POST /articles takes articles without a key where no keys are set.",
        default="true",
        parse=boolean,
    )
    max_body_bytes: int = setting(
        "FRONTLOG_INGEST_MAX_BODY_BYTES",
        "Largest request body as it is sent, in bytes.",
        default=str(8 * 1024 * 1024),
        parse=positive,
    )
    max_expanded_bytes: int = setting(
        "FRONTLOG_INGEST_MAX_EXPANDED_BYTES",
        "Largest request body after gzip, in bytes.",
        default=str(16 * 1024 * 1024),
        parse=positive,
    )
    max_buffered_bytes: int = setting(
        "FRONTLOG_INGEST_MAX_BUFFERED_BYTES",
        "Bodies held in memory at one time, in bytes, over all requests; beyond it requests are answered 503.",
        default=str(128 * 1024 * 1024),
        parse=positive,
    )
    max_items: int = setting(
        "FRONTLOG_INGEST_MAX_ITEMS", "Most articles in one request.", default="1000", parse=positive
    )
    body_seconds: int = setting(
        "FRONTLOG_INGEST_BODY_SECONDS",
        "Time in which a request's body has to arrive, in seconds.",
        default="30",
        parse=positive,
    )
    publish_seconds: int = setting(
        "FRONTLOG_INGEST_PUBLISH_SECONDS",
        "Time that the log has to make articles durable, in seconds; then the answer is 503.",
        default="20",
        parse=positive,
    )
    max_in_flight: int = setting(
        "FRONTLOG_INGEST_MAX_IN_FLIGHT",
        "Requests worked on at one time; beyond it they are answered 503.",
        default="256",
        parse=positive,
    )
    rate: int = setting(
        "FRONTLOG_INGEST_RATE",
        "Requests a second that one key, or without keys one client address, may keep up.",
        default="1000",
        parse=positive,
    )
    burst: int = setting(
        "FRONTLOG_INGEST_BURST",
        "Requests that one key or client address may send at once before the rate counts.",
        default="2000",
        parse=positive,
    )
    recent: int = setting(
        "FRONTLOG_INGEST_RECENT",
        "How many articles are remembered, so that a repeat is answered as known and not logged again.",
        default="100000",
        parse=positive,
    )
    recall: int = setting(
        "FRONTLOG_INGEST_RECALL",
        "How many of them are read from the end of the log at the start, so that a restart does not forget them.",
        default="1200",
        parse=positive,
    )
    replays: int = setting(
        "FRONTLOG_INGEST_REPLAYS",
        "How many answers to signed webhooks are remembered, so that a repeat is answered like the first time.",
        default="10000",
        parse=positive,
    )
    html_seconds: int = setting(
        "FRONTLOG_INGEST_HTML_SECONDS",
        "Time in which the text of one HTML page has to be found, in seconds.",
        default="10",
        parse=positive,
    )
    public: tuple[str, int] | None = setting(
        "FRONTLOG_INGEST_PUBLIC_URL",
        "https address under which senders reach the webhook; the end of its certificate is told as a metric. "
        "Empty: not looked at.",
        default="",
        parse=address,
    )
    html_workers: int = setting(
        "FRONTLOG_INGEST_HTML_WORKERS", "Processes that read HTML.", default="1", parse=positive
    )
