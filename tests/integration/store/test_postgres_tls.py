"""Postgres by TLS: an address says so, for the tables, the log and its wake-up calls; and what is not trusted."""

import asyncio
import os
from collections.abc import Iterator

import pytest
from litestar.testing import AsyncTestClient

from services.contracts.topics import EXTRACTIONS, TOPICS
from services.runtime.log.open import open_log
from services.runtime.log.port import LogUnavailableError
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from services.store.migrate import DatabaseUnavailableError, migrate
from tests.integration.store.conftest import store_at
from tests.support import extractions as make
from tests.support.postgres_tls import TlsPostgres, TlsPostgresMissingError, tls_postgres

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server() -> Iterator[TlsPostgres]:
    try:
        with tls_postgres() as started:
            yield started
    except TlsPostgresMissingError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"the tests of TLS cannot run, and CI must run them: {error}", pytrace=False)
        pytest.skip(f"the tests of TLS are skipped: {error}")


async def test_tables_log_and_wake_up_calls_go_by_tls(server: TlsPostgres) -> None:
    await asyncio.to_thread(migrate, server.address, say=lambda _: None)
    log = open_log(server.address)
    await log.create_topics(TOPICS)
    async with store_at(server.address, log) as store:
        await store.project(make.article(1), make.extraction(1, make.event(1)))
        assert await store.event_ids() == {make.event(1).event_id}
        async with log.consumer("others", [EXTRACTIONS.name]) as consumer, asyncio.timeout(30):
            while not await consumer.poll():
                pass
            seen = await store.rows(
                "select ssl, version from pg_stat_ssl join pg_stat_activity using (pid)"
                " where backend_type = 'client backend'"
            )
    assert len(seen) > 1
    assert all(tls and version >= "TLSv1.2" for tls, version in seen)
    await log.close()


async def test_the_api_is_ready_by_tls(server: TlsPostgres) -> None:
    await asyncio.to_thread(migrate, server.address, say=lambda _: None)
    async with AsyncTestClient(create_app(load(ApiSettings, {}), server.address)) as client:
        assert (await client.get("/readyz")).status_code == 200


@pytest.mark.parametrize("query", ["sslmode=disable", "sslmode=verify-full&sslrootcert={stranger}"])
async def test_no_connection_goes_without_tls_or_to_who_is_not_trusted(server: TlsPostgres, query: str) -> None:
    address = f"{server.plain}?{query.format(stranger=server.stranger)}"
    with pytest.raises(DatabaseUnavailableError):
        await asyncio.to_thread(migrate, address, wait=0, say=lambda _: None)
    log = open_log(address)
    with pytest.raises(LogUnavailableError):
        await log.check()
    await log.close()


async def test_a_server_of_another_name_is_told_nothing(server: TlsPostgres) -> None:
    with pytest.raises(DatabaseUnavailableError, match="localhost"):
        await asyncio.to_thread(migrate, server.address.replace("127.0.0.1", "localhost"), wait=0, say=lambda _: None)
