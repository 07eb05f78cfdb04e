"""Signatures of outgoing webhooks, checked by the library of Standard Webhooks."""

import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.ingest.signatures import usable
from services.store.subscriptions.signing import headers, new_secret

BODY = '{"type":"test","data":"Бахмут"}'.encode()


def test_every_secret_that_signs_verifies_and_no_other() -> None:
    first, second, other = new_secret(), new_secret(), new_secret()
    assert all(map(usable, (first, second, other)))
    made = headers([first, second], "msg_1", int(time.time()), BODY)
    for secret in (first, second):
        assert Webhook(secret).verify(BODY, made) == {"type": "test", "data": "Бахмут"}
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(BODY, made)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_id_and_time_are_signed(name: str) -> None:
    secret = new_secret()
    made = headers([secret], "msg_1", int(time.time()), BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, made | {name: str(int(time.time()) - 1)})


def test_the_body_is_signed() -> None:
    secret = new_secret()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers([secret], "msg_1", int(time.time()), BODY))


def test_the_signature_is_the_one_of_the_specification() -> None:
    made = headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
