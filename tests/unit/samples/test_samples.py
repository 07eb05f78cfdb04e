"""The sample articles are what `POST /articles` takes, in all four voices, with pairs that contradict each other."""

import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from services.ingest.accept import check

SAMPLES = Path(__file__).parents[3] / "samples"
FILES = sorted(SAMPLES.glob("*.json"))
FIELDS = {"url", "title", "text", "html", "published_at", "publisher", "language", "extra"}
VOICES = {"western-wire", "ukrainian-outlet", "russian-leaning", "aggregator"}


def load(path: Path) -> dict[str, Any]:
    article = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(article, dict)
    return article


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return [load(path) for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_has_the_shape_that_the_webhook_takes(path: Path) -> None:
    article = load(path)
    assert set(article) <= FIELDS
    assert ("text" in article) != ("html" in article), "exactly one of text and html"
    body = article.get("text") or article["html"]
    assert 150 <= len(body.split()) <= 600
    assert urlsplit(article["url"]).scheme == "https"
    assert datetime.fromisoformat(article["published_at"]).year in range(2022, 2026)
    assert article["publisher"].strip()
    assert article.get("title", "x").strip()
    assert check(article).url == article["url"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_stands_under_a_domain_that_can_never_be_real(path: Path) -> None:
    assert str(urlsplit(load(path)["url"]).hostname).endswith(".example")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_name_says_the_voice(path: Path) -> None:
    assert load(path)["extra"]["voice"] in path.stem


def test_there_are_enough_samples_in_each_voice(articles: list[dict[str, Any]]) -> None:
    assert len(articles) >= 16
    voices = [article["extra"]["voice"] for article in articles]
    assert set(voices) == VOICES
    assert all(voices.count(voice) >= 3 for voice in VOICES)


def test_no_two_samples_share_an_address(articles: list[dict[str, Any]]) -> None:
    assert len({article["url"] for article in articles}) == len(articles)


def test_at_least_five_pairs_contradict_each_other_in_two_voices(articles: list[dict[str, Any]]) -> None:
    pairs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for article in articles:
        if pair := article["extra"].get("pair"):
            pairs[pair].append(article)
    assert len(pairs) >= 5
    for pair, halves in pairs.items():
        assert len(halves) == 2, pair
        assert halves[0]["extra"]["voice"] != halves[1]["extra"]["voice"], pair


def test_real_inputs_faults_are_among_them(articles: list[dict[str, Any]]) -> None:
    assert sum("html" in article for article in articles) >= 2, "whole pages"
    assert sum("title" not in article and "text" in article for article in articles) >= 2, "headline in the first line"
    assert any("language" not in article for article in articles)
    assert any(len(article["published_at"]) == len("2022-07-30") for article in articles), "bare dates"
    texts = [article.get("text", "") for article in articles if article["extra"]["voice"] == "aggregator"]
    for noise in ("Your email address will not be published", "SEE ALSO:", "Prigozhinthe", "[", "Photo", "cookies"):
        assert any(noise in text for text in texts), noise


def test_places_are_spelled_in_more_than_one_way(articles: list[dict[str, Any]]) -> None:
    everything = " ".join(article.get("text") or article["html"] for article in articles)
    for spellings in (
        ("Bakhmut", "Artyomovsk"),
        ("Lysychansk", "Lisichansk"),
        ("Lyman", "Krasny Liman"),
        ("Avdiivka", "Avdeevka", "Avdeyevka"),
        ("Robotyne", "Rabotino"),
        ("Kupiansk", "Kupyansk"),
        ("Olenivka", "Yelenovka"),
        ("Zmiinyi", "Zmeiny", "Snake Island"),
    ):
        assert all(spelling in everything for spelling in spellings), spellings


def test_the_readme_tells_of_every_sample() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    told = {line.split()[1] for line in readme.splitlines() if line.startswith("| ") and line.split()[1].isdigit()}
    assert told == {path.stem.split("-")[0] for path in FILES}
