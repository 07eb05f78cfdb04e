"""Control over time on real tables: any order gives the same history, and the topic says what the API says."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import AsyncTestClient, TestClient

from services.contracts.cloudevents import header
from services.contracts.codec import decode
from services.contracts.messages import Extent, Extraction, Place, PlaceStanding
from services.contracts.topics import CONTROL, TOPICS
from services.runtime.log.open import open_log
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from services.store.control import renew
from services.store.control.evidence import Window
from services.store.control.gather import evidence_of
from services.store.control.standing import State, steps
from services.store.control.steps import stored
from services.store.migrate import migrate
from services.store.projector.outbox import publish_due, queue_all_places
from services.store.tables import metadata, projection_offset
from tests.integration.store.conftest import Store, new_store, store_at
from tests.support import extractions as make
from tests.support.kafka.server import KafkaServer
from tests.support.postgres import PostgresServer

LUHANSK = Place(
    name="Luhansk Oblast",
    surface="Luhansk",
    id="geonames:702657",
    kind="oblast",
    country="UA",
    latitude=49,
    longitude=39,
)
LYSYCHANSK = Place(
    name="Lysychansk",
    surface="Lysychansk",
    id="geonames:702320",
    kind="settlement",
    admin1="Luhansk Oblast",
    country="UA",
    latitude=48.9,
    longitude=38.4,
)
REFINERY = Place(name="Refinery", surface="Refinery", id="test:refinery", kind="feature", within=LYSYCHANSK.id)
PLACES = (make.KUPIANSK, make.ROBOTYNE, LYSYCHANSK, LUHANSK)


def history(seed: int, articles: int) -> list[Extraction]:
    """Articles with events of three years at a few places, some revised, all by the same extractor."""
    chance = random.Random(seed)

    def events(number: int) -> list[Any]:
        made = {}
        for _ in range(chance.randint(1, 4)):
            side = chance.choice([make.UKR, make.RUS])
            own, other = (make.GENERAL_STAFF, make.MOSCOW) if side is make.UKR else (make.MOSCOW, make.GENERAL_STAFF)
            speakers = chance.choice([(own,), (own, other), (make.OBSERVERS,), (make.NARRATOR,)])
            claims = tuple(make.claim(s) for s in speakers)
            if chance.random() < 0.2:
                claims += (make.claim(other, "denies"),)
            event = make.event(
                number,
                chance.choice(["capture", "control", "withdrawal", "hold", "advance", "strike"]),
                actor=side,
                place=chance.choice(PLACES),
                day=f"{chance.choice([2022, 2023, 2024])}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                modality=chance.choice(["actual"] * 5 + ["possible"]),
                claims=claims,
                extent=chance.choice([None, None, None, Extent(label="share", share=0.5)]),
            )
            made[event.event_id] = event
        return list(made.values())

    found = [make.extraction(n, *events(n), publisher=f"Wire {n % 7}") for n in range(articles)]
    revised = chance.sample(range(articles), articles // 5)
    return found + [
        make.extraction(n, *events(n), offset=1, text="Second.", publisher=f"Wire {n % 7}") for n in revised
    ]


async def clear(store: Store) -> None:
    """Empty every projection, and leave the offsets: what is in the log stays read."""
    projections = [t.name for t in metadata.tables.values() if not t.info.get("kept") and t is not projection_offset]
    await store.execute("truncate " + ", ".join(projections))


async def read(store: Store) -> dict[str, PlaceStanding]:
    """What a consumer of the compacted topic ends with."""
    while await publish_due(store.engine, store.log):
        pass
    found = {(r.key or b"").decode(): r.value for r in await store.read(CONTROL.name)}
    return {key: decode(PlaceStanding, value) for key, value in found.items() if value is not None}


async def api(store: Store, address: str) -> Any:
    async with AsyncTestClient(create_app(load(ApiSettings, {}), store.address)) as client:
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def check_topic(store: Store, mine: set[str] | None = None) -> None:
    """The topic's records are the answer of /control, field by field; `mine` leaves out other tests' records."""
    items = (await api(store, "/control?inherited=false"))["items"]
    expected = {
        item["id"]: {k: v for k, v in item.items() if k not in ("id", "inherited_from")}
        for item in items
        if item["standing"] != "unknown"
    }
    found = {
        key: {
            k: list(v) if isinstance(v, tuple) else v
            for k in value.__struct_fields__
            if k not in ("place_id", "schema_version")
            for v in [getattr(value, k)]
        }
        for key, value in (await read(store)).items()
        if mine is None or key in mine
    }
    assert expected
    assert found == expected


async def test_any_order_in_batches_of_any_size_gives_the_fold_of_everything(store: Store) -> None:
    seen = []
    for seed in (1, 2):
        articles = history(5, 60)
        random.Random(seed).shuffle(articles)
        await clear(store)
        for start in range(0, len(articles), 13 * seed):
            await store.project(*articles[start : start + 13 * seed])
        async with store.engine.connect() as connection:
            windows = {place.id: Window() for place in PLACES if place.id}
            evidence = await evidence_of(connection, windows)
            assert await stored(connection, windows) == {k: steps(State(), e) for k, e in evidence.items()}
            assert sum(map(len, evidence.values())) > 60
        seen.append({k: v for k, v in (await store.contents()).items() if k in ("control_step", "place")})
    assert seen[0] == seen[1]


async def test_places_that_have_a_standing_from_before_there_were_steps_get_theirs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renew, "FILLED_AT_ONCE", 2)
    await store.project(*history(4, 30))
    before = await store.contents()
    await store.execute("truncate control_step")
    assert await renew.fill(store.engine, datetime.now(UTC)) == len(PLACES)
    assert await renew.fill(store.engine, datetime.now(UTC)) == 0
    assert await store.contents() == before
    await check_topic(store)


async def test_the_topic_says_what_the_api_says(store: Store) -> None:
    articles = history(7, 40)
    await store.project(*articles[:20])
    await check_topic(store)
    await store.project(*articles[20:])
    await check_topic(store)
    assert {r.key for r in await store.read(CONTROL.name)} <= {place.id.encode() for place in PLACES if place.id}


async def test_a_record_of_the_topic_is_a_cloudevent_under_the_places_key(store: Store) -> None:
    await store.project(make.extraction(1, make.event(1)))
    await read(store)
    (record,) = await store.read(CONTROL.name)
    assert record.key == make.KUPIANSK.id.encode()  # type: ignore[union-attr]
    assert header(record.headers, "ce_type") == CONTROL.ce_type
    assert header(record.headers, "ce_subject") == make.KUPIANSK.id


async def test_a_place_without_a_standing_any_more_gets_a_tombstone(store: Store) -> None:
    await store.project(make.extraction(1, make.event(1)))
    assert set(await read(store)) == {make.KUPIANSK.id}
    await store.project(make.withdrawn(1))
    assert await read(store) == {}
    assert [r.value is None for r in await store.read(CONTROL.name)] == [False, True]
    assert await store.one("select count(*) from outbox where topic = :t", t=CONTROL.name) == 0


async def test_a_place_of_which_nothing_was_ever_said_is_not_on_the_topic(store: Store) -> None:
    await store.project(make.extraction(1, make.event(1, modality="possible"), make.event(1, "strike")))
    assert await read(store) == {}
    assert await store.read(CONTROL.name) == []


async def test_an_event_that_changes_nothing_publishes_nothing(store: Store) -> None:
    await store.project(make.extraction(1, make.event(1)))
    await read(store)
    await store.project(
        make.extraction(2, make.event(2, modality="possible")), make.extraction(3, make.event(3, "clash"))
    )
    await read(store)
    assert len(await store.read(CONTROL.name)) == 1


async def test_a_new_name_of_the_gazetteer_is_told(store: Store) -> None:
    await store.project(make.extraction(1, make.event(1)))
    await read(store)
    renamed = Place(name="Kupiansk", surface="Kupiansk", id=make.KUPIANSK.id, kind="settlement", admin1="Elsewhere")
    await store.project(make.extraction(2, make.event(2, "strike", place=renamed)))
    assert (await read(store))[str(make.KUPIANSK.id)].admin1 == "Elsewhere"
    await check_topic(store)


async def test_everything_can_be_said_anew_after_the_tables_were_made_anew(store: Store) -> None:
    """A standing that the new tables hold otherwise, one that they no longer hold, and one that they alone hold."""
    await store.project(make.extraction(1, make.event(1)), make.extraction(2, make.event(2, place=make.ROBOTYNE)))
    await read(store)
    await store.execute("delete from place where name = 'Robotyne'")
    await store.execute("update place set standing = 'UKR'")
    async with store.engine.begin() as connection:
        assert await queue_all_places(connection, datetime.now(UTC)) == 2
    assert {key: value.standing for key, value in (await read(store)).items()} == {make.KUPIANSK.id: "UKR"}


@pytest.mark.slow
async def test_on_kafka_the_topic_says_what_the_api_says(postgres: str, fresh_kafka: KafkaServer) -> None:
    await asyncio.to_thread(migrate, postgres, say=lambda _: None)
    log = open_log(fresh_kafka.address)
    try:
        await log.create_topics(TOPICS)
        async with store_at(postgres, log, f"control-{secrets.token_hex(4)}") as store:
            await store.project(*history(9, 30))
            await check_topic(store)
            await store.project(*(make.withdrawn(n) for n in range(25)))
            await check_topic(store)
    finally:
        await log.close()


async def seed(store: Store) -> None:
    """Luhansk Oblast is taken on 3 July 2022; of Lysychansk and its refinery nothing is said."""
    await store.project(
        make.extraction(1, make.event(1, place=LUHANSK, day="2022-07-03"), publisher="Wire A"),
        make.extraction(2, make.event(2, "strike", place=LYSYCHANSK, day="2022-05-10"), publisher="Wire A"),
        make.extraction(3, make.event(3, "strike", place=REFINERY, day="2022-05-11"), publisher="Wire B"),
        make.extraction(4, make.event(4, place=make.KUPIANSK, day="2022-02-27"), publisher="Wire A"),
        make.extraction(5, make.event(5, "control", place=make.KUPIANSK, day="2022-04-01"), publisher="Wire B"),
        make.extraction(6, make.event(6, "control", place=make.KUPIANSK, day="2022-04-02"), publisher="Wire B"),
        make.extraction(7, make.event(7, actor=make.UKR, day="2022-09-10", claims=(make.claim(),)), publisher="Wire C"),
    )


@pytest.fixture
async def seeded(store: Store) -> AsyncIterator[AsyncTestClient[Any]]:
    """The API over a seeded database of the test's own."""
    await seed(store)
    async with AsyncTestClient(create_app(load(ApiSettings, {}), store.address)) as client:
        yield client


