"""The blind passages are well formed: the vocabularies of the codebook, verbatim cues, spellings for every name."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from services.contracts.taxonomy import EventType, ExtentLabel, Modality, QuantityKind

DATA = Path(__file__).parents[2] / "data" / "passages2"
LINES = (DATA / "articles.jsonl").read_text(encoding="utf-8").splitlines()
ARTICLES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
CODED: dict[str, Any] = json.loads((DATA / "gold.json").read_text(encoding="utf-8"))
NAMES: dict[str, Any] = json.loads((DATA / "names.json").read_text(encoding="utf-8"))
SLOTS = {"types", "places", "actor", "modality", "required", "cue"}
OPTIONAL_SLOTS = {"claims", "when", "extent", "quantity", "means"}
EVENTS = [(article, event) for article in ARTICLES for event in CODED[article["id"]]["events"]]
by_event = pytest.mark.parametrize(
    ("article", "event"), EVENTS, ids=[f"{article['id']}-{number}" for number, (article, _) in enumerate(EVENTS)]
)


def required(doc: dict[str, Any]) -> list[dict[str, Any]]:
    return [event for event in doc["events"] if event["required"]]


def test_every_passage_is_coded_once_and_stands_once() -> None:
    ids = [article["id"] for article in ARTICLES]
    assert len(ids) == len(set(ids)) >= 360
    assert set(ids) == set(CODED)
    assert len({article["text"] for article in ARTICLES}) == len({article["url"] for article in ARTICLES}) == len(ids)
    for article in ARTICLES:
        assert article["published_at"] == CODED[article["id"]]["published"]
        assert date.fromisoformat(article["published_at"]).year in range(2022, 2026)
        assert 60 <= len(article["text"]) <= 700


def test_one_passage_in_six_tells_no_event() -> None:
    empty = sum(not required(doc) for doc in CODED.values())
    assert 1 / 8 <= empty / len(CODED) <= 1 / 4


def test_rare_types_are_asked_for_as_well_as_common_ones() -> None:
    asked = Counter(kind for doc in CODED.values() for event in required(doc) for kind in event["types"])
    assert set(asked) == set(get_args(EventType))
    assert min(asked.values()) >= 25
    assert {event["modality"][0] for doc in CODED.values() for event in required(doc)} == set(get_args(Modality))


@by_event
def test_an_event_keeps_to_the_slots_and_vocabularies(article: dict[str, Any], event: dict[str, Any]) -> None:
    assert SLOTS <= set(event) <= SLOTS | OPTIONAL_SLOTS
    assert set(event["types"]) <= set(get_args(EventType)) and event["types"]
    assert set(event["modality"]) <= set(get_args(Modality)) and event["modality"]
    assert all(len(part) >= 5 and part in article["text"] for part in event["cue"].split("; "))
    for side in event["actor"] if isinstance(event["actor"], list) else [event["actor"]]:
        assert side is None or side in {"EU", "NATO", "UN", "WEST"} or (len(side) == 3 and side.isupper())
    if "when" in event:
        start, end = (date.fromisoformat(day) for day in event["when"])
        assert start <= end
        assert "actual" not in event["modality"] or end <= date.fromisoformat(article["published_at"])
    for extent in event.get("extent", []):
        assert extent in get_args(ExtentLabel) or 0 < float(extent) <= 100
    if "quantity" in event:
        low, high = event["quantity"]["low"], event["quantity"]["high"]
        assert event["quantity"]["what"] in get_args(QuantityKind)
        assert low is not None or high is not None
        assert low is None or high is None or low <= high


def test_a_required_event_is_coded_once() -> None:
    for article, doc in CODED.items():
        slots = ("types", "places", "actor", "modality", "cue")
        keys = [json.dumps([event[slot] for slot in slots]) for event in required(doc)]
        assert len(keys) == len(set(keys)), article


def test_every_spelling_belongs_to_a_place_or_source_that_is_used() -> None:
    coded = [event for _, event in EVENTS]
    assert set(NAMES["places"]) == {place for event in coded for place in event["places"] if place}
    assert set(NAMES["sources"]) == {name for event in coded for group in event.get("claims", []) for name in group}
    for entry in NAMES["places"].values():
        assert all(place_id.startswith("geonames:") for place_id in entry["ids"])
