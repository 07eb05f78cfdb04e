"""Language: whether the text is English, which is all that the later stages read. After `clean`.

The script decides first, then a count of the commonest English words, and only where those leave a doubt py3langid,
which is loaded when it is first needed. A short text in Latin letters counts as English.
"""

import re
from typing import Final

from services.extract.document import Document
from services.extract.pattern import Pattern

_PREFIX: Final = 4000
"""Characters that are looked at."""
_SHORT: Final = 80
"""Letters below which a text in Latin script is taken for English."""
_WORD: Final = Pattern(r"[^\W\d_]+")
_COMMON: Final = frozenset(
    (  # noqa: SIM905
        "the of and to in that is was for on with as by at from it has had have were are be been their its his they "
        "he not which who but said this after under over also than into will would an"
    ).split()
)
_SCRIPTS: Final = (
    ("uk", re.compile("[іїєґІЇЄҐ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
)


def language(doc: Document) -> None:
    """Set `doc.language` (ISO 639-1), and say so in `doc.notes` where it is not English."""
    doc.language = _language_of(doc.text[:_PREFIX])
    if doc.language != "en":
        doc.notes.append(f"language not supported: {doc.language}")


def _language_of(text: str) -> str:
    plain = text.isascii()
    words = _WORD.findall(text.lower() if plain else text)
    letters = sum(map(len, words))
    if not letters:
        return "en"
    latin = letters if plain else sum(len(word) for word in words if word[0] < "\u0250")
    if latin * 2 < letters:
        return _by_script(text)
    common = sum(map(_COMMON.__contains__, words if plain else map(str.lower, words)))
    if letters < _SHORT or common * 100 >= len(words) * 14:
        return "en"
    return _identified(text) if common * 100 < len(words) * 8 else "en"


def _by_script(text: str) -> str:
    counts = [(len(pattern.findall(text)), name) for name, pattern in _SCRIPTS]
    most, name = max(counts, key=lambda pair: (pair[0] if pair[1] != "uk" else 0, pair[1]))
    if name == "ru" and counts[0][0] * 50 > most:
        return "uk"
    return name if most else "und"


def _identified(text: str) -> str:
    import py3langid  # a model of some megabytes: only where it is asked

    return str(py3langid.classify(text)[0])
