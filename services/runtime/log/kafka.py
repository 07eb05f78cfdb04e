"""The log in Apache Kafka, by aiokafka: the production home of the topics.

Clients are made when they are first needed, and thrown away after a timeout: aiokafka's idempotent producer never
gives a record up, so what was refused here would otherwise pile up in it and be published when the broker returns.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAlreadyExistsError,
    for_code,
)

from services.contracts.topics import DEAD_LETTER_ROOM, MAX_RECORD_BYTES, Topic
from services.runtime.log.kafka_consumer import KafkaConsumer
from services.runtime.log.kafka_records import record_of
from services.runtime.log.limits import ensure_fits
from services.runtime.log.port import (
    LogUnavailableError,
    OnAssigned,
    OnRevoked,
    Outgoing,
    Position,
    Record,
    RecordTooLargeError,
    TopicPartition,
)

OPERATION_SECONDS: Final = 10.0
CHECK_SECONDS: Final = 5.0
REQUEST_MS: Final = 8000
RETRY_MS: Final = 300
READ_WAIT_MS: Final = 10
REPLICAS: Final = 3
"""Of a new topic; fewer where the cluster has fewer brokers."""


class KafkaLog:
    """The log port on Kafka. `address` is kafka://host:port[,host:port…].

    `options` go to every client as they are: security_protocol, ssl_context, sasl_mechanism, sasl_plain_username, ….
    """

    def __init__(self, address: str, options: Mapping[str, Any] | None = None) -> None:
        servers = address.removeprefix("kafka://").rstrip("/")
        self._options: dict[str, Any] = {
            "bootstrap_servers": servers.split(","),
            "request_timeout_ms": REQUEST_MS,
            "retry_backoff_ms": RETRY_MS,
            **(options or {}),
        }
        self._servers = servers
        self._clients_lock = asyncio.Lock()
        self._read_lock = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None
        self._admin: AIOKafkaAdminClient | None = None
        self._reader: AIOKafkaConsumer | None = None
        self._endings: set[asyncio.Task[None]] = set()

    async def publish(self, outgoing: Sequence[Outgoing]) -> list[Position]:
        for record in outgoing:
            ensure_fits(record)
        if not outgoing:
            return []
        producer: AIOKafkaProducer | None = None
        try:
            async with self._answering("publish"):
                producer = await self._started_producer()
                # Queued one after the other, so that records of a key keep their order; awaited together.
                pending = [
                    await producer.send(r.topic, key=r.key, value=r.value, headers=list(r.headers)) for r in outgoing
                ]
                done = await asyncio.gather(*pending)
        except LogUnavailableError as error:
            if isinstance(error.__cause__, MessageSizeTooLargeError | RecordListTooLargeError):
                raise RecordTooLargeError(str(error)) from error
            if producer is not None:
                self._abandon(producer)
            raise
        return [Position(d.topic, d.partition, d.offset) for d in done]

    def consumer(
        self,
        group: str,
        topics: Sequence[str],
        *,
        on_assigned: OnAssigned | None = None,
        on_revoked: OnRevoked | None = None,
    ) -> KafkaConsumer:
        return KafkaConsumer(self, self._options, group, topics, on_assigned, on_revoked)

    async def create_topics(self, topics: Sequence[Topic]) -> list[str]:
        async with self._answering("create topics"):
            admin = await self._started_admin()
            brokers = (await admin.describe_cluster())["brokers"]
            existing = set(await admin.list_topics())
            missing = [t for t in topics if t.name not in existing]
            if not missing:
                return []
            answer = await admin.create_topics(
                [
                    NewTopic(t.name, t.partitions, min(REPLICAS, max(1, len(brokers))), topic_configs=t.config)
                    for t in missing
                ]
            )
            created: list[str] = []
            for name, code, *detail in answer.topic_errors:
                error = for_code(code)
                if code == 0:
                    created.append(name)
                elif error is not TopicAlreadyExistsError:  # somebody else was faster
                    raise LogUnavailableError(f"Kafka does not create topic {name}: {error.__name__} {detail}")
            return created

    async def end_offsets(self, topic: str) -> dict[int, int]:
        async with self._answering("end offsets"):
            partitions = [KafkaPartition(topic, p) for p in await self._partition_numbers(topic)]
            if not partitions:
                return {}
            async with self._using_reader() as reader:
                ends = await reader.end_offsets(partitions)
            return {p.partition: ends[p] for p in partitions}

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        async with self._answering("committed offsets"):
            partitions = [KafkaPartition(topic, p) for p in await self._partition_numbers(topic)]
            if not partitions:
                return {}
            admin = await self._started_admin()
            # Asked for by name, because the client overlooks an error that concerns the whole group: while the
            # coordinator is still loading, the answer is empty, and not a word of it.
            found = await admin.list_consumer_group_offsets(group, partitions=partitions)
            if len(found) < len(partitions):
                raise LogUnavailableError(f"Kafka at {self._servers} does not know the offsets of {group} yet")
            return {p.partition: found[p].offset for p in partitions if found[p].offset >= 0}

    async def read(self, partition: TopicPartition, offset: int, max_records: int = 500) -> list[Record]:
        async with self._answering("read"), self._using_reader() as reader:
            here = KafkaPartition(partition.topic, partition.partition)
            if here not in [KafkaPartition(here.topic, p) for p in await self._partition_numbers(here.topic)]:
                return []
            end = (await reader.end_offsets([here]))[here]
            start = max(offset, (await reader.beginning_offsets([here]))[here])
            if start >= end:
                return []
            # What was fetched ahead in this partition is kept from one read to the next.
            fresh = reader.assignment() != {here}
            if fresh:
                reader.assign([here])
            reader.resume(here)
            if fresh or await reader.position(here) != start:
                reader.seek(here, start)
            records: list[Record] = []
            # A compacted topic has gaps: the position may pass the end without a single record.
            while not records and await reader.position(here) < end:
                batch = await reader.getmany(here, timeout_ms=500, max_records=max_records)
                records = [record_of(r) for r in batch.get(here, [])]
            if await reader.position(here) >= end:
                # At the end it would ask for more for ever.
                reader.pause(here)
            return records

    async def check(self) -> None:
        async with self._answering("check", CHECK_SECONDS):
            await (await self._started_admin()).describe_cluster()

    async def offsets_between(self, partitions: Sequence[KafkaPartition]) -> dict[KafkaPartition, tuple[int, int]]:
        """The first and the next offset of each partition."""
        async with self._answering("offsets"), self._using_reader() as reader:
            first = await reader.beginning_offsets(list(partitions))
            following = await reader.end_offsets(list(partitions))
            return {p: (first[p], following[p]) for p in partitions}

    async def close(self) -> None:
        for client in (self._producer, self._reader):
            if client is not None:
                with contextlib.suppress(TimeoutError, KafkaError):
                    await asyncio.wait_for(client.stop(), OPERATION_SECONDS)
        if self._producer is not None:
            self._abandon(self._producer)
        if self._admin is not None:
            await self._admin.close()
        self._producer = self._reader = self._admin = None
        if self._endings:
            await asyncio.wait(self._endings, timeout=OPERATION_SECONDS)

    @asynccontextmanager
    async def _answering(self, what: str, seconds: float = OPERATION_SECONDS) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError as error:
            raise LogUnavailableError(f"Kafka at {self._servers} did not answer in {seconds:g} s ({what})") from error
        except (KafkaError, OSError) as error:
            raise LogUnavailableError(f"Kafka at {self._servers} ({what}): {error or type(error).__name__}") from error

    async def _partition_numbers(self, topic: str) -> list[int]:
        admin = await self._started_admin()
        if topic not in await admin.list_topics():
            return []
        (found,) = await admin.describe_topics([topic])
        return sorted(p["partition"] for p in found["partitions"])

    async def _started_producer(self) -> AIOKafkaProducer:
        async with self._clients_lock:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._options,
                    acks="all",
                    enable_idempotence=True,
                    compression_type="gzip",
                    max_request_size=MAX_RECORD_BYTES + DEAD_LETTER_ROOM,
                    max_batch_size=256 * 1024,
                )
                try:
                    await producer.start()
                except BaseException:
                    self._abandon(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _started_admin(self) -> AIOKafkaAdminClient:
        async with self._clients_lock:
            if self._admin is None:
                admin = AIOKafkaAdminClient(**self._options)
                try:
                    await admin.start()
                except BaseException:
                    await admin.close()
                    raise
                self._admin = admin
            return self._admin

    @asynccontextmanager
    async def _using_reader(self) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer outside of any group, for one at a time; replaced after any failure."""
        async with self._read_lock:
            if self._reader is None:
                reader = AIOKafkaConsumer(
                    **self._options,
                    enable_auto_commit=False,
                    max_partition_fetch_bytes=MAX_RECORD_BYTES,
                    # It is told where the end is, and need not wait there for more.
                    fetch_max_wait_ms=READ_WAIT_MS,
                )
                try:
                    await reader.start()
                except BaseException:
                    self._end(reader.stop())
                    raise
                self._reader = reader
            try:
                yield self._reader
            except BaseException:
                self._end(self._reader.stop())
                self._reader = None
                raise

    def _abandon(self, producer: AIOKafkaProducer) -> None:
        """Drop the producer with all that it has not delivered; `stop` would wait for that for ever."""
        if self._producer is producer:
            self._producer = None
        # No public way: without this, the producer keeps what it holds and sends it whenever the broker returns.
        producer._closed = True
        producer._message_accumulator.fail_all(KafkaError("given up after a timeout"))

        async def end() -> None:
            await producer._sender.close()
            await producer.client.close()

        self._end(end())

    def _end(self, closing: Any) -> None:
        """Close a client in the background: it may wait for a broker that is gone."""

        async def end() -> None:
            # KeyError: a batch of the producer that was taken out of its hands.
            with contextlib.suppress(TimeoutError, KafkaError, OSError, KeyError, asyncio.CancelledError):
                await asyncio.wait_for(closing, OPERATION_SECONDS)

        task = asyncio.create_task(end())
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)
