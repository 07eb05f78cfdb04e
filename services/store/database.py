"""Engines for the store's Postgres: one place for the driver, the limits and what counts as a passing fault."""

import time
from typing import Final

import psycopg
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from services.runtime import metrics
from services.store.tables import SCHEMA

DRIVER: Final = "postgresql+psycopg"
IDLE_SECONDS: Final = 1.0
"""How long a connection may have lain unused and still be taken for alive."""
_PASSING_STATES: Final = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "57P05", "53", "08")
"""SQLSTATEs after which the same work can succeed: serialisation, deadlock, lock timeout, shutdown, resources, link."""


def sync_url(address: str) -> URL:
    """`postgresql://…` for SQLAlchemy's psycopg driver. Raises ArgumentError for what is not an address."""
    return make_url(address).set(drivername=DRIVER)


def open_engine(
    address: str,
    *,
    size: int = 5,
    statement_timeout: float | None = None,
    read_only: bool = False,
    autocommit: bool = False,
    name: str = "store",
    schema: str = SCHEMA,
) -> AsyncEngine:
    """An engine of at most `size` connections. `statement_timeout` is in seconds; `read_only` holds for every
    transaction. With `autocommit` each statement is a transaction of its own, which spares two ways to the database.
    `name` is what Postgres' own views show as the application; `schema` is where the tables are looked for."""
    # To compile a query takes longer than nearly all of them run.
    options = ["-c timezone=UTC", "-c client_encoding=UTF8", "-c jit=off", search_path(schema)]
    if statement_timeout is not None:
        options.append(f"-c statement_timeout={int(statement_timeout * 1000)}")
    if read_only:
        # What is asked for differs by orders of magnitude from one value of a filter to another: a plan for all of
        # them suits few. To start further processes for a query takes longer than most of them run.
        options += ["-c default_transaction_read_only=on", "-c plan_cache_mode=force_custom_plan"]
        options += ["-c max_parallel_workers_per_gather=0"]
    engine = create_async_engine(
        sync_url(address),
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
        # The connection used last knows most statements.
        pool_use_lifo=True,
        isolation_level="AUTOCOMMIT" if autocommit else None,
        connect_args={
            "options": " ".join(options),
            "application_name": f"frontlog-{name}",
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        },
    )
    _look_at_idle(engine)
    return engine


def _look_at_idle(engine: AsyncEngine) -> None:
    """Let connections that have lain idle be tried before they are used: the database may have gone and come back.

    One that was in use a moment ago is taken to be alive; where it is not, its statement fails as it would if the
    database went now.
    """
    pool, dialect = engine.sync_engine.pool, engine.sync_engine.dialect

    @event.listens_for(pool, "checkin")
    def used(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(pool, "checkout")
    def look(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("used", float("inf")) > IDLE_SECONDS:
            try:
                dialect.do_ping(connection)
            except psycopg.Error as error:
                raise DisconnectionError(f"the connection is gone: {error}") from error


def measure(engine: AsyncEngine) -> None:
    """Tell the connections of `engine` as a metric, from now on: one engine a process."""
    pool = engine.pool
    if isinstance(pool, QueuePool):
        metrics.CONNECTIONS.labels("in use").set_function(pool.checkedout)
        metrics.CONNECTIONS.labels("idle").set_function(pool.checkedin)


def is_passing(error: BaseException) -> bool:
    """Whether `error` is a fault of the database or of the way to it, and not of what was asked."""
    if isinstance(error, PoolTimeoutError | OSError):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.Error):
        if cause.sqlstate is None:
            return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        return cause.sqlstate.startswith(_PASSING_STATES)
    return False


def search_path(schema: str = SCHEMA) -> str:
    """The connection option by which unqualified names are those of `schema`; `public` holds the extensions."""
    return f"-c search_path={schema},public"


async def schema_version(connection: AsyncConnection) -> str | None:
    """The migration that the database stands at; None where none has run."""
    present = await connection.scalar(text("select to_regclass(:name)"), {"name": "alembic_version"})
    if present is None:
        return None
    found: str | None = await connection.scalar(text("select version_num from alembic_version"))
    return found
