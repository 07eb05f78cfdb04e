"""One drill for each alert: provokes it, says how, mends it as the runbook says, and says how.

A drill is a generator. What stands before its first `yield` makes the alert fire, what comes then mends it; each
`yield` gives the words for the table.
"""

import json
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psutil
import psycopg
import trustme

from services.store.subscriptions.backoff import DELAYS
from tests.drill.receiver import receiver
from tests.drill.system import DrillError, System

Drill = Callable[[System], Iterator[str]]
QUEUED: Final = 2000
FULL_SHARE: Final = 0.93
LAST_ATTEMPT: Final = len(DELAYS)


def target_down(there: System) -> Iterator[str]:
    there.fleet.send("projector", signal.SIGSTOP)
    yield "the projector stopped by SIGSTOP"
    there.fleet.kill("projector")
    there.fleet.wait_ready("projector")
    yield "killed and started again; it went on where it stood"


def extraction_stopped(there: System) -> Iterator[str]:
    for child in there.fleet.children("extract-1"):
        child.suspend()
    with there.feeding(rate=2):
        yield "the reading processes of extract stopped by SIGSTOP, two articles a second"
    there.fleet.restart("extract-1")
    there.frontlog("status", status=None)
    yield "extract restarted: what was in work was read again"


def nothing_received(there: System) -> Iterator[str]:
    yield "nothing sent for longer than the rule's six hours"
    answer = there.post()
    if answer != 202:
        raise DrillError(f"the webhook answers {answer}")
    yield "one article posted from outside: 202"


def lag_growing(there: System) -> Iterator[str]:
    stopped: list[psutil.Process] = there.fleet.children("extract-1")
    for child in stopped:
        child.suspend()
    with there.feeding(rate=15):
        yield "fifteen articles a second, and the reading processes of the one extract worker stopped"
        for name in ("extract-2", "extract-3"):
            there.fleet.start(name, "extract")
            there.fleet.wait_ready(name)
        there.watch()
    for child in stopped:
        with suppress(psutil.NoSuchProcess):
            child.resume()
    yield "two more replicas of extract, which took over partitions; then the first one went on"
    for name in ("extract-2", "extract-3"):
        there.fleet.leave(name, signal.SIGTERM)
    there.watch()


def dead_letters(there: System) -> Iterator[str]:
    there.poison(3)
    yield "three records that are no JSON in `frontlog.articles`"
    shown = [
        json.loads(line) for line in there.frontlog("dead-letters", "list", "--state", "open", "--json").splitlines()
    ]
    if not shown:
        raise DrillError("no dead letter is listed")
    there.frontlog("dead-letters", "show", shown[0]["id"])
    there.frontlog("dead-letters", "retry", shown[0]["id"])
    there.until("the one that was put back fails again", lambda: _open(there) >= len(shown))
    there.frontlog("dead-letters", "drop", "--reason", "not_json", "--why", "a drill", "--yes")
    if left := _open(there):
        raise DrillError(f"{left} are still open")
    yield "listed, shown; one put back, which failed again; all dropped with a reason, none was open"


def error_share(there: System) -> Iterator[str]:
    stop = threading.Event()

    def now_and_then() -> None:
        while not stop.wait(1):
            there.poison(1)

    bad = threading.Thread(target=now_and_then, daemon=True)
    bad.start()
    with there.feeding(rate=4):
        yield "one record in five is no JSON"
        stop.set()
        bad.join()
    there.frontlog("dead-letters", "drop", "--all", "--why", "a drill", "--yes")
    yield "the sender mended, the letters dropped"


def flood_stop(there: System) -> Iterator[str]:
    there.poison(60)
    yield "sixty records one after another that are no JSON"
    # Both stages read the articles, and both have met the same records.
    stages = {"extract": "extract-1", "store": "projector"}
    there.until("both stages have stopped", lambda: all(there.fleet.ready(name) for name in stages.values()))
    for stage, name in stages.items():
        told = there.fleet.ready(name) or ""
        if f"dead-letters resume {stage}" not in told:
            raise DrillError(f"/readyz of {name} tells no remedy: {told}")
        there.frontlog("dead-letters", "resume", stage, "--let-through", "500")
    for name in stages.values():
        there.until(f"{name} goes on", lambda name=name: there.fleet.ready(name) is None)  # type: ignore[misc]
    there.frontlog("dead-letters", "drop", "--all", "--why", "a drill", "--yes")
    yield "both stages told the last error and the command in `/readyz`; `dead-letters resume` for each; they went on"


def requests_fail(there: System) -> Iterator[str]:
    there.database.kill()
    with there.feeding(rate=3):
        yield "Postgres, which holds the log here, killed while articles came in"
    there.database.revive()
    there.until("the webhook takes articles again", lambda: there.post() == 202)
    yield "Postgres started; the webhook answered 202 again by itself"


