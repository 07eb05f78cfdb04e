"""Is a text about war at all? Sport, finance and show business speak its language: "shelled with uppercuts".

A text with more words of those fields than of war yields no events; the extraction says so in a note.
"""

import re
import tomllib
from functools import cache
from typing import Final

from services.extract.stages.triggers.lexicon import FOLDER

_WORD: Final = re.compile(r"[a-z][a-z-]+")
ENOUGH: Final = 3
"""Distinct words of another field that make a text suspect."""


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    table = tomllib.loads((FOLDER / "topics.toml").read_text(encoding="utf-8"))
    return frozenset(table["war"].split()), frozenset(table["other"].split())


def about_war(text: str) -> bool:
    """Return False where the text has at least `ENOUGH` words of other fields, and more of them than of war."""
    war, other = _words()
    seen = set(_WORD.findall(text.lower()))
    return not (len(seen & other) >= ENOUGH and len(seen & other) > len(seen & war))
