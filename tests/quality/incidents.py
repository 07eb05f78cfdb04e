"""How well incidents are told apart: labelled short reports, the events read from them, and pairs that are one or two.

usage: python -m tests.quality.incidents [--half seen|held] [--errors]
       python -m tests.quality.incidents --write      reads the reports with the present extractor into events.jsonl

The rules were written looking at the pairs of the `seen` half alone.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from services.contracts.codec import decode, encode
from services.contracts.messages import Extraction
from services.store.components import components
from services.store.incidents.pairs import tie
from services.store.incidents.traits import Telling, telling
from services.store.projections.extraction import project
from tests.quality.pairwise import Score, command, scored

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
    return scored(
        pairs(events, half), lambda a, b: incident[a.telling.event_id] == incident[b.telling.event_id], _truly
    )


def _truly(a: Labelled, b: Labelled) -> bool:
    return a.incident == b.incident


def write() -> None:
    """Read the reports with the present extractor."""
    from services.extract.commands import article_of
    from services.extract.pipeline import extract

    with EVENTS.open("wb") as out:
        for s, scene in enumerate(scenarios()):
            for r, report in enumerate(scene["reports"]):
                data = {"url": url(s, r), "text": report["text"], "published_at": report["published_at"]}
                out.write(encode(extract(article_of(data))) + b"\n")


def _shown(a: Labelled, b: Labelled) -> tuple[object, ...]:
    return tie(a.telling, b.telling), _line(a), _line(b)


def _line(one: Labelled) -> str:
    t = one.telling
    when = f"{t.first_day}..{t.last_day} {'dated' if t.dated else 'undated'}"
    told = [(f.what, f.low) for f in t.figures]
    return f"{t.type} {t.modality} {when} {t.actor_side} {told} {t.means} {t.objects} {t.parts} | {one.text}"


if __name__ == "__main__":
    command("Pairwise precision and recall of incidents.", measure, write, _truly, _shown)
