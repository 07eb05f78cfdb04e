"""`python -m services.store.migrate`: brings the schema to the newest version, once, however many run it at a time."""

import sys
import time
from collections.abc import Callable
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text
from sqlalchemy.exc import OperationalError

from services.runtime.log.settings import DatabaseSettings
from services.runtime.settings import SettingError, load
from services.store import roles
from services.store.database import search_path, sync_url
from services.store.roles import RoleSettings
from services.store.tables import SCHEMA

ADVISORY_LOCK: Final = 0x66726F6E746C6F67
"""The bytes of "frontlog": whoever holds this lock migrates, the others wait and find nothing to do."""
WAIT_SECONDS: Final = 60.0


class DatabaseUnavailableError(Exception):
    """The database did not answer in the time given."""


def config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", "services.store:migrations")
    return made


def newest() -> str:
    """The version that this code expects of the schema."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migrations")
    return head


def migrate(
    address: str,
    *,
    schema: str = SCHEMA,
    wait: float = WAIT_SECONDS,
    say: Callable[[str], None] = print,
    passwords: RoleSettings | None = None,
) -> list[str]:
    """Upgrade `schema` of the database at `address` and return the versions that were run, oldest first.

    Roles that `passwords` names are made; those that exist are granted their rights on what is there then. Waits up to
    `wait` seconds for a database that does not answer yet; then raises DatabaseUnavailableError.
    """
    engine = create_engine(
        sync_url(address), poolclass=pool.NullPool, connect_args={"connect_timeout": 5, "options": search_path(schema)}
    )
    with _connect(engine.connect, wait, say) as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        connection.exec_driver_sql(f"create schema if not exists {schema}")
        connection.commit()
        try:
            ran = _upgrade(connection, schema, say)
            for role in roles.make(connection, passwords) if passwords else ():
                say(f"role {role} has the password that was given")
            roles.grant(connection, schema)
            connection.commit()
            return ran
        finally:
            connection.rollback()
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
            connection.commit()


def _upgrade(connection: Connection, schema: str, say: Callable[[str], None]) -> list[str]:
    context = MigrationContext.configure(connection)
    before = context.get_current_revision()
    connection.commit()
    scripts = ScriptDirectory.from_config(config())
    ahead = [s.revision for s in scripts.iterate_revisions("head", before or "base")][::-1]
    if not ahead:
        say(f"schema {schema} is at {before}: nothing to do")
        return []
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
    connection.commit()
    for revision in ahead:
        say(f"schema {schema}: ran {revision}, {scripts.get_revision(revision).doc}")
    return ahead


def _connect(connect: Callable[[], Connection], wait: float, say: Callable[[str], None]) -> Connection:
    deadline = time.monotonic() + wait
    told = False
    while True:
        try:
            return connect()
        except OperationalError as error:
            if time.monotonic() >= deadline:
                raise DatabaseUnavailableError(f"the database did not answer in {wait:g} s: {error.orig}") from error
            if not told:
                say("waiting for the database")
                told = True
            time.sleep(0.5)


def main() -> int:
    """Bring the schema to the newest version; the exit code."""
    try:
        migrate(load(DatabaseSettings).database, passwords=load(RoleSettings))
    except (SettingError, DatabaseUnavailableError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
