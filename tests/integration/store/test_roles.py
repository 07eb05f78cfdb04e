"""Each database role can do its work and no more, before a rebuild and after it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from litestar.testing import AsyncTestClient
from sqlalchemy import create_engine

from services.contracts.topics import TOPICS
from services.runtime.log.open import open_log
from services.runtime.settings import load
from services.store import roles
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from services.store.database import sync_url
from services.store.migrate import migrate
from services.store.projector.outbox import publish_due
from services.store.projector.service import watch
from services.store.rebuild.run import Rebuild
from services.store.roles import READER, WRITER, RoleSettings, api_writes
from services.store.tables import metadata
from tests.integration.store.conftest import GROUP, Store, store_at
from tests.support import extractions as make
from tests.support.postgres import PostgresServer

PASSWORDS = RoleSettings(write="write:me@not/", read="r'ead\\me")


@dataclass(frozen=True)
class Accounts:
    owner: str
    writer: str
    reader: str


@pytest.fixture
def accounts(postgres_session: PostgresServer) -> Iterator[Accounts]:
    """A migrated database with its log, and the addresses of its three accounts."""
    owner = postgres_session.new_database()
    migrate(owner, say=lambda _: None, passwords=PASSWORDS)
    yield Accounts(owner, _as(owner, WRITER, PASSWORDS.write), _as(owner, READER, PASSWORDS.read))
    postgres_session.drop_database(owner)
    with psycopg.connect(owner.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
        connection.execute(f"drop role {READER}")
        connection.execute(f"drop role {WRITER}")


def _as(address: str, role: str, password: str | None) -> str:
    return sync_url(address).set(drivername="postgresql", username=role, password=password).render_as_string(False)


@pytest.fixture
async def written(accounts: Accounts) -> AsyncIterator[Store]:
    """A store whose rows were written by the writing role alone, with a log in the same database."""
    log = open_log(accounts.owner)
    await log.create_topics(TOPICS)
    with create_engine(sync_url(accounts.owner)).begin() as connection:
        roles.grant(connection)
    await log.close()
    log = open_log(accounts.writer)
    async with store_at(accounts.writer, log) as store:
        await store.project(make.article(1), make.extraction(1, make.event(1), make.event(1, "strike")))
        await store.project(make.extraction(1, make.event(1), offset=1, text="Second."))
        yield store
    await log.close()


def refused(address: str, statement: str) -> None:
    with (
        psycopg.connect(address, options="-c search_path=frontlog,public") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


async def test_the_writing_role_does_the_projectors_work(written: Store) -> None:
    assert await written.event_ids() == {make.event(1).event_id}
    await watch(written.engine, written.log, GROUP)
    assert await publish_due(written.engine, written.log) > 0
    assert await written.one("select standing from place") == "RUS"


@pytest.mark.parametrize(
    "statement",
    [
        "create table frontlog.mine (a int)",
        "create table public.mine (a int)",
        "create schema mine",
        "drop table claim",
        "truncate claim",
        "alter table claim add column mine int",
        "create index on claim (act)",
        "alter schema frontlog rename to mine",
        "update alembic_version set version_num = 'mine'",
        "alter role frontlog_read superuser",
        "select rolpassword from pg_authid",
        "select pg_read_file('/etc/passwd')",
        "copy claim to program 'cat'",
    ],
)
def test_no_service_can_do_more_than_change_rows(accounts: Accounts, statement: str) -> None:
    refused(accounts.writer, statement)
    refused(accounts.reader, statement)


async def test_the_reading_role_serves_the_api(accounts: Accounts, written: Store) -> None:
    app = create_app(load(ApiSettings, {}), accounts.reader)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        for path in ("/readyz", "/events?text=Kupyansk&source=x", "/articles", "/places", "/status"):
            assert (await client.get(path)).status_code == 200, path
        assert len((await client.get("/events")).json()["items"]) == 1


async def test_the_reading_role_writes_nothing_but_what_the_api_writes(accounts: Accounts, written: Store) -> None:
    for name in sorted(set(metadata.tables) - api_writes()):
        refused(accounts.reader, f"delete from {name}")
        refused(accounts.reader, f"insert into {name} default values")
    for statement in ("select * from frontlog_log.records", "delete from frontlog_log.records"):
        refused(accounts.reader, statement)
    with psycopg.connect(accounts.reader, options="-c search_path=frontlog,public") as connection:
        for name in sorted(api_writes()):
            connection.execute(f"delete from {name}")


async def test_secrets_of_subscribers_are_for_who_signs_with_them(accounts: Accounts, written: Store) -> None:
    for _ in range(2):
        refused(accounts.reader, "select * from subscription_secret")
        with psycopg.connect(accounts.writer, options="-c search_path=frontlog,public") as connection:
            connection.execute("select * from subscription_secret")
        await written.project(make.extraction(1, make.event(1), offset=1))
        assert (await Rebuild(accounts.owner, written.log, group=GROUP).run()).swapped


async def test_a_rebuild_keeps_the_rights(accounts: Accounts, written: Store) -> None:
    assert (await Rebuild(accounts.owner, written.log, group=GROUP).run()).swapped
    await written.project(make.extraction(2, make.event(2), offset=2))
    await publish_due(written.engine, written.log)
    await test_the_reading_role_writes_nothing_but_what_the_api_writes(accounts, written)
    refused(accounts.writer, "truncate claim")
    refused(accounts.writer, "update alembic_version set version_num = 'mine'")
    with psycopg.connect(accounts.reader, options="-c search_path=frontlog,public") as connection:
        assert connection.execute("select count(*) from event").fetchone() == (2,)


async def test_a_statement_of_the_reading_role_ends_whoever_sends_it(accounts: Accounts) -> None:
    with psycopg.connect(accounts.reader) as connection:
        assert connection.execute("show statement_timeout").fetchone() == ("1min",)
        assert connection.execute("show idle_in_transaction_session_timeout").fetchone() == ("1min",)


def test_a_password_that_is_given_anew_holds_and_none_leaves_the_old(accounts: Accounts) -> None:
    migrate(accounts.owner, say=lambda _: None, passwords=RoleSettings(write="another", read=None))
    for address in (_as(accounts.owner, WRITER, "another"), accounts.reader):
        psycopg.connect(address).close()
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(accounts.writer)


def test_without_the_roles_nothing_is_asked_of_them(postgres: str) -> None:
    said: list[str] = []
    migrate(postgres, say=said.append, passwords=RoleSettings(write=None, read=None))
    assert not [line for line in said if "role" in line]


def test_passwords_are_never_shown() -> None:
    env = {"FRONTLOG_WRITE_PASSWORD": "hidden-write", "FRONTLOG_READ_PASSWORD": "hidden-read"}
    assert "hidden" not in repr(load(RoleSettings, env))
