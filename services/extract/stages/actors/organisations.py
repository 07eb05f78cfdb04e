"""Armies, staffs, ministries, services, groupings, outlets and alliances by name: `organisations.tsv`."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from services.contracts.taxonomy import ActorKind
from services.extract.gazetteer.spellings import fold

_TABLE: Final = Path(__file__).with_name("organisations.tsv")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that acts or speaks under its own name."""

    id: str
    name: str
    side: str
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class Organisations:
    """`names`: word sequence -> (the body, how it must be written: exactly, or None for any case)."""

    names: dict[str, tuple[Organisation, str | None]]
    longest: dict[str, int]


def key_of(name: str) -> str:
    """The folded words of a name, possessive 's left out, as `gazetteer.words_of` cuts a text."""
    name = re.sub(r"['’]s\b", "", name)
    words = re.findall(r"[^\W_]+", fold(re.sub(r"[.\-/&]", " ", name)))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@lru_cache(maxsize=1)
def organisations() -> Organisations:
    """The table, read once per process."""
    names: dict[str, tuple[Organisation, str | None]] = {}
    longest: dict[str, int] = {}
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            identifier = f"{row['side']}/{row['kind']}" + (f"/{row['tail']}" if row["tail"] else "")
            body = Organisation(identifier, row["name"], row["side"], cast(ActorKind, row["kind"]))
            own = () if not row["tail"] and row["kind"] == "GOV" else (row["name"],)
            for alias in (*own, *row["aliases"].split("|")):
                key = key_of(alias)
                if not key:
                    continue
                alias = re.sub(r"^(?:the|The) ", "", alias)
                if key in names and names[key][1] is None:
                    continue
                strict = alias if alias.isupper() and len(alias) < 7 else ("" if alias[:1].islower() else "Aa")
                names[key] = (body, strict or None)
                first, size = key.split()[0], len(key.split())
                longest[first] = max(longest.get(first, 0), size)
    return Organisations(names, longest)
