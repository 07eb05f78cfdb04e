"""No documented query reads a table that grows with the articles from end to end: its plan over seeded tables tells."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient

from services.runtime.settings import load as settings
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from services.store.database import search_path
from tests.bench.store_plans import read_whole, statements
from tests.bench.store_queries import queries, routes, values
from tests.integration.store.conftest import loaded_with
from tests.support.postgres import PostgresServer

EVENTS = 12_000
"""Enough for the planner to prefer the indexes that it takes for a million."""


@pytest.fixture(scope="module")
def loaded(postgres_session: PostgresServer) -> Iterator[str]:
    """The address of a database with EVENTS events."""
    with loaded_with(postgres_session, EVENTS) as address:
        yield address


def test_no_documented_query_reads_a_large_table_whole(loaded: str) -> None:
    app = create_app(settings(ApiSettings, {}), loaded)
    found: dict[str, Any] = {}
    planned: set[str] = set()
    with TestClient(app) as client, psycopg.connect(loaded, options=search_path()) as connection:
        for route in routes(client.get("/openapi.json").json(), values(loaded)):
            for query in queries(route):
                with statements(app.state.engine) as executed:
                    answer = client.get(query.address)
                assert answer.status_code == 200, (query.address, answer.text)
                if (key := repr(executed)) not in planned and (tables := read_whole(connection, executed)):
                    found[query.address] = tables
                planned.add(key)
    assert planned
    assert not found


def test_a_plan_that_reads_a_table_whole_is_told(loaded: str) -> None:
    with psycopg.connect(loaded, options=search_path()) as connection:
        assert read_whole(connection, [("select body from event where body is not null", None)]) == ["event"]
        assert read_whole(connection, [("select body from event order by last_day desc limit 1", None)]) == []
