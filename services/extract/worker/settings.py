"""Everything about the extract service that an operator can set."""

import os
from dataclasses import dataclass

from services.runtime.settings import host_and_port, setting


def seconds(text: str) -> float:
    """Read a time above zero, in seconds."""
    value = float(text)
    if not 0 < value < 86_400:
        raise ValueError("expected seconds above zero")
    return value


def workers(text: str) -> int:
    """Read a count of processes; 0 is one for each core that this process may use, less one for everything else."""
    count = int(text)
    if count < 0:
        raise ValueError("expected a whole number, 0 for one less than the cores")
    return count or max(1, _cores() - 1)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class ExtractSettings:
    http: tuple[str, int] = setting(
        "FRONTLOG_EXTRACT_HTTP",
        "Address of the extract service's /healthz, /readyz and /metrics, host:port.",
        default="127.0.0.1:8082",
        parse=host_and_port,
    )
    workers: int = setting(
        "FRONTLOG_EXTRACT_WORKERS",
        "Processes that read articles, some 300 MB each; 0 is one less than the cores.",
        default="0",
        parse=workers,
    )
    timeout: float = setting(
        "FRONTLOG_EXTRACT_TIMEOUT",
        "Time that one article may take, in seconds; one that takes longer becomes a dead letter.",
        default="60",
        parse=seconds,
    )
    group: str = setting(
        "FRONTLOG_EXTRACT_GROUP",
        "Consumer group of the extract service. A new name reads the whole article log again.",
        default="frontlog-extract",
    )
