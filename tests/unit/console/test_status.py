"""What `frontlog status` makes of what it is told."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from services.console.observed import Observed, Readiness, Sample
from services.console.status import judge, lag_by_topic, show

NOW = datetime(2024, 2, 17, 12, tzinfo=UTC)
READY = {name: Readiness(True, "asked") for name in ("ingest", "extract", "projector", "api", "deliverer")}
FIGURES: dict[str, Any] = {
    "dead_letters": 0,
    "lag": [{"topic": "frontlog.articles", "lag": 0}],
    "last_applied_at": NOW.isoformat(),
}


def told(*samples: Sample, services: dict[str, Readiness] | None = None, **figures: Any) -> Observed:
    return Observed(services=READY | (services or {}), figures=FIGURES | figures, samples=list(samples))


def sample(name: str, value: float, service: str = "extract", **labels: str) -> Sample:
    return Sample(service, f"frontlog_{name}", labels, value)


def test_it_is_well_where_everybody_is_ready_and_nothing_waits() -> None:
    verdict = judge(told(sample("flood_stopped", 0, stage="extract")), NOW)
    assert (verdict.well, verdict.problems, verdict.notices) == (True, [], [])


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (told(services={"extract": Readiness(False, "no log")}), "extract is not ready: no log"),
        (told(sample("flood_stopped", 1, stage="store")), "store has stopped"),
        (told(sample("disk_free_bytes", 9, disk="d"), sample("disk_size_bytes", 100, disk="d")), "disk d has 9% left"),
        (told(sample("certificate_trusted", 0, address="e.org:443")), "certificate of e.org:443 is refused"),
        (
            told(sample("certificate_expiry_timestamp_seconds", (NOW + timedelta(days=3.5)).timestamp(), address="e")),
            "ends in 3 days",
        ),
        (
            told(
                lag=[{"topic": "t", "lag": 7}],
                last_applied_at=(NOW - timedelta(minutes=10)).isoformat(),
            ),
            "7 records wait, and none was applied for 10 minutes",
        ),
        (
            told(webhooks={"behind_seconds": 900.0, "behind_failing_seconds": 0.0, "active": 1}),
            "webhooks are 15 minutes behind although their receivers answer",
        ),
        (Observed(services=READY), "the API tells no figures"),
        (
            Observed(READY, FIGURES, [], [{"alertname": "LagGrowing", "topic": "t", "alertstate": "firing"}]),
            "alert LagGrowing (topic=t) is firing",
        ),
    ],
)
def test_what_is_wrong_is_named(found: Observed, problem: str) -> None:
    verdict = judge(found, NOW)
    assert not verdict.well
    assert any(problem in one for one in verdict.problems), verdict.problems


def test_records_that_wait_while_work_goes_on_are_no_problem() -> None:
    verdict = judge(told(lag=[{"topic": "t", "lag": 7}]), NOW)
    assert verdict.well
    assert verdict.behind["store on t"] == 7


def test_open_dead_letters_and_unknown_services_are_told_of_and_no_problem() -> None:
    verdict = judge(told(services={"extract": Readiness(None, "nobody knows")}, dead_letters=3), NOW)
    assert verdict.well
    assert [n.split(":")[0] for n in verdict.notices] == ["extract", "3 dead letters are open"]


def test_receivers_that_fail_are_told_of_and_no_problem() -> None:
    webhooks = {"active": 2, "disabled": 1, "failing": 1, "behind_seconds": 3.0, "behind_failing_seconds": 9e4}
    verdict = judge(told(webhooks=webhooks | {"given_up": 4}), NOW)
    assert verdict.well
    assert [notice.split(" ")[0] for notice in verdict.notices] == ["1", "1", "4"]
    assert ["disabled" in verdict.notices[0], "fails" in verdict.notices[1]] == [True, True]
    assert "given up" in verdict.notices[2]


def test_the_screen_tells_what_failed_today_and_how_far_subscribers_are_behind() -> None:
    console = Console(record=True, width=120, file=io.StringIO())
    webhooks = {
        **{"active": 2, "paused": 0, "disabled": 1, "failing": 1, "given_up": 0},
        **{"behind_seconds": 3.0, "behind_failing_seconds": 90.0},
        "failed_today": [{"subscription_id": "5f1c", "count": 3, "open": 2}],
    }
    found = told(webhooks=webhooks, failed_today=[{"stage": "extract", "reason": "timeout", "count": 1, "open": 1}])
    show(found, judge(found, NOW), console)
    screen = " ".join(console.export_text().split())
    for told_of in ("2 active, 1 disabled", "webhooks behind │ 3 s", "fails │ 90 s", "timeout │ 1", "5f1c │ 3 │ 2"):
        assert told_of in screen, screen


def test_what_every_replica_tells_is_not_added_up() -> None:
    lags = [sample("lag_records", lag, topic="a", partition=p) for p, lag in (("0", 3), ("0", 3), ("1", 4), ("1", 2))]
    assert judge(told(*lags), NOW).behind["extract on a"] == 7


def test_versions_are_those_of_the_services() -> None:
    found = told(
        sample("build_info", 1, version="0.1", extractor="4e39"), sample("build_info", 1, "api", version="0.2")
    )
    assert judge(found, NOW).versions == {"extract": "0.1, extractor 4e39", "api": "0.2"}


def test_a_lag_without_a_known_end_is_not_known() -> None:
    rows = [{"topic": "a", "lag": 1}, {"topic": "a", "lag": None}, {"topic": "b", "lag": 2}]
    assert lag_by_topic(rows) == {"a": None, "b": 2}
