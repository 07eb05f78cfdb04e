"""How well incidents are told apart: labelled short reports, the events read from them, and pairs that are one or two.

usage: python -m tests.quality.incidents [--half seen|held] [--errors]
       python -m tests.quality.incidents --write      reads the reports with the present extractor into events.jsonl

The rules were written looking at the pairs of the `seen` half alone.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from services.contracts.codec import decode, encode
from services.contracts.messages import Extraction
from services.store.components import components
from services.store.incidents.pairs import tie
from services.store.incidents.traits import Telling, telling
from services.store.projections.extraction import project

FOLDER: Final = Path(__file__).parents[1] / "data" / "incidents"
REPORTS: Final = FOLDER / "reports.jsonl"
EVENTS: Final = FOLDER / "events.jsonl"


@dataclass(frozen=True)
class Labelled:
    """An event of a report, and the incident of its scenario that the report tells of."""

    telling: Telling
    scenario: int
    half: str
    incident: str
    text: str


T = TypeVar("T")


@dataclass(frozen=True)
class Score(Generic[T]):
    pairs: int
    same: int
    right: int
    told_one: int
    wrong: tuple[tuple[T, T], ...]

    @property
    def precision(self) -> float:
        return self.right / self.told_one

    @property
    def recall(self) -> float:
        return self.right / self.same


def scenarios() -> list[dict[str, Any]]:
    return [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()]


def url(scenario: int, report: int) -> str:
    return f"https://reports.example.org/{scenario}/{report}"


def labelled() -> list[Labelled]:
    """Every event of a scenario's kind at its place."""
    given = {
        url(s, r): (s, scene, report)
        for s, scene in enumerate(scenarios())
        for r, report in enumerate(scene["reports"])
    }
    found = []
    for line in EVENTS.read_bytes().splitlines():
        extraction = decode(Extraction, line)
        number, scene, report = given[extraction.url or ""]
        rows = project(extraction, partition=0, offset=0, applied_at=datetime(2026, 1, 1, tzinfo=UTC))
        for row in rows.events:
            one = telling(row)
            if one.kind.name == scene["kind"] and row.place_name == scene["place"]:
                found.append(Labelled(one, number, scene["half"], report["incident"], report["text"]))
    return found


def pairs(events: Iterable[Labelled], half: str | None = None) -> Iterator[tuple[Labelled, Labelled]]:
    """Pairs of events of one scenario from two reports."""
    for a, b in combinations(events, 2):
        if a.scenario == b.scenario and a.telling.article_id != b.telling.article_id and half in (None, a.half):
            yield a, b


def measure(half: str | None = None) -> Score[Labelled]:
    """Pairwise precision and recall of the incidents that all reports together come to."""
    events = labelled()
    tellings = [e.telling for e in events]
    ties = [(a.event_id, b.event_id) for a, b in combinations(tellings, 2) if tie(a, b) is not None]
    incident = components([t.event_id for t in tellings], ties)
    total = same = right = told_one = 0
    wrong = []
    for a, b in pairs(events, half):
        one = incident[a.telling.event_id] == incident[b.telling.event_id]
        truly = a.incident == b.incident
        total += 1
        same += truly
        told_one += one
        right += one and truly
        if one != truly:
            wrong.append((a, b))
    return Score(total, same, right, told_one, tuple(wrong))


def write() -> None:
    """Read the reports with the present extractor."""
    from services.extract.commands import article_of
    from services.extract.pipeline import extract

    with EVENTS.open("wb") as out:
        for s, scene in enumerate(scenarios()):
            for r, report in enumerate(scene["reports"]):
                data = {"url": url(s, r), "text": report["text"], "published_at": report["published_at"]}
                out.write(encode(extract(article_of(data))) + b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Pairwise precision and recall of incidents.")
    parser.add_argument("--half", choices=("seen", "held"))
    parser.add_argument("--errors", action="store_true", help="print the pairs that are wrong")
    parser.add_argument("--write", action="store_true", help="read the reports anew with the present extractor")
    given = parser.parse_args()
    if given.write:
        write()
    score = measure(given.half)
    print(
        f"{score.pairs} pairs, {score.same} of one incident: precision {score.precision:.3f}, recall {score.recall:.3f}"
    )
    if given.errors:
        for a, b in score.wrong:
            print("\nmissed" if a.incident == b.incident else "\nWRONGLY ONE", tie(a.telling, b.telling))
            for e in (a, b):
                t = e.telling
                when = f"{t.first_day}..{t.last_day} {'dated' if t.dated else 'undated'}"
                told = [(f.what, f.low) for f in t.figures]
                print(
                    f"  {t.type} {t.modality} {when} {t.actor_side} {told} {t.means} {t.objects} {t.parts} | {e.text}"
                )


if __name__ == "__main__":
    main()
