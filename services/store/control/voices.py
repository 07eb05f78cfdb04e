"""How many reports stand on their own (pure): what shares a publisher with another, or is its copy, adds nothing."""

from collections.abc import Iterable

from services.store.components import components


def voices(reports: Iterable[tuple[str, str]]) -> int:
    """Return how many groups of `reports` have neither a publisher nor a family of copies in common.

    Each report is its publisher and its family. It is the cautious count: two newsrooms that share one syndicated text
    are one voice, whatever else they carry.
    """
    pairs = [(f"publisher {publisher}", f"family {family}") for publisher, family in reports]
    roots = components({node for pair in pairs for node in pair}, pairs)
    return len(set(roots.values()))
