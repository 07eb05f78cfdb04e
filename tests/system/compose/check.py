"""Runs the production shape for real and checks it from outside, importing nothing of the project.

    python tests/system/compose/check.py            needs Docker with Compose 2.24 or newer; takes four to ten minutes

It checks the files with the tools that read them, builds the images and starts everything as a project of its own
(`frontlog-check`, on free ports, so that one that runs is left alone), and looks at what the containers may do. Then it
posts the samples, waits for their events and for a signed webhook of them, runs the operator's command, kills each
service while more articles come in, carries out backup and restore as docs/operations.md has them, takes everything
down and up again, and compares what can be read. Ends with status 0, or says what is wrong and shows the logs.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PROJECT = "frontlog-check"
PORTS = ("INGEST_PORT", "API_PORT", "KAFKA_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT")
OURS = ("ingest", "extract", "projector", "api", "deliverer")
THEIRS = ("kafka", "postgres", "prometheus", "grafana")
ONE_SHOTS = ("topics", "migrate")
patience = 180.0
"""Seconds that anything may take; `--patience` sets others, for a machine with much other work."""
RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
OPERATIONS = ROOT / "docs" / "operations.md"
DASHBOARDS = ROOT / "deploy" / "grafana" / "dashboards"
# What a subscriber's server may be, as far as it matters here: it takes every message and says which came.
LISTENER = """
import base64, http.server, json

