"""Loads the shipped gazetteer and looks names up in it, longest match first, on word boundaries.

Used by the places stage. Lookup is exact on folded words (case, diacritics, apostrophes and hyphens do not count);
every spelling was generated when the gazetteer was built.
"""

import gzip
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, cast, final

from services.contracts.taxonomy import PlaceKind
from services.extract.gazetteer.model import Entry
from services.extract.gazetteer.spellings import fold
from services.extract.pattern import Pattern
from services.extract.spaced import spaced

DATA: Final = Path(__file__).parent / "data" / "gazetteer.tsv.gz"
CITIES: Final = DATA.with_name("cities.tsv")

_WORD: Final = Pattern(r"[^\W_]+(?:['’ʼ`´′](?=[^\W\d_])[^\W_]+)*|[^\W_]+")
_JOINER: Final = Pattern(r"(?:[ \u00a0]{1,2}|[-–—‑]|'s? |’s? |\. ?|, )$")


@final
class Word:
    """One word of a text: where it stands, and its folded form. Not to be changed.

    Written out: a dataclass is slow to make even where it is compiled, and an article has hundreds of these.
    """

    __slots__ = ("capital", "end", "key", "start")

    def __init__(self, start: int, end: int, key: str, capital: bool) -> None:
        self.start: Final = start
        self.end: Final = end
        self.key: Final = key
        self.capital: Final = capital


@final
class Candidate:
    """One place that a name can mean; `tier` as in `model.ALIAS_TIERS`."""

    __slots__ = ("entry", "tier")

    def __init__(self, entry: Entry, tier: int) -> None:
        self.entry: Final = entry
        self.tier: Final = tier


@final
class Match:
    """A name found in a text, by characters and by word numbers, with what it can mean, likeliest first."""

    __slots__ = ("candidates", "end", "first", "last", "start")

    def __init__(self, start: int, end: int, first: int, last: int, candidates: tuple[Candidate, ...]) -> None:
        self.start: Final = start
        self.end: Final = end
        self.first: Final = first
        self.last: Final = last
        self.candidates: Final = candidates


@lru_cache(maxsize=1)
def words_of(text: str) -> list[Word]:
    """Split `text` into words; a possessive 's is left out of the word before it.

    The last answer is kept, because places and actors ask for the same text: it is not to be changed.
    """
    words: list[Word] = []
    low = spaced(text)
    if low is None:
        _add(words, text, 0, len(text))
        return words
    at = 0
    for key in low.split(" "):
        if key:
            end = at + len(key)
            if "'" in key:
                _add(words, text, at, end)
            else:
                words.append(Word(at, end, key, text[at] != key[0] or key[0] <= "9"))
            at = end
        at += 1
    return words


