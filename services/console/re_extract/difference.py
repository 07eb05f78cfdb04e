"""What one extraction has that another of the same article has not (pure): events gained, lost, altered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from services.contracts.messages import Event, Extraction, Mention

Kind = Literal["gained", "lost", "altered"]
KINDS: Final[tuple[Kind, ...]] = ("gained", "lost", "altered")
_NOT_COMPARED: Final = frozenset({"event_id", "article_id", "revision", "published_at", "publisher", "url"})
"""What an event has from its article, and the id, which follows from the rest."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event that is not what it was. `fields` are those that differ, for an altered one."""

    kind: Kind
    old: Event | None
    new: Event | None
    fields: tuple[str, ...] = ()

    @property
    def event(self) -> Event:
        """The event as it will be or, where it is lost, as it was."""
        found = self.new or self.old
        assert found is not None
        return found


@dataclass(slots=True)
class Tally:
    """Changes by kind and type over many articles, with a few of each to look at."""

    samples: int = 3
    articles: int = 0
    changed: int = 0
    same: int = 0
    counts: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    shown: dict[tuple[Kind, str], list[Change]] = field(default_factory=dict)

    def add(self, changes: Sequence[Change], same: int) -> None:
        """Count one article: its `changes`, and how many of its events stay the same."""
        self.articles += 1
        self.changed += bool(changes)
        self.same += same
        for change in changes:
            group = (change.kind, change.event.type)
            self.counts[group] += 1
            self.fields.update(change.fields)
            kept = self.shown.setdefault(group, [])
            if len(kept) < self.samples:
                kept.append(change)

    @property
    def types(self) -> list[str]:
        return sorted({event_type for _, event_type in self.counts})


def changes(old: Extraction | None, new: Extraction) -> tuple[list[Change], int]:
    """Return what is different in `new`, and how many events are the same.

    Events are paired by their id. An id follows from what tells an event apart (type, actor, place, modality, time),
    so that one whose place is read better now has another: where a lost and a gained event of one type rest on the
    same words of the text, that is one altered event.
    """
    before = {event.event_id: event for event in old.events} if old else {}
    after = {event.event_id: event for event in new.events}
    found: list[Change] = []
    same = 0
    for event_id in before.keys() & after.keys():
        fields = differing(before[event_id], after[event_id])
        if fields:
            found.append(Change("altered", before[event_id], after[event_id], fields))
        else:
            same += 1
    gained = [event for event_id, event in after.items() if event_id not in before]
    for lost in (event for event_id, event in before.items() if event_id not in after):
        twin = next((event for event in gained if event.type == lost.type and _overlap(event, lost)), None)
        if twin is None:
            found.append(Change("lost", lost, None))
        else:
            gained.remove(twin)
            found.append(Change("altered", lost, twin, differing(lost, twin)))
    found += [Change("gained", None, event) for event in gained]
    return sorted(found, key=lambda change: (change.kind, change.event.type, change.event.event_id)), same


def differing(old: Event, new: Event) -> tuple[str, ...]:
    """Names of the fields in which two events differ, in the order of the message."""
    names = [name for name in Event.__struct_fields__ if name not in _NOT_COMPARED]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def plain(change: Change, article_id: str) -> dict[str, object]:
    """The change as JSON values, for a report."""
    return {
        "article_id": article_id,
        "change": change.kind,
        "type": change.event.type,
        "fields": list(change.fields),
        "old": msgspec.to_builtins(change.old),
        "new": msgspec.to_builtins(change.new),
    }


def _overlap(one: Event, other: Event) -> bool:
    return any(_touch(a.start, a.end, b.start, b.end) for a, b in _pairs(one, other))


def _pairs(one: Event, other: Event) -> Iterable[tuple[Mention, Mention]]:
    return ((a, b) for a in one.mentions for b in other.mentions if a.field == b.field)


def _touch(start: int, end: int, other_start: int, other_end: int) -> bool:
    return start < other_end and other_start < end
