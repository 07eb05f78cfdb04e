"""Signatures of outgoing webhooks by Standard Webhooks: HMAC-SHA256 over id, time and body, one for each secret."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def headers(keys: Sequence[str], message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of one attempt. `at` is its time in seconds since 1970; while a secret is replaced, both sign."""
    signed = b".".join((message_id.encode("ascii"), str(at).encode("ascii"), body))
    signatures = [
        base64.b64encode(hmac.new(base64.b64decode(key.removeprefix(PREFIX)), signed, hashlib.sha256).digest())
        for key in keys
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{signature.decode('ascii')}" for signature in signatures),
    }
