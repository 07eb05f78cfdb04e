"""Whole lists in every form hold the rows of the pages, open in the usual tools, and survive hostile text."""

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import yaml
from litestar.testing import TestClient

from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.exports import delimited
from services.store.api.exports.collections import COLLECTIONS, Collection
from services.store.api.exports.forms import CSV, GEOJSON, JSON, NDJSON, PARQUET
from services.store.api.settings import ApiSettings
from tests.integration.store.conftest import Store, new_store
from tests.integration.store.test_api import seed
from tests.support import extractions as make
from tests.support.postgres import PostgresServer

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1 in Kupiansk",
    "-2+3",
    "@SUM(A1)",
    "\tindented",
    "'=quoted already",
    'two\r\nlines, "quotes" and commas',
    "right\u202eto left\u202c",
    " blank on both sides ",
    "NULL",
    "Зеленський 🛰",
)


async def hostile(store: Store) -> None:
    events = [
        make.event(
            9, "strike", sentence=text, claims=(make.claim(make.Actor(name=text, kind="PER")),), day=f"2024-03-{n:02}"
        )
        for n, text in enumerate(HOSTILE, 1)
    ]
    await store.project(
        make.article(9, title=HOSTILE[0], publisher=HOSTILE[6]), make.extraction(9, *events, publisher=HOSTILE[6])
    )


@pytest.fixture(scope="module")
def client(postgres_session: PostgresServer) -> Iterator[TestClient[Any]]:
    address = postgres_session.new_database()

    async def seeded() -> None:
        async with new_store(address) as store:
            await seed(store)
            await hostile(store)

    asyncio.run(seeded())
    with TestClient(create_app(load(ApiSettings, {}), address), raise_server_exceptions=False) as made:
        yield made
    postgres_session.drop_database(address)


def pages(client: TestClient[Any], path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = path
    while after:
        answer = client.get(after)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        after = answer.json()["next"]
    return found


def lines(client: TestClient[Any], path: str) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def unguarded(text: Any) -> Any:
    return text[1:] if isinstance(text, str) and delimited.guarded.match(text) else text


every = pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda c: c.name)


@every
def test_lines_are_the_items_of_the_pages_in_their_order(client: TestClient[Any], collection: Collection) -> None:
    wanted = pages(client, f"/{collection.name}?limit=3")
    assert len(wanted) >= 3
    assert lines(client, f"/{collection.name}.ndjson") == wanted
    assert lines(client, f"/{collection.name}.ndjson?limit=2") == wanted[:2]


@every
def test_parquet_and_csv_open_in_pandas_with_the_same_rows(client: TestClient[Any], collection: Collection) -> None:
    keys = [item[collection.key] for item in lines(client, f"/{collection.name}.ndjson")]
    assert keys and len(set(keys)) == len(keys)
    parquet = pd.read_parquet(io.BytesIO(client.get(f"/{collection.name}.parquet").content))
    assert list(parquet[collection.key]) == keys
    answer = client.get(f"/{collection.name}.csv")
    assert answer.headers["content-type"] == "text/csv; header=present; charset=utf-8"
    table = pd.read_csv(io.BytesIO(answer.content), dtype=str, keep_default_na=False)
    assert list(table[collection.key]) == keys
    assert list(table.columns) == list(parquet.columns) == [c.name for c in collection.columns]
    for column in collection.columns:
        for in_csv, value in zip(table[column.name], parquet[column.name], strict=True):
            match column.kind:
                case "text" | "json":
                    assert unguarded(in_csv) == ("" if value is None or value is pd.NA or value != value else value)
                case "texts":
                    assert (json.loads(in_csv) if in_csv else None) == (None if value is None else list(value))
                case "integer" | "number":
                    assert (float(in_csv) if in_csv else None) == (None if pd.isna(value) else float(value))
                case "boolean":
                    assert in_csv == ("true" if value else "false")
                case "date":
                    assert in_csv == ("" if pd.isna(value) else str(value)[:10])
                case "time":
                    assert (pd.Timestamp(in_csv) if in_csv else None) == (None if pd.isna(value) else value)


