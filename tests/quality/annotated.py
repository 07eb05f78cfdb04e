"""The annotated texts that the rankings learn from: whole articles and passages, each with its coded events.

All in one form: for each coded event its types, its places by any of their names, the sides of who acts, whether it is
required, and where in the text its words stand.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.messages import Article, Place
from services.extract.commands import article_of
from services.extract.document import Document, EventMention, PlaceMention, Span
from tests.support.passages import FOLDER, UNSEEN_EVERY, VOICES, is_at

DATA: Final = FOLDER.parent
ARTICLES: Final = ("gold", "gold2", "gold3", "gold5", "gold6", "gold7", "gold8", "gold9", "gold10")
"""Sets of whole articles that are open, but for some articles of theirs."""
KEPT: Final = ("gold4", "gold11")
"""Sets of whole articles that are kept for measuring."""
CLOSED: Final = frozenset({"c09", "c10", "c11", "c12", "d04", "d05", "d06", "e04", "e05", "e06"})
"""Articles of `gold5`, `gold6` and `gold7` that are kept for measuring, too."""
BATCHES: Final = frozenset({"p1", "p2", "p3", "p4", "p5", "p6"})
"""Batches of `passages2` that are open."""
NAMED_APART: Final = 3
"""Characters beside a coded event's words in which a trigger may lie."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One event as an annotator coded it; a place of None is none."""

    types: frozenset[str]
    places: tuple[str | None, ...]
    required: bool
    cue: str
    sides: tuple[str | None, ...] = (None,)
    """Sides that its actor may have; None: told without an author."""


@dataclass(frozen=True, slots=True)
class Text:
    """One annotated text. `voice` says which texts are of one kind, for holding out."""

    article: Article
    voice: str
    coded: tuple[Coded, ...]
    names: dict[str, Any]
    """Canonical place name to accepted `ids` and `names`."""

    def is_at(self, name: str | None, place: PlaceMention | Place | None) -> bool:
        """True where `place` is the place that the annotator calls `name`."""
        return is_at(name, place, self.names)


def texts() -> list[Text]:
    """Return all annotated texts that are open, the same in every run."""
    found = []
    for name in (*ARTICLES, "passages2"):
        for key, text in _set(name):
            if key not in CLOSED and (name != "passages2" or key.partition("-")[0] in BATCHES):
                found.append(text)
    names = json.loads((FOLDER / "places.json").read_text(encoding="utf-8"))
    for voice in VOICES:
        for number, line in enumerate((FOLDER / f"{voice}.jsonl").read_text(encoding="utf-8").splitlines(), 1):
            if number % UNSEEN_EVERY:
                data = json.loads(line)
                events = tuple(one for event in data["events"] for one in _of_passage(event))
                article = article_of({slot: data.get(slot) for slot in ("id", "title", "text", "published_at")})
                found.append(Text(article, voice, events, names))
    return found


def _set(name: str) -> Iterator[tuple[str, Text]]:
    """Yield the texts of one set with their names in it."""
    coded, names = table(name, "gold.json"), table(name, "names.json")["places"]
    for key, article in lines(name):
        yield key, Text(article, name, tuple(map(_coded, coded[key]["events"])), names)


def lines(name: str) -> Iterator[tuple[str, Article]]:
    """Yield the articles of one set with their names in it."""
    for line in (DATA / name / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        yield data["id"], article_of(data)


def table(name: str, file: str) -> dict[str, Any]:
    """Return a file of one set, `gold.json` or `names.json`."""
    found: dict[str, Any] = json.loads((DATA / name / file).read_text(encoding="utf-8"))
    return found


def _coded(event: dict[str, Any]) -> Coded:
    actor = event["actor"]
    sides = tuple(actor) if isinstance(actor, list) else (actor,)
    return Coded(frozenset(event["types"]), tuple(event["places"]), event["required"], event["cue"], sides)


def _of_passage(event: dict[str, Any]) -> list[Coded]:
    places = [place["name"] for place in event.get("places") or []] or [None]
    sides = ((event.get("actor") or {}).get("side"),)
    return [Coded(frozenset({event["type"]}), (place,), True, event["trigger"]["text"], sides) for place in places]


def aligned(text: Text, doc: Document) -> list[list[int]]:
    """Return for each event mention of `doc` the coded events that it tells: those whose words its trigger is among.

    Where there are none, those of its sentence and type that no other mention tells.
    """
    spans = [_spans(doc, coded.cue) for coded in text.coded]
    found = [
        [
            number
            for number, coded in enumerate(text.coded)
            if event.type in coded.types and any(_touches(event, span) for span in spans[number])
        ]
        for event in doc.events
    ]
    taken = {number for numbers in found for number in numbers}
    for event, numbers in zip(doc.events, found, strict=True):
        if not numbers:
            here = doc.sentences[event.sentence].span
            numbers += [
                number
                for number, coded in enumerate(text.coded)
                if number not in taken and event.type in coded.types and any(here.overlaps(s) for s in spans[number])
            ]
    return found


def _touches(event: EventMention, span: Span) -> bool:
    return Span(span.start - NAMED_APART, span.end + NAMED_APART).overlaps(event.trigger)


def _spans(doc: Document, cue: str) -> list[Span]:
    """Return where the parts of a cue stand in the cleaned text, whatever its blanks."""
    found = []
    for part in cue.split("; "):
        match = re.search(r"\s+".join(map(re.escape, part.split())), doc.text)
        if match is not None:
            found.append(Span(match.start(), match.end()))
    return found
