"""The word lists of the places stage (`words.toml`), compiled once into sets and patterns."""

import tomllib
from pathlib import Path
from typing import Any, Final, cast

from services.contracts.taxonomy import Relation
from services.extract.pattern import Pattern

_DATA: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)

_CLASS: Final = _DATA["class_words"]
OBLAST_WORDS: Final = frozenset(_CLASS["oblast"])
OBLAST_PLURAL: Final = frozenset(_CLASS["oblast_plural"])
RAION_WORDS: Final = frozenset(_CLASS["raion"])
RAION_PLURAL: Final = frozenset(_CLASS["raion_plural"])
DIRECTION_WORDS: Final = frozenset(_CLASS["direction"])
COMMUNITY_WORDS: Final = frozenset(_CLASS["community"])
CLASS_WORDS: Final = OBLAST_WORDS | RAION_WORDS | DIRECTION_WORDS | COMMUNITY_WORDS
SETTLEMENT_BEFORE: Final = frozenset(_CLASS["settlement_before"])

_PARTS: Final = _DATA["parts"]
QUARTERS: Final = frozenset(_PARTS["quarter"])
DISTRICTS: Final = frozenset(_PARTS["district"])
PART_WORDS: Final = QUARTERS | DISTRICTS | frozenset(_PARTS["thing"])
NOT_A_PART: Final = frozenset(_PARTS["no_name"])
OFFICES_OF_PARTS: Final = frozenset(_PARTS["offices"])
EDGES: Final[list[str]] = _PARTS["edge"]
BEFORE_TOWN: Final[list[str]] = _PARTS["before_town"]
STRETCHES: Final[list[str]] = _DATA["pairs"]["stretch"]

BETWEEN_WORDS: Final = frozenset(_DATA["between_words"]["words"])
LOCATIVE: Final = frozenset(_DATA["locative"]["always"])
ATTACKS: Final = frozenset(_DATA["locative"]["attacks"])
MOTION: Final = frozenset(_DATA["motion"]["words"])
CITY_THINGS: Final = frozenset(_DATA["city_things"]["words"])
PASSIVE_CITY: Final = frozenset(_DATA["passive_city"]["words"])
HITS: Final = frozenset(_DATA["passive_city"]["hits"])
FOLLOWS_PLACE: Final = frozenset(_DATA["follows_place"]["words"])
ORGANISATION_MASK: Final = frozenset(_DATA["organisation"]["mask"])
ORGANISATION_ADJECTIVE: Final = frozenset(_DATA["organisation"]["adjective"])

RELATION_PHRASES: Final[dict[str, Relation]] = {
    phrase: cast(Relation, relation) for relation, phrases in _DATA["relations"].items() for phrase in phrases
}
RELATION_ENDS: Final = frozenset(phrase.rpartition(" ")[2] for phrase in RELATION_PHRASES)
"""The last words of the phrases: what stands right before a name that one of them is told of."""
LONGEST_RELATION: Final = max(phrase.count(" ") + 1 for phrase in RELATION_PHRASES)

MOVED: Final[list[str]] = _DATA["compass"]["moved"]
SIDES_OF_UKRAINE: Final[dict[str, str]] = _DATA["compass"]["regions"]

GAP: Final = Pattern(r"[\s\u00a0\"“”'‘’«»(]*$")
"""What may stand between two words that belong together: no full stop, comma or dash."""


def word_list(table: str, name: str) -> frozenset[str]:
    """Return one list of `words.toml`. Raises KeyError where there is none of that name."""
    return frozenset(_DATA[table][name])
