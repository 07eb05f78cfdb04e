"""The database's roles, each with the rights of its work and no more: the projector writes, the query API reads.

Whoever migrates owns the tables. `frontlog_write` changes rows and no table; `frontlog_read` reads, and writes only the
tables that are marked `info=API_WRITES`. Neither sees the other's secrets or makes anything. Migrations grant the
rights anew each time, on a schema that a rebuild fills as well; roles that do not exist are left out.
"""

import sys
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine, pool, text

from services.runtime.log.settings import DatabaseSettings
from services.runtime.settings import SettingError, load, optional, setting
from services.store.database import sync_url
from services.store.tables import SCHEMA, metadata

WRITER: Final = "frontlog_write"
READER: Final = "frontlog_read"
LOG_SCHEMA: Final = "frontlog_log"
READER_LIMITS: Final = {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"}
"""For every session of the reading role, whatever opened it; the API's own limit is shorter."""


@dataclass(frozen=True, slots=True)
class RoleSettings:
    write: str | None = setting(
        "FRONTLOG_WRITE_PASSWORD",
        f"Password of the database role {WRITER}, which migrations then make; empty leaves the role as it is.",
        default="",
        parse=optional,
        secret=True,
    )
    read: str | None = setting(
        "FRONTLOG_READ_PASSWORD",
        f"Password of the database role {READER}, which migrations then make; empty leaves the role as it is.",
        default="",
        parse=optional,
        secret=True,
    )


def make(connection: Connection, settings: RoleSettings) -> list[str]:
    """Make the roles that have a password, or give them that one; return their names. Needs the right CREATEROLE."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    made = []
    for role, password in ((WRITER, settings.write), (READER, settings.read)):
        if password is None:
            continue
        known = connection.scalar(text("select true from pg_roles where rolname = :role"), {"role": role})
        # Only its verifier leaves this process: no password in the server's log.
        verifier = raw.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        statement = sql.SQL(
            "{} role {} with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password {}"
        )
        raw.execute(
            statement.format(sql.SQL("alter" if known else "create"), sql.Identifier(role), sql.Literal(verifier))
        )
        made.append(role)
    if READER in made:
        for name, value in READER_LIMITS.items():
            connection.exec_driver_sql(f"alter role {READER} set {name} = '{value}'")
    return made


def grant(connection: Connection, schema: str = SCHEMA) -> list[str]:
    """Give those of the roles that exist their rights on `schema` and on the log beside it; return their names."""
    found = [
        role
        for role in (WRITER, READER)
        if connection.scalar(text("select true from pg_roles where rolname = :role"), {"role": role})
    ]
    for role in found:
        connection.exec_driver_sql(f"revoke all on all tables in schema {schema} from {role}")
        connection.exec_driver_sql(f"grant usage on schema {schema} to {role}")
        connection.exec_driver_sql(f"grant select on all tables in schema {schema} to {role}")
        connection.exec_driver_sql(f"grant usage on all sequences in schema {schema} to {role}")
    present = set(connection.scalars(text("select tablename from pg_tables where schemaname = :s"), {"s": schema}))
    for role, names in ((WRITER, set(metadata.tables)), (READER, api_writes())):
        if role in found and names & present:
            tables = ", ".join(f"{schema}.{name}" for name in sorted(names & present))
            connection.exec_driver_sql(f"grant insert, update, delete on {tables} to {role}")
    if READER in found and private() & present:
        tables = ", ".join(f"{schema}.{name}" for name in sorted(private() & present))
        connection.exec_driver_sql(f"revoke all on {tables} from {READER}")
    if WRITER in found and connection.scalar(text("select to_regnamespace(:s) is not null"), {"s": LOG_SCHEMA}):
        connection.exec_driver_sql(f"grant usage on schema {LOG_SCHEMA} to {WRITER}")
        connection.exec_driver_sql(
            f"grant select, insert, update, delete on all tables in schema {LOG_SCHEMA} to {WRITER}"
        )
    return found


def api_writes() -> set[str]:
    """Names of the tables that the query API itself writes."""
    return {t.name for t in metadata.tables.values() if t.info.get("api_writes")}


def private() -> set[str]:
    """Names of the tables that hold secrets: the query API has no business there."""
    return {t.name for t in metadata.tables.values() if t.info.get("private")}


def main() -> int:
    """`python -m services.store.roles`: make the roles and grant their rights, after the migrations."""
    try:
        address, settings = load(DatabaseSettings).database, load(RoleSettings)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        with create_engine(sync_url(address), poolclass=pool.NullPool).begin() as connection:
            made = make(connection, settings)
            granted = grant(connection)
    except psycopg.Error as error:
        print(f"the roles cannot be made: {error}", file=sys.stderr)
        return 1
    for role in granted:
        print(f"{role}: {'made or given its password, and ' if role in made else ''}given its rights")
    if not granted:
        print("there are no roles: set FRONTLOG_WRITE_PASSWORD and FRONTLOG_READ_PASSWORD to make them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
