"""Looks now and then at the certificate under which senders reach the webhook, from outside, as a sender does.

The proxy in front of ingest holds it; that it ends soon is what nobody notices until every sender is refused.
"""

import asyncio
import ssl
from typing import Final
from urllib.parse import urlsplit

import structlog

from services.runtime import metrics

LOOK_SECONDS: Final = 3600.0
AGAIN_SECONDS: Final = 60.0
"""After an attempt that told nothing, or a refusal: whoever mends that wants to see it."""
ANSWER_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


def address(text: str) -> tuple[str, int] | None:
    """Read the host and port of an https address; None for the empty text."""
    if not text:
        return None
    url = urlsplit(text)
    if url.scheme != "https" or not url.hostname:
        raise ValueError("expected https://host or https://host:port")
    return url.hostname, url.port or 443


async def keep_looking(where: tuple[str, int]) -> None:
    """Tell of the certificate at `where` as metrics, until it is cancelled."""
    while True:
        try:
            taken = await look(where)
        except (OSError, TimeoutError) as error:
            _log.warning("certificate_unknown", address=_name(where), error=str(error) or type(error).__name__)
            taken = False
        await asyncio.sleep(LOOK_SECONDS if taken else AGAIN_SECONDS)


async def look(where: tuple[str, int]) -> bool:
    """Look once; False where the certificate is refused. Raises OSError or TimeoutError where nobody answers."""
    host, port = where
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            # A context of its own each time: the authorities of this machine may have changed.
            _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        metrics.CERTIFICATE_TRUSTED.labels(_name(where)).set(0)
        _log.warning("certificate_refused", address=_name(where), error=error.verify_message)
        return False
    try:
        found = writer.get_extra_info("ssl_object").getpeercert()
        metrics.CERTIFICATE_EXPIRY.labels(_name(where)).set(ssl.cert_time_to_seconds(found["notAfter"]))
        metrics.CERTIFICATE_TRUSTED.labels(_name(where)).set(1)
        return True
    finally:
        writer.transport.abort()


def _name(where: tuple[str, int]) -> str:
    return f"{where[0]}:{where[1]}"
