"""Answers carry tags that hold as long as the tables do: 304 to who has the current one, and to nobody else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from tests.integration.store.conftest import Store
from tests.support import extractions as make

PATHS = (
    "/events",
    "/events?type=capture",
    "/events.csv",
    f"/events/{make.event(1).event_id}",
    "/articles",
    f"/articles/{make.article_id(1)}",
    "/places",
    f"/places/{make.KUPIANSK.id}",
    f"/places/{make.KUPIANSK.id}/control",
    "/control",
    "/control.ndjson",
    "/incidents",
    "/sources",
)


@pytest.fixture
async def api(store: Store) -> AsyncIterator[AsyncTestClient[Any]]:
    await store.project(make.article(1), make.extraction(1, make.event(1)))
    app = create_app(load(ApiSettings, {}), store.address)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


async def tags(api: AsyncTestClient[Any]) -> dict[str, str]:
    found = {}
    for path in PATHS:
        answer = await api.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-cache"
        found[path] = answer.headers["etag"]
    return found


async def again(api: AsyncTestClient[Any], known: dict[str, str]) -> set[int]:
    return {(await api.get(path, headers={"If-None-Match": tag})).status_code for path, tag in known.items()}


async def test_an_answer_is_not_sent_again_until_the_tables_change(api: AsyncTestClient[Any], store: Store) -> None:
    first = await tags(api)
    assert len(set(first.values())) == len(PATHS)
    assert await again(api, first) == {304}
    spared = await api.get("/events", headers={"If-None-Match": f'"other", {first["/events"].removeprefix("W/")}'})
    assert (spared.status_code, spared.content, spared.headers["etag"]) == (304, b"", first["/events"])
    assert (await api.get("/events", headers={"If-None-Match": '"other"'})).status_code == 200
    await store.project(make.article(2), make.extraction(2, make.event(2, "strike")))
    assert await again(api, first) == {200}
    second = await tags(api)
    assert not set(first.values()) & set(second.values())
    assert await again(api, second) == {304}


async def test_other_tables_at_the_same_offsets_are_another_version(api: AsyncTestClient[Any], store: Store) -> None:
    """As after a rebuild: the same log may tell a newer projector something else."""
    first = await tags(api)
    await store.execute("create table other (like projection_offset including all)")
    await store.execute("insert into other select * from projection_offset")
    await store.execute("drop table projection_offset")
    await store.execute("alter table other rename to projection_offset")
    assert await again(api, first) == {200}


async def test_the_form_that_is_accepted_has_a_tag_of_its_own(api: AsyncTestClient[Any]) -> None:
    as_json = (await api.get("/events")).headers["etag"]
    as_csv = await api.get("/events", headers={"Accept": "text/csv", "If-None-Match": as_json})
    assert as_csv.status_code == 200
    assert as_csv.headers["etag"] != as_json
    assert as_csv.headers["vary"] == "Accept"


async def test_what_is_refused_or_changes_by_itself_has_no_tag(api: AsyncTestClient[Any]) -> None:
    for path in ("/events?limit=0", "/articles/00000000-0000-0000-0000-000000000000", "/status", "/healthz"):
        assert "etag" not in (await api.get(path)).headers, path
