"""Requests to addresses that somebody else chose: a subscriber's webhook, a page to be fetched.

Such an address must not become a way into the operator's own network. The name is resolved here, every address that it
has is checked, and the connection goes to the very address that was checked: a name that answers differently the
second time changes nothing. Each redirect is checked like the first address. Time and bytes are bounded.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from services.runtime.settings import positive, setting

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host and a port -> its addresses as text. Raises OSError where there are none."""

_UNICAST: Final = ipaddress.ip_network("2000::/3")
_REFUSED: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        # IPv4 in another guise: translated by NAT64, Teredo, 6to4 (and the relays that lead there).
        *("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "192.88.99.0/24"),
        # Protocol assignments, which not every version of Python knows as such.
        "192.0.0.0/24",
    )
)


class OutboundError(Exception):
    """A request was not made or got no answer. The text says why, and may be shown to whoever chose the address."""


class RefusedAddressError(OutboundError):
    """The address, or one that it redirects to, must not be asked. Trying again does not help."""


class AnswerTooLargeError(OutboundError):
    """The answer is larger than is taken."""


def networks(text: str) -> tuple[Network, ...]:
    """Read networks separated by commas, as in 10.1.0.0/16, fd00::/8; the empty text is none."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(f"expected networks such as 10.1.0.0/16, separated by commas: {error}") from error


@dataclass(frozen=True, slots=True)
class OutboundSettings:
    allow: tuple[Network, ...] = setting(
        "FRONTLOG_OUTBOUND_ALLOW",
        "Networks that are not public and may still be asked, separated by commas; empty for none.",
        default="",
        parse=networks,
    )
    seconds: int = setting(
        "FRONTLOG_OUTBOUND_SECONDS",
        "Longest that a request to another's address takes, its redirects and its answer included.",
        default="20",
        parse=positive,
    )
    max_bytes: int = setting(
        "FRONTLOG_OUTBOUND_MAX_BYTES",
        "Largest answer of another's address that is read, in bytes.",
        default=str(5 * 1024 * 1024),
        parse=positive,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, from `url`, the last of the redirects. `body` is as it was sent, never decompressed."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes


def is_public(address: Address, allow: Sequence[Network] = ()) -> bool:
    """Whether `address` may be asked: one of the public Internet in its plain form, or of an allowed network."""
    if any(address in network for network in allow if network.version == address.version):
        return True
    if any(address in network for network in _REFUSED if network.version == address.version):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        # Among the rest: loopback, link-local, unique local, multicast, and IPv4 mapped or compatible.
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of `host`. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in found]


class Outbound:
    """Asks addresses that others chose; holds no connection between requests.

    `verify` says which certificates are trusted (those of the package certifi, unless given).
    """

    def __init__(
        self,
        settings: OutboundSettings,
        *,
        schemes: Sequence[str] = ("http", "https"),
        agent: str = "frontlog",
        resolver: Resolve = resolve,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._schemes = tuple(schemes)
        self._agent = agent
        self._resolve = resolver
        self._verify = verify or httpx.create_ssl_context(trust_env=False)

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None, redirects: int = 5) -> Answer:
        """Ask for `url`, following at most `redirects`. Raises OutboundError."""
        return await self._bounded("GET", url, dict(headers or {}), None, redirects)

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send `body` to `url`. A redirect is an answer like any other: it is not followed. Raises OutboundError."""
        return await self._bounded("POST", url, dict(headers or {}), body, None)

    async def check(self, url: str) -> None:
        """Raise OutboundError where `url` would not be asked as its name resolves now; nothing is sent."""
        await self._pinned(self._parsed(url))

    async def _bounded(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, redirects: int | None
    ) -> Answer:
        try:
            async with asyncio.timeout(self._settings.seconds):
                return await self._follow(method, url, headers, body, redirects)
        except TimeoutError as error:
            raise OutboundError(f"no whole answer in {self._settings.seconds} s") from error

    async def _follow(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, redirects: int | None
    ) -> Answer:
        target = self._parsed(url)
        for _ in range((redirects or 0) + 1):
            answer = await self._ask(method, target, headers, body)
            if redirects is None or not 300 <= answer.status < 400 or "location" not in answer.headers:
                return answer
            following = self._parsed(answer.headers["location"], target)
            if target.scheme == "https" and following.scheme != "https":
                raise RefusedAddressError("redirects from https to http")
            if (following.host, following.port) != (target.host, target.port):
                # Credentials are for whom they were given, and for nobody that it names.
                headers = {k: v for k, v in headers.items() if k.lower() not in ("authorization", "cookie")}
            target = following
        raise OutboundError(f"more than {redirects} redirects")

    def _parsed(self, url: str, base: httpx.URL | None = None) -> httpx.URL:
        """Parse once, by the parser that the request is made with: no two of them can differ."""
        try:
            found = base.join(url) if base is not None else httpx.URL(url)
        except (httpx.InvalidURL, ValueError, UnicodeError) as error:
            raise RefusedAddressError(f"not an address: {error}") from error
        if found.scheme not in self._schemes or not found.host:
            raise RefusedAddressError(f"not an {' or '.join(self._schemes)} address")
        if found.userinfo:
            raise RefusedAddressError("an address must not carry a user name or password")
        return found

    async def _pinned(self, url: httpx.URL) -> Address:
        """Resolve the host of `url`, check every address it has, and return the one to connect to."""
        host = url.raw_host.decode("ascii")
        try:
            found = await self._resolve(host, url.port or (443 if url.scheme == "https" else 80))
            addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
        except (OSError, ValueError, UnicodeError) as error:
            raise OutboundError(f"{host} cannot be resolved") from error
        if not addresses:
            raise OutboundError(f"{host} cannot be resolved")
        for address in addresses:
            if not is_public(address, self._settings.allow):
                raise RefusedAddressError(f"{host} is at {address}, which is not a public address")
        return addresses[0]

    async def _ask(self, method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes | None) -> Answer:
        address = await self._pinned(url)
        # Without keep-alive and for one request: a connection that was made for one name serves no other.
        async with httpx.AsyncClient(
            verify=self._verify, trust_env=False, follow_redirects=False, timeout=self._settings.seconds
        ) as client:
            request = client.build_request(
                method,
                url.copy_with(host=str(address)),
                headers={
                    "user-agent": self._agent,
                    **headers,
                    "host": url.netloc.decode("ascii"),
                    # What is small on the way can be large when it is unpacked.
                    "accept-encoding": "identity",
                },
                content=body,
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                response = await client.send(request, stream=True)
                try:
                    return Answer(str(url), response.status_code, response.headers, await self._body(response))
                finally:
                    await response.aclose()
            except httpx.HTTPError as error:
                raise OutboundError(f"{url.host} does not answer: {error or type(error).__name__}") from error

    async def _body(self, response: httpx.Response) -> bytes:
        most = self._settings.max_bytes
        if int(response.headers.get("content-length", "0") or 0) > most:
            raise AnswerTooLargeError(f"the answer has more than {most} bytes")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > most:
                raise AnswerTooLargeError(f"the answer has more than {most} bytes")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise OutboundError("the answer is compressed, which was not asked for")
        return bytes(body)
