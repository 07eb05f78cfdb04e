"""The projector's settings."""

from dataclasses import dataclass

from services.runtime.settings import positive, setting
from services.store.listening import host_port


@dataclass(frozen=True, slots=True)
class ProjectorSettings:
    http: tuple[str, int] = setting(
        "FRONTLOG_PROJECTOR_HTTP",
        "Address on which the projector answers /healthz, /readyz and /metrics: host:port.",
        default="127.0.0.1:8083",
        parse=host_port,
    )
    group: str = setting(
        "FRONTLOG_PROJECTOR_GROUP",
        "Consumer group of the projectors; the offsets in the database are kept under its name.",
        default="frontlog-store",
    )
    batch: int = setting(
        "FRONTLOG_PROJECTOR_BATCH", "Most records applied in one transaction.", default="200", parse=positive
    )
    copy_days: int = setting(
        "FRONTLOG_COPY_DAYS",
        "Most days between two articles that are copies of one report. After a change, rebuild the tables.",
        default="7",
        parse=positive,
    )
