"""Whose area an official of a town or oblast speaks for: where it happened, where nothing nearer is told.

"Two people were killed, the mayor of Nikopol said" happened in Nikopol, whatever the sentence before was about.
"""

import re
from functools import cache
from typing import Final

from services.extract.document import ActorMention, PlaceMention, Span
from services.extract.gazetteer import Entry, gazetteer
from services.extract.pattern import Pattern
from services.extract.stages.actors.people import people
from services.extract.stages.places.areas import oblast_of
from services.extract.stages.triggers.conditions import Context

_AREA: Final = Pattern(
    r"(?:(?:deputy|acting|former) )?(?:governor|mayor|head) of (?:the )?(?:occupied )?(?P<area>[A-Z][\w'’-]+"
    r"(?: [A-Z][\w'’-]+)?? ?(?P<oblast>Oblast)?)(?: (?:City|Regional|Oblast)? ?Military Administration| district)?"
)
_BEFORE: Final = Pattern(r"\b(?:mayor|governor|head)\s+of\s+(?:the\s+)?(?:occupied\s+)?$", re.IGNORECASE)
_GOVERNOR_OF: Final = Pattern(r"\bgovernor\s+of\s+(?:the\s+)?(?:occupied\s+)?$", re.IGNORECASE)
GOVERNOR: Final = Pattern(
    r"(?:['’]s)?\s+(?:(?:region(?:al)?|oblast|province)(?:['’]s)?\s+)?(?:acting\s+|deputy\s+|interim\s+)?governor\b",
    re.IGNORECASE,
)
_AFTER: Final = Pattern(
    r"(?:['’]s)?\s+(?:acting\s+|deputy\s+)?(?:mayor|(?:city|town|municipal)\s+(?:military\s+)?(?:administration|council|authorities))\b",
    re.IGNORECASE,
)


@cache
def _areas() -> dict[str, Entry]:
    """Return the town or oblast of each known official, by the official's id."""
    found = {}
    places = gazetteer()
    for office, bearers in people().offices.items():
        match = _AREA.fullmatch(office)
        if match is None:
            continue
        name = match.group("area").removesuffix(" Oblast").strip().lower()
        known = places.area("oblast", name) if match.group("oblast") else [c.entry for c in places.candidates(name)]
        entry = next((e for e in known if match.group("oblast") or e.kind in ("settlement", "region")), None)
        if entry is not None:
            found.update({person.id: entry for person in bearers})
    return found


def spoken_for(here: Context) -> PlaceMention | None:
    """Return the area of the one local official whom the sentence names, None where it names none, or several."""
    found: dict[str, PlaceMention] = {}
    for actor in here.actors:
        entry = _areas().get(actor.id or "")
        if entry is not None:
            found[entry.name] = _mention(entry, actor.span, here)
    text = here.doc.text
    for place in here.places:
        oblast = governed(place, text)
        if oblast is not None:
            found.setdefault(oblast.name, _mention(oblast, place.span, here))
        elif place.kind == "settlement" and (
            _BEFORE.search(text, max(0, place.span.start - 28), place.span.start)
            or _AFTER.match(text, place.span.end, place.span.end + 60)
        ):
            found.setdefault(place.name, place)
    return next(iter(found.values())) if len(found) == 1 else None


def governed(place: PlaceMention, text: str) -> Entry | None:
    """Return the oblast of the "governor of X", "X governor", "X's acting governor" or "X regional governor"."""
    if place.kind not in ("settlement", "oblast") or place.id is None:
        return None
    if not (
        GOVERNOR.match(text, place.span.end)
        or _GOVERNOR_OF.search(text, max(0, place.span.start - 28), place.span.start)
    ):
        return None
    known = gazetteer()
    entry = known.by_id.get(place.id)
    return oblast_of(entry, known) if entry is not None and entry.kind == "settlement" else entry


def area_of(actor: ActorMention) -> PlaceMention | None:
    """Return the area that a local official or an office of an oblast or city speaks for, None for everybody else."""
    entry = _areas().get(actor.id or "")
    match = _OFFICE.match(actor.name) if entry is None else None
    if match is not None:
        name, places = match.group("area").lower(), gazetteer()
        known = [c.entry for c in places.candidates(name)] if match.group("city") else places.area("oblast", name)
        entry = next(iter(known), None)
    return _placed(entry, actor.span, actor.surface) if entry is not None else None


_OFFICE: Final = Pattern(
    r"(?:the )?(?P<area>[A-Z][\w’'-]+) (?:(?P<city>City|city)|Oblast|oblast|Regional|regional|region)\b"
)


def _mention(entry: Entry, span: Span, here: Context) -> PlaceMention:
    return _placed(entry, span, here.doc.words(span))


def _placed(entry: Entry, span: Span, surface: str) -> PlaceMention:
    return PlaceMention(
        span, surface, entry.name, entry.id, entry.kind, entry.admin1, entry.country,
        entry.latitude, entry.longitude, "in", entry.within, None, span, True, False, "office",
    )  # fmt: skip


def within(place: PlaceMention, area: PlaceMention) -> bool:
    """True where `place` is `area`, or lies in it."""
    if place.name == area.name or place.within == area.id:
        return True
    return area.kind in ("oblast", "region") and place.admin1 == area.name
