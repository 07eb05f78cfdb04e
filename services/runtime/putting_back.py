"""Dead letters back into the topic where they failed, and dropped: what `frontlog dead-letters retry` and `drop` do.

A record goes back under its own key, with the position that it first had in a header (`dead_letters.position_of`), so
that the stages take it for what it was. Two things could still go wrong, and are looked for in the topic itself:

- A later record of the key has come meanwhile. The old one is superseded, and in a compacted topic, or one that feeds
  a compacted topic, putting it behind the newer one would in time remove that. So it stays where it is.
- It was put back already: an earlier attempt ended before that was written down, or another stage failed on the same
  record and has a letter of its own, which was put back. Then every stage has read it again, and it is not published
  once more.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal

from services.contracts.cloudevents import header
from services.contracts.messages import Operation
from services.contracts.topics import TOPICS
from services.runtime.clock import now
from services.runtime.dead_letters import LETTER, RETRY_OF, original_headers, position_of, put_back
from services.runtime.letters import UNREADABLE, Letter, record_of, value_of
from services.runtime.log.port import Log, Outgoing, Record, RecordTooLargeError
from services.runtime.log.whole import read_topic
from services.runtime.operations import order

BATCH: Final = 500
TWINS: Final = 8
"""Letters of one record that stand together are looked for among so many: there are no more stages."""
Became = Literal["retried", "dropped", "superseded", "already", "impossible"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter. `detail` says why, or where it stands now."""

    letter: Letter
    became: Became
    detail: str = ""


@dataclass(slots=True)
class _Later:
    """What the topic holds of one key behind a letter's position."""

    superseding: Record | None = None
    put_back: Record | None = None
    """The record itself, put back since it failed."""


async def retry(
    log: Log, letters: Sequence[Letter], *, by: str | None = None, why: str | None = None
) -> AsyncIterator[Outcome]:
    """Put each of `letters` back where it failed, and yield what became of it, in no particular order.

    Done with a letter, it is written down before its outcome is given. Doing all of it again is harmless at any point.
    Raises LogUnavailableError.
    """
    due: list[Letter] = []
    for letter in letters:
        if letter.done is not None:
            yield Outcome(letter, "already", f"{letter.state} {letter.done.at}")
        elif letter.about.reason == UNREADABLE or letter.about.origin.topic not in {t.name for t in TOPICS}:
            yield Outcome(letter, "impossible", f"it does not tell where it is from: {letter.about.error}")
        else:
            due.append(letter)
    due.sort(key=lambda one: (one.about.origin.topic, one.about.origin.partition, one.about.origin.offset, one.offset))
    for (topic, partition), group in groupby(due, lambda one: (one.about.origin.topic, one.about.origin.partition)):
        mine = list(group)
        later, ends = await _behind(log, topic, partition, mine)
        for start in range(0, len(mine), BATCH):
            outcomes: list[Outcome] = []
            for letter in mine[start : start + BATCH]:
                twin = next((o for o in outcomes[-TWINS:] if o.letter.about.origin == letter.about.origin), None)
                outcomes.append(
                    replace(twin, letter=letter)
                    if twin is not None and twin.became == "retried"
                    else await _one(log, letter, later[letter.id])
                )
            await _reorder(log, topic, ends, [o.letter for o in outcomes if o.became == "retried"])
            await order(log, [_done(o, by, why) for o in outcomes if o.became != "impossible"])
            for outcome in outcomes:
                yield outcome


async def drop(
    log: Log, letters: Sequence[Letter], *, by: str | None = None, why: str | None = None
) -> AsyncIterator[Outcome]:
    """Mark each of `letters` as dropped; the record stays where it is. Raises LogUnavailableError."""
    for start in range(0, len(letters), BATCH):
        batch = letters[start : start + BATCH]
        due = [letter for letter in batch if letter.done is None]
        await order(log, [_operation(letter, "drop", by, why) for letter in due])
        for letter in batch:
            done = letter.done
            yield Outcome(letter, "already", f"{letter.state} {done.at}") if done else Outcome(letter, "dropped")


async def _behind(
    log: Log, topic: str, partition: int, letters: Sequence[Letter]
) -> tuple[dict[str, _Later], dict[int, int]]:
    """What stands behind the position of each letter, by its id; and where the topic ended then."""
    found = {letter.id: _Later() for letter in letters}
    by_key: dict[bytes, list[Letter]] = {}
    for letter in letters:
        by_key.setdefault(letter.key, []).append(letter)
    first = min(letter.about.origin.offset for letter in letters) + 1
    ends = await log.end_offsets(topic)
    # A key keeps its partition; one without a key may have gone to any.
    starts = dict.fromkeys(ends, 0) if b"" in by_key else {partition: first}
    async for record in read_topic(log, topic, starts, ends):
        for letter in by_key.get(record.key or b"", ()):
            _note(found[letter.id], letter, record)
    return found, ends


def _note(later: _Later, letter: Letter, record: Record) -> None:
    origin, position = letter.about.origin, position_of(record)
    same_partition = record.partition == origin.partition
    again = position == origin and same_partition and record.offset > max(letter.read_at, origin.offset)
    if again or header(record.headers, LETTER) == letter.id:
        later.put_back = record
    # Records without a key have nothing to do with each other.
    if letter.key and position.partition == origin.partition and position.offset > origin.offset:
        later.superseding = record


async def _one(log: Log, letter: Letter, later: _Later) -> Outcome:
    if (back := later.put_back) is not None:
        return Outcome(letter, "already", f"put back as {back.topic}/{back.partition}/{back.offset}")
    if later.superseding is not None:
        newer = later.superseding
        return Outcome(letter, "superseded", f"by {newer.topic}/{newer.partition}/{newer.offset}")
    try:
        record = await record_of(log, letter)
        (at,) = await log.publish([put_back(record, await value_of(log, letter, record))])
    except (LookupError, RecordTooLargeError) as error:
        return Outcome(letter, "impossible", str(error))
    return Outcome(letter, "retried", f"as {at.topic}/{at.partition}/{at.offset}")


async def _reorder(log: Log, topic: str, ends: Mapping[int, int], letters: Sequence[Letter]) -> None:
    """Where a later record of a key slipped in since `ends`, before the one put back, put it behind that again."""
    keys = {letter.key for letter in letters if letter.key}
    while keys:
        last: dict[bytes, Record] = {}
        newest: dict[bytes, Record] = {}
        async for record in read_topic(log, topic, ends):
            if record.key is None or record.key not in keys:
                continue
            last[record.key] = record
            if record.key not in newest or _place(record) >= _place(newest[record.key]):
                newest[record.key] = record
        wrong = [record for key, record in newest.items() if _place(last[key]) < _place(record)]
        if not wrong:
            return
        await log.publish([_again(record) for record in wrong])


def _place(record: Record) -> tuple[int, int]:
    position = position_of(record)
    return position.partition, position.offset


def _again(record: Record) -> Outgoing:
    at = position_of(record)
    of = f"{at.topic}/{at.partition}/{at.offset}".encode()
    return Outgoing(record.topic, record.key or b"", record.value, (*original_headers(record.headers), (RETRY_OF, of)))


def _done(outcome: Outcome, by: str | None, why: str | None) -> Operation:
    if outcome.became == "superseded":
        return _operation(outcome.letter, "supersede", by, why or outcome.detail)
    return _operation(outcome.letter, "retry", by, why)


def _operation(
    letter: Letter, action: Literal["retry", "drop", "supersede"], by: str | None, why: str | None
) -> Operation:
    return Operation(subject=letter.subject, action=action, at=now(), by=by, why=why)
