"""Who may post to `/articles`: the bearer keys, and who counts as one client for the rate limit."""

import hashlib
import hmac
import ipaddress

from services.ingest import problems


class Keys:
    """The bearer keys of `POST /articles`. Without keys, `open` decides whether it takes articles at all."""

    def __init__(self, keys: tuple[str, ...], *, open: bool) -> None:
        self._digests = tuple(_digest(key) for key in keys)
        self._open = open

    def admit(self, authorization: str | None, address: str | None) -> str:
        """Return the name under which the rate limit counts this request. Raises the problems 401 and 403.

        Every key is compared in constant time, so that the time taken tells nothing of them.
        """
        if not self._digests:
            if not self._open:
                raise problems.closed()
            return client(address)
        scheme, _, given = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            raise problems.unauthorized("the header `Authorization: Bearer <key>` is missing")
        digest = _digest(given.strip())
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        if not any(matches):
            raise problems.unauthorized("the key is not one of those that are valid here")
        return f"key:{digest.hex()[:16]}"


def client(address: str | None) -> str:
    """Return the client that an address stands for: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return f"address:{address or 'unknown'}"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return f"address:{parsed.ipv4_mapped}"
        return f"address:{ipaddress.ip_network((parsed, 64), strict=False)}"
    return f"address:{parsed}"


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
