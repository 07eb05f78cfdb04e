"""Means: the weapons and methods that a stretch of text names, canonical first, named systems after them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.alternatives import alternatives
from services.extract.stages.wordindex import lowered

_FILE: Final = Path(__file__).parents[1] / "frames" / "means.toml"


@cache
def _lexicon() -> tuple[Pattern, dict[str, tuple[str, str | None]]]:
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    known: dict[str, tuple[str, str | None]] = {}
    for table in tables["means"] + tables["system"]:
        for word in table["words"].split(";"):
            known[word.strip().lower()] = (table["means"], table.get("name"))
    # Begins with what stands before a word, and not with a look behind: so a search tries few places of a text.
    return Pattern(rf"[^\w-]((?:{alternatives(known)})s?)(?!\w)"), known


def means_in(text: str) -> list[tuple[int, int, str, str | None]]:
    """Return (start, end, canonical means, system or None) for each weapon word, in the order of the text."""
    pattern, known = _lexicon()
    found = []
    for match in pattern.finditer(lowered(f" {text}")):
        word = match.group(1)
        means, system = known[word] if word in known else known[word.removesuffix("s")]
        found.append((match.start(), match.end() - 1, means, system))
    return found
