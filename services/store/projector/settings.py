"""The projector's settings."""

from dataclasses import dataclass, fields
from typing import Final

from services.runtime.settings import host_and_port, load, positive, setting


@dataclass(frozen=True, slots=True)
class ProjectorSettings:
    http: tuple[str, int] = setting(
        "FRONTLOG_PROJECTOR_HTTP",
        "Address on which the projector answers /healthz, /readyz and /metrics: host:port.",
        default="127.0.0.1:8083",
        parse=host_and_port,
    )
    group: str = setting(
        "FRONTLOG_PROJECTOR_GROUP",
        "Consumer group of the projectors; the offsets in the database are kept under its name.",
        default="frontlog-store",
    )
    batch: int = setting(
        "FRONTLOG_PROJECTOR_BATCH",
        "Most records applied in one transaction: as many only where so many wait, which then go faster together.",
        default="1000",
        parse=positive,
    )
    copy_days: int = setting(
        "FRONTLOG_COPY_DAYS",
        "Most days between two articles that are copies of one report. After a change, rebuild the tables.",
        default="7",
        parse=positive,
    )


ROWS_FOLLOW: Final = ("copy_days",)
"""The settings that what the tables hold follows from, besides the log and the code."""


def rows_follow_from() -> dict[str, str]:
    """Return these settings as they are now, by the variable's name. Raises SettingError."""
    now = load(ProjectorSettings)
    names = {f.name: f.metadata["setting"].name for f in fields(ProjectorSettings)}
    return {names[field]: str(getattr(now, field)) for field in ROWS_FOLLOW}
