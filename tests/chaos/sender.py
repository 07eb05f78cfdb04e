"""The senders: a steady rate over several replicas of the webhook, each article again until it is acknowledged.

What was acknowledged, and when, is the ledger that the log and the tables are held against.
"""

import itertools
import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx
from standardwebhooks.webhooks import Webhook

from tests.chaos.corpus import Job

THREADS: Final = 16
ANSWER_SECONDS: Final = 25.0
GIVE_UP_SECONDS: Final = 300.0
SOURCE: Final = "wire"


@dataclass(slots=True)
class Ledger:
    """What the webhook has promised. `last` is each article's last acknowledged revision."""

    last: dict[str, str] = field(default_factory=dict)
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    """Articles of which a request went unanswered: what was in it may be in the log, at any later place."""
    answers: Counter[str] = field(default_factory=Counter)
    at: list[float] = field(default_factory=list)
    """When each acknowledgement came, on the monotonic clock."""
    failed: list[str] = field(default_factory=list)


class Senders:
    """`start` sends `jobs` at `rate` a second, until `stop`; `wait` ends when all are acknowledged."""

    def __init__(self, replicas: Sequence[str], secret: str, jobs: Sequence[Job], rate: float) -> None:
        self.ledger = Ledger()
        self._replicas = itertools.cycle(replicas)
        self._webhook = Webhook(secret)
        self._jobs = jobs
        self._rate = rate
        self._due: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(THREADS)]
        self._pacer = threading.Thread(target=self._pace, daemon=True)

    def start(self) -> None:
        for thread in (self._pacer, *self._threads):
            thread.start()

    def stop(self) -> None:
        """Begin nothing more; what has begun is finished."""
        self._stopped.set()

    def wait(self) -> None:
        for thread in (self._pacer, *self._threads):
            thread.join()

    @property
    def running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def count(self) -> int:
        with self._lock:
            return len(self.ledger.at)

    def _pace(self) -> None:
        began = time.monotonic()
        for number, job in enumerate(self._jobs):
            if self._stopped.wait(max(0.0, began + number / self._rate - time.monotonic())):
                break
            self._due.put(job)
        for _ in self._threads:
            self._due.put(None)

    def _work(self) -> None:
        with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as client:
            while (job := self._due.get()) is not None:
                for version, article in enumerate(job.versions):
                    for _ in range(job.deliveries):
                        self._deliver(client, article, f"job-{job.number}-{version}" if job.signed else None)

    def _deliver(self, client: httpx.Client, article: dict[str, Any], webhook_id: str | None) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        body = json.dumps(article)
        while True:
            with self._lock:
                replica = next(self._replicas)
            answer = self._once(client, replica, article, body, webhook_id)
            if answer is not None and answer.status_code >= 400:
                return
            if answer is not None:
                found = answer.json()
                with self._lock:
                    self.ledger.at.append(time.monotonic())
                    self.ledger.acknowledged.add((found["article_id"], found["revision"]))
                    self.ledger.last[found["article_id"]] = found["revision"]
                return
            if time.monotonic() > deadline:
                with self._lock:
                    self.ledger.failed.append(article["url"])
                return
            time.sleep(0.25)

    def _once(
        self, client: httpx.Client, replica: str, article: dict[str, Any], body: str, webhook_id: str | None
    ) -> httpx.Response | None:
        """The answer that settles it, for good or ill, or None where it has to be sent again."""
        try:
            response = client.post(
                f"{replica}/webhooks/{SOURCE}" if webhook_id else f"{replica}/articles",
                content=body,
                headers={"content-type": "application/json", **self._signature(webhook_id, body)},
            )
        except httpx.TransportError as error:
            with self._lock:
                self.ledger.answers[type(error).__name__] += 1
                if not isinstance(error, httpx.ConnectError):
                    self.ledger.unsure.add(article["url"])
            return None
        with self._lock:
            self.ledger.answers[str(response.status_code)] += 1
            # 401: the service's clock has jumped away from the signature's.
            if response.status_code not in (200, 202, 401, 429, 503):
                self.ledger.failed.append(f"{article['url']}: {response.status_code} {response.text[:200]}")
            if response.status_code == 503:
                self.ledger.unsure.add(article["url"])
        return None if response.status_code in (401, 429, 503) else response

    def _signature(self, webhook_id: str | None, body: str) -> dict[str, str]:
        if webhook_id is None:
            return {}
        now = datetime.now(UTC)
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(webhook_id, now, body),
        }
