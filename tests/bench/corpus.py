"""What the extractor is timed on: the samples, and the annotated passages joined to the length of articles."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from services.contracts.messages import Article
from services.extract.commands import article_of

ROOT: Final = Path(__file__).parents[2]
PASSAGES_AN_ARTICLE: Final = 5
"""A passage has some 80 words, a report of the wires 300 to 600."""


def articles() -> list[Article]:
    """Return the corpus, always in the same order."""
    return [*_samples(), *_joined()]


def _samples() -> Iterator[Article]:
    for path in sorted((ROOT / "samples").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        yield article_of({**{k: v for k, v in data.items() if k != "extra"}, "id": path.stem})


def _joined() -> Iterator[Article]:
    for path in sorted((ROOT / "tests" / "data" / "passages").glob("*.jsonl")):
        passages: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for number, at in enumerate(range(0, len(passages), PASSAGES_AN_ARTICLE)):
            some = passages[at : at + PASSAGES_AN_ARTICLE]
            text = "\n\n".join(passage["text"] for passage in some)
            yield article_of(
                {"id": f"{path.stem}-{number}", "text": text, "published_at": some[-1].get("published_at")}
            )
