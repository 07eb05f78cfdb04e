"""A Postgres that can be broken in every way that one breaks: killed, frozen, without connections, deadlocked, full."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
import psycopg

from services.runtime.embedded_postgres import EmbeddedPostgres

DISK_MEGABYTES: Final = 2048
CONNECTIONS: Final = 60
PATIENCE: Final = 60.0


class Database:
    """The server, on a small disk of its own where this user may mount one (`disk` is None where not)."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)
        mounted = folder / "disk"
        mounted.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=0711", "tmpfs", str(mounted)],
            capture_output=True,
        )
        self.disk = mounted if done.returncode == 0 else None
        # What is promised has to hold on the disk: nothing is switched off here.
        settings = {"shared_buffers": "64MB", "max_connections": str(CONNECTIONS), "max_wal_size": "256MB"}
        self._server = EmbeddedPostgres(mounted / "server", settings=settings)

    def start(self) -> None:
        self._server.start()

    @property
    def address(self) -> str:
        return self._server.url

    def close(self) -> None:
        self.thaw()
        self._server.stop()
        if self.disk is not None:
            subprocess.run(["umount", str(self.disk)], capture_output=True)

    def kill(self) -> None:
        self._server.kill()

    def revive(self) -> bool:
        """Start it where it has ended; tell whether it had."""
        if self._server.pid is not None:
            return False
        self._server.kill()  # lets go of the folder
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._server.start()
                return True
            except Exception:
                if time.monotonic() > deadline:
                    raise
                self._server.kill()
                time.sleep(0.5)

    def freeze(self) -> None:
        """Every process stopped: connections are accepted by the kernel and never answered."""
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)

    @contextmanager
    def exhausted(self) -> Iterator[int]:
        """Hold every connection there is, those of the services included; yields how many are held."""
        held: list[psycopg.Connection] = []
        try:
            for _ in range(20):
                with contextlib.suppress(psycopg.OperationalError):
                    while True:
                        held.append(psycopg.connect(self.address, autocommit=True, application_name="chaos"))
                ended = (
                    held[0]
                    .execute(
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                        "where backend_type = 'client backend' and application_name <> 'chaos'"
                    )
                    .fetchone()
                )
                if ended is not None and not ended[0]:
                    break
            yield len(held)
        finally:
            for connection in held:
                connection.close()

    def deadlock(self, seconds: float) -> int:
        """Lock rows the other way round than the projector, until Postgres ends a deadlock; how many it ended."""
        before = self._deadlocks()
        with (
            psycopg.connect(self.address, application_name="chaos") as first,
            psycopg.connect(self.address, autocommit=True, application_name="chaos") as watcher,
        ):
            # Whoever looks for the deadlock first is its victim: not this one.
            first.execute("set deadlock_timeout = '1h'")
            first.execute("set search_path = frontlog")
            first.commit()
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                places = first.execute("select from place order by place_key desc for update")
                if places.rowcount and self._projector_waits(watcher):
                    with contextlib.suppress(psycopg.Error):
                        first.execute("select from projection_offset for update")
                    first.rollback()
                    break
                first.rollback()
                time.sleep(0.5)
            else:
                return 0
        # Counted when the session that met it next reports.
        deadline = time.monotonic() + 10
        while (now := self._deadlocks()) == before and time.monotonic() < deadline:
            time.sleep(0.5)
        return now - before

    @staticmethod
    def _projector_waits(watcher: psycopg.Connection) -> bool:
        query = (
            "select count(*) from pg_stat_activity where application_name ~ 'projector' and wait_event_type = 'Lock'"
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = watcher.execute(query).fetchone()
            if found is not None and found[0]:
                return True
            time.sleep(0.05)
        return False

    @contextmanager
    def full(self) -> Iterator[None]:
        """Its disk without a free byte."""
        assert self.disk is not None
        ballast = self.disk / "ballast"
        try:
            # Unbuffered: a buffer that no longer fits would be written again on closing, and fail there.
            with ballast.open("wb", buffering=0) as file:
                free = os.statvfs(self.disk)
                with contextlib.suppress(OSError):
                    os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)
                with contextlib.suppress(OSError):
                    file.seek(0, os.SEEK_END)
                    while True:
                        file.write(b"\0" * 65536)
            yield
        finally:
            ballast.unlink(missing_ok=True)

    def _deadlocks(self) -> int:
        with psycopg.connect(self.address, autocommit=True, application_name="chaos") as connection:
            row = connection.execute("select deadlocks from pg_stat_database where datname = 'frontlog'").fetchone()
        return int(row[0]) if row is not None else 0

    def _processes(self) -> list[psutil.Process]:
        pid = self._server.pid
        if pid is None:
            return []
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
