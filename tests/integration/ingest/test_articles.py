"""POST /articles on a real log: what 202 promises, what repeats do, and each documented error."""

import asyncio
import gzip
import json
from typing import Any

import httpx
import pytest

from services.contracts import codec, identity
from services.contracts.cloudevents import header
from services.contracts.messages import Article
from services.contracts.topics import ARTICLES, TOPICS
from services.runtime.log.open import open_log
from services.runtime.log.port import Log
from tests.integration.ingest.conftest import NOWHERE, Serve, articles

TEXT = "Ukrainian forces still hold the eastern half of the town, the General Staff said."
JSON = {"content-type": "application/json"}
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["type"] == f"urn:frontlog:problem:{slug}"
    assert found["title"]
    assert found["detail"]
    assert found["instance"] in ("/articles", "/webhooks/wire")
    return found


async def test_an_accepted_article_is_in_the_log(client: httpx.AsyncClient, log: Log) -> None:
    sent = {"text": TEXT, "url": "https://e.org/a", "published_at": "2024-02-17", "extra": {"desk": "Europe"}}
    answer = await client.post("/articles", json=sent, headers={"traceparent": TRACE})
    assert answer.status_code == 202
    receipt = answer.json()
    assert receipt["status"] == "accepted"
    assert receipt["article_id"] == identity.article_id("https://e.org/a", None, TEXT)
    (record,) = await articles(log)
    assert record.key == receipt["article_id"].encode()
    assert record.value is not None
    article = codec.decode(Article, record.value)
    assert (article.article_id, article.revision) == (receipt["article_id"], receipt["revision"])
    assert (article.text, article.url, article.extra) == (TEXT, "https://e.org/a", {"desk": "Europe"})
    assert header(record.headers, "ce_type") == ARTICLES.ce_type
    assert header(record.headers, "ce_id") == f"{article.article_id}:{article.revision}"
    assert header(record.headers, "ce_time") == article.received_at
    assert header(record.headers, "traceparent") == TRACE


async def test_an_accepted_article_is_in_kafka(serve: Serve, kafka: Any) -> None:
    log = open_log(kafka.address)
    try:
        await log.create_topics(TOPICS)
        before = await log.end_offsets(ARTICLES.name)
        client = await serve(log)
        answer = await client.post("/articles", json=[{"text": f"{TEXT} {n}"} for n in range(20)])
        assert answer.status_code == 202
        sent = {(r["article_id"].encode(), r["revision"]) for r in answer.json()["results"]}
        found = [(r.key, codec.decode(Article, r.value or b"").revision) for r in await articles(log, before)]
        assert len(found) == 20
        assert set(found) == sent
    finally:
        await log.close()


async def test_a_repeat_is_known_and_not_logged_again(client: httpx.AsyncClient, log: Log) -> None:
    sent = {"text": TEXT, "url": "https://e.org/a"}
    first = await client.post("/articles", json=sent)
    again = await client.post("/articles", json=sent | {"url": "http://e.org/a/?utm_source=x", "text": f" {TEXT}\n"})
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json() | {"status": "known"}
    assert len(await articles(log)) == 1


async def test_another_text_of_one_address_is_logged_as_another_revision(client: httpx.AsyncClient, log: Log) -> None:
    texts = [TEXT, TEXT + " It later withdrew the statement.", TEXT]
    answers = [await client.post("/articles", json={"url": "https://e.org/a", "text": text}) for text in texts]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len({answer.json()["article_id"] for answer in answers}) == 1
    assert len({answer.json()["revision"] for answer in answers}) == 2
    assert len(await articles(log)) == 3


async def test_html_is_read_and_kept(client: httpx.AsyncClient, log: Log) -> None:
    html = f"<html><head><title>Half a town</title></head><body><article><p>{TEXT}</p></article></body></html>"
    answer = await client.post("/articles", json={"html": html})
    assert answer.status_code == 202
    (record,) = await articles(log)
    article = codec.decode(Article, record.value or b"")
    assert (article.text, article.title, article.html) == (TEXT, "Half a town", html)


async def test_each_item_of_a_batch_has_its_own_result(client: httpx.AsyncClient, log: Log) -> None:
    sent = [
        {"text": TEXT},
        {"text": TEXT},
        {"txt": TEXT},
        7,
        {"text": TEXT, "url": "ftp://e.org"},
        {"text": TEXT + "!"},
    ]
    answer = await client.post("/articles", json=sent)
    assert answer.status_code == 202
    found = answer.json()
    assert (found["accepted"], found["known"], found["rejected"]) == (2, 1, 3)
    assert [r["index"] for r in found["results"]] == list(range(6))
    assert [r["status"] for r in found["results"]] == ["accepted", "known", *["rejected"] * 3, "accepted"]
    assert [r["problem"]["status"] for r in found["results"][2:5]] == [400, 400, 422]
    assert found["results"][4]["problem"]["errors"][0]["pointer"] == "/url"
    assert len(await articles(log)) == 2
    again = await client.post("/articles", json=sent[:2])
    assert again.status_code == 200
    assert again.json()["known"] == 2
    assert len(await articles(log)) == 2


