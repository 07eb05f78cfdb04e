"""Page noise by pattern: what opens a "see also", a comment form, a cookie notice. The patterns are in `noise.toml`."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final, final

from services.extract.pattern import Pattern

_RULES: Final = tomllib.loads(Path(__file__).with_name("noise.toml").read_text(encoding="utf-8"))


@final
class Noise:
    """The patterns of one kind, of which the first that matches tells: tried only where what they begin with stands."""

    def __init__(self, rules: list[dict[str, Any]]) -> None:
        self._all: Final = [Pattern(rule["pattern"], re.IGNORECASE | re.MULTILINE) for rule in rules]
        self._begins: Final[list[list[str]]] = [rule.get("begins", [""]) for rule in rules]
        self._by: Final[dict[str, list[Pattern]]] = {}
        """Patterns by what stands where they would begin: no more than there are pairs of characters in ASCII."""

    def match(self, text: str, at: int = 0) -> "re.Match[str] | None":
        """Return the match of the first pattern that matches at `at`."""
        for pattern in self._here(text[at : at + 2]):
            found = pattern.match(text, at)
            if found is not None:
                return found
        return None

    def _here(self, start: str) -> list[Pattern]:
        key = start.lower()
        if not key.isascii():  # of letters without regard to case there are some that have no lower-case form
            return self._all
        known = self._by.get(key)
        if known is None:
            first = "0" + key[1:] if key[:1].isdigit() else key
            begins = zip(self._all, self._begins, strict=True)
            known = self._by[key] = [pattern for pattern, some in begins if first.startswith(tuple(some))]
        return known


OPENER: Final = Noise(_RULES["opener"])
WHOLE: Final = Noise(_RULES["whole"])
WEAK: Final = Noise(_RULES["weak"])

SEGMENT_END: Final = Pattern(r"[.!?…][\"”')\]]{0,4}(?=\s|$)|\n|\s\|+\s?|\s▪|$")
"""Where what an opener announced is over: the end of a sentence, of a line, of a column between bars."""

_BORDER: Final = Pattern(r"[\s|▪·*/,;»–—-]*")


def noise_at(text: str, at: int) -> int:
    """Return where the noise that begins at `at` ends, or `at` where none begins there."""
    first = text[at : at + 1]
    if not (
        first.isupper() or first.isdigit() or first in "(©【[#>-" or text.startswith(("via ", "pool ", "handout "), at)
    ):
        return at
    whole = WHOLE.match(text, at)
    if whole and whole.end() > at:
        return whole.end()
    opener = OPENER.match(text, at)
    if opener is None or opener.end() == at:
        return at
    end = opener.end()
    if text[end - 1] in ".!?…\n":
        return end
    over = SEGMENT_END.search(text, end)
    return over.end() if over else len(text)


def run_at(text: str, at: int, stop: int) -> int:
    """Return where the noise that begins at `at` ends, with all the noise that follows it before `stop`."""
    end = noise_at(text, at)
    if end == at:
        return at
    while end < stop:
        border = _BORDER.match(text, end)
        here = border.end() if border else end
        if here >= stop:
            return stop
        further = noise_at(text, here)
        if further == here:
            weak = WEAK.match(text, here)
            if weak is None or weak.end() == here:
                break
            further = weak.end()
        end = further
    return min(end, stop)
