"""Dead letters put back and dropped, on both homes of the log: as they were, once, and never over something newer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from services.contracts.messages import Origin
from services.contracts.topics import ARTICLES, EXTRACTIONS, dead_letters
from services.runtime import putting_back
from services.runtime.dead_letters import dead_letter, original_headers, position_of, without_value
from services.runtime.letters import Letter, Wanted, failed_at, read_letters
from services.runtime.log.port import Log, Outgoing, Position, Record, TopicPartition
from services.runtime.log.whole import read_topic
from services.runtime.putting_back import Outcome, drop, retry
from tests.integration.conftest import Place

HEADERS = (("ce_id", b"1"), ("twice", b"a"), ("twice", b"\xff"))


async def published(place: Place, *records: Outgoing) -> list[Record]:
    """Publish, and read back as a stage does."""
    found = []
    for at in await place.log.publish(records):
        (record,) = await place.log.read(TopicPartition(at.topic, at.partition), at.offset, 1)
        found.append(record)
    return found


async def buried(place: Place, name: str, value: bytes | None = b"{", topic: str = ARTICLES.name) -> Record:
    """Publish a record that cannot be processed, and its dead letter; return the record."""
    (record,) = await published(place, Outgoing(topic, place.key(name), value, HEADERS))
    stage = "extract" if topic == ARTICLES.name else "store"
    await place.log.publish([dead_letter(record, stage=stage, reason="not_json", error="no", version="1")])
    return record


async def letters(place: Place, name: str | None = None, **wanted: Any) -> list[Letter]:
    """This test's letters."""
    found = [letter async for letter in read_letters(place.log, Wanted(**wanted))]
    start = place.key(name or "")
    return [letter for letter in found if letter.key.startswith(start)]


async def in_topic(place: Place, name: str, topic: str = ARTICLES.name) -> list[Record]:
    return [r async for r in read_topic(place.log, topic) if r.key == place.key(name)]


async def all_of(outcomes: Any) -> list[Outcome]:
    return [one async for one in outcomes]


def became(outcomes: Sequence[Outcome]) -> list[str]:
    return [one.became for one in outcomes]


async def test_a_letter_is_put_back_as_it_was_and_only_once(place: Place) -> None:
    original = await buried(place, "a", b"\xff{")
    (letter,) = await letters(place)
    assert (letter.state, letter.size, letter.about.reason) == ("open", 2, "not_json")
    assert became(await all_of(retry(place.log, [letter], by="olena", why="mended"))) == ["retried"]
    first, again = await in_topic(place, "a")
    assert (again.key, again.value, original_headers(again.headers)) == (first.key, b"\xff{", HEADERS)
    assert position_of(again) == position_of(original) == letter.about.origin
    (letter,) = await letters(place)
    assert letter.state == "retried"
    assert letter.done is not None
    assert (letter.done.by, letter.done.why) == ("olena", "mended")
    assert became(await all_of(retry(place.log, [letter]))) == ["already"]
    assert len(await in_topic(place, "a")) == 2


async def test_what_fails_again_is_a_new_letter_that_knows_of_the_first(place: Place) -> None:
    original = await buried(place, "a")
    await all_of(retry(place.log, await letters(place)))
    again = (await in_topic(place, "a"))[-1]
    await place.log.publish([dead_letter(again, stage="extract", reason="timeout", error="slow", version="1")])
    old, new = await letters(place)
    assert (old.state, new.state, new.about.attempts) == ("retried", "open", 2)
    assert new.about.origin == Origin(topic=original.topic, partition=original.partition, offset=original.offset)
    assert new.about.first_failed_at == old.about.first_failed_at
    assert became(await all_of(retry(place.log, [new]))) == ["retried"]
    assert len(await in_topic(place, "a")) == 3


async def test_a_letter_that_a_later_record_has_superseded_is_left_alone(place: Place) -> None:
    await buried(place, "a", topic=EXTRACTIONS.name)
    await place.log.publish([Outgoing(EXTRACTIONS.name, place.key("a"), b"newer")])
    outcomes = await all_of(retry(place.log, await letters(place)))
    assert became(outcomes) == ["superseded"]
    assert [r.value for r in await in_topic(place, "a", EXTRACTIONS.name)] == [b"{", b"newer"]
    assert [letter.state for letter in await letters(place)] == ["superseded"]


class Interfering:
    """A log in which somebody else publishes `first` just before the first record is put back."""

    def __init__(self, log: Log, first: Outgoing) -> None:
        self._log = log
        self._first: Outgoing | None = first

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def publish(self, records: Sequence[Outgoing]) -> list[Position]:
        first, self._first = self._first, None
        if first is not None:
            await self._log.publish([first])
        return await self._log.publish(records)


