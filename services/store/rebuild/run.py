"""A rebuild from its beginning to its end, or from where it was cut off; and what an operator may do around it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.runtime.log.port import Log, TopicPartition
from services.store.database import open_engine, schema_version
from services.store.migrate import newest
from services.store.projector import offsets
from services.store.projector.settings import rows_follow_from
from services.store.rebuild import schemas
from services.store.rebuild.fill import Fill
from services.store.rebuild.schemas import LIVE, NEXT, OLD, Note, fingerprint
from services.store.rebuild.swap import Differences, differences, swap

RUN_LOCK: Final = 0x66726562
"""The bytes of "freb": one rebuild at a time in one database."""
TAIL_RECORDS: Final = 2_000
"""So many records at most are filled while the projectors are held off."""
SWAP_TRIES: Final = 10
SWAP_PAUSE_SECONDS: Final = 1.0
_RUNS: Final = """
select exists(
    select from pg_locks
    where locktype = 'advisory' and granted and (classid, objid, objsubid) = (0, :key, 1)
      and database = (select oid from pg_database where datname = current_database())
)
"""
"""Looked up and not tried: whoever only asks must not stand in the way of a rebuild that begins just then."""

Offsets = Mapping[TopicPartition, int]


class RebuildError(Exception):
    """A rebuild cannot be done as things are. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a rebuild is: records read of those that the live tables were made from."""

    done: int
    total: int
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a rebuild came to. `swapped` is false where it was told to stop before that."""

    swapped: bool
    records: int
    differences: Differences
    refused: dict[str, int] = field(default_factory=dict)
    old_dropped: bool = True


