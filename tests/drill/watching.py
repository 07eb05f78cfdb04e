"""A real Prometheus with the project's own rules, their durations shortened so that nobody has to wait for hours."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from tests.support.plain_http import PLAIN
from tests.system.stack import free_port

RULES: Final = Path(__file__).parents[2] / "deploy" / "prometheus" / "rules.yml"
SECONDS: Final = {"m": 1, "h": 10}
"""A minute of the rules lasts a second here, an hour ten."""
THRESHOLDS: Final = {
    "SlowToBeReadable": ("> 300", "> 5"),
    "WebhooksBehind": ("> 300", "> 5"),
    "ReceiverFails": ("> 3600", "> 10"),
}
"""Of those that are durations themselves."""
PATIENCE: Final = 60.0


def hastened(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The same rules with every duration shortened by SECONDS."""
    groups = [{**group, "rules": [_hastened(rule) for rule in group["rules"]]} for group in rules["groups"]]
    return {"groups": groups}


def _hastened(rule: Mapping[str, Any]) -> dict[str, Any]:
    expression = _shorter(rule["expr"])
    if rule["alert"] in THRESHOLDS:
        long, short = THRESHOLDS[rule["alert"]]
        assert long in expression, f"{rule['alert']} has another threshold now"
        expression = expression.replace(long, short)
    found = {**rule, "expr": expression}
    return found | {"for": _shorter(rule["for"])} if "for" in rule else found


def _shorter(text: str) -> str:
    return re.sub(r"\b(\d+)([mh])\b", lambda found: f"{int(found[1]) * SECONDS[found[2]]}s", text)


class Prometheus:
    """Use as a context manager. `watch` says whom it asks, job by job; it may be said again while it runs."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("prometheus")
        if program is None:
            raise RuntimeError("Prometheus is not installed here (apt install prometheus)")
        self._folder = folder
        self._targets = folder / "targets.json"
        self.url = f"http://127.0.0.1:{free_port()}"
        rules = hastened(yaml.safe_load(RULES.read_text(encoding="utf-8")))
        (folder / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "rules.yml")],
            "scrape_configs": [
                {"job_name": "any", "file_sd_configs": [{"files": [str(self._targets)], "refresh_interval": "1s"}]}
            ],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        self._command = [
            program,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'prometheus'}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Prometheus":
        self.watch([])
        with (self._folder / "prometheus.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while True:
            with suppress(httpx.HTTPError):
                if PLAIN.get(f"{self.url}/-/ready", timeout=2).status_code == 200:
                    return self
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError((self._folder / "prometheus.log").read_text(errors="replace")[-2000:])
            time.sleep(0.2)

    def __exit__(self, *exc: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait()

    def watch(self, targets: list[tuple[str, str]]) -> None:
        """Ask these (job, address) from now on."""
        found = [{"targets": [url.removeprefix("http://")], "labels": {"job": job}} for job, url in targets]
        fresh = self._targets.with_suffix(".new")
        fresh.write_text(json.dumps(found), encoding="utf-8")
        fresh.replace(self._targets)

    def value(self, query: str) -> float | None:
        """The one value of a query; None where there is none."""
        answer = PLAIN.get(f"{self.url}/api/v1/query", params={"query": query}, timeout=5).json()
        result = answer["data"]["result"]
        return float(result[0]["value"][1]) if result else None

    def firing(self) -> set[str]:
        """Names of the alerts that fire now."""
        answer = PLAIN.get(f"{self.url}/api/v1/alerts", timeout=5).json()
        return {one["labels"]["alertname"] for one in answer["data"]["alerts"] if one["state"] == "firing"}
