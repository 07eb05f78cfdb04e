"""How fast the log and the webhook before it are beside what they are made of.

    python -m tests.bench.log [--records N] [--rounds N] [--without-kafka]

On Postgres: `PostgresLog` beside COPY of the same rows into a table like its own, and its consumer beside a SELECT of
them. On Apache Kafka, which needs Java 17 and Maven: `KafkaLog` beside aiokafka's own producer (acks=all, idempotent)
and consumer, and articles posted to the webhook, in requests of a hundred, beside that producer. The two of each pair
take turns; only the ratios are worth comparing.
"""

import argparse
import asyncio
import os
import socket
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka import TopicPartition as KafkaPartition

from services.contracts import cloudevents
from services.contracts.codec import encode
from services.contracts.messages import Article
from services.contracts.topics import ARTICLES
from services.runtime.clock import now
from services.runtime.embedded_postgres import EmbeddedPostgres
from services.runtime.log.open import open_log
from services.runtime.log.port import Log, Outgoing
from tests.bench.generator import messages
from tests.support.kafka.server import KafkaMissingError, kafka_server

AT_ONCE: Final = 500
"""Records of one call of `publish`."""
REQUEST: Final = 100
"""Articles of one request."""
IN_FLIGHT: Final = 4
START_SECONDS: Final = 60.0

