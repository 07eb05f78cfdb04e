"""Histories of real places, from articles through the extractor to the API: who held what when, in whatever order told.

The expected standings are facts that anybody can look up, or disputes that were had in public. They follow from the
articles in tests/data/histories, which the extractor reads here as it does in the service.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from services.contracts import identity
from services.contracts.messages import Article, Extraction, Origin
from services.contracts.topics import ARTICLES
from services.extract.pipeline import extract
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from tests.integration.store.conftest import Store

FOLDER = Path(__file__).parents[2] / "data" / "histories"

EXPECTED = [
    ("Kherson", "2022-03-02", "unknown", "nothing was said of it before"),
    ("Kherson", "2022-03-03", "RUS", "the head of the region confirms that it is taken"),
    ("Kherson", "2022-08-29", "RUS", "that it could be retaken changes nothing"),
    ("Kherson", "2022-11-10", "RUS", "a withdrawal is ordered, not done"),
    ("Kherson", "2022-11-11", "UKR", "Russia says that it has withdrawn"),
    ("Kherson", "2023-12-31", "UKR", "being shelled changes nothing"),
    ("Snake Island", "2022-02-23", "unknown", ""),
    ("Snake Island", "2022-02-24", "RUS", "taken on the first day"),
    ("Snake Island", "2022-05-08", "RUS", "a strike near it changes nothing"),
    ("Snake Island", "2022-06-30", "UKR", "left: a gesture of goodwill to one side, driven off to the other"),
    ("Snake Island", "2022-07-07", "UKR", "the flag is raised"),
    ("Lysychansk", "2022-06-25", "UKR", ""),
    ("Lysychansk", "2022-07-02", "contested", "claimed and denied"),
    ("Lysychansk", "2022-07-03", "RUS", "Ukraine confirms its withdrawal"),
    ("Lysychansk", "2024-01-01", "RUS", ""),
    ("Lyman", "2022-05-27", "RUS", "an adviser of Ukraine's president says that it is lost"),
    ("Lyman", "2022-09-30", "RUS", "that it could be retaken within days changes nothing"),
    ("Lyman", "2022-10-01", "UKR", "Russia says that it has withdrawn"),
    ("Lyman", "2024-01-15", "UKR", "attacks in its direction change nothing"),
    ("Izium", "2022-03-26", "UKR", ""),
    ("Izium", "2022-04-01", "RUS", "claimed, and confirmed the day after"),
    ("Izium", "2022-09-09", "RUS", ""),
    ("Izium", "2022-09-10", "UKR", "left in order to regroup"),
    ("Bakhmut", "2022-12-20", "UKR", "visited by the president"),
    ("Bakhmut", "2023-05-21", "contested", "claimed by Russia, denied by Ukraine"),
    ("Bakhmut", "2023-06-05", "contested", "an advance near it changes nothing"),
    ("Bakhmut", "2023-12-20", "RUS", "a third says so, months later"),
    ("Avdiivka", "2024-02-09", "UKR", ""),
    ("Avdiivka", "2024-02-16", "UKR", "its fall is feared"),
    ("Avdiivka", "2024-02-17", "RUS", "Ukraine's commander says that his troops have withdrawn"),
    ("Avdiivka", "2024-02-19", "RUS", "what is held west of it changes nothing"),
    ("Robotyne", "2023-06-10", "RUS", ""),
    ("Robotyne", "2023-08-28", "UKR", "liberated in the summer's offensive"),
    ("Robotyne", "2024-03-10", "UKR", ""),
    ("Robotyne", "2024-05-15", "contested", "claimed by Russia, denied by Ukraine"),
    ("Kupiansk", "2022-02-26", "unknown", ""),
    ("Kupiansk", "2022-02-27", "RUS", "surrendered by its mayor"),
    ("Kupiansk", "2022-09-09", "RUS", ""),
    ("Kupiansk", "2022-09-10", "UKR", "liberated"),
    ("Kupiansk", "2024-10-15", "UKR", "an evacuation is ordered, an assault feared"),
    ("Kupiansk", "2025-11-20", "contested", "claimed by Russia, denied by Ukraine"),
    ("Kupiansk", "2025-12-12", "contested", "a side's own word does not end it"),
]


@pytest.fixture(scope="module")
def articles() -> list[Extraction]:
    """Every article, read by the extractor as it is."""
    return list(_read())


@pytest.fixture(scope="module")
def rows() -> list[Any]:
    """The steps that the first order ended in."""
    return []


def _read() -> Iterator[Extraction]:
    lines = [line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    for offset, line in enumerate(lines):
        sent = json.loads(line)
        revision = identity.revision(sent["title"], sent["text"], sent["published_at"])
        article_id = identity.article_id(sent["url"], sent["title"], sent["text"])
        article = Article(article_id=article_id, revision=revision, received_at=sent["published_at"], **sent)
        yield msgspec.structs.replace(extract(article), origin=Origin(topic=ARTICLES.name, partition=0, offset=offset))


async def standings(client: AsyncTestClient[Any]) -> list[tuple[str, str, str]]:
    found = []
    for name, day, _, _ in EXPECTED:
        items = (await client.get(f"/control?at={day}&inherited=false")).json()["items"]
        by_name = {item["name"]: item["standing"] for item in items}
        found.append((name, day, by_name.get(name, "not there")))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_histories_come_out_whatever_the_order(
    store: Store, articles: list[Extraction], rows: list[Any], seed: int
) -> None:
    chance = random.Random(seed)
    told = list(articles)
    chance.shuffle(told)
    while told:
        size = chance.randint(1, 20)
        await store.project(*told[:size])
        told = told[size:]
    async with AsyncTestClient(create_app(load(ApiSettings, {}), store.address)) as client:
        assert await standings(client) == [(name, day, standing) for name, day, standing, _ in EXPECTED]
    found = (await store.contents())["control_step"]
    assert len(found) >= 30
    # Also of places that the articles name in passing: the first order's rows are every order's.
    rows[:] = rows or found
    assert found == rows


async def test_what_speaks_for_each_side_is_shown_beside_the_dispute(store: Store, articles: list[Extraction]) -> None:
    await store.project(*articles)
    async with AsyncTestClient(create_app(load(ApiSettings, {}), store.address)) as client:
        found = (await client.get("/places/Bakhmut/control?at=2023-06-05")).json()
        inherited = (await client.get("/places/Luhansk Oblast/control")).json()
    sides = {view["side"]: view for view in found["views"]}
    assert "Hanna Maliar" in {speaker["name"] for speaker in sides["RUS"]["denied_by"]}
    assert found["standing"]["disputed_by"] == ["UKR"]
    assert [(p["since"], p["standing"]) for p in found["history"]] == [
        ("2022-12-20", "UKR"),
        ("2023-05-20", "RUS"),
        ("2023-05-21", "contested"),
        ("2023-12-20", "RUS"),
    ]
    assert inherited["now"]["standing"] == "RUS"
