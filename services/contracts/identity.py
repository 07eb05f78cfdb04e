"""Deterministic ids: the same article, revision or event gets the same id wherever and however often it is made.

This is what makes at-least-once delivery harmless: a repeat writes the same key again.
"""

import hashlib
import re
import unicodedata
import uuid
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from services.contracts.messages import Actor, Place, When

ARTICLE_NAMESPACE: Final = uuid.UUID("6f8d3c52-5d3e-5a7e-9a36-0d1f6b0f2c11")
EVENT_NAMESPACE: Final = uuid.UUID("0b0a6a0e-1f8e-5c60-8c57-3f0a4f6f7d22")

_TRACKING: Final = re.compile(r"^(utm_\w+|fbclid|gclid|yclid|mc_[ce]id|igshid|ref|ref_src|cmpid|ocid|at_\w+)$", re.I)
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}
_SPACE: Final = re.compile(r"\s+")


def canonical_url(url: str) -> str:
    """Return `url` without what does not name the page: fragment, tracking parameters, default port, trailing slash.

    Scheme and host are lower-cased, `http` becomes `https`, a leading `www.` or `m.` stays (they can be other pages),
    and query parameters are sorted. Raises ValueError where there is no http(s) host.
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an http(s) address: {url[:200]!r}")
    host = parts.hostname.lower().rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and str(parts.port) != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{parts.port}"
    query = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k))
    path = parts.path.rstrip("/") or "/"
    return urlunsplit(("https", host, path, urlencode(query), ""))


def normal_text(text: str) -> str:
    """Return `text` in NFKC with every run of white space as one blank: what two copies of one text share."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def article_id(url: str | None, title: str | None, text: str) -> str:
    """UUIDv5 of the canonical URL or, without one, of the normalised title and text."""
    name = canonical_url(url) if url else f"{normal_text(title or '')}\n{normal_text(text)}"
    return str(uuid.uuid5(ARTICLE_NAMESPACE, name))


def revision(title: str | None, text: str, published_at: str | None) -> str:
    """The first 16 hex digits of SHA-256 over the normalised content: another text is another revision."""
    content = "\x1f".join((normal_text(title or ""), normal_text(text), published_at or ""))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def event_id(
    article: str, event_type: str, actor: Actor | None, place: Place | None, modality: str, when: When | None
) -> str:
    """UUIDv5 of what tells two events of one article apart, so that a re-extraction that finds it keeps its id."""
    name = "\x1f".join(
        (
            article,
            event_type,
            (actor.id or f"~{actor.name}") if actor else "",
            f"{place.id or '~' + place.name}|{place.relation}|{place.with_ or ''}" if place else "",
            modality,
            f"{when.start or ''}/{when.end or ''}" if when else "",
        )
    )
    return _uuid5(EVENT_NAMESPACE, name)


def _uuid5(namespace: uuid.UUID, name: str) -> str:
    """Return `str(uuid.uuid5(namespace, name))` (RFC 9562, 5.5) without the object between, which takes longer."""
    digest = hashlib.sha1(namespace.bytes + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