Figures = dict[str, list[float]]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the ratios: speed of ours over speed of what it is made of."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=2000, help="records of one round (2000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--without-kafka", action="store_true", help="measure the log on Postgres alone")
    chosen = parser.parse_args(argv)
    figures: Figures = defaultdict(list)
    batches = _batches(chosen.records, chosen.rounds + 1)
    with tempfile.TemporaryDirectory(prefix="frontlog-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        server = EmbeddedPostgres(Path(folder, "server"), settings={"shared_buffers": "256MB"})
        server.start()
        try:
            asyncio.run(_postgres(server.url, batches, figures))
        finally:
            server.stop()
    if not chosen.without_kafka:
        try:
            with kafka_server() as kafka:
                asyncio.run(_kafka(kafka.address, kafka.bootstrap, batches, figures))
        except KafkaMissingError as error:
            print(f"the log on Kafka cannot be measured here: {error}", file=sys.stderr)
            return 1
    for name, ratios in figures.items():
        # The first round fills caches.
        counting = ratios[1:]
        print(f"{name}: {statistics.median(counting):.2f} ({min(counting):.2f} to {max(counting):.2f})")
    return 0


def _batches(records: int, rounds: int) -> list[list[Article]]:
    stream = (article for article, _ in messages(records * rounds * 8))
    return [[next(stream) for _ in range(records)] for _ in range(rounds)]


def _outgoing(articles: Sequence[Article]) -> list[Outgoing]:
    made = []
    for article in articles:
        key = article.article_id
        headers = cloudevents.headers(ARTICLES, id=key, source="/bench", time=now(), subject=key)
        made.append(Outgoing(ARTICLES.name, key.encode(), encode(article), headers))
    return made


async def _timed(work: Callable[[], Awaitable[Any]]) -> float:
    before = time.perf_counter()
    await work()
    return time.perf_counter() - before


async def _publish(log: Log, records: Sequence[Outgoing]) -> None:
    for at in range(0, len(records), AT_ONCE):
        await log.publish(records[at : at + AT_ONCE])


async def _consume(log: Log, group: str, count: int) -> None:
    async with log.consumer(group, [ARTICLES.name]) as consumer:
        while count > 0:
            count -= len(await consumer.poll(AT_ONCE, 1.0))


async def _postgres(address: str, batches: Sequence[Sequence[Article]], figures: Figures) -> None:
    log = open_log(address)
    columns = 'topic, partition, "offset", size, timestamp, key, value, header_names, header_values'
    copied = 0
    try:
        await log.create_topics([ARTICLES])
        async with await psycopg.AsyncConnection.connect(address) as connection:
            await connection.execute("create table copied (like frontlog_log.records including all)")
            await connection.commit()

            async def copy(rows: Sequence[bytes]) -> None:
                for at in range(0, len(rows), AT_ONCE):
                    async with connection.cursor() as cursor, cursor.copy(f"copy copied ({columns}) from stdin") as out:
                        await out.write(b"".join(rows[at : at + AT_ONCE]))
                    await connection.commit()

            async def select() -> None:
                async with connection.cursor() as cursor:
                    await cursor.execute(f"select {columns} from copied")
                    await cursor.fetchall()
                await connection.commit()

            for number, articles in enumerate(batches):
                records = _outgoing(articles)
                ours = await _timed(lambda records=records: _publish(log, records))  # type: ignore[misc]
                rows = await _new_rows(connection, columns)
                theirs = await _timed(lambda rows=rows: copy(rows))  # type: ignore[misc]
                copied += len(rows)
                figures["PostgresLog.publish / COPY"].append(theirs / ours)
                ours = await _timed(lambda n=number, c=copied: _consume(log, f"bench-{n}", c))  # type: ignore[misc]
                figures["PostgresLog.consumer / SELECT"].append(await _timed(select) / ours)
    finally:
        await log.close()


async def _new_rows(connection: psycopg.AsyncConnection[Any], columns: str) -> list[bytes]:
    """What the log holds beyond the other table, as COPY takes it."""
    query = (
        f"copy (select {columns} from frontlog_log.records r where not exists (select from copied c "
        'where (c.topic, c.partition, c."offset") = (r.topic, r.partition, r."offset"))) to stdout'
    )
    async with connection.cursor() as cursor, cursor.copy(query) as copy:
        data = b"".join([bytes(part) async for part in copy])
    await connection.commit()
    return data.splitlines(keepends=True)


async def _kafka(address: str, bootstrap: str, batches: Sequence[Sequence[Article]], figures: Figures) -> None:
    log = open_log(address)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    total = 0
    try:
        await log.create_topics([ARTICLES])
        await producer.start()

        async def produce(records: Sequence[Outgoing]) -> None:
            for at in range(0, len(records), AT_ONCE):
                some = records[at : at + AT_ONCE]
                sent = [await producer.send(r.topic, r.value, r.key, headers=list(r.headers)) for r in some]
                await asyncio.gather(*sent)

        async with _webhook(address) as client:
            for number, articles in enumerate(batches):
                records = _outgoing(articles)
                ours = await _timed(lambda records=records: _publish(log, records))  # type: ignore[misc]
                theirs = await _timed(lambda records=records: produce(records))  # type: ignore[misc]
                figures["KafkaLog.publish / aiokafka's producer"].append(theirs / ours)
                bodies = [_body(articles[at : at + REQUEST]) for at in range(0, len(articles), REQUEST)]
                posted = await _timed(lambda bodies=bodies: _post(client, bodies))  # type: ignore[misc]
                figures["webhook / aiokafka's producer"].append(theirs / posted)
                total = sum((await log.end_offsets(ARTICLES.name)).values())
                ours = await _timed(lambda n=number, t=total: _consume(log, f"bench-{n}", t))  # type: ignore[misc]
                theirs = await _timed(lambda t=total: _fetch(bootstrap, t))  # type: ignore[misc]
                figures["KafkaLog.consumer / aiokafka's consumer"].append(theirs / ours)
    finally:
        await producer.stop()
        await log.close()


async def _fetch(bootstrap: str, count: int) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [KafkaPartition(ARTICLES.name, n) for n in range(ARTICLES.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        while count > 0:
            found = await consumer.getmany(timeout_ms=1000, max_records=AT_ONCE)
            count -= sum(map(len, found.values()))
    finally:
        await consumer.stop()


def _body(articles: Sequence[Article]) -> bytes:
    wanted = ("url", "title", "text", "published_at", "publisher")
    return msgspec.json.encode([{name: getattr(a, name) for name in wanted if getattr(a, name)} for a in articles])


async def _post(client: httpx.AsyncClient, bodies: Sequence[bytes]) -> None:
    turns = asyncio.Semaphore(IN_FLIGHT)

    async def post(body: bytes) -> None:
        async with turns:
            answer = await client.post("/articles", content=body, headers={"content-type": "application/json"})
            answer.raise_for_status()

    await asyncio.gather(*(post(body) for body in bodies))


@asynccontextmanager
async def _webhook(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the ingest service, in a process of its own, on the log at `address`."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        at = f"127.0.0.1:{taken.getsockname()[1]}"
    chosen = {"FRONTLOG_LOG": address, "FRONTLOG_INGEST_HTTP": at, "FRONTLOG_INGEST_OPEN": "true"}
    chosen |= {"FRONTLOG_INGEST_RATE": "100000", "FRONTLOG_INGEST_BURST": "100000", "FRONTLOG_LOG_LEVEL": "error"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.ingest"),
        env=os.environ | chosen,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://{at}", timeout=START_SECONDS) as client:
            async with asyncio.timeout(START_SECONDS):
                while not await _is_ready(client):  # noqa: ASYNC110 - another process has no event of ours
                    await asyncio.sleep(0.2)
            yield client
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).is_success
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    sys.exit(main())
