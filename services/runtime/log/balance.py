"""Who of a consumer group reads which partitions: decided by every member alike, from what the group's table says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.runtime.log.port import TopicPartition


@dataclass(frozen=True, slots=True)
class Step:
    """What one member does next: partitions to give back, and free ones to take."""

    release: frozenset[TopicPartition]
    claim: frozenset[TopicPartition]


def next_step(member: str, topics: Mapping[str, Iterable[str]], owners: Mapping[TopicPartition, str | None]) -> Step:
    """Return the step of `member` towards an even share of each topic.

    `topics` are the subscriptions of all living members (member -> topics); `owners` says who holds each partition,
    None for nobody. Partitions move only where they must: a member keeps what it holds up to its share, and takes
    nothing that another still holds, so that no partition ever has two readers. When every member takes its steps,
    shares differ by at most one partition in each topic.
    """
    release: set[TopicPartition] = set()
    claim: set[TopicPartition] = set()
    held_in_all = {m: sum(owner == m for owner in owners.values()) for m in topics}
    for topic in sorted(set(topics[member])):
        partitions = sorted(p for p in owners if p.topic == topic)
        held = {m: [p for p in partitions if owners[p] == m] for m, wanted in topics.items() if topic in set(wanted)}
        # The odd partitions go to those who hold the most of the topic already, then to those with the least else.
        ranking = sorted(held, key=lambda m: (-len(held[m]), held_in_all[m] - len(held[m]), m))
        share, odd = divmod(len(partitions), len(ranking))
        quota = share + (ranking.index(member) < odd)
        mine = held[member]
        release.update(mine[quota:])
        free = [p for p in partitions if owners[p] is None]
        claim.update(free[: max(0, quota - len(mine))])
    return Step(frozenset(release), frozenset(claim))
