"""The disks that an operator wants watched, as metrics: what is free on them is asked for at each scrape."""

import os
from dataclasses import dataclass
from pathlib import Path

from services.runtime import metrics
from services.runtime.settings import setting


def disks(text: str) -> dict[str, Path]:
    """Read `name=folder` pairs separated by semicolons; the empty text is none."""
    found: dict[str, Path] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, folder = part.partition("=")
        if not name or not equals or not folder:
            raise ValueError("expected name=folder;name=folder")
        found[name] = Path(folder)
    return found


@dataclass(frozen=True, slots=True)
class DiskSettings:
    disks: dict[str, Path] = setting(
        "FRONTLOG_DISKS",
        "Disks whose free room the projector tells as a metric, each by a name and a folder on it: "
        "log=/watched/log;database=/watched/database.",
        default="",
        parse=disks,
    )


def watch(settings: DiskSettings) -> None:
    """Tell the size and the free room of each disk from now on; a folder that cannot be asked is told as NaN."""
    for name, folder in settings.disks.items():
        metrics.DISK_FREE.labels(name).set_function(lambda folder=folder: _bytes(folder)[0])  # type: ignore[misc]
        metrics.DISK_SIZE.labels(name).set_function(lambda folder=folder: _bytes(folder)[1])  # type: ignore[misc]


def _bytes(folder: Path) -> tuple[float, float]:
    try:
        found = os.statvfs(folder)
    except OSError:
        return float("nan"), float("nan")
    # What others than the superuser can have: the rest is kept from the services as well.
    return float(found.f_bavail * found.f_frsize), float(found.f_blocks * found.f_frsize)
