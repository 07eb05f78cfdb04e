"""Articles by words: the latest are found whether they are among the latest articles or far behind them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from services.store.api.queries import searching
from services.store.migrate import migrate
from tests.integration.store.conftest import Store, back_to, served
from tests.support import extractions as make
from tests.support.postgres import PostgresServer

WORDS = {"brewery": range(40), "depot": range(0, 40, 5), "church": (3, 37), "lighthouse": (0,)}
"""Which articles have which word; the later numbers were published later."""


@pytest.fixture(scope="module")
def api(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "FIRST", 4)
        with served(postgres_session, _fill) as client:
            yield client


async def _fill(store: Store) -> None:
    messages: list[Any] = []
    for number in range(40):
        more: dict[str, Any] = {"published_at": f"2024-01-{1 + number // 2:02}T{number % 2:02}:00:00Z"}
        more["publisher"] = "Other Wire" if number % 4 == 0 else "Example Wire"
        text = f"Number {number}: " + " ".join(word for word, numbers in WORDS.items() if number in numbers)
        messages += [make.article(number, **more), make.extraction(number, text=text, **more)]
    # Its own record is not applied yet.
    messages.append(make.extraction(40, text="A brewery.", published_at="2024-02-01", publisher="Third"))
    await store.project(*messages)


def pages(api: TestClient[Any], query: str, limit: int) -> list[str]:
    """The ids of all pages, one after the other."""
    seen: list[str] = []
    address = f"/articles?{query}&limit={limit}"
    while address:
        answer = api.get(address)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["items"]) == limit or answer.json()["next"] is None
        seen += [item["article_id"] for item in answer.json()["items"]]
        address = answer.json()["next"]
    return seen


def ids(*numbers: int) -> list[str]:
    return [make.article_id(number) for number in numbers]


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_every_article_with_the_words_comes_once_the_latest_first(api: TestClient[Any], limit: int) -> None:
    assert pages(api, "text=brewery", limit) == ids(*range(40, -1, -1))
    assert pages(api, "text=depot", limit) == ids(*range(35, -1, -5))
    assert pages(api, "text=church", limit) == ids(37, 3)
    assert pages(api, "text=lighthouse", limit) == ids(0)
    assert pages(api, "text=submarine", limit) == []


@pytest.mark.parametrize("limit", [1, 100])
def test_other_filters_hold_as_well(api: TestClient[Any], limit: int) -> None:
    assert pages(api, "text=depot&publisher=Other+Wire", limit) == ids(20, 0)
    assert pages(api, "text=depot&publisher=Other+Wire&publisher=Example+Wire", limit) == ids(*range(35, -1, -5))
    assert pages(api, "text=brewery&publisher=Nobody", limit) == []
    between = "published_since=2024-01-03&published_until=2024-01-08"
    assert pages(api, f"text=depot&{between}", limit) == ids(15, 10, 5)
    assert pages(api, f"text=depot&{between}&publisher=Example+Wire", limit) == ids(15, 10, 5)


def test_an_export_has_the_order_of_the_pages(api: TestClient[Any]) -> None:
    for query in ("text=depot", "text=depot&publisher=Example+Wire", "text=brewery"):
        lines = api.get(f"/articles.csv?{query}").text.splitlines()[1:]
        assert [line.split(",")[0] for line in lines] == pages(api, query, 100)


def test_an_article_that_is_read_before_its_record_is_applied_is_found(api: TestClient[Any]) -> None:
    (item,) = api.get("/articles?text=brewery&limit=1").json()["items"]
    assert (item["article_id"], item["publisher"], item["language"]) == (make.article_id(40), "Third", None)


PUBLISHED = ("2024-01-03", "2024-01-03T05:06:07Z", "2024-01-03T05:06:07.123456+02:00", "2024-01-03 05:06", None)


async def test_tables_of_before_are_brought_to_what_the_projector_writes(store: Store) -> None:
    read = [
        make.extraction(n, make.event(n, claims=(make.claim(), make.claim(make.MOSCOW))), text="T.", published_at=when)
        for n, when in enumerate(PUBLISHED)
    ]
    # The first two without their articles.
    await store.project(*(make.article(n, published_at=PUBLISHED[n]) for n in range(2, len(PUBLISHED))), *read)
    queries = (
        "select article_id, sorted_at from extraction order by 1",
        "select event_id, number, last_day from claim order by 1, 2",
    )
    before = [await store.rows(query) for query in queries]
    assert (len(before[0]), len(before[1])) == (5, 10)
    await asyncio.to_thread(back_to, store.address, "0008")
    await asyncio.to_thread(migrate, store.address, say=lambda _: None)
    assert [await store.rows(query) for query in queries] == before