class Takes(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        told = {name.lower(): value for name, value in self.headers.items()}
        print(json.dumps({"headers": told, "body": base64.b64encode(body).decode()}), flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("0.0.0.0", 9000), Takes).serve_forever()
"""


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
        # The subscriber's server is a container of the same network, which is private.
        private = {"FRONTLOG_OUTBOUND_ALLOW": "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"}
        ports = {name: str(port) for name, port in self.ports.items()}
        self._env = os.environ | ports | private | {"VERSION": "check"}

    def run(self, *arguments: str) -> str:
        """Run `docker compose …` and return what it printed. Raises CheckError where it fails."""
        status, told = self.attempt(*arguments)
        if status != 0:
            raise CheckError(f"docker compose {' '.join(arguments)}: status {status}\n{told}")
        return told

    def attempt(self, *arguments: str) -> tuple[int, str]:
        """Run `docker compose …`; return its exit status, and what it printed: on failure its complaints too."""
        command = ["docker", "compose", "-p", PROJECT, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self._env, text=True, capture_output=True, check=False)
        return done.returncode, done.stdout if done.returncode == 0 else done.stdout + done.stderr

    def shell(self, script: str, folder: str) -> None:
        """Run lines of the documentation; files that they read and write are in `folder`. Raises CheckError."""
        env = self._env | {"COMPOSE_PROJECT_NAME": PROJECT, "COMPOSE_FILE": str(ROOT / "docker-compose.yml")}
        command = ["bash", "-euo", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=folder, env=env, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise CheckError(f"{script}\nstatus {done.returncode}\n{done.stdout}{done.stderr}")

    def frontlog(self, *arguments: str) -> str:
        """Run the operator's command. Raises CheckError where it fails."""
        return self.run("run", "--rm", "-T", "frontlog", *arguments)

    def sql(self, query: str) -> str:
        return self.run("exec", "-T", "postgres", "psql", "-U", "frontlog", "-Atc", query).strip()

    def url(self, port: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[port]}{path}"


def container(service: str) -> str:
    """The first container of `service`. By its name: compose may take what `run` has started for it."""
    return f"{PROJECT}-{service}-1"


def docker(*arguments: str) -> str:
    """Run `docker …` and return what it printed. Raises CheckError where it fails."""
    done = subprocess.run(["docker", *arguments], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise CheckError(f"docker {' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def inspected(service: str) -> dict[str, Any]:
    return dict(json.loads(docker("inspect", container(service)))[0])


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def post(url: str, article: dict[str, Any]) -> int:
    """Post as a sender should: again after a 503 or a broken connection. Return the status that ended it."""
    body = json.dumps(article).encode()
    deadline = time.monotonic() + patience
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


def until(what: str, holds: Callable[[], bool]) -> None:
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
    say("health, users, file systems, capabilities")
    for service in (*OURS, *THEIRS):
        shown = inspected(service)
        expect(shown["State"]["Health"]["Status"] == "healthy", f"{service} is {shown['State']['Health']['Status']}")
        user = stack.run("exec", "-T", service, "id", "-u").strip()
        expect(user != "0", f"{service} runs as root")
        host = shown["HostConfig"]
        expect(host["CapDrop"] == ["ALL"] and not host["CapAdd"], f"{service} has capabilities")
        expect(not host["Privileged"], f"{service} is privileged")
        expect("no-new-privileges:true" in host["SecurityOpt"], f"{service} can gain privileges")
        if service != "kafka":
            expect(host["ReadonlyRootfs"], f"{service} can write to its root file system")
            # Even root could not.
            status, told = stack.attempt("exec", "-T", "-u", "0", service, "sh", "-c", "echo x > /written")
            expect(
                status != 0 and "Read-only file system" in told, f"{service}: a write to / ends with {status}, {told}"
            )
    for service in ONE_SHOTS:
        expect(inspected(service)["State"]["ExitCode"] == 0, f"{service} failed")


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


def check_roles(stack: Stack) -> None:
    say("what the database's roles may")
    code = """
import os, sys, psycopg
with psycopg.connect(os.environ["FRONTLOG_DATABASE"]) as connection:
    connection.execute("set search_path = frontlog")
    connection.execute(sys.argv[1])
"""
    wanted = {
        ("api", "select count(*) from event"): None,
        ("api", "delete from event"): "permission denied for table event",
        ("api", "insert into article (article_id) values (gen_random_uuid())"): "permission denied for table article",
        ("api", "create table mine (id int)"): "permission denied for schema frontlog",
        ("api", "select secret from subscription_secret"): "permission denied for table subscription_secret",
        ("projector", "delete from event where false"): None,
        ("projector", "drop table event"): "must be owner of table event",
        ("deliverer", "create table mine (id int)"): "permission denied for schema frontlog",
    }
    for (service, statement), refusal in wanted.items():
        status, told = stack.attempt("exec", "-T", service, "python", "-c", code, statement)
        expect((status == 0) is (refusal is None), f"{service}: {statement}: status {status}, {told}")
        expect(refusal is None or refusal in told, f"{service}: {statement}: {told}")


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


def subscribe(stack: Stack) -> str:
    """Start a subscriber's server and subscribe it to captures; return the secret."""
    say("a subscriber, by the operator's command")
    stack.run(
        *("run", "-d", "--no-deps", "--name", f"{PROJECT}-listener", "--entrypoint", "python", "ingest"),
        *("-c", LISTENER),
    )
    told = stack.frontlog("subscribe", f"http://{PROJECT}-listener:9000/hook", "--type", "capture", "--json")
    return str(json.loads(told)["secret"])


def delivered() -> list[dict[str, Any]]:
    """Requests that came to the subscriber's server."""
    return [json.loads(line) for line in docker("logs", f"{PROJECT}-listener").splitlines()]


def check_webhooks(stack: Stack, secret: str) -> None:
    say("signed webhooks of captures, and of nothing else")
    captures = {
        str(event["event_id"]) for event in get(stack.url("API_PORT", "/events?type=capture&limit=200"))["items"]
    }

    def told() -> set[str]:
        return {json.loads(base64.b64decode(one["body"]))["data"]["event_id"] for one in delivered()}

    until(f"{len(captures)} captures delivered", lambda: told() >= captures)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    for one in delivered():
        headers, body = one["headers"], base64.b64decode(one["body"])
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        expect(signature in headers["webhook-signature"].split(), f"not signed by the secret: {headers}")
        message = json.loads(body)
        expect(message["type"].startswith("event."), f"a message of type {message['type']}")
        expect(message["type"] == "event.withdrawn" or message["data"]["type"] == "capture", f"{message}")


def check_monitoring(stack: Stack) -> None:
    say("Prometheus sees every service and has its rules, Grafana has its dashboards")
    alerts = set(re.findall(r"^ +- alert: (\w+)$", RULES.read_text(encoding="utf-8"), re.MULTILINE))

    def up() -> bool:
        targets = get(stack.url("PROMETHEUS_PORT", "/api/v1/targets"))["data"]["activeTargets"]
        found = {target["labels"]["job"] for target in targets}
        return found == {*OURS, "prometheus"} and all(target["health"] == "up" for target in targets)

    until("all targets up", up)
    groups = get(stack.url("PROMETHEUS_PORT", "/api/v1/rules"))["data"]["groups"]
    rules = {rule["name"]: rule for group in groups for rule in group["rules"]}
    expect(set(rules) == alerts, f"Prometheus has the rules {sorted(rules)}")
    until("every rule evaluated", lambda: _healthy(stack, alerts))
    firing = {rule["name"] for rule in rules.values() if rule["state"] == "firing"}
    expect(not firing, f"{firing} fire")
    check_grafana(stack)


def _healthy(stack: Stack, alerts: set[str]) -> bool:
    groups = get(stack.url("PROMETHEUS_PORT", "/api/v1/rules"))["data"]["groups"]
    return {rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "ok"} == alerts


def check_grafana(stack: Stack) -> None:
    expect(get(stack.url("GRAFANA_PORT", "/api/health"))["database"] == "ok", "Grafana is not healthy")
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARDS.glob("*.json")}
    provisioned = stack.run("exec", "-T", "grafana", "ls", "/etc/grafana/dashboards").split()
    expect(set(provisioned) == set(files), f"Grafana's container has {provisioned}")
    request = urllib.request.Request(stack.url("GRAFANA_PORT", "/api/search?type=dash-db"))
    password = os.environ.get("GRAFANA_PASSWORD", "frontlog-local")
    request.add_header("authorization", "Basic " + base64.b64encode(f"admin:{password}".encode()).decode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        try:
            found = {one["title"] for one in json.load(answer)}
        except ValueError:
            say("NOT CHECKED: what serves as Grafana here has no search, so that only its files were looked at")
            return
    titles = {dashboard["title"] for dashboard in files.values()}
    expect(titles <= found, f"Grafana has {sorted(found)}, without {sorted(titles - found)}")


def check_command(stack: Stack) -> None:
    say("the operator's command")
    told = json.loads(stack.frontlog("status", "--json"))
    expect(told["well"], f"not well: {told['problems']}")
    expect(set(OURS) <= set(told["services"]), f"status knows {sorted(told['services'])}")
    expect(all(one["ready"] for one in told["services"].values()), f"{told['services']}")
    expect(stack.frontlog("dead-letters", "list", "--json").strip() == "", "there are dead letters")
    status, printed = stack.attempt("run", "--rm", "-T", "frontlog", "export", "events", "--format", "csv")
    expect(status == 0 and printed.count("\n") > 10, f"export ends with {status}: {printed[:300]}")
    stack.frontlog("re-extract", "--dry-run", "--sample", "5")


def check_runbook(stack: Stack) -> None:
    say("steps of the runbook: an article's trace, a service that is gone, more replicas")
    article = get(stack.url("API_PORT", "/articles?limit=1"))["items"][0]["article_id"]
    trace = get(stack.url("API_PORT", f"/articles/{article}"))["trace_id"]
    query = (
        f"select article_id, log_partition, log_offset, applied_at from frontlog.extraction where trace_id = '{trace}'"
    )
    expect(stack.sql(query).startswith(article), f"no row has the trace {trace}")
    told = [line for line in stack.run("logs", *OURS).splitlines() if trace in line]
    for service in ("ingest", "extract"):
        expect(
            any(f"{service}-" in line.split("|")[0] for line in told), f"the log of {service} does not tell of {trace}"
        )

    stack.run("stop", "deliverer")
    until("TargetDown sees that the deliverer is gone", lambda: _alert(stack, "TargetDown") in ("pending", "firing"))
    stack.run("up", "-d", "--wait", "deliverer")
    until("TargetDown is over", lambda: _alert(stack, "TargetDown") == "inactive")

    stack.run("up", "-d", "--no-recreate", "--scale", "extract=2")
    until("Prometheus asks both replicas", lambda: _answering(stack, "extract") == 2)
    stack.run("up", "-d", "--no-recreate", "--scale", "extract=1")
    until("only one is left", lambda: _answering(stack, "extract") == 1)


def _alert(stack: Stack, name: str) -> str:
    groups = get(stack.url("PROMETHEUS_PORT", "/api/v1/rules"))["data"]["groups"]
    return str(next(rule["state"] for group in groups for rule in group["rules"] if rule["name"] == name))


def _answering(stack: Stack, job: str) -> int:
    targets = get(stack.url("PROMETHEUS_PORT", "/api/v1/targets"))["data"]["activeTargets"]
    return sum(one["labels"]["job"] == job and one["health"] == "up" for one in targets)


def kill(stack: Stack, service: str) -> None:
    """SIGKILL. Ours by their own child process, so that the restart policy has to bring them back."""
    if service in OURS:
        # Not by /proc/1/task/1/children, which may leave one out while another ends.
        script = "kill -9 $(grep -lE '^PPid:.1$' /proc/[0-9]*/status | cut -d/ -f3)"
        docker("exec", container(service), "sh", "-c", script)
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
        expect(inspected(service)["RestartCount"] >= 1, f"{service} was not started again by its policy")
    found = counts(stack)
    expect(found["article"] == str(already + sent), f"{found['article']} articles instead of {already + sent}")
    expect(in_log(stack, "frontlog.dead-letters.extract") == 0, "there are dead letters")
    return already + sent


def documented(heading: str) -> str:
    """The commands of one part of docs/operations.md, for this project."""
    text = OPERATIONS.read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^    (.+)$", found[1], re.MULTILINE) if found else []
    if not lines:
        raise CheckError(f"docs/operations.md has no commands under {heading!r}")
    return "\n".join(lines).replace("frontlog_", f"{PROJECT}_")


def check_persistence(stack: Stack, number: int) -> int:
    say("down and up again")
    before = counts(stack), in_log(stack, "frontlog.articles")
    stack.run("down")
    stack.run("up", "-d", "--wait")
    after = counts(stack), in_log(stack, "frontlog.articles")
    expect(before == after, f"{before} before, {after} after")

    with tempfile.TemporaryDirectory(prefix="frontlog-check-") as folder:
        say("backup of the database and of the log, as docs/operations.md has them")
        subscriptions = stack.sql("select count(*) from frontlog.subscription")
        stack.shell(documented("Back up the database"), folder)
        stack.shell(documented("Back up the log"), folder)
        base = [article for article in samples() if "text" in article]
        for i in range(10):
            article = base[i] | {"url": f"https://check.example/after-the-backup/{i}"}
            expect(post(stack.url("INGEST_PORT", "/articles"), article) == 202, "an article was refused")
        number += 10
        extracted(stack, number)
        later = counts(stack)

        say("the database restored; the projector catches up from the log")
        stack.shell(documented("Restore the database"), folder)
        until("the same rows as before", lambda: counts(stack) == later)
        expect(stack.sql("select count(*) from frontlog.subscription") == subscriptions, "subscriptions are gone")
        check_roles(stack)

        say("the database lost with its volume, then restored")
        # The projector mounts it as well, to tell how full its disk is.
        stack.run("down")
        subprocess.run(["docker", "volume", "rm", f"{PROJECT}_postgres-data"], check=True, capture_output=True)
        stack.shell(documented("Restore the database"), folder)
        until("the same rows as before", lambda: counts(stack) == later)
        check_roles(stack)

        say("Postgres built anew from the log")
        stack.shell(documented("Build a lost database anew"), folder)
        until("the same rows as before", lambda: counts(stack) == later)

        say("the tables made anew while everything runs")
        stack.frontlog("rebuild")
        expect(counts(stack) == later, f"{counts(stack)} instead of {later}")

        say("the log restored, older than the database, which is built anew")
        stack.shell(documented("Restore the log").replace("up -d --wait", "up -d"), folder)
        until("the projector says so", lambda: "do not belong together" in stack.run("logs", "projector"))
        stack.shell(documented("Build a lost database anew"), folder)
        until("the rows of the backup", lambda: counts(stack) == before[0])
        return number - 10


def main() -> int:
    global patience
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=20, help="articles per killed service (default 20)")
    parser.add_argument("--patience", type=float, default=patience, help="seconds that anything may take (180)")
    parser.add_argument("--keep", action="store_true", help="leave it running at the end")
    arguments = parser.parse_args()
    patience = arguments.patience
    if shutil.which("docker") is None:
        print("docker is not on the PATH", file=sys.stderr)
        return 2
    stack = Stack()
    started = time.monotonic()
    try:
        check_files(stack)
        say("building and starting everything")
        stack.run("up", "-d", "--build", "--wait")
        stack.run("--profile", "console", "build", "frontlog")
        check_containers(stack)
        check_images(stack)
        check_roles(stack)
        secret = subscribe(stack)
        number = check_flow(stack)
        check_webhooks(stack, secret)
        check_monitoring(stack)
        check_command(stack)
        check_runbook(stack)
        number = check_kills(stack, number, arguments.articles)
        check_persistence(stack, number)
    except CheckError as error:
        print(f"\n{error}\n", file=sys.stderr)
        subprocess.run(["docker", "compose", "-p", PROJECT, "ps", "-a"], cwd=ROOT, check=False)
        subprocess.run(
            ["docker", "compose", "-p", PROJECT, "logs", "--tail", "30", *OURS, *ONE_SHOTS], cwd=ROOT, check=False
        )
        return 1
    finally:
        if not arguments.keep:
            subprocess.run(["docker", "rm", "-f", f"{PROJECT}-listener"], capture_output=True, check=False)
            stack.run("--profile", "console", "down", "-v", "--timeout", "10")
    say(f"all as it should be, in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
