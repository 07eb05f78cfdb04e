"""Patterns for any of many phrases, which look at each character once instead of trying every phrase in turn.

For the lexicons of the stages: Python's own alternation tries hundreds of phrases at each place of a text.
"""

import re
from collections.abc import Iterable
from typing import Any


def alternatives(phrases: Iterable[str], blank: str = " ") -> str:
    """Return a pattern for any of `phrases`, the longest that fits first; each blank in them is read as `blank`.

    It matches what an alternation of the phrases does, longest first. Raises ValueError for an empty phrase.
    """
    root: dict[str, Any] = {}
    for phrase in phrases:
        if not phrase:
            raise ValueError("an empty phrase matches everywhere")
        node = root
        for character in phrase:
            node = node.setdefault(blank if character == " " else re.escape(character), {})
        node[""] = {}
    first = "".join(sorted(character for character in root if character != blank))
    return f"(?=[{first}]){_pattern(root)}" if blank not in root else _pattern(root)


def _pattern(node: dict[str, Any]) -> str:
    ways = [character + _pattern(below) for character, below in sorted(node.items()) if character]
    if not ways:
        return ""
    if len(ways) == 1 and "" not in node:
        return ways[0]
    return f"(?:{'|'.join(ways)})" + ("?" if "" in node else "")
