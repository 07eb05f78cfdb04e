"""How many independent publishers speak for a standing: copies of one text are one, whenever and wherever they come."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from services.contracts.codec import encode
from services.contracts.messages import Extraction, Place
from services.contracts.topics import EXTRACTIONS
from services.runtime.log.port import Record
from services.store.control.renew import fill
from services.store.migrate import migrate
from services.store.rebuild.run import Rebuild
from tests.integration.store.conftest import Store, back_to
from tests.integration.store.test_control import api, check_topic
from tests.support import extractions as make

WIRE = (
    "Russian forces have taken the town after three weeks of street fighting, the ministry in Moscow said on "
    "Wednesday. Its statement named two brigades and put the number of prisoners at forty. Residents who had left for "
    "the district centre told of shelling through the night, and of a bridge that was blown up behind the last column."
)
OWN = (
    "Our correspondent counted nine burnt vehicles along the road out of the town, and a flag over the school that was "
    "not there on Monday. A woman with two children said the soldiers who came to her cellar had been Russian.",
    "Satellite pictures that this paper bought show trenches on the eastern bank filled in and a pontoon where the "
    "crossing stood; analysts read them as the work of engineers who had no more to fear from the hills above.",
)


def told(number: int, publisher: str | None, report: str, place: Place = make.KUPIANSK, **more: Any) -> Extraction:
    """An article that says that Russia took the place."""
    event = make.event(number, place=place, day="2024-09-11", publisher=publisher)
    return make.extraction(number, event, text=report, publisher=publisher, **more)


def copy(number: int, **more: Any) -> Extraction:
    return told(number, f"Paper {number}", f"Desk {number}. {WIRE}", **more)


async def counted(store: Store, place: Place = make.KUPIANSK) -> tuple[int, int]:
    """Publishers and voices of the present standing, which the last step must have, too."""
    query = "select publishers, voices from {} where place_key = :key {}"
    (now,) = await store.rows(query.format("place", ""), key=place.id)
    (step,) = await store.rows(query.format("control_step", "order by day desc limit 1"), key=place.id)
    assert step == now
    assert await store.rows("select * from standing_due") == []
    publishers, voices = now
    return publishers, voices


async def test_ten_copies_are_one_voice_in_any_order_and_the_api_and_the_topic_say_so(store: Store) -> None:
    articles = [copy(n) for n in range(10)] + [told(10 + n, f"Herald {n}", own) for n, own in enumerate(OWN)]
    seen = []
    for size in (1, 3, 12):
        random.Random(size).shuffle(articles)
        await store.forget()
        records = [_record(article, n) for n, article in enumerate(articles)]
        for at in range(0, len(records), size):
            await store.apply(*records[at : at + size])
        assert await counted(store) == (12, 3)
        contents = await store.contents()
        seen.append({name: contents[name] for name in ("place", "control_step", "family_member")})
    assert seen[0] == seen[1] == seen[2]
    (item,) = (await api(store, "/control?at=2024-09-11"))["items"]
    assert (item["publishers"], item["voices"]) == (12, 3)
    timeline = await api(store, "/places/Kupiansk/control")
    for found in (timeline["now"], timeline["standing"], *timeline["views"], *timeline["history"]):
        assert (found["publishers"], found["voices"]) == (12, 3)
    await check_topic(store)


async def test_without_publishers_too_copies_are_one_voice(store: Store) -> None:
    await store.project(*(told(n, None, f"Desk {n}. {WIRE}") for n in range(4)))
    assert await counted(store) == (4, 1)


async def test_a_report_is_credited_to_the_first_who_carries_it_wherever_else_that_one_tells_it(store: Store) -> None:
    first = told(1, "Agency", WIRE, make.ROBOTYNE, published_at="2024-09-11T22:00:00Z")
    await store.project(told(2, "Agency", OWN[0]), told(3, "Paper", f"{WIRE} More."))
    assert await counted(store) == (2, 2)
    before = await store.contents()
    # No event of it is at Kupiansk, and yet who speaks for Kupiansk is another now.
    await store.project(first)
    assert await counted(store) == (2, 1)
    await check_topic(store)
    await store.project(make.withdrawn(1))
    assert await counted(store) == (2, 2)
    after = await store.contents()
    assert after["control_step"] == before["control_step"]
    assert after["family_member"] == before["family_member"]


async def test_a_copy_that_is_read_anew_as_something_else_speaks_for_itself(store: Store) -> None:
    await store.project(copy(1), copy(2))
    assert await counted(store) == (2, 1)
    await store.project(told(2, "Paper 2", OWN[1], offset=5))
    assert await counted(store) == (2, 2)
    await store.project(told(2, "Paper 2", f"{WIRE} Read again.", offset=6))
    assert await counted(store) == (2, 1)


async def test_members_that_work_at_the_same_time_count_the_same(store: Store) -> None:
    places = (make.KUPIANSK, make.ROBOTYNE)
    articles = [
        told(n, f"Paper {n % 5}", f"Desk {n}. {WIRE}" if n % 3 else f"{OWN[n % 2]} {n}", places[n % 2])
        for n in range(24)
    ]
    random.Random(3).shuffle(articles)
    records = [_record(article, n) for n, article in enumerate(articles)]
    await asyncio.gather(*(store.apply(*records[at : at + 3]) for at in range(0, 24, 3)))
    at_once = await store.contents()
    assert await store.rows("select * from standing_due") == []
    await store.forget()
    await store.apply(*records)
    one_by_one = await store.contents()
    for table in ("place", "control_step", "family_member"):
        assert at_once[table] == one_by_one[table], table


async def test_a_place_that_another_member_holds_is_left_to_it_and_not_waited_for(store: Store) -> None:
    await store.project(told(2, "Agency", OWN[0]), told(3, "Paper", f"{WIRE} More."))
    earlier = told(1, "Agency", WIRE, make.ROBOTYNE, published_at="2024-09-11T22:00:00Z")
    async with store.engine.connect() as other, asyncio.timeout(30):
        held = text("select from place where place_key = :key for update")
        await other.execute(held, {"key": make.KUPIANSK.id})
        await store.apply(_record(earlier, 10))
        assert await store.rows("select place_key from standing_due") == [(make.KUPIANSK.id,)]
        await other.rollback()
    await store.apply(_record(told(4, "Paper", OWN[1], make.NOWHERE), 11))
    assert await counted(store) == (2, 1)


async def test_tables_from_before_there_were_voices_get_them(store: Store) -> None:
    await store.project(*(copy(n) for n in range(4)), told(5, "Herald", OWN[0]), told(6, "Courier", OWN[1]))
    before = await store.contents()
    await asyncio.to_thread(back_to, store.address, "0009")
    await asyncio.to_thread(migrate, store.address, say=lambda _: None)
    assert (await store.contents())["family_member"] == before["family_member"]
    assert await fill(store.engine, datetime.now(UTC)) == 1
    assert await store.contents() == before
    assert await counted(store) == (6, 3)


async def test_a_rebuild_counts_the_same(store: Store) -> None:
    for number in (3, 1, 2):
        await store.project(copy(number))
    await store.project(told(5, "Herald", OWN[0]))
    before = await store.contents()
    report = await Rebuild(store.address, store.log, group=store.group).run()
    assert report.swapped
    after = await store.contents()
    for table in ("place", "control_step", "family_member"):
        assert after[table] == before[table], table


def _record(message: Extraction, offset: int) -> Record:
    return Record(
        EXTRACTIONS.name, 0, offset, message.article_id.encode(), encode(message), (), datetime(2024, 9, 13, tzinfo=UTC)
    )
