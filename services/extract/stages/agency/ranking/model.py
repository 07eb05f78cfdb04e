"""The weights of the sides, in `weights.json`, and the version of the feature code that they were trained with.

The arithmetic is that of the ranking of places: a sum for each option, the greatest beyond the margin is taken.
"""

import json
from functools import cache
from pathlib import Path
from typing import Final

from services.extract.stages.arguments.ranking.model import Model
from services.extract.stages.weights import version_of

FILE: Final = Path(__file__).with_name("weights.json")
_FEATURES: Final = tuple(Path(__file__).with_name(name) for name in ("features.py", "options.py", "survey.py"))


def features_version() -> str:
    """Return 12 hex digits of SHA-256 over the feature code."""
    return version_of(_FEATURES)


@cache
def model() -> Model:
    """Return the checked-in model, read once per process."""
    return Model(**json.loads(FILE.read_text(encoding="utf-8")))
