"""The people of this war, by every spelling of their names: `people.tsv`, with variants by transliteration rules.

A last name alone is enough where it means one person only, or once the full name stands in the same text.
"""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from services.contracts.taxonomy import ActorKind
from services.extract.gazetteer.spellings import fold
from services.extract.stages.actors import lexicon as lx

_TABLE: Final = Path(__file__).with_name("people.tsv")
_GIVEN_OF: Final[dict[str, tuple[str, ...]]] = {}
for _group in lx.GIVEN_SPELLINGS:
    _names = tuple(dict.fromkeys(fold(n) for n in _group.split()))
    for _name in _names:
        _GIVEN_OF[_name] = tuple(dict.fromkeys(_GIVEN_OF.get(_name, ()) + _names))

GIVEN_NAMES: Final = frozenset(_GIVEN_OF) | lx.word_list("given_names", "further")
"""Folded given names: what follows one is a person's last name."""

_SURNAME_RULES: Final = (
    (r"(?:skyi|sky)$", ("skyi", "sky", "skiy", "skyy", "skii", "ski", "skij", "skyj")),
    (r"(?<!sk)(?:yi|y)$", ("yi", "y", "iy", "yy", "ii", "i", "yj", "ij")),
    (r"ii$", ("ii", "iy", "y", "i", "yi")),
    (r"iev$", ("iev", "yev", "ev", "ijew")),
    (r"yev$", ("yev", "iev", "ev")),
    (r"(?<=[oe])v$", ("v", "w")),
    (r"(?<=i)uk$", ("uk", "ouk")),
)
_SURNAME_SWAPS: Final = (
    ("iu", "yu"), ("ia", "ya"), ("ie", "ye"), ("ie", "e"), ("h", "g"), ("y", "i"), ("kh", "h"), ("yo", "io"),
    ("yo", "e"), ("ei", "ey"), ("zh", "j"), ("ch", "tch"), ("sh", "ch"), ("v", "w"), ("sh", "sch"), ("u", "ou"),
    ("ii", "iy"), ("ai", "ay"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One known person; `since` and `until` bound the office, as ISO dates."""

    id: str
    name: str
    side: str
    kind: ActorKind
    office: str
    since: str
    until: str
    last_name: str

    def holds_office_on(self, day: str) -> bool:
        return (not self.since or self.since <= day) and (not self.until or day <= self.until)


@dataclass(frozen=True, slots=True)
class People:
    """Lookup tables over the people: full names, last names (to all who bear them) and offices."""

    full: dict[str, Person]
    last: dict[str, tuple[Person, ...]]
    offices: dict[str, tuple[Person, ...]]
    firsts: frozenset[str]
    """The words that full names begin with."""
    by_id: dict[str, Person]
    """Those who are known by a last name."""


def surname_spellings(name: str) -> set[str]:
    """Return the folded spellings of a last name: "Syrskyi" -> syrskyi, syrsky, sirski, …"""
    found = {fold(name)}
    for pattern, endings in _SURNAME_RULES:
        for known in sorted(found):
            if re.search(pattern, known):
                found |= {re.sub(pattern, ending, known) for ending in endings}
    for old, new in _SURNAME_SWAPS:
        for known in sorted(found):
            if old in known and len(found) < 60:
                found.add(known.replace(old, new))
    return found


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def _words(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(name)))


@lru_cache(maxsize=1)
def people() -> People:
    """The table, read once per process."""
    full: dict[str, Person] = {}
    last: dict[str, list[Person]] = {}
    offices: dict[str, list[Person]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            person = Person(
                f"{row['side']}/PER/{_slug(row['name'])}", row["name"], row["side"], cast(ActorKind, row["kind"]),
                row["office"], row["since"], row["until"], _words(row["name"].split()[-1]),
            )  # fmt: skip
            _enter(person, [s for s in (row["spellings"] or "").split("|") if s], full, last)
            offices.setdefault(person.office, []).append(person)
    return People(
        full,
        {k: tuple(v) for k, v in last.items()},
        {k: tuple(v) for k, v in offices.items()},
        frozenset(name.split(" ", 1)[0] for name in full),
        {person.id: person for bearers in last.values() for person in bearers},
    )


def _enter(person: Person, spellings: list[str], full: dict[str, Person], last: dict[str, list[Person]]) -> None:
    parts = person.name.split()
    asian = person.side in ("CHN", "PRK", "KOR")
    family = parts[0] if asian else parts[-1]
    if len(parts) > 2 and parts[-2].lower() in ("der", "von", "le", "bin", "da"):
        family = " ".join(p for p in parts[1:])
    given = "" if asian else fold(parts[0])
    surnames = set()
    slavic = person.side in ("UKR", "RUS", "BLR", "MDA", "GEO")
    for name in (family, *[s for s in spellings if " " not in s]):
        surnames |= surname_spellings(name) if slavic else {fold(name)}
    surnames = {_words(s) for s in surnames}
    full[_words(person.name)] = person
    for spelling in spellings:
        if " " in spelling:
            full.setdefault(_words(spelling), person)
    for first in _GIVEN_OF.get(given, (given,)):
        for surname in surnames:
            if first:
                full.setdefault(_words(f"{first} {surname}"), person)
    for surname in surnames:
        if len(surname) > 2 and person not in last.setdefault(surname, []):
            last[surname].append(person)
