"""The topics as data."""

import msgspec

from services.contracts import topics


def test_names_are_unique_prefixed_and_valid_for_kafka() -> None:
    names = [topic.name for topic in topics.TOPICS]
    assert len(names) == len(set(names))
    assert all(name.startswith("frontlog.") and len(name) <= 249 for name in names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz.-") for name in names)


def test_what_is_truth_is_kept_for_ever_and_what_is_derived_is_compacted() -> None:
    for topic in (topics.ARTICLES, topics.OPERATIONS, topics.dead_letters("store")):
        assert topic.config["cleanup.policy"] == "delete"
        assert topic.config["retention.ms"] == topic.config["retention.bytes"] == "-1"
    for topic in (topics.EXTRACTIONS, topics.EVENTS, topics.CONTROL):
        assert topic.config["cleanup.policy"] == "compact"
        assert "retention.ms" not in topic.config


def test_readers_who_are_slow_miss_no_change_for_a_week_and_no_withdrawal_for_a_month() -> None:
    for topic in topics.TOPICS:
        days = {
            name: int(topic.config.get(name, 0)) / 86_400_000
            for name in ("min.compaction.lag.ms", "delete.retention.ms")
        }
        compacted = topic.cleanup == "compact"
        assert list(days.values()) == ([7, 30] if compacted else [0, 0]), topic.name


def test_every_key_is_a_field_of_the_value() -> None:
    for topic in topics.TOPICS:
        if topic.value is not None:
            assert topic.key in {field.encode_name for field in msgspec.structs.fields(topic.value)}


def test_event_types_are_versioned_and_unique() -> None:
    types = [topic.ce_type for topic in topics.TOPICS if topic.ce_type]
    assert len(types) == len(set(types)) == 5
    assert all(name.startswith("org.frontlog.") and name.endswith(".v1") for name in types)


def test_each_stage_has_its_dead_letters() -> None:
    names = {topic.name for topic in topics.TOPICS}
    assert {topics.dead_letters(stage).name for stage in topics.DEAD_LETTER_STAGES} <= names
