"""Closed lists of words that the stages of syntax, triggers, arguments and figures look up: `frames/words.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parents[1] / "frames" / "words.toml"


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def word_list(table: str, name: str) -> frozenset[str]:
    """Return one list. Raises KeyError where there is none of that name."""
    return frozenset(_tables()[table][name].split())