def _add(words: list[Word], text: str, end: int, stop: int) -> None:
    """Add the words of `text` from `end` to `stop`, where no word is cut."""
    for token in _WORD.of(text).findall(text, end, stop):
        start = text.find(token, end)  # what lies between two words has no letter and no digit
        end = start + len(token)
        if token.isascii() and token.isalnum():
            key = token.lower()
            words.append(Word(start, end, key, token[0] != key[0] or token[0].isdigit()))
            continue
        own = token[:-2] if len(token) > 2 and token[-2] in "'’ʼ`´′" and token[-1] in "sS" else token
        key = own.lower() if own.isascii() and own.isalnum() else fold(own)
        if key:
            words.append(Word(start, start + len(own), key, own[0].isupper() or own[0].isdigit()))


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places, and the names that lead to them. Immutable; one per process (`gazetteer()`)."""

    version: str
    entries: tuple[Entry, ...]
    aliases: dict[str, str]
    classed: dict[str, dict[str, str]]
    """By class word: `oblast`, `raion`, `district`: the names that mean such an area before or after that word."""
    by_id: dict[str, Entry]
    longest: dict[str, int]
    _asked: dict[str, tuple[Candidate, ...]] = field(default_factory=dict, compare=False, repr=False)
    """The answers of `candidates` so far: no more than there are names."""

    def candidates(self, key: str) -> tuple[Candidate, ...]:
        """What the folded name `key` can mean by itself, likeliest first."""
        known = self._asked.get(key)
        if known is not None:
            return known
        found = self.aliases.get(key)
        if found is None:
            return ()
        out = []
        for part in found.split(","):
            number, _, tier = part.partition(":")
            out.append(Candidate(self.entries[int(number)], int(tier or 0)))
        out.sort(key=lambda c: (-(c.entry.prior - 1.5 * c.tier), c.entry.id))
        self._asked[key] = candidates = tuple(out)
        return candidates

    def area(self, class_word: str, key: str) -> tuple[Entry, ...]:
        """What `key` means beside a class word: `area("oblast", "donetsk")` is Donetsk Oblast."""
        found = self.classed[class_word].get(key) if class_word in self.classed else None
        return tuple([self.entries[int(n)] for n in found.split(",")]) if found else ()

    def matches(self, words: list[Word], text: str) -> list[Match]:
        """Return the longest names in `words`, left to right, not overlapping. A name begins with a capital letter,
        unless its entry is written with a small one ("eastern Ukraine"). "Mariupol, port city" does not name the port.
        """
        matches: list[Match] = []
        at, count = 0, len(words)
        while at < count:
            reach = self.longest.get(words[at].key)
            if reach is None:  # as for nearly all words
                at += 1
                continue
            end = min(at + reach, count)
            last = at
            while last + 1 < end and _joined(text, words[last].end, words[last + 1].start):
                last += 1
            capital = at  # the first capital: a name has one
            while capital <= last and not words[capital].capital:
                capital += 1
            found: tuple[Candidate, ...] = ()
            while last >= capital:
                key = words[at].key if last == at else " ".join([w.key for w in words[at : last + 1]])
                if key in self.aliases and not (last > at and _apart(words[last - 1], words[last], text)):
                    found = self.candidates(key)
                    break
                last -= 1
            if found:
                matches.append(Match(words[at].start, words[last].end, at, last, found))
                at = last + 1
            else:
                at += 1
        return matches


def _joined(text: str, start: int, end: int) -> bool:
    """Whether what stands between two words of a text leaves them in one name."""
    if end - start == 1 and text[start] == " ":
        return True
    return _JOINER.match(text, start, end) is not None


def _apart(one: Word, other: Word, text: str) -> bool:
    return not other.capital and "," in text[one.end : other.start]


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, read once per process (about a third of a second)."""
    content = gzip.decompress(DATA.read_bytes())
    entries: list[Entry] = []
    aliases: dict[str, str] = {}
    classed: dict[str, dict[str, str]] = {}
    table: dict[str, str] | None = None
    longest: dict[str, int] = {}
    for line in content.decode().splitlines():
        if line.startswith("="):
            table = aliases if line == "=aliases" else classed.setdefault(line[1:], {})
        elif table is not None:
            key, _, numbers = line.partition("\t")
            table[key] = numbers
            if table is aliases:
                first, _, rest = key.partition(" ")
                size = rest.count(" ") + 2 if rest else 1
                if longest.get(first, 0) < size:
                    longest[first] = size
        elif not line.startswith("#"):
            i, name, kind, country, admin1, latitude, longitude, prior, weak, within = line.split("\t")
            entries.append(
                Entry(
                    i,
                    name,
                    cast(PlaceKind, kind),
                    country or None,
                    admin1 or None,
                    float(latitude) if latitude else None,
                    float(longitude) if longitude else None,
                    float(prior),
                    weak == "1",
                    within or None,
                )
            )
    version = hashlib.sha256(content).hexdigest()[:12]
    return Gazetteer(version, tuple(entries), aliases, classed, {e.id: e for e in entries}, longest)


@lru_cache(maxsize=1)
def cities() -> frozenset[str]:
    """The ids of the settlements that are cities by law: all of Ukraine, and of the border oblasts of Russia."""
    lines = [line for line in CITIES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return frozenset(line.partition("\t")[0] for line in lines[1:])
