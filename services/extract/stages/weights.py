"""What the learnt parts share: weights beside the code, the version of the code that they were trained with, and what
pulled the most.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

Pulls = tuple[tuple[str, float], ...]
"""Features with their logits, the strongest first."""


def version_of(code: Iterable[Path]) -> str:
    """Return 12 hex digits of SHA-256 over the files."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in code)).hexdigest()[:12]


_MUCH: Final = 0.1
"""Logits; mostly enough features pull more, and few enough, for the others not to be looked at."""


def strongest(names: list[str], logits: list[float], most: int) -> Pulls:
    """Return up to `most` of the features `names` that pulled, either way; `logits` are theirs, in their order."""
    # Most pull too little to be told: sorting bare numbers first is cheaper than sorting them with their names.
    pulls = sorted([abs(logit) for logit in logits if abs(logit) > _MUCH], reverse=True)
    if len(pulls) < most:
        pulls = sorted([abs(logit) for logit in logits if logit], reverse=True)
    if not pulls:
        return ()
    least = pulls[min(most, len(pulls)) - 1]
    ordered = sorted([(-abs(logit), names[at], logit) for at, logit in enumerate(logits) if abs(logit) >= least])
    return tuple([(name, logit) for _, name, logit in ordered[:most]])
