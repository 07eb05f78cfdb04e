"""The migrations make the tables that the code declares, once, and say what they did."""

import asyncio
import threading

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine, inspect

from services.store.database import search_path, sync_url
from services.store.migrate import DatabaseUnavailableError, config, migrate, newest
from services.store.tables import SCHEMA, metadata


def test_the_tables_are_those_that_the_code_declares(postgres: str) -> None:
    migrate(postgres, say=lambda _: None)
    seen = inspect(create_engine(sync_url(postgres)))
    for table in metadata.tables.values():
        columns = {c["name"]: c for c in seen.get_columns(table.name, schema=SCHEMA)}
        assert list(columns) == [c.name for c in table.c], table.name
        for column in table.c:
            found = columns[column.name]
            assert found["type"].compile(seen.dialect) == column.type.compile(seen.dialect), column
            assert found["nullable"] == bool(column.nullable) or column.computed is not None, column
        assert seen.get_pk_constraint(table.name, schema=SCHEMA)["constrained_columns"] == [
            c.name for c in table.primary_key
        ]
    assert set(seen.get_table_names(schema=SCHEMA)) == {t.name for t in metadata.tables.values()} | {"alembic_version"}


def test_a_second_run_has_nothing_to_do_and_says_so(postgres: str) -> None:
    said: list[str] = []
    assert migrate(postgres, say=said.append)[-1] == newest()
    assert migrate(postgres, say=said.append) == []
    assert "ran 0001" in said[0]
    assert "nothing to do" in said[-1]


def test_many_at_a_time_migrate_once(postgres: str) -> None:
    ran: list[list[str]] = []
    threads = [threading.Thread(target=lambda: ran.append(migrate(postgres, say=lambda _: None))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(map(bool, ran)) == [False, False, False, True]
    assert max(ran)[-1] == newest()


def test_what_was_made_can_be_taken_back(postgres: str) -> None:
    migrate(postgres, say=lambda _: None)
    settings = config()
    with create_engine(sync_url(postgres), connect_args={"options": search_path()}).connect() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "base")
        connection.commit()
    assert migrate(postgres, say=lambda _: None)[-1] == newest()


def test_a_database_that_does_not_answer_is_told_of() -> None:
    with pytest.raises(DatabaseUnavailableError, match=r"did not answer in 0 s"):
        migrate("postgresql://nobody:secret@127.0.0.1:1/none", wait=0, say=lambda _: None)


async def test_the_database_is_waited_for(postgres_session: object, postgres: str) -> None:
    name = postgres.rsplit("/", 1)[1]
    admin = postgres.replace(f"/{name}", "/postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"alter database {name} allow_connections false")
        waiting = asyncio.Event()
        loop = asyncio.get_running_loop()
        told = asyncio.create_task(
            asyncio.to_thread(migrate, postgres, say=lambda _: loop.call_soon_threadsafe(waiting.set))
        )
        await asyncio.wait_for(waiting.wait(), 30)
        connection.execute(f"alter database {name} allow_connections true")
    assert (await asyncio.wait_for(told, 30))[-1] == newest()
