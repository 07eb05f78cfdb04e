"""The log as the comparison reads it: by librdkafka, or by SQL, and not by the services' own log port."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import psycopg
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from services.runtime.log.partitioner import partition_of

PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Read:
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str]


class Topics(Protocol):
    """What the faults and the comparison need of a log."""

    def records(self, topic: str) -> list[Read]: ...

    def ends(self, topic: str) -> dict[int, int]: ...

    def committed(self, group: str, topic: str) -> dict[int, int]: ...

    def rewind(self, group: str, topic: str, partitions: Sequence[int]) -> None:
        """Set the group back to the start of these partitions. The group must have no members."""
        ...

    def publish(self, topic: str, key: bytes, value: bytes | None) -> None: ...


class KafkaTopics:
    def __init__(self, bootstrap: str) -> None:
        self._options: dict[str, Any] = {"bootstrap.servers": bootstrap}

    def records(self, topic: str) -> list[Read]:
        consumer = self._consumer("chaos-reader")
        try:
            ends = self._ends(consumer, topic)
            consumer.assign([TopicPartition(topic, p, 0) for p in ends])
            missing = {p for p, end in ends.items() if end > 0}
            found: list[Read] = []
            while missing:
                message = consumer.poll(PATIENCE)
                if message is None or message.error() is not None:
                    raise RuntimeError(f"{topic} cannot be read: {message and message.error()}")
                headers = {name: (value or b"").decode() for name, value in message.headers() or []}
                found.append(Read(message.partition(), message.offset(), message.key(), message.value(), headers))
                if message.offset() + 1 >= ends[message.partition()]:
                    missing.discard(message.partition())
            return found
        finally:
            consumer.close()

    def ends(self, topic: str) -> dict[int, int]:
        consumer = self._consumer("chaos-reader")
        try:
            return self._ends(consumer, topic)
        finally:
            consumer.close()

    def committed(self, group: str, topic: str) -> dict[int, int]:
        consumer = self._consumer(group)
        try:
            asked = [TopicPartition(topic, p) for p in self._ends(consumer, topic)]
            return {p.partition: max(p.offset, 0) for p in consumer.committed(asked, timeout=20)}
        finally:
            consumer.close()

    def rewind(self, group: str, topic: str, partitions: Sequence[int]) -> None:
        wanted = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, p, 0) for p in partitions])
        # Kept by name: what it was asked dies with it.
        admin = AdminClient(self._options)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                # Refused until the last member has gone.
                admin.alter_consumer_group_offsets([wanted])[group].result(20)
                return
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def publish(self, topic: str, key: bytes, value: bytes | None) -> None:
        producer = Producer({**self._options, "partitioner": "murmur2_random", "acks": "all"})
        failures: list[Any] = []
        producer.produce(topic, value, key, on_delivery=lambda error, _: failures.append(error) if error else None)
        if producer.flush(PATIENCE) or failures:
            raise RuntimeError(f"{topic} takes no record: {failures}")

    def _consumer(self, group: str) -> Consumer:
        return Consumer({**self._options, "group.id": group, "enable.auto.commit": False})

    @staticmethod
    def _ends(consumer: Consumer, topic: str) -> dict[int, int]:
        partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
        return {p: consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=20)[1] for p in partitions}


class PostgresTopics:
    def __init__(self, address: str) -> None:
        self._address = address

    def records(self, topic: str) -> list[Read]:
        rows = self._run(
            'select partition, "offset", key, value, header_names, header_values from frontlog_log.records '
            'where topic = %s order by partition, "offset"',
            topic,
        )
        return [
            Read(p, o, k, v, {n: bytes(x).decode() for n, x in zip(names, values, strict=True)})
            for p, o, k, v, names, values in rows
        ]

    def ends(self, topic: str) -> dict[int, int]:
        return dict(self._run("select partition, next_offset from frontlog_log.partitions where topic = %s", topic))

    def committed(self, group: str, topic: str) -> dict[int, int]:
        query = (
            'select partition, coalesce(committed, 0) from frontlog_log.group_partitions where "group" = %s '
            "and topic = %s"
        )
        return dict(self._run(query, group, topic))

    def rewind(self, group: str, topic: str, partitions: Sequence[int]) -> None:
        with psycopg.connect(self._address) as connection:
            connection.execute(
                'update frontlog_log.group_partitions set committed = 0 where "group" = %s and topic = %s '
                "and partition = any(%s)",
                (group, topic, list(partitions)),
            )

    def publish(self, topic: str, key: bytes, value: bytes | None) -> None:
        with psycopg.connect(self._address) as connection:
            partition = partition_of(key, len(self.ends(topic)))
            row = connection.execute(
                "update frontlog_log.partitions set next_offset = next_offset + 1 where topic = %s and partition = %s "
                "returning next_offset - 1",
                (topic, partition),
            ).fetchone()
            assert row is not None
            connection.execute(
                'insert into frontlog_log.records (topic, partition, "offset", size, "timestamp", key, value, '
                "header_names, header_values) values (%s, %s, %s, %s, clock_timestamp(), %s, %s, '{}', '{}')",
                (topic, partition, row[0], len(key) + len(value or b""), key, value),
            )

    def _run(self, query: str, *values: Any) -> list[Any]:
        with psycopg.connect(self._address) as connection:
            return connection.execute(query, values).fetchall()
