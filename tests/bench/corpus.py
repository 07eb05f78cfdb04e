"""What the extractor is timed on: whole articles as the project carries them, and passages joined to their length."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from services.contracts.messages import Article
from services.extract.commands import article_of

ROOT: Final = Path(__file__).parents[2]
DATA: Final = ROOT / "tests" / "data"
PASSAGES_AN_ARTICLE: Final = 5
"""A passage has some 80 words, a report of the wires 300 to 600."""


def articles() -> list[Article]:
    """Return the whole articles, always in the same order: the samples, the annotated ones, and the histories."""
    return [*_samples(), *_lines("gold"), *_lines("gold2"), *_lines("histories")]


def dense() -> list[Article]:
    """Return the annotated passages, joined: denser than news, for they were written to hold something to annotate."""
    return list(_joined())


def _samples() -> Iterator[Article]:
    for path in sorted((ROOT / "samples").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        yield article_of({**{k: v for k, v in data.items() if k != "extra"}, "id": path.stem})


def _lines(folder: str) -> Iterator[Article]:
    for path in sorted((DATA / folder).glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            data = json.loads(line)
            kept = {key: data[key] for key in ("title", "text", "published_at", "publisher") if data.get(key)}
            yield article_of({**kept, "id": f"{path.stem}-{number}"})


def _joined() -> Iterator[Article]:
    for path in sorted((DATA / "passages").glob("*.jsonl")):
        passages: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for number, at in enumerate(range(0, len(passages), PASSAGES_AN_ARTICLE)):
            some = passages[at : at + PASSAGES_AN_ARTICLE]
            text = "\n\n".join(passage["text"] for passage in some)
            yield article_of(
                {"id": f"{path.stem}-{number}", "text": text, "published_at": some[-1].get("published_at")}
            )
