"""The health check of the images tells a healthy answer from every other."""

import importlib.util
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def healthcheck() -> Any:
    spec = importlib.util.spec_from_file_location(
        "healthcheck", Path(__file__).parents[3] / "deploy" / "healthcheck.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/garbage":
            self.wfile.write(b"not HTTP at all\r\n\r\n")
            return
        self.send_response(int(self.path.strip("/")))
        self.end_headers()
        self.wfile.write(b"the log does not answer")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_200_is_healthy(healthcheck: Any, address: str) -> None:
    assert healthcheck.main(f"{address}/200") == 0


@pytest.mark.parametrize("status", [204, 404, 503])
def test_any_other_answer_is_not(healthcheck: Any, address: str, status: int) -> None:
    assert healthcheck.main(f"{address}/{status}") == 1


def test_the_reason_is_shown(healthcheck: Any, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    healthcheck.main(f"{address}/503")
    assert "503 the log does not answer" in capsys.readouterr().err


def test_what_is_not_http_is_not_healthy(healthcheck: Any, address: str) -> None:
    assert healthcheck.main(f"{address}/garbage") == 1


def test_nobody_listening_is_not_healthy(healthcheck: Any) -> None:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.server_close()
    assert healthcheck.main(f"http://127.0.0.1:{server.server_port}/healthz") == 1
