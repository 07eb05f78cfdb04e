"""Page noise by pattern: what opens a "see also", a comment form, a cookie notice. The patterns are in `noise.toml`."""

import re
import tomllib
from pathlib import Path
from typing import Final

from services.extract.pattern import Pattern

_RULES: Final = tomllib.loads(Path(__file__).with_name("noise.toml").read_text(encoding="utf-8"))


def _any(kind: str) -> Pattern:
    return Pattern("|".join(f"(?:{rule['pattern']})" for rule in _RULES[kind]), re.IGNORECASE | re.MULTILINE)


OPENER: Final = _any("opener")
WHOLE: Final = _any("whole")
WEAK: Final = _any("weak")

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
