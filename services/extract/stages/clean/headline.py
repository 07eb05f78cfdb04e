"""The headline: the one that came with the article, cleaned, or the first line of the text where that is one."""

import re
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.clean.blocks import is_prose
from services.extract.stages.clean.characters import characters, spaces
from services.extract.stages.clean.glue import unglue
from services.extract.stages.clean.tracked import Tracked

_OUTLET: Final = Pattern(
    r"\s(?:[|»•]|[-–—](?= (?:[\w.']+ ){0,3}(?:News|Times|Post|Reuters|BBC|CNN|AP|TASS|Pravda|Independent|Guardian|"
    r"Online)\b))\s?[^|\n]{2,40}$"
)
_BULLET: Final = Pattern(r"[•▪*–—-]\s|\d{1,2}[.:)]\s?\d?")
_INNER_END: Final = Pattern(r"[a-z\d][\"”')]?[.!?][\"”']? +[A-Z“\"][a-z]+ .*?[a-z]")
_STOPPED: Final = Pattern(r"[.:;,…][\"”'’)\]]{0,3}$")


def cleaned_title(raw: str | None) -> str:
    """Return the headline on one line without markup and without the outlet's name at its end; "" for none."""
    if not raw or not raw.strip():
        return ""
    text = Tracked(raw[:2000])
    for _ in range(8):
        changed = characters(text)
        changed |= text.apply((m.start(), m.end(), " ") for m in re.finditer(r"\n+", text.text))
        changed |= unglue(text)
        changed |= spaces(text)
        outlet = _OUTLET.search(text.text)
        if outlet and outlet.start() >= 20:
            changed |= text.apply([(outlet.start(), outlet.end(), "")])
        if not changed:
            break
    return text.text


def headline_length(body: str) -> int:
    """Return how many characters of `body` are its headline: its first line, where that looks like one; else 0."""
    line, newline, rest = body.partition("\n")
    if not newline or not rest.strip():
        return 0
    words = line.split()
    if (
        not 3 <= len(words) <= 30
        or len(line) > 220
        or _STOPPED.search(line)
        or _INNER_END.search(line)
        or _BULLET.match(line)
    ):
        return 0
    following = rest.lstrip("\n").split("\n", 1)[0]
    if not any(c.islower() for c in line) and len(words) > 20:
        return 0
    if following[:1].islower() or not (is_prose(following) or len(following) > 60 or "\n" in rest.strip()):
        return 0
    return len(line)
