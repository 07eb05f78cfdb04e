"""Where Kafka cannot run, its tests say so in one line; in continuous integration that is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ONE_KAFKA_TEST = "tests/contract/test_create_topics.py::test_topics_are_made_once_on_kafka"


def run_without_java(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ONE_KAFKA_TEST],
        cwd=ROOT,
        env={**os.environ, "PATH": str(folder), "CI": ci},
        capture_output=True,
        text=True,
    )


def test_without_java_the_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    done = run_without_java(tmp_path, "")
    assert done.returncode == 0
    assert "1 skipped" in done.stdout
    assert "Java is not installed; Apache Kafka 4 needs Java 17 or later" in done.stdout


@pytest.mark.parametrize("ci", ["true"])
def test_without_java_continuous_integration_fails(tmp_path: Path, ci: str) -> None:
    done = run_without_java(tmp_path, ci)
    assert done.returncode == 1
    assert "CI must run them" in done.stdout


def test_an_old_java_is_named(tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    assert "Java 11 is too old" in run_without_java(tmp_path, "").stdout
