"""Places by where they are and by spellings that are wrong, and pages that hold while rows arrive."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.testing import AsyncTestClient
from sqlalchemy import event as sqlalchemy_event

from services.contracts.messages import Place
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from tests.integration.store.conftest import Store
from tests.integration.store.test_api import seed
from tests.support import extractions as make

FAR_EAST = Place(name="Ostrov", surface="Ostrov", id="geonames:1", latitude=52.0, longitude=179.9)
FAR_WEST = Place(name="Mys", surface="Mys", id="geonames:2", latitude=52.0, longitude=-179.9)
POLE = Place(name="Polus", surface="Polus", id="geonames:3", latitude=89.9, longitude=10.0)


@pytest.fixture
async def api(store: Store) -> AsyncIterator[AsyncTestClient[Any]]:
    await seed(store)
    app = create_app(load(ApiSettings, {}), store.address)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


async def found(api: AsyncTestClient[Any], query: str) -> list[dict[str, Any]]:
    answer = await api.get(f"/places?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_places_round_a_point_come_by_distance(api: AsyncTestClient[Any]) -> None:
    near = await found(api, "near=49.71,37.60&radius=100")
    assert [item["name"] for item in near] == ["Kupiansk", "Kharkiv Oblast"]
    # By an independent reckoning: 0.01 degrees of longitude at latitude 49.71 are 0.719 km.
    assert near[0]["distance"] == pytest.approx(0.719, abs=0.002)
    assert near[1]["distance"] == pytest.approx(82.8, abs=0.5)
    assert [item["name"] for item in await found(api, "near=49.71,37.60")] == ["Kupiansk"]
    assert await found(api, "near=0,0&radius=1000") == []
    assert {item["distance"] for item in await found(api, "")} == {None}
    first = (await api.get("/places?near=49.71,37.60&radius=400&limit=1")).json()
    rest = (await api.get(first["next"])).json()["items"]
    every = await found(api, "near=49.71,37.60&radius=400")
    assert len(every) == 3
    assert first["items"] + rest == [*every[:1], *every[1:2]]


async def test_a_circle_may_span_the_antimeridian_or_a_pole(api: AsyncTestClient[Any], store: Store) -> None:
    places = (FAR_EAST, FAR_WEST, POLE)
    await store.project(make.article(5), make.extraction(5, *(make.event(5, place=place) for place in places)))
    assert {item["id"] for item in await found(api, "near=52,180&radius=20")} == {FAR_EAST.id, FAR_WEST.id}
    assert {item["id"] for item in await found(api, "near=52,-179.95&radius=20")} == {FAR_EAST.id, FAR_WEST.id}
    assert {item["id"] for item in await found(api, "near=89.9,-170&radius=50")} == {POLE.id}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("near=north", "near"),
        ("near=91,0", "near"),
        ("near=nan,nan", "near"),
        ("near=49,37,1", "near"),
        ("radius=5", "radius"),
        ("near=49,37&radius=0", "radius"),
        ("near=49,37&radius=nan", "radius"),
        ("near=49,37&radius=1001", "radius"),
        ("near=49,37&cursor=WyJhIiwiYiJd", "cursor"),
    ],
)
async def test_a_circle_that_is_none_is_refused(api: AsyncTestClient[Any], query: str, pointer: str) -> None:
    answer = await api.get(f"/places?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_misspelt_name_finds_what_is_spelt_alike(api: AsyncTestClient[Any]) -> None:
    for name in ("Kupjansk", "kupiansck", "Kupyanks", "Robotine"):
        assert [item["name"] for item in await found(api, f"q={name}")] == [
            "Robotyne" if name.startswith("R") else "Kupiansk"
        ], name
    assert await found(api, "q=Xyzzyx") == []
    # A part of a name is that name, and nothing that is merely like it.
    assert [item["name"] for item in await found(api, "q=obotyn")] == ["Robotyne"]
    missing = await api.get("/places/Kupjansk")
    assert missing.status_code == 404
    assert "alike: Kupiansk" in missing.json()["detail"]


async def test_a_circle_is_found_by_an_index(api: AsyncTestClient[Any], store: Store) -> None:
    await store.execute(
        "insert into place (place_key, name, folded, latitude, longitude, events, standing, claimed_by, disputed_by,"
        " standing_events, publishers, voices) select 'name:p' || n, 'P', 'p' || n, 44 + random() * 8,"
        " 22 + random() * 18, 1, 'unknown', '{}', '{}', '{}', 0, 0 from generate_series(1, 5000) n"
    )
    await store.execute("analyze place")
    ran: list[tuple[str, Any]] = []
    engine = api.app.state.engine

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        ran.append((statement, parameters))

    sqlalchemy_event.listen(engine.sync_engine, "before_cursor_execute", note)
    assert await found(api, "near=49.71,37.60&radius=20")
    sqlalchemy_event.remove(engine.sync_engine, "before_cursor_execute", note)
    statement, parameters = next(one for one in ran if "asin" in one[0])
    async with engine.connect() as connection:
        plan = "\n".join(row[0] for row in await connection.exec_driver_sql(f"explain {statement}", parameters))
    assert "place_where" in plan
    assert "Seq Scan" not in plan


async def test_what_arrives_between_two_pages_neither_doubles_nor_loses_a_row(
    api: AsyncTestClient[Any], store: Store
) -> None:
    lists = ("events", "articles", "places", "incidents", "sources", "control")
    keys = dict(zip(lists, ("event_id", "article_id", "id", "incident_id", "source_id", "id"), strict=True))
    before = {name: {i[keys[name]] for i in (await api.get(f"/{name}?limit=500")).json()["items"]} for name in lists}
    pages = {name: (await api.get(f"/{name}?limit=1")).json() for name in lists}
    seen = {name: [item[keys[name]] for item in page["items"]] for name, page in pages.items()}
    number = 20
    while any(page["next"] for page in pages.values()):
        # One before and one behind of wherever a page may stand.
        for day, name in (("2030-01-01", "Aaa"), ("2000-01-01", "Zzz")) if number < 28 else ():
            number += 1
            where = Place(name=f"{name} {number}", surface=name)
            told = make.event(
                number, place=where, day=day, claims=(make.claim(make.Actor(name=f"{name} {number}", kind="PER")),)
            )
            await store.project(
                make.article(number, published_at=f"{day}T00:00:00Z"),
                make.extraction(number, told, published_at=f"{day}T00:00:00Z"),
            )
        for name, page in pages.items():
            if page["next"] and before[name] - set(seen[name]):
                pages[name] = (await api.get(page["next"])).json()
                seen[name] += [item[keys[name]] for item in pages[name]["items"]]
            elif page["next"]:
                pages[name] = {"next": None}
    for name in lists:
        assert len(seen[name]) == len(set(seen[name])), name
        assert before[name] <= set(seen[name]), name


@pytest.mark.parametrize("words", ["Hryhoriy Sévérodonetsk", "hryhoriý severodonetsk"])
async def test_marks_make_no_difference_in_a_text(api: AsyncTestClient[Any], store: Store, words: str) -> None:
    text = "Hryhoriý came to Severodonetsk by train."
    await store.project(make.article(70), make.extraction(70, make.event(70, sentence=text), text=text))
    for name in ("articles", "events"):
        answer = await api.get(f"/{name}", params={"text": words})
        assert [item["article_id"] for item in answer.json()["items"]] == [make.article_id(70)], name


async def test_the_words_found_in_an_article_are_shown(api: AsyncTestClient[Any]) -> None:
    answer = await api.get("/articles?text=breweries")
    assert answer.status_code == 200, answer.text
    assert [item["found"] for item in answer.json()["items"]] == ["Drones hit a ⟪brewery⟫ in Kupiansk"]
    lines = (await api.get("/articles.ndjson?text=breweries")).text
    assert "⟪brewery⟫" in lines
    assert {item["found"] for item in (await api.get("/articles")).json()["items"]} == {None}
