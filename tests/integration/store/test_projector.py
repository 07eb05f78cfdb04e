"""What the projector promises: every record applied once, the latest revision whole, nothing lost, nothing doubled."""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from services.contracts.messages import Actor, Article, Extraction, Place, When
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.runtime import metrics
from services.runtime.dead_letters import original_headers, reason_of
from services.runtime.log.port import LogUnavailableError, Outgoing, Position, Record
from services.store.projector import projector as module
from services.store.projector.projector import DatabaseAheadError
from tests.integration.store.conftest import Store
from tests.support import extractions as make

CAPTURE = make.event(1)
DENIED = make.event(1, claims=(make.claim(make.MOSCOW), make.claim(make.GENERAL_STAFF, "denies")))
STRIKE = make.event(1, "strike")


async def test_an_article_and_its_extraction_become_rows(store: Store) -> None:
    await store.project(make.article(1), make.extraction(1, DENIED, STRIKE))
    assert await store.event_ids() == {DENIED.event_id, STRIKE.event_id}
    assert await store.one("select count(*) from claim where stance = 'denies' and source_side = 'UKR'") == 1
    assert await store.one("select events from extraction") == 2
    assert await store.rows("select place_key, events, standing from place") == [(make.KUPIANSK.id, 2, "contested")]


async def test_the_order_between_the_two_topics_does_not_matter(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE))
    assert await store.event_ids() == {CAPTURE.event_id}
    await store.project(make.article(1))
    assert await store.one("select count(*) from article") == 1


async def test_a_new_revision_replaces_the_events_whole(store: Store) -> None:
    await store.project(make.article(1), make.extraction(1, CAPTURE))
    await store.project(make.article(1, "Other."), make.extraction(1, STRIKE, offset=1, text="Other."))
    assert await store.event_ids() == {STRIKE.event_id}
    assert await store.one("select revision from article") == make.article(1, "Other.").revision
    for table in ("claim", "mention"):
        assert await store.rows(f"select event_id::text from frontlog.{table}") == [(STRIKE.event_id,)]
    assert await store.rows("select events, standing from place") == [(1, "unknown")]


async def test_an_older_revision_never_replaces_a_newer_one(store: Store) -> None:
    before = metrics.OLDER_REVISIONS._value.get()
    await store.project(make.extraction(1, STRIKE, offset=5, text="New."))
    await store.project(make.extraction(1, CAPTURE, offset=4, extractor=make.V2))
    assert await store.event_ids() == {STRIKE.event_id}
    assert metrics.OLDER_REVISIONS._value.get() == before + 1


async def test_another_version_replaces_what_it_read_of_the_same_revision(store: Store) -> None:
    await store.project(make.extraction(1, CAPTURE))
    await store.project(make.extraction(1, STRIKE, extractor=make.V2))
    assert await store.event_ids() == {STRIKE.event_id}
    assert await store.one("select extractor_version from extraction") == "2"


async def test_a_tombstone_removes_the_articles_events(store: Store) -> None:
    await store.project(
        make.article(1), make.extraction(1, CAPTURE), make.article(2), make.extraction(2, make.event(2))
    )
    await store.project(make.withdrawn(1))
    assert await store.event_ids() == {make.event(2).event_id}
    assert await store.one("select count(*) from extraction") == 1
    assert await store.one("select count(*) from article") == 2


def history(seed: int) -> list[Article | Extraction | Outgoing]:
    """Forty articles with revisions, re-extractions and a tombstone, in an order that the topics could have."""
    chance = random.Random(seed)
    made: list[Article | Extraction | Outgoing] = []
    for number in range(40):
        made.append(make.article(number))
        made.append(make.extraction(number, make.event(number, day="2024-09-10"), offset=number))
        if number % 3 == 0:
            made.append(make.article(number, "Second."))
            strike = make.event(number, "strike", place=chance.choice([make.ROBOTYNE, make.NOWHERE, None]))
            made.append(make.extraction(number, strike, offset=100 + number, text="Second."))
        if number % 5 == 0:
            hold = make.event(number, "hold", actor=make.UKR, claims=(make.claim(),))
            made.append(make.extraction(number, hold, offset=100 + number, text="Second.", extractor=make.V2))
    made.append(make.withdrawn(7))
    return made


async def test_whole_partitions_delivered_again_change_nothing(store: Store) -> None:
    await store.project(*history(1))
    before = await store.contents()
    await store.execute("update projection_offset set next_offset = 0")
    await store.project()
    assert await store.contents() == before


