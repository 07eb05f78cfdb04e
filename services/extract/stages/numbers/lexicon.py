"""The words of numbers from `lexicon.toml`, indexed for look-up."""

import tomllib
from pathlib import Path
from typing import Any, Final

_RULES: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))

CARDINALS: Final[dict[str, int]] = _RULES["cardinals"]
MULTIPLIERS: Final[dict[str, int]] = _RULES["multipliers"]
VAGUE: Final[dict[str, tuple[int, int]]] = {words: (low, high) for words, (low, high) in _RULES["vague"].items()}
SHARES: Final[dict[str, float]] = _RULES["shares"]
CURRENCIES: Final[dict[str, str]] = _RULES["currencies"]
MEASURES: Final[dict[str, tuple[str, str]]] = {word: (kind, unit) for word, (kind, unit) in _RULES["measures"].items()}
BOUNDS: Final[dict[str, str]] = {words: bound for bound, all_words in _RULES["bounds"].items() for words in all_words}
NOUNS: Final[dict[str, str]] = {noun: kind for kind, nouns in _RULES["nouns"].items() for noun in nouns}
TIME_UNITS: Final = frozenset(_RULES["not_counted"]["units_of_time"])
CALIBRES: Final = frozenset(_RULES["not_counted"]["calibres"])
NAMED_BEFORE: Final = frozenset(_RULES["not_counted"]["before"])

_IRREGULAR: Final[dict[str, str]] = _RULES["irregular"]


def singular(word: str) -> str:
    """Return the lower-cased singular of an English noun, by rule."""
    low = word.lower().replace("’", "'").removesuffix("'s")
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low in NOUNS or low in MEASURES or len(low) < 4 or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return low
    if low.endswith("ies"):
        return low[:-3] + "y"
    if low.endswith(("ches", "shes", "sses", "xes", "zes")):
        return low[:-2]
    return low[:-1]
