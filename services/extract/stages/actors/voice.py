"""Whose voice a text speaks with: it decides who "the enemy", "our troops" and "the Defence Ministry" are."""

import re
from typing import Final

from services.extract.document import Document
from services.extract.stages.actors import lexicon as lx

_MANY: Final = 3.0


def voice_of(doc: Document) -> str:
    """Return `RUS` where publisher or wording show the Russian side's voice, else `UKR`.

    The default serves the press of Ukraine and the West alike: their enemy, occupiers and invaders are Russian.
    """
    publisher = (doc.publisher or "").lower()
    if any(re.search(rf"\b{re.escape(name)}\b", publisher) for name in lx.PUBLISHERS_RUSSIAN):
        return "RUS"
    russian, ukrainian = cues(doc.text)
    return "RUS" if russian >= _MANY and russian > ukrainian else "UKR"


def cues(text: str) -> tuple[float, float]:
    """Return how much wording of either side `text` has."""
    low = text.lower()
    russian = sum(min(len(pattern.findall(low)), 2) * weight for pattern, weight in _RUSSIAN)
    ukrainian = sum(min(len(pattern.findall(low)), 2) * weight for pattern, weight in _UKRAINIAN)
    return russian, ukrainian


def _compiled(phrases: tuple[str, ...]) -> list[tuple[re.Pattern[str], float]]:
    weak = {"kiev", "lpr", "dpr", "militants", "nationalists", "liberated", "battlegroup", "vsu", "occupier"}
    return [(re.compile(rf"\b{re.escape(p)}\b"), 0.7 if p in weak else 1.5) for p in phrases]


_RUSSIAN: Final = _compiled(lx.VOICE_RUSSIAN)
_UKRAINIAN: Final = _compiled(lx.VOICE_UKRAINIAN)

OPPOSITE: Final = {"UKR": "RUS", "RUS": "UKR"}
