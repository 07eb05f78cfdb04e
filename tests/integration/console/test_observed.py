"""`frontlog status` against a machine where extract and projector are known to Prometheus alone, as in compose."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from services.console.home import Addresses
from services.console.observed import observe

VECTOR = [
    {"metric": {"__name__": "up", "job": "extract", "instance": "a"}, "value": [0, "1"]},
    {"metric": {"__name__": "up", "job": "extract", "instance": "b"}, "value": [0, "0"]},
    {"metric": {"__name__": "up", "job": "projector", "instance": "c"}, "value": [0, "1"]},
    {"metric": {"__name__": "up", "job": "deliverer", "instance": "e"}, "value": [0, "1"]},
    {"metric": {"__name__": "up", "job": "prometheus", "instance": "d"}, "value": [0, "1"]},
    {"metric": {"__name__": "frontlog_flood_stopped", "job": "extract", "stage": "extract"}, "value": [0, "1"]},
    {"metric": {"__name__": "frontlog_build_info", "job": "api", "version": "9"}, "value": [0, "1"]},
    {"metric": {"__name__": "ALERTS", "alertname": "FloodStop", "alertstate": "firing"}, "value": [0, "1"]},
    {"metric": {"__name__": "ALERTS", "alertname": "LagGrowing", "alertstate": "pending"}, "value": [0, "1"]},
]
PAGES: dict[str, tuple[int, str]] = {
    "/readyz": (200, "{}"),
    "/metrics": (200, 'frontlog_build_info{version="0.1"} 1.0\nfrontlog_disk_free_bytes{disk="gone"} NaN\nother 2.0\n'),
    "/status": (200, '{"articles": 3}'),
    "/api/v1/query": (200, json.dumps({"status": "success", "data": {"resultType": "vector", "result": VECTOR}})),
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = PAGES.get(self.path.partition("?")[0], (404, ""))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Not into the tests' output."""


@pytest.fixture
def base() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_publishes_no_port_is_known_by_prometheus(base: str) -> None:
    found = observe(Addresses(base, base, None, None, None, prometheus=base), None)
    assert {name: one.ready for name, one in found.services.items()} == {
        "ingest": True,
        "api": True,
        "extract": False,
        "projector": True,
        "deliverer": True,
    }
    assert found.services["extract"].how == "1 of 2 answer Prometheus"
    assert [alert["alertname"] for alert in found.alerts] == ["FloodStop"]
    assert found.figures == {"articles": 3}
    told = {(sample.service, sample.name, sample.labels.get("version")) for sample in found.samples}
    assert told == {
        ("ingest", "frontlog_build_info", "0.1"),
        ("api", "frontlog_build_info", "0.1"),
        ("extract", "frontlog_flood_stopped", None),
    }, "whoever was asked itself is not told of twice"


def test_nobody_there_is_told_and_no_exception() -> None:
    nowhere = "http://127.0.0.1:1"
    found = observe(Addresses(nowhere, nowhere, None, None, None, prometheus=nowhere), None)
    assert [found.services[name].ready for name in ("ingest", "api", "extract", "projector", "deliverer")] == [
        False,
        False,
        None,
        None,
        None,
    ]
    assert found.figures is None
