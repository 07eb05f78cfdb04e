"""Sharing partitions out: whatever happens to the members, shares become even and no partition has two readers."""

from hypothesis import given
from hypothesis import strategies as st

from services.runtime.log.balance import next_step
from services.runtime.log.port import TopicPartition

TOPICS = {"a": 6, "b": 3}
PARTITIONS = [TopicPartition(topic, i) for topic, count in TOPICS.items() for i in range(count)]

members = st.lists(st.sampled_from("mnopqr"), min_size=1, max_size=6, unique=True)


def settle(subscriptions: dict[str, list[str]], owners: dict[TopicPartition, str | None]) -> int:
    """Let the members take their steps until none has any left; return the number of rounds."""
    for rounds in range(20):
        moved = False
        for member in subscriptions:
            step = next_step(member, subscriptions, owners)
            assert all(owners[p] == member for p in step.release)
            assert all(owners[p] is None for p in step.claim)
            moved |= bool(step.release or step.claim)
            owners.update(dict.fromkeys(step.release))
            owners.update(dict.fromkeys(step.claim, member))
        if not moved:
            return rounds
    raise AssertionError("the members never agree")


@given(members, st.lists(st.sampled_from([None, *"mnopqr"]), min_size=9, max_size=9))
def test_any_state_becomes_an_even_one(living: list[str], held: list[str | None]) -> None:
    owners = {p: (h if h in living else None) for p, h in zip(PARTITIONS, held, strict=True)}
    settle({m: ["a", "b"] for m in living}, owners)
    for topic in TOPICS:
        shares = [sum(o == m and p.topic == topic for p, o in owners.items()) for m in living]
        assert sum(shares) == TOPICS[topic]
        assert max(shares) - min(shares) <= 1


@given(members, st.data())
def test_only_what_must_move_moves(living: list[str], data: st.DataObject) -> None:
    owners: dict[TopicPartition, str | None] = dict.fromkeys(p for p in PARTITIONS if p.topic == "a")
    settle({m: ["a"] for m in living}, owners)
    before = dict(owners)
    leaving = data.draw(st.sampled_from(living))
    staying = [m for m in living if m != leaving]
    for partition, owner in owners.items():
        if owner == leaving:
            owners[partition] = None
    if staying:
        settle({m: ["a"] for m in staying}, owners)
        assert all(owners[p] == before[p] for p in owners if before[p] != leaving)


def test_a_member_is_given_only_what_it_subscribed_to() -> None:
    owners: dict[TopicPartition, str | None] = dict.fromkeys(PARTITIONS)
    settle({"m": ["a"], "n": ["a", "b"]}, owners)
    assert all(owners[p] == "n" for p in PARTITIONS if p.topic == "b")


def test_more_members_than_partitions_leave_some_without() -> None:
    owners: dict[TopicPartition, str | None] = dict.fromkeys(p for p in PARTITIONS if p.topic == "b")
    settle({m: ["b"] for m in "mnopq"}, owners)
    assert len(set(owners.values())) == 3
