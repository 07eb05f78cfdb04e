"""One article followed by its trace id: through the logs of all four services and into its rows; and what operators see
of that: metrics that moved, and `frontlog status`."""

import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.plain_http import PLAIN
from tests.system.client import send, wait_extracted
from tests.system.stack import Stack, free_port

SAMPLE = sorted((Path(__file__).parents[2] / "samples").glob("*.json"))[0]
MOVED = {
    "ingest": {
        *("frontlog_articles_accepted_total", "frontlog_articles_known_total", "frontlog_requests_rejected_total"),
        *("frontlog_http_requests_total", "frontlog_http_request_seconds_count", "frontlog_build_info"),
        "frontlog_pool_processes",
    },
    "extract": {
        *("frontlog_articles_extracted_total", "frontlog_events_extracted_total", "frontlog_sentences_total"),
        *("frontlog_extraction_seconds_count", "frontlog_records_consumed_total", "frontlog_pool_processes"),
        *("frontlog_assigned_partitions", "frontlog_build_info"),
    },
    "projector": {
        *("frontlog_rows_written_total", "frontlog_end_to_end_seconds_count", "frontlog_records_consumed_total"),
        *("frontlog_assigned_partitions", "frontlog_database_connections", "frontlog_disk_free_bytes"),
        *("frontlog_disk_size_bytes", "frontlog_build_info"),
    },
    "api": {"frontlog_http_requests_total", "frontlog_database_connections", "frontlog_build_info"},
}
TOLD = {"extract": {"frontlog_lag_records", "frontlog_flood_stopped", "frontlog_queued_records"}}
TOLD["projector"] = TOLD["extract"]
"""What a service tells of although it may be 0."""


@pytest.fixture
def stack(postgres: str, tmp_path: Path) -> Any:
    with Stack(postgres, postgres, tmp_path, FRONTLOG_DISKS=f"here={tmp_path}", FRONTLOG_LOG_FORMAT="json") as stack:
        yield stack


def lines(folder: Path, service: str) -> list[dict[str, Any]]:
    text = (folder / f"{service}.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def samples(base: str) -> dict[str, float]:
    """Name of each sample -> the sum of its values."""
    text = PLAIN.get(f"{base}/metrics", timeout=10).raise_for_status().text
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def told_soon(base: str, moved: set[str], told: set[str], patience: float = 60.0) -> None:
    """Gauges such as the lag are read from the log every few seconds: a young service tells of them a little late."""
    deadline = time.monotonic() + patience
    while True:
        found = samples(base)
        missing = (told - found.keys()) | {name for name in moved if not found.get(name, 0.0) > 0}
        if not missing or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert not missing, base


def traced(folder: Path, trace: str, patience: float = 30.0) -> dict[str, list[dict[str, Any]]]:
    """The lines of `trace` by service, once each has one: a line may be written a little after the answer is there."""
    deadline = time.monotonic() + patience
    while True:
        told = {
            service: [line for line in lines(folder, service) if line.get("trace_id") == trace]
            for service in ("ingest", "extract", "projector", "api")
        }
        if all(told.values()) or time.monotonic() > deadline:
            return told
        time.sleep(0.2)


@pytest.mark.slow
def test_an_article_is_followed_from_the_webhook_to_the_row(stack: Stack, postgres: str, tmp_path: Path) -> None:
    trace = secrets.token_hex(16)
    headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
    article = json.loads(SAMPLE.read_text("utf-8"))
    answer = PLAIN.post(f"{stack.urls['ingest']}/articles", json=article, headers=headers, timeout=30)
    answer.raise_for_status()
    receipt = answer.json()
    assert send(stack.urls["ingest"], article)["status"] == "known"
    assert PLAIN.post(f"{stack.urls['ingest']}/articles", json={}, timeout=30).status_code == 400
    wait_extracted(stack.urls["api"], [(receipt["article_id"], receipt["revision"])])
    read = PLAIN.get(f"{stack.urls['api']}/articles/{receipt['article_id']}", headers=headers, timeout=30).json()
    assert read["trace_id"] == trace

    told = traced(tmp_path, trace)
    for service, event in (("ingest", "article_accepted"), ("extract", "article_extracted")):
        (line,) = [line for line in told[service] if line["event"] == event]
        assert (line["article_id"], line["topic"]) == (receipt["article_id"], "frontlog.articles")
        assert (line["partition"], line["offset"]) == (told["ingest"][0]["partition"], 0)
    (line,) = [line for line in told["projector"] if line["event"] == "extraction_applied"]
    assert (line["article_id"], line["topic"]) == (receipt["article_id"], "frontlog.extractions")
    assert line["events"] == len(read["events"])
    assert [(line["event"], line["route"], line["status"]) for line in told["api"]] == [
        ("request", "/articles/{article_id}", 200)
    ]

    with psycopg.connect(postgres) as connection:
        for table in ("article", "extraction"):
            rows = connection.execute(f"select article_id::text, trace_id from frontlog.{table}").fetchall()
            assert rows == [(receipt["article_id"], trace)], table

    for service, names in MOVED.items():
        told_soon(stack.urls[service], names, TOLD.get(service, set()))

    env = {name: value for name, value in os.environ.items() if not name.startswith("FRONTLOG_")}
    env |= {"FRONTLOG_INGEST_URL": stack.urls["ingest"], "FRONTLOG_API_URL": stack.urls["api"]}
    env |= {"FRONTLOG_PROMETHEUS_URL": f"http://127.0.0.1:{free_port()}", "FRONTLOG_HOME": str(tmp_path / "none")}
    command = [sys.executable, "-m", "services.cli", "status"]
    done = subprocess.run([*command, "--json"], env=env, capture_output=True, text=True, timeout=60)
    status = json.loads(done.stdout)
    assert (done.returncode, status["well"], status["problems"]) == (0, True, [])
    assert (status["figures"]["articles"], status["figures"]["received_today"]) == (1, 1)
    assert status["services"]["extract"]["ready"] is None

    stack.kill("api")
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "api is not ready" in done.stdout