def slow_to_be_readable(there: System) -> Iterator[str]:
    stop = threading.Event()

    def hold_up() -> None:
        while not stop.is_set():
            there.fleet.send_alone("projector", signal.SIGSTOP)
            time.sleep(9)
            there.fleet.send_alone("projector", signal.SIGCONT)
            time.sleep(2)

    slow = threading.Thread(target=hold_up, daemon=True)
    with there.feeding(rate=3):
        slow.start()
        yield "the projector stopped for nine of every eleven seconds"
        stop.set()
        slow.join()
    there.fleet.wait_ready("projector")
    yield "the projector left alone"


def outbox_waits(there: System) -> Iterator[str]:
    with psycopg.connect(there.database.address) as connection:
        connection.execute("select from frontlog_log.partitions where topic = 'frontlog.control' for update")
        with psycopg.connect(there.database.address) as other:
            other.execute(
                "insert into frontlog.outbox (topic, key, action, queued_at) "
                "select 'frontlog.control', 'drill:' || n, 'publish', now() from generate_series(1, %s) n",
                (QUEUED,),
            )
        yield f"`frontlog.control` locked in the log, {QUEUED:,} standings queued"
        connection.rollback()
    yield "the lock let go: the projector published what waited by itself"


def webhooks_behind(there: System) -> Iterator[str]:
    with receiver() as answers, _subscribed(there, answers.url):
        answers.seconds = 4
        with there.feeding(rate=3):
            yield "a receiver that takes four seconds for each message"
        answers.seconds = 0
        yield "the receiver mended"


def receiver_fails(there: System) -> Iterator[str]:
    with receiver() as answers, _subscribed(there, answers.url) as subscription:
        answers.status = 500
        with there.feeding(rate=2):
            yield "a receiver that answers 500"
        shown = there.frontlog("subscriptions", "show", subscription)
        if "500" not in shown:
            raise DrillError(f"`subscriptions show` does not tell the last error:\n{shown}")
        there.frontlog("subscriptions", "test", subscription, status=1)
        answers.status = 204
        there.frontlog("subscriptions", "test", subscription)
        there.frontlog("subscriptions", "resume", subscription)
        yield "`subscriptions show` told the 500; the receiver mended, `subscriptions resume` sent what waited at once"
        if not answers.taken:
            raise DrillError("the receiver got nothing")


def webhook_given_up(there: System) -> Iterator[str]:
    with receiver() as answers, _subscribed(there, answers.url) as subscription:
        answers.status = 500
        there.frontlog("ingest", str(_report(there)))
        there.until("a first attempt has failed", lambda: _attempts(there, subscription) > 0)
        with psycopg.connect(there.database.address) as connection:
            connection.execute(
                "update frontlog.subscription set attempts = %s, due_at = now() where subscription_id = %s",
                (LAST_ATTEMPT, subscription),
            )
        yield "a receiver that answers 500, its last attempt brought forward by three days in the table"
        if not there.frontlog("subscriptions", "deliveries", subscription, "--state", "dead", "--json").splitlines():
            raise DrillError("no dead letter is listed")
        answers.status = 204
        there.frontlog("subscriptions", "retry", subscription)
        if not answers.taken:
            raise DrillError("what was given up did not come after `retry`")
        yield "listed by `deliveries --state dead`; the receiver mended, `subscriptions retry` delivered it"


def subscription_disabled(there: System) -> Iterator[str]:
    with receiver() as answers, _subscribed(there, answers.url) as subscription:
        answers.status = 410
        with there.feeding(rate=2):
            yield "a receiver that answers 410"
        shown = there.frontlog("subscriptions", "show", subscription)
        if "410" not in shown:
            raise DrillError(f"`subscriptions show` does not tell the reason:\n{shown}")
        answers.status = 204
        there.frontlog("subscriptions", "resume", subscription)
        there.until("what waited comes", lambda: bool(answers.taken))
        yield "`subscriptions show` told why; the receiver mended, `subscriptions resume` went on where it stood"


def disk_nearly_full(there: System) -> Iterator[str]:
    disk = there.database.disk
    if disk is None:
        raise DrillError("this user may not mount a disk of its own for Postgres")
    there.frontlog("rebuild", "--keep-old")
    before = psutil.disk_usage(str(disk))
    ballast = disk / "ballast"
    size = int(before.total * FULL_SHARE) - before.used
    with ballast.open("wb") as file:
        while file.tell() < size:
            file.write(b"\0" * 1_048_576)
    yield f"the database's disk filled to {FULL_SHARE:.0%}"
    used = psutil.disk_usage(str(disk)).used
    there.frontlog("rebuild", "--abort")
    freed = used - psutil.disk_usage(str(disk)).used
    ballast.unlink()
    yield f"`rebuild --abort` gave back {freed / 1e6:.1f} MB of kept old tables; then room was made"


