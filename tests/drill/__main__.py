"""`python -m tests.drill`: every alert of the runbook, provoked and mended; prints a table. Exit code 0 if all went as
the runbook says."""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.drill.drills import DRILLS
from tests.drill.system import DrillError, System, system


@dataclass(frozen=True, slots=True)
class Done:
    """One drill. Seconds as the shortened rules have them."""

    alert: str
    provoked: str
    fired_after: float
    mended: str
    gone_after: float


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make drill",
        description="Provokes every alert on a whole running system, mends it as docs/runbook.md says, and waits until "
        "it is gone. A minute of the rules lasts a second, an hour ten. Takes about ten minutes.",
        epilog="example: make drill ARGS='FloodStop DeadLetters'",
    )
    parser.add_argument("alerts", nargs="*", metavar="ALERT", help=f"which (all): {', '.join(DRILLS)}")
    given = parser.parse_args()
    if unknown := set(given.alerts) - set(DRILLS):
        parser.error(f"no such alert: {', '.join(sorted(unknown))}")
    folder = Path(tempfile.mkdtemp(prefix="frontlog-drill-"))
    tell(f"what the services say is in {folder}")
    done, failed = [], []
    with system(folder) as there:
        for alert in given.alerts or DRILLS:
            try:
                done.append(drill(alert, there))
            except DrillError as error:
                failed.append(alert)
                tell(f"{alert}: NOT as the runbook says: {error}")
        try:
            calm(there)
        except DrillError as error:
            failed.append(f"at the end: {error}")
    print("\n| alert | provoked by | mended by |\n| --- | --- | --- |")
    for one in done:
        print(
            f"| {one.alert} | {one.provoked}; fired after {one.fired_after:.0f} s "
            f"| {one.mended}; gone after {one.gone_after:.0f} s |"
        )
    print("\nfailed: " + ", ".join(failed) if failed else f"\nall {len(done)} as the runbook says")
    return 1 if failed else 0


def drill(alert: str, there: System) -> Done:
    """Provoke one alert and mend it. Raises DrillError."""
    steps = DRILLS[alert](there)
    try:
        began = time.monotonic()
        provoked = next(steps)
        there.until(f"{alert} fires", lambda: alert in there.prometheus.firing())
        fired = time.monotonic() - began
        # With rules this short an alert may be gone for a moment when one scrape fails.
        there.until("`frontlog status` names it", lambda: f"alert {alert}" in there.frontlog("status", status=None))
        began = time.monotonic()
        mended = next(steps)
        there.until(f"{alert} is gone", lambda: alert not in there.prometheus.firing())
        gone = time.monotonic() - began
    finally:
        # Whatever is left to take back.
        for _ in steps:
            pass
    tell(f"{alert}: {provoked}: fired after {fired:.0f} s; {mended}: gone after {gone:.0f} s")
    return Done(alert, provoked, fired, mended, gone)


def calm(there: System) -> None:
    """Everything is well at the end, and the command says so. Raises DrillError."""
    expected = {"NothingReceived"}
    there.until("nothing fires any more", lambda: not there.prometheus.firing() - expected)
    if there.post() != 202:
        raise DrillError("the webhook takes no article")
    there.until("frontlog status says well", lambda: "not well" not in there.frontlog("status", status=None))


def tell(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
