"""How well incidents are told apart in whole articles: scenes that several outlets tell, each among other matters.

usage: python -m tests.quality.whole_incidents [--half seen|held] [--errors]
       python -m tests.quality.whole_incidents --write    reads the articles with the present extractor anew

A scene's articles say which of their words tell of which incident. An event is of an incident where one of its
sentences has such words. Pairs are counted of events that are read right, by their incident's place and day: what else
is wrong is the extractor's (tests/quality/report.py). All events take part in what is tied. An event without a label
is an incident of its own.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any, Final

import msgspec

from services.contracts.codec import decode, encode
from services.contracts.messages import Extraction
from services.store.components import components
from services.store.incidents.pairs import tie
from services.store.incidents.traits import Telling, telling
from services.store.projections.extraction import project
from services.store.projections.rows import EventRow
from tests.quality.incidents import FOLDER, Score

ARTICLES: Final = FOLDER / "articles.jsonl"
EVENTS: Final = FOLDER / "articles-events.jsonl"


@dataclass(frozen=True)
class Told:
    """An event of an article. `right` is false where it is of another place or day than its incident, or of two."""

    telling: Telling
    scene: int
    half: str
    incident: str | None
    text: str
    right: bool = True


def scenes() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]


def url(scene: int, article: int) -> str:
    return f"https://whole.example.org/{scene}/{article}"


def told() -> Iterator[Told]:
    """Every event that was read in the articles."""
    given = {
        url(s, n): (s, scene, article)
        for s, scene in enumerate(scenes())
        for n, article in enumerate(scene["articles"])
    }
    for line in EVENTS.read_bytes().splitlines():
        extraction = decode(Extraction, line)
        number, scene, article = given[extraction.url or ""]
        rows = project(extraction, partition=0, offset=0, applied_at=datetime(2026, 1, 1, tzinfo=UTC))
        for row in rows.events:
            sentences = [m.sentence for m in rows.mentions if m.event_id == row.event_id]
            labels = {incident for words, incident in article["told"].items() if any(words in s for s in sentences)}
            incident = min(labels, default=None)
            right = incident is None or (len(labels) == 1 and _is_of(row, scene["incidents"][incident]))
            yield Told(telling(row), number, scene["half"], incident, sentences[0], right)


def _is_of(row: EventRow, incident: dict[str, Any]) -> bool:
    """Whether the event is read at the incident's place and, where that has been dated, days."""
    first, last = map(date.fromisoformat, incident.get("days", ("0001-01-01", "9999-12-31")))
    return row.place_name == incident["place"] and row.first_day <= last and first <= row.last_day


def measure(half: str | None = None) -> Score[Told]:
    """Pairwise precision and recall over events of one kind in two articles of one scene."""
    events = list(told())
    ties = [(a.telling.event_id, b.telling.event_id) for a, b in combinations(events, 2) if tie(a.telling, b.telling)]
    incident = components([e.telling.event_id for e in events], ties)
    total = same = right = told_one = 0
    wrong = []
    for a, b in combinations(events, 2):
        if a.scene != b.scene or a.telling.article_id == b.telling.article_id or not (a.right and b.right):
            continue
        if a.telling.kind is not b.telling.kind or half not in (None, a.half):
            continue
        one = incident[a.telling.event_id] == incident[b.telling.event_id]
        truly = a.incident is not None and a.incident == b.incident
        total += 1
        same += truly
        told_one += one
        right += one and truly
        if one != truly:
            wrong.append((a, b))
    return Score(total, same, right, told_one, tuple(wrong))


def write() -> None:
    """Read the articles with the present extractor; why it reads them so is left out."""
    from services.extract.commands import article_of
    from services.extract.pipeline import extract

    with EVENTS.open("wb") as out:
        for s, scene in enumerate(scenes()):
            for n, article in enumerate(scene["articles"]):
                sent = {name: article[name] for name in ("title", "text", "publisher", "published_at")}
                found = extract(article_of({"url": url(s, n)} | sent))
                bare = tuple(msgspec.structs.replace(event, explanation=()) for event in found.events)
                out.write(encode(msgspec.structs.replace(found, events=bare)) + b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Pairwise precision and recall of incidents in whole articles.")
    parser.add_argument("--half", choices=("seen", "held"))
    parser.add_argument("--errors", action="store_true", help="print the pairs that are wrong")
    parser.add_argument("--write", action="store_true", help="read the articles anew with the present extractor")
    given = parser.parse_args()
    if given.write:
        write()
    score = measure(given.half)
    print(
        f"{score.pairs} pairs, {score.same} of one incident: precision {score.precision:.3f}, recall {score.recall:.3f}"
    )
    for a, b in score.wrong if given.errors else ():
        print("\nmissed" if a.incident is not None and a.incident == b.incident else "\nWRONGLY ONE")
        for e in (a, b):
            t = e.telling
            print(
                f"  {t.type} {t.modality} {t.first_day}..{t.last_day} {t.actor_side} {t.objects} {t.means} | {e.text}"
            )


if __name__ == "__main__":
    main()
