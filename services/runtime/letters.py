"""The dead letters of a log as an operator sees them: what failed where and why, and what was done about it since."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from services.contracts.cloudevents import header
from services.contracts.messages import DeadLetter, Operation, Origin
from services.contracts.topics import DEAD_LETTER_STAGES, dead_letters
from services.runtime.dead_letters import (
    LEFT_AT_ORIGIN,
    READ_AT,
    NotADeadLetterError,
    letter_id,
    reason_of,
)
from services.runtime.log.port import Log, Position, Record, TopicPartition
from services.runtime.log.whole import read_topic
from services.runtime.operations import ordered

State = Literal["open", "retried", "dropped", "superseded"]
STATES: Final[tuple[State, ...]] = ("open", "retried", "dropped", "superseded")
UNREADABLE: Final = "unreadable"
"""Reason of a record among the dead letters that lacks the headers of one."""
_DONE: Final[dict[str, State]] = {"retry": "retried", "drop": "dropped", "supersede": "superseded"}
DEALT_WITH: Final = frozenset(_DONE)
"""Actions of operations after which a letter is no longer open."""
_SUBJECT: Final = "dead-letters/"


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter, without its value: there may be many. `size` is the value's, None for a tombstone."""

    id: str
    topic: str
    partition: int
    offset: int
    key: bytes
    size: int | None
    elsewhere: bool
    """Its value did not fit and is in the record of origin."""
    about: DeadLetter
    read_at: int
    """Offset of the very record that failed; `about.origin` is where that stood first."""
    done: Operation | None = None

    @property
    def subject(self) -> str:
        """What operations call it."""
        return subject_of(self.id)

    @property
    def state(self) -> State:
        return _DONE[self.done.action] if self.done else "open"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters: all that meet everything that is set. Times are those of the last failure."""

    ids: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    states: frozenset[State] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, letter: Letter) -> bool:
        """Whether `letter` is one of them."""
        at = failed_at(letter)
        return (
            (not self.ids or letter.id in self.ids)
            and (not self.stages or letter.about.stage in self.stages)
            and (not self.reasons or letter.about.reason in self.reasons)
            and (not self.states or letter.state in self.states)
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
        )


def subject_of(identifier: str) -> str:
    """What operations call the dead letter `identifier`."""
    return _SUBJECT + identifier


def letter_at(subject: str) -> Position | None:
    """Where the dead letter stands that operations call `subject`; None where they mean something else."""
    try:
        stage, partition, offset = subject.removeprefix(_SUBJECT).split("/")
        found = Position(dead_letters(stage).name, int(partition), int(offset))
    except ValueError:
        return None
    return found if subject.startswith(_SUBJECT) else None


def failed_at(letter: Letter) -> datetime:
    """When it failed last, in UTC; the earliest time there is where that cannot be read."""
    try:
        return datetime.fromisoformat(letter.about.last_failed_at).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


async def read_letters(log: Log, wanted: Wanted) -> AsyncIterator[Letter]:
    """Yield the dead letters that are `wanted`, stage after stage, the oldest first. Raises LogUnavailableError."""
    done = {one.subject: one async for one in ordered(log) if one.action in _DONE}
    stages = wanted.stages or {i.partition("/")[0] for i in wanted.ids} or set(DEAD_LETTER_STAGES)
    for stage in sorted(stages & set(DEAD_LETTER_STAGES)):
        async for record in read_topic(log, dead_letters(stage).name):
            letter = letter_of(record, done.get(subject_of(letter_id(record))))
            if wanted.takes(letter):
                yield letter


def letter_of(record: Record, done: Operation | None = None) -> Letter:
    """Return `record` of a dead-letter topic as a letter."""
    about = _about(record)
    read_at = header(record.headers, READ_AT) or ""
    return Letter(
        id=letter_id(record),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key or b"",
        size=None if record.value is None else len(record.value),
        elsewhere=any(name == LEFT_AT_ORIGIN for name, _ in record.headers),
        about=about,
        read_at=int(read_at) if read_at.isdecimal() else about.origin.offset,
        done=done,
    )


async def record_of(log: Log, letter: Letter) -> Record:
    """Read the record of `letter` again, headers and value. Raises LogUnavailableError."""
    return await _at(log, letter.topic, letter.partition, letter.offset)


async def value_of(log: Log, letter: Letter, record: Record) -> bytes | None:
    """The original's value, None for a tombstone. Raises LookupError where it is nowhere any more."""
    if not letter.elsewhere:
        return record.value
    origin = letter.about.origin
    found = await _at(log, origin.topic, origin.partition, origin.offset)
    if (found.key or b"") != letter.key:
        raise LookupError(f"{origin.topic}/{origin.partition}/{origin.offset} is not the record of {letter.id}")
    return found.value


def counts(letters: Iterable[Letter]) -> dict[tuple[str, str, State], int]:
    """How many letters there are of each stage, reason and state."""
    found: dict[tuple[str, str, State], int] = {}
    for letter in letters:
        group = (letter.about.stage, letter.about.reason, letter.state)
        found[group] = found.get(group, 0) + 1
    return found


def _about(record: Record) -> DeadLetter:
    try:
        return reason_of(record.headers)
    except NotADeadLetterError as error:
        at = record.timestamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return DeadLetter(
            reason=UNREADABLE,
            stage=letter_id(record).partition("/")[0],
            error=str(error),
            version="",
            origin=Origin(topic=record.topic, partition=record.partition, offset=record.offset),
            first_failed_at=at,
            last_failed_at=at,
        )


async def _at(log: Log, topic: str, partition: int, offset: int) -> Record:
    found = await log.read(TopicPartition(topic, partition), offset, 1)
    if not found or found[0].offset != offset:
        raise LookupError(f"{topic}/{partition}/{offset} is not in the log any more")
    return found[0]
