"""The word lists of the actors stage (`words.toml`), compiled once."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final, cast

from services.contracts.taxonomy import ActorKind

_DATA: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)


def word_list(table: str, name: str) -> frozenset[str]:
    """Return one list of `words.toml`. Raises KeyError where there is none of that name."""
    return frozenset(_DATA[table][name])


def _key(phrase: str) -> str:
    return " ".join(re.split(r"[\s.'-]+", phrase.strip(".")))


SIDES: Final[dict[str, str]] = {_key(word): side for side, words in _DATA["sides"].items() for word in words}
STATES: Final[dict[str, str]] = cast(dict[str, str], _DATA["states"])
HEADS: Final[dict[str, ActorKind]] = {
    _key(word): cast(ActorKind, kind) for kind, words in reversed(_DATA["heads"].items()) for word in words
}
BARE: Final[dict[str, ActorKind]] = {
    _key(word): cast(ActorKind, kind) for kind, words in _DATA["plural_people"].items() for word in words
}
MODIFIERS: Final = frozenset(_key(word) for word in _DATA["modifiers"]["words"])
STATE_NAMES: Final = frozenset(name.lower() for name in STATES.values()) | frozenset(_DATA["seats"]["names"])
SEATS: Final = frozenset(_DATA["seats"]["capitals"])
RULERS: Final = frozenset(_DATA["seats"]["rulers"])
VOICE_RUSSIAN: Final = tuple(_DATA["voice"]["russian"])
VOICE_UKRAINIAN: Final = tuple(_DATA["voice"]["ukrainian"])
PUBLISHERS_RUSSIAN: Final = tuple(_DATA["voice"]["publishers_russian"])
GIVEN_SPELLINGS: Final[list[str]] = _DATA["given_names"]["spellings"]
HOSTILE: Final[dict[str, str | None]] = {
    noun: None if side == "enemy" else side for side, nouns in _DATA["hostile"].items() for noun in nouns
}
"""Nouns that name a side by themselves, whoever speaks; None: the enemy of the speaker."""

DEEDS: Final = word_list("nouns", "deeds")
""" "Ukrainian counterattacks": the adjective is the actor, the noun its deed."""

PERSONS: Final = word_list("nouns", "persons")
"""Heads of kind MIL that say things."""
