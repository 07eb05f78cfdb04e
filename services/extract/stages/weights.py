"""What the learnt parts share: weights beside the code, the version of the code that they were trained with, and what
pulled the most.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

Pulls = tuple[tuple[str, float], ...]
"""Features with their logits, the strongest first."""


def version_of(code: Iterable[Path]) -> str:
    """Return 12 hex digits of SHA-256 over the files."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in code)).hexdigest()[:12]


def strongest(parts: Mapping[str, float], most: int) -> Pulls:
    """Return up to `most` of the features that pulled, either way."""
    # Most pull too little to be told: sorting bare numbers first is cheaper than sorting them with their names.
    pulls = sorted([abs(logit) for logit in parts.values() if logit], reverse=True)
    least = pulls[min(most, len(pulls)) - 1] if pulls else math.inf
    ordered = sorted([(-abs(logit), name) for name, logit in parts.items() if abs(logit) >= least])
    return tuple([(name, parts[name]) for _, name in ordered[:most]])
