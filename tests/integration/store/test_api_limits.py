"""No query holds the database for longer than the API's limit, whatever it asks for and whatever stands in its way."""

import time
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from litestar.testing import AsyncTestClient

from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from services.store.tables import metadata
from tests.integration.store.conftest import Store
from tests.support import extractions as make

SECONDS = 1
NO_QUERY = ("/healthz", "/readyz", "/metrics")
IDS = {
    "article_id": make.article_id(1),
    "event_id": make.event(1).event_id,
    "incident_id": make.event(1).event_id,
    "place_id": make.KUPIANSK.id,
    "source_id": make.GENERAL_STAFF.id,
}


@pytest.fixture
async def api(store: Store) -> AsyncIterator[AsyncTestClient[Any]]:
    await store.project(make.article(1), make.extraction(1, make.event(1)))
    app = create_app(load(ApiSettings, {"FRONTLOG_API_SECONDS": str(SECONDS)}), store.address)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


def addresses(client: AsyncTestClient[Any]) -> list[str]:
    """Every GET of the API that asks the database, with ids that exist."""
    found = []
    for path, operations in client.app.openapi_schema.to_schema()["paths"].items():
        if "get" in operations and path not in NO_QUERY:
            for name, value in IDS.items():
                path = path.replace(f"{{{name}}}", str(value))
            if "{" not in path:
                found.append(path)
    return found


async def held(store: Store) -> list[tuple[Any, ...]]:
    """Statements of the API that run for longer than it lets them, with a second's grace."""
    return await store.rows(
        "select query from pg_stat_activity where application_name = 'frontlog-api' and state = 'active'"
        f" and query_start < clock_timestamp() - interval '{SECONDS + 1} seconds'"
    )


async def test_what_stands_in_the_way_is_waited_for_no_longer_than_that(
    api: AsyncTestClient[Any], store: Store
) -> None:
    paths = addresses(api)
    assert len(paths) > 6
    with psycopg.connect(store.address) as blocking:
        names = ", ".join(f"frontlog.{name}" for name in sorted(metadata.tables))
        blocking.execute(f"lock table {names} in access exclusive mode")
        for path in paths:
            began = time.monotonic()
            answer = await api.get(path)
            assert answer.status_code == 503, (path, answer.text)
            assert answer.headers["content-type"].startswith("application/problem+json"), path
            assert time.monotonic() - began < 30, path
            assert not await held(store), path
    assert (await api.get("/events")).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"place": ["x" * 200] * 50, "source": ["y" * 200] * 50, "oblast": ["z" * 200] * 50},
        {"text": " or ".join(f"w{n}" for n in range(40))[:200]},
        {"text": "-a -b -c or -d or -e"},
        {"text": '"' * 200},
        {"text": ("a or " * 39) + "b"},
        {"place": [f"Kupiansk {n}" for n in range(50)], "type": "capture", "text": "-nothing", "limit": "500"},
        {"bbox": "-180,-90,180,90", "limit": "500", "min_confidence": "0"},
    ],
)
async def test_filters_of_any_length_are_answered_or_given_up_in_time(
    api: AsyncTestClient[Any], store: Store, query: dict[str, Any]
) -> None:
    began = time.monotonic()
    answer = await api.get("/events", params=query)
    assert answer.status_code in (200, 400, 503), answer.text
    assert time.monotonic() - began < 10
    assert not await held(store)


async def test_every_session_of_the_api_is_bounded_and_reads_only(api: AsyncTestClient[Any], store: Store) -> None:
    engine = api.app.state.engine
    async with engine.connect() as connection:
        assert (await connection.exec_driver_sql("show statement_timeout")).scalar_one() == f"{SECONDS}s"
        assert (await connection.exec_driver_sql("show default_transaction_read_only")).scalar_one() == "on"
