"""The short schedule on both logs: nothing that was acknowledged is lost, doubled or read differently."""

from pathlib import Path

import pytest

from tests.chaos.__main__ import short, show
from tests.chaos.run import run

SEED = 1


@pytest.mark.slow
@pytest.mark.kafka
def test_a_short_storm_loses_and_doubles_nothing_on_kafka(kafka_possible: None, tmp_path: Path) -> None:
    storm("kafka", tmp_path)


@pytest.mark.slow
@pytest.mark.postgres
def test_a_short_storm_loses_and_doubles_nothing_on_postgres(tmp_path: Path) -> None:
    storm("postgres", tmp_path)


def storm(log: str, folder: Path) -> None:
    report = run(short(SEED, log), folder)
    show(report)
    assert report.verdict.wrong == {}
    assert [one for one in report.done if one.skipped] == []
    figures = report.verdict.figures
    # A comparison of nothing with nothing would pass as well.
    assert figures["articles acknowledged"] == report.options.articles + 1
    assert figures["acknowledgements"] > figures["articles acknowledged"]
    assert figures["rows of events"] == figures["events of the clean run"] > report.options.articles
    assert figures["poison records"] >= 8
    assert figures["dead letters"] >= 8
