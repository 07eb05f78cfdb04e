"""A sender and a reader over HTTP, as somebody who only has the documentation would write them."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from tests.support.plain_http import PLAIN

SEND_SECONDS = 60.0


def send(base: str, article: dict[str, Any]) -> dict[str, Any]:
    """Post one article until it is acknowledged, and return the answer. Whoever is not answered sends again."""
    deadline = time.monotonic() + SEND_SECONDS
    while True:
        try:
            response = PLAIN.post(f"{base}/articles", json=article, timeout=10)
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the webhook does not come back"
            time.sleep(0.1)
            continue
        if response.status_code in (200, 202):
            answer: dict[str, Any] = response.json()
            return answer
        assert response.status_code in (429, 503), response.text
        assert time.monotonic() < deadline, "the webhook does not take articles"
        time.sleep(float(response.headers["retry-after"]) if response.status_code == 429 else 0.2)


def wait_extracted(base: str, wanted: Iterable[tuple[str, str]], seconds: float = 120.0) -> dict[str, dict[str, Any]]:
    """Return article id -> the API's article, once every (article id, revision) has been extracted and projected."""
    missing = dict(wanted)
    found: dict[str, dict[str, Any]] = {}
    last = time.monotonic()
    with httpx.Client(base_url=base, timeout=30, trust_env=False) as client:
        while missing:
            for article_id, revision in list(missing.items()):
                try:
                    response = client.get(f"/articles/{article_id}")
                except httpx.TransportError:
                    break
                if response.status_code != 200 or response.json()["extracted_revision"] != revision:
                    break
                found[article_id] = response.json()
                del missing[article_id]
                last = time.monotonic()
            assert time.monotonic() - last < seconds, (
                f"{len(missing)} articles do not come out, such as {missing!r:.200}"
            )
            if missing:
                time.sleep(0.2)
    return found


def pages(base: str, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Yield every item of a list, page by page."""
    with httpx.Client(base_url=base, timeout=30, trust_env=False) as client:
        answer = client.get(path, params={"limit": 200, **parameters}).raise_for_status().json()
        while True:
            yield from answer["items"]
            if not answer["next"]:
                return
            answer = client.get(answer["next"]).raise_for_status().json()
