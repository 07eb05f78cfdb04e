"""Kafka by TLS and SASL, as the settings say, on a broker that asks for it; and what is not let in."""

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.contracts.codec import encode
from services.contracts.topics import ARTICLES, EXTRACTIONS, TOPICS, Topic
from services.runtime.log.kafka import KafkaLog
from services.runtime.log.kafka_security import kafka_options
from services.runtime.log.port import LogUnavailableError, Outgoing
from services.runtime.settings import SettingError
from tests.support import extractions as make
from tests.support.kafka.secured import PASSWORD, SecuredKafka

ROOT = Path(__file__).parents[3]
WAYS = [
    ("SASLTLS", "SCRAM-SHA-512"),
    ("SASLTLS", "SCRAM-SHA-256"),
    ("SASLTLS", "PLAIN"),
    ("SASLOPEN", "SCRAM-SHA-512"),
    ("CERTIFIED", "SCRAM-SHA-512"),
]


@asynccontextmanager
async def opened(env: dict[str, str]) -> AsyncIterator[KafkaLog]:
    log = KafkaLog(env["FRONTLOG_LOG"], kafka_options(env))
    try:
        yield log
    finally:
        await log.close()


@pytest.mark.parametrize(("listener", "mechanism"), WAYS)
async def test_everything_that_the_log_does_is_done(secured: SecuredKafka, listener: str, mechanism: str) -> None:
    topic = Topic(f"secured-{uuid.uuid4().hex}", "key", None, "delete", 1, "Of this test.", None)
    async with opened(secured.env(listener, FRONTLOG_KAFKA_SASL=mechanism)) as log:
        assert await log.create_topics([topic]) == [topic.name]
        await log.publish([Outgoing(topic.name, b"key", b"value")])
        assert await log.end_offsets(topic.name) == {0: 1}
        await log.check()
        async with log.consumer(f"group-{topic.name}", [topic.name]) as consumer, asyncio.timeout(60):
            while not (records := await consumer.poll()):
                pass
        assert [r.value for r in records] == [b"value"]


@pytest.mark.parametrize(
    ("listener", "more"),
    [
        ("SASLTLS", {"FRONTLOG_KAFKA_PASSWORD": "wrong-one"}),
        ("SASLTLS", {"FRONTLOG_KAFKA_SECURITY": "plaintext"}),
        ("SASLOPEN", {"FRONTLOG_KAFKA_USER": "somebody"}),
        ("CERTIFIED", {"FRONTLOG_KAFKA_CERTIFICATE": "", "FRONTLOG_KAFKA_CERTIFICATE_KEY": ""}),
    ],
)
async def test_who_cannot_prove_who_it_is_gets_nothing(
    secured: SecuredKafka, listener: str, more: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(secured.env(listener, **more)) as log:
        with pytest.raises(LogUnavailableError) as refused:
            await log.check()
    assert PASSWORD not in str(refused.value) + caplog.text
    assert "wrong-one" not in str(refused.value) + caplog.text


async def test_a_broker_that_cannot_prove_who_it_is_is_told_nothing(secured: SecuredKafka) -> None:
    async with opened(secured.env("SASLTLS", FRONTLOG_KAFKA_CA=str(secured.stranger.ca))) as log:
        with pytest.raises(LogUnavailableError):
            await log.check()


async def test_a_broker_of_another_name_is_told_nothing(secured: SecuredKafka) -> None:
    env = secured.env("SASLTLS")
    env["FRONTLOG_LOG"] = env["FRONTLOG_LOG"].replace("127.0.0.1", "localhost")
    async with opened(env) as log:
        with pytest.raises(LogUnavailableError):
            await log.check()


@pytest.mark.slow
async def test_the_extractor_works_by_faust_too_and_logs_no_password(secured: SecuredKafka, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    env = secured.env("SASLTLS")
    async with opened(env) as log:
        await log.create_topics(TOPICS)
        article = make.article(1, "Ukrainian troops pulled out of Vuhledar on Tuesday, the General Staff said.")
        await log.publish([Outgoing(ARTICLES.name, article.article_id.encode(), encode(article))])
        del env["FRONTLOG_KAFKA_PASSWORD"]
        service = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.extract",
            cwd=ROOT,
            env=os.environ
            | env
            | {
                "FRONTLOG_KAFKA_PASSWORD_FILE": str(secret),
                "FRONTLOG_EXTRACT_HTTP": "127.0.0.1:0",
                "FRONTLOG_EXTRACT_WORKERS": "1",
                "FRONTLOG_LOG_FORMAT": "json",
                "FRONTLOG_LOG_LEVEL": "debug",
            },
            stderr=asyncio.subprocess.PIPE,
        )
        telling = asyncio.create_task(service.communicate())
        try:
            async with asyncio.timeout(120):
                while not sum((await log.end_offsets(EXTRACTIONS.name)).values()):
                    assert service.returncode is None
                    await asyncio.sleep(0.2)
        finally:
            service.terminate()
        _, told = await telling
    assert b"extract_starts" in told
    assert PASSWORD.encode() not in told


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"FRONTLOG_KAFKA_PASSWORD": ""}, "FRONTLOG_KAFKA_USER and FRONTLOG_KAFKA_PASSWORD are required for sasl_ssl"),
        ({"FRONTLOG_KAFKA_CA": "/does/not/exist"}, "FRONTLOG_KAFKA_CA: /does/not/exist"),
        ({"FRONTLOG_KAFKA_SECURITY": "tls"}, "FRONTLOG_KAFKA_SECURITY: expected one of plaintext, ssl"),
        ({"FRONTLOG_KAFKA_SASL": "GSSAPI"}, "FRONTLOG_KAFKA_SASL: expected one of SCRAM-SHA-512"),
        ({"FRONTLOG_KAFKA_CERTIFICATE": "/does/not/exist"}, "FRONTLOG_KAFKA_CERTIFICATE: cannot be read"),
        ({"FRONTLOG_KAFKA_SECURITY": "sasl_plaintext", "FRONTLOG_KAFKA_SASL": "plain"}, "would send the password"),
    ],
)
def test_settings_that_do_not_go_together_are_told_by_name(more: dict[str, str], fault: str) -> None:
    env = {
        "FRONTLOG_KAFKA_SECURITY": "sasl_ssl",
        "FRONTLOG_KAFKA_USER": "frontlog",
        "FRONTLOG_KAFKA_PASSWORD": PASSWORD,
    }
    with pytest.raises(SettingError, match=fault) as refused:
        kafka_options(env | more)
    assert PASSWORD not in str(refused.value)
