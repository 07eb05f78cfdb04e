"""Thousands of copies of one report, and thousands of reports of one place and day: few rows, in any order the same."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from services.contracts.codec import encode
from services.contracts.messages import Extraction
from services.contracts.topics import EXTRACTIONS
from services.runtime.log.port import Record
from services.store.families import keep as families
from services.store.incidents import crowds
from tests.integration.store.conftest import Store
from tests.support import extractions as make

REPORT = (
    "A missile came down on the grain elevator at the edge of Kupiansk shortly after eight in the morning and set two "
    "of its silos on fire, the regional administration told reporters. Four workers of the night shift were taken to "
    "hospital with burns, and one of them died on the way. Firemen from three districts fought the flames until noon."
)
SENTENCE = "A missile came down on the grain elevator and set two silos on fire."
DERIVED = ("family_member", "article_copy", "fingerprint", "telling", "tie", "incident", "statement", "source")
AT_ONCE = 250
COPIES = 2_000


def copy_of_the_report(number: int) -> Extraction:
    strike = make.event(number, "strike", day="2024-09-10", sentence=SENTENCE)
    return make.extraction(number, strike, text=f"Desk {number} reports. {REPORT}", publisher=f"Outlet {number % 700}")


def records(messages: list[Any], first: int = 0) -> list[Record]:
    now = datetime.now(UTC)
    made = []
    for at, message in enumerate(messages, start=first):
        if isinstance(message, Extraction):
            key, value = message.article_id.encode(), encode(message)
        else:
            key, value = message.key, message.value
        made.append(Record(EXTRACTIONS.name, 0, at, key, value, (), now))
    return made


async def apply(store: Store, messages: list[Any], first: int = 0) -> None:
    some = records(messages, first)
    for at in range(0, len(some), AT_ONCE):
        await store.apply(*some[at : at + AT_ONCE])


async def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {table: await store.rows(f"select x::text from {table} x order by 1") for table in DERIVED}


async def test_thousands_of_copies_are_one_family_and_one_incident_by_few_pairs(store: Store) -> None:
    await apply(store, [copy_of_the_report(number) for number in range(COPIES)])
    assert await store.rows("select count(*), count(distinct family_id) from family_member") == [(COPIES, 1)]
    assert await store.rows("select events, articles from incident") == [(COPIES, COPIES)]
    pairs = await store.rows("select (select count(*) from article_copy) / 2, (select count(*) from tie) / 2")
    assert max(pairs[0]) < 3 * COPIES + families.CROWD * families.CROWD + crowds.CROWD * crowds.CROWD


async def test_a_crowd_is_the_same_in_any_order_and_when_some_of_it_go(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(families, "CROWD", 5)
    monkeypatch.setattr(crowds, "CROWD", 5)
    others = [
        make.extraction(
            100 + number,
            make.event(
                100 + number, "strike", day=f"2024-09-{9 + number % 3:02}", sentence=f"Drones hit depot {number}."
            ),
            text=f"Another matter, number {number}. {REPORT[40 * number :]}",
        )
        for number in range(6)
    ]
    messages = [copy_of_the_report(number) for number in range(14)] + others
    await apply(store, messages)
    whole = await contents(store)
    assert len(whole["article_copy"]) < 14 * 13
    chance = random.Random(7)
    for size in (1, 3):
        await store.forget()
        chance.shuffle(messages)
        made = records(messages)
        for at in range(0, len(made), size):
            await store.apply(*made[at : at + size])
        assert await contents(store) == whole
    # Nine of the fourteen go, the first of them all among these: five are no crowd.
    some = sorted(range(14), key=make.article_id)
    await apply(store, [make.withdrawn(number) for number in some[:9]], first=100)
    left = await contents(store)
    await store.forget()
    await apply(store, [*(copy_of_the_report(number) for number in some[9:]), *others])
    assert await contents(store) == left
