"""Disks that are watched tell their size and what is free."""

import math
from pathlib import Path

import pytest

from services.runtime import disks, metrics
from services.runtime.settings import SettingError, load


def test_a_disk_tells_its_size_and_what_is_free(tmp_path: Path) -> None:
    disks.watch(load(disks.DiskSettings, {"FRONTLOG_DISKS": f"here={tmp_path}; gone=/no/such/folder"}))

    def value(gauge: object, disk: str) -> float:
        (sample,) = [s for s in gauge.collect()[0].samples if s.labels["disk"] == disk]  # type: ignore[attr-defined]
        return float(sample.value)

    assert 0 < value(metrics.DISK_FREE, "here") <= value(metrics.DISK_SIZE, "here")
    assert math.isnan(value(metrics.DISK_FREE, "gone"))


@pytest.mark.parametrize("text", ["folder", "=/x", "a="])
def test_what_is_no_disk_is_an_error_that_names_the_setting(text: str) -> None:
    with pytest.raises(SettingError, match="FRONTLOG_DISKS"):
        load(disks.DiskSettings, {"FRONTLOG_DISKS": text})
