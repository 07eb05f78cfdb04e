"""Articles go in by the webhook; events come out of the API and of the topic, the same ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.support.plain_http import PLAIN
from tests.system.client import pages, send, wait_extracted
from tests.system.stack import Stack

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.json"))


def records(bootstrap: str, topic: str) -> list[tuple[str, dict[str, Any] | None, dict[str, str]]]:
    """Every record of a topic as (key, value, headers), read with librdkafka, which is not what the services use."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader", "enable.auto.commit": False})
    try:
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        ends = {p: consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=10)[1] for p in partitions}
        consumer.assign([TopicPartition(topic, p, 0) for p in partitions])
        found = []
        missing = {p for p, end in ends.items() if end > 0}
        while missing:
            message = consumer.poll(10)
            assert message is not None and message.error() is None, f"no record of {missing}"
            value = message.value()
            headers = {name: (content or b"").decode() for name, content in message.headers() or []}
            found.append((message.key().decode(), json.loads(value) if value is not None else None, headers))
            if message.offset() + 1 >= ends[message.partition()]:
                missing.discard(message.partition())
        return found
    finally:
        consumer.close()


@pytest.mark.slow
def test_samples_come_out_of_the_api_and_of_the_events_topic(kafka_stack: Stack, fresh_kafka) -> None:  # type: ignore[no-untyped-def]
    sent = [send(kafka_stack.urls["ingest"], json.loads(path.read_text("utf-8"))) for path in SAMPLES]
    assert len(sent) >= 14
    articles = wait_extracted(kafka_stack.urls["api"], [(s["article_id"], s["revision"]) for s in sent])

    of_api = {event["event_id"]: event for event in pages(kafka_stack.urls["api"], "/events")}
    assert len({event["type"] for event in of_api.values()}) >= 8
    assert {event["article_id"] for event in of_api.values()} <= set(articles)
    for article in articles.values():
        for event in article["events"]:
            for mention in event["mentions"]:
                text = article["cleaned_title"] if mention["field"] == "title" else article["cleaned_text"]
                assert mention["end"] <= len(text)
                assert text[mention["start"] : mention["end"]].strip()

    of_topic = {key: value for key, value, _ in records(fresh_kafka.bootstrap, "frontlog.events")}
    assert of_topic == of_api
    for key, _, headers in records(fresh_kafka.bootstrap, "frontlog.events"):
        assert headers["ce_specversion"] == "1.0"
        assert headers["ce_subject"] == key

    contested = [p["name"] for p in pages(kafka_stack.urls["api"], "/places", contested="true")]
    assert contested, "the samples contradict each other about places"
    place = next(
        e["place"]["id"] for e in of_api.values() if e["place"] and e["place"]["id"] and e["type"] == "capture"
    )
    timeline = PLAIN.get(f"{kafka_stack.urls['api']}/places/{place}/control", timeout=30).json()
    assert timeline["timeline"]


@pytest.mark.slow
def test_samples_come_out_the_same_on_the_postgres_log(postgres_stack: Stack) -> None:
    sent = [send(postgres_stack.urls["ingest"], json.loads(path.read_text("utf-8"))) for path in SAMPLES]
    articles = wait_extracted(postgres_stack.urls["api"], [(s["article_id"], s["revision"]) for s in sent])
    of_api = list(pages(postgres_stack.urls["api"], "/events"))
    assert sum(len(a["events"]) for a in articles.values()) == len(of_api) == len({e["event_id"] for e in of_api})

    again = [send(postgres_stack.urls["ingest"], json.loads(path.read_text("utf-8"))) for path in SAMPLES]
    assert {s["status"] for s in again} == {"known"}
    assert len(list(pages(postgres_stack.urls["api"], "/events"))) == len(of_api)
