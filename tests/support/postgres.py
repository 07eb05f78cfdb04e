"""The Postgres that tests run on: one embedded server per session, one new database per test."""

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from services.runtime.embedded_postgres import EmbeddedPostgres

# Nothing here has to outlive the machine: no waiting for the disk. What is committed does outlive a SIGKILL.
FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}


class PostgresServer:
    """The session's server. `new_database` gives each test its own; `kill` and `start` are for fault tests."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedPostgres(folder, settings=FAST)
        self._numbers = itertools.count(1)
        self._server.start()

    def new_database(self, like: str | None = None) -> str:
        """Create a database, empty or a copy of the one at `like`, which nobody may be using, and return its URL."""
        name, template = f"test_{next(self._numbers)}", _name(like) if like else "template1"
        with psycopg.connect(self._server.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name} template {template}")
        return self._server.url_of(name)

    def drop_database(self, url: str) -> None:
        with psycopg.connect(self._server.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"drop database if exists {_name(url)} with (force)")

    def kill(self) -> None:
        """SIGKILL, as when the machine fails."""
        self._server.kill()

    def start(self) -> None:
        """Start again on the same port and data."""
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


def _name(url: str) -> str:
    return url.rsplit("/", 1)[1]


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server in a temporary folder that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="frontlog-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        server = PostgresServer(Path(folder, "server"))
        try:
            yield server
        finally:
            server.stop()
