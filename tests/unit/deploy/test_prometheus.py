"""The alert rules and the dashboards' queries in a real Prometheus: rules behave as rules_test.yml says, and every
panel shows something once the services say something."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from tests.support.plain_http import PLAIN
from tests.system.stack import free_port
from tests.unit.deploy.test_compose import declared_settings
from tests.unit.deploy.test_monitoring import DASHBOARDS, PROMETHEUS, ROOT, dashboard, load_yaml

SERVICES = ("ingest", "extract", "projector", "api", "deliverer")
MISSING = "Prometheus is not installed here (apt install prometheus)"


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must run this: {MISSING}", pytrace=False)
        pytest.skip(MISSING)
    return found


def test_the_alerts_behave_as_their_tests_say() -> None:
    done = subprocess.run(
        [tool("promtool"), "test", "rules", "rules_test.yml"],
        cwd=PROMETHEUS,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_configuration_is_one(tmp_path: Path) -> None:
    config = (PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8")
    local = tmp_path / "prometheus.yml"
    local.write_text(config.replace("/etc/prometheus/rules.yml", str(PROMETHEUS / "rules.yml")), encoding="utf-8")
    done = subprocess.run([tool("promtool"), "check", "config", str(local)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_leads_to_its_part_of_the_runbook() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"), re.MULTILINE)
    alerts = [rule for group in load_yaml(PROMETHEUS / "rules.yml")["groups"] for rule in group["rules"]]
    assert {rule["alert"] for rule in alerts} == set(headings)
    for rule in alerts:
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"


def test_the_runbook_names_settings_that_exist() -> None:
    named = set(re.findall(r"FRONTLOG_[A-Z_]+", (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")))
    assert named
    assert named <= declared_settings()


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Prometheus that has scraped every metric of each service a few times."""
    program, folder = tool("prometheus"), tmp_path_factory.mktemp("prometheus")
    ports = {name: free_port() for name in SERVICES}
    jobs = [{"job_name": name, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]} for name, port in ports.items()]
    every = {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "1s"}
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump({"global": every, "scrape_configs": jobs}), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    with (folder / "log").open("wb") as log:
        serving = subprocess.Popen(
            [sys.executable, "-m", "tests.support.exposition", *map(str, ports.values())], cwd=ROOT, stderr=log
        )
        watching = subprocess.Popen(
            [
                *(program, f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}"),
                f"--web.listen-address={address}",
            ],
            stderr=log,
        )
    try:
        deadline = time.monotonic() + 60
        while not scraped(address):
            assert time.monotonic() < deadline, (folder / "log").read_text(errors="replace")[-2000:]
            time.sleep(0.3)
        yield f"http://{address}"
    finally:
        for process in (watching, serving):
            process.kill()
            process.wait()


def scraped(address: str) -> bool:
    """Whether each service has been scraped three times, so that there are rates."""
    enough = f"min(count_over_time(frontlog_articles_extracted_total[1m])) and count(up == 1) == {len(SERVICES)}"
    url, query = f"http://{address}/api/v1/query", {"query": enough}
    try:
        answer = PLAIN.get(url, params=query, timeout=5).json()
    except (httpx.HTTPError, ValueError):
        return False
    result = answer.get("data", {}).get("result", [])
    return bool(result) and float(result[0]["value"][1]) >= 3


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_shows_something(path: Path, prometheus: str) -> None:
    with httpx.Client(base_url=prometheus, timeout=10, trust_env=False) as client:
        for panel in dashboard(path)["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$__rate_interval", "30s")
                answer = client.get("/api/v1/query", params={"query": query}).json()
                assert answer["status"] == "success", (panel["title"], answer)
                values = [float(one["value"][1]) for one in answer["data"]["result"]]
                assert values, f"{panel['title']}: {query} has no data"
                assert any(value == value for value in values), f"{panel['title']}: {query} gives no number"
