"""The words of time from `lexicon.toml`, and the pieces of pattern that the rules are put together from."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

from services.extract.stages.alternatives import alternatives

_RULES: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))

MONTHS: Final[dict[str, int]] = _RULES["months"]
WEEKDAYS: Final[dict[str, int]] = _RULES["weekdays"]
HOLIDAYS: Final[dict[str, list[int]]] = _RULES["holidays"]
PHRASES: Final[dict[str, list[str]]] = _RULES["phrases"]
NOT_A_YEAR: Final[list[str]] = _RULES["not_a_year"]["before"]
WAR_START: Final[date] = _RULES["war"]["start"]
WAR_NAMES: Final[list[str]] = _RULES["war"]["names"]
_NUMBERS: Final[dict[str, int]] = _RULES["numbers"]
ORDINALS: Final[dict[str, int]] = _RULES["ordinals"]


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of `words`, the longest first."""
    return alternatives(words)


MONTH: Final = (
    f"(?:{either(name for name in MONTHS if len(name) > 3 or name == 'May')}|"
    f"(?:{either(n for n in MONTHS if len(n) <= 4 and n not in {'May', 'June', 'July'})})(?:\\.|(?= \\d)|(?=[,;)])))"
)
WEEKDAY: Final = f"(?i:{either(WEEKDAYS)})"
YEAR: Final = r"(?:19|20)\d\d"
NUMBER: Final = (
    rf"(?:\d{{1,3}}|(?:twenty|thirty|forty|fifty)-(?:one|two|three|four|five|six|seven|eight|nine)|{either(_NUMBERS)})"
)
ORDINAL: Final = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|{either(ORDINALS)})"
UNIT: Final = r"(?:hour|day|night|week|month|year)"


def number(words: str) -> int:
    """Return the value of what `NUMBER` or `ORDINAL` matched."""
    words = words.lower()
    if words[0].isdigit():
        return int(re.match(r"\d+", words).group())  # type: ignore[union-attr]
    if "-" in words:
        tens, ones = words.split("-")
        return _NUMBERS[tens] + _NUMBERS[ones]
    return _NUMBERS.get(words, 0) or ORDINALS.get(words, 0)


def month_number(name: str) -> int:
    return MONTHS[name.rstrip(".")]
