"""`python -m services.ingest`: how it starts, refuses to start, and stops."""

import os
import subprocess
import sys

import httpx


def run(**env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FRONTLOG_")}
    return subprocess.run(
        [sys.executable, "-m", "services.ingest"], env=clean | env, capture_output=True, text=True, timeout=60
    )


def test_it_serves_and_stops_with_status_0(process: str) -> None:
    """The fixture asserts the exit status when it stops the service."""
    assert httpx.get(f"{process}/healthz").status_code == 200


def test_a_setting_that_cannot_be_read_ends_it_with_the_name() -> None:
    ended = run(FRONTLOG_LOG="mysql://here", FRONTLOG_INGEST_HTTP="127.0.0.1:0")
    assert ended.returncode == 2
    assert "FRONTLOG_LOG" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_secret_in_a_bad_setting_is_not_shown() -> None:
    ended = run(FRONTLOG_LOG="postgresql://h/d", FRONTLOG_INGEST_WEBHOOK_SECRETS="wire=whsec_nonsense")
    assert ended.returncode == 2
    assert "FRONTLOG_INGEST_WEBHOOK_SECRETS" in ended.stderr
    assert "nonsense" not in ended.stderr


def test_an_address_in_use_ends_it_with_status_3(process: str) -> None:
    ended = run(FRONTLOG_LOG="postgresql://h/d", FRONTLOG_INGEST_HTTP=process.removeprefix("http://"))
    assert ended.returncode == 3
    assert "address already in use" in ended.stderr
