"""Incidents meet the filters of events with any one of their events: by facets as by a look at all of these."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from litestar.testing import TestClient

from services.runtime.settings import load as settings
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from services.store.database import search_path
from tests.integration.store.conftest import loaded_with
from tests.support.postgres import PostgresServer

EVENTS = 600
ASKED = {
    "type": ["strike", "casualties"],
    "modality": ["negated", "intended"],
    "actor_side": ["UKR"],
    "source": ["RUS/GOV/office-0", "UKR/MIL/office-1"],
    "source_side": ["RUS"],
    "stance": ["denies", "doubts"],
    "min_confidence": ["0.8"],
    "published_since": ["2023-06-01"],
    "published_until": ["2023-09-01"],
    "text": ["strike"],
}


@pytest.fixture(scope="module")
def loaded(postgres_session: PostgresServer) -> Iterator[str]:
    """The address of a database with EVENTS events."""
    with loaded_with(postgres_session, EVENTS, seed=2) as address:
        yield address


def test_incidents_are_those_of_the_events_that_meet_the_same_filters(loaded: str) -> None:
    with psycopg.connect(loaded, options=search_path()) as connection:
        of = {str(e): str(i) for e, i in connection.execute("select event_id, incident_id from telling")}
    assert len(set(of.values())) < len(of), "some incidents have several events"
    hits = 0
    with TestClient(create_app(settings(ApiSettings, {}), loaded)) as api:
        for names in [*combinations(ASKED, 1), *combinations(ASKED, 2)]:
            query = urlencode([(name, value) for name in names for value in ASKED[name]])
            events = _ids(api, f"/events?limit=500&{query}", "event_id")
            incidents = _ids(api, f"/incidents?limit=500&{query}", "incident_id")
            assert len(incidents) == len(set(incidents)), query
            assert set(incidents) == {of[event] for event in events}, query
            hits += len(incidents) > 0
    assert hits > 40


def _ids(api: TestClient[Any], path: str, key: str) -> list[str]:
    found: list[str] = []
    after: str | None = path
    while after is not None:
        page = api.get(after).json()
        found += [item[key] for item in page["items"]]
        after = page["next"]
    return found
