"""The schemas of a rebuild: which there are, what wrote them, making and dropping them."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.store.migrate import migrate
from services.store.projector.settings import rows_follow_from
from services.store.tables import SCHEMA

LIVE: Final = SCHEMA
NEXT: Final = f"{SCHEMA}_next"
OLD: Final = f"{SCHEMA}_old"
PASSING: Final = f"{SCHEMA}_passing"
"""Where kept tables are for an instant while two schemas exchange them; never seen outside of that transaction."""
_DROP_TRIES: Final = 6
_SERVICES: Final = Path(__file__).resolve().parents[2]
_NO_PART: Final = ("store/api/", "store/rebuild/")


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted on a schema that a rebuild fills: the code that fills it, since when, and by which settings."""

    code: str
    begun_at: datetime
    settings: dict[str, str] = field(default_factory=dict)


@cache
def fingerprint() -> str:
    """Tell versions of the code apart that could make different rows of the same log."""
    digest = hashlib.sha256()
    for folder in ("contracts", "store"):
        for path in sorted((_SERVICES / folder).rglob("*.py")):
            name = path.relative_to(_SERVICES).as_posix()
            if not name.startswith(_NO_PART):
                digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


async def exists(connection: AsyncConnection, schema: str) -> bool:
    """Whether the database has the schema."""
    found = await connection.scalar(text("select to_regnamespace(:name) is not null"), {"name": schema})
    return bool(found)


async def note(connection: AsyncConnection, schema: str) -> Note | None:
    """The note on `schema`; None where it has none: then its making was cut off, and it holds no rows."""
    found = await connection.scalar(
        text("select obj_description(to_regnamespace(:name), 'pg_namespace')"), {"name": schema}
    )
    try:
        return msgspec.json.decode(found, type=Note) if found else None
    except msgspec.MsgspecError:
        return None


async def make_next(engine: AsyncEngine, address: str) -> Note:
    """Make the next schema, with every table empty, by the migrations that made the live one."""
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"drop schema if exists {NEXT} cascade")
    await asyncio.to_thread(migrate, address, schema=NEXT, say=lambda _: None)
    made = Note(fingerprint(), datetime.now(UTC), rows_follow_from())
    quoted = msgspec.json.encode(made).decode().replace("'", "''")
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"comment on schema {NEXT} is '{quoted}'")
    return made


async def drop(engine: AsyncEngine, schema: str) -> bool:
    """Drop `schema` with what is in it; False where somebody reads it for so long that it has to be left."""
    for _ in range(_DROP_TRIES):
        try:
            async with engine.begin() as connection:
                await connection.exec_driver_sql("set local lock_timeout = '2s'")
                await connection.exec_driver_sql(f"drop schema if exists {schema} cascade")
            return True
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in ("55P03", "40P01"):
                raise
    return False
