"""Articles to the webhook, one request each, with patience: 429 and 503 are tried again when the answer says so."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """What the webhook answered for one article. `status` is `accepted`, `known` or `refused`."""

    name: str
    status: str
    article_id: str | None = None
    revision: str | None = None
    problem: str | None = None


Sign = Callable[[str, bytes], dict[str, str]]
"""(webhook id, body) -> headers that sign it."""


def standard_webhooks(secret: str) -> Sign:
    """Sign by Standard Webhooks with `secret` (`whsec_…`)."""
    from standardwebhooks.webhooks import Webhook

    webhook = Webhook(secret)

    def sign(message_id: str, body: bytes) -> dict[str, str]:
        moment = datetime.now(UTC)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": webhook.sign(message_id, moment, body.decode()),
        }

    return sign


class Sender:
    """Posts articles to `POST /articles`, or signed to `POST /webhooks/{source}`. Close it when done."""

    def __init__(
        self, base: str, *, source: str | None = None, sign: Sign | None = None, key: str | None = None
    ) -> None:
        self._client = httpx.Client(base_url=base, timeout=30.0, trust_env=False)
        self._path = f"/webhooks/{source}" if source else "/articles"
        self._sign = sign
        self._headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})

    def __enter__(self) -> "Sender":
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()

    def send(self, name: str, article: dict[str, Any]) -> Sent:
        """Post one article. Raises httpx.HTTPError where the webhook cannot be reached in ATTEMPTS tries."""
        body = _json(article)
        message_id = f"msg_{uuid4().hex}"
        for attempt in range(ATTEMPTS):
            # Signed anew each time: the timestamp is part of what is signed.
            headers = self._headers | (self._sign(message_id, body) if self._sign else {})
            try:
                response = self._client.post(self._path, content=body, headers=headers)
            except httpx.TransportError:
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(min(0.2 * 2**attempt, 5.0))
                continue
            if response.status_code not in (429, 503) or attempt == ATTEMPTS - 1:
                break
            time.sleep(_retry_after(response))
        return _sent(name, response)


def _json(article: dict[str, Any]) -> bytes:
    """The article in UTF-8; in ASCII where it holds half of a surrogate pair, which the webhook then names."""
    try:
        return json.dumps(article, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(article).encode()


def _retry_after(response: httpx.Response) -> float:
    try:
        return min(max(float(response.headers.get("retry-after", "1")), 0.1), 30.0)
    except ValueError:
        return 1.0


def _sent(name: str, response: httpx.Response) -> Sent:
    try:
        answer = response.json()
    except ValueError:
        answer = {}
    if response.status_code in (200, 202) and "article_id" in answer:
        return Sent(name, answer.get("status", "accepted"), answer["article_id"], answer["revision"])
    faults = "; ".join(f"{e.get('pointer', '')}: {e.get('detail', '')}" for e in answer.get("errors") or [])
    problem = faults or answer.get("detail") or answer.get("title") or response.text[:200]
    return Sent(name, "refused", problem=f"{response.status_code} {problem}")
