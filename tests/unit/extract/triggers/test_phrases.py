"""What reports of the war usually say is found, and as the right type: `phrases.toml` has the wording, by type."""

import tomllib
from pathlib import Path

import pytest

from services.extract.document import Document
from services.extract.pipeline import run

_PHRASES = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))
_CASES = [(kind, text) for kind, texts in _PHRASES.items() for text in texts.strip().splitlines()]


def types_of(text: str) -> list[str]:
    doc = Document(raw_title=None, raw_text=text, published=None)
    run(doc, until="triggers")
    return [event.type for event in doc.events]


@pytest.mark.parametrize(("kind", "text"), _CASES)
def test_usual_wording_of_a_type_is_found(kind: str, text: str) -> None:
    assert kind in types_of(text)
