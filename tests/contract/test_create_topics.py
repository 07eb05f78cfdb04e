"""Topic set-up: on both homes, as often as one likes, and with a log that is not there yet."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from services.contracts.topics import ARTICLES, TOPICS
from services.runtime.log.open import open_log
from tests.support.kafka.server import KafkaServer

ROOT = Path(__file__).parents[2]


def set_up(address: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.runtime.create_topics"],
        env={**os.environ, "FRONTLOG_LOG": address, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


async def partitions(address: str) -> dict[str, int]:
    log = open_log(address)
    try:
        return {t.name: len(await log.end_offsets(t.name)) for t in TOPICS}
    finally:
        await log.close()


def check(address: str) -> None:
    assert set_up(address).returncode == 0
    assert asyncio.run(partitions(address)) == {t.name: t.partitions for t in TOPICS}
    again = set_up(address)
    assert again.returncode == 0
    assert again.stderr.strip() == f"{len(TOPICS)} topics are there, 0 of them new"


def test_topics_are_made_once_on_postgres(postgres: str) -> None:
    check(postgres)


def test_topics_are_made_once_on_kafka(kafka: KafkaServer) -> None:
    check(kafka.address)


def test_a_real_broker_keeps_each_topic_as_it_is_declared(kafka: KafkaServer) -> None:
    from confluent_kafka.admin import AdminClient, ConfigResource

    check(kafka.address)
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    asked = {topic.name: ConfigResource(ConfigResource.Type.TOPIC, topic.name) for topic in TOPICS}
    answers = admin.describe_configs(list(asked.values()))
    for topic in TOPICS:
        found = answers[asked[topic.name]].result(30)
        assert {name: found[name].value for name in topic.config} == topic.config, topic.name
    assert answers[asked[ARTICLES.name]].result(30)["retention.ms"].value == "-1"


def test_a_log_that_never_comes_ends_the_wait_with_a_reason() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"postgresql://u:secret@127.0.0.1:{probe.getsockname()[1]}/x"
    done = set_up(address, FRONTLOG_CREATE_TOPICS_WAIT="1")
    assert done.returncode == 1
    assert "waiting for the log, 0 of at most 1 s" in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("address", ["", "redis://x"])
def test_a_setting_that_is_no_log_is_named(address: str) -> None:
    done = set_up(address)
    assert done.returncode == 2
    assert "FRONTLOG_LOG" in done.stderr
