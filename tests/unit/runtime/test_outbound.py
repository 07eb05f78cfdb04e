"""Requests to addresses that others chose: nothing inside is reached, whatever name, form or redirect is tried."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.runtime.outbound import (
    AnswerTooLargeError,
    Outbound,
    OutboundError,
    OutboundSettings,
    RefusedAddressError,
    is_public,
    networks,
)
from services.runtime.settings import SettingError, load
from tests.support.certificates import Authority

MOST = 100_000


def settings(allow: str = "127.0.0.0/8", **more: str) -> OutboundSettings:
    env = {"FRONTLOG_OUTBOUND_ALLOW": allow, "FRONTLOG_OUTBOUND_MAX_BYTES": str(MOST)}
    return load(OutboundSettings, env | {f"FRONTLOG_OUTBOUND_{name.upper()}": value for name, value in more.items()})


@dataclass
class Hostile:
    """A server that answers by the path it is asked for, and keeps what it was sent."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.asked.append(head)
            path = head.split()[1]
            if path.startswith("/to/"):
                writer.write(f"HTTP/1.1 302 F\r\nlocation: {path[4:]}\r\ncontent-length: 0\r\n\r\n".encode())
            elif path == "/endless":
                writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                while True:
                    writer.write(b"2000\r\n" + b"x" * 8192 + b"\r\n")
                    await writer.drain()
            elif path == "/announced":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n")
            elif path == "/dripping":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n")
                while True:
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.02)
            elif path == "/silent":
                await reader.read()
            elif path == "/bomb":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc")
            elif path == "/nonsense":
                writer.write(b"\x00\x01 no HTTP at all\r\n\r\n")
            elif path == "/headers":
                while True:
                    writer.write(b"HTTP/1.1 200 OK\r\n" + b"x-long: y\r\n" * 10_000)
                    await writer.drain()
            else:
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Hostile]:
    hostile = Hostile()
    server = await asyncio.start_server(hostile.serve, "127.0.0.1", 0, ssl=tls)
    hostile.port = server.sockets[0].getsockname()[1]
    try:
        yield hostile
    finally:
        server.close()


@pytest.fixture
async def hostile() -> AsyncIterator[Hostile]:
    async with serving() as server:
        yield server


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.215.14",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::5db8:d70e",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::1",
        "2002:5db8:d70e::1",
        "2001:0:5ef5:79fd::1",
        "2001:db8::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
    ],
)
def test_what_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"])
def test_what_is_public_is_not(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_an_operators_own_network_can_be_allowed_and_nothing_beside_it() -> None:
    allow = networks("10.1.0.0/16, fd00:1::/32")
    assert is_public(ipaddress.ip_address("10.1.2.3"), allow)
    assert is_public(ipaddress.ip_address("fd00:1::5"), allow)
    assert not is_public(ipaddress.ip_address("10.2.0.1"), allow)
    assert not is_public(ipaddress.ip_address("::ffff:10.1.2.3"), allow)
    with pytest.raises(SettingError, match="FRONTLOG_OUTBOUND_ALLOW: expected networks"):
        settings("10.1.0.5/16")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://LOCALHOST.:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0:{port}/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://0.0.0.0:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://user:password@127.0.0.1:{port}/",
        "http://93.184.215.14@127.0.0.1:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "ftp://127.0.0.1:{port}/",
        "unix:///var/run/docker.sock",
        "//127.0.0.1:{port}/",
        "http://",
        "http:///path",
        "http://127.0.0.1:99999/",
        "http://[::1",
        "http://a b/",
        "\x00",
        "",
    ],
)
async def test_no_spelling_of_this_machine_is_asked(hostile: Hostile, url: str) -> None:
    with pytest.raises(OutboundError):
        await Outbound(settings(allow="")).get(url.format(port=hostile.port))
    assert hostile.connections == 0


async def test_a_name_with_one_private_address_among_others_is_refused(hostile: Hostile) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14", "10.0.0.1"]

    with pytest.raises(RefusedAddressError, match=r"10\.0\.0\.1, which is not a public address"):
        await Outbound(settings(allow=""), resolver=resolver).get("http://news.example/")


async def test_a_name_that_answers_otherwise_the_second_time_changes_nothing() -> None:
    """Rebinding: the first answer is checked, and is where the connection goes; nobody asks a second time."""
    async with serving() as allowed, serving() as inside:
        answers = iter([["127.0.0.1"], ["127.0.0.2"]])
        asked = []

        async def resolver(host: str, port: int) -> Sequence[str]:
            asked.append(host)
            return next(answers)

        outbound = Outbound(settings(allow="127.0.0.1/32"), resolver=resolver)
        answer = await outbound.get(f"http://rebinding.example:{allowed.port}/")
        assert (answer.body, asked, inside.connections) == (b"hello", ["rebinding.example"], 0)
        assert f"host: rebinding.example:{allowed.port}" in allowed.asked[0].lower()
        with pytest.raises(RefusedAddressError):
            await outbound.get(f"http://rebinding.example:{allowed.port}/")
        assert allowed.connections == 1


