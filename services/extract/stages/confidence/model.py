"""The model of confidence: a logistic regression over named features, its weights in `weights.json` beside the code.

Plain arithmetic: the sum is exact (`fsum`), so that neither the order of features nor the machine changes an answer.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Final

from services.extract.stages.weights import Pulls, strongest, version_of

FILE: Final = Path(__file__).with_name("weights.json")
_FEATURES: Final = tuple(Path(__file__).with_name(name) for name in ("candidate.py", "features.py", "place.py"))


@dataclass(frozen=True, slots=True)
class Model:
    """`bias` and `weights` are in logits; events below `threshold` are not told; no event is surer than `cap`."""

    features: str
    """Which feature code the weights were trained with; see `features_version`."""
    bias: float
    threshold: float
    cap: float
    weights: dict[str, float]


@dataclass(init=False, slots=True)
class Judgement:
    """How sure an event is, 0 to 1 in hundredths, and what pulled the most: (feature, logits), the strongest first."""

    score: float
    pulls: Pulls

    def __init__(self, score: float, pulls: Pulls) -> None:
        self.score = score
        self.pulls = pulls


def features_version() -> str:
    """Return 12 hex digits of SHA-256 over the feature code."""
    return version_of(_FEATURES)


@cache
def model() -> Model:
    """Return the checked-in model, read once per process."""
    return Model(**json.loads(FILE.read_text(encoding="utf-8")))


def judge(found: dict[str, float], by: Model, pulls: int = 5) -> Judgement:
    """Return the judgement of an event with the features `found`; features that training did not see weigh nothing."""
    logits = list(map(by.weights.get, found, repeat(0.0)))
    values = list(found.values())
    if values.count(1.0) < len(values):  # nearly all features hold or do not
        for at, value in enumerate(values):
            if value != 1.0:  # weights are in thousandths
                logits[at] = round(logits[at] * value, 3)
    logit = math.fsum([by.bias, *logits])
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    return Judgement(round(max(0.01, min(by.cap, score)), 2), strongest(list(found), logits, pulls))
