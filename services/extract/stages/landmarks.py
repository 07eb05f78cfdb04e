"""Which of several places named together is the place of an event, and which only say where that place lies.

Used by arguments. Pure functions over place mentions and the text between them.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from services.extract.document import Document, PlaceMention
from services.extract.pattern import Pattern
from services.extract.stages.wordindex import lowered
from services.extract.stages.wordlists import word_list

_DATA: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("landmarks.toml").read_text(encoding="utf-8"))

_BESIDE: Final = Pattern(
    r"""\s*,?\s*(?:which\s+is\s+|that\s+is\s+|which\s+|that\s+|some\s+|about\s+|just\s+|a\s+few\s+|\d+\s*)?
    (?:adjoin(?:s|ing)|border(?:s|ing)(?:\s+on)?|overlook(?:s|ing)|neighbou?r(?:s|ing)|near|by|beside|outside|off|not\s+far\s+from|close\s+to|next\s+to|opposite|across\s+from
      |(?:north|south|east|west|north-?\s?east|north-?\s?west|south-?\s?east|south-?\s?west)(?:ern)?\s+of
      |(?:km|kilomet(?:re|er)s?|miles?)\s+(?:from|(?:north|south|east|west)\s+of)
      |on\s+the\s+(?:other\s+)?(?:river|bank\s+of|shore\s+of|road\s+to|border\s+with|way\s+to)|on\s+the\s+way\s+to)
    \s+(?:the\s+)?(?:town\s+of\s+|city\s+of\s+|village\s+of\s+|river\s+)?""",
    re.VERBOSE | re.IGNORECASE,
)
_INSIDE: Final = Pattern(r"\s*[,(]?\s*(?:in|of)\s+(?:the\s+)?", re.IGNORECASE)
_WATER: Final = Pattern(r"\b(?:River|Sea|Gulf|Reservoir|Danube|Strait|Ocean)\b")


def without_landmarks(doc: Document, places: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Drop the places that only tell where another of them lies.

    "Velyka Vilshanytsia, near Zolochiv" happens in Velyka Vilshanytsia, "Sadove, in Skadovsk district" in Sadove,
    "Kyiv's Darnytsia district" in the district.
    """
    kept: list[PlaceMention] = []
    if len(places) == 1 and places[0].within is None:
        return list(places)
    wholes = {p.within for p in places if p.within is not None}
    for place in places:
        if place.id is not None and place.id in wholes:
            continue
        if any(
            _lies_by(doc, other, place) or _told_nearer(doc, other, place) or _is_part(doc, other, place)
            for other in places
            if other is not place
        ):
            continue
        kept.append(place)
    return kept


_PART_OF: Final = Pattern(
    r"(?:['\u2019]s)?\s+(?:[a-z]+\s+)?(?:suburb|satellite|commuter\s+town|dormitory\s+town)\s+(?:town\s+|city\s+)?of\s+"
)


def _is_part(doc: Document, place: PlaceMention, whole: PlaceMention) -> bool:
    """True where `whole` only says of which town `place` is a suburb: "the Kherson suburb of Antonivka"."""
    gap = place.span.start - whole.span.end
    if whole.kind != "settlement" or not 0 < gap < _NEAR_BY:
        return False
    return _PART_OF.fullmatch(doc.text, whole.span.end, place.span.start) is not None


_NEAR_BY: Final = 50


def _lies_by(doc: Document, place: PlaceMention, landmark: PlaceMention) -> bool:
    if landmark.span.start <= place.span.end or landmark.span.start - place.span.end > 60:
        return False
    if place.kind not in ("settlement", "feature", None):
        return False
    if _told_nearer(doc, landmark, place):
        return False
    gap = doc.text[place.span.end : landmark.span.start]
    if _BESIDE.fullmatch(gap):
        return True
    return landmark.kind == "raion" and _INSIDE.fullmatch(gap) is not None


_NEARER: Final = Pattern(
    r"\s*,?\s*(?:near|in|at|around|close\s+to|beside|by)\s+(?:the\s+)?(?:(?:villages?|settlements?|towns?)\s+of\s+)?",
    re.IGNORECASE,
)


