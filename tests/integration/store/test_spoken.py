"""What certain sources speak of comes once and in order, whatever else is asked for: as all events, looked through."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from services.contracts.messages import Actor
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from services.store.folding import fold
from tests.integration.store.conftest import new_store
from tests.support import extractions as make
from tests.support.postgres import PostgresServer

VILLAGER = Actor(name="A villager", kind="CIV", side="UKR")
SPEAKERS = (make.GENERAL_STAFF, make.MOSCOW, make.OBSERVERS, VILLAGER)
NAMES = ["UKR/MIL/general-staff", "Russian Ministry of Defence", "a  VILLAGER", "Nobody"]


@pytest.fixture(scope="module")
def api(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    address = postgres_session.new_database()
    chance = random.Random(7)

    def told(number: int) -> Any:
        # Several claims of one event can be of one source.
        claims = tuple(
            make.claim(chance.choice(SPEAKERS), chance.choice(["asserts", "denies"]))
            for _ in range(chance.randrange(4))
        )
        day = f"2024-01-{chance.randrange(1, 9):02}"
        event = make.event(number, chance.choice(["strike", "capture"]), day=day, claims=claims)
        return make.extraction(number, event, text=f"Number {number}.", published_at="2024-01-09")

    async def seeded() -> None:
        async with new_store(address) as store:
            await store.project(*map(told, range(24)))

    asyncio.run(seeded())
    with TestClient(create_app(load(ApiSettings, {}), address)) as client:
        yield client
    postgres_session.drop_database(address)


def pages(api: TestClient[Any], listed: str, query: str, limit: int) -> list[str]:
    found: list[str] = []
    address: str | None = f"/{listed}?{query}&limit={limit}"
    while address is not None:
        answer = api.get(address)
        assert answer.status_code == 200, answer.text
        found += [item["claim_id" if listed == "claims" else "event_id"] for item in answer.json()["items"]]
        address = answer.json()["next"]
    return found


@pytest.mark.parametrize("limit", [3, 100])
@pytest.mark.parametrize("stance", ["", "denies"])
@pytest.mark.parametrize("rest", ["", "type=strike", "since=2024-01-03&until=2024-01-06"])
@pytest.mark.parametrize("speakers", [NAMES[:1], NAMES[1:2], NAMES[2:]])
def test_events_and_claims_of_sources(
    api: TestClient[Any], speakers: list[str], rest: str, stance: str, limit: int
) -> None:
    folded = set(map(fold, speakers))
    events, claims = [], []
    for event in api.get(f"/events?limit=500&{rest}").json()["items"]:
        meant = [
            number
            for number, claim in enumerate(event["claims"])
            if (claim["source"].get("id") in speakers or fold(claim["source"]["name"]) in folded)
            and stance in ("", claim["stance"])
        ]
        events += [event["event_id"]] if meant else []
        claims += [f"{event['event_id']}/{number}" for number in meant]
    query = "&".join([*(f"source={name}" for name in speakers), rest, f"stance={stance}" if stance else ""])
    assert pages(api, "events", query, limit) == events
    assert pages(api, "claims", query, limit) == claims
    assert api.get(f"/events.ndjson?{query}").text.count("\n") == len(events)
