"""Parts of towns that the gazetteer lacks: how they are called, and in which town they are. Part of places."""

from collections.abc import Sequence
from typing import Final

from services.contracts.taxonomy import PlaceKind
from services.extract.document import Document, PlaceMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.places import lexicon as lx

_OF: Final = Pattern(
    rf"\s+(?:[\w-]+\s+)?(?:(?:on|at|in|to)\s+the\s+(?:[\w-]+\s+)?(?:{'|'.join(lx.EDGES)})\s+)?(?:of|in)\s+(?:the\s+)?"
    rf"(?:(?:{'|'.join(lx.BEFORE_TOWN)})\s+(?:of\s+)?)?"
)
"""From a part to its town: "the Kanal quarter on the eastern edge of Chasiv Yar"."""
_OWNS: Final = Pattern(r"['\u2019]s?\s+(?:[\w-]+\s+)?|\s*,\s+(?:in\s+)?(?:the\s+)?|\s+")
_BACK: Final = 200
"""Characters that are gone back to the town named last."""


def part_named(surface: str, behind: str) -> tuple[str, PlaceKind]:
    """Return the name and the kind of a part: a quarter goes without its word, a thing and an adjective do not."""
    word = behind.strip()
    bare = word.lower() in lx.QUARTERS or (word.lower() in lx.DISTRICTS and _ADJECTIVE.search(surface) is None)
    return (surface if bare else f"{surface} {word.capitalize()}"), "feature"


_ADJECTIVE: Final = Pattern(r"(?:[yi]|yi|iy|yy|ii)$")


def put_within(mentions: Sequence[PlaceMention], text: str) -> None:
    """Put each part whose town is not known within the town named beside it, or shortly before."""
    for at, part in enumerate(mentions):
        if part.rule != "part":
            continue
        end = part.phrase.end if part.phrase is not None else part.span.end
        after = mentions[at + 1] if at + 1 < len(mentions) else None
        before = mentions[at - 1] if at else None
        town = None
        if after is not None and _is_town(after) and _OF.fullmatch(text, end, max(end, after.span.start)):
            town = after
        elif before is not None and _is_town(before) and part.span.start - before.span.end <= _BACK:
            gap = text[before.span.end : part.span.start]
            quarter = part.name == part.surface
            if _OWNS.fullmatch(gap) or (quarter and "\n" not in gap):
                town = before
        if town is not None:
            part.within, part.admin1, part.country = town.id, town.admin1, town.country


def _is_town(place: PlaceMention) -> bool:
    return place.kind == "settlement" and place.id is not None


_ROAD: Final = Pattern(
    r"\b(?P<of_state>[TТ])[- ]?(?P<four>\d{4}|\d{2}-\d{2})\b(?:\s+(?:highway|road|motorway|route)\b)?"
    r"|\b(?P<letter>[MМHНNPРREЕ])[- ]?(?P<two>\d{2,3})\s+(?:highway|road|motorway|route)\b"
)
"""Roads by number: T and four digits anywhere, other letters where the word for a road stands behind."""
_NUMBERED: Final = Pattern(r"[TТMМHНNPРREЕ][- ]?\d{2}")
"""What every road by number begins with: quickly searched for."""
_LATIN: Final = str.maketrans("ТМНРЕ", "TMHPE")


def roads(doc: Document, named: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Return the roads told by numbers that the gazetteer lacks, named as it names those it has: "T0511 highway"."""
    found: list[PlaceMention] = []
    if _NUMBERED.search(doc.text) is None:
        return found
    at = 0
    for match in _ROAD.finditer(doc.text):
        span = Span(*match.span())
        while at < len(named) and named[at].span.end <= span.start:
            at += 1
        if at < len(named) and named[at].span.overlaps(span):
            continue
        number = (match.group("of_state") or match.group("letter")).translate(_LATIN)
        number += (match.group("four") or match.group("two")).replace("-", "")
        found.append(
            PlaceMention(span, doc.words(span), f"{number} highway", None, "feature", phrase=span, rule="road")
        )
    return found
