"""Families, incidents and sources on a real Postgres: the same for any order of arrival, and as the API shows them."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from services.contracts.messages import Extraction, Quantity
from services.contracts.topics import EXTRACTIONS
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from tests.integration.store.conftest import Store, served
from tests.support import extractions as make
from tests.support.postgres import PostgresServer

REPORT = (
    "A missile came down on the grain elevator at the edge of Kupiansk shortly after eight in the morning and set two "
    "of its silos on fire, the regional administration told reporters. Four workers of the night shift were taken to "
    "hospital with burns, and one of them died on the way. Firemen from three districts fought the flames until noon; "
    "the road to the river crossing stayed closed, and trains were held back at the junction for most of the day."
)
KYIV = make.GENERAL_STAFF
SENTENCE = "A missile came down on the grain elevator and set two silos on fire."


def capture(number: int, *, claims: Any = (), **more: Any) -> Any:
    return make.event(number, day="2024-09-11", claims=claims, **more)


def strike(number: int, sentence: str = SENTENCE, **more: Any) -> Any:
    return make.event(number, "strike", day="2024-09-10", sentence=sentence, **more)


def toll(number: int, low: float) -> Any:
    return make.event(
        number,
        "casualties",
        day="2024-09-10",
        sentence=SENTENCE,
        quantities=(Quantity(what="killed", phrase=f"{low:g}", low=low, high=low),),
    )


SAMPLES = (
    make.extraction(1, capture(1), strike(1), toll(1, 11), text=REPORT),
    make.extraction(2, strike(2), toll(2, 12), text="AGENCY, 10 September. " + REPORT, publisher="Second Wire"),
    make.extraction(3, capture(3, claims=(make.claim(KYIV, "denies"),)), text="Kyiv denies it.", publisher="Third"),
    make.extraction(4, strike(4, "Drones hit a school in the evening."), text="Another matter.", publisher="Third"),
    make.extraction(5, capture(5, claims=(make.claim(make.OBSERVERS),)), text="Monitors confirm.", publisher="Fifth"),
)


@pytest.fixture(scope="module")
def api(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    """The API over one seeded database: these tests only read."""
    with served(postgres_session, lambda store: store.project(*SAMPLES)) as client:
        yield client


def get(api: TestClient[Any], path: str) -> Any:
    answer = api.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_any_order_and_any_number_of_batches_give_the_same(store: Store) -> None:
    await store.project(*SAMPLES)
    once = await store.contents()
    order = list(SAMPLES)
    for seed in range(4):
        await store.forget()
        random.Random(seed).shuffle(order)
        for one in order:
            await apply_one(store, one)
        again = await store.contents()
        for table in ("family_member", "article_copy", "tie", "incident", "statement", "source", "telling"):
            assert again[table] == once[table], (seed, table)


async def test_members_that_work_at_the_same_time_come_to_the_same(store: Store) -> None:
    copies = [
        make.extraction(number, strike(number), capture(number), text=f"Desk {number}. {REPORT}")
        for number in range(10, 22)
    ]
    await store.publish(*copies)
    records = [r for r in await store.read(EXTRACTIONS.name) if r.value is not None]
    await asyncio.gather(*(store.apply(record) for record in records))
    assert await store.rows("select count(*), count(distinct family_id) from family_member") == [(12, 1)]
    assert await store.rows("select type, events, articles from incident order by 1") == [
        ("capture", 12, 12),
        ("strike", 12, 12),
    ]
    assert await store.rows("select claims, incidents, reports from source") == [(24, 2, 1)]


async def apply_one(store: Store, message: Extraction) -> None:
    """Apply one extraction in a transaction of its own, past the log: the order is the test's."""
    record = next(r for r in await store.read(EXTRACTIONS.name) if r.key == message.article_id.encode())
    await store.apply(record)


async def test_copies_of_one_report_are_a_family_that_survives_a_withdrawal(store: Store) -> None:
    await store.project(*SAMPLES, make.extraction(6, strike(6), text=REPORT + " More."))
    families = dict(await store.rows("select article_id::text, family_id::text from family_member"))
    ours = {make.article_id(n) for n in (1, 2, 6)}
    assert {families[i] for i in ours} == {min(ours)}
    assert families[make.article_id(3)] == make.article_id(3)
    await store.project(make.withdrawn(1))
    families = dict(await store.rows("select article_id::text, family_id::text from family_member"))
    assert {families[i] for i in ours - {make.article_id(1)}} == {min(ours - {make.article_id(1)})}
    await store.project(make.extraction(2, strike(2), offset=5, text="Something else altogether."))
    families = dict(await store.rows("select article_id::text, family_id::text from family_member"))
    assert families[make.article_id(2)] == make.article_id(2)
    assert await store.rows("select * from article_copy") == []


