"""What an article is about, seen as a whole: its place named most, its first, those of each paragraph and heading."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.extract.document import Document, PlaceMention, Sentence
from services.extract.stages import tree
from services.extract.stages.arguments.topic import CAPITALS
from services.extract.stages.landmarks import says_there

Headed = tuple[tuple[PlaceMention, ...], int]
"""The places of a heading, and the index of its sentence."""

_NO_HEADING: Final[Headed] = ((), -1)
_HEADING: Final = 60
"""Characters of a line that heads what follows, at most: "Toretsk and Niu-York", "Kupiansk direction."."""
_UNPARSED_HEADING: Final = 40
"""The same for a line of which it is not known whether it has a verb."""
_OPENS: Final = 30
_TOWNS: Final = 8
"""Places that are told apart by how often or how lately they were named."""


def key(place: PlaceMention) -> str:
    """Return what two mentions of one place have in common."""
    return place.id or place.name


def keys(places: list[PlaceMention]) -> frozenset[str]:
    return frozenset(map(key, places))


@dataclass(slots=True)
class Survey:
    """The places of one article, counted once for all of its events."""

    counts: Counter[str] = field(default_factory=Counter)
    paragraphs: dict[int, list[PlaceMention]] = field(default_factory=dict)
    """By paragraph, the places named in it, no countries and no adjectives."""
    headings: list[Headed] = field(default_factory=list)
    """For each sentence, the heading above it, or its own."""
    lead: PlaceMention | None = None
    """The settlement named first that is no capital."""
    focus: PlaceMention | None = None
    """The settlement named most that is no capital, the first of equals."""
    titled: frozenset[str] = frozenset()
    """The places of the headline."""
    dateline: str = ""
    towns: int = 0
    """How many settlements the article names."""
    _ranks: dict[str, int] = field(default_factory=dict)
    _named: list[list[str]] = field(default_factory=list)
    """For each sentence, the settlements that it names."""
    _spoken: dict[tuple[int, int, str], bool] = field(default_factory=dict)
    """By where a place is named and its name, whether it only says where somebody spoke."""

    def says_there(self, doc: Document, place: PlaceMention) -> bool:
        """Like `landmarks.says_there`, which each event asks of the same places."""
        asked = place.span.start, place.span.end, place.name
        found = self._spoken.get(asked)
        if found is None:
            found = self._spoken[asked] = says_there(doc, place)
        return found

    def rank(self, place: PlaceMention) -> int:
        """Return how many places the article names more often."""
        return self._ranks.get(key(place), len(self._ranks))

    def towns_before(self, index: int, sentences: int) -> list[str]:
        """Return the settlements named in the sentences before `index`, the last named first, each once."""
        near = [name for named in self._named[max(0, index - sentences) : index] for name in named]
        return list(dict.fromkeys(reversed(near)))[:_TOWNS]

    @classmethod
    def of(cls, doc: Document, places: Mapping[int, list[PlaceMention]]) -> "Survey":
        """Count `places`, which are given by sentence. Linear in the text."""
        found = cls(dateline=doc.dateline or "")
        towns: list[PlaceMention] = []
        heading = _NO_HEADING
        for sentence in doc.sentences:
            named = [p for p in places.get(sentence.index, ()) if p.kind != "country"]
            found._named.append([p.name for p in named if p.kind == "settlement"][-_TOWNS:])
            if sentence.role == "title":
                found.titled |= keys(named)
            for place in named:
                if place.kind == "settlement" and place.name not in CAPITALS:
                    found.lead = found.lead or place
                    if not place.adjective:
                        towns.append(place)
                if not place.adjective:
                    found.counts[key(place)] += 1
                    found.paragraphs.setdefault(sentence.paragraph, []).append(place)
            if named and _is_heading(doc, sentence, named):
                heading = (tuple(named), sentence.index)
            found.headings.append(heading)
        found.towns = len({p.name for p in towns})
        often = sorted(found.counts, key=lambda name: -found.counts[name])
        found._ranks = {name: sum(found.counts[o] > found.counts[name] for o in often[:_TOWNS]) for name in often}
        found.focus = max(towns, key=lambda p: (found.counts[key(p)], -p.span.start), default=None)
        return found


def _is_heading(doc: Document, sentence: Sentence, named: list[PlaceMention]) -> bool:
    """True for a short line without a verb that opens a paragraph with a place."""
    length = len(doc.words(sentence.span).strip())
    if sentence.role == "title" or length > (_HEADING if sentence.parse is not None else _UNPARSED_HEADING):
        return False
    if named[0].span.start - sentence.span.start >= _OPENS:
        return False
    if sentence.index and doc.sentences[sentence.index - 1].paragraph == sentence.paragraph:
        return False
    return sentence.parse is None or not any(tree.is_verb(token) for token in sentence.parse)
