"""The query API over a seeded database: every filter, pages, timelines, problems."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from litestar.testing import AsyncTestClient, TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.contracts.messages import Extent, Place
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from services.store.migrate import newest
from services.store.projector.letters import follow
from services.store.projector.service import watch
from tests.integration.store.conftest import Store, served
from tests.support import extractions as make
from tests.support.postgres import PostgresServer

DISPUTED = make.event(1, day="2024-09-11", claims=(make.claim(make.MOSCOW), make.claim(make.GENERAL_STAFF, "denies")))
STRIKE = make.event(1, "strike", day="2024-09-10", confidence=0.5, sentence="Drones hit a brewery in Kupiansk.")
PLANNED = make.event(2, "withdrawal", actor=make.UKR, modality="intended", day="2024-10-01", claims=(make.claim(),))
UNDATED = make.event(2, "clash", actor=None, place=make.ROBOTYNE, day=None, claims=(make.claim(make.NARRATOR),))
RETAKEN = make.event(3, actor=make.UKR, place=make.ROBOTYNE, day="2023-08-28", claims=(make.claim(),))
UNKNOWN_PLACE = make.event(3, "assault", place=make.NOWHERE, day="2024-01-05")
OBLAST = make.event(
    3,
    "control",
    place=Place(
        name="Kharkiv Oblast", surface="Kharkiv", id="geonames:706482", kind="oblast", latitude=49.5, longitude=36.5
    ),
    extent=Extent(label="share", share=0.05),
    day="2024-06-01",
)
EVERYTHING = (DISPUTED, STRIKE, PLANNED, UNDATED, RETAKEN, UNKNOWN_PLACE, OBLAST)


async def seed(store: Store) -> None:
    await store.project(
        make.article(1, title="Strike on Kupiansk"),
        make.article(2, published_at="2024-09-30", publisher="Other Wire"),
        make.article(3, published_at=None),
        make.extraction(1, DISPUTED, STRIKE, text="Drones hit a brewery in Kupiansk."),
        make.extraction(2, PLANNED, UNDATED, published_at="2024-09-30", publisher="Other Wire"),
        make.extraction(3, RETAKEN, UNKNOWN_PLACE, OBLAST, published_at=None),
    )


@pytest.fixture
async def api(store: Store) -> AsyncIterator[AsyncTestClient[Any]]:
    await seed(store)
    app = create_app(load(ApiSettings, {}), store.address)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def shared(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    """The API over one seeded database, for tests that only read."""
    with served(postgres_session, seed) as client:
        yield client


def ids(shared: TestClient[Any], query: str) -> set[str]:
    answer = shared.get(f"/events?{query}")
    assert answer.status_code == 200, answer.text
    return {item["event_id"] for item in answer.json()["items"]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", EVERYTHING),
        ("type=strike", [STRIKE]),
        ("type=strike&type=clash", [STRIKE, UNDATED]),
        ("place=geonames:703822", [DISPUTED, STRIKE, PLANNED]),
        ("place=Kupyansk", [DISPUTED, STRIKE, PLANNED]),
        ("place=KUPIANSK&type=strike", [STRIKE]),
        ("place=mala-nevidoma", [UNKNOWN_PLACE]),
        ("place=name:mala nevidoma", [UNKNOWN_PLACE]),
        ("place=Купянск&type=strike", [STRIKE]),
        ("place=Artyomovsk", []),
        ("place=Atlantis", []),
        ("oblast=Kharkiv Oblast", [DISPUTED, STRIKE, PLANNED, OBLAST]),
        ("oblast=kharkiv", [DISPUTED, STRIKE, PLANNED, OBLAST]),
        ("oblast=Харків", [DISPUTED, STRIKE, PLANNED, OBLAST]),
        ("actor_side=ukr", [PLANNED, RETAKEN]),
        ("source=UKR/MIL/general-staff", [DISPUTED, PLANNED, RETAKEN]),
        ("source=general staff of ukraine&stance=denies", [DISPUTED]),
        ("source=general staff of ukraine&stance=confirms", []),
        ("source_side=RUS&stance=denies", []),
        ("source_side=UKR&stance=denies", [DISPUTED]),
        ("stance=denies&stance=doubts", [DISPUTED]),
        ("modality=intended", [PLANNED]),
        ("since=2024-09-11&until=2024-09-11", [DISPUTED]),
        ("since=2024-09-30", [PLANNED, UNDATED]),
        ("until=2023-12-31", [RETAKEN]),
        ("published_since=2024-09-30", [PLANNED, UNDATED]),
        ("published_until=2024-09-12", [DISPUTED, STRIKE]),
        ("published_until=2024-09-12T06:59:59Z", []),
        ("bbox=35,47,36,48", [UNDATED, RETAKEN]),
        ("bbox=170,-90,36.6,90", [UNDATED, RETAKEN, OBLAST]),
        ("bbox=0,0,1,1", []),
        ("text=brewery", [STRIKE]),
        ("text=drones -brewery", []),
        ('text="hit a brewery"', [STRIKE]),
        ("text=breweries", [STRIKE]),
        ("text=%27%26%7C!(", []),
        ("min_confidence=0.6&place=Kupiansk", [DISPUTED, PLANNED]),
    ],
)
def test_filters(shared: TestClient[Any], query: str, expected: Any) -> None:
    assert ids(shared, query) == {e.event_id for e in expected}


def test_an_article_id_filters(shared: TestClient[Any]) -> None:
    assert ids(shared, f"article_id={make.article_id(1)}") == {DISPUTED.event_id, STRIKE.event_id}


def test_pages_give_every_event_once_in_order(shared: TestClient[Any]) -> None:
    seen: list[str] = []
    address: str | None = "/events?limit=2&min_confidence=0.1"
    while address:
        page = (shared.get(address)).json()
        assert len(page["items"]) <= 2
        seen += [item["event_id"] for item in page["items"]]
        address = page["next"]
        assert address is None or "min_confidence=0.1" in address
    assert sorted(seen) == sorted(e.event_id for e in EVERYTHING)
    assert seen[0] == PLANNED.event_id
    assert seen[-1] == RETAKEN.event_id


async def test_a_page_is_stable_while_events_are_added(api: AsyncTestClient[Any], store: Store) -> None:
    first = (await api.get("/events?limit=3")).json()
    await store.project(make.extraction(9, make.event(9, day="2025-01-01")))
    second = (await api.get(first["next"])).json()
    assert not {i["event_id"] for i in first["items"]} & {i["event_id"] for i in second["items"]}


def test_one_event_is_what_the_topic_carries(shared: TestClient[Any]) -> None:
    found = (shared.get(f"/events/{DISPUTED.event_id}")).json()
    assert [c["stance"] for c in found["claims"]] == ["asserts", "denies"]
    assert found["place"]["name"] == "Kupiansk"
    assert found["publisher"] == "Example Wire"


def test_an_article_has_its_text_and_events_with_offsets(shared: TestClient[Any]) -> None:
    found = (shared.get(f"/articles/{make.article_id(1)}")).json()
    assert found["cleaned_text"] == "Drones hit a brewery in Kupiansk."
    assert {e["event_id"] for e in found["events"]} == {DISPUTED.event_id, STRIKE.event_id}
    assert all(m["end"] > m["start"] for e in found["events"] for m in e["mentions"])
    assert found["extractor"]["version"] == "1"
    assert found["event_count"] == 2


async def test_an_article_that_is_not_extracted_yet_is_there(api: AsyncTestClient[Any], store: Store) -> None:
    await store.project(make.article(8))
    found = (await api.get(f"/articles/{make.article_id(8)}")).json()
    assert found["extracted_revision"] is None
    assert found["event_count"] is None
    assert found["events"] == []


async def test_an_extraction_whose_article_is_not_applied_yet_is_there(api: AsyncTestClient[Any], store: Store) -> None:
    await store.project(make.extraction(8, make.event(8)))
    found = (await api.get(f"/articles/{make.article_id(8)}")).json()
    assert found["url"] == "https://news.example.org/8"
    assert len(found["events"]) == 1


def test_articles_are_listed_the_latest_first(shared: TestClient[Any]) -> None:
    page = (shared.get("/articles?limit=2")).json()
    assert [i["article_id"] for i in page["items"]] == [make.article_id(2), make.article_id(3)]
    rest = (shared.get(page["next"])).json()
    assert [i["article_id"] for i in rest["items"]] == [make.article_id(1)]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("text=brewery", [1]),
        ("publisher=Other Wire", [2]),
        ("publisher=Other Wire&publisher=Example Wire", [1, 2, 3]),
        ("published_since=2024-09-30", [2]),
        ("published_until=2024-09-29", [1, 3]),
    ],
)
def test_articles_are_filtered(shared: TestClient[Any], query: str, expected: list[int]) -> None:
    found = (shared.get(f"/articles?{query}")).json()["items"]
    assert {i["article_id"] for i in found} == {make.article_id(n) for n in expected}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Kharkiv Oblast", "Kupiansk", "Mala Nevidoma", "Robotyne"]),
        ("q=upyan", ["Kupiansk"]),
        ("q=ROBO", ["Robotyne"]),
        ("q=Kupjansk", ["Kupiansk"]),
        ("q=Куп’янськ", ["Kupiansk"]),
        ("q=Artyomovsk", []),
        ("oblast=kharkiv", ["Kharkiv Oblast", "Kupiansk"]),
        ("contested=true", ["Kharkiv Oblast", "Kupiansk"]),
        ("standing=UKR", ["Robotyne"]),
        ("standing=UKR&standing=unknown", ["Mala Nevidoma", "Robotyne"]),
        ("contested=false&standing=contested", []),
    ],
)
def test_places_are_filtered(shared: TestClient[Any], query: str, expected: list[str]) -> None:
    found = (shared.get(f"/places?{query}")).json()["items"]
    assert [i["name"] for i in found] == expected


def test_places_come_in_pages(shared: TestClient[Any]) -> None:
    names, address = [], "/places?limit=1"
    while address:
        page = (shared.get(address)).json()
        names += [i["name"] for i in page["items"]]
        address = page["next"]
    assert names == ["Kharkiv Oblast", "Kupiansk", "Mala Nevidoma", "Robotyne"]


async def test_a_place_without_events_any_more_is_not_listed(api: AsyncTestClient[Any], store: Store) -> None:
    await store.project(make.withdrawn(3))
    names = [i["name"] for i in (await api.get("/places")).json()["items"]]
    assert names == ["Kupiansk", "Robotyne"]


def test_a_place_is_found_by_id_and_by_spelling(shared: TestClient[Any]) -> None:
    by_id = (shared.get("/places/geonames:703822")).json()
    by_name = (shared.get("/places/Kupyansk")).json()
    by_russian_name = (shared.get("/places/Купянск")).json()
    assert by_id == by_name == by_russian_name
    assert by_id["types"] == {"capture": 1, "strike": 1, "withdrawal": 1}
    assert by_id["spellings"] == ["kupiansk", "kupyansk"]
    assert (by_id["standing"], by_id["event_count"]) == ("contested", 3)


async def test_a_spelling_is_first_the_place_of_that_name(api: AsyncTestClient[Any], store: Store) -> None:
    raion = Place(name="Kupiansk Raion", surface="Kupiansk", id="geonames:2", kind="raion")
    await store.project(make.extraction(5, make.event(5, place=raion)))
    assert (await api.get("/places/kupiansk")).json()["id"] == make.KUPIANSK.id


async def test_an_ambiguous_spelling_names_the_candidates(api: AsyncTestClient[Any], store: Store) -> None:
    twin = Place(name="Robotyne", surface="Robotyne", id="geonames:1", kind="settlement")
    await store.project(make.extraction(5, make.event(5, place=twin)))
    answer = await api.get("/places/robotyne")
    assert answer.status_code == 404
    assert "geonames:1, geonames:695350" in answer.json()["detail"]


async def test_the_timeline_shows_claims_denials_and_what_follows(api: AsyncTestClient[Any], store: Store) -> None:
    left = make.event(4, "withdrawal", actor=make.RUS, day="2024-09-20", claims=(make.claim(make.MOSCOW),))
    await store.project(make.extraction(4, left))
    found = (await api.get("/places/Kupiansk/control")).json()
    assert [(e["day"], e["event"]["type"], e["counts"], e["after"]["standing"]) for e in found["timeline"]] == [
        ("2024-09-11", "capture", True, "contested"),
        ("2024-09-20", "withdrawal", True, "UKR"),
        ("2024-10-01", "withdrawal", False, "UKR"),
    ]
    first = found["timeline"][0]
    assert first["asserted_by"] == ["Russian Ministry of Defence"]
    assert first["denied_by"] == ["General Staff of Ukraine"]
    assert first["after"]["disputed_by"] == ["UKR"]
    assert found["now"]["standing"] == found["place"]["standing"] == "UKR"
    assert found["now"]["since"] == "2024-09-20"


def test_a_part_of_the_timeline_keeps_the_standing_of_all(shared: TestClient[Any]) -> None:
    found = (shared.get("/places/Kupiansk/control?limit=1&since=2024-01-01")).json()
    assert len(found["timeline"]) == 1
    assert found["earlier"] == 1
    assert found["timeline"][0]["after"]["standing"] == "contested"


async def test_status_counts_and_lag(api: AsyncTestClient[Any], store: Store) -> None:
    assert (await api.get("/status")).json()["dead_letters"] is None, "nobody has looked"
    await watch(store.engine, store.log, store.group)
    await follow(store.engine, store.log)
    await store.publish(make.article(20))
    found = (await api.get("/status")).json()
    assert (found["articles"], found["extractions"], found["events"]) == (3, 3, len(EVERYTHING))
    assert (found["contested_places"], found["places"], found["dead_letters"]) == (2, 4, 0)
    assert found["extractor_versions"] == {"1": 3}
    assert sum(row["lag"] for row in found["lag"]) == 0
    await watch(store.engine, store.log, store.group)
    found = (await api.get("/status")).json()
    assert sum(row["lag"] for row in found["lag"]) == 1


HOSTILE = ["%00", "%FF%FE", "a" * 5000, "%E2%80%AE", "%0A", ""]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "name",
    [
        *("place", "oblast", "source", "actor_side", "source_side", "type", "modality", "stance", "since", "until"),
        *("published_since", "published_until", "bbox", "text", "article_id", "min_confidence", "limit", "cursor"),
    ],
)
def test_a_hostile_value_is_a_400_that_names_its_parameter(shared: TestClient[Any], name: str, value: str) -> None:
    answer = shared.get(f"/events?{name}={value}")
    assert answer.status_code == 400, answer.text
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["errors"][0]["pointer"] == name
    assert name in problem["detail"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/events?limit=-1", "limit"),
        ("/events?limit=501", "limit"),
        ("/events?limit=1.5", "limit"),
        ("/events?limit=99999999999999999999", "limit"),
        ("/events?min_confidence=2", "min_confidence"),
        ("/events?min_confidence=nan", "min_confidence"),
        ("/events?typ=strike", "typ"),
        ("/events?since=2024-01-01&since=2024-02-01", "since"),
        ("/events.csv?limit=1&limit=2", "limit"),
        ("/control?at=2024-W01", "at"),
        ("/events?since=2024-02-02&until=2024-02-01", "until"),
        ("/places?standing=POL", "standing"),
        ("/places?contested=maybe", "contested"),
        ("/places?q=%25", "q"),
        ("/places?cursor=WyJhIiwiYlx1MDAwMCJd", "cursor"),
        ("/articles?cursor=WyIyMDI0LTEwLTAyIl0", "cursor"),
        ("/places/%25/control", "place_id"),
        ("/places/%00", "place_id"),
        ("/places/Kupiansk/control?limit=0", "limit"),
        ("/places/Kupiansk?x=1", "x"),
    ],
)
def test_a_value_out_of_range_is_a_400(shared: TestClient[Any], address: str, name: str) -> None:
    answer = shared.get(address)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["pointer"] == name


@pytest.mark.parametrize("value", ["'; drop table frontlog.event; --", "%25", "_", "a\\", "${jndi:x}", "\U0001f4a5"])
def test_signs_of_other_languages_are_text_like_any_other(shared: TestClient[Any], value: str) -> None:
    for name in ("source", "oblast", "text"):
        answer = shared.get("/events", params={name: value})
        assert answer.status_code == 200, answer.text
        assert answer.json()["items"] == []


@pytest.mark.parametrize(
    "address",
    [
        "/events/11111111-1111-4111-8111-111111111111",
        "/events/none",
        "/articles/11111111-1111-4111-8111-111111111111",
        "/articles/none",
        "/places/Atlantis",
        "/places/Atlantis/control",
        "/nothing",
    ],
)
def test_what_is_not_there_is_a_404_problem(shared: TestClient[Any], address: str) -> None:
    answer = shared.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_can_be_written(shared: TestClient[Any]) -> None:
    assert (shared.post("/events", json={})).status_code == 405
    assert (shared.delete(f"/events/{DISPUTED.event_id}")).status_code == 405


def test_the_api_document_is_openapi_3_1_and_the_docs_load_from_here(shared: TestClient[Any]) -> None:
    document = (shared.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()
    assert {"/events", "/events/{event_id}", "/articles", "/places/{place_id}/control", "/status"} <= set(
        document["paths"]
    )
    page = (shared.get("/docs")).text
    assert "//" not in page.replace("<!DOCTYPE html>", "").replace("https://", "//")


def test_health_and_metrics(shared: TestClient[Any]) -> None:
    assert (shared.get("/healthz")).json() == {"status": "ok"}
    assert (shared.get("/readyz")).json() == {"status": "ready"}
    assert "frontlog_http_requests_total" in (shared.get("/metrics")).text


async def test_a_database_that_is_not_migrated_is_not_ready(postgres: str) -> None:
    app = create_app(load(ApiSettings, {}), postgres)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert f"should be at {newest()}" in answer.json()["detail"]


async def test_a_database_that_is_away_is_a_503_to_try_again() -> None:
    app = create_app(load(ApiSettings, {}), "postgresql://nobody:secret@127.0.0.1:1/none")
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        answer = await client.get("/events")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert "secret" not in answer.text


async def test_other_sites_may_read_it_only_where_it_is_set(store: Store) -> None:
    for env, allowed in (({}, None), ({"FRONTLOG_API_CORS": "https://maps.example.org"}, "https://maps.example.org")):
        app = create_app(load(ApiSettings, env), store.address)
        async with AsyncTestClient(app) as client:
            answer: httpx.Response = await client.get("/healthz", headers={"Origin": "https://maps.example.org"})
            assert answer.headers.get("access-control-allow-origin") == allowed
