"""Sides of the country that are named without it: "on the southern front", "in the east". Part of places."""

import re
from typing import Final

from services.extract.document import Document, PlaceMention, Span
from services.extract.gazetteer import Gazetteer
from services.extract.pattern import Pattern
from services.extract.stages.places import lexicon as lx

_SIDE: Final = r"(?P<{0}>(?:north|south)[- ]?(?:east|west)|north|south|east|west)"
_NAMED: Final = Pattern(
    rf"""\b(?:
      on\ the\ {_SIDE.format("front")}(?:ern)?\ (?:front|theat(?:re|er))\b(?!\ of\b)
    | (?:in|across|throughout)\ (?:the|Ukraine['’]s|the\ country['’]s)\ {_SIDE.format("of")}
      \ (?:and\ (?:the\ )?(?:north|south|east|west)\w*\ )?of\ the\ country\b
    | (?:{"|".join(lx.MOVED)})\ (?:\w+\ ){{0,2}}
      to\ the\ {_SIDE.format("to")}(?=\s*[,.;]|\s+(?:and|but|while|where)\b)
    )""",
    re.VERBOSE,
)
_TOLD_BY: Final = (
    "of the country",
    *(f"{before} the {side}" for before in ("on", "to") for side in ("north", "south", "east", "west")),
)
"""One of these is part of whatever names a side."""


def sides(doc: Document, known: Gazetteer) -> list[PlaceMention]:
    """Return the sides of Ukraine that the text names without saying of what, where it tells of Ukraine."""
    text = doc.text
    if "Ukrain" not in text or not any(phrase in text for phrase in _TOLD_BY):
        return []
    found = []
    for match in _NAMED.finditer(doc.text):
        group = next(name for name, said in match.groupdict().items() if said)
        key = re.sub(r"[- ]", "", match.group(group))
        entry = next(
            (c.entry for c in known.candidates(lx.SIDES_OF_UKRAINE.get(key, "")) if c.entry.kind == "region"), None
        )
        if entry is None:
            continue
        span = Span(*match.span(group))
        found.append(
            PlaceMention(
                span, doc.words(span), entry.name, entry.id, entry.kind, entry.admin1, entry.country, entry.latitude,
                entry.longitude, "direction" if group == "front" else "in", None, None, span, rule="compass",
            )
        )  # fmt: skip
    return found
