"""Folds names for lookup, and lists the spellings that Latin-script reports use for Ukrainian and Russian places.

Spellings are listed when the gazetteer is built, never while reading an article: every one is generated once, by rule,
so that lookup at run time is exact. To the forms of `contracts.romanise` they add BGN/PCGN, loose English, French,
German, Polish and Spanish habits.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from services.contracts.romanise import RUSSIAN, UKRAINIAN, cased, russian, russian_as, ukrainian, words

_UNSTROKED: Final = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """Return `text` as lookups compare it: case-folded, without diacritics, apostrophes and soft-sign marks."""
    if text.isascii() and text.isalnum():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.translate(_UNSTROKED))
    return "".join(c for c in text.casefold() if not unicodedata.combining(c) and c not in "'’ʼ`´‘”\"ʹ′")


def _loose_ukrainian(name: str, *, y: str, i: str, ya: str, ye: str, short: str, adjective: str, g: str) -> str:
    """A Ukrainian name under one loose habit: `y` for и, `i` for ї, `ya` for я and so on."""
    out = []
    for word in words(name):
        low, latin = word.lower(), ""
        ending = re.search(r"ий$", low)
        stem = low[: ending.start()] if ending else low
        for at, c in enumerate(stem):
            if c == "и":
                latin += y
            elif c == "ї":
                latin += i if at else "yi"
            elif c == "я":
                latin += ya if at else "ya"
            elif c == "ю":
                latin += ya.replace("a", "u") if at else "yu"
            elif c == "є":
                latin += ye if at else "ye"
            elif c == "й":
                latin += short if at else "y"
            elif c == "г":
                latin += g
            else:
                latin += UKRAINIAN.get(c, c)
        out.append(cased(word, latin + (adjective if ending else "")))
    return "".join(out)


_FRENCH: Final = {
    "у": "ou", "ч": "tch", "ш": "ch", "щ": "chtch", "ж": "j", "ю": "iou", "я": "ia", "ї": "i", "й": "i", "є": "ie",
    "е": "e", "ё": "io", "ц": "ts", "х": "kh", "ы": "y",
}  # fmt: skip
_GERMAN: Final = {
    "в": "w", "ч": "tsch", "ш": "sch", "щ": "schtsch", "ж": "sch", "ю": "ju", "я": "ja", "ї": "ji", "й": "j",
    "є": "je", "ё": "jo", "ц": "z", "х": "ch", "з": "s", "ы": "y",
}  # fmt: skip
_POLISH: Final = {
    "в": "w", "ч": "cz", "ш": "sz", "щ": "szcz", "ж": "z", "ю": "ju", "я": "ja", "ї": "ji", "й": "j", "є": "je",
    "ё": "jo", "ц": "c", "х": "ch", "ы": "y",
}  # fmt: skip
_SPANISH: Final = {
    "ч": "ch", "ш": "sh", "щ": "sch", "ж": "zh", "ю": "iu", "я": "ia", "ї": "i", "й": "i", "є": "ie", "ё": "io",
    "ц": "ts", "х": "j", "и": "i", "ы": "i",
}  # fmt: skip
_SLAVIC: Final = {
    "ч": "c", "ш": "s", "щ": "sc", "ж": "z", "ю": "ju", "я": "ja", "ї": "ji", "й": "j", "є": "je", "ё": "jo",
    "ц": "c", "х": "h", "ы": "y",
}  # fmt: skip


def _by_table(name: str, table: dict[str, str], base: dict[str, str]) -> str:
    return "".join(cased(word, "".join(table.get(c, base.get(c, c)) for c in word.lower())) for word in words(name))


def _abroad(name: str, base: dict[str, str]) -> Iterator[str]:
    french = _by_table(name, _FRENCH, base)
    yield french
    yield re.sub(r"(?<=[aeiouy])s(?=[aeiouy])", "ss", french)
    yield french.replace("ii", "i")
    german = _by_table(name, _GERMAN, base)
    yield german
    yield german.replace("ji", "i")
    yield re.sub(r"(?<=[aeiouy])s(?=[aeiouy])", "ss", german)
    yield _by_table(name, _POLISH, base)
    spanish = _by_table(name, _SPANISH, base)
    yield spanish
    yield spanish.replace("zh", "y")
    yield spanish.replace("zh", "j")
    yield _by_table(name, _SPANISH | {"х": "kh"}, base)
    yield _by_table(name, _SLAVIC, base)


def spellings(uk: str | None, ru: str | None, *, abroad: bool) -> set[str]:
    """Return the spellings of one place from its Cyrillic names; `abroad` adds those of other languages' presses."""
    found: set[str] = set()
    if uk:
        found.add(ukrainian(uk))
        for y, i, ya, ye, adjective in itertools.product(
            ("y", "i"), ("i", "yi", "ji"), ("ia", "ya"), ("ie", "ye", "e"), ("yi", "y", "yy", "iy", "ii", "i")
        ):
            short = "y" if ya == "ya" else "i"
            found.add(_loose_ukrainian(uk, y=y, i=i, ya=ya, ye=ye, short=short, adjective=adjective, g="h"))
        found.update(s.replace("kh", "h") for s in list(found) if "kh" in s and abroad)
        if abroad:
            base = UKRAINIAN | {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}
            found.update(_abroad(uk, base))
    if ru:
        found.add(russian(ru))
        for e, yo, y, ya, adjective, soft in itertools.product(
            ("ye", "e"), ("yo", "e", "io", "o"), ("y", "i"), ("ya", "ia"), ("y", "iy", "yi", "ii", "i"), ("", "i")
        ):
            found.add(russian_as(ru, e=e, yo=yo, y=y, ya=ya, adjective=adjective, soft=soft))
        found.update(s.replace("kh", "h") for s in list(found) if "kh" in s and abroad)
        if abroad:
            found.update(_abroad(ru, RUSSIAN | {"е": "e"}))
    return {s for s in found if len(s) > 2}


_RUSSIAN_ENDINGS: Final = (
    (r"їв(ка|ку)$", r"ев\1"),
    (r"(?<=[жчшщйьяюнрлтдсз])ів(ка)$", r"ев\1"),
    (r"ів(ка|щина|ці)$", r"ов\1"),
    (r"ськ(е)$", "ское"),
    (r"зьк(е)$", "зкое"),
    (r"ськ(ий)$", "ский"),
    (r"ськ(а)$", "ская"),
    (r"(ськ|цьк|зьк)$", "ск"),
    (r"(?<=[нмтвлкдз])е$", "ое"),
    (r"ове$", "ово"),
    (r"еве$", "ево"),
    (r"ине$", "ино"),
    (r"(?<=[нмтвлкдз])ий$", "ый"),
    (r"ів$", "ов"),
    (r"їв$", "ев"),
)


def russified(uk: str) -> set[str]:
    """Guess the Russian forms of a Ukrainian name by its endings, for places without a recorded Russian name."""
    guesses = {uk}
    for pattern, replacement in _RUSSIAN_ENDINGS:
        guesses |= {re.sub(pattern, replacement, word) for word in list(guesses)}
    if re.search(r"івка$", uk):
        guesses |= {re.sub("івка$", ending, uk) for ending in ("овка", "евка")}
    out = set()
    for guess in guesses - {uk}:
        word = guess.replace("ґ", "г").replace("'", "ь").replace("’", "ь")
        word = word.replace("ії", "ее").replace("ї", "и").replace("є", "е")
        out.add(word.replace("і", "и"))
        out.add(re.sub(r"і(?=[^аеєиіїоуюя]+[аеєиіїоуюя])", "о", word, count=1).replace("і", "и"))
    return out
