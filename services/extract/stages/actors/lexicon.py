"""The word lists of the actors stage (`words.toml`), compiled once."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final, cast

from services.contracts.taxonomy import ActorKind

_DATA: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)


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

DEEDS: Final = frozenset(
    {
        "offensive", "counteroffensive", "assault", "assaults", "attack", "attacks", "advance", "advances", "strike",
        "strikes", "shelling", "fire", "drones", "missiles", "shells", "bombs", "rockets", "counterattacks",
        "counterattack", "bombardment", "raid", "raids", "invasion", "withdrawal", "retreat", "control", "offensives",
        "pressure", "air strikes", "airstrikes", "airstrike", "drone", "missile", "positions", "lines", "losses",
        "gains", "incursion", "occupation", "push", "thrust", "operation", "operations",
    }
)  # fmt: skip
""" "Ukrainian counterattacks": the adjective is the actor, the noun its deed."""

PERSONS: Final = frozenset(
    {
        "soldier", "serviceman", "fighter", "commander", "officer", "general", "colonel", "pilot", "sergeant",
        "lieutenant", "captain", "major", "medic", "surgeon", "infantryman", "paratrooper", "marine", "gunner",
        "operator", "soldiers", "commanders", "officers", "generals", "command", "staff", "headquarters", "army",
        "military", "prisoners", "captives", "sergeants", "operators", "pilots", "navy", "side", "sapper",
    }
)  # fmt: skip
"""Heads of kind MIL that say things."""
