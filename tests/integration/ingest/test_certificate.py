"""The webhook's certificate: when it ends, and that it is refused, are told as metrics."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from prometheus_client import Gauge

from services.ingest import certificate
from services.runtime import metrics


@asynccontextmanager
async def proxy(authority: trustme.CA, ends: datetime) -> AsyncIterator[tuple[str, int]]:
    """A TLS server as a proxy in front of the webhook is."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", not_after=ends).configure_cert(context)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    try:
        yield "localhost", server.sockets[0].getsockname()[1]
    finally:
        server.close()


def trust(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))


async def becomes(gauge: Gauge, value: float) -> None:
    for _ in range(1000):
        if gauge._value.get() == value:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"stays at {gauge._value.get()}")


async def test_its_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, ends = trustme.CA(), datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    trust(authority, tmp_path, monkeypatch)
    async with proxy(authority, ends) as (host, port):
        await certificate.look((host, port))
        name = f"{host}:{port}"
        assert metrics.CERTIFICATE_TRUSTED.labels(name)._value.get() == 1
        assert metrics.CERTIFICATE_EXPIRY.labels(name)._value.get() == pytest.approx(ends.timestamp(), abs=1)


async def test_one_that_has_ended_or_is_of_an_unknown_authority_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    trust(authority, tmp_path, monkeypatch)
    long = datetime.now(UTC) + timedelta(days=99)
    for issuer, ends in ((authority, datetime.now(UTC) - timedelta(days=1)), (trustme.CA(), long)):
        async with proxy(issuer, ends) as (host, port):
            metrics.CERTIFICATE_TRUSTED.labels(f"{host}:{port}").set(1)
            await certificate.look((host, port))
            assert metrics.CERTIFICATE_TRUSTED.labels(f"{host}:{port}")._value.get() == 0


async def test_one_that_is_refused_is_looked_at_again_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "AGAIN_SECONDS", 0.01)
    trust(trustme.CA(), tmp_path, monkeypatch)
    authority = trustme.CA()
    async with proxy(authority, datetime.now(UTC) + timedelta(days=99)) as (host, port):
        told = metrics.CERTIFICATE_TRUSTED.labels(f"{host}:{port}")
        told.set(-1)
        looking = asyncio.create_task(certificate.keep_looking((host, port)))
        try:
            await becomes(told, 0)
            trust(authority, tmp_path, monkeypatch)
            await becomes(told, 1)
        finally:
            looking.cancel()


async def test_nobody_there_tells_nothing() -> None:
    with pytest.raises(OSError):
        await certificate.look(("localhost", 1))


def test_the_address_is_https() -> None:
    assert certificate.address("") is None
    assert certificate.address("https://in.example.org/webhooks/wire") == ("in.example.org", 443)
    for wrong in ("http://in.example.org", "in.example.org", "https://"):
        with pytest.raises(ValueError, match="https"):
            certificate.address(wrong)
