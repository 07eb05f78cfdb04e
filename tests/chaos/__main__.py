"""`python -m tests.chaos`: one run, its report on standard output and in the folder. Exit code 0 if it passed."""

import argparse
import dataclasses
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.run import Options, Report, run


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make chaos",
        description="Breaks a whole frontlog by a seeded schedule, and compares what it acknowledged with what it has.",
        epilog="example: make chaos ARGS='--seed 7 --log postgres --minutes 20'",
    )
    parser.add_argument("--seed", type=int, help="repeats a run; drawn and printed where not given")
    parser.add_argument("--articles", type=int, default=5000, help="how many are sent (5000)")
    parser.add_argument("--minutes", type=float, default=20.0, help="the time in which they are sent (20)")
    parser.add_argument("--log", choices=("kafka", "postgres"), default="kafka", help="where the log is (kafka)")
    parser.add_argument("--short", action="store_true", help="the short schedule: 240 articles in half a minute")
    parser.add_argument("--folder", type=Path, help="where logs, timeline and report go (a new folder in /tmp)")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    options = Options(seed, given.articles, given.minutes, given.log, short=False)
    if given.short:
        options = short(seed, given.log)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="frontlog-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {seed}; what the services say is in {folder}", flush=True)
    report = run(options, folder, tell=lambda line: print(time.strftime("%H:%M:%S"), line, flush=True))
    (folder / "report.json").write_text(json.dumps(dataclasses.asdict(report), indent=2), encoding="utf-8")
    show(report)
    return 0 if report.passed else 1


def short(seed: int, log: str) -> Options:
    """The run that is part of the tests."""
    return Options(seed, articles=240, minutes=0.6, log=log, short=True)


def show(report: Report) -> None:
    """Print the report for people."""
    print(f"\nwebhook: {report.answers}; longest time without an acknowledgement {report.longest_silence:.1f} s")
    print(f"tables: longest time without a new article {report.longest_standstill:.1f} s")
    print(f"settled {report.settled_after:.1f} s after the last acknowledgement; {report.seconds:.0f} s in all")
    print(f"not ready, seconds: {report.unready}")
    print(f"ended by themselves and started again: {report.ended or 'none'}\n")
    for name, count in report.verdict.figures.items():
        print(f"  {count:8d}  {name}")
    for kind, offenders in report.verdict.wrong.items():
        print(f"\nWRONG: {kind}, such as")
        for one in offenders:
            print(f"    {one}")
    for one in report.done:
        if one.skipped:
            print(f"\nNOT TRIED: {one.fault}: {one.what}")
    print("\npassed" if report.passed else "\nFAILED")


if __name__ == "__main__":
    sys.exit(main())
