"""Reports that go on without naming who reports: a bulletin from sector to sector, an official's round of his area.

Used by the stage when a sentence has no cue of its own. "Two people were hurt, the governor said. In Marhanets a gas
pipe was broken." is the governor's too: Marhanets is in his oblast, and what is told is of the same kind.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from services.contracts.taxonomy import EventType
from services.extract.document import ActorMention, Document, EventMention
from services.extract.pattern import Pattern
from services.extract.stages.arguments.officials import area_of, within
from services.extract.stages.claims.words import Line

INCIDENTS: Final = frozenset[EventType](
    {"strike", "casualties", "destruction", "displacement", "interdiction", "repulse"}
)
"""What an official of an area reports of a night or a day."""
_REPORTERS: Final = Pattern(
    r"Administration|Council|Prosecutor|Police|Emergency|Emergencies|rescuers?\b|[Gg]overnor|[Mm]ayor|administration"
)
_STAFF: Final = Pattern(r"General Staff|Ministry of Defence of (?:Russia|Ukraine)|Operational|Command\b")
_NEXT_PART: Final = Pattern(
    r"(?:(?:Units|Fighters|Crews|Formations|Servicemen|Elements|Artillery|Aviation)\s+of\s+(?:the\s+)?)?"
    r"(?:Battlegroups?\s+[A-Z]|(?:The\s+)?(?:[A-Z]\w+\s+)?(?:group(?:ing)?s?(?:\s+of\s+(?:troops|forces))|battlegroups?)\b|"
    r"(?:The\s+)?(?:Zapad|Yug|Tsentr|Sever|Vostok|Dnepr|Dnipro|West|South|North|East|Cent(?:er|re))\s+group\b|"
    r"(?:Russian\s+)?[Aa]ir\s+defen[cs]es?\s+(?:systems?|units?|crews?|facilities|assets|forces|means)\b|"
    r"(?:Operational-tactical|Army|Tactical|Naval|Frontline|Front-line)\s+(?:and\s+\w+\s+)?aviation\b)"
)
"""How the next part of a ministry's bulletin begins."""
_SECTOR: Final = Pattern(
    r"(?:[IO]n|At|Near|Along|Towards?)\s+the\s+(?:[\w’'-]+\s+){1,3}(?:sectors?|directions?|fronts?|ax[ei]s|areas?)\b"
)
_TURNS: Final = Pattern(
    r"(?:Meanwhile|Separately|Elsewhere|However|But|Earlier|Before|Since|Previously|Later|Even|Yet|Nevertheless|If|"
    r"Should|While|Although|Though)\b"
)
_LONG_AGO: Final = Pattern(
    r"\b(?:19|20)\d\d\b|\blast\s+(?:week|month|year|autumn|winter|spring|summer|fall)\b|\bsince\b|\bago\b|\bhad\s+\w+",
    re.IGNORECASE,
)
_RECENT: Final = timedelta(days=6)
"""What lies further back than this is background, not what is being reported."""


def goes_on(doc: Document, source: ActorMention, line: Line, events: Sequence[EventMention], *, apart: bool) -> bool:
    """True where a sentence without a cue goes on with the report of `source`.

    `apart`: it stands in another paragraph than the words before it.
    """
    if not events or source.kind not in ("GOV", "MIL") or source.side not in ("UKR", "RUS"):
        return False
    if _TURNS.match(line.text) or _background(doc, line, events) or _another_speaks(line, source):
        return False
    if _STAFF.search(source.name):
        return _NEXT_PART.match(line.text) is not None or _SECTOR.match(line.text) is not None
    if not {event.type for event in events} <= INCIDENTS:
        return False
    area = area_of(source)
    places = [place for event in events for place in event.places]
    if area is not None and places:
        return all(within(place, area) for place in places)
    return not apart and (area is not None or _REPORTERS.search(source.name) is not None)


def _background(doc: Document, line: Line, events: Sequence[EventMention]) -> bool:
    times = [event.time for event in events if event.time is not None and event.time.end is not None]
    old = doc.published is not None and any(t.end is not None and t.end < doc.published - _RECENT for t in times)
    return old or _LONG_AGO.search(line.text) is not None


def _another_speaks(line: Line, source: ActorMention) -> bool:
    return any(
        m.name != source.name and m.kind in ("GOV", "PER", "MEDIA", "ORG") and m.rule != "noun" for m in line.speakers
    )
