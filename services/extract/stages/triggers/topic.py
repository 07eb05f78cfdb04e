"""Is a text about war at all? Sport, finance and show business speak its language: "shelled with uppercuts".

A text with more words of those fields than of war yields no events; the extraction says so in a note.
"""

import re
import tomllib
from collections import Counter
from functools import cache
from typing import Final

from services.extract.stages.triggers.lexicon import FOLDER
from services.extract.stages.wordindex import index_of

_WORD: Final = re.compile(r"[a-z][a-z-]+")
ENOUGH: Final = 3
"""Distinct words of another field that make a text suspect."""


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    table = tomllib.loads((FOLDER / "topics.toml").read_text(encoding="utf-8"))
    return frozenset(table["war"].split()), frozenset(table["other"].split())


@cache
def _beginnings() -> Counter[str]:
    """Return how many words of other fields begin with each run of letters, which is all of most."""
    _, other = _words()
    return Counter(word.partition("-")[0] for word in other)


def about_war(text: str) -> bool:
    """Return False where the text has at least `ENOUGH` words of other fields, and more of them than of war."""
    beginnings = _beginnings()
    if sum([beginnings[run] for run in index_of(text).present(beginnings.keys())]) < ENOUGH:
        return True
    war, other = _words()
    seen = set(_WORD.findall(text.lower()))
    return not (len(seen & other) >= ENOUGH and len(seen & other) > len(seen & war))
