"""`frontlog status`: one screen that answers whether it is well, how far behind it is, and what failed today.

What is gathered (`observed`) is judged here (pure), and shown or printed as JSON.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from services.console.home import Addresses, Running
from services.console.observed import Observed, Sample, observe
from services.console.printing import literal

LEAST_FREE: Final = 0.1
"""Share of a disk below which it is nearly full; the alert DiskNearlyFull has the same."""
CERTIFICATE_DAYS: Final = 14
STILL_SECONDS: Final = 300.0
"""Records wait, and nothing was applied for so long: it stands still."""
BEHIND_SECONDS: Final = 300.0
"""A subscriber whose receiver answers is told of changes later than that; the alert WebhooksBehind has the same."""


@dataclass(slots=True)
class Verdict:
    """What everything comes to. It is well where there are no `problems`; `notices` want to be looked at."""

    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    behind: dict[str, int | None] = field(default_factory=dict)
    """Records that wait, by who has to process them and topic; None where the log's end is not known."""
    versions: dict[str, str] = field(default_factory=dict)
    disks: dict[str, float] = field(default_factory=dict)
    """Share that is free."""

    @property
    def well(self) -> bool:
        return not self.problems


def status(where: Addresses, running: Running | None, console: Console, *, as_json: bool = False) -> int:
    """Print the screen, or one JSON object; return 0 where it is well, else 1."""
    found = observe(where, running)
    verdict = judge(found, datetime.now(UTC))
    if as_json:
        print(json.dumps({"well": verdict.well} | asdict(verdict) | asdict(found), ensure_ascii=False, indent=1))
    else:
        show(found, verdict, console)
    return 0 if verdict.well else 1


def judge(found: Observed, now: datetime) -> Verdict:
    """Return what `found` comes to."""
    verdict = Verdict()
    for service, readiness in found.services.items():
        if readiness.ready is False:
            verdict.problems.append(f"{service} is not ready: {readiness.how}")
        elif readiness.ready is None:
            verdict.notices.append(f"{service}: {readiness.how}")
    for sample in found.samples:
        _sample(sample, verdict, now)
    verdict.behind |= _extract_behind(found.samples)
    verdict.disks = _free(found.samples)
    for disk, free in verdict.disks.items():
        if free < LEAST_FREE:
            verdict.problems.append(f"disk {disk} has {free:.0%} left")
    for alert in found.alerts:
        of = ", ".join(f"{k}={v}" for k, v in sorted(alert.items()) if k not in _OF_ALERTS)
        verdict.problems.append(f"alert {alert.get('alertname', '?')}" + (f" ({of})" if of else "") + " is firing")
    if found.figures is None:
        verdict.problems.append("the API tells no figures")
    else:
        _figures(found.figures, verdict, now)
    return verdict


def lag_by_topic(rows: list[dict[str, Any]]) -> dict[str, int | None]:
    """Records published and not yet in the store, by topic; None where a partition's end has not been seen."""
    found: dict[str, int | None] = {}
    for row in rows:
        before = found.get(row["topic"], 0)
        found[row["topic"]] = None if before is None or row["lag"] is None else before + int(row["lag"])
    return found


_OF_ALERTS: Final = ("alertname", "alertstate", "severity", "job", "instance", "__name__")


def _sample(sample: Sample, verdict: Verdict, now: datetime) -> None:
    if sample.name == "frontlog_flood_stopped" and sample.value == 1:
        stage = sample.labels.get("stage", "?")
        verdict.problems.append(
            f"{stage} has stopped because too many records fail: mend it, then `frontlog dead-letters resume {stage}`"
        )
    elif sample.name == "frontlog_build_info":
        extractor = sample.labels.get("extractor")
        told = sample.labels.get("version", "?") + (f", extractor {extractor}" if extractor else "")
        verdict.versions[sample.service] = told
    elif sample.name == "frontlog_certificate_trusted" and sample.value == 0:
        verdict.problems.append(f"the certificate of {sample.labels.get('address')} is refused")
    elif sample.name == "frontlog_certificate_expiry_timestamp_seconds":
        left = datetime.fromtimestamp(sample.value, UTC) - now
        if left < timedelta(days=CERTIFICATE_DAYS):
            verdict.problems.append(f"the certificate of {sample.labels.get('address')} ends in {left.days} days")


def _extract_behind(samples: list[Sample]) -> dict[str, int | None]:
    """What the extractor has yet to read. Each replica tells of every partition: the greatest counts."""
    lags: dict[tuple[str, str], int] = {}
    for sample in samples:
        if sample.name == "frontlog_lag_records" and sample.service == "extract":
            at = (sample.labels.get("topic", "?"), sample.labels.get("partition", "?"))
            lags[at] = max(lags.get(at, 0), int(sample.value))
    found: dict[str, int | None] = {}
    for (topic, _), lag in lags.items():
        found[f"extract on {topic}"] = (found.get(f"extract on {topic}") or 0) + lag
    return found


