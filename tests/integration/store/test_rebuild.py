"""Rebuilding: the same tables anew from the log, while others write and read; cut off anywhere, nothing is lost."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from services.contracts.messages import Extraction
from services.contracts.taxonomy import EventType
from services.contracts.topics import EVENTS
from services.store.database import open_engine
from services.store.projector.outbox import publish_due
from services.store.rebuild.run import Rebuild, RebuildError, Standing
from services.store.rebuild.schemas import LIVE, NEXT, OLD
from services.store.rebuild.swap import kept_tables
from services.store.tables import metadata
from tests.integration.store.conftest import GROUP, Store
from tests.support import extractions as make

CAPTURE = make.event(1)
STRIKE = make.event(1, "strike")


def rebuild(store: Store, **more: Any) -> Rebuild:
    return Rebuild(store.address, store.log, group=store.group, **more)


async def schemas(store: Store) -> set[str]:
    return {name for (name,) in await store.rows(f"select nspname from pg_namespace where nspname like '{LIVE}%'")} - {
        f"{LIVE}_log"
    }


async def published(store: Store) -> dict[str, bytes | None]:
    """What a subscriber of the compacted topic ends with."""
    while await publish_due(store.engine, store.log):
        pass
    return {(r.key or b"").decode(): r.value for r in await store.read(EVENTS.name)}


def told(number: int, *types: EventType, **more: Any) -> Extraction:
    """An extraction of article `number`; each article tells of a day of its own."""
    day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return make.extraction(number, *(make.event(number, t, day=day) for t in types), offset=number, **more)


async def fill(store: Store, articles: int = 40) -> None:
    """Articles with two events each; the last revision of the first one has none."""
    for number in range(articles):
        await store.publish(make.article(number), told(number, "capture", "strike"))
    await store.project(make.extraction(0, offset=articles, text="Nothing left."))


async def projections(store: Store) -> dict[str, list[str]]:
    """Every row of every projection, apart from the times of writing; places that lost their last event left out."""
    found = {}
    for name, table in metadata.tables.items():
        if not table.info.get("kept"):
            rows = await store.rows(
                f"select (to_jsonb(x) - 'applied_at' - 'updated_at')::text from {name} x order by 1"
            )
            found[name] = [row[0] for row in rows if '"events": 0, "extent"' not in row[0]]
    return found


@asynccontextmanager
async def projecting(store: Store) -> AsyncIterator[None]:
    """A projector at work beside the test."""
    stop = asyncio.Event()
    working = asyncio.create_task(store.projector().run(stop))
    try:
        yield
    finally:
        stop.set()
        await working


async def test_the_tables_are_the_same_afterwards(store: Store) -> None:
    await fill(store)
    before = await projections(store)
    report = await rebuild(store).run()
    assert report.swapped and report.old_dropped
    assert (report.differences.events, report.differences.gained, report.differences.lost) == (78, 0, 0)
    assert await projections(store) == before
    assert await schemas(store) == {LIVE}


async def test_every_projection_is_made_anew_and_every_other_table_kept(store: Store) -> None:
    await fill(store)
    names = sorted(metadata.tables)
    before = dict(await store.rows(" union all ".join(f"select '{n}', '{n}'::regclass::oid::bigint" for n in names)))
    shape = """
        select table_name, column_name, data_type, is_nullable from information_schema.columns
        where table_schema = 'frontlog' order by 1, 2
    """
    indexes = "select tablename, indexname, indexdef from pg_indexes where schemaname = 'frontlog' order by 1, 2"
    columns, indexed = await store.rows(shape), await store.rows(indexes)
    await rebuild(store).run()
    after = dict(await store.rows(" union all ".join(f"select '{n}', '{n}'::regclass::oid::bigint" for n in names)))
    assert {name for name in names if before[name] == after[name]} == set(kept_tables())
    assert await store.rows(shape) == columns
    assert await store.rows(indexes) == indexed


def test_no_kept_table_refers_to_a_projection() -> None:
    kept = set(kept_tables())
    for name in kept:
        assert {key.column.table.name for key in metadata.tables[name].foreign_keys} <= kept, name


async def test_rows_that_were_lost_or_spoilt_are_right_again(store: Store) -> None:
    await fill(store)
    before = await projections(store)
    await store.execute("delete from claim")
    await store.execute("update place set standing = 'UKR'")
    await store.execute("delete from event where type = 'strike'")
    report = await rebuild(store).run()
    assert report.differences.gained == 39
    assert await projections(store) == before


async def test_the_projector_goes_on_after_the_swap_where_it_stood(store: Store) -> None:
    await fill(store, 5)
    async with projecting(store):
        await rebuild(store).run()
        await store.publish(make.article(90), told(90, "capture"))
        async with asyncio.timeout(30):
            await store.caught_up()
    assert told(90, "capture").events[0].event_id in await store.event_ids()
    assert await store.one("select count(*) from article") == 6


async def test_what_arrives_meanwhile_is_there_and_readers_notice_nothing(store: Store) -> None:
    """Readers in a loop, by prepared statements too, while articles arrive and the tables are rebuilt twice."""
    await fill(store)
    done = asyncio.Event()
    reads = 0

    async def reader(prepared: bool) -> None:
        nonlocal reads
        address = f"{store.address}?options=-csearch_path%3Dfrontlog,public"
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            while not done.is_set():
                cursor = await connection.execute(
                    "select count(*), count(distinct article_id) from event join claim using (event_id)"
                    " where type = any(%s)",
                    [["capture", "strike"]],
                    prepare=prepared,
                )
                row = await cursor.fetchone()
                assert row is not None and row[0] >= 78, "a reader saw tables that were not whole"
                reads += 1

    async def writer() -> None:
        number = 100
        while not done.is_set():
            await store.publish(make.article(number), told(number, "capture"))
            number += 1
            await asyncio.sleep(0.05)

    async with projecting(store):
        helpers = [asyncio.create_task(c) for c in (reader(True), reader(False), writer())]
        for _ in range(2):
            seen = reads
            report = await rebuild(store, batch=20).run()
            assert report.swapped
            assert reads > seen
        done.set()
        await asyncio.gather(*helpers)
        async with asyncio.timeout(60):
            await store.caught_up()
    articles = await store.one("select count(*) from article")
    assert articles > 40
    assert await store.one("select count(distinct article_id) from extraction") == articles
    assert len(await store.event_ids()) == 78 + articles - 40
    assert not await store.dead()


async def test_an_event_that_the_new_tables_do_not_hold_is_withdrawn(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE, STRIKE))
    invented = make.event(2)
    await store.execute("update event set event_id = :new where type = 'capture'", new=invented.event_id)
    report = await rebuild(store).run()
    assert (report.differences.gained, report.differences.lost) == (1, 1)
    assert await store.event_ids() == {CAPTURE.event_id, STRIKE.event_id}
    assert await published(store) == {invented.event_id: None}


async def test_an_event_that_was_withdrawn_and_is_held_again_is_said_anew(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE))
    await store.execute("delete from event")
    await store.execute(
        "insert into outbox values (:topic, :id, 'withdraw', now(), now())", topic=EVENTS.name, id=CAPTURE.event_id
    )
    await rebuild(store).run()
    assert (await published(store))[CAPTURE.event_id] is not None


async def test_what_was_withdrawn_stays_withdrawn_and_is_not_told_again(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE, STRIKE))
    await store.project(make.extraction(1, STRIKE, offset=1, text="Second."))
    assert await published(store) == {CAPTURE.event_id: None}
    await rebuild(store).run()
    await published(store)
    assert len(await store.read(EVENTS.name)) == 1


async def test_a_record_that_the_tables_do_not_take_becomes_no_second_dead_letter(store: Store) -> None:
    bad = make.outgoing(make.article(1))
    await store.project(type(bad)(bad.topic, b"another key", bad.value), make.article(2))
    assert len(await store.dead()) == 1
    report = await rebuild(store).run()
    assert sum(report.refused.values()) == 1
    assert len(await store.dead()) == 1


async def test_filled_and_not_swapped_it_leaves_the_live_tables_and_goes_on_later(store: Store) -> None:
    await fill(store)
    oid = await store.one("select 'event'::regclass::oid::bigint")
    report = await rebuild(store).run(swap=False)
    assert not report.swapped
    assert await store.one("select 'event'::regclass::oid::bigint") == oid
    status, runs, kept = await rebuild(store).status()
    assert status is not None and status.done == status.total and not runs and not kept
    seen: list[Standing] = []
    await rebuild(store).run(told=seen.append)
    assert not seen, "nothing was read twice"
    assert await store.one("select 'event'::regclass::oid::bigint") != oid


async def test_the_old_tables_can_be_put_back(store: Store) -> None:
    await fill(store)
    oid = await store.one("select 'event'::regclass::oid::bigint")
    await rebuild(store).run(keep_old=True)
    assert await schemas(store) == {LIVE, OLD}
    await store.project(make.article(90), told(90, "capture"))
    now = await projections(store)
    await rebuild(store).undo()
    assert await store.one("select 'event'::regclass::oid::bigint") == oid
    assert await projections(store) == now
    assert await rebuild(store).abort() == [OLD]
    with pytest.raises(RebuildError, match="no old schema"):
        await rebuild(store).undo()


async def test_what_cannot_be_done_is_told_and_changes_nothing(store: Store) -> None:
    with pytest.raises(RebuildError, match="no projector has begun"):
        await rebuild(store).run()
    await fill(store, 2)
    with pytest.raises(RebuildError, match="FRONTLOG_PROJECTOR_GROUP"):
        await Rebuild(store.address, store.log, group="another").run()
    await rebuild(store).run(swap=False)
    await store.execute(f"""comment on schema {NEXT} is '{{"code":"older","begun_at":"2024-01-01T00:00:00Z"}}'""")
    with pytest.raises(RebuildError, match="another version of frontlog"):
        await rebuild(store).run()
    assert await rebuild(store).abort() == [NEXT]
    assert await schemas(store) == {LIVE}


async def test_it_does_not_go_on_under_a_setting_that_makes_other_rows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, 3)
    monkeypatch.setenv("FRONTLOG_COPY_DAYS", "3")
    await rebuild(store).run(swap=False)
    await store.project(make.article(90), told(90, "capture"))
    oid = await store.one("select 'event'::regclass::oid::bigint")
    monkeypatch.setenv("FRONTLOG_COPY_DAYS", "5")
    with pytest.raises(RebuildError, match=r"FRONTLOG_COPY_DAYS was 3 and is 5.*--abort"):
        await rebuild(store).run()
    assert await store.one("select 'event'::regclass::oid::bigint") == oid
    monkeypatch.setenv("FRONTLOG_COPY_DAYS", "3")
    assert (await rebuild(store).run()).swapped


async def test_two_at_a_time_are_not_let(store: Store) -> None:
    await fill(store, 5)
    begun = asyncio.Event()
    first = asyncio.create_task(rebuild(store, batch=1).run(told=lambda _: begun.set()))
    await begun.wait()
    with pytest.raises(RebuildError, match="running already"):
        await rebuild(store).run()
    assert (await first).swapped


async def test_a_reader_of_long_breath_keeps_the_old_tables_and_nothing_else(store: Store) -> None:
    await fill(store, 5)
    engine = open_engine(store.address, size=1, name="reader")
    async with engine.connect() as connection, connection.begin():
        await connection.execute(text("select count(*) from event"))
        report = await asyncio.wait_for(rebuild(store).run(keep_old=True), 60)
        assert report.swapped
        assert await connection.scalar(text("select count(*) from event")) == 8
    await engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("share", "number", "status"),
    [(0.0, signal.SIGKILL, -signal.SIGKILL), (0.6, signal.SIGKILL, -signal.SIGKILL), (0.3, signal.SIGINT, 130)],
)
async def test_cut_off_anywhere_it_leaves_the_live_tables_and_can_go_on(
    store: Store, share: float, number: signal.Signals, status: int
) -> None:
    await fill(store, 80)
    before = await projections(store)
    oid = await store.one("select 'event'::regclass::oid::bigint")
    process = await _process(store)
    await _until(store, process, lambda done, total: done >= share * total)
    process.send_signal(number)
    process.send_signal(signal.SIGCONT)
    assert await process.wait() == status
    assert await store.one("select 'event'::regclass::oid::bigint") == oid
    assert await projections(store) == before
    standing, runs, _ = await rebuild(store).status()
    assert standing is not None and standing.done < standing.total and not runs
    seen: list[Standing] = []
    report = await rebuild(store, batch=20).run(told=seen.append)
    assert report.swapped
    assert seen[0].done > standing.done
    assert await projections(store) == before
    assert await schemas(store) == {LIVE}


@pytest.mark.slow
async def test_killed_in_the_middle_of_the_swap_it_leaves_the_live_tables_and_nobody_waits(store: Store) -> None:
    await fill(store, 10)
    before = await projections(store)
    await rebuild(store).run(swap=False)
    async with store.engine.connect() as reader, reader.begin():
        # It has taken the projectors' lock and filled the rest; the kept tables it cannot have while this is read.
        await reader.execute(text("select count(*) from outbox"))
        process = await _process(store)
        async with asyncio.timeout(60):
            while not await store.one("select count(*) from pg_locks where not granted and locktype = 'relation'"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        process.kill()
        await process.wait()
    await asyncio.wait_for(store.project(make.article(90), told(90, "capture")), 60)
    assert await store.one("select count(*) from article") == 11
    now = await projections(store)
    assert len(now["article"]) == len(before["article"]) + 1
    assert (await rebuild(store).run()).swapped
    assert await projections(store) == now


async def _process(store: Store) -> asyncio.subprocess.Process:
    env = os.environ | {
        "FRONTLOG_LOG": store.address,
        "FRONTLOG_DATABASE": store.address,
        "FRONTLOG_PROJECTOR_GROUP": GROUP,
    }
    # A shell starts what runs in the background deaf to SIGINT, and that is inherited.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.cli", "rebuild", "--batch", "1", env=env, stdout=asyncio.subprocess.DEVNULL
        )
    finally:
        signal.signal(signal.SIGINT, heard)


async def _until(store: Store, process: asyncio.subprocess.Process, far_enough: Callable[[int, int], bool]) -> None:
    """Let the rebuild run in short turns until it is far enough; it stands still while it is looked at, and then."""
    async with asyncio.timeout(180):
        while True:
            process.send_signal(signal.SIGSTOP)
            # Where it makes the schema, that may be locked as long as it stands still.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(2):
                    standing, _, _ = await rebuild(store).status()
                    if standing is not None and far_enough(standing.done, standing.total):
                        return
            process.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.02)


async def test_asking_how_far_it_is_stands_in_nobodys_way(store: Store) -> None:
    await fill(store, 5)
    assert (await rebuild(store).status())[1] is False
    begun = asyncio.Event()
    running = asyncio.create_task(rebuild(store, batch=1).run(told=lambda _: begun.set()))
    await begun.wait()
    assert (await rebuild(store).status())[1] is True
    assert (await running).swapped

    async def ask() -> None:
        while True:
            with contextlib.suppress(Exception):  # the schema is being made or put away
                await rebuild(store).status()

    asking = [asyncio.create_task(ask()) for _ in range(3)]
    try:
        for _ in range(3):
            assert (await rebuild(store).run()).swapped
    finally:
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
