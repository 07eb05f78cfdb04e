"""How Ukrainian and Russian place names are written in Latin letters.

The gazetteer is built with it, and a search in Cyrillic letters is answered by it: reports are in English. `ukrainian`
is the national system of 2010 (Cabinet of Ministers, resolution 55); `russian` is the customary English form.
"""

import re
from typing import Final

VOWELS: Final = "аеєиіїоуюяыэё"

UKRAINIAN: Final = dict(
    zip(
        "абвгґдежзиіклмнопрстуфхцчш",
        "a b v h g d e zh z y i k l m n o p r s t u f kh ts ch sh".split(" "),  # noqa: SIM905
        strict=True,
    )
) | {"щ": "shch", "ь": "", "'": "", "ы": "y", "э": "e", "ё": "o", "ъ": ""}
_UK_INITIAL: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_UK_INNER: Final = {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}

RUSSIAN: Final = dict(
    zip(
        "абвгджзиклмнопрстуфхцчшы",
        "a b v g d zh z i k l m n o p r s t u f kh ts ch sh y".split(" "),  # noqa: SIM905
        strict=True,
    )
) | {"щ": "shch", "ь": "", "ъ": "", "э": "e", "ю": "yu", "я": "ya", "й": "y", "і": "i", "'": "", "ґ": "g", "є": "ye"}

_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_UKRAINIAN_ALONE: Final = re.compile(r"[іїєґ]", re.I)
_RUSSIAN_ALONE: Final = re.compile(r"[ыэёъ]", re.I)
_APOSTROPHES: Final = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "´": "'", "”": "'", "“": "'", "\u0301": None})


def from_cyrillic(name: str) -> tuple[str, ...]:
    """Return how a name in Cyrillic letters may stand in an English report: as Ukrainian, as Russian, as either.

    A name without Cyrillic letters has none: "Лисичанск" -> ("Lysychansk", "Lisichansk"), "Lysychansk" -> ().
    """
    if not _CYRILLIC.search(name):
        return ()
    ways = [ukrainian] if not _RUSSIAN_ALONE.search(name) else []
    ways += [russian] if not _UKRAINIAN_ALONE.search(name) else []
    return tuple(dict.fromkeys(way(name) for way in ways or (ukrainian, russian)))


def cased(word: str, latin: str) -> str:
    """Return `latin` with a capital letter where `word`, which it stands for, has one."""
    return latin[:1].upper() + latin[1:] if word[:1].isupper() else latin


def words(name: str) -> list[str]:
    """Return the words of `name` and what stands between them, apostrophes of all kinds as one."""
    return re.split(r"([\s-]+)", name.translate(_APOSTROPHES))


def ukrainian(name: str) -> str:
    """Return the official romanisation of a Ukrainian name: "Слов'янськ" -> "Sloviansk"."""
    out = []
    for word in words(name):
        low, latin = word.lower().replace("зг", "з\0г"), ""
        for at, c in enumerate(low):
            if c == "\0":
                continue
            if c in _UK_INNER:
                latin += (_UK_INITIAL if at == 0 else _UK_INNER)[c]
            elif c == "г" and at and low[at - 1] == "\0":
                latin += "gh"
            else:
                latin += UKRAINIAN.get(c, c)
        out.append(cased(word, latin))
    return "".join(out)


def russian(name: str) -> str:
    """Return the customary English form of a Russian name: "Большое Солдатское" -> "Bolshoye Soldatskoye"."""
    return russian_as(name, e="ye", yo="yo", y="y", ya="ya", adjective="y", soft="")


def russian_as(name: str, *, e: str, yo: str, y: str, ya: str, adjective: str, soft: str) -> str:
    """Return a Russian name under one habit: how it writes е and ё, й, я, the ending of adjectives, and ь."""
    out = []
    for word in words(name):
        low, latin = word.lower(), ""
        ending = re.search(r"[иы]й$", low)
        stem = low[: ending.start()] if ending else low
        for at, c in enumerate(stem):
            before = stem[at - 1] if at else ""
            after_vowel = at == 0 or before in VOWELS or before in "ьъй"
            if c == "е":
                latin += ("ye" if at == 0 and e == "ye" else e) if after_vowel else "e"
            elif c == "ё":
                latin += (
                    (yo if yo != "o" else "yo") if before not in "жшщч" or at == 0 else ("yo" if yo == "yo" else "e")
                )
            elif c == "й":
                latin += y
            elif c == "я":
                latin += ya
            elif c == "ю":
                latin += ya.replace("a", "u")
            elif c == "ь":
                latin += soft if at + 1 < len(stem) and stem[at + 1] in "еяюоё" else ""
            else:
                latin += RUSSIAN.get(c, c)
        out.append(cased(word, latin + (adjective if ending else "")))
    return "".join(out)