async def test_copies_of_short_news_are_one_incident_and_one_report_of_its_source(store: Store) -> None:
    sentence = "Russian forces struck Kupiansk again during the night, the authorities said."
    copies = [
        make.extraction(n, strike(n, sentence), text=f"{sentence} {REPORT}", publisher=f"Paper {n}")
        for n in range(30, 40)
    ]
    await store.project(*copies)
    assert await store.rows("select events, articles from incident") == [(10, 10)]
    assert await store.rows("select asserted, incidents, reports from source") == [(1, 1, 1)]


async def test_copies_are_of_one_window_of_days_whoever_publishes_them(store: Store) -> None:
    days = {20: "2024-09-01", 21: "2024-09-08", 22: "2024-09-16"}
    await store.project(
        *(
            make.extraction(n, strike(n), text=REPORT, publisher=f"Wire {n}", published_at=day)
            for n, day in days.items()
        )
    )
    families = dict(await store.rows("select article_id::text, family_id::text from family_member"))
    assert families[make.article_id(20)] == families[make.article_id(21)], "seven days apart"
    assert families[make.article_id(22)] == make.article_id(22), "eight days behind the last: told again"


async def test_a_withdrawn_article_takes_its_part_of_every_incident_and_source_with_it(store: Store) -> None:
    await store.project(SAMPLES[0])
    before = await store.contents()
    await store.project(*SAMPLES[1:])
    for number in (2, 3, 4, 5):
        await store.project(make.withdrawn(number))
    after = await store.contents()
    for table in ("family_member", "article_copy", "tie", "incident", "statement", "source", "telling"):
        assert after[table] == before[table], table


def test_one_capture_told_three_times_is_one_incident_with_all_claims(api: TestClient[Any]) -> None:
    (found,) = (get(api, "/incidents?type=capture"))["items"]
    assert found["article_count"] == found["report_count"] == 3
    assert found["agreement"] == "contradicted"
    assert set(found["asserted_by"]) == {make.MOSCOW.name, make.OBSERVERS.name}
    assert found["denied_by"] == [KYIV.name]
    assert found["place"]["name"] == "Kupiansk"


def test_a_strike_is_one_with_its_dead_and_copies_count_once(api: TestClient[Any]) -> None:
    items = (get(api, "/incidents?type=strike"))["items"]
    assert sorted(item["event_count"] for item in items) == [1, 4]
    (found,) = [item for item in items if item["event_count"] == 4]
    assert (found["article_count"], found["report_count"]) == (2, 1)
    assert found["types"] == ["strike", "casualties"]
    assert found["figures"] == [{"what": "killed", "unit": None, "low": 11, "high": 12, "articles": 2, "agree": False}]


def test_an_incident_shows_its_reports_statements_and_ties(api: TestClient[Any]) -> None:
    (listed,) = (get(api, "/incidents?type=casualties"))["items"]
    whole = get(api, f"/incidents/{listed['incident_id']}")
    assert {r["family_id"] for r in whole["reports"]} == {min(make.article_id(1), make.article_id(2))}
    assert len(whole["events"]) == 4
    assert any("told in one sentence" in t["reasons"] for t in whole["ties"])
    assert {s["name"] for s in whole["statements"] if s["outlet"]} == set()
    assert [s["name"] for s in whole["statements"]] == [make.MOSCOW.name]
    for event in whole["events"]:
        assert (get(api, f"/incidents/{event['event_id']}"))["incident_id"] == listed["incident_id"]
    assert set(whole["further"].values()) == {None}


def test_what_the_lists_of_an_incident_leave_off_is_in_their_pages(api: TestClient[Any]) -> None:
    (listed,) = (get(api, "/incidents?type=casualties"))["items"]
    whole = get(api, f"/incidents/{listed['incident_id']}")
    short = get(api, f"/incidents/{listed['incident_id']}?limit=1")
    assert short["further"]["statements"] is None
    for name in ("events", "reports", "statements"):
        seen, address = list(short[name]), short["further"][name]
        while address is not None:
            page = get(api, address)
            seen += page["items"]
            address = page["next"]
        assert seen == whole[name], name
        assert get(api, f"/incidents/{whole[name][0].get('event_id', listed['incident_id'])}/{name}")["items"] == seen
    tied = get(api, f"/incidents/{listed['incident_id']}/events")["ties"]
    assert tied == whole["ties"]
    assert {i for tie in tied for i in tie["events"]} == {event["event_id"] for event in whole["events"]}
    assert [tie["weight"] for tie in tied] == sorted((tie["weight"] for tie in tied), reverse=True)
    for name in ("events", "reports", "statements"):
        assert api.get(f"/incidents/{make.article_id(9)}/{name}").status_code == 404
        answer = api.get(f"/incidents/{listed['incident_id']}/{name}?cursor=nonsense")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "cursor")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 3),
        ("place=Kupyansk", 3),
        ("place=Robotyne", 0),
        ("place=Nowhere", 0),
        ("oblast=Kharkiv", 3),
        ("oblast=Sumy", 0),
        ("bbox=37,49,38,50", 3),
        ("bbox=30,49,31,50", 0),
        ("type=capture&stance=denies", 1),
        ("stance=denies&source_side=RUS", 0),
        ("source=UN%20monitors", 1),
        ("since=2024-09-11", 1),
        ("until=2024-09-10", 2),
        ("agreement=contradicted", 1),
        ("agreement=single&agreement=agreed", 2),
        ("min_articles=3", 1),
        ("text=elevator", 1),
        ("actor_side=RUS&modality=actual", 3),
        ("modality=intended", 0),
    ],
)
def test_incidents_are_filtered(api: TestClient[Any], query: str, expected: int) -> None:
    assert len((get(api, f"/incidents?{query}"))["items"]) == expected


