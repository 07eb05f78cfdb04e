"""The one folder that holds everything of an embedded frontlog: the database, the services' logs, where they listen.

Laid out as `postgres/`, `logs/`, `run.json` (addresses of the running services), `webhook-secret`, `lock`.
"""

import base64
import fcntl
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from services.runtime.settings import SettingError, load, setting


@dataclass(frozen=True, slots=True)
class HomeSettings:
    home: Path = setting(
        "FRONTLOG_HOME",
        "Folder of the embedded default: its database, logs and addresses. Delete it to start afresh.",
        default=".frontlog",
        parse=lambda text: Path(text).expanduser().resolve(),
    )


@dataclass(frozen=True, slots=True)
class Running:
    """Where the services of a running `frontlog up` can be reached."""

    pid: int
    ingest: str
    api: str
    extract: str
    projector: str
    log: str
    database: str
    deliverer: str = ""
    pids: dict[str, int] = field(default_factory=dict)


class HomeInUseError(Exception):
    """Another `frontlog up` holds the folder."""


class Home:
    """The folder, made on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[str] | None = None

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def create(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)

    def lock(self) -> None:
        """Hold the folder until this process ends. Raises HomeInUseError."""
        self._lock = (self.path / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise HomeInUseError(str(self.path)) from error

    def webhook_secret(self) -> str:
        """The Standard Webhooks secret that the samples are signed with; made once."""
        path = self.path / "webhook-secret"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text("whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(), encoding="utf-8")
        return path.read_text(encoding="utf-8").strip()

    def write_running(self, running: Running) -> None:
        """Tell other commands where the services are. Only this user may read it: it holds the database's address."""
        temporary = self.path / "run.json.new"
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(asdict(running), indent=1), encoding="utf-8")
        temporary.replace(self.path / "run.json")

    def forget_running(self) -> None:
        (self.path / "run.json").unlink(missing_ok=True)

    def running(self) -> Running | None:
        """The addresses of a running `frontlog up`, or None where none runs."""
        try:
            found = Running(**json.loads((self.path / "run.json").read_text(encoding="utf-8")))
            os.kill(found.pid, 0)
        except (OSError, ValueError, TypeError):
            return None
        return found


@dataclass(frozen=True, slots=True)
class ClientSettings:
    ingest: str = setting(
        "FRONTLOG_INGEST_URL",
        "Where the webhook is, for the `frontlog` command. Default: the running `frontlog up`, else port 8080 here.",
        default="",
    )
    api: str = setting(
        "FRONTLOG_API_URL",
        "Where the query API is, for the `frontlog` command. Default: the running `frontlog up`, else port 8081 here.",
        default="",
    )
    log: str = setting(
        "FRONTLOG_LOG",
        "Address of the log, for `frontlog tail`. Default: the running `frontlog up`'s.",
        default="",
    )
    database: str = setting(
        "FRONTLOG_DATABASE",
        "Address of the database, for `frontlog rebuild`. Default: the running `frontlog up`'s.",
        default="",
        secret=True,
    )
    prometheus: str = setting(
        "FRONTLOG_PROMETHEUS_URL",
        "Where Prometheus is, for `frontlog status`: it knows the services that publish no port. Default: port 9090 "
        "here, unless `frontlog up` runs.",
        default="",
    )
    key: str = setting(
        "FRONTLOG_KEY", "Bearer key that the `frontlog` command sends to the webhook.", default="", secret=True
    )


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the `frontlog` command finds the services."""

    ingest: str
    api: str
    log: str | None
    database: str | None
    key: str | None
    prometheus: str | None = None


def addresses() -> Addresses:
    """Addresses from the environment, else of the running `frontlog up` in FRONTLOG_HOME, else the usual ports."""
    client = load(ClientSettings)
    running = Home(load(HomeSettings).home).running()
    return Addresses(
        ingest=(client.ingest or (running.ingest if running else "http://127.0.0.1:8080")).rstrip("/"),
        api=(client.api or (running.api if running else "http://127.0.0.1:8081")).rstrip("/"),
        log=client.log or (running.log if running else None),
        database=client.database or (running.database if running else None),
        key=client.key or None,
        prometheus=(client.prometheus or ("" if running else "http://127.0.0.1:9090")).rstrip("/") or None,
    )


__all__ = ["Addresses", "Home", "HomeInUseError", "HomeSettings", "Running", "SettingError", "addresses"]
