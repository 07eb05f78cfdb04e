"""Counter-statements: "Ukraine's General Staff insists that the town still holds", after "Moscow says it took it".

Last in the claims stage, when every event has its sources: what one side says of a place, against what the other said
of it shortly before, also denies that.
"""

import re
from typing import Final

from services.extract.document import Attribution, Document, EventMention, Span, Why
from services.extract.pattern import Pattern

_AGAINST: Final = {
    "hold": frozenset({"capture", "withdrawal", "encirclement"}),
    "control": frozenset({"capture", "withdrawal", "encirclement"}),
    "repulse": frozenset({"capture"}),
}
"""Types of what is said in answer, with the types that it contradicts."""
_STILL: Final = Pattern(
    r"\b(?:still|remain(?:s|ed|ing)?|continu(?:e|es|ed|ing)|insist(?:s|ed|ing)?|maintain(?:s|ed|ing)?|counter(?:s|ed|ing)?|"
    r"retort(?:s|ed|ing)?|however|but|though|although|meanwhile|contrary|despite|in fact|actually)\b",
    re.IGNORECASE,
)
"""Words by which a statement shows that it answers another."""
_REACH: Final = 5
"""Sentences that a counter-statement reaches back over."""


def counter(doc: Document) -> None:
    """Add a denial by the speaker of each counter-statement to the events that it contradicts."""
    ordered = sorted(doc.events, key=lambda e: e.trigger.start)
    made: dict[tuple[Span, str], int] = {}
    for place, event in enumerate(ordered):
        against = _AGAINST.get(event.type)
        if against is None or event.modality != "actual":
            continue
        said = _said(doc, event)
        if said is None or (event.actor is not None and event.actor.side not in (None, said.source.side)):
            continue
        sentence = doc.sentence_at(event.trigger.start)
        if sentence is None or not _STILL.search(doc.words(sentence.span)):
            continue
        here = {p.name for p in event.places}
        for earlier in reversed(ordered[max(0, place - 24) : place]):
            if sentence.index - earlier.sentence > _REACH:
                break
            if (
                earlier.type not in against
                or earlier.modality != "actual"
                or not here & {p.name for p in earlier.places}
            ):
                continue
            told = _said(doc, earlier)
            if told is None or told.source.side == said.source.side or _speaks(doc, earlier, said.source.name):
                continue
            key = (said.cue, said.source.name)
            if key not in made:
                made[key] = len(doc.attributions)
                doc.attributions.append(
                    Attribution(
                        said.source,
                        "denies",
                        "denies",
                        said.cue,
                        via=said.via,
                        said_on=said.said_on,
                        phrase=said.phrase,
                        rule="claims.counter",
                    )
                )
            doc.attributions[made[key]].answers.append(earlier.trigger)
            earlier.attributions.append(made[key])
            earlier.why.append(Why("claims", "claims.counter", said.cue))


def _said(doc: Document, event: EventMention) -> Attribution | None:
    """The first claim of a warring side that asserts the event."""
    for number in event.attributions:
        attribution = doc.attributions[number]
        if attribution.stance in ("asserts", "confirms") and attribution.source.side in ("UKR", "RUS"):
            return attribution
    return None


def _speaks(doc: Document, event: EventMention, name: str) -> bool:
    return any(doc.attributions[n].source.name == name for n in event.attributions)
