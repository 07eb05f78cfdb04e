"""What a server answers to bytes that are no HTTP request: a problem like every other, before there is an application
that could answer. Each service's server builds on this."""

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.runtime.web.problems import MEDIA_TYPE, problem


class ProblemHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with a problem document where it has a line of text."""

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP, and close."""
        found = problem("bad-request", 400, "Not an HTTP request that can be read", msg)
        body = msgspec.json.encode(found)
        self.transport.write(
            b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n"
            + f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        self.transport.close()
