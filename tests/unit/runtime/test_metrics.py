"""The metrics are declared in one place, by Prometheus' conventions, and each is told by some service."""

import re
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from services.runtime import metrics

ROOT = Path(__file__).parents[3]
DECLARED = {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}
CODE = {
    path: path.read_text(encoding="utf-8")
    for path in (ROOT / "services").rglob("*.py")
    if path != Path(metrics.__file__)
}
BASE_UNITS = ("_seconds", "_bytes", "_records", "_timestamp_seconds")
OTHER_UNITS = re.compile(r"_(?:ms|millis|milliseconds|minutes|hours|days|kb|mb|gb|percent)(?:_|$)")


@pytest.mark.parametrize("name", DECLARED)
def test_each_is_told_by_some_service(name: str) -> None:
    assert any(re.search(rf"\bmetrics\.{name}\b", text) for text in CODE.values())


def test_none_is_declared_elsewhere() -> None:
    made = re.compile(r"\b(?:Counter|Gauge|Histogram|Summary|Info|Enum)\(\s*\"frontlog_")
    assert [path for path, text in CODE.items() if made.search(text)] == []


@pytest.mark.parametrize("name", DECLARED)
def test_each_is_named_in_base_units_and_says_what_it_is(name: str) -> None:
    metric = DECLARED[name]
    (family,) = metric.describe()
    assert family.name.startswith("frontlog_")
    assert not OTHER_UNITS.search(family.name)
    assert family.documentation.endswith(".") and len(family.documentation) > 10
    if isinstance(metric, Histogram):
        assert family.name.endswith(BASE_UNITS)
    if isinstance(metric, Gauge):
        assert not family.name.endswith("_total")
    if isinstance(metric, Counter):
        assert f"{family.name}_total" in (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
