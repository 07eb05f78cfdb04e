"""Prometheus' and Grafana's files parse, ask only for metrics and labels that the code declares, and watch every
service where docker-compose.yml puts it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from services.runtime import metrics

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
TARGET_LABELS = {"job", "instance"}


def declared() -> dict[str, set[str]]:
    """Name of every series that the services can expose -> its labels."""
    series: dict[str, set[str]] = {}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            labels = {"version", "extractor"} if family.type == "info" else set(metric._labelnames)
            suffixes = {
                "counter": ["_total"],
                "gauge": [""],
                "info": ["_info"],
                "histogram": ["_bucket", "_sum", "_count"],
            }
            for suffix in suffixes[family.type]:
                series[family.name + suffix] = labels | ({"le"} if suffix == "_bucket" else set())
    return series


def load_yaml(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def dashboard(path: Path) -> dict[str, Any]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def expressions() -> Iterator[tuple[str, str]]:
    """(where it stands, PromQL) of every alert and every panel."""
    for group in load_yaml(PROMETHEUS / "rules.yml")["groups"]:
        for rule in group["rules"]:
            yield f"alert {rule['alert']}", rule["expr"]
    for path in DASHBOARDS:
        for panel in dashboard(path)["panels"]:
            for target in panel["targets"]:
                yield f"{path.stem}: {panel['title']}", target["expr"]


each_expression = pytest.mark.parametrize(("where", "expression"), list(expressions()))


@each_expression
def test_only_declared_metrics_are_asked_for(where: str, expression: str) -> None:
    names = set(re.findall(r"\b(?:frontlog_\w+|up)\b", expression))
    assert names, where
    assert names <= set(declared()) | {"up"}, where


@each_expression
def test_results_are_grouped_by_labels_that_the_metrics_have(where: str, expression: str) -> None:
    names = set(re.findall(r"\bfrontlog_\w+\b", expression))
    known = set().union(*(declared()[name] for name in names)) | TARGET_LABELS
    for labels in re.findall(r"\bby \(([^)]*)\)", expression):
        assert {label.strip() for label in labels.split(",")} <= known, where


@each_expression
def test_brackets_close(where: str, expression: str) -> None:
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing), where


def test_legends_name_labels_of_the_query() -> None:
    for path in DASHBOARDS:
        for panel in dashboard(path)["panels"]:
            for target in panel["targets"]:
                grouped = re.search(r"\bby \(([^)]*)\)", target["expr"])
                kept = {label.strip() for label in grouped[1].split(",")} if grouped else set()
                assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= kept, panel["title"]


def test_every_service_is_scraped_where_it_listens() -> None:
    compose = load_yaml(ROOT / "docker-compose.yml")["services"]
    watched = {}
    for job in load_yaml(PROMETHEUS / "prometheus.yml")["scrape_configs"]:
        if "static_configs" in job:
            (watched[job["job_name"]],) = job["static_configs"][0]["targets"]
        else:
            (lookup,) = job["dns_sd_configs"]
            watched[job["job_name"]] = f"{lookup['names'][0]}:{lookup['port']}"
    for name in ("ingest", "extract", "projector", "api", "deliverer"):
        port = compose[name]["environment"][f"FRONTLOG_{name.upper()}_HTTP"].split(":")[1]
        assert watched[name] == f"{name}:{port}"


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    for group in load_yaml(PROMETHEUS / "rules.yml")["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in ("warning", "critical")
            assert rule["annotations"]["summary"]
            assert rule["annotations"]["description"].endswith(".")


def test_every_alert_is_tested() -> None:
    tests = (PROMETHEUS / "rules_test.yml").read_text(encoding="utf-8")
    for group in load_yaml(PROMETHEUS / "rules.yml")["groups"]:
        for rule in group["rules"]:
            assert rule["alert"] in tests


def test_the_rules_are_loaded_from_where_they_are_mounted() -> None:
    (rules,) = load_yaml(PROMETHEUS / "prometheus.yml")["rule_files"]
    mounts = load_yaml(ROOT / "docker-compose.yml")["services"]["prometheus"]["volumes"]
    assert "./deploy/prometheus:/etc/prometheus:ro" in mounts
    assert rules == "/etc/prometheus/rules.yml"


def test_dashboards_use_the_data_source_that_is_provisioned() -> None:
    (source,) = load_yaml(GRAFANA / "provisioning" / "datasources" / "prometheus.yml")["datasources"]
    for path in DASHBOARDS:
        for panel in dashboard(path)["panels"]:
            assert panel["datasource"] == {"type": source["type"], "uid": source["uid"]}, panel["title"]


def test_dashboards_are_found_where_the_provider_looks() -> None:
    (provider,) = load_yaml(GRAFANA / "provisioning" / "dashboards" / "frontlog.yml")["providers"]
    mounts = load_yaml(ROOT / "docker-compose.yml")["services"]["grafana"]["volumes"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in mounts


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_panels_have_their_own_numbers_and_do_not_overlap(path: Path) -> None:
    panels = dashboard(path)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        grid = panel["gridPos"]
        cells = {
            (x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert grid["x"] + grid["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_flow_latency_lag_and_dead_letters_are_shown() -> None:
    shown = " ".join(expression for where, expression in expressions() if not where.startswith("alert"))
    for name in ("articles_accepted", "end_to_end_seconds", "lag_records", "dead_letters", "http_request_seconds"):
        assert f"frontlog_{name}" in shown
