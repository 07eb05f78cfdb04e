"""Standard Webhooks: who may, who may not, and that nothing a stranger sends does more than be refused."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from services.ingest.signatures import SignatureError, usable, verify

OLD = "whsec_" + base64.b64encode(b"o" * 32).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
BODY = '{"text": "Наступ"}'.encode()


def signed(
    secret: str, body: bytes = BODY, *, webhook_id: str = "msg_1", ago: timedelta = timedelta()
) -> dict[str, str]:
    moment = datetime.now(UTC) - ago
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, moment, body.decode()),
    }


def test_a_signed_body_gives_its_id() -> None:
    assert verify((NEW,), signed(NEW), BODY) == "msg_1"


def test_two_secrets_are_valid_during_a_rotation_and_one_after_it() -> None:
    assert verify((OLD, NEW), signed(OLD), BODY)
    assert verify((OLD, NEW), signed(NEW), BODY)
    with pytest.raises(SignatureError, match="no signature matches"):
        verify((NEW,), signed(OLD), BODY)


def test_a_sender_in_rotation_may_sign_with_both() -> None:
    headers = signed(NEW)
    headers["webhook-signature"] = f"{signed(OLD)['webhook-signature']} v1a,AAAA v2,x {headers['webhook-signature']}"
    assert verify((NEW,), headers, BODY)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, ""])
def test_each_header_is_required(name: str, value: str | None) -> None:
    headers = signed(NEW)
    if value is None:
        del headers[name]
    else:
        headers[name] = value
    with pytest.raises(SignatureError, match=name):
        verify((NEW,), headers, BODY)


@pytest.mark.parametrize(("ago", "told"), [(timedelta(minutes=6), "ago"), (timedelta(minutes=-6), "ahead")])
def test_more_than_five_minutes_off_is_refused(ago: timedelta, told: str) -> None:
    with pytest.raises(SignatureError, match=f"more than 5 minutes {told}"):
        verify((NEW,), signed(NEW, ago=ago), BODY)


@pytest.mark.parametrize("ago", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_less_than_five_minutes_off_is_not(ago: timedelta) -> None:
    assert verify((NEW,), signed(NEW, ago=ago), BODY)


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp"])
def test_every_signed_part_counts(part: str) -> None:
    headers = signed(NEW)
    headers[part] = headers[part] + "1" if part == "webhook-id" else str(int(headers[part]) + 1)
    with pytest.raises(SignatureError, match="no signature matches"):
        verify((NEW,), headers, BODY)
    with pytest.raises(SignatureError, match="no signature matches"):
        verify((NEW,), signed(NEW), BODY + b" ")


def test_a_body_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(SignatureError, match="not UTF-8"):
        verify((NEW,), signed(NEW), b"\xff\xfe")


def test_an_id_without_end_is_refused() -> None:
    with pytest.raises(SignatureError, match="longer than"):
        verify((NEW,), signed(NEW, webhook_id="x" * 300), BODY)


hostile = st.text(max_size=40) | st.sampled_from(
    ["v1,", "v1", ",", "v1,=", "v1,a", "v1,é", "nan", "inf", "1e400", "-1"]
)


@given(hostile, hostile, hostile, st.binary())
def test_hostile_headers_are_refused_and_nothing_else(one: str, two: str, three: str, body: bytes) -> None:
    headers = {"webhook-id": one, "webhook-timestamp": two, "webhook-signature": three}
    with pytest.raises(SignatureError):
        verify((NEW,), headers, body)
    fresh = str(int(datetime.now(UTC).timestamp()))
    with pytest.raises(SignatureError):
        verify((NEW,), headers | {"webhook-timestamp": fresh}, body)


@pytest.mark.parametrize(
    ("secret", "good"),
    [
        (NEW, True),
        ("whsec_", False),
        ("whsec_short", False),
        ("whsec_" + base64.b64encode(b"x" * 23).decode(), False),
        ("whsec_" + base64.b64encode(b"x" * 64).decode(), True),
        ("whsec_" + base64.b64encode(b"x" * 65).decode(), False),
        (NEW.removeprefix("whsec_"), False),
        ("whsec_é", False),
    ],
)
def test_usable_secrets(secret: str, good: bool) -> None:
    assert usable(secret) is good
