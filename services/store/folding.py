"""Folding: one key for every way to write a name that differs only in marks, case, apostrophes and hyphens."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

KEY_LENGTH: Final = 200
"""Characters kept of a folded name: a B-tree row of Postgres holds 2,704 bytes."""
UNRESOLVED: Final = "name:"

_APOSTROPHES: Final = re.compile("['`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\uff07]")
_BREAKS: Final = re.compile(r"[\W_]+")


# Names repeat: nine in ten are found here.
@lru_cache(maxsize=50_000)
def fold(name: str) -> str:
    """Return `name` in lower case without diacritics and apostrophes, other punctuation as one blank.

    "Kup\u2019yansk-Vuzlovyi" gives "kupyansk vuzlovyi". A name of nothing but punctuation gives the empty string.
    """
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return _BREAKS.sub(" ", plain).strip()[:KEY_LENGTH]


def place_key(place_id: str | None, name: str) -> str:
    """Return what a place is filed under: its gazetteer id or, unresolved, `name:` and its folded name."""
    return place_id if place_id else UNRESOLVED + fold(name)
