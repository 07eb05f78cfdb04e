"""Free TCP ports on loopback, for services that `frontlog up` starts."""

import socket


def available(host: str, port: int) -> bool:
    """True where nothing listens on the port and it can be bound."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose(host: str, preferred: int) -> int:
    """The preferred port or, where that is taken, a free one of the system's choice."""
    if available(host, preferred):
        return preferred
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
