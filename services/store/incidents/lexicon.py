"""What the words of a report say about which incident it is: objects hit, part of the day, and the words that are
left when all that most reports share is taken away. The lists are in `words.toml`."""

import re
import tomllib
import zlib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

FEWEST_LETTERS: Final = 4
MOST_WORDS: Final = 40
"""Words kept of one event."""
SENTENCE_WORDS: Final = 8
"""A sentence of fewer words, like "Drones hit Kharkiv overnight", is anybody's."""
LONGEST_SENTENCE: Final = 1000
"""Characters of a sentence that are looked at."""
QUOTE_WORDS: Final = 4
"""A quotation of fewer words may be anybody's."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_RUN: Final = re.compile(r"\w+")
_QUOTE: Final = re.compile(r"[“\"«]([^“”\"«»]{10,300})[”\"»]")
_ENDINGS: Final = ("ings", "ing", "ies", "ied", "ed", "es", "s")


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def _objects() -> tuple[re.Pattern[str], dict[str, str], frozenset[str]]:
    names = {form: entry["name"] for entry in _lists()["object"] for form in entry["forms"]}
    telling = frozenset(entry["name"] for entry in _lists()["object"] if entry.get("telling"))
    return _any_of(names), names, telling


@cache
def _asides() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{entry['pattern']})" for entry in _lists()["aside"]))


@cache
def _parts() -> tuple[re.Pattern[str], dict[str, str]]:
    names = {form: part for part, forms in _lists()["part"].items() for form in forms}
    return _any_of(names), names


@cache
def _generic() -> frozenset[str]:
    return frozenset(map(stem, _lists()["generic"]["words"].split()))


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")(?:s|es)?\b")


@cache
def _begin_with(of: str) -> frozenset[str]:
    """The words with which one of the `object` or `part` forms begins in a text: most texts have none of them."""
    forms = _objects()[1] if of == "object" else _parts()[1]
    first = {form: _RUN.findall(form)[0] for form in forms}
    return frozenset(word for form, begun in first.items() for word in _forms(form, begun))


def _forms(form: str, begun: str) -> tuple[str, ...]:
    return (form, form + "s", form + "es") if form == begun else (begun,)


def _has(text: str, of: str) -> bool:
    return not _begin_with(of).isdisjoint(_RUN.findall(text))


def objects(text: str) -> frozenset[str]:
    """Names of the objects that `text` speaks of as a thing hit: who is taken to a hospital was not in one."""
    pattern, names, _ = _objects()
    folded = text.casefold()
    # What is taken away are whole words: none is left that was not there.
    if not _has(folded, "object"):
        return frozenset()
    return frozenset(names[m.group(1)] for m in pattern.finditer(_asides().sub(" ", folded)))


def telling(found: Iterable[str]) -> frozenset[str]:
    """Those of the objects that are seldom hit twice in one town on one day."""
    return _objects()[2].intersection(found)


def parts_of_day(text: str) -> frozenset[str]:
    """Parts of the day that `text` names."""
    pattern, names = _parts()
    folded = text.casefold()
    if not _has(folded, "part"):
        return frozenset()
    return frozenset(names[m.group(1)] for m in pattern.finditer(folded))


def quotes(text: str) -> frozenset[str]:
    """What is quoted in `text`, as its words in lower case."""
    found = (" ".join(w.casefold() for w in _WORD.findall(quote)) for quote in _QUOTE.findall(text))
    return frozenset(quote for quote in found if quote.count(" ") >= QUOTE_WORDS - 1)


def verbatim(sentence: str) -> int | None:
    """A hash of the words of `sentence`, as copies share it; None where it has fewer than SENTENCE_WORDS."""
    found = _WORD.findall(sentence[:LONGEST_SENTENCE].casefold())
    return zlib.crc32(" ".join(found).encode("utf-8", "replace")) if len(found) >= SENTENCE_WORDS else None


def words(text: str, names: Iterable[str]) -> frozenset[str]:
    """Stems of the words of `text` that few reports share, without those of `names` (its place, its actors)."""
    left_out = _generic() | {stem(w) for name in names for w in _WORD.findall(name.casefold())}
    found = dict.fromkeys(stem(word) for word in _WORD.findall(text.casefold()) if len(word) >= FEWEST_LETTERS)
    return frozenset(sorted(found.keys() - left_out)[:MOST_WORDS])


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word.rstrip("e") if len(word) > 4 else word


def stem(word: str) -> str:
    """`word` without its ending: "burned", "burning" and "burns" meet. Crude, and enough for counting."""
    return _stem(word) if len(word) <= 20 else word