@pytest.mark.parametrize("target", ["http://127.0.0.2:1/", "//127.0.0.2:1/", "http://10.0.0.1/", "http://[::1]/"])
async def test_a_redirect_is_checked_like_the_first_address(hostile: Hostile, target: str) -> None:
    with pytest.raises(RefusedAddressError, match="not a public address"):
        await Outbound(settings(allow="127.0.0.1/32")).get(f"{hostile.url}/to/{target}")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user@127.0.0.1/"])
async def test_a_redirect_to_what_is_no_web_page_is_refused(hostile: Hostile, target: str) -> None:
    with pytest.raises(RefusedAddressError):
        await Outbound(settings()).get(f"{hostile.url}/to/{target}")


async def test_redirects_are_followed_and_end(hostile: Hostile) -> None:
    outbound = Outbound(settings())
    answer = await outbound.get(f"{hostile.url}/to//there")
    assert (answer.url, answer.body) == (f"{hostile.url}/there", b"hello")
    with pytest.raises(OutboundError, match="more than 2 redirects"):
        await outbound.get(f"{hostile.url}/to//to//to//there", redirects=2)


async def test_credentials_do_not_go_where_another_points(hostile: Hostile) -> None:
    async with serving() as other:
        await Outbound(settings()).get(f"{hostile.url}/to/{other.url}/x", headers={"Authorization": "Bearer mine"})
        assert "Bearer mine" in hostile.asked[0]
        assert "Bearer mine" not in other.asked[0]


async def test_what_is_sent_is_not_sent_on(hostile: Hostile) -> None:
    answer = await Outbound(settings()).post(f"{hostile.url}/to/{hostile.url}/x", b"{}", headers={"x-mine": "1"})
    assert answer.status == 302
    assert hostile.connections == 1
    assert hostile.asked[0].startswith("POST ")


@pytest.mark.parametrize("path", ["/endless", "/announced"])
async def test_an_answer_that_is_too_large_is_left(hostile: Hostile, path: str) -> None:
    with pytest.raises(AnswerTooLargeError, match=f"more than {MOST} bytes"):
        await Outbound(settings()).get(f"{hostile.url}{path}")


@pytest.mark.parametrize("path", ["/bomb", "/nonsense", "/headers"])
async def test_an_answer_that_is_none_is_told(hostile: Hostile, path: str) -> None:
    with pytest.raises(OutboundError):
        await Outbound(settings()).get(f"{hostile.url}{path}")


@pytest.mark.parametrize("path", ["/silent", "/dripping"])
async def test_who_keeps_us_waiting_is_left(hostile: Hostile, path: str) -> None:
    with pytest.raises(OutboundError, match=r"in 1 s|does not answer"):
        await Outbound(settings(seconds="1")).get(f"{hostile.url}{path}")


async def test_nobody_there_is_told_as_such(hostile: Hostile) -> None:
    with pytest.raises(OutboundError, match="does not answer"):
        await Outbound(settings()).get("http://127.0.0.1:1/")

    async def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(OutboundError, match="cannot be resolved"):
        await Outbound(settings(), resolver=nowhere).get("http://nowhere.example/")


async def test_the_certificate_has_to_name_the_host_and_not_the_address(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*authority.certificate("hooks.example"))

    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async with serving(tls) as server:
        trusting = Outbound(settings(), resolver=resolver, verify=ssl.create_default_context(cafile=authority.ca))
        answer = await trusting.get(f"https://hooks.example:{server.port}/")
        assert answer.body == b"hello"
        with pytest.raises(OutboundError, match="certificate"):
            await trusting.get(f"https://others.example:{server.port}/")
        with pytest.raises(OutboundError, match="certificate"):
            await Outbound(settings(), resolver=resolver).get(f"https://hooks.example:{server.port}/")


async def test_a_step_down_from_https_is_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*authority.certificate("127.0.0.1"))
    async with serving(tls) as server:
        outbound = Outbound(settings(), verify=ssl.create_default_context(cafile=authority.ca))
        with pytest.raises(RefusedAddressError, match="https to http"):
            await outbound.get(f"https://127.0.0.1:{server.port}/to/http://127.0.0.1/")


async def test_only_the_schemes_that_are_wanted_are_taken(hostile: Hostile) -> None:
    with pytest.raises(RefusedAddressError, match="not an https address"):
        await Outbound(settings(), schemes=("https",)).check(hostile.url)
    await Outbound(settings()).check(hostile.url)
    assert hostile.connections == 0
