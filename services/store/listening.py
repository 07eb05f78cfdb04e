"""Where a service of the store listens."""


def host_port(text: str) -> tuple[str, int]:
    """Read `host:port`; IPv6 hosts in brackets."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdecimal() or int(port) > 65535:
        raise ValueError("expected host:port, as in 127.0.0.1:8081")
    return host, int(port)
