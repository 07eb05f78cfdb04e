"""Standard Webhooks: is this body from the source it names, and fresh? Comes before the body is read as JSON.

What is signed is the JSON text: where the body came compressed, the text it expands to. A sender's own middle boxes may
compress; the signature holds all the same.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

PREFIX: Final = "whsec_"
HEADERS: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")
MAX_ID_LENGTH: Final = 256


class SignatureError(Exception):
    """The request is not from the source it names, or is too old. The text says which, for the sender."""


def usable(secret: str) -> bool:
    """Whether `secret` is one of Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        return secret.startswith(PREFIX) and 24 <= len(base64.b64decode(secret[len(PREFIX) :], validate=True)) <= 64
    except (binascii.Error, ValueError):
        return False


def verify(secrets: tuple[str, ...], headers: Mapping[str, str], body: bytes) -> str:
    """Return the webhook's id where one of `secrets` signed `body` within the last 5 minutes (or the next 5).

    Raises SignatureError. Every secret is tried, so that two are valid while one replaces the other.
    """
    lowered = {name: headers[name] for name in HEADERS if name in headers}
    for name in HEADERS:
        if not lowered.get(name):
            raise SignatureError(f"the header {name} is missing")
    if len(lowered["webhook-id"]) > MAX_ID_LENGTH:
        raise SignatureError(f"webhook-id is longer than {MAX_ID_LENGTH} characters")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise SignatureError("the body is not UTF-8, so it was not signed by Standard Webhooks") from None
    lowered["webhook-signature"] = _readable(lowered["webhook-signature"])
    fault = "no signature matches"
    for secret in secrets:
        try:
            Webhook(secret).verify(text, lowered, json_parse=False)
            return lowered["webhook-id"]
        except WebhookVerificationError as error:
            fault = _told(str(error))
    raise SignatureError(fault)


def _readable(listed: str) -> str:
    """Keep the signatures that can be read; the library expects nothing else."""
    kept = []
    for signature in listed.split(" ")[:16]:
        version, separator, value = signature.partition(",")
        try:
            if separator and version == "v1" and base64.b64decode(value, validate=True):
                kept.append(f"v1,{value}")
        except (binascii.Error, ValueError):
            continue
    if not kept:
        raise SignatureError("webhook-signature holds no v1 signature: expected `v1,` and base64")
    return " ".join(kept)


def _told(fault: str) -> str:
    if "too old" in fault:
        return "webhook-timestamp is more than 5 minutes ago"
    if "too new" in fault:
        return "webhook-timestamp is more than 5 minutes ahead"
    if "Signature Headers" in fault:
        return "webhook-timestamp is not a time in seconds since 1970"
    return "no signature matches: wrong secret, or the body was changed on its way"
