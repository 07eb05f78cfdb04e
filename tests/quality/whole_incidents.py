"""How well incidents are told apart in whole articles: scenes that several outlets tell, each among other matters.

usage: python -m tests.quality.whole_incidents [--half seen|held] [--errors]
       python -m tests.quality.whole_incidents --write    reads the articles with the present extractor anew

A scene's articles say which of their words tell of which incident. An event is of an incident where one of its
sentences has such words. Pairs are counted of events that are read right, by their incident's place and day: what else
is wrong is the extractor's (tests/quality/report.py). All events take part in what is tied. An event without a label
is an incident of its own.
"""

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
from tests.quality.incidents import FOLDER
from tests.quality.pairwise import Score, command, scored

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
    pairs = (
        (a, b)
        for a, b in combinations(events, 2)
        if a.scene == b.scene
        and a.telling.article_id != b.telling.article_id
        and (a.right and b.right)
        and a.telling.kind is b.telling.kind
        and half in (None, a.half)
    )
    return scored(pairs, lambda a, b: incident[a.telling.event_id] == incident[b.telling.event_id], _truly)


def _truly(a: Told, b: Told) -> bool:
    return a.incident is not None and a.incident == b.incident


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


def _shown(a: Told, b: Told) -> tuple[object, ...]:
    return _line(a), _line(b)


def _line(one: Told) -> str:
    t = one.telling
    return f"{t.type} {t.modality} {t.first_day}..{t.last_day} {t.actor_side} {t.objects} {t.means} | {one.text}"


if __name__ == "__main__":
    command("Pairwise precision and recall of incidents in whole articles.", measure, write, _truly, _shown)
