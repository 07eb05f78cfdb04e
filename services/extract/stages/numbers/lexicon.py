"""The words of numbers from `lexicon.toml`, indexed for look-up."""

import tomllib
from pathlib import Path
from typing import Any, Final

_RULES: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

CARDINALS: Final[dict[str, int]] = _RULES["cardinals"]
MULTIPLIERS: Final[dict[str, int]] = _RULES["multipliers"]
VAGUE: Final[dict[str, tuple[int, int]]] = {words: (low, high) for words, (low, high) in _RULES["vague"].items()}
SHARES: Final[dict[str, float]] = _RULES["shares"]
CURRENCIES: Final[dict[str, str]] = _RULES["currencies"]
MEASURES: Final[dict[str, tuple[str, str]]] = {word: (kind, unit) for word, (kind, unit) in _RULES["measures"].items()}
BOUNDS: Final[dict[str, str]] = {words: bound for bound, all_words in _RULES["bounds"].items() for words in all_words}
NOUNS: Final[dict[str, str]] = {noun: kind for kind, nouns in _RULES["nouns"].items() for noun in nouns}
TIME_UNITS: Final = frozenset(_RULES["not_counted"]["units_of_time"])
CALIBRES: Final = frozenset(_RULES["not_counted"]["calibres"])
NAMED_BEFORE: Final = frozenset(_RULES["not_counted"]["before"])

_IRREGULAR: Final = {
    "men": "man", "women": "woman", "children": "child", "persons": "people", "person": "people", "servicemen": "serviceman",
    "servicewomen": "servicewoman", "policemen": "policeman", "firemen": "fireman", "infantrymen": "infantryman", "lives": "life",
    "militiamen": "militiaman", "crewmen": "crewman", "railwaymen": "railwayman", "fishermen": "fisherman", "guardsmen": "guardsman",
    "schoolchildren": "schoolchild", "casualties": "casualty", "corps": "corps", "aircraft": "aircraft", "troops": "troop", "civils": "civilian",
    "deads": "dead", "personnel": "personnel", "himars": "himars", "atacms": "atacms", "abrams": "abrams", "losses": "loss", "mlrs": "mlrs",
    "series": "series", "forces": "force", "km": "km", "radars": "radar", "patriots": "patriot", "airplanes": "airplane", "batteries": "battery",
    "buses": "bus", "gas": "gas", "uas": "uav", "uavs": "uav", "ugvs": "robot", "lorries": "lorry", "hostilities": "hostility",
    "wounds": "wounded", "injuries": "injury", "injureds": "injured", "fpvs": "fpv", "pows": "pow", "mens": "man", "dollars": "dollar",
    "cabs": "cab", "kabs": "kab", "shaheds": "shahed", "kyiv": "kyiv", "staff": "staff", "police": "police", "equipment": "equipment",
}  # fmt: skip


def singular(word: str) -> str:
    """Return the lower-cased singular of an English noun, by rule."""
    low = word.lower().replace("’", "'").removesuffix("'s")
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low in NOUNS or low in MEASURES or len(low) < 4 or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return low
    if low.endswith("ies"):
        return low[:-3] + "y"
    if low.endswith(("ches", "shes", "sses", "xes", "zes")):
        return low[:-2]
    return low[:-1]