def test_pages_of_incidents_follow_each_other(api: TestClient[Any]) -> None:
    whole = [item["incident_id"] for item in (get(api, "/incidents"))["items"]]
    seen: list[str] = []
    address: str | None = "/incidents?limit=1"
    while address:
        page = get(api, address)
        seen += [item["incident_id"] for item in page["items"]]
        address = page["next"]
    assert seen == whole


def test_a_source_has_what_became_of_its_claims(api: TestClient[Any]) -> None:
    moscow = get(api, f"/sources/{make.MOSCOW.id}")
    assert moscow["name"] == make.MOSCOW.name
    assert (moscow["asserted"], moscow["confirmed"], moscow["denied"]) == (3, 1, 1)
    assert moscow["claim_count"] == 6
    assert moscow["report_count"] == 2, "articles 1 and 2 are copies of one report, article 4 is another"
    assert [s["incident"]["type"] for s in moscow["said"]] == ["capture", "strike", "strike"]
    staff = get(api, "/sources/General%20Staff%20of%20Ukraine")
    assert (staff["denying"], staff["asserted"], staff["said"][0]["says"]) == (1, 0, "denies")
    page = get(api, f"/sources/{make.MOSCOW.id}?limit=2")
    rest = get(api, page["next"])
    assert [s["incident"]["incident_id"] for s in page["said"] + rest["said"]] == [
        s["incident"]["incident_id"] for s in moscow["said"]
    ]


def test_a_part_of_a_name_is_answered_with_whom_it_may_mean(api: TestClient[Any]) -> None:
    answer = api.get("/sources/monitors")
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith("; alike: UN monitors (UN/ORG/monitors)")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Russian Ministry of Defence", "General Staff of Ukraine", "UN monitors"]),
        ("q=monitor", ["UN monitors"]),
        ("q=монитор", ["UN monitors"]),
        ("side=RUS&side=UKR", ["Russian Ministry of Defence", "General Staff of Ukraine"]),
        ("kind=ORG", ["UN monitors"]),
        ("outlet=true", []),
    ],
)
def test_sources_are_filtered(api: TestClient[Any], query: str, expected: list[str]) -> None:
    seen: list[str] = []
    address: str | None = f"/sources?{query}&limit=1"
    while address:
        page = get(api, address)
        seen += [item["name"] for item in page["items"]]
        address = page["next"]
    assert seen == expected


def test_an_article_knows_its_copies(api: TestClient[Any]) -> None:
    first = get(api, f"/articles/{make.article_id(1)}")
    (copy,) = first["copies"]
    assert (copy["article_id"], copy["publisher"]) == (make.article_id(2), "Second Wire")
    assert copy["containment"] > 0.9
    assert first["family_id"] == min(make.article_id(1), make.article_id(2))
    assert (get(api, f"/articles/{make.article_id(4)}"))["copies"] == []


@pytest.mark.parametrize(
    ("address", "status", "pointer"),
    [
        ("/incidents?agreement=perhaps", 400, "agreement"),
        ("/incidents?min_articles=0", 400, "min_articles"),
        ("/incidents?cursor=abc", 400, "cursor"),
        ("/incidents?plaice=x", 400, "plaice"),
        ("/incidents/00000000-0000-0000-0000-000000000000", 404, None),
        ("/sources?side=", 400, "side"),
        ("/sources?q=!!", 400, "q"),
        ("/sources?kind=KING", 400, "kind"),
        ("/sources?cursor=WzEsMl0", 400, "cursor"),
        ("/sources/nobody", 404, None),
        ("/sources/%00", 400, "source_id"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_that_names_it(
    api: TestClient[Any], address: str, status: int, pointer: str | None
) -> None:
    answer = api.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    if pointer is not None:
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_pages_by_id_have_each_source_once_however_the_counts_move_meanwhile(store: Store) -> None:
    await store.project(*SAMPLES)
    with TestClient(create_app(load(ApiSettings, {}), store.address)) as client:
        wanted = sorted(item["source_id"] for item in get(client, "/sources")["items"])
        page = get(client, "/sources?order=id&limit=2")
        found = [item["source_id"] for item in page["items"]]
        # Whoever is yet to come has now most claims, and whoever was there has least.
        await store.execute("update source set claims = 1000 - claims")
        while page["next"]:
            page = get(client, page["next"])
            found += [item["source_id"] for item in page["items"]]
        by_claims = get(client, "/sources?limit=2")["next"]
        assert client.get(by_claims.replace("limit=2", "limit=2&order=id")).status_code == 400
    assert sorted(found) == wanted
