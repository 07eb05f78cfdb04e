"""The Kafka that tests run on: Apache Kafka itself, one node in KRaft mode, from jars that Maven brings.

No stand-in: the wheels that speak Kafka's protocol lose acknowledged records or wedge consumer groups.
"""

import base64
import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

HERE = Path(__file__).parent
POM = HERE / "pom.xml"
CHECKOUT = HERE.parents[2]
START_SECONDS = 90.0
STOP_SECONDS = 30.0
JVM = [
    "-Xmx384m",
    "-XX:+UseSerialGC",
    # Short-lived and sharing few cores with the tests: quick to compile counts for more than quick code.
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    # What Kafka registers with JMX is not looked at, and log4j, which it only configures, has nothing to say.
    "-Dlog4j2.disable.jmx=true",
    "-Dlog4j2.level=OFF",
]


class KafkaMissingError(Exception):
    """This machine cannot run Kafka. The text says what is missing, in one line."""


class KafkaServer:
    """One broker on free loopback ports. `kill` and `start` keep ports and data; `stop` ends it in good order.

    `secured` are listeners beside the open one: by name, the protocol; `properties` and `accounts` (as kafka-storage
    takes them: `SCRAM-SHA-512=[name=…,password=…]`) are what these need.
    """

    def __init__(
        self,
        folder: Path,
        libraries: Path,
        secured: Mapping[str, str] = MappingProxyType({}),
        properties: Mapping[str, object] = MappingProxyType({}),
        accounts: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        self._libraries = libraries
        self._process: subprocess.Popen[bytes] | None = None
        broker, controller, *others = _free_ports(2 + len(secured))
        self.bootstrap = f"127.0.0.1:{broker}"
        """host:port, as Kafka clients want it."""
        self._port = broker
        self._properties = folder / "server.properties"
        self.secured = {name: f"kafka://127.0.0.1:{port}" for name, port in zip(secured, others, strict=True)}
        """The address of each secured listener, as FRONTLOG_LOG takes it."""
        settings = _properties(folder / "data", broker, controller)
        listeners = "".join(f",{name}://127.0.0.1:{port}" for name, port in zip(secured, others, strict=True))
        settings["listeners"] = f"{settings['listeners']}{listeners}"
        settings["advertised.listeners"] = f"{settings['advertised.listeners']}{listeners}"
        protocols = "".join(f",{name}:{protocol}" for name, protocol in secured.items())
        settings["listener.security.protocol.map"] = f"{settings['listener.security.protocol.map']}{protocols}"
        text = "".join(f"{name}={value}\n" for name, value in {**settings, **properties}.items())
        self._properties.write_text(text, encoding="ascii")
        self._format(accounts)

    @property
    def address(self) -> str:
        """The address as FRONTLOG_LOG takes it: kafka://host:port."""
        return f"kafka://{self.bootstrap}"

    @property
    def log_file(self) -> Path:
        return self._folder / "kafka.log"

    def start(self) -> None:
        """Start the broker and wait until it serves requests."""
        if self._process is not None and self._process.poll() is None:
            return
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java(), "kafka.Kafka", str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Kafka did not start:\n{self.log_file.read_text(errors='replace')[-4000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL where that does not help."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, as when the machine fails."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: it accepts connections and never answers. `resume` undoes it."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)

    def _java(self) -> list[str]:
        return ["java", *JVM, "-cp", f"{self._libraries}/*"]

    def _format(self, accounts: Sequence[str]) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid5(uuid.NAMESPACE_URL, self.bootstrap).bytes).decode().rstrip("=")
        done = subprocess.run(
            [
                *self._java(),
                "kafka.tools.StorageTool",
                "format",
                f"--cluster-id={cluster}",
                f"--config={self._properties}",
                *(f"--add-scram={account}" for account in accounts),
            ],
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"Kafka could not format its storage:\n{done.stdout}{done.stderr}")

    def _answers(self) -> bool:
        """Whether it answers a Metadata request (API 3, version 1, no topics) and knows a broker: itself."""
        request = bytes.fromhex("00030001000000010004") + b"test" + bytes.fromhex("00000000")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=5) as link:
            link.sendall(len(request).to_bytes(4, "big") + request)
            size = int.from_bytes(_receive(link, 4), "big")
            answer = _receive(link, size)
            return int.from_bytes(answer[4:8], "big") > 0
        return False


@contextmanager
def kafka_server() -> Iterator[KafkaServer]:
    """A started broker in a temporary folder that goes away with it. Raises KafkaMissingError."""
    libraries = kafka_libraries()
    with tempfile.TemporaryDirectory(prefix="frontlog-kafka-", ignore_cleanup_errors=True) as folder:
        server = KafkaServer(Path(folder), libraries)
        try:
            server.start()
            yield server
        finally:
            server.resume()
            server.stop()


def kafka_libraries() -> Path:
    """The folder of Kafka's jars; the first call has Maven fetch them. Raises KafkaMissingError."""
    _require_java()
    name = f"kafka-libs-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    for cache in (CHECKOUT / ".cache", Path(tempfile.gettempdir()) / f"frontlog-cache-{os.getuid()}"):
        with contextlib.suppress(PermissionError):
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            break
    libraries = cache / name
    if libraries.is_dir():
        return libraries
    if shutil.which("mvn") is None:
        raise KafkaMissingError("Maven (mvn) is not installed, which fetches Apache Kafka's jars")
    fresh = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=cache))
    try:
        done = subprocess.run(
            ["mvn", "-q", "-B", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={fresh}"],
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"Maven could not fetch Apache Kafka's jars:\n{done.stdout}{done.stderr}")
        with contextlib.suppress(OSError):  # another session was faster, with the same files
            fresh.rename(libraries)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return libraries


def _require_java() -> None:
    if shutil.which("java") is None:
        raise KafkaMissingError("Java is not installed; Apache Kafka 4 needs Java 17 or later")
    done = subprocess.run(["java", "-version"], capture_output=True, text=True)
    found = re.search(r'version "(\d+)', done.stderr + done.stdout)
    if done.returncode != 0 or found is None or int(found[1]) < 17:
        raise KafkaMissingError(f"Java {found[1] if found else '?'} is too old; Apache Kafka 4 needs Java 17 or later")


def _properties(data: Path, broker: int, controller: int) -> dict[str, object]:
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{broker}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": data,
        # As in the production shape: topics are made by their own step, never by mistake.
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,
        "controlled.shutdown.enable": "false",
        # A killed broker may register again when its last session has run out.
        "broker.heartbeat.interval.ms": 500,
        "broker.session.timeout.ms": 3000,
    }


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as open_sockets:
        probes = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _receive(link: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = link.recv(size - len(data))
        if not part:
            raise ConnectionError("closed")
        data += part
    return data