@pytest.fixture(scope="module")
def shared(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    """The API over one seeded database, for tests that only read."""

    async def seeded() -> None:
        async with new_store(address) as store:
            await seed(store)

    address = postgres_session.new_database()
    asyncio.run(seeded())
    with TestClient(create_app(load(ApiSettings, {}), address)) as client:
        yield client
    postgres_session.drop_database(address)


def at(client: TestClient[Any], query: str) -> dict[str, str]:
    """Name -> standing in the answer of /control."""
    answer = client.get(f"/control?{query}")
    assert answer.status_code == 200, answer.text
    return {item["name"]: item["standing"] for item in answer.json()["items"]}


def test_a_day_shows_what_held_then(shared: TestClient[Any]) -> None:
    assert at(shared, "at=2022-02-26")["Kupiansk"] == "unknown"
    assert at(shared, "at=2022-02-27")["Kupiansk"] == "RUS"
    assert at(shared, "at=2022-09-09")["Kupiansk"] == "RUS"
    assert at(shared, "at=2022-09-10T23:59:00%2B02:00")["Kupiansk"] == "UKR"
    assert at(shared, "at=2022-09-10T00:30:00%2B02:00")["Kupiansk"] == "RUS"
    assert at(shared, "")["Kupiansk"] == "UKR"


def test_an_oblast_speaks_for_its_places(shared: TestClient[Any]) -> None:
    assert at(shared, "at=2022-07-02")["Lysychansk"] == "unknown"
    found = shared.get("/control?at=2022-07-03&oblast=Luhansk").json()["items"]
    by_name = {item["name"]: item for item in found}
    assert (by_name["Lysychansk"]["standing"], by_name["Lysychansk"]["inherited_from"]) == ("RUS", LUHANSK.id)
    assert at(shared, "at=2022-07-03")["Refinery"] == "RUS"
    assert at(shared, "at=2022-07-03&inherited=false")["Lysychansk"] == "unknown"
    one = shared.get("/places/Lysychansk/control?at=2022-07-04").json()
    assert (one["standing"]["standing"], one["standing"]["inherited_from"]) == ("RUS", LUHANSK.id)
    assert (one["now"]["standing"], one["history"]) == ("unknown", [])


async def test_what_is_said_of_a_place_itself_is_nearer(seeded: AsyncTestClient[Any], store: Store) -> None:
    held = make.event(20, "hold", actor=make.UKR, place=LYSYCHANSK, day="2022-07-02", claims=(make.claim(),))
    await store.project(make.extraction(20, held))
    items = (await seeded.get("/control?at=2022-07-04&oblast=Luhansk")).json()["items"]
    found = {item["name"]: (item["standing"], item["inherited_from"]) for item in items}
    assert found == {"Luhansk Oblast": ("RUS", None), "Lysychansk": ("UKR", None)}
    refinery = (await seeded.get("/places/Refinery/control?at=2022-07-04")).json()["standing"]
    assert (refinery["standing"], refinery["inherited_from"]) == ("UKR", LYSYCHANSK.id)


def test_places_are_filtered_by_standing_box_and_oblast(shared: TestClient[Any]) -> None:
    assert set(at(shared, "at=2022-08-01&standing=RUS")) == {"Kupiansk", "Luhansk Oblast", "Lysychansk", "Refinery"}
    assert set(at(shared, "at=2022-08-01&standing=UKR&standing=unknown")) == set()
    assert set(at(shared, "bbox=37,49,38,50")) == {"Kupiansk"}
    assert set(at(shared, "bbox=170,-90,38,90")) == {"Kupiansk"}
    assert set(at(shared, "oblast=kharkiv")) == {"Kupiansk"}


def test_pages_give_every_place_once(shared: TestClient[Any]) -> None:
    names, address = [], "/control?limit=1&at=2022-08-01&standing=RUS"
    while address:
        page = shared.get(address).json()
        assert page["at"] == "2022-08-01"
        names += [item["name"] for item in page["items"]]
        address = page["next"]
    assert names == ["Kupiansk", "Luhansk Oblast", "Lysychansk", "Refinery"]


def test_one_place_at_a_day_tells_who_says_so_since_when_and_before(shared: TestClient[Any]) -> None:
    found = shared.get("/places/Kupiansk/control?at=2022-04-01").json()
    assert found["at"] == "2022-04-01"
    assert (found["standing"]["standing"], found["standing"]["since"]) == ("RUS", "2022-02-27")
    assert found["standing"]["publishers"] == 2
    (view,) = found["views"]
    assert (view["side"], view["publishers"], view["last_day"]) == ("RUS", 2, "2022-04-01")
    assert [s["name"] for s in view["said_by"]] == ["Russian Ministry of Defence"]
    assert len(view["event_ids"]) == 2
    assert [(p["since"], p["until"], p["standing"], p["publishers"]) for p in found["history"]] == [
        ("2022-02-27", "2022-09-09", "RUS", 2),
        ("2022-09-10", None, "UKR", 1),
    ]
    assert [e["day"] for e in found["timeline"]] == ["2022-02-27", "2022-04-01"]
    assert found["now"]["standing"] == "UKR"


def test_a_list_has_what_speaks_for_each_side_where_it_is_asked_for(shared: TestClient[Any]) -> None:
    plain = shared.get("/control?at=2022-07-04").json()["items"]
    assert plain and not any("views" in item for item in plain)
    listed = shared.get("/control?at=2022-07-04&views=true").json()["items"]
    assert [item | {"views": []} for item in plain] == [item | {"views": []} for item in listed]
    views = {item["id"]: item["views"] for item in listed}
    sheets = {key: shared.get(f"/places/{key}/control?at=2022-07-04").json()["views"] for key in views}
    assert views == sheets
    inherited = next(item for item in listed if item["inherited_from"])
    assert inherited["views"] == views[inherited["inherited_from"]] != []
    assert shared.get("/control?at=2022-07-04&views=true&limit=1").json()["items"][0]["views"] == listed[0]["views"]


def test_earlier_entries_of_a_timeline_are_at_the_address_that_it_names(shared: TestClient[Any]) -> None:
    whole = shared.get("/places/Kupiansk/control").json()
    assert (whole["earlier"], whole["next"]) == (0, None)
    wanted = [entry for entry in whole["timeline"] if entry["day"] <= "2022-09-30"]
    seen: list[Any] = []
    address = "/places/Kupiansk/control?limit=1&at=2022-09-30"
    while address is not None:
        page = shared.get(address).json()
        seen = page["timeline"] + seen
        assert page["earlier"] + len(seen) == len(wanted) > 2
        assert page["standing"]["standing"] == "UKR"
        address = page["next"]
    assert seen == wanted
    refused = shared.get("/places/Kupiansk/control?cursor=nonsense")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "cursor")


