"""`frontlog dead-letters` as it is typed, on a real log: what it shows, does and refuses."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from services.contracts.topics import ARTICLES, TOPICS
from services.runtime.dead_letters import dead_letter
from services.runtime.log.open import open_log
from services.runtime.log.port import Outgoing, TopicPartition

Typed = Callable[..., Result]


@pytest.fixture
def typed(postgres: str, tmp_path: Path) -> Typed:
    """Types a command, on a log with three dead letters: one of each reason, the last with a hostile text."""
    asyncio.run(prepare(postgres))

    def run(*words: str) -> Result:
        env = {"FRONTLOG_LOG": postgres, "FRONTLOG_HOME": str(tmp_path), "COLUMNS": "200"}
        return CliRunner().invoke(app, ["dead-letters", *words], env=env)

    return run


async def prepare(address: str) -> None:
    log = open_log(address)
    await log.create_topics(TOPICS)
    for number, (reason, value) in enumerate(
        [("not_json", b"\xff{"), ("timeout", b"[bold]x[/nope]"), ("schema", b"\x1b[2J")]
    ):
        (at,) = await log.publish([Outgoing(ARTICLES.name, b"key-%d" % number, value, (("ce_id", b"[/]"),))])
        (record,) = await log.read(TopicPartition(at.topic, at.partition), at.offset, 1)
        error = value.decode("utf-8", "replace")
        await log.publish([dead_letter(record, stage="extract", reason=reason, error=error, version="1")])
    await log.close()


def states(typed: Typed) -> dict[str, str]:
    lines = typed("list", "--json").stdout.splitlines()
    return {letter["id"]: letter["state"] for letter in map(json.loads, lines)}


def test_a_day_with_dead_letters(typed: Typed) -> None:
    listed = typed("list")
    assert listed.exit_code == 0
    assert "extract/0/2" in listed.stdout and "[bold]x[/nope]" in listed.stdout
    assert typed("show", "extract/0/0", "--raw").stdout_bytes == b"\xff{"
    shown = typed("show", "extract/0/1")
    assert "[bold]x[/nope]" in shown.stdout and "frontlog.articles/" in shown.stdout and "ce_id: [/]" in shown.stdout
    assert "would be put back" in typed("retry", "--all", "--dry-run").stdout
    assert set(states(typed).values()) == {"open"}
    assert "1 put back" in typed("retry", "--reason", "timeout").stdout
    assert "1 dealt with before" in typed("retry", "extract/0/1").stdout
    assert "2 dropped" in typed("drop", "--all", "--yes", "--why", "a test").stdout
    assert states(typed) == {"extract/0/0": "dropped", "extract/0/1": "retried", "extract/0/2": "dropped"}
    assert "no such dead letters" in typed("retry", "--all", "--yes").stdout
    told = [json.loads(line) for line in typed("list", "--json", "--state", "dropped").stdout.splitlines()]
    assert {letter["why"] for letter in told} == {"a test"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["retry"], "--all takes all that are open"),
        (["retry", "--all"], "say --yes"),
        (["retry", "extract/0/99"], "there is no dead letter extract/0/99"),
        (["show", "extract"], "expected stage/partition/offset"),
        (["list", "--stage", "[/red]"], "the stages are extract, store"),
        (["list", "--state", "lost"], "the states are"),
        (["list", "--since", "yesterday"], "is no time"),
        (["list", "--since", "999999999w"], "before the calendar begins"),
        (["resume", "ingest"], "the stages are extract, store"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_is_expected(typed: Typed, words: list[str], told: str) -> None:
    done = typed(*words)
    assert done.exit_code == 1
    assert told in done.stderr
    assert set(states(typed).values()) == {"open"}


def test_letters_are_listed_by_time(typed: Typed) -> None:
    assert len(typed("list", "--json", "--since", "1h").stdout.splitlines()) == 3
    assert typed("list", "--json", "--until", "1h").stdout == ""


def test_without_a_log_it_says_how_to_name_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["dead-letters", "list"], env={"FRONTLOG_LOG": "", "FRONTLOG_HOME": str(tmp_path)})
    assert done.exit_code == 1
    assert "FRONTLOG_LOG" in done.stderr
