"""The sets of gold articles are well formed: vocabularies of the codebook, verbatim cues, spellings for every name."""

import json
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from services.contracts.taxonomy import EventType, ExtentLabel, Modality, QuantityKind

DATA = Path(__file__).parents[2] / "data"
SIZES = {
    "gold": 16, "gold2": 14, "gold3": 8, "gold4": 8, "gold5": 12,
    "gold6": 6, "gold7": 6, "gold8": 8, "gold9": 6, "gold10": 6,
    "gold11": 6,
}  # fmt: skip


def articles(name: str) -> list[dict[str, Any]]:
    lines = (DATA / name / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) | {"set": name} for line in lines]


def table(name: str, file: str) -> dict[str, Any]:
    found = json.loads((DATA / name / file).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


ARTICLES = [article for name in SIZES for article in articles(name)]
CODED = {name: table(name, "gold.json") for name in SIZES}
NAMES = {name: table(name, "names.json") for name in SIZES}
SLOTS = {"types", "places", "actor", "modality", "required", "cue"}
OPTIONAL_SLOTS = {"claims", "when", "extent", "quantity", "means"}
by_set = pytest.mark.parametrize("name", SIZES)
by_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["id"])


def events(article: dict[str, Any]) -> list[dict[str, Any]]:
    found = CODED[article["set"]][article["id"]]["events"]
    assert isinstance(found, list)
    return found


@by_set
def test_every_article_is_coded_once(name: str) -> None:
    ids = [article["id"] for article in articles(name)]
    assert len(ids) == len(set(ids)) == SIZES[name]
    assert set(ids) == set(CODED[name])


def test_no_article_is_in_two_sets() -> None:
    texts = [article["text"] for article in ARTICLES]
    assert len(texts) == len(set(texts))


def test_no_two_articles_share_an_address() -> None:
    addresses = [article["url"] for article in ARTICLES if article["url"]]
    assert len(addresses) == len(set(addresses))


def test_some_articles_have_no_headline_field() -> None:
    assert sum(article["title"] is None for article in ARTICLES) >= 5


@by_article
def test_the_date_of_publication_is_the_same_in_both_files(article: dict[str, Any]) -> None:
    assert article["published_at"] == CODED[article["set"]][article["id"]]["published"]
    assert date.fromisoformat(article["published_at"]).year in range(2022, 2026)


@by_article
def test_an_article_is_of_the_length_of_a_report(article: dict[str, Any]) -> None:
    assert 200 <= len(article["text"].split()) <= 850


@by_article
def test_an_event_has_the_slots_that_the_scorer_reads(article: dict[str, Any]) -> None:
    for event in events(article):
        assert set(event) >= SLOTS, event["cue"]
        assert set(event) <= SLOTS | OPTIONAL_SLOTS, event["cue"]
        assert isinstance(event["required"], bool)
        assert event["types"] and event["places"] and event["modality"], event["cue"]


@by_article
def test_types_and_modalities_are_the_codebooks(article: dict[str, Any]) -> None:
    for event in events(article):
        assert set(event["types"]) <= set(get_args(EventType)), event["cue"]
        assert set(event["modality"]) <= set(get_args(Modality)), event["cue"]


@by_article
def test_a_cue_is_in_the_article_word_for_word(article: dict[str, Any]) -> None:
    words = f"{article['title'] or ''}\n{article['text']}"
    for event in events(article):
        for part in event["cue"].split("; "):
            assert len(part) >= 3
            assert part in words


@by_article
def test_places_and_sources_have_their_spellings(article: dict[str, Any]) -> None:
    names = NAMES[article["set"]]
    for event in events(article):
        assert {place for place in event["places"] if place is not None} <= set(names["places"]), event["cue"]
        assert {source for group in event.get("claims", []) for source in group} <= set(names["sources"]), event["cue"]


@by_article
def test_a_required_event_is_coded_once(article: dict[str, Any]) -> None:
    keys = [
        json.dumps(
            [event[slot] for slot in ("types", "places", "actor", "modality")] + [event.get("when"), event["cue"]]
        )
        for event in events(article)
        if event["required"]
    ]
    assert len(keys) == len(set(keys))
    assert len(keys) >= 6


@by_article
def test_an_actor_is_a_side_or_nobody(article: dict[str, Any]) -> None:
    for event in events(article):
        sides = event["actor"] if isinstance(event["actor"], list) else [event["actor"]]
        for side in sides:
            assert side is None or side in {"EU", "NATO", "UN", "WEST"} or (len(side) == 3 and side.isupper())


@by_article
def test_a_date_is_an_interval_and_what_has_happened_ends_no_later_than_publication(article: dict[str, Any]) -> None:
    for event in events(article):
        if "when" in event:
            start, end = (date.fromisoformat(day) for day in event["when"])
            assert start <= end, event["cue"]
            if "actual" in event["modality"]:
                assert end <= date.fromisoformat(article["published_at"]), event["cue"]


@by_article
def test_quantities_and_extents_are_of_the_codebooks_kinds(article: dict[str, Any]) -> None:
    for event in events(article):
        for extent in event.get("extent", []):
            assert extent in get_args(ExtentLabel) or 0 < float(extent) <= 100
        if "quantity" in event:
            quantity = event["quantity"]
            assert quantity["what"] in get_args(QuantityKind)
            low, high = quantity["low"], quantity["high"]
            assert low is not None or high is not None
            assert low is None or high is None or low <= high


@by_set
def test_every_spelling_belongs_to_a_place_or_source_that_is_used(name: str) -> None:
    coded = [event for doc in CODED[name].values() for event in doc["events"]]
    names = NAMES[name]
    assert set(names["places"]) == {place for event in coded for place in event["places"] if place}
    assert set(names["sources"]) == {source for event in coded for group in event.get("claims", []) for source in group}
    for entry in names["places"].values():
        assert all(place_id.startswith("geonames:") for place_id in entry["ids"])


@by_set
def test_every_type_and_every_modality_is_asked_for(name: str) -> None:
    required = [event for doc in CODED[name].values() for event in doc["events"] if event["required"]]
    assert {kind for event in required for kind in event["types"]} == set(get_args(EventType))
    assert {event["modality"][0] for event in required} == set(get_args(Modality))
