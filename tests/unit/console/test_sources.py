"""Articles from files, folders and pages; what cannot be read is told, and the rest goes on."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.console.sources import MAX_REDIRECTS, SourceError, fetch, read


def test_every_kind_of_file_in_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"text": "one"}))
    (tmp_path / "b.json").write_text(json.dumps([{"text": "two"}, {"text": "three"}]))
    (tmp_path / "c.jsonl").write_text('{"text": "four"}\n\n{"text": "five"}\n')
    (tmp_path / "d.txt").write_text("six")
    (tmp_path / "e.html").write_text("<p>seven</p>")
    (tmp_path / "README.md").write_text("not an article")
    articles = [found.article for found in read(str(tmp_path))]
    assert articles == [
        *({"text": word} for word in ("one", "two", "three", "four", "five", "six")),
        {"html": "<p>seven</p>"},
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[1]", "expected an object, got int"),
        ("a.jsonl", b'"text"', "expected an object, got str"),
        ("a.json", b"[" * 200_000, "not JSON"),
        ("a.txt", b"\xff\xfe\x00", "utf-8"),
        ("a.pdf", b"%PDF", "expected one of"),
    ],
)
def test_a_fault_names_its_place_and_does_not_end_the_reading(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (found,) = read(str(path))
    assert found.article is None
    assert found.fault is not None and told in found.fault
    assert found.name.startswith(str(path))


def test_a_bad_line_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "one"}\nnonsense\n{"text": "two"}\n')
    found = list(read(str(path)))
    assert [f.article for f in found] == [{"text": "one"}, None, {"text": "two"}]
    assert found[1].name == f"{path}:2"


def test_a_missing_path_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    (missing,) = read(str(tmp_path / "nothing.txt"))
    (empty,) = read(str(tmp_path))
    assert missing.fault and "No such file" in missing.fault
    assert empty.fault and "no .json" in empty.fault


class Hostile(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/redirect-to/"):
            self.send_response(302)
            self.send_header("location", self.path.removeprefix("/redirect-to/"))
            self.end_headers()
            return
        kind = "application/pdf" if self.path == "/pdf" else "text/html; charset=utf-8"
        self.send_response(200)
        self.send_header("content-type", kind)
        self.end_headers()
        try:
            if self.path == "/endless":
                for _ in range(160):
                    self.wfile.write(b"x" * 65536)
            else:
                self.wfile.write("<p>Привіт</p>".encode())
        except (BrokenPipeError, ConnectionResetError):
            pass

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_page_is_fetched(hostile: str) -> None:
    assert fetch(f"{hostile}/page", allow_private=True) == "<p>Привіт</p>"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "0.0.0.0", "2130706433"]
)
def test_addresses_that_are_not_public_are_refused(host: str) -> None:
    with pytest.raises(SourceError, match="not a public address"):
        fetch(f"http://{host}/")


def test_a_name_that_leads_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("93.184.215.14", "192.168.1.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answer)
    with pytest.raises(SourceError, match="not a public address"):
        fetch("http://news.example/")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/redirect-to/file:///etc/passwd", "not an http"),
        ("/redirect-to/ftp://127.0.0.1/", "not an http"),
        ("/endless", "more than 5242880 bytes"),
        ("/pdf", "is application/pdf"),
    ],
)
def test_a_hostile_answer_is_refused(hostile: str, path: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        fetch(hostile + path, allow_private=True)


def test_redirects_end(hostile: str) -> None:
    address = f"{hostile}/page"
    for _ in range(MAX_REDIRECTS + 1):
        address = f"{hostile}/redirect-to/{address}"
    with pytest.raises(SourceError, match="redirects"):
        fetch(address, allow_private=True)


def test_lines_end_where_json_ends_them(tmp_path: Path) -> None:
    told = ["one\u2028two", "three\x85four", "five"]
    lines = "\r\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in told)
    (tmp_path / "a.jsonl").write_bytes(lines.encode())
    assert [found.article for found in read(str(tmp_path))] == [{"text": text} for text in told]


@pytest.mark.parametrize(("name", "content"), [("a.txt", "one"), ("a.json", '{"text": "one"}')])
def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8-sig")
    assert [found.article for found in read(str(tmp_path))] == [{"text": "one"}]
