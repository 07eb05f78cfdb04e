"""Word lists of the agency stage, from `words.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("words.toml")


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """Return one list. Raises KeyError where there is none of that name."""
    return frozenset(_table()[name]["words"].split())


def examples() -> list[tuple[str, str, str, str]]:
    """Return (rule, type, side, sentence) of every example."""
    found = []
    for rule, lines in _table()["examples"].items():
        for line in lines.strip().splitlines():
            kind, side, text = line.strip().split(None, 2)
            found.append((rule, kind, side, text))
    return found
