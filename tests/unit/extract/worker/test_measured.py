"""What the pool's processes measure arrives in the service's metrics."""

from prometheus_client import REGISTRY

from services.contracts.codec import encode
from services.contracts.messages import Article
from services.extract.pipeline import STAGE_NAMES
from services.extract.worker.pool import Pool

ARTICLE = Article(
    article_id="a",
    revision="1",
    received_at="2024-10-02T00:00:00Z",
    published_at="2024-10-02",
    text="Russian forces captured Vuhledar on Tuesday, the ministry said. The weather was fine.",
)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_stages_and_sentences_of_an_article_are_counted_once() -> None:
    def counts() -> dict[str, float]:
        return {stage: value("frontlog_extraction_seconds_count", stage=stage) for stage in STAGE_NAMES}

    before = counts()
    parsed, skipped = (value("frontlog_sentences_total", outcome=outcome) for outcome in ("parsed", "skipped"))
    async with Pool(1, timeout=60) as pool:
        answer = await pool.run(encode(ARTICLE))
    assert b'"Vuhledar"' in answer
    assert counts() == {stage: count + 1 for stage, count in before.items()}
    assert value("frontlog_sentences_total", outcome="parsed") == parsed + 1
    assert value("frontlog_sentences_total", outcome="skipped") == skipped + 1
