"""The model of places: a weight for each feature, summed up for each option; its weights are in `weights.json`.

Plain arithmetic: the sums are exact (`fsum`), so that neither the order of features nor the machine changes an answer.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from services.extract.stages.weights import Pulls, strongest, version_of

FILE: Final = Path(__file__).with_name("weights.json")
_FEATURES: Final = tuple(
    Path(__file__).with_name(name) for name in ("features.py", "discourse.py", "options.py", "survey.py")
)


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` are in logits; an option takes the rules' place only if it is more than `margin` above it."""

    features: str
    """Which feature code the weights were trained with; see `features_version`."""
    margin: float
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """The option taken instead of the rules' (0), by how many logits, and what pulled the most."""

    option: int
    lead: float
    pulls: Pulls


def features_version() -> str:
    """Return 12 hex digits of SHA-256 over the feature code."""
    return version_of(_FEATURES)


@cache
def model() -> Model:
    """Return the checked-in model, read once per process."""
    return Model(**json.loads(FILE.read_text(encoding="utf-8")))


def chosen(seen: Sequence[Sequence[str]], by: Model, pulls: int = 4) -> Choice | None:
    """Return what is to be taken instead of the first option, whose features come first; None to leave it.

    Features that training did not see weigh nothing. Of equal options the first is taken.
    """
    weights = by.weights
    first = most = _score(seen[0], weights)
    best = 0
    for option in range(1, len(seen)):
        score = _score(seen[option], weights)
        if score > most:
            best, most = option, score
    lead = most - first
    if not best or lead <= by.margin:
        return None
    names = list(dict.fromkeys(seen[best]))
    return Choice(best, round(lead, 2), strongest(names, [weights.get(name, 0.0) for name in names], pulls))


def _score(names: Sequence[str], weights: dict[str, float]) -> float:
    return math.fsum(filter(None, map(weights.get, names)))
