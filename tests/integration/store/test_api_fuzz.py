"""Random requests made from the API's own OpenAPI document: no answer is a 500, and each is one that it declares."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from litestar.testing import TestClient
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from tests.integration.store.conftest import new_store
from tests.integration.store.test_api import seed
from tests.support.postgres import PostgresServer

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/nowhere"
DOCUMENT = create_app(load(ApiSettings, {}), NOWHERE).openapi_schema.to_schema()
schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def client(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    address = postgres_session.new_database()

    async def seeded() -> None:
        async with new_store(address) as store:
            await seed(store)

    asyncio.run(seeded())
    with TestClient(create_app(load(ApiSettings, {}), address), raise_server_exceptions=False) as made:
        # As if the service were about to end: a stream tells where it starts, and is over.
        made.app.state.tail.ended.set()
        yield made
    postgres_session.drop_database(address)


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
def test_no_request_breaks_it(case: Any, client: TestClient[Any]) -> None:
    response = client.request(
        case.method, case.formatted_path, params=case.query or None, headers=dict(case.headers or {})
    )
    case.validate_response(response, checks=CHECKS)
