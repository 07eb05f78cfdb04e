"""Runs the production shape for real and checks it from outside, importing nothing of the project.

    python tests/system/compose/check.py            needs Docker with Compose 2.24 or newer; takes two to five minutes

It checks the files with the tools that read them, builds the images and starts everything as a project of its own
(`frontlog-check`, on free ports, so that one that runs is left alone), posts the samples, waits for their events, kills
each service while more articles come in, takes everything down and up again, and compares what can be read. Ends with
status 0, or says what is wrong and shows the logs.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PROJECT = "frontlog-check"
PORTS = ("INGEST_PORT", "API_PORT", "KAFKA_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT")
OURS = ("ingest", "extract", "projector", "api")
ONE_SHOTS = ("topics", "migrate")
PATIENCE = 180.0


class CheckError(Exception):
    """Something is not as it should be; the text says what."""


def say(text: str) -> None:
    print(f"== {text}", flush=True)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Stack:
    """The compose project: its commands and its addresses."""

    def __init__(self) -> None:
        self.ports = {name: free_port() for name in PORTS}
        self._env = os.environ | {name: str(port) for name, port in self.ports.items()} | {"VERSION": "check"}

    def run(self, *arguments: str, quiet: bool = True) -> str:
        """Run `docker compose …` and return what it printed. Raises CheckError where it fails."""
        command = ["docker", "compose", "-p", PROJECT, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self._env, text=True, capture_output=quiet, check=False)
        if done.returncode != 0:
            raise CheckError(f"{' '.join(command)}: status {done.returncode}\n{done.stderr or ''}")
        return done.stdout or ""

    def sql(self, query: str) -> str:
        return self.run("exec", "-T", "postgres", "psql", "-U", "frontlog", "-Atc", query).strip()

    def url(self, port: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[port]}{path}"

    def inspect(self, service: str) -> dict[str, Any]:
        found = self.run("ps", "-a", "-q", service).split()
        if not found:
            raise CheckError(f"{service} has no container")
        shown = subprocess.run(["docker", "inspect", found[0]], text=True, capture_output=True, check=True)
        return dict(json.loads(shown.stdout)[0])


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def post(url: str, article: dict[str, Any]) -> int:
    """Post as a sender should: again after a 503 or a broken connection. Return the status that ended it."""
    body = json.dumps(article).encode()
    deadline = time.monotonic() + PATIENCE
    while True:
        request = urllib.request.Request(url, body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            if error.code != 503:
                return error.code
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise CheckError("ingest did not come back")
        time.sleep(0.5)


def until(what: str, holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until `holds`; a service that cannot be reached yet counts as not."""
    deadline = time.monotonic() + patience
    while True:
        try:
            if holds():
                return
        except (OSError, CheckError, ValueError):
            pass
        if time.monotonic() > deadline:
            raise CheckError(f"not in {patience:.0f} s: {what}")
        time.sleep(1)


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise CheckError(what)


def samples() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "samples").glob("*.json"))]


def check_files(stack: Stack) -> None:
    say("the compose file, and Prometheus' rules with their tests")
    stack.run("config", "-q")
    for arguments in (["check", "config", "prometheus.yml"], ["test", "rules", "rules_test.yml"]):
        stack.run(
            "run", "--rm", "--no-deps", "-w", "/etc/prometheus", "--entrypoint", "promtool", "prometheus", *arguments
        )


def check_containers(stack: Stack) -> None:
    say("users, file systems, capabilities")
    for service in (*OURS, "kafka", "postgres", "prometheus", "grafana"):
        user = stack.run("exec", "-T", service, "id", "-u").strip()
        expect(user != "0", f"{service} runs as root")
        host = stack.inspect(service)["HostConfig"]
        expect(host["CapDrop"] == ["ALL"], f"{service} has capabilities")
        expect(host["ReadonlyRootfs"] or service == "kafka", f"{service} can write to its root file system")
    for service in ONE_SHOTS:
        expect(stack.inspect(service)["State"]["ExitCode"] == 0, f"{service} failed")


def check_images(stack: Stack) -> None:
    say("what the images hold")
    foreign = {
        "ingest": ("spacy", "faust", "alembic", "pytest", "pip"),
        "extract": ("trafilatura", "standardwebhooks", "alembic", "pytest", "pip"),
        "api": ("spacy", "faust", "trafilatura", "pytest", "pip"),
    }
    code = "import importlib.util, sys; print([name for name in sys.argv[1:] if importlib.util.find_spec(name)])"
    for service, names in foreign.items():
        found = stack.run("exec", "-T", service, "python", "-c", code, *names).strip()
        expect(found == "[]", f"the image of {service} holds {found}")


def counts(stack: Stack) -> dict[str, str]:
    tables = ("article", "extraction", "event", "claim")
    return {table: stack.sql(f"select count(*) from frontlog.{table}") for table in tables}


def extracted(stack: Stack, number: int) -> None:
    until(
        f"{number} articles extracted and readable",
        lambda: stack.sql("select count(*) from frontlog.extraction") == str(number),
    )


