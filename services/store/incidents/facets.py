"""What the filters of events can ask of an event, as short texts (pure): an incident has those of all its events.

An incident that has every facet asked for need not have an event that has them all; one that lacks a facet has none.
So an index over facets finds the incidents at which a closer look at the events is worth it.
"""

from typing import Final, Literal

from services.contracts.messages import Event
from services.store.folding import fold
from services.store.projections.values import clean

Facet = Literal["modality", "actor_side", "source", "source_name", "source_side", "stance"]

LONGEST: Final = 500
"""Characters of a value that count, more than a filter has: what an index takes is bounded."""


def facet(of: Facet, value: str) -> str:
    """The facet that stands for `value`."""
    return f"{of}:{value[:LONGEST]}"


def facets(event: Event) -> tuple[str, ...]:
    """The facets of an event and of its claims, sorted; texts are as the tables hold them."""
    found = {facet("modality", event.modality)}
    if event.actor is not None and event.actor.side:
        found.add(facet("actor_side", clean(event.actor.side)))
    for claim in event.claims:
        source = claim.source
        found.add(facet("stance", claim.stance))
        found.add(facet("source_name", fold(clean(source.name))))
        if source.id:
            found.add(facet("source", clean(source.id)))
        if source.side:
            found.add(facet("source_side", clean(source.side)))
    return tuple(sorted(found))
