"""`python -m tests.support.exposition port…`: serves every declared metric on each port, and lets it move.

Values are made up; names, kinds and labels are those of `services.runtime.metrics`, whose registry is served itself.
"""

import sys
import time
from collections.abc import Iterable
from typing import Any

from prometheus_client import Counter, Gauge, Histogram, Info, start_http_server
from prometheus_client.metrics import MetricWrapperBase

from services.runtime import metrics

LABELS = {
    "stage": ("extract", "store"),
    "state": ("busy", "idle"),
    "queue": ("outbox", "articles in work"),
    "status": ("202", "503"),
    "outcome": ("parsed", "skipped"),
    "topic": ("frontlog.articles", "frontlog.extractions"),
    "receiver": ("answers", "fails"),
}
OF_ONE = {
    (metrics.SUBSCRIPTIONS, "status"): ("active", "disabled"),
    (metrics.WEBHOOK_ATTEMPTS, "outcome"): ("delivered", "failed"),
}
"""Values of a label that has others elsewhere."""


def series(metric: MetricWrapperBase) -> Iterable[Any]:
    """The metric with its labels filled in, twice where the labels have several usual values."""
    for number in range(2):
        if metric._labelnames:
            yield metric.labels(*(values(metric, name)[number] for name in metric._labelnames))
        elif number == 0:
            yield metric


def values(metric: MetricWrapperBase, label: str) -> tuple[str, str]:
    return OF_ONE.get((metric, label)) or LABELS.get(label, (f"{label} 1",) * 2)


def move() -> None:
    """Let every metric say something new."""
    for metric in vars(metrics).values():
        if isinstance(metric, Info):
            metric.info({"version": "0.1", "extractor": "4e39", "service": "extract"})
        elif isinstance(metric, MetricWrapperBase):
            for one in series(metric):
                if isinstance(one, Counter):
                    one.inc(3)
                elif isinstance(one, Gauge):
                    one.set(5)
                elif isinstance(one, Histogram):
                    one.observe(0.3)


if __name__ == "__main__":
    move()
    for port in sys.argv[1:]:
        start_http_server(int(port), "127.0.0.1")
    while True:
        time.sleep(0.2)
        move()
