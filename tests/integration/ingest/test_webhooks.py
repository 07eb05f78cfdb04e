"""POST /webhooks/{source}: signatures, rotation and replays on a real log."""

import asyncio
import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.contracts import codec
from services.contracts.cloudevents import header
from services.contracts.messages import Article
from services.runtime.log.open import open_log
from services.runtime.log.port import Log
from tests.integration.ingest.conftest import NEW, NOWHERE, OLD, Serve, articles, signed

BODY = json.dumps({"text": "Російські війська залишили село, повідомив речник.", "language": "uk"}).encode()
PATH = "/webhooks/wire"


async def test_a_signed_article_is_logged_with_its_source(client: httpx.AsyncClient, log: Log) -> None:
    answer = await client.post(PATH, content=BODY, headers=signed(BODY, "msg_1"))
    assert answer.status_code == 202
    (record,) = await articles(log)
    assert codec.decode(Article, record.value or b"").source == "wire"
    assert header(record.headers, "ce_source") == "/webhooks/wire"


@pytest.mark.parametrize("secret", [OLD, NEW])
async def test_both_secrets_are_valid_during_a_rotation(client: httpx.AsyncClient, secret: str) -> None:
    assert (await client.post(PATH, content=BODY, headers=signed(BODY, "msg_1", secret))).status_code == 202


async def test_after_the_rotation_the_old_secret_is_refused(serve: Serve, log: Log) -> None:
    client = await serve(log, FRONTLOG_INGEST_WEBHOOK_SECRETS=f"wire={NEW}")
    assert (await client.post(PATH, content=BODY, headers=signed(BODY, "msg_1", OLD))).status_code == 401
    assert (await client.post(PATH, content=BODY, headers=signed(BODY, "msg_1", NEW))).status_code == 202


async def test_a_repeat_is_answered_like_the_first_time_and_logged_once(client: httpx.AsyncClient, log: Log) -> None:
    first = await client.post(PATH, content=BODY, headers=signed(BODY, "msg_1"))
    later = datetime.now(UTC) + timedelta(seconds=30)
    again = await client.post(PATH, content=BODY, headers=signed(BODY, "msg_1", OLD, moment=later))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.json()["status"] == "accepted"
    assert len(await articles(log)) == 1


async def test_repeats_at_the_same_time_are_logged_once(client: httpx.AsyncClient, log: Log) -> None:
    headers = signed(BODY, "msg_1")
    answers = await asyncio.gather(*(client.post(PATH, content=BODY, headers=headers) for _ in range(10)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
    assert len(await articles(log)) == 1


async def test_the_same_id_with_another_body_is_refused_and_lost_nowhere(client: httpx.AsyncClient, log: Log) -> None:
    await client.post(PATH, content=BODY, headers=signed(BODY, "msg_1"))
    other = json.dumps({"text": "Another article."}).encode()
    answer = await client.post(PATH, content=other, headers=signed(other, "msg_1"))
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:frontlog:problem:webhook-id-reused"
    assert (await client.post(PATH, content=other, headers=signed(other, "msg_2"))).status_code == 202
    assert len(await articles(log)) == 2


async def test_a_repeat_after_a_failure_is_taken(serve: Serve, log: Log) -> None:
    """What was answered 503 was not taken: the sender's next attempt must not be mistaken for a repeat."""
    gone = open_log(NOWHERE)
    secrets = {"FRONTLOG_INGEST_WEBHOOK_SECRETS": f"wire={NEW}"}
    without = await serve(gone, **secrets)
    for _ in range(2):
        assert (await without.post(PATH, content=BODY, headers=signed(BODY, "msg_1"))).status_code == 503
    await gone.close()
    client = await serve(log, **secrets)
    assert (await client.post(PATH, content=BODY, headers=signed(BODY, "msg_1"))).status_code == 202


async def test_the_signature_is_of_the_uncompressed_body(client: httpx.AsyncClient) -> None:
    headers = signed(BODY, "msg_1") | {"content-encoding": "gzip"}
    assert (await client.post(PATH, content=gzip.compress(BODY), headers=headers)).status_code == 202


def _stale() -> dict[str, str]:
    return signed(BODY, "msg_1", moment=datetime.now(UTC) - timedelta(minutes=6))


STRANGER = "whsec_" + base64.b64encode(b"secret of nobody that is known 0").decode()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, {"content-type": "application/json"}),
        (PATH, signed(BODY, "msg_1", STRANGER)),
        (PATH, signed(BODY + b" ", "msg_1")),
        (PATH, signed(BODY, "msg_1") | {"webhook-id": "msg_2"}),
        (PATH, signed(BODY, "msg_1") | {"webhook-signature": "v1,AAAA"}),
        (PATH, signed(BODY, "msg_1") | {"webhook-signature": "nonsense"}),
        (PATH, signed(BODY, "msg_1") | {"webhook-timestamp": "nan"}),
        (PATH, _stale()),
        ("/webhooks/unknown", signed(BODY, "msg_1")),
    ],
)
async def test_what_is_not_signed_rightly_is_401(
    client: httpx.AsyncClient, log: Log, path: str, headers: dict[str, str]
) -> None:
    answer = await client.post(path, content=BODY, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:frontlog:problem:bad-signature"
    assert answer.headers["www-authenticate"]
    assert await articles(log) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'{"text": ""}', 422), (b'[{"text": ""}]', 422), (b'{"a": 1}', 400)],
)
async def test_a_signature_does_not_excuse_a_bad_body(client: httpx.AsyncClient, body: bytes, status: int) -> None:
    for _ in range(2):
        answer = await client.post(PATH, content=body, headers=signed(body, "msg_1"))
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_batch_can_be_signed(client: httpx.AsyncClient, log: Log) -> None:
    body = json.dumps([{"text": f"Report number {n}."} for n in range(3)]).encode()
    answers: list[Any] = [await client.post(PATH, content=body, headers=signed(body, "msg_1")) for _ in range(2)]
    assert answers[0].json()["accepted"] == 3
    assert answers[1].content == answers[0].content
    assert len(await articles(log)) == 3
