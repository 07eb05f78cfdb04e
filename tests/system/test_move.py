"""A system that began on the Postgres log moves to Kafka, as docs/operations.md tells: it keeps its tables, reads
nothing twice, and goes on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.support.kafka.server import KafkaServer
from tests.system.client import pages, send, wait_extracted
from tests.system.stack import Stack

REPORT = "Russian forces shelled {place} on Monday, the governor said. Report {number}."
PLACES = ("Kharkiv", "Kherson", "Izium", "Lyman", "Kupiansk", "Bakhmut", "Avdiivka", "Robotyne")

pytestmark = [pytest.mark.slow, pytest.mark.kafka, pytest.mark.postgres]


def post(stack: Stack, first: int, last: int) -> None:
    wanted = []
    for number in range(first, last):
        text = REPORT.format(place=PLACES[number % len(PLACES)], number=number)
        answer = send(stack.urls["ingest"], {"text": text, "published_at": "2023-03-01"})
        wanted.append((answer["article_id"], answer["revision"]))
    wait_extracted(stack.urls["api"], wanted)


def events(stack: Stack) -> dict[str, object]:
    return {event["event_id"]: event["article_id"] for event in pages(stack.urls["api"], "/events")}


def records(kafka: KafkaServer, topic: str) -> int:
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "looks"})
    try:
        partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
        return sum(consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=20)[1] for p in partitions)
    finally:
        consumer.close()


def copy_log(source: str, target: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("FRONTLOG_")}
    command = [sys.executable, "-m", "services.cli", "copy-log", target]
    done = subprocess.run(command, env=env | {"FRONTLOG_LOG": source}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_keeps_its_tables_and_reads_nothing_twice(fresh_kafka: KafkaServer, postgres: str, tmp_path: Path) -> None:
    with Stack(postgres, postgres, tmp_path) as stack:
        post(stack, 0, 12)
        copy_log(postgres, fresh_kafka.address)
        post(stack, 12, 16)
        before = events(stack)
    copy_log(postgres, fresh_kafka.address)
    with Stack(fresh_kafka.address, postgres, tmp_path) as stack:
        assert events(stack) == before
        post(stack, 16, 20)
        after = events(stack)
    assert before.items() < after.items()
    assert records(fresh_kafka, "frontlog.articles") == records(fresh_kafka, "frontlog.extractions") == 20