class Rebuild:
    """The rebuilds of one database. `group` is the projectors' (FRONTLOG_PROJECTOR_GROUP)."""

    def __init__(self, address: str, log: Log | None, *, group: str, batch: int = 500) -> None:
        self._address = address
        self._log = log
        self._group = group
        self._batch = batch

    async def run(
        self, *, swap: bool = True, keep_old: bool = False, told: Callable[[Standing], None] = lambda _: None
    ) -> Report:
        """Make the next schema or go on with it, fill it, and put it in the live one's place unless not `swap`.

        Raises RebuildError, LogUnavailableError and what the database raises; then the live tables are as they were,
        and the next run goes on where this one stood.
        """
        async with self._alone() as engine:
            await self._live_is_current(engine)
            async with engine.connect() as connection:
                there = await schemas.note(connection, NEXT) if await schemas.exists(connection, NEXT) else None
            if there is None:
                there = await schemas.make_next(engine, self._address)
            elif there.code != fingerprint():
                raise RebuildError(
                    f"another version of frontlog began a rebuild on {there.begun_at:%Y-%m-%d %H:%M}: "
                    "go on with that version, or drop it by --abort and begin anew"
                )
            elif changed := _changed(there.settings, rows_follow_from()):
                raise RebuildError(
                    f"a rebuild was begun on {there.begun_at:%Y-%m-%d %H:%M} under other settings ({changed}), and its "
                    "tables would be of both: set them as they were, or drop it by --abort and begin anew"
                )
            report = await self._fill_and_swap(engine, NEXT, told, there, to_swap=swap)
            if not swap or keep_old:
                return report
            dropped = await schemas.drop(engine, OLD)
        return Report(report.swapped, report.records, report.differences, report.refused, dropped)

    async def undo(self, *, told: Callable[[Standing], None] = lambda _: None) -> Report:
        """Fill the kept old schema up to where the live one stands, and put it back in its place."""
        async with self._alone() as engine:
            await self._live_is_current(engine)
            async with engine.connect() as connection:
                if not await schemas.exists(connection, OLD):
                    raise RebuildError("there is no old schema to go back to: a rebuild keeps it with --keep-old")
                found = await connection.scalar(text(f"select version_num from {OLD}.alembic_version"))  # noqa: S608
            if found != newest():
                raise RebuildError(f"the old schema is at {found}, this version of frontlog needs {newest()}")
            return await self._fill_and_swap(engine, OLD, told, None, to_swap=True)

    async def abort(self) -> list[str]:
        """Drop the next schema, and the old one where it is kept; return the names of what was there."""
        async with self._alone() as engine:
            async with engine.connect() as connection:
                there = [schema for schema in (NEXT, OLD) if await schemas.exists(connection, schema)]
            for schema in there:
                if not await schemas.drop(engine, schema):
                    raise RebuildError(f"{schema} is being read and cannot be dropped now: try again")
            return there

    async def status(self) -> tuple[Standing | None, bool, bool]:
        """Return how far a rebuild is (None where there is none), whether one runs, whether an old schema is kept."""
        engine = open_engine(self._address, size=1, name="rebuild")
        try:
            async with engine.connect() as connection:
                kept = await schemas.exists(connection, OLD)
                there = await schemas.note(connection, NEXT) if await schemas.exists(connection, NEXT) else None
                runs = bool(await connection.scalar(text(_RUNS), {"key": RUN_LOCK}))
                if there is None:
                    return None, runs, kept
                total = await _sum(connection, LIVE, self._group)
                return Standing(await _sum(connection, NEXT, self._group), total, there), runs, kept
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[AsyncEngine]:
        """An engine on the live schema, while no other rebuild runs. Raises RebuildError where one does."""
        engine = open_engine(self._address, size=3, name="rebuild")
        try:
            async with engine.connect() as connection:
                # Of the session: it goes with this process, however that ends.
                if not await connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": RUN_LOCK}):
                    raise RebuildError("a rebuild of this database is running already: see --status")
                await connection.commit()
                try:
                    yield engine
                finally:
                    await connection.execute(text("select pg_advisory_unlock(:key)"), {"key": RUN_LOCK})
                    await connection.commit()
        finally:
            await engine.dispose()

    async def _live_is_current(self, engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            found = await schema_version(connection)
            if found != newest():
                raise RebuildError(
                    f"the live schema is at {found or 'nothing'} and should be at {newest()}: "
                    "run python -m services.store.migrate"
                )
            groups = set(await connection.scalars(text("select distinct consumer_group from projection_offset")))
        if groups - {self._group}:
            raise RebuildError(
                f"the live tables were made by group {', '.join(sorted(groups))}, not {self._group}: "
                "name it by FRONTLOG_PROJECTOR_GROUP"
            )
        if not groups:
            raise RebuildError("the live tables are empty and no projector has begun: start it, it makes them")

    async def _fill_and_swap(
        self,
        engine: AsyncEngine,
        schema: str,
        told: Callable[[Standing], None],
        note: Note | None,
        *,
        to_swap: bool,
    ) -> Report:
        if self._log is None:
            raise RebuildError("no log to rebuild from")
        filling = open_engine(self._address, size=3, name="rebuild", schema=schema)
        target: dict[TopicPartition, int] = {}
        fill = Fill(
            filling,
            self._log,
            group=self._group,
            batch=self._batch,
            told=lambda at: told(Standing(sum(at.values()), sum(target.values()), note)),
        )

        async def catch_up(live: Offsets) -> bool:
            if _behind(fill.at, live) > TAIL_RECORDS:
                return False
            target.update(live)
            await fill.upto(live)
            return True

        try:
            for _ in range(SWAP_TRIES):
                while not await catch_up(await self._live_offsets(engine)):
                    target.update(await self._live_offsets(engine))
                    await fill.upto(dict(target))
                if not to_swap:
                    async with engine.connect() as connection:
                        found = await differences(connection, schema)
                    return Report(False, sum(target.values()), found, dict(fill.refused))
                if schema == NEXT and not await schemas.drop(engine, OLD):
                    raise RebuildError(f"{OLD}, of an earlier rebuild, is being read: run it again later to go on")
                done = await swap(engine, schema, self._group, catch_up)
                if done is not None:
                    return Report(True, sum(target.values()), done, dict(fill.refused))
                await asyncio.sleep(SWAP_PAUSE_SECONDS)
        finally:
            await filling.dispose()
        raise RebuildError(
            f"the tables are filled, but could not be swapped in {SWAP_TRIES} tries: something keeps them locked. "
            "The live ones are as they were; see pg_stat_activity for long transactions, and run it again"
        )

    async def _live_offsets(self, engine: AsyncEngine) -> Offsets:
        async with engine.connect() as connection:
            return await offsets.stored(connection, self._group)


def _changed(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What differs, as a person reads it; empty where nothing does."""
    return ", ".join(
        f"{name} was {then.get(name, 'not known')} and is {now.get(name, 'not known')}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    )


def _behind(at: Offsets, live: Offsets) -> int:
    return sum(offset - at.get(partition, 0) for partition, offset in live.items())


async def _sum(connection: AsyncConnection, schema: str, group: str) -> int:
    query = f"select coalesce(sum(next_offset), 0) from {schema}.projection_offset where consumer_group = :group"  # noqa: S608
    found: int = await connection.scalar(text(query), {"group": group})
    return int(found)