def certificate_ends(there: System) -> Iterator[str]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(there.folder / "authority.pem"))
    there.fleet.env["SSL_CERT_FILE"] = str(there.folder / "authority.pem")
    with _proxy(authority, days=10) as (port, renew):
        there.fleet.env["FRONTLOG_INGEST_PUBLIC_URL"] = f"https://localhost:{port}"
        there.fleet.restart("ingest-1")
        yield "a proxy whose certificate ends in ten days"
        renew(authority, 90)
        there.fleet.restart("ingest-1")
        yield "renewed, and ingest restarted so that it looked at once"
        _forget(there)


def certificate_refused(there: System) -> Iterator[str]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(there.folder / "authority.pem"))
    there.fleet.env["SSL_CERT_FILE"] = str(there.folder / "authority.pem")
    with _proxy(trustme.CA(), days=90) as (port, renew):
        there.fleet.env["FRONTLOG_INGEST_PUBLIC_URL"] = f"https://localhost:{port}"
        there.fleet.restart("ingest-1")
        yield "a proxy whose certificate is of another authority"
        looked = _openssl(port)
        if "issuer" not in looked or "notAfter" not in looked:
            raise DrillError(f"openssl tells nothing of the certificate: {looked}")
        renew(authority, 90)
        yield "`openssl` told issuer and dates; one of the known authority was put in, and seen within a minute"
        _forget(there)


DRILLS: Final[Mapping[str, Drill]] = {
    "TargetDown": target_down,
    "DeadLetters": dead_letters,
    "ErrorShare": error_share,
    "FloodStop": flood_stop,
    "ExtractionStopped": extraction_stopped,
    "LagGrowing": lag_growing,
    "SlowToBeReadable": slow_to_be_readable,
    "OutboxWaits": outbox_waits,
    "WebhooksBehind": webhooks_behind,
    "ReceiverFails": receiver_fails,
    "WebhookGivenUp": webhook_given_up,
    "SubscriptionDisabled": subscription_disabled,
    "RequestsFail": requests_fail,
    "DiskNearlyFull": disk_nearly_full,
    "CertificateEnds": certificate_ends,
    "CertificateRefused": certificate_refused,
    "NothingReceived": nothing_received,
}


def _open(there: System) -> int:
    return len(there.frontlog("dead-letters", "list", "--state", "open", "--json").splitlines())


@contextmanager
def _subscribed(there: System, url: str) -> Iterator[str]:
    """A subscription to every event for as long as the block lasts: its id."""
    identifier = str(json.loads(there.frontlog("subscribe", url, "--json"))["subscription_id"])
    try:
        yield identifier
    finally:
        there.frontlog("subscriptions", "remove", identifier, "--yes")


def _attempts(there: System, subscription: str) -> int:
    with psycopg.connect(there.database.address) as connection:
        query = "select attempts from frontlog.subscription where subscription_id = %s"
        row = connection.execute(query, (subscription,)).fetchone()
    return int(row[0]) if row else 0


def _report(there: System) -> Path:
    """An article with an event, as a file."""
    path = there.folder / f"report-{time.time_ns()}.json"
    text = f"Russian forces shelled Kharkiv on Monday, the governor said. This is report {time.time_ns()}."
    path.write_text(json.dumps({"text": text, "published_at": "2023-03-01"}), encoding="utf-8")
    return path


def _openssl(port: int) -> str:
    """What the runbook's command prints."""
    command = (
        f"openssl s_client -connect localhost:{port} -servername localhost </dev/null "
        "| openssl x509 -noout -dates -subject -issuer"
    )
    return subprocess.run(command, shell=True, capture_output=True, text=True, timeout=30).stdout


def _forget(there: System) -> None:
    for name in ("SSL_CERT_FILE", "FRONTLOG_INGEST_PUBLIC_URL"):
        there.fleet.env.pop(name, None)
    there.fleet.restart("ingest-1")


@contextmanager
def _proxy(authority: trustme.CA, days: int) -> Iterator[tuple[int, Callable[[trustme.CA, int], None]]]:
    """A TLS server as a proxy in front of the webhook is: its port, and what puts another certificate in."""

    def context(signs: trustme.CA, days: int) -> ssl.SSLContext:
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        signs.issue_cert("localhost", not_after=datetime.now(UTC) + timedelta(days=days)).configure_cert(made)
        return made

    held = [context(authority, days)]
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with suppress(OSError), held[0].wrap_socket(connection, server_side=True) as secure:
                secure.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1], lambda signs, days: held.__setitem__(0, context(signs, days))
    finally:
        # Closing alone leaves the one that waits in accept waiting.
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
