"""`frontlog up --once` with the samples, twice in one folder: the second time nothing is doubled."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.stack import VARIABLES, free_port


def up(home: Path, *options: str) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("FRONTLOG_")}
    env |= {variable: f"127.0.0.1:{free_port()}" for variable in VARIABLES.values()}
    env |= {"FRONTLOG_HOME": str(home), "FRONTLOG_EXTRACT_WORKERS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", "up", "--once", *options],
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
def test_a_second_run_keeps_the_data_of_the_first_and_does_not_double_it(tmp_path: Path) -> None:
    first = up(tmp_path / "home")
    second = up(tmp_path / "home", "--rows", "1")
    figures = re.compile(r"\d+ of (\d+) events in (\d+) articles")
    found = figures.search(first)
    assert found and int(found[1]) > 100 and int(found[2]) >= 14
    again = figures.search(second)
    assert again and again.groups() == found.groups()
    assert "0 refused" in first and "0 refused" in second
    assert "contested places" in first
