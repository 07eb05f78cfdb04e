"""The extract service as a process, on both homes of the log: every article ends as an extraction or a dead letter."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import uuid
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from services.contracts.codec import decode, encode
from services.contracts.messages import Article, Event, Extraction, Origin
from services.contracts.topics import ARTICLES, EVENTS, EXTRACTIONS, TOPICS, dead_letters
from services.runtime.dead_letters import original_headers, reason_of
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, LogUnavailableError, Outgoing, Record, TopicPartition
from tests.support.kafka.server import KafkaServer
from tests.support.postgres import PostgresServer

PATIENCE = 120.0
ROOT = Path(__file__).parents[3]
DEAD = dead_letters("extract").name
TEXT = "Ukrainian troops pulled out of Vuhledar on Tuesday, the General Staff said. Russia denied it."
HOMES = [pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("kafka", marks=pytest.mark.kafka)]


@dataclass
class Stack:
    """The log, and extract services of one consumer group on it."""

    address: str
    server: KafkaServer | PostgresServer
    log: Log
    group: str = field(default_factory=lambda: f"extract-{uuid.uuid4().hex}")
    starts: dict[str, int] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def service(self, **env: str) -> AsyncIterator["Service"]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            http = f"127.0.0.1:{probe.getsockname()[1]}"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.extract",
            cwd=ROOT,
            env={
                **os.environ,
                "FRONTLOG_LOG": self.address,
                "FRONTLOG_EXTRACT_HTTP": http,
                "FRONTLOG_EXTRACT_GROUP": self.group,
                "FRONTLOG_EXTRACT_WORKERS": "1",
                "FRONTLOG_LOG_FORMAT": "json",
                **env,
            },
        )
        try:
            yield Service(process, f"http://{http}")
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def all_of(self, topic: str) -> list[Record]:
        """Everything in the topic that is not older than this test."""
        found: list[Record] = []
        for partition, end in (await self.log.end_offsets(topic)).items():
            at = self.starts.get(f"{topic}/{partition}", 0)
            while at < end and (batch := await self.log.read(TopicPartition(topic, partition), at)):
                found += batch
                at = batch[-1].offset + 1
        return found

    async def mark(self) -> None:
        for topic in TOPICS:
            for partition, end in (await self.log.end_offsets(topic.name)).items():
                self.starts[f"{topic.name}/{partition}"] = end

    async def ended(self, keys: set[bytes]) -> tuple[list[Record], list[Record]]:
        """Extractions and dead letters, once every one of `keys` is among them."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(LogUnavailableError):
                    extractions, dead = await self.all_of(EXTRACTIONS.name), await self.all_of(DEAD)
                    if keys <= {r.key for r in [*extractions, *dead]}:
                        return [r for r in extractions if r.key in keys], [r for r in dead if r.key in keys]
                await asyncio.sleep(0.2)

    async def committed(self) -> int:
        """How many articles of this test the group is done with."""
        done = await self.log.committed(self.group, ARTICLES.name)
        return sum(max(0, offset - self.starts.get(f"{ARTICLES.name}/{p}", 0)) for p, offset in done.items())


@dataclass
class Service:
    process: Process
    http: str

    async def until(self, accept: Callable[[httpx.Response], bool], path: str = "/readyz") -> httpx.Response:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    answer = await client.get(self.http + path)
                    if accept(answer):
                        return answer
                await asyncio.sleep(0.2)

    async def stop(self) -> int:
        self.process.terminate()
        async with asyncio.timeout(12):
            return await self.process.wait()


@pytest.fixture(params=HOMES)
async def stack(request: pytest.FixtureRequest) -> AsyncIterator[Stack]:
    server: KafkaServer | PostgresServer
    if request.param == "kafka":
        server = request.getfixturevalue("kafka")
        address = server.address
    else:
        server, address = request.getfixturevalue("postgres_session"), request.getfixturevalue("postgres")
    log = open_log(address)
    await log.create_topics(TOPICS)
    made = Stack(address, server, log)
    await made.mark()
    # The group begins where this test does: other tests have left articles in the shared broker.
    async with log.consumer(made.group, [ARTICLES.name]) as consumer:
        async with asyncio.timeout(PATIENCE):
            while len(consumer.assignment()) < ARTICLES.partitions:
                await consumer.poll(timeout=0.1)
        await consumer.commit({p: made.starts[f"{ARTICLES.name}/{p.partition}"] for p in consumer.assignment()})
    yield made
    await log.close()


def articles(count: int) -> list[Outgoing]:
    return [
        Outgoing(ARTICLES.name, a.article_id.encode(), encode(a), (("ce_id", b"1"), ("traceparent", b"00-t-p-01")))
        for a in (
            Article(
                article_id=str(uuid.uuid4()),
                revision="0123456789abcdef",
                received_at="2024-10-02T08:00:00.000000Z",
                published_at="2024-10-02",
                text=f"{TEXT} Report {i}.",
            )
            for i in range(count)
        )
    ]


def keys(records: list[Outgoing]) -> set[bytes]:
    return {r.key for r in records}


