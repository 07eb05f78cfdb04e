"""A Postgres that takes connections by TLS alone: the wheel's is built without, so this one is what Maven brings."""

import contextlib
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.certificates import Authority

CHECKOUT: Final = Path(__file__).parents[2]
VERSION: Final = "17.5.0"
MACHINES: Final = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}
PASSWORD: Final = "not-for-any-log"
START_SECONDS: Final = 60.0


class TlsPostgresMissingError(Exception):
    """This machine cannot run it. The text says what is missing, in one line."""


@dataclass(frozen=True)
class TlsPostgres:
    """Its address without a word about TLS; files of the authority of its certificate, and of another one."""

    plain: str
    ca: Path
    stranger: Path

    @property
    def address(self) -> str:
        return f"{self.plain}?sslmode=verify-full&sslrootcert={self.ca}"


@contextmanager
def tls_postgres() -> Iterator[TlsPostgres]:
    """A started server in a temporary folder that goes away with it. Raises TlsPostgresMissingError."""
    jar = _jar()
    with tempfile.TemporaryDirectory(prefix="frontlog-tls-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with zipfile.ZipFile(jar) as archive:
            (inside,) = [n for n in archive.namelist() if n.endswith(".txz")]
            archive.extract(inside, folder)
        binaries = folder / "postgres"
        binaries.mkdir()
        subprocess.run(["tar", "-xJf", folder / inside, "-C", binaries], check=True)
        authority, stranger = Authority(folder / "certificates"), Authority(folder / "certificates", "stranger")
        chain, key = authority.certificate("127.0.0.1")
        own = folder / "own"
        own.mkdir(mode=0o700)
        (own / "password").write_text(PASSWORD, encoding="ascii")
        shutil.copy(chain, own / "server.crt")
        shutil.copy(key, own / "server.key")
        user = _user()
        for path in (own, *own.iterdir()):
            if user is not None:
                os.chown(path, user.pw_uid, user.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with _server(binaries / "bin", own, port, {} if user is None else {"user": user.pw_uid, "group": user.pw_gid}):
            plain = f"postgresql://frontlog:{PASSWORD}@127.0.0.1:{port}/postgres"
            yield TlsPostgres(plain, authority.ca, stranger.ca)


@contextmanager
def _server(binaries: Path, own: Path, port: int, account: dict[str, Any]) -> Iterator[None]:
    data = own / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "frontlog", f"--pwfile={own / 'password'}", "--auth=scram-sha-256"]
    subprocess.run([*initdb, "--encoding=UTF8", "--locale=C", "--no-sync"], check=True, capture_output=True, **account)
    (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n", encoding="ascii")
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "fsync": "off",
        "ssl": "on",
        "ssl_cert_file": own / "server.crt",
        "ssl_key_file": own / "server.key",
    }
    log = own / "postgres.log"
    with log.open("ab") as told:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())],
            stdout=told,
            stderr=told,
            start_new_session=True,
            **account,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while "ready to accept connections" not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Postgres did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _user() -> pwd.struct_passwd | None:
    """Ourselves, or for root another: Postgres does not run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise TlsPostgresMissingError("Postgres does not run as root, and there is no user `postgres` or `nobody`")


def _jar() -> Path:
    """The archive of the binaries; the first call has Maven fetch it."""
    system, machine = platform.system().lower(), MACHINES.get(platform.machine())
    if system not in ("linux", "darwin") or machine is None:
        raise TlsPostgresMissingError(f"there is no Postgres with TLS for {system} on {platform.machine()}")
    artifact = f"embedded-postgres-binaries-{system}-{machine}"
    for cache in (CHECKOUT / ".cache", Path(tempfile.gettempdir()) / f"frontlog-cache-{os.getuid()}"):
        with contextlib.suppress(PermissionError):
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            break
    jar = cache / f"{artifact}-{VERSION}.jar"
    if jar.exists():
        return jar
    if shutil.which("mvn") is None:
        raise TlsPostgresMissingError("Maven (mvn) is not installed, which fetches a Postgres with TLS")
    with tempfile.TemporaryDirectory(dir=cache) as fresh:
        wanted = f"-Dartifact=io.zonky.test.postgres:{artifact}:{VERSION}"
        done = subprocess.run(
            ["mvn", "-q", "-B", "dependency:copy", wanted, f"-DoutputDirectory={fresh}"],
            cwd=fresh,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"Maven could not fetch {artifact}:\n{done.stdout}{done.stderr}")
        (Path(fresh) / jar.name).rename(jar)
    return jar