@pytest.mark.parametrize("batch", [1, 3, 1000])
async def test_the_size_of_batches_does_not_matter(store: Store, batch: int) -> None:
    await store.publish(*history(2))
    projector = store.projector(batch=batch)
    async with projector.consumer() as consumer:
        await store.settle(projector, consumer)
    once = await store.contents()
    await store.forget()
    await store.project()
    assert await store.contents() == once


async def test_counts_and_standings_of_places_are_what_their_events_give(store: Store) -> None:
    await store.project(*history(3))
    assert not await store.rows(
        "select p.place_key, p.events, count(e.event_id) from place p "
        "left join event e using (place_key) group by 1, 2 having p.events <> count(e.event_id)"
    )


async def test_what_was_not_committed_is_delivered_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.publish(make.article(1), make.extraction(1, CAPTURE))
    real = module.offsets.advance

    async def dies(*args: Any) -> None:
        await real(*args)
        raise asyncio.CancelledError

    monkeypatch.setattr(module.offsets, "advance", dies)
    projector = store.projector()
    with pytest.raises(asyncio.CancelledError):
        async with projector.consumer() as consumer:
            await store.settle(projector, consumer)
    assert await store.event_ids() == set()
    assert await store.one("select max(next_offset) from projection_offset") == 0
    monkeypatch.undo()
    await store.project()
    assert await store.event_ids() == {CAPTURE.event_id}


async def test_a_stale_member_writes_nothing(store: Store) -> None:
    """It still holds a batch when its partitions, and with them the batch, have been applied by its successor."""
    await store.publish(make.extraction(1, CAPTURE))
    stale = store.projector()
    async with stale.consumer() as consumer:
        held: list[Record] = []
        while not held:
            held = await consumer.poll(10, 1.0)
        await store.publish(make.extraction(1, STRIKE, offset=1, text="Second."))
        successor = store.projector()
        successor._positions.update(dict.fromkeys(stale._positions, 0))
        both = await store.read(EXTRACTIONS.name)
        assert await successor.apply(both) == (2, {})
        done, moved = await stale.apply(held)
    assert done == 0
    assert list(moved.values()) == [2]
    assert await store.event_ids() == {STRIKE.event_id}


async def test_a_member_that_is_behind_goes_to_where_the_database_stands(store: Store) -> None:
    await store.publish(*(make.extraction(n, make.event(n)) for n in range(20)))
    behind = store.projector(batch=5)
    async with behind.consumer() as consumer:
        await behind.step(consumer)
        stored = dict(
            await store.rows(
                "select partition, next_offset from projection_offset where topic = :t", t=EXTRACTIONS.name
            )
        )
        ahead = store.projector()
        everything = await store.read(EXTRACTIONS.name)
        ahead._positions.update({r.topic_partition: stored[r.partition] for r in everything})
        await ahead.apply([r for r in everything if r.offset >= stored[r.partition]])
        assert await store.behind() == 0
        await store.publish(make.extraction(50, make.event(50)))
        await store.settle(behind, consumer)
    assert len(await store.event_ids()) == 21


async def test_two_members_share_the_work_and_a_third_takes_over(store: Store) -> None:
    await store.publish(*history(4))
    stop = asyncio.Event()
    first, second, third = (store.projector(batch=7) for _ in range(3))
    one, two = (asyncio.create_task(p.run(stop)) for p in (first, second))
    async with asyncio.timeout(60):
        await store.caught_up()
        one.cancel()
        await asyncio.gather(one, return_exceptions=True)
        await store.publish(*(make.extraction(n, make.event(n)) for n in range(100, 160)))
        three = asyncio.create_task(third.run(stop))
        await store.caught_up()
    stop.set()
    await asyncio.wait_for(asyncio.gather(two, three), 30)
    shared = await store.contents()
    await store.forget()
    await store.project()
    assert await store.contents() == shared


async def test_what_cannot_be_read_goes_to_the_dead_letters_and_the_rest_is_applied(store: Store) -> None:
    headers = (("ce_id", b"1"),)
    key = make.article_id(1).encode()
    await store.project(
        Outgoing(EXTRACTIONS.name, key, b"{", headers),
        make.extraction(1, CAPTURE),
        make.extraction(2, received_at="never"),
    )
    assert await store.event_ids() == {CAPTURE.event_id}
    letters = {reason_of(r.headers).reason: r for r in await store.dead()}
    assert set(letters) == {"not_json", "projection"}
    assert (letters["not_json"].key, letters["not_json"].value) == (key, b"{")
    assert original_headers(letters["not_json"].headers) == headers
    assert reason_of(letters["not_json"].headers).origin.topic == EXTRACTIONS.name