async def test_lines_are_taken_like_an_array(client: httpx.AsyncClient, log: Log) -> None:
    lines = "\n".join([json.dumps({"text": TEXT}), "", "{broken", json.dumps({"text": TEXT + "!"})])
    answer = await client.post("/articles", content=lines, headers={"content-type": "application/x-ndjson"})
    assert answer.status_code == 202
    assert [r["status"] for r in answer.json()["results"]] == ["accepted", "rejected", "accepted"]
    assert "line 3" in answer.json()["results"][1]["problem"]["detail"]
    assert len(await articles(log)) == 2


@pytest.mark.parametrize(
    ("sent", "status", "slug"),
    [([{"text": ""}, {"text": "a\0"}], 422, "unprocessable-article"), ([{}, {"text": ""}], 400, "invalid-article")],
)
async def test_a_batch_of_which_nothing_can_be_taken_is_a_problem_with_results(
    client: httpx.AsyncClient, sent: list[Any], status: int, slug: str
) -> None:
    found = problem(await client.post("/articles", json=sent), status, slug)
    assert [r["status"] for r in found["results"]] == ["rejected", "rejected"]


@pytest.mark.parametrize(
    ("content", "headers", "status", "slug"),
    [
        (b"{", JSON, 400, "malformed-body"),
        (b"", JSON, 400, "malformed-body"),
        (b"[]", JSON, 400, "malformed-body"),
        (b'{"text": "\xff"}', JSON, 400, "malformed-body"),
        (b'{"text": "a", "text": "b"}', JSON, 400, "malformed-body"),
        (b"[" * 100_000, JSON, 400, "malformed-body"),
        (b"{}", JSON | {"content-encoding": "gzip"}, 400, "malformed-body"),
        (b"7", JSON, 400, "invalid-article"),
        (b"{}", JSON, 400, "invalid-article"),
        (b'{"text": "a", "body": "b"}', JSON, 400, "invalid-article"),
        (b"{}", {}, 415, "unsupported-media-type"),
        (b"{}", {"content-type": "text/plain"}, 415, "unsupported-media-type"),
        (b"{}", JSON | {"content-encoding": "br"}, 415, "unsupported-media-type"),
        (b'{"text": "  "}', JSON, 422, "unprocessable-article"),
        (b'{"text": "a\\u0000"}', JSON, 422, "unprocessable-article"),
        (b'{"text": "a\\ud800"}', JSON, 422, "unprocessable-article"),
        (b'{"html": "<html><body></body></html>"}', JSON, 422, "unprocessable-article"),
        (b'{"text": "a", "published_at": "soon"}', JSON, 422, "unprocessable-article"),
        (b'{"text": "a", "extra": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}", JSON, 422, "unprocessable-article"),
        (gzip.compress(b" " * 40_000_000, mtime=0), JSON | {"content-encoding": "gzip"}, 413, "body-too-large"),
        (b" " * (9 * 1024 * 1024), JSON, 413, "body-too-large"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else None,
)
async def test_bad_input_of_each_kind_gets_its_problem(
    client: httpx.AsyncClient, log: Log, content: bytes, headers: dict[str, str], status: int, slug: str
) -> None:
    problem(await client.post("/articles", content=content, headers=headers), status, slug)
    assert await articles(log) == []


async def test_a_body_without_a_length_is_bounded_too(client: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(200):
            yield b" " * 65_536

    problem(await client.post("/articles", content=endless(), headers=JSON), 413, "body-too-large")


async def test_other_paths_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    for answer, status in ((await client.get("/articles"), 405), (await client.get("/nothing"), 404)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_keys_are_required_where_there_are_any(serve: Serve, log: Log) -> None:
    client = await serve(log, FRONTLOG_INGEST_KEYS="a-key-of-20-letters! another-key-of-this-service")
    found = await client.post("/articles", json={"text": TEXT})
    problem(found, 401, "unauthorized")
    assert found.headers["www-authenticate"].startswith("Bearer")
    wrong = await client.post("/articles", json={"text": TEXT}, headers={"authorization": "Bearer nonsense"})
    problem(wrong, 401, "unauthorized")
    right = {"authorization": "Bearer another-key-of-this-service"}
    assert (await client.post("/articles", json={"text": TEXT}, headers=right)).status_code == 202


async def test_unsigned_articles_can_be_switched_off(serve: Serve, log: Log) -> None:
    client = await serve(log, FRONTLOG_INGEST_OPEN="false")
    problem(await client.post("/articles", json={"text": TEXT}), 403, "closed")


async def test_a_client_that_comes_too_often_is_told_when_to_come_again(serve: Serve, log: Log) -> None:
    client = await serve(log, FRONTLOG_INGEST_RATE="1", FRONTLOG_INGEST_BURST="1")
    answers = [await client.post("/articles", json={"text": f"{TEXT} {n}"}) for n in range(5)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    problem(refused[0], 429, "too-many-requests")
    assert int(refused[0].headers["retry-after"]) >= 1
    assert len(await articles(log)) == 5 - len(refused)


async def test_more_requests_than_fit_are_answered_503_and_nothing_is_lost(serve: Serve, log: Log) -> None:
    client = await serve(log, FRONTLOG_INGEST_MAX_IN_FLIGHT="1")
    begun, go = asyncio.Event(), asyncio.Event()

    async def slowly() -> Any:
        yield b'{"text": "'
        begun.set()
        await go.wait()
        yield TEXT.encode() + b'"}'

    slow = asyncio.create_task(client.post("/articles", content=slowly(), headers=JSON))
    await begun.wait()
    await client.get("/healthz")  # what was sent before this has arrived
    answer = await client.post("/articles", json={"text": TEXT + "!"})
    problem(answer, 503, "busy")
    assert int(answer.headers["retry-after"]) >= 1
    go.set()
    assert (await slow).status_code == 202
    assert (await client.post("/articles", json={"text": TEXT + "!"})).status_code in (200, 202)


async def test_a_body_that_does_not_come_is_408(serve: Serve, log: Log) -> None:
    client = await serve(log, FRONTLOG_INGEST_BODY_SECONDS="1")
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(
        b"POST /articles HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"
    )
    answer = await asyncio.wait_for(reader.read(), 30)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"urn:frontlog:problem:body-timeout" in answer
    writer.close()


async def test_without_a_log_nothing_is_accepted(serve: Serve) -> None:
    log = open_log(NOWHERE)
    client = await serve(log)
    for _ in range(2):
        answer = await client.post("/articles", json={"text": TEXT})
        problem(answer, 503, "log-unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert ready.headers["content-type"] == "application/problem+json"
    assert (await client.get("/healthz")).status_code == 200
    await log.close()


async def test_when_the_log_goes_and_comes_back_what_was_refused_can_be_sent_again(
    client: httpx.AsyncClient, log: Log, postgres_session: Any
) -> None:
    assert (await client.post("/articles", json={"text": TEXT})).status_code == 202
    postgres_session.kill()
    try:
        lost = await client.post("/articles", json={"text": TEXT + " 2"})
        problem(lost, 503, "log-unavailable")
    finally:
        await asyncio.to_thread(postgres_session.start)
    answer = await client.post("/articles", json={"text": TEXT + " 2"})
    for _ in range(50):
        if answer.status_code != 503:
            break
        await asyncio.sleep(0.2)
        answer = await client.post("/articles", json={"text": TEXT + " 2"})
    assert answer.status_code == 202
    assert len(await articles(log)) == 2


async def test_health_metrics_and_documentation_are_served(client: httpx.AsyncClient) -> None:
    await client.post("/articles", json={"text": TEXT})
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    metrics = (await client.get("/metrics")).text
    assert 'frontlog_articles_accepted_total{source="articles"}' in metrics
    assert 'frontlog_http_requests_total{method="POST",route="/articles",status="202"}' in metrics
    assert (await client.get("/docs")).status_code == 200
    assert (await client.get("/openapi.json")).json()["openapi"].startswith("3.1")


async def test_a_restarted_ingest_knows_the_articles_at_the_end_of_the_log(serve: Serve, log: Log) -> None:
    first = await serve(log)
    sent = [{"text": f"{TEXT} Update {number}.", "url": f"https://e.org/{number}"} for number in range(20)]
    assert {(await first.post("/articles", json=one)).status_code for one in sent} == {202}
    changed = {"text": f"{TEXT} It was changed.", "url": "https://e.org/3"}
    assert (await first.post("/articles", json=changed)).status_code == 202

    second = await serve(log)
    answers = [await second.post("/articles", json=one) for one in sent]
    assert [answer.status_code for answer in answers] == [200 if number != 3 else 202 for number in range(20)]
    assert len(await articles(log)) == 22
