"""`frontlog re-extract` as it is typed, with the real extractor on a real log."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from services.contracts.codec import decode
from services.contracts.messages import Extraction
from services.contracts.topics import EXTRACTIONS, TOPICS
from services.extract.version import extractor_version
from services.runtime.log.open import open_log
from services.runtime.log.whole import read_topic
from tests.support import extractions as make

TEXT = "Ukrainian troops pulled out of Vuhledar on Tuesday, the General Staff said. Russia denied it."


async def prepare(address: str) -> None:
    """Two articles, and what an old extractor has found in the first."""
    log = open_log(address)
    await log.create_topics(TOPICS)
    await log.publish([make.outgoing(make.article(number, TEXT)) for number in (1, 2)])
    await log.publish([make.outgoing(make.extraction(1, make.event(1, "strike"), offset=None, text=TEXT))])
    await log.close()


async def extractions(address: str) -> list[Extraction]:
    log = open_log(address)
    found = [decode(Extraction, r.value or b"") async for r in read_topic(log, EXTRACTIONS.name)]
    await log.close()
    return found


@pytest.mark.slow
def test_it_shows_then_replaces_then_compares(postgres: str, tmp_path: Path) -> None:
    asyncio.run(prepare(postgres))

    def typed(*words: str) -> Result:
        env = {"FRONTLOG_LOG": postgres, "FRONTLOG_HOME": str(tmp_path), "COLUMNS": "200"}
        return CliRunner().invoke(app, ["re-extract", *words, "--workers", "1"], env=env)

    assert "say --yes" in typed().stderr
    assert "the names are" in typed("--dry-run", "--where", "colour=red").stderr
    report = tmp_path / "report.jsonl"
    dry = typed("--dry-run", "--report", str(report))
    assert dry.exit_code == 0, dry.output
    assert "2 to be read" in dry.stdout and "nothing was changed" in dry.stdout
    told = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert {change["type"] for change in told if change["change"] == "lost"} == {"strike"}
    assert "withdrawal" in {change["type"] for change in told if change["change"] == "gained"}
    assert len(asyncio.run(extractions(postgres))) == 1

    done = typed("--yes")
    assert "2 of them were read before" in done.stdout and "2 extractions replaced" in done.stdout
    version = extractor_version().version
    latest = {e.article_id: e for e in asyncio.run(extractions(postgres))}
    assert {e.extractor.version for e in latest.values()} == {version}
    assert not (tmp_path / "re-extract" / version).exists()
    assert "nothing to do" in typed("--yes").stdout
    compared = typed("--compare", "1", version[:6])
    assert "1 of 1 articles change" in compared.stdout and "1 articles more" in compared.stdout
    assert "it holds" in typed("--compare", "zzz", version).stderr
