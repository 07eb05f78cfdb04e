"""Words glued together by markup: `Zelenskyhe said`, `"…"he said`, `houses,not`, `rubble.The`.

They are taken apart only where a known name, a quotation mark or the end of a sentence shows where; everything else
stays as it is. Names and words come from `glue.toml`.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.alternatives import alternatives
from services.extract.stages.clean.tracked import Edit, Tracked

_RULES: Final = tomllib.loads(Path(__file__).with_name("glue.toml").read_text(encoding="utf-8"))
_DOMAINS: Final = "(?i:ru|ua|com|org|net|info|media|eu|de|uk|fm|tv|io|me|news|today|press|live|gov|edu|by)"
# A sentence end or a clause mark with no space behind it. One letter before it is an initial; a domain is no sentence.
# The mark stands first in the pattern, and what comes before is looked at from there: a search skips to the marks.
_MARK: Final = Pattern(
    rf"[.!?…,;:](?=\S)(?:(?<=[^\W\d_]{{2}}[.!?…])(?=[\"”')]?(?!{_DOMAINS}\b)[A-Z][a-z\u2019'])"
    rf"|(?<=[^\W\d_]{{2}}\.)(?=\d{{1,2}}[.:]\d\d\b)"
    rf"|(?<=[^\W\d_][,;])(?=[^\W\d_“])"
    rf"|(?<=[\"”)][,;])(?=[^\W\d_])"
    rf"|(?<=\d,)(?=[A-Za-z]{{3}})"
    rf"|(?<=[^\W\d_]{{2}}:)(?=[A-Z][a-z]|“))"
)
_NAME: Final = Pattern(
    rf"\b({alternatives(_RULES['names'])})"
    rf"(?={'|'.join(_RULES['words'])}\b)(?!{'|'.join(_RULES['endings'])}\b)"
)
_NOUN: Final = Pattern(rf"\b(?:{'|'.join(_RULES['nouns'])})(?=(?:{'|'.join(_RULES['after_nouns'])})\b)")
_LONE_NAME: Final = Pattern(rf"\b([A-Z][a-z]{{3,20}})({'|'.join(_RULES['long_words'])})\b")
_ENDINGS: Final = tuple(_RULES["long_words"])
_CAPITALISED: Final = Pattern(r"[A-Z][a-z]{5,}")
"""A name and what is glued to it have six letters at least: names are of one word, in `a` to `z`."""
_NAME_ON: Final = Pattern(rf"(?:{alternatives(_RULES['names'])})(?:{'|'.join(_RULES['words'])})")
_HEADS: Final = frozenset(name[:4] for name in _RULES["names"])
_GLUED_NOUNS: Final = frozenset(noun + after for noun in _RULES["nouns"] for after in _RULES["after_nouns"])
_LONG: Final = Pattern("[a-z]{6,}")
_CURLY: Final = Pattern(r"[”“](?:(?<=[\w.,!?…]”)(?=[^\W\d_])|(?<=[^\W\d_]{2}[,:;]“)|(?<=[^\W\d_]{2}“)(?=[^\W\d_]))")
_STRAIGHT: Final = Pattern(r'["\n]')


def unglue(text: Tracked) -> bool:
    """Put the missing spaces in, and return whether there were any."""
    changed = text.apply((m.end(), m.end(), " ") for m in _MARK.finditer(text.text))
    capitalised = _CAPITALISED.findall(text.text)
    if _has_name(capitalised):
        changed |= text.apply((m.end(), m.end(), " ") for m in _NAME.finditer(text.text))
    if not _GLUED_NOUNS.isdisjoint(_LONG.findall(text.text)):
        changed |= text.apply((m.end(), m.end(), " ") for m in _NOUN.finditer(text.text))
    if _may_be_doubled(capitalised, text.text):
        changed |= text.apply(_doubled_names(text.text))
    if not text.text.isascii():
        changed |= text.apply(
            (m.end(), m.end(), " ") if m.group() == "”" else (m.start(), m.start(), " ")
            for m in _CURLY.finditer(text.text)
        )
    if '"' in text.text:
        changed |= text.apply(_straight_quotes(text.text))
    return changed


def _has_name(capitalised: list[str]) -> bool:
    """Whether any of the words is a name that goes on as if another word were glued to it."""
    return any(word[:4] in _HEADS and _NAME_ON.match(word) is not None for word in capitalised)


_FEW: Final = 20
"""Words for each of which the whole text is gone through."""


def _may_be_doubled(capitalised: list[str], text: str) -> bool:
    """Whether any of the words ends in a function word, and without it stands in the text more often than with it; or
    many of them end so."""
    asked = 0
    for word in capitalised:
        if word.endswith(_ENDINGS):
            asked += 1
            if asked > _FEW:
                return True
            for ending in _ENDINGS:
                if word.endswith(ending) and text.count(word.removesuffix(ending)) > text.count(word):
                    return True
    return False


def _doubled_names(text: str) -> Iterator[Edit]:
    """A capitalised word that ends in a function word, where the rest of it stands alone elsewhere in the text."""
    hits = list(_LONE_NAME.finditer(text))
    if not hits or len(hits) > 1000:
        return
    words = set(re.findall(r"\b[A-Z][a-z]+\b", text))
    for hit in hits:
        if hit.group(1) in words:
            yield hit.end(1), hit.end(1), " "


def _straight_quotes(text: str) -> Iterator[Edit]:
    """Straight quotes open and close by turns within a paragraph: glued ones get their space on the outer side."""
    inside = False
    for match in _STRAIGHT.finditer(text):
        at = match.start()
        if text[at] == "\n":
            inside = False
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if not inside and (before.isalpha() or before in {",", ";", ":"}) and before and after.isalnum():
            yield at, at, " "
        elif inside and after.isalpha() and before and not before.isspace() and before not in "(":
            yield at + 1, at + 1, " "
        if not inside and before.isdigit() and not after.isalnum():
            continue  # inches: 5"
        inside = not inside