def in_log(stack: Stack, topic: str) -> int:
    """Records in a topic that nothing was deleted from, by its end offsets."""
    shown = stack.run(
        "exec",
        "-T",
        "kafka",
        "/opt/kafka/bin/kafka-get-offsets.sh",
        "--bootstrap-server",
        "localhost:9092",
        "--topic",
        topic,
    )
    return sum(int(line.rsplit(":", 1)[1]) for line in shown.splitlines() if line.startswith(topic))


def check_flow(stack: Stack) -> int:
    articles = samples()
    say(f"{len(articles)} samples through the webhook")
    statuses = {post(stack.url("INGEST_PORT", "/articles"), article) for article in articles}
    expect(statuses == {202}, f"answered {statuses}")
    expect(post(stack.url("INGEST_PORT", "/articles"), articles[0]) == 200, "a repeat is not answered as known")
    extracted(stack, len(articles))
    captures = get(stack.url("API_PORT", "/events?type=capture&limit=100"))["items"]
    places = {(event.get("place") or {}).get("name") for event in captures}
    for place in ("Bakhmut", "Lysychansk", "Kupiansk"):
        expect(place in places, f"no capture of {place} among {sorted(filter(None, places))}")
    stances = {claim["stance"] for event in captures for claim in event["claims"]}
    expect({"asserts", "denies"} <= stances, f"only {stances} among the claims")
    return len(articles)


def check_monitoring(stack: Stack) -> None:
    say("Prometheus sees every service, Grafana is up")

    def up() -> bool:
        targets = get(stack.url("PROMETHEUS_PORT", "/api/v1/targets"))["data"]["activeTargets"]
        return {target["labels"]["job"] for target in targets if target["health"] == "up"} >= set(OURS)

    until("all targets up", up, 90)
    expect(get(stack.url("GRAFANA_PORT", "/api/health"))["database"] == "ok", "Grafana is not healthy")


def kill(stack: Stack, service: str) -> None:
    """SIGKILL. Ours by their own child process, so that the restart policy has to bring them back."""
    if service in OURS:
        stack.run("exec", "-T", service, "sh", "-c", "kill -9 $(cat /proc/1/task/1/children)")
    else:
        stack.run("restart", "-t", "0", service)


def check_kills(stack: Stack, already: int, each: int) -> int:
    victims = (*OURS, "postgres", "kafka")
    say(f"{each} articles while each of {', '.join(victims)} is killed")
    base = [article for article in samples() if "text" in article]
    sent = 0
    for service in victims:
        for i in range(each):
            if i == each // 3:
                kill(stack, service)
            article = base[sent % len(base)] | {"url": f"https://check.example/{service}/{i}"}
            expect(post(stack.url("INGEST_PORT", "/articles"), article) in (200, 202), "an article was refused")
            sent += 1
    extracted(stack, already + sent)
    for service in OURS:
        expect(stack.inspect(service)["RestartCount"] >= 1, f"{service} was not started again by its policy")
    found = counts(stack)
    expect(found["article"] == str(already + sent), f"{found['article']} articles instead of {already + sent}")
    expect(in_log(stack, "frontlog.dead-letters.extract") == 0, "there are dead letters")
    return already + sent


def check_persistence(stack: Stack) -> None:
    say("down and up again")
    before = counts(stack), in_log(stack, "frontlog.articles")
    stack.run("down")
    stack.run("up", "-d", "--wait")
    after = counts(stack), in_log(stack, "frontlog.articles")
    expect(before == after, f"{before} before, {after} after")

    say("Postgres built anew from the log")
    stack.run("stop", "projector", "api")
    stack.sql("drop schema frontlog cascade")
    stack.run("up", "-d", "--wait")
    until("the same rows as before", lambda: counts(stack) == before[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=20, help="articles per killed service (default 20)")
    parser.add_argument("--keep", action="store_true", help="leave it running at the end")
    arguments = parser.parse_args()
    if shutil.which("docker") is None:
        print("docker is not on the PATH", file=sys.stderr)
        return 2
    stack = Stack()
    started = time.monotonic()
    try:
        check_files(stack)
        say("building and starting everything")
        stack.run("up", "-d", "--build", "--wait")
        check_containers(stack)
        check_images(stack)
        number = check_flow(stack)
        check_monitoring(stack)
        check_kills(stack, number, arguments.articles)
        check_persistence(stack)
    except CheckError as error:
        print(f"\n{error}\n", file=sys.stderr)
        subprocess.run(["docker", "compose", "-p", PROJECT, "ps", "-a"], cwd=ROOT, check=False)
        subprocess.run(
            ["docker", "compose", "-p", PROJECT, "logs", "--tail", "30", *OURS, *ONE_SHOTS], cwd=ROOT, check=False
        )
        return 1
    finally:
        if not arguments.keep:
            stack.run("down", "-v", "--timeout", "10")
    say(f"all as it should be, in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
