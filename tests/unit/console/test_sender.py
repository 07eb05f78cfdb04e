"""What is posted is what the webhook can read, and say what is wrong with."""

import json

import httpx
import pytest

from services.console.sender import Sender, standard_webhooks


def posted(article: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> httpx.Request:
    """The request that is made of an article, signed."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202, json={"article_id": "a", "revision": "r", "status": "accepted"})

    sign = standard_webhooks("whsec_" + "A" * 32)
    with Sender("http://ingest", source="samples", sign=sign) as sender:
        monkeypatch.setattr(
            sender, "_client", httpx.Client(base_url="http://ingest", transport=httpx.MockTransport(answer))
        )
        assert sender.send("a", article).status == "accepted"
    return seen[0]


def test_letters_go_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Бахмут".encode() in posted({"text": "Бахмут"}, monkeypatch).content


def test_half_of_a_surrogate_pair_arrives_for_the_webhook_to_name(monkeypatch: pytest.MonkeyPatch) -> None:
    body = posted({"text": "a\ud800"}, monkeypatch).content
    assert json.loads(body) == {"text": "a\ud800"}
    assert body.isascii()