async def test_who_denies_it_is_named(seeded: AsyncTestClient[Any], store: Store) -> None:
    claims = (make.claim(make.MOSCOW), make.claim(make.GENERAL_STAFF, "denies"))
    share = Extent(label="share", share=0.52)
    await store.project(
        make.extraction(30, make.event(30, day="2024-11-20", claims=claims)),
        make.extraction(31, make.event(31, "control", day="2024-11-21", extent=share)),
    )
    found = (await seeded.get("/places/Kupiansk/control")).json()
    assert found["standing"]["standing"] == "contested"
    assert found["standing"]["share"] == 0.52
    (view,) = found["views"]
    assert [s["id"] for s in view["denied_by"]] == ["UKR/MIL/general-staff"]
    assert view["share"] == 0.52


async def test_copies_of_one_text_are_one_voice(seeded: AsyncTestClient[Any], store: Store) -> None:
    words = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(120)]
    texts = {50: " ".join(words), 51: " ".join(words[:-5]), 52: " ".join(reversed(words))}
    await store.project(
        *(
            make.extraction(n, make.event(n, place=make.ROBOTYNE, day="2025-01-02"), text=text, publisher=f"Paper {n}")
            for n, text in texts.items()
        )
    )
    (view,) = (await seeded.get("/places/Robotyne/control")).json()["views"]
    assert (view["publishers"], view["voices"]) == (3, 2)


async def test_a_place_links_to_its_control(seeded: AsyncTestClient[Any], store: Store) -> None:
    await store.project(make.extraction(40, make.event(40, place=make.NOWHERE)))
    for name in ("Kupiansk", "Mala Nevidoma"):
        place = (await seeded.get(f"/places/{name}")).json()
        linked = (await seeded.get(place["control"])).json()
        assert linked["place"]["id"] == place["id"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/control?at=yesterday", "at"),
        ("/control?at=2022-13-01", "at"),
        ("/control?at=", "at"),
        ("/control?bbox=1,2,3", "bbox"),
        ("/control?standing=POL", "standing"),
        ("/control?inherited=maybe", "inherited"),
        ("/control?limit=0", "limit"),
        ("/control?views=true&limit=101", "limit"),
        ("/control.csv?views=true", "views"),
        ("/control?cursor=x", "cursor"),
        ("/control?att=2022-01-01", "att"),
        ("/control?oblast=%00", "oblast"),
        ("/places/Kupiansk/control?at=2022", "at"),
    ],
)
def test_a_bad_parameter_is_a_400_that_names_it(shared: TestClient[Any], address: str, name: str) -> None:
    answer = shared.get(address)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["pointer"] == name