@pytest.mark.parametrize("collection", [c for c in COLLECTIONS if GEOJSON in c.forms], ids=lambda c: c.name)
def test_geojson_opens_in_gdal(client: TestClient[Any], collection: Collection, tmp_path: Path) -> None:
    answer = client.get(f"/{collection.name}.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    file = tmp_path / "it.geojson"
    file.write_bytes(answer.content)
    read = json.loads(answer.content)
    rows = lines(client, f"/{collection.name}.ndjson")
    assert [feature["id"] for feature in read["features"]] == [row[collection.key] for row in rows]
    for feature, row in zip(read["features"], rows, strict=True):
        where = row if "latitude" in row else row["place"]
        placed = where is not None and where["latitude"] is not None
        assert feature["geometry"] == (
            {"type": "Point", "coordinates": [where["longitude"], where["latitude"]]} if placed else None
        )
    meta, _, geometry, fields = pyogrio.raw.read(file)
    assert len(geometry) == len(rows)
    assert meta["crs"] == "EPSG:4326"
    assert list(fields[list(meta["fields"]).index(collection.key)]) == [row[collection.key] for row in rows]


def test_hostile_text_survives_and_is_no_formula(client: TestClient[Any]) -> None:
    table = pd.read_csv(
        io.BytesIO(client.get("/claims.csv?type=strike&since=2024-03-01&until=2024-03-31").content),
        dtype=str,
        keep_default_na=False,
    )
    assert not any(name[:1] in "=+-@\t\r\n" for name in table["source_name"])
    assert {unguarded(name) for name in table["source_name"]} == set(HOSTILE)
    parquet = pd.read_parquet(io.BytesIO(client.get("/claims.parquet?type=strike&since=2024-03-01").content))
    assert set(HOSTILE) <= set(parquet["source_name"])


def test_claims_meet_the_filters_of_a_claim_one_by_one(client: TestClient[Any]) -> None:
    found = lines(client, "/claims.ndjson?stance=denies")
    assert [item["claim"]["source"]["name"] for item in found] == ["General Staff of Ukraine"]
    by_name = lines(client, "/claims.ndjson?source=general staff of ukraine")
    assert {item["claim"]["source"]["id"] for item in by_name} == {"UKR/MIL/general-staff"}


@every
def test_the_form_follows_what_is_accepted(client: TestClient[Any], collection: Collection) -> None:
    path = f"/{collection.name}"
    for form in collection.forms:
        if form.by_type:
            answer = client.get(path, headers={"Accept": f"{form.media_type}, application/json;q=0.5"})
            assert answer.status_code == 200
            assert answer.headers["content-type"].split(";")[0] == form.media_type
            assert answer.headers["vary"] == "Accept"
            if form != JSON:
                assert answer.content == client.get(f"{path}.{form.name}").content
    refused = client.get(path, headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert "text/csv" in refused.json()["detail"]
    browser = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert browser.headers["content-type"].startswith("application/json")


def test_what_has_no_place_cannot_be_had_as_points(client: TestClient[Any]) -> None:
    assert client.get("/sources.geojson").status_code == 404
    assert client.get("/sources", headers={"Accept": "application/geo+json"}).status_code == 406


def test_filters_are_checked_as_those_of_the_pages(client: TestClient[Any]) -> None:
    for query, name in (
        ("tpye=strike", "tpye"),
        ("since=yesterday", "since"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
    ):
        answer = client.get(f"/events.csv?{query}")
        assert answer.status_code == 400, query
        assert answer.json()["errors"][0]["pointer"] == name
    answer = client.get("/events?cursor=x", headers={"Accept": "text/csv"})
    assert answer.json()["errors"][0]["pointer"] == "cursor"
    none = client.get("/events.csv?place=Atlantis")
    assert none.text == delimited.header(COLLECTIONS[0].columns)
    assert client.get("/events.geojson?place=Atlantis").json()["features"] == []
    assert pq.read_table(io.BytesIO(client.get("/events.parquet?place=Atlantis").content)).num_rows == 0


def test_the_types_and_meanings_are_in_the_parquet_file(client: TestClient[Any]) -> None:
    schema = pq.read_schema(io.BytesIO(client.get("/events.parquet").content))
    assert str(schema.field("start").type) == "date32[day]"
    assert str(schema.field("confidence").type) == "double"
    assert schema.field("longitude").metadata[b"unit"] == b"degrees"


def test_every_list_has_the_plain_forms() -> None:
    for collection in COLLECTIONS:
        assert {NDJSON, CSV, PARQUET} <= set(collection.forms)


def test_acled_and_plover_are_tables_of_what_they_record(client: TestClient[Any]) -> None:
    wanted = lines(client, "/events.ndjson")
    acled = pd.read_csv(io.BytesIO(client.get("/events.acled.csv").content))
    assert list(acled["event_id_cnty"]) == [e["event_id"] for e in wanted if e["modality"] == "actual"]
    assert {"Armed clash", "Shelling/artillery/missile attack"} <= set(acled["sub_event_type"])
    plover = pd.read_csv(io.BytesIO(client.get("/events.plover.csv").content))
    assert list(plover["event_id"]) == [e["event_id"] for e in wanted if e["modality"] != "negated"]


def test_the_history_of_a_place_has_the_periods_of_its_timeline_and_who_spoke_for_them(client: TestClient[Any]) -> None:
    place = make.KUPIANSK.id
    timeline = client.get(f"/places/{place}/control").json()
    rows = lines(client, f"/places/{place}/control.ndjson")
    assert [(r["since"], r["until"], r["standing"]) for r in rows] == [
        (p["since"], p["until"], p["standing"]) for p in timeline["history"]
    ]
    assert {r["id"] for r in rows} == {place}
    assert rows[-1]["voices"] == max(v["voices"] for v in timeline["views"])
    table = pd.read_csv(io.BytesIO(client.get("/places/Kupyansk/control.csv").content))
    assert list(table["since"]) == [r["since"] for r in rows]
    points = client.get(f"/places/{place}/control.geojson").json()["features"]
    assert [f["geometry"]["coordinates"] for f in points] == [[37.61, 49.71]] * len(rows)
    accepted = client.get(f"/places/{place}/control", headers={"Accept": "application/x-ndjson"})
    assert accepted.content == client.get(f"/places/{place}/control.ndjson").content


def test_a_history_is_that_of_the_days_asked_for_and_of_a_place_that_is_there(client: TestClient[Any]) -> None:
    first = lines(client, f"/places/{make.KUPIANSK.id}/control.ndjson")[0]["since"]
    before = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    assert lines(client, f"/places/{make.KUPIANSK.id}/control.ndjson?until={before}") == []
    assert client.get("/places/Nowheretown/control.csv").status_code == 404
    backwards = client.get(f"/places/{make.KUPIANSK.id}/control.csv?since=2024-02-02&until=2024-02-01")
    assert (backwards.status_code, backwards.json()["errors"][0]["pointer"]) == (400, "until")


def test_the_dictionary_is_a_page_that_explains_every_column(client: TestClient[Any]) -> None:
    answer = client.get("/dictionary")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    for collection in COLLECTIONS:
        assert all(f"| `{column.name}` |" in answer.text for column in collection.columns), collection.name


def test_the_topics_are_described_beside_the_api(client: TestClient[Any]) -> None:
    answer = client.get("/asyncapi.yaml")
    assert answer.headers["content-type"].startswith("application/vnd.aai.asyncapi+yaml")
    assert yaml.safe_load(answer.text)["channels"].keys() >= {"events", "control"}
