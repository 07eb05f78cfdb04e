"""The names under which the gazetteer knows places, for searches: former ones, Russian ones, spellings never read.

What a report calls a place is in the table `spelling`; this is what an analyst may call it. `known.tsv.gz` is made of
the extractor's gazetteer by its builder: GeoNames (geonames.org), CC BY 4.0, changed, and own tables.
"""

import gzip
import re
from functools import cache
from pathlib import Path
from typing import Final

from services.contracts.romanise import from_cyrillic
from services.contracts.units import UNITS, unit
from services.store.folding import fold

_CLASS: Final = re.compile(r" (oblast|oblasti|region|province|krai|obl)$")
NAMES: Final = Path(__file__).parent / "known.tsv.gz"


def ways_to_write(name: str) -> list[str]:
    """Return `name` folded, and where it is in Cyrillic letters, how reports may write it: "Бахмут" also "bakhmut"."""
    return [folded for folded in map(fold, (name, *from_cyrillic(name))) if folded]


def called(folded: str) -> frozenset[str]:
    """Return the ids of the places that have exactly this name; empty where the gazetteer has no such name."""
    return _names().get(folded, frozenset())


def called_like(folded: str) -> frozenset[str]:
    """Return the ids of the places that have `folded` in one of their names: all names are looked at, some 3 ms."""
    return frozenset().union(*(ids for name, ids in _names().items() if folded in name))


def oblast_called(name: str) -> str | None:
    """Return the unit of the first level (contracts.units) that has this name, as events have it in `admin1`: in any
    spelling, in Latin or Cyrillic letters, with or without the word oblast. None where that is no unit's, or several's.
    """
    if (exactly := unit(name)) is not None:
        return exactly
    written = ways_to_write(name)
    classes = (f"{_CLASS.sub('', folded)} {word}" for folded in written for word in ("oblast", "krai", "region"))
    # "Kiev" is the city, as "Kyiv" is, before it is the oblast round it.
    for keys in (written, classes):
        found = {_units()[one] for key in keys for one in called(key) if one in _units()}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def load() -> None:
    """Read the names, a tenth of a second, so that no search has to wait for that."""
    _names()


@cache
def _units() -> dict[str, str]:
    """The units by their ids in the gazetteer."""
    return {one: name for names in UNITS.values() for name in names for one in called(fold(name))}


@cache
def _names() -> dict[str, frozenset[str]]:
    names: dict[str, frozenset[str]] = {}
    for line in gzip.decompress(NAMES.read_bytes()).decode().splitlines():
        name, _, ids = line.partition("\t")
        key = fold(name)
        names[key] = names.get(key, frozenset()) | frozenset(ids.split(","))
    return names