@pytest.mark.slow
async def test_articles_become_extractions_and_events_and_poison_becomes_dead_letters(stack: Stack) -> None:
    good = articles(20)
    poison = [
        Outgoing(ARTICLES.name, uuid.uuid4().bytes, value, (("twice", b"a"), ("twice", b"\xff")))
        for value in (b"{nope", b'{"article_id": 3}', b"\xff", b"", None)
    ]
    positions = await stack.log.publish([*good[:10], *poison, *good[10:]])
    placed = dict(zip([r.key for r in [*good[:10], *poison, *good[10:]]], positions, strict=True))
    async with stack.service() as service:
        await service.until(lambda answer: answer.status_code == 200)
        extractions, dead = await stack.ended(keys(good) | keys(poison))
        # Exactly once, as long as nothing is killed.
        assert Counter(r.key for r in extractions) == Counter(keys(good))
        events = {r.key: r for r in await stack.all_of(EVENTS.name)}
        for record in extractions:
            extraction = decode(Extraction, record.value or b"")
            at = placed[record.key or b""]
            assert extraction.origin == Origin(topic=at.topic, partition=at.partition, offset=at.offset)
            assert extraction.events
            for event in extraction.events:
                assert decode(Event, events[event.event_id.encode()].value or b"") == event
        assert {r.key: r.value for r in dead} == {r.key: r.value for r in poison}
        assert {reason_of(r.headers).reason for r in dead} == {"not_json", "schema"}
        assert all(original_headers(r.headers) == poison[0].headers for r in dead)
        metrics = await service.until(lambda answer: answer.status_code == 200, "/metrics")
        assert "frontlog_articles_extracted_total 20.0" in metrics.text
        assert await service.stop() == 0
    assert await stack.committed() == 25


@pytest.mark.slow
async def test_a_killed_service_loses_nothing_and_its_repeats_are_the_same(stack: Stack) -> None:
    sent = articles(120)
    await stack.log.publish(sent)
    for _ in range(2):
        async with stack.service() as service:
            before = len(await stack.all_of(EXTRACTIONS.name))
            async with asyncio.timeout(PATIENCE):
                while len(await stack.all_of(EXTRACTIONS.name)) < before + 15:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
            service.process.send_signal(signal.SIGKILL)
            await service.process.wait()
    async with stack.service() as service:
        extractions, dead = await stack.ended(keys(sent))
        assert dead == []
        values: dict[bytes | None, set[bytes | None]] = {}
        for record in extractions:
            values.setdefault(record.key, set()).add(record.value)
        assert values.keys() == keys(sent)
        assert all(len(v) == 1 for v in values.values())
        assert await service.stop() == 0
    assert await stack.committed() == 120


@pytest.mark.slow
async def test_an_outage_of_the_log_is_waited_for(stack: Stack) -> None:
    sent = articles(60)
    await stack.log.publish(sent)
    async with stack.service() as service:
        async with asyncio.timeout(PATIENCE):
            while len(await stack.all_of(EXTRACTIONS.name)) < 5:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
        await asyncio.to_thread(stack.server.kill)
        try:
            told = await service.until(lambda answer: answer.status_code == 503)
            assert "log:" in told.json()["detail"]
        finally:
            await asyncio.to_thread(stack.server.start)
        extractions, dead = await stack.ended(keys(sent))
        assert dead == []
        assert {r.key for r in extractions} == keys(sent)
        await service.until(lambda answer: answer.status_code == 200)
        assert service.process.returncode is None


@pytest.mark.slow
async def test_it_stops_when_told_to_although_the_log_is_gone(stack: Stack) -> None:
    async with stack.service() as service:
        await service.until(lambda answer: answer.status_code == 200)
        await asyncio.to_thread(stack.server.kill)
        try:
            await service.until(lambda answer: answer.status_code == 503)
            await service.stop()
        finally:
            await asyncio.to_thread(stack.server.start)


@pytest.mark.slow
async def test_two_services_share_the_work(stack: Stack) -> None:
    async with stack.service() as one, stack.service() as two:
        for service in (one, two):
            await service.until(lambda answer: answer.status_code == 200)
        done: dict[int, int] = {}

        async def worked(service: Service) -> float:
            page = (await service.until(lambda answer: answer.status_code == 200, "/metrics")).text
            return sum(
                float(line.split()[-1])
                for line in page.splitlines()
                if line.startswith("frontlog_records_consumed_total{")
            )

        sent: list[Outgoing] = []
        async with asyncio.timeout(PATIENCE):
            # Until the group has settled, one of them may get everything.
            while not all(done.get(i) for i in (1, 2)):
                batch = articles(12)
                sent += batch
                await stack.log.publish(batch)
                await stack.ended(keys(batch))
                done = {1: int(await worked(one)), 2: int(await worked(two))}
        assert await one.stop() == 0
        batch = articles(12)
        await stack.log.publish(batch)
        _, dead = await stack.ended(keys(sent) | keys(batch))
        assert dead == []


async def test_a_wrong_setting_ends_it_with_its_name(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.extract",
        cwd=ROOT,
        env={**os.environ, "FRONTLOG_LOG": "nowhere", "FRONTLOG_EXTRACT_WORKERS": "many"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await process.communicate()
    assert process.returncode == 2
    assert b"FRONTLOG_EXTRACT_WORKERS" in told or b"FRONTLOG_LOG" in told
