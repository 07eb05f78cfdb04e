"""What the images' health checks run, for want of curl: `python -IS healthcheck.py URL`, 0 if URL answers 200, else 1.

It runs every few seconds in every container, so it is quick to start: a socket, and none of the libraries for HTTP.
"""

import socket
import sys

SECONDS = 8.0
MOST = 2000


def main(url: str) -> int:
    server, _, path = url.removeprefix("http://").partition("/")
    host, _, port = server.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
            connection.sendall(f"GET /{path} HTTP/1.0\r\nHost: {server}\r\n\r\n".encode())
            answer = b""
            while len(answer) < MOST and (part := connection.recv(MOST)):
                answer += part
    except OSError as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1
    head, _, body = answer.partition(b"\r\n\r\n")
    protocol, _, status = head.split(b"\r\n")[0].partition(b" ")
    if protocol.startswith(b"HTTP/") and status.split(b" ")[0] == b"200":
        return 0
    print(f"{url}: {status[:3].decode(errors='replace')} {body[:500].decode(errors='replace')}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
