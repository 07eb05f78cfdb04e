"""What is known of the dead letters: those that are open, and those that failed today, each once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.contracts.messages import Operation
from services.contracts.topics import ARTICLES
from services.runtime import metrics
from services.runtime.clock import now
from services.runtime.dead_letters import dead_letter
from services.runtime.letters import letter_at, subject_of
from services.runtime.log.port import Outgoing, Position, Record
from services.runtime.operations import order
from services.store.api.queries.status import status
from services.store.api.views import Failed
from services.store.projector.letters import follow, open_by_reason
from tests.integration.store.conftest import Store


def letter(offset: int, reason: str) -> Outgoing:
    record = Record(ARTICLES.name, 0, offset, b"key", b"{", (), datetime.now(UTC))
    return dead_letter(record, stage="extract", reason=reason, error="no", version="1")


async def opened(store: Store) -> dict[tuple[str, str], int]:
    await follow(store.engine, store.log)
    async with store.engine.connect() as connection:
        return await open_by_reason(connection)


async def test_a_letter_is_open_until_it_is_dealt_with(store: Store) -> None:
    at = await store.log.publish([letter(1, "schema"), letter(2, "schema"), letter(3, "timeout")])
    assert await opened(store) == {("extract", "schema"): 2, ("extract", "timeout"): 1}
    assert metrics.OPEN_LETTERS.labels("extract", "schema")._value.get() == 2
    said = [f"extract/{p.partition}/{p.offset}" for p in at]
    for name, action in ((said[0], "drop"), (said[2], "retry")):
        await order(store.log, [Operation(action=action, subject=subject_of(name), at=now(), by="test")])
    assert await opened(store) == {("extract", "schema"): 1}
    assert ("extract", "timeout") not in metrics.OPEN_LETTERS._metrics, "none is open any more"
    async with store.engine.connect() as connection:
        found = await status(connection)
    assert found.dead_letters == 1
    assert found.dead_letters_by_stage == {"extract": 1, "store": 0}
    assert found.failed_today == [
        Failed(stage="extract", reason="schema", count=2, open=1),
        Failed(stage="extract", reason="timeout", count=1, open=0),
    ]


async def test_what_failed_earlier_is_not_of_today(store: Store) -> None:
    await store.log.publish([letter(1, "schema")])
    await follow(store.engine, store.log)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await store.execute("update dead_letter set failed_at = :at", at=yesterday)
    async with store.engine.connect() as connection:
        found = await status(connection)
    assert (found.failed_today, found.dead_letters) == ([], 1)


async def test_several_projectors_count_each_letter_once(store: Store) -> None:
    await store.log.publish([letter(number, "schema") for number in range(30)])
    await asyncio.gather(*(follow(store.engine, store.log) for _ in range(4)))
    assert await opened(store) == {("extract", "schema"): 30}


async def test_headers_that_nobody_can_read_are_counted_as_well(store: Store) -> None:
    good = letter(1, "schema")
    bad = (("frontlog-reason", b"a\x00b" * 100),)
    await store.log.publish(
        [Outgoing(good.topic, b"k", b"v", ()), Outgoing(good.topic, b"k", b"v", good.headers + bad)]
    )
    found = await opened(store)
    assert sum(found.values()) == 2
    assert found["extract", "unreadable"] == 1


@pytest.mark.parametrize("subject", ["flood-stop/extract", "dead-letters/extract", "dead-letters/extract/x/1", ""])
def test_operations_on_something_else_are_about_no_letter(subject: str) -> None:
    assert letter_at(subject) is None


def test_an_operation_names_its_letter() -> None:
    assert letter_at(subject_of("store/2/17")) == Position("frontlog.dead-letters.store", 2, 17)
