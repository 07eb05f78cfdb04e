"""Engines for the store's Postgres: one place for the driver, the limits and what counts as a passing fault."""

from typing import Final

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from services.runtime import metrics
from services.store.tables import SCHEMA

DRIVER: Final = "postgresql+psycopg"
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
    name: str = "store",
    schema: str = SCHEMA,
) -> AsyncEngine:
    """An engine of at most `size` connections. `statement_timeout` is in seconds; `read_only` holds for every
    transaction. `name` is what Postgres' own views show as the application; `schema` is where the tables
    are looked for."""
    options = ["-c timezone=UTC", "-c client_encoding=UTF8", search_path(schema)]
    if statement_timeout is not None:
        options.append(f"-c statement_timeout={int(statement_timeout * 1000)}")
    if read_only:
        options.append("-c default_transaction_read_only=on")
    return create_async_engine(
        sync_url(address),
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={
            "options": " ".join(options),
            "application_name": f"frontlog-{name}",
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        },
    )


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