def _free(samples: list[Sample]) -> dict[str, float]:
    sizes = {s.labels.get("disk", "?"): s.value for s in samples if s.name == "frontlog_disk_size_bytes"}
    free = {s.labels.get("disk", "?"): s.value for s in samples if s.name == "frontlog_disk_free_bytes"}
    return {disk: free[disk] / size for disk, size in sizes.items() if size > 0 and disk in free}


def _figures(figures: Mapping[str, Any], verdict: Verdict, now: datetime) -> None:
    waiting = 0
    for topic, behind in lag_by_topic(figures.get("lag") or []).items():
        verdict.behind[f"store on {topic}"] = behind
        waiting += behind or 0
    applied = figures.get("last_applied_at")
    if waiting and applied:
        still = now - datetime.fromisoformat(applied)
        if still.total_seconds() > STILL_SECONDS:
            minutes = still.total_seconds() / 60
            verdict.problems.append(f"{waiting} records wait, and none was applied for {minutes:.0f} minutes")
    if figures.get("dead_letters"):
        verdict.notices.append(
            f"{figures['dead_letters']} dead letters are open: frontlog dead-letters list --state open"
        )
    _of_webhooks(figures.get("webhooks") or {}, verdict)


def _of_webhooks(webhooks: Mapping[str, Any], verdict: Verdict) -> None:
    """A receiver that fails is its owner's affair; that nobody delivers is ours."""
    if (behind := webhooks.get("behind_seconds") or 0) > BEHIND_SECONDS:
        verdict.problems.append(f"webhooks are {behind / 60:.0f} minutes behind although their receivers answer")
    for name, told in (
        ("disabled", "subscriptions are disabled, and get nothing"),
        ("failing", "subscriptions have a receiver that fails"),
    ):
        if webhooks.get(name):
            verdict.notices.append(f"{webhooks[name]} {told}: frontlog subscriptions list")
    if webhooks.get("given_up"):
        verdict.notices.append(
            f"{webhooks['given_up']} webhooks were given up: frontlog subscriptions retry <subscription>"
        )


def show(found: Observed, verdict: Verdict, console: Console) -> None:
    """Print the screen."""
    console.print("[green bold]well[/]" if verdict.well else "[red bold]not well[/]")
    for problem in verdict.problems:
        console.print(f"  [red]{literal(problem)}[/red]", soft_wrap=True)
    for notice in verdict.notices:
        console.print(f"  [yellow]{literal(notice)}[/yellow]", soft_wrap=True)
    services = Table("service", "ready", "version", "known by", header_style="bold")
    words = {True: "[green]yes[/green]", False: "[red]no[/red]", None: "?"}
    for name, readiness in found.services.items():
        services.add_row(name, words[readiness.ready], verdict.versions.get(name, ""), literal(readiness.how))
    console.print(services)
    if found.figures is None:
        return
    console.print(_behind(found.figures, verdict))
    webhooks = found.figures.get("webhooks") or {}
    failed = [(one["stage"], one["reason"], one["count"], one["open"]) for one in found.figures.get("failed_today", [])]
    for one in webhooks.get("failed_today", []):
        failed.append(("webhooks", f"to subscription {one['subscription_id']}", one["count"], one["open"]))
    if failed:
        table = Table("failed today", "reason", "records", "still open", header_style="bold")
        for stage, reason, count, left in failed:
            table.add_row(stage, literal(reason), str(count), str(left))
        console.print(table)
    else:
        console.print("nothing failed today")


def _webhook_figures(webhooks: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is told of subscriptions where there are any."""
    told = ", ".join(f"{webhooks[name]} {name}" for name in ("active", "paused", "disabled") if webhooks.get(name))
    if not told:
        return
    yield "subscriptions", told
    yield "webhooks behind", f"{webhooks.get('behind_seconds', 0):.0f} s"
    if webhooks.get("failing"):
        failing = webhooks.get("behind_failing_seconds", 0)
        yield "webhooks behind where the receiver fails", f"{failing:.0f} s"


def _behind(figures: Mapping[str, Any], verdict: Verdict) -> Table:
    table = Table("figure", "value", header_style="bold")
    for who, behind in verdict.behind.items():
        table.add_row(f"waiting for {who}", "not known" if behind is None else str(behind))
    told = (
        ("articles received, last hour", "received_hour"),
        ("articles received, today (UTC)", "received_today"),
        ("last article received", "last_received_at"),
        ("last record applied", "last_applied_at"),
        ("articles", "articles"),
        ("events", "events"),
        ("claims", "claims"),
        ("contested places", "contested_places"),
        ("open dead letters", "dead_letters"),
        ("withdrawals due", "withdrawals_due"),
        ("schema", "schema"),
    )
    for label, name in told:
        value = figures.get(name)
        table.add_row(label, "-" if value is None else str(value))
    for label, value in _webhook_figures(figures.get("webhooks") or {}):
        table.add_row(label, value)
    for version, count in (figures.get("extractor_versions") or {}).items():
        table.add_row(f"articles read by extractor {literal(version)}", str(count))
    for disk, free in verdict.disks.items():
        table.add_row(f"free on disk {literal(disk)}", f"{free:.0%}")
    return table
