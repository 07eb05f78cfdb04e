"""The common ways of telling that ground is taken, left or fought over, of what fighting does to people, towns and
states, and what only sounds like them.

`tests/data/tellings.jsonl`: a sentence or two a line, with the events that it tells (`required` ones must be found,
others may be). The floors lie a little under what was measured when they were last raised: a rule that is changed for
one sentence shows here what it does to the others.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from services.contracts.messages import Article, Event
from services.extract.pipeline import extract

_FILE: Final = Path(__file__).parents[1] / "data" / "tellings.jsonl"
_PUBLISHED: Final = "2024-09-18"
RECALL: Final = 0.85
PRECISION: Final = 0.87
STRICT: Final = 0.94
"""Of the events found."""


@dataclass
class Count:
    """How many of the required events were found, of those strictly (side and modality too), missed, and made up."""

    found: int = 0
    strict: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def precision(self) -> float:
        return self.found / (self.found + len(self.wrong))

    def recall(self) -> float:
        return self.found / (self.found + len(self.missed))


def _fits(event: Event, expected: dict[str, Any]) -> bool:
    name = event.place.name if event.place else None
    return event.type in expected["types"] and name in expected.get("places", [name])


def _strictly(event: Event, expected: dict[str, Any]) -> bool:
    side = event.actor.side if event.actor else None
    return side in expected.get("sides", [side]) and event.modality in expected["modalities"]


@cache
def counted() -> Count:
    count = Count()
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        telling = json.loads(line)
        article = Article(article_id="t", revision="r", received_at="", text=telling["text"], published_at=_PUBLISHED)
        left = list(extract(article).events)
        required = [e for e in telling["events"] if e.get("required", True)]
        optional = [e for e in telling["events"] if not e.get("required", True)]
        for expected in required:
            fitting = sorted((e for e in left if _fits(e, expected)), key=lambda e: not _strictly(e, expected))
            if not fitting:
                count.missed.append(telling["text"])
                continue
            left.remove(fitting[0])
            count.found += 1
            count.strict += _strictly(fitting[0], expected)
        count.wrong += [telling["text"] for e in left if not any(_fits(e, expected) for expected in optional)]
    return count


@pytest.mark.slow
def test_most_ways_of_telling_are_understood() -> None:
    assert counted().recall() >= RECALL, counted().missed


@pytest.mark.slow
def test_little_is_read_into_what_only_sounds_like_it() -> None:
    assert counted().precision() >= PRECISION, counted().wrong


@pytest.mark.slow
def test_who_and_whether_are_mostly_right_too() -> None:
    assert counted().strict / counted().found >= STRICT
