"""Lists of what began, or was told, by a day have what stretches far beyond it, in its order, over pages and whole."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from services.contracts.messages import When
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from tests.integration.store.conftest import new_store
from tests.support import extractions as make
from tests.support.postgres import PostgresServer


def told(number: int, start: str, end: str, published: str) -> Any:
    when = When(start=start, end=end)
    event = make.event(number, "strike", day=start, when=when, sentence=f"Strike {number}.", published_at=published)
    return make.extraction(number, event, text=f"Report {number}.", published_at=published)


TOLD = (
    told(1, "2022-02-24", "2024-06-01", "2024-06-02T08:00:00Z"),
    told(2, "2022-05-20", "2022-06-20", "2022-06-21T08:00:00Z"),
    told(3, "2022-05-30", "2022-06-03", "2022-06-04T08:00:00Z"),
    told(4, "2022-05-31", "2022-05-31", "2022-06-01T08:00:00Z"),
    told(5, "2022-06-02", "2022-06-02", "2022-06-02T08:00:00Z"),
    # Planned: it is told long before its day.
    told(6, "2023-01-01", "2023-01-01", "2022-05-01T08:00:00Z"),
    told(7, "2022-03-01", "2022-03-01", "2022-03-02T08:00:00Z"),
)


@pytest.fixture(scope="module")
def api(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    address = postgres_session.new_database()

    async def seeded() -> None:
        async with new_store(address) as store:
            await store.project(*TOLD)

    asyncio.run(seeded())
    with TestClient(create_app(load(ApiSettings, {}), address)) as client:
        yield client
    postgres_session.drop_database(address)


EXPECTED = [
    ("until=2022-06-01", [1, 2, 3, 4, 7]),
    ("since=2022-05-01&until=2022-06-01", [1, 2, 3, 4]),
    ("published_until=2022-06-03", [6, 5, 4, 7]),
    ("until=2022-06-01&published_until=2024-12-31", [1, 2, 3, 4, 7]),
    ("until=2024-12-31&published_until=2022-06-03", [6, 5, 4, 7]),
    ("until=9999-12-31", [1, 6, 2, 3, 5, 4, 7]),
    ("until=2022-02-01", []),
]


@pytest.mark.parametrize(("query", "numbers"), EXPECTED, ids=[query for query, _ in EXPECTED])
@pytest.mark.parametrize("listed", ["events", "incidents", "claims"])
def test_a_list_up_to_a_day_has_what_stretches_beyond_it_in_its_order(
    api: TestClient[Any], listed: str, query: str, numbers: list[int]
) -> None:
    wanted = [make.article_id(number) for number in numbers]
    found: list[str] = []
    after: str | None = f"/{listed}?{query}&limit=1"
    while after is not None:
        answer = api.get(after).json()
        found += [_article(api, listed, item) for item in answer["items"]]
        after = answer["next"]
    assert found == wanted
    assert api.get(f"/{listed}.ndjson?{query}").text.count("\n") == len(wanted)


def _article(api: TestClient[Any], listed: str, item: dict[str, Any]) -> str:
    if listed == "incidents":
        events = api.get(f"/incidents/{item['incident_id']}").json()["events"]
        return str(events[0]["article_id"])
    return str(item["event"]["article_id"] if listed == "claims" else item["article_id"])
