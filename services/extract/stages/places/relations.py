"""How a place is meant: in it, near it, toward it, between it and another. Read from the words before its name."""

from collections.abc import Sequence
from typing import Final, final

from services.contracts.taxonomy import Relation
from services.extract.gazetteer import Word
from services.extract.pattern import Pattern
from services.extract.stages.places import lexicon as lx
from services.extract.stages.places.naming import Named

_BREAK: Final = Pattern(r"[.,;:!?\n—–()…|•\"“”]")
_NOT_TO: Final = lx.word_list("to", "not_to")
_SAYS_HOW: Final = lx.RELATION_ENDS | lx.BETWEEN_WORDS | {"in"}
"""What stands right before a name whose relation is told."""
REACH: Final = 9
"""Words looked at before a name."""


@final
class Told:
    """The relation, and where the phrase with it begins."""

    __slots__ = ("relation", "start")

    def __init__(self, relation: Relation, start: int) -> None:
        self.relation: Final[Relation] = relation
        self.start: Final = start


def relation_of(named: Named, words: Sequence[Word], text: str) -> Told:
    """Return the relation told before `named`, `in` where none is; a class word ("direction") goes before it."""
    told = _before(named.first, named.start, words, text)
    if named.direction:
        return Told("direction", told.start)
    if told.relation == "in" and named.around:
        return Told("around", told.start)
    return told


def _before(first: int, start: int, words: Sequence[Word], text: str) -> Told:
    if not first or words[first - 1].key not in _SAYS_HOW:  # as before nearly all names
        return Told("in", start)
    keys: list[tuple[str, int, bool]] = []
    end = start
    for index in range(first - 1, max(-1, first - 1 - REACH), -1):
        if _BREAK.search(text, words[index].end, end):
            break
        keys.append((words[index].key, words[index].start, text[words[index].start].isupper()))
        end = words[index].start
    begin = start
    for at in range(len(keys)):
        longest = min(lx.LONGEST_RELATION, len(keys) - at) if keys[at][0] in lx.RELATION_ENDS else 0
        for size in range(longest, 0, -1):
            phrase = " ".join([k for k, _, _ in reversed(keys[at : at + size])])
            relation = lx.RELATION_PHRASES.get(phrase)
            if relation is None:
                continue
            if phrase == "suburb of" and at + size < len(keys) and keys[at + size][2]:
                return Told("in", begin)  # "the Kherson suburb of Antonivka"
            if phrase == "to" and at + 1 < len(keys) and keys[at + 1][0] in _NOT_TO:
                return Told("in", begin)
            return Told(relation, keys[at + size - 1][1])
        if keys[at][0] == "in":
            return Told("in", keys[at][1])
        if keys[at][0] not in lx.BETWEEN_WORDS:
            break
        if keys[at][0] not in ("of",):
            begin = keys[at][1]
    return Told("in", begin)