async def test_a_record_that_slips_in_meanwhile_ends_up_last(place: Place) -> None:
    await buried(place, "a", topic=EXTRACTIONS.name)
    newer = Outgoing(EXTRACTIONS.name, place.key("a"), b"newer", HEADERS)
    interfering: Any = Interfering(place.log, newer)
    assert became(await all_of(retry(interfering, await letters(place)))) == ["retried"]
    found = await in_topic(place, "a", EXTRACTIONS.name)
    assert [r.value for r in found] == [b"{", b"newer", b"{", b"newer"]
    assert position_of(found[3]) == position_of(found[1])
    assert original_headers(found[3].headers) == HEADERS


@pytest.mark.parametrize("together", [True, False])
async def test_a_record_that_failed_in_two_stages_is_put_back_once(place: Place, together: bool) -> None:
    record = await buried(place, "a")
    await place.log.publish([dead_letter(record, stage="store", reason="not_json", error="no", version="1")])
    both = await letters(place)
    if together:
        assert became(await all_of(retry(place.log, both))) == ["retried", "retried"]
    else:
        assert became(await all_of(retry(place.log, both[:1]))) == ["retried"]
        assert became(await all_of(retry(place.log, both[1:]))) == ["already"]
    assert len(await in_topic(place, "a")) == 2
    assert {letter.state for letter in await letters(place)} == {"retried"}
    again = (await in_topic(place, "a"))[-1]
    await place.log.publish([dead_letter(again, stage="store", reason="not_json", error="no", version="1")])
    assert became(await all_of(retry(place.log, await letters(place, states=frozenset({"open"}))))) == ["retried"]
    assert len(await in_topic(place, "a")) == 3


async def test_an_interrupted_retry_is_not_done_twice(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        await buried(place, "a")

    async def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(putting_back, "order", dies)
    with pytest.raises(KeyboardInterrupt):
        await all_of(retry(place.log, await letters(place)))
    monkeypatch.undo()
    assert {letter.state for letter in await letters(place)} == {"open"}
    assert sorted(became(await all_of(retry(place.log, await letters(place))))) == ["already", "superseded"]
    assert len(await in_topic(place, "a")) == 3
    assert sorted(letter.state for letter in await letters(place)) == ["retried", "superseded"]


async def test_a_value_that_was_left_at_its_origin_is_fetched_there(place: Place) -> None:
    (record,) = await published(place, Outgoing(ARTICLES.name, place.key("a"), b"very long", HEADERS))
    letter = dead_letter(record, stage="extract", reason="too_large", error="no", version="1")
    await place.log.publish([without_value(letter)])
    assert became(await all_of(retry(place.log, await letters(place)))) == ["retried"]
    assert [r.value for r in await in_topic(place, "a")] == [b"very long", b"very long"]


async def test_a_tombstone_is_put_back_as_one(place: Place) -> None:
    await buried(place, "a", None, EXTRACTIONS.name)
    assert became(await all_of(retry(place.log, await letters(place)))) == ["retried"]
    assert [r.value for r in await in_topic(place, "a", EXTRACTIONS.name)] == [None, None]


async def test_a_dropped_letter_stays_and_is_not_put_back(place: Place) -> None:
    await buried(place, "a")
    assert became(await all_of(drop(place.log, await letters(place), by="olena", why="a test"))) == ["dropped"]
    found = await letters(place)
    assert [(one.state, one.done and one.done.why) for one in found] == [("dropped", "a test")]
    assert became(await all_of(retry(place.log, found))) == ["already"]
    assert became(await all_of(drop(place.log, found))) == ["already"]
    assert len(await in_topic(place, "a")) == 1
    assert [one.id for one in await letters(place, states=frozenset({"open"}))] == []


async def test_what_is_no_dead_letter_is_listed_and_cannot_be_put_back(place: Place) -> None:
    await place.log.publish([Outgoing(dead_letters("extract").name, place.key("a"), b"?", HEADERS)])
    (letter,) = await letters(place)
    assert letter.about.reason == "unreadable"
    assert became(await all_of(retry(place.log, [letter]))) == ["impossible"]
    (record,) = await published(place, Outgoing(ARTICLES.name, place.key("b"), b"?"))
    stray = dead_letter(replace(record, topic="elsewhere"), stage="extract", reason="x", error="", version="")
    await place.log.publish([stray])
    (letter,) = await letters(place, "b")
    assert became(await all_of(retry(place.log, [letter]))) == ["impossible"]


async def test_letters_are_found_by_stage_reason_and_time(place: Place) -> None:
    await buried(place, "a")
    await buried(place, "b", topic=EXTRACTIONS.name)
    both = await letters(place)
    assert {one.about.stage for one in both} == {"extract", "store"}
    (mine,) = await letters(place, stages=frozenset({"store"}))
    assert mine.key == place.key("b")
    assert await letters(place, reasons=frozenset({"timeout"})) == []
    assert await letters(place, until=min(map(failed_at, both))) == []
    assert len(await letters(place, since=min(map(failed_at, both)))) == 2
