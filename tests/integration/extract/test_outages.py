"""The log's consumer through a log that is away now and then, in the middle of anything: no article is left out."""

import asyncio
import uuid

import pytest

from services.contracts.codec import encode
from services.contracts.messages import Article
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.extract.worker import flow as flow_module
from services.extract.worker import port_intake
from services.extract.worker.flow import Flow
from services.runtime.flood import FloodSettings
from services.runtime.flood_stop import FloodStop
from services.runtime.log.open import open_log
from services.runtime.log.port import Outgoing
from services.runtime.log.whole import read_topic
from tests.support.empty_extractor import EmptyExtractor
from tests.support.outages import Outages

COUNT = 60
PATIENCE = 60.0
SETTINGS = FloodSettings(share=0.5, window=10, least=3, first_pause=0.1, longest_pause=0.1)


@pytest.mark.postgres
@pytest.mark.parametrize("which", [{"poll"}, {"commit"}, {"publish"}, {"poll", "commit", "publish"}])
@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_call_of_the_log_fails_every_article_is_extracted_and_committed(
    postgres: str, monkeypatch: pytest.MonkeyPatch, which: set[str], seed: int
) -> None:
    monkeypatch.setattr(flow_module, "BACKOFF_SECONDS", (0.01,))
    monkeypatch.setattr(port_intake, "BACKOFF_SECONDS", (0.01,))
    monkeypatch.setattr(port_intake, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(port_intake, "POLL_RECORDS", 3)
    real = open_log(postgres)
    await real.create_topics([ARTICLES, EXTRACTIONS])
    keys = [str(uuid.uuid4()) for _ in range(COUNT)]
    articles = [Article(article_id=key, revision="r", received_at="2024-10-02T08:00:00Z", text="x") for key in keys]
    await real.publish([Outgoing(ARTICLES.name, a.article_id.encode(), encode(a)) for a in articles])
    log = Outages(real, seed, share=0.5, which=frozenset(which))
    stop = asyncio.Event()
    async with Flow(log, EmptyExtractor(), "1", depth=4, flood=FloodStop(real, "extract", SETTINGS)) as flow:
        running = asyncio.create_task(port_intake.run(log, "outages", flow, stop))
        try:
            async with asyncio.timeout(PATIENCE):
                while await real.committed("outages", ARTICLES.name) != await real.end_offsets(ARTICLES.name):
                    assert not running.done()
                    await asyncio.sleep(0.05)
        finally:
            stop.set()
            await running
    extracted = {r.key.decode() async for r in read_topic(real, EXTRACTIONS.name) if r.key}
    await real.close()
    assert extracted == set(keys)
    assert log.failed.keys() == which
