"""`frontlog export` against a running API: files that are whole, or not there."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import uvicorn
from typer.testing import CliRunner

from services.cli import app
from services.runtime.settings import load
from services.store.api.app import create_app
from services.store.api.settings import ApiSettings
from tests.integration.store.conftest import new_store
from tests.integration.store.test_api import EVERYTHING, STRIKE, seed
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="module")
def api(postgres_session: PostgresServer) -> Iterator[str]:
    """The address of a query API that listens."""
    database = postgres_session.new_database()

    async def seeded() -> None:
        async with new_store(database) as store:
            await seed(store)

    asyncio.run(seeded())
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(create_app(load(ApiSettings, {}), database), log_config=None, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
    postgres_session.drop_database(database)


def run(api: str, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["export", *arguments], env={"FRONTLOG_API_URL": api})


def test_a_file_has_the_rows_that_the_filters_choose(api: str, tmp_path: Path) -> None:
    file = tmp_path / "strikes.parquet"
    result = run(api, "events", "--type", "strike", "-o", str(file))
    assert result.exit_code == 0, result.output
    assert list(pd.read_parquet(file)["event_id"]) == [STRIKE.event_id]
    assert [path.name for path in tmp_path.iterdir()] == ["strikes.parquet"]
    result = run(api, "events", "-o", str(tmp_path / "all.csv"), "--where", "min_confidence=0")
    assert len(pd.read_csv(tmp_path / "all.csv")) == len(EVERYTHING), result.output


def test_without_a_file_it_is_printed(api: str) -> None:
    result = run(api, "claims", "--stance", "denies")
    assert result.exit_code == 0
    # The API, which runs in this process here, logs beside it.
    assert [line[:12] for line in result.stdout.splitlines() if line.startswith("{")] == ['{"claim_id":']


def test_the_name_of_the_file_tells_the_format_unless_it_is_told(api: str, tmp_path: Path) -> None:
    for name, extra, begin in (
        ("e.acled.csv", (), b"event_id_cnty,"),
        ("e.csv", (), b"event_id,"),
        ("e.geojson", (), b'{"type":"FeatureCollection"'),
        ("e.txt", (), b'{"event_id"'),
        ("f.txt", ("--format", "plover.csv"), b"event_id,event_date,event_type"),
    ):
        result = run(api, "events", "-o", str(tmp_path / name), *extra)
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).read_bytes().startswith(begin), name


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["events", "--type", "stroke"], "type"),
        (["events", "--where", "tpye=strike"], "tpye"),
        (["events", "--where", "tpye"], "NAME=VALUE"),
        (["event"], "choose one of events"),
        (["sources", "--format", "geojson"], "not every list"),
        (["events", "--format", "xlsx"], "--format is one of"),
    ],
)
def test_what_is_refused_is_told_and_leaves_the_file(api: str, tmp_path: Path, arguments: list[str], told: str) -> None:
    file = tmp_path / "kept.csv"
    file.write_text("before")
    result = run(api, *arguments, "-o", str(file), "--force")
    assert result.exit_code == 1
    assert told in result.stderr
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.csv"]


def test_a_file_is_replaced_only_when_that_is_said(api: str, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text("before")
    refused = run(api, "events", "-o", str(file))
    assert (refused.exit_code, file.read_text()) == (1, "before")
    assert "--force" in refused.stderr
    assert run(api, "events", "-o", str(file), "--force").exit_code == 0
    assert len(file.read_text().splitlines()) == len(EVERYTHING)


def test_an_answer_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def half() -> None:
            connection, _ = listening.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            connection.close()

        thread = threading.Thread(target=half)
        thread.start()
        result = run(f"http://127.0.0.1:{listening.getsockname()[1]}", "events", "-o", str(tmp_path / "events.csv"))
        thread.join()
    assert result.exit_code == 1
    assert "cut off" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_api_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = run("http://127.0.0.1:1", "events", "-o", str(tmp_path / "events.csv"))
    assert result.exit_code == 1
    assert "cannot be reached" in result.stderr
    assert list(tmp_path.iterdir()) == []