async def test_what_the_database_refuses_goes_to_the_dead_letters_alone(store: Store) -> None:
    """An id beyond what an index holds, and an event id that another article has taken."""
    huge = Place(name="x", surface="x", id="".join(random.Random(0).choices("abcdefghij", k=9000)))
    taken = make.event(3, event_id=CAPTURE.event_id)
    await store.project(make.extraction(1, CAPTURE))
    await store.project(
        make.extraction(2, make.event(2, place=huge)),
        make.extraction(3, taken),
        make.extraction(4, make.event(4)),
    )
    assert await store.event_ids() == {CAPTURE.event_id, make.event(4).event_id}
    letters = await store.dead()
    assert [reason_of(r.headers).reason for r in letters] == ["database", "database"]
    assert {r.key for r in letters} == {make.article_id(2).encode(), make.article_id(3).encode()}
    assert await store.one("select count(*) from place where events > 0") == 1


async def test_hostile_text_is_stored_or_refused_and_stops_nothing(store: Store) -> None:
    words = "\x00\ud800'; drop table event; --\u202e%_\\n\\u0000".replace("\ud800", "")
    hostile = make.event(1, sentence=words, claims=(make.claim(Actor(name=words)),), when=When(phrase=words))
    await store.project(
        make.article(1, words, extra={words: [words]}),
        make.extraction(1, hostile, text=words * 20_000),
        make.extraction(2, make.event(2)),
    )
    assert len(await store.event_ids()) == 2
    assert not await store.dead()
    assert "\x00" not in await store.one("select cleaned_text from extraction where events = 1 limit 1")


class Flaky:
    """A log whose publishing fails for a while. Everything else is the real one's."""

    def __init__(self, log: Any, failures: int) -> None:
        self._log = log
        self.failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def publish(self, records: Sequence[Outgoing]) -> list[Position]:
        if self.failures:
            self.failures -= 1
            raise LogUnavailableError("away")
        found: list[Position] = await self._log.publish(records)
        return found


async def test_a_dead_letter_that_cannot_be_published_holds_the_batch_up(store: Store) -> None:
    await store.publish(
        Outgoing(EXTRACTIONS.name, make.article_id(1).encode(), b"{"), make.extraction(2, make.event(2))
    )
    log = Flaky(store.log, failures=2)
    projector = store.projector(log=log)  # type: ignore[arg-type]
    async with projector.consumer() as consumer:
        await store.settle(projector, consumer)
    assert log.failures == 0
    assert len(await store.dead()) == 1
    assert len(await store.event_ids()) == 1


async def test_faults_of_the_database_are_tried_again_and_skip_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.publish(make.extraction(1, CAPTURE))
    real = module.apply
    faults = [OperationalError("x", None, Exception("gone")), ConnectionResetError("gone"), RuntimeError("a bug")]

    async def flaky(*args: Any) -> Any:
        if faults:
            raise faults.pop()
        return await real(*args)

    monkeypatch.setattr(module, "apply", flaky)
    projector = store.projector()
    async with projector.consumer() as consumer:
        await store.settle(projector, consumer)
    assert faults == []
    assert await store.event_ids() == {CAPTURE.event_id}
    assert not await store.dead()


async def test_connections_that_break_in_the_middle_are_made_anew(store: Store) -> None:
    await store.publish(*history(5))
    projector = store.projector(batch=4)
    async with projector.consumer() as consumer:
        for _ in range(5):
            await projector.step(consumer)
            await store.rows(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = 'frontlog-test' and pid <> pg_backend_pid()"
            )
        await store.settle(projector, consumer)
    assert await store.behind() == 0
    assert not await store.dead()


async def test_a_log_that_is_shorter_than_what_was_read_is_refused(store: Store) -> None:
    await store.project(make.article(1))
    projector = store.projector()
    await projector.check_log()
    await store.execute("update projection_offset set next_offset = 99 where topic = :t", t=ARTICLES.name)
    with pytest.raises(DatabaseAheadError, match=r"frontlog\.articles/\d up to 99"):
        await projector.check_log()


async def test_end_to_end_time_and_rows_are_counted(store: Store) -> None:
    rows = metrics.ROWS_WRITTEN.labels("event")._value.get()
    taken = metrics.END_TO_END_SECONDS._sum.get()
    now = datetime.now(UTC).isoformat()
    await store.project(make.extraction(1, CAPTURE, received_at=now))
    assert metrics.ROWS_WRITTEN.labels("event")._value.get() == rows + 1
    assert 0 <= metrics.END_TO_END_SECONDS._sum.get() - taken < 120