def _told_nearer(doc: Document, place: PlaceMention, landmark: PlaceMention) -> bool:
    """True for what only gives the direction: "north of Lyman near Torske", "west of the lake, towards the town"."""
    if not landmark.relation.endswith("_of"):
        return False
    if is_water(landmark):
        return not is_water(place) and place.kind == "settlement"
    if place.kind not in ("settlement", "feature", None):
        return False
    return _NEARER.fullmatch(doc.text, landmark.span.end, max(landmark.span.end, place.span.start)) is not None


def goes_on(places: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Return the places that a later sentence without a place can be about: no waters."""
    return [p for p in places if p.kind != "country" and not p.adjective and not _names_water(p.name)]


_OFFICE_IN: Final = Pattern(
    r"\b(?:ministry|minister|staff|government|command|office|intelligence|spokes(?:man|woman|person)|authorities"
    r"|officials?|embassy|parliament|court|council|analysts?|correspondent|newsroom|institute|cent(?:re|er) for"
    r"|forum|conference|summit|reporters)\b[^.,;:]{0,24}\b(?:in|at)\s+(?:the\s+)?$"
)
"""In lower case, as `_SAID_IN`: without regard to case a search takes five times as long."""


def says_there(doc: Document, place: PlaceMention) -> bool:
    """True where the place only says where an office sits or where somebody spoke: "the General Staff in Kyiv".

    No later "the city" or "there" means it.
    """
    low = max(0, place.span.start - 49)  # one more than is searched, to see where a word begins
    before = lowered(doc.text[low : place.span.start])
    if not before.rstrip().endswith(("in", "at", "the")):
        return False
    first = 1 if low else 0
    if _OFFICE_IN.search(before, first) or _SAID_IN.search(before, first):
        return True
    return _IN_THEY_SAY.match(doc.text, place.span.end) is not None or speaks_there(doc, place)


def speaks_there(doc: Document, place: PlaceMention) -> bool:
    """True for a capital that opens its sentence as where a government speaks: "In Kyiv this was not confirmed"."""
    if place.name not in _CAPITALS:
        return False
    return (
        _OPENING_IN.search(doc.text, max(0, place.span.start - 12), place.span.start) is not None
        and _SPEAKS.match(doc.text, place.span.end) is not None
    )


_CAPITALS: Final = word_list("arguments", "capitals")
_OPENING_IN: Final = Pattern(r"(?:^|[.!?:;\n\"”]\s*)In\s+$")


def _finite(verb: str) -> str:
    """Return the pattern of a verb's forms after "they": the present and the past."""
    if verb.endswith(("ny", "ly", "fy")):
        return f"{verb[:-1]}(?:y|ied)"
    return f"{verb}d?" if verb.endswith("e") else f"{verb}(?:ed)?"


SPEAKING_EXAMPLES: Final[list[dict[str, Any]]] = _DATA["examples"]
_SPEAKS: Final = Pattern(
    r",?\s+(?:in\s+turn,?\s+|meanwhile,?\s+|also\s+|however,?\s+)?(?:"
    r"(?:they\s+)?(?:(?:do|did|have|had|will|would)\s+)?(?:not\s+|n[o']t\s+|already\s+|also\s+|again\s+|[a-z]+ly\s+)?(?:"
    + "|".join(_finite(verb) for verb in _DATA["speaks"]["verbs"].split())
    + r")\b|(?:this|these|that|such|the)\s+(?:[\w’'-]+\s+){0,7}?"
    r"(?:was|were|is|are|been|did|do)\s+(?:not\s+|never\s+|[a-z]+ly\s+)*(?:"
    + "|".join(_DATA["speaks"]["reactions"].split())
    + r")\b)"
)


_SAID_IN: Final = Pattern(
    r"\b(?:they|as(?:\s+(?:it\s+is|they))?)\s+(?:say|said|admit|admitted|believe|believed|note|noted|claim|claimed"
    r"|stress|stressed|emphasi[sz]ed?|confirm|confirmed|report|reported|hope|explained?)\s+(?:in|at)\s+(?:the\s+)?$"
    r"|\b(?:told|briefed|tells)\s+(?:the\s+)?(?:reporters|journalists|correspondents|agency|newspaper|afp|reuters|parliament)\s+"
    r"(?:in|at)\s+(?:the\s+)?$"
    r"|\b(?:source|sources|lawmaker|lawmakers|senator|deputy|diplomat|diplomats|expert|experts|analyst|historian|professor"
    r"|scientist|economist|politician)\s+in\s+(?:the\s+)?$"
)
_IN_THEY_SAY: Final = Pattern(
    r",?\s+(?:they|it\s+is|it\s+was)\s+(?:also\s+)?(?:say|said|admit|admitted|believe|believed|noted?|claim|claimed|stress"
    r"|stressed|hope|consider|considered|explained?)\b",
    re.IGNORECASE,
)
"""After a place where somebody speaks: "in Kyiv they say"."""


_LEADS: Final = Pattern(
    r"\b(?:road|highway|motorway|route|street|railway|line|track|path|artery|corridor|way|gateway|springboard)\s+(?:to|towards?|from|for)\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def leads_there(doc: Document, place: PlaceMention) -> bool:
    """True where the place only tells which road is meant: "the highway to Sloviansk" is what the text tells of."""
    before = doc.text[max(0, place.span.start - 32) : place.span.start].rstrip().lower()
    return before.endswith(("to", "toward", "towards", "from", "for", "the")) and (
        _LEADS.search(doc.text, max(0, place.span.start - 32), place.span.start) is not None
    )


_AWAY: Final = Pattern(
    r"""(?:\s*,\s*|\s*,?\s+(?:is|lies|was|lay|sits)\s+|,[^.,;:]{1,40},\s+(?:is|lies|was|lay)\s+)
    (?:which\s+(?:is|lies)\s+|only\s+|just\s+|some\s+|about\s+|barely\s+|less\s+than\s+|more\s+than\s+|a\s+mere\s+|another\s+)*
    (?:[\d.,]+|[a-z]+(?:-[a-z]+)?|a\s+few|a\s+dozen)[\s-]+(?:kilomet(?:re|er)s?|km|miles?|minutes?|hours?)\s+
    (?:drive\s+|walk\s+)?
    (?:away|off|(?:further\s+|farther\s+)?(?:to|in)\s+the\s+(?:north|south|east|west)[a-z-]*|(?:further\s+)?(?:north|south|east|west)[a-z-]*
      |across\s+the\s+\w+|(?:down|up|along)\s+the\s+\w+|from\s+here)\b(?!\s*(?:of|from)\b)""",
    re.VERBOSE,
)
_TREATED: Final = Pattern(
    r"\b(?:hospitals?|clinics?|burns?\s+unit|intensive\s+care|surgeons|mortuary|morgue)\s+(?:in|of|at)\s+(?:the\s+)?"
    r"(?:city\s+of\s+|town\s+of\s+)?$"
)
_IN_CARE: Final = Pattern(
    r"\b(?:treat(?:ed|ing)|taken|brought|driven|flown|rushed|transferred|recover(?:s|ing)|remains?|now|lies|lying)\b"
    r"[^.;:]{0,60}$"
)


def lies_away(doc: Document, place: PlaceMention) -> bool:
    """True where the text stays where it was: the place is told by how far away it is ("Vasylivka, nine miles away"),
    or is where the hurt are taken care of ("in a hospital in Dnipro").
    """
    if place.kind not in ("settlement", None) or place.relation == "from":
        return False
    low = max(0, place.span.start - 101)  # one more than is searched, to see where a word begins
    before = lowered(doc.text[low : place.span.start])
    if before.rstrip().endswith((" in", " of", " at", " the")):
        first = 1 if low else 0
        ward = _TREATED.search(before, first)
        if ward is not None and _IN_CARE.search(before, first, ward.start()) is not None:
            return True
    after = lowered(doc.text[place.span.end : place.span.end + 110])
    return after[:12].lstrip().startswith(_AWAY_OPENS) and _AWAY.match(after) is not None


_AWAY_OPENS: Final = (",", "is", "lies", "was", "lay", "sits")
"""What `_AWAY` begins with."""


def is_water(place: PlaceMention) -> bool:
    """True for rivers, seas and reservoirs."""
    return _names_water(place.name)


@lru_cache(maxsize=10_000)
def _names_water(name: str) -> bool:
    return _WATER.search(name) is not None
