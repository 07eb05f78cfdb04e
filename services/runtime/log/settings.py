"""Which log and which database: the two settings that every service shares."""

from dataclasses import dataclass

from services.runtime.log.kafka_security import kafka_options
from services.runtime.settings import setting


def log_address(text: str) -> str:
    """Accept `kafka://host:port[,host:port…]` and `postgresql://…`."""
    if not text.startswith(("kafka://", "postgresql://")):
        raise ValueError("expected kafka://host:port[,host:port] or postgresql://user@host:port/database")
    if text.startswith("kafka://"):
        # Told at the start, with all other faults, and not when the first client is made.
        kafka_options()
    return text


def database_address(text: str) -> str:
    """Accept `postgresql://…`."""
    if not text.startswith("postgresql://"):
        raise ValueError("expected postgresql://user:password@host:port/database")
    return text


@dataclass(frozen=True, slots=True)
class LogSettings:
    log: str = setting(
        "FRONTLOG_LOG", "Address of the log: kafka://host:port or postgresql://…", parse=log_address, secret=True
    )


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    database: str = setting(
        "FRONTLOG_DATABASE",
        "Address of the Postgres that holds the projections: postgresql://user:password@host:port/database",
        parse=database_address,
        secret=True,
    )
