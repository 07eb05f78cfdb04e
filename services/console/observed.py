"""What the services and Prometheus tell of themselves, gathered for `frontlog status`; nothing is judged here.

A service whose address is known is asked itself. The others (in compose, extract and projector publish no port) are
known by what Prometheus has of them.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from services.console.home import Addresses, Running

SERVICES = ("ingest", "extract", "projector", "api", "deliverer")
WANTED = (
    *("frontlog_build_info", "frontlog_flood_stopped", "frontlog_lag_records", "frontlog_queued_records"),
    *("frontlog_disk_free_bytes", "frontlog_disk_size_bytes"),
    *("frontlog_certificate_expiry_timestamp_seconds", "frontlog_certificate_trusted"),
)
_QUERY = '{__name__=~"up|ALERTS|' + "|".join(WANTED) + '"}'


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one metric; `service` is Prometheus' job."""

    service: str
    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a service is ready: None where nobody could be asked. `how` says by whom that is known, or why not."""

    ready: bool | None
    how: str


@dataclass(slots=True)
class Observed:
    """Everything that was told. `figures` is the API's `/status`, None where it did not answer."""

    services: dict[str, Readiness] = field(default_factory=dict)
    figures: dict[str, Any] | None = None
    samples: list[Sample] = field(default_factory=list)
    alerts: list[dict[str, str]] = field(default_factory=list)
    """Labels of the alerts that Prometheus says are firing."""


def observe(where: Addresses, running: Running | None) -> Observed:
    """Ask everybody. What does not answer is part of what is told, never an exception."""
    found = Observed()
    known = {"ingest": where.ingest, "api": where.api}
    if running is not None:
        known |= {"extract": running.extract, "projector": running.projector}
        if running.deliverer:
            known["deliverer"] = running.deliverer
    with httpx.Client(timeout=6.0, trust_env=False) as client:
        for service, base in known.items():
            found.services[service] = _ready(client, base)
            found.samples += _metrics(client, service, base)
        if where.prometheus:
            _prometheus(client, where.prometheus, found)
        try:
            found.figures = client.get(f"{where.api}/status").raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            found.figures = None
    for service in SERVICES:
        found.services.setdefault(service, Readiness(None, "not known: neither its address nor Prometheus' was given"))
    return found


def _ready(client: httpx.Client, base: str) -> Readiness:
    try:
        response = client.get(f"{base}/readyz")
    except httpx.HTTPError as error:
        return Readiness(False, f"{base} cannot be reached: {error}")
    if response.status_code == 200:
        return Readiness(True, base)
    try:
        return Readiness(False, str(response.json().get("detail") or response.json().get("title")))
    except (ValueError, AttributeError):
        return Readiness(False, f"{base} answers {response.status_code}: {response.text[:100]}")


def _metrics(client: httpx.Client, service: str, base: str) -> Iterator[Sample]:
    try:
        text = client.get(f"{base}/metrics").raise_for_status().text
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name in WANTED and not math.isnan(sample.value):
                    yield Sample(service, sample.name, sample.labels, sample.value)
    except (httpx.HTTPError, ValueError):
        return


def _prometheus(client: httpx.Client, base: str, found: Observed) -> None:
    try:
        answer = client.get(f"{base}/api/v1/query", params={"query": _QUERY}).raise_for_status().json()
        results: list[dict[str, Any]] = answer["data"]["result"]
    except (httpx.HTTPError, ValueError, LookupError) as error:
        for service in SERVICES:
            found.services.setdefault(service, Readiness(None, f"not known: Prometheus at {base}: {error}"))
        return
    asked = set(found.services)
    up: dict[str, list[float]] = {}
    for result in results:
        labels = dict(result["metric"])
        name, service, value = labels.pop("__name__"), labels.get("job", ""), float(result["value"][1])
        if name == "ALERTS":
            if labels.get("alertstate") == "firing":
                found.alerts.append(labels)
        elif name == "up":
            up.setdefault(service, []).append(value)
        elif service not in asked and not math.isnan(value):
            found.samples.append(Sample(service, name, labels, value))
    others = sorted(up.keys() - {*SERVICES, "prometheus"})
    for service in (*SERVICES, *others):
        if service not in asked:
            found.services[service] = _up(up.get(service, []))


def _up(values: Iterable[float]) -> Readiness:
    replicas = list(values)
    answering = sum(value == 1 for value in replicas)
    if not replicas:
        return Readiness(False, "Prometheus knows of none")
    return Readiness(answering == len(replicas), f"{answering} of {len(replicas)} answer Prometheus")
