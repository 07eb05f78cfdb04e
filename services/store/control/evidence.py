"""What the fold over a place's claims sees of each event, and what the event says about who holds the place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

SIDES: Final = ("RUS", "UKR")
CONTROL_TYPES: Final = ("capture", "control", "withdrawal", "hold", "advance", "repulse", "encirclement")
"""The types that a place's timeline shows. An encirclement is shown and does not move the standing."""
AFFIRMING: Final = frozenset({"asserts", "confirms"})


def opponent(side: str) -> str:
    return "UKR" if side == "RUS" else "RUS"


@dataclass(frozen=True, slots=True)
class Word:
    """One claim about an event: whose side its source is on (None: neither named nor known), and its stance."""

    side: str | None
    stance: str
    named: bool = True
    """False for the narrator of an article."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event at a place. `day` is its last day, or the article's where the text gives none."""

    event_id: str
    type: str
    modality: str
    relation: str
    actor_side: str | None
    day: date
    words: tuple[Word, ...]
    extent: str | None = None
    """The label of the codebook's extent; None is not told, which reads as all of it."""
    share: float | None = None
    origin: str = ""
    """Who published it, as `gather.origin` tells publishers apart."""
    voice: str | None = None
    """Who published it first, where it is a copy of somebody else's report."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days of which evidence is asked for, `first` and `last` among them."""

    first: date = date.min
    last: date = date.max


class Kind(Enum):
    """How an event speaks about a place."""

    CHANGE = "change"
    """It passes into other hands: capture, withdrawal."""
    STATE = "state"
    """It is in somebody's hands: control, hold, repulse."""
    PART = "part"
    """A side holds or takes some of it."""
    ENTRY = "entry"
    """A side has come into it: advance."""


class Weight(Enum):
    """What an event's claims are worth."""

    ADMITTED = 3
    """The side that it speaks against says so itself, and nobody of that side denies it."""
    OTHERS = 2
    """Somebody of neither side, named, says so."""
    OWN = 1
    """Only the side that it favours says so, or only the narrator of an article."""
    DENIED = 0
    """The side that it speaks against denies it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one event says: `holder` has the place (or, for PART and ENTRY, has a part of it)."""

    event_id: str
    day: date
    kind: Kind
    holder: str
    weight: Weight
    speakers: frozenset[str]
    """The sides of those who say so."""
    deniers: frozenset[str]
    share: float | None = None
    origin: str = ""
    voice: str = ""
    """To whom the report is credited: of copies, to who published it first."""
    affirmed: bool = True
    """False where it is only denied."""


def read(evidence: Evidence) -> Reading | None:
    """Return what `evidence` says about who holds the place; None where it says nothing.

    Nothing is said by what did not happen or may yet (possible, intended, conditional, negated), by events that are
    not *in* the place (a withdrawal is also *from* it) but near it or towards it, by a missing or foreign actor, and by
    claims that nobody makes, and that only somebody denies who would not lose by them.
    """
    there = evidence.relation == "in" or (evidence.type == "withdrawal" and evidence.relation == "from")
    if evidence.modality != "actual" or not there or evidence.actor_side not in SIDES:
        return None
    side = evidence.actor_side
    partial = evidence.extent in ("half", "part") or (evidence.extent == "share" and (evidence.share or 0) < 1)
    if evidence.type in ("capture", "control") and partial:
        kind, holder = Kind.PART, side
    elif evidence.type == "capture":
        kind, holder = Kind.CHANGE, side
    elif evidence.type == "withdrawal":
        kind, holder = Kind.CHANGE, opponent(side)
    elif evidence.type in ("control", "hold", "repulse"):
        kind, holder = Kind.STATE, side
    elif evidence.type == "advance":
        kind, holder = Kind.ENTRY, side
    else:
        return None
    affirming = [w for w in evidence.words if w.stance in AFFIRMING]
    denying = [w for w in evidence.words if w.stance == "denies"]
    if not affirming and all(w.side != opponent(holder) for w in denying):
        return None
    return Reading(
        event_id=evidence.event_id,
        day=evidence.day,
        kind=kind,
        holder=holder,
        weight=_weight(holder, affirming, denying),
        speakers=frozenset(w.side for w in affirming if w.side in SIDES),
        deniers=frozenset(w.side for w in denying if w.side in SIDES),
        share=evidence.share,
        origin=evidence.origin,
        voice=evidence.voice or evidence.origin,
        affirmed=bool(affirming),
    )


def _weight(holder: str, affirming: Sequence[Word], denying: Sequence[Word]) -> Weight:
    loser = opponent(holder)
    # A side that says both yes and no to one event has admitted nothing.
    if not affirming or any(w.side == loser for w in denying):
        return Weight.DENIED
    if any(w.side == loser for w in affirming):
        return Weight.ADMITTED
    if any(w.side not in SIDES and w.named for w in affirming):
        return Weight.OTHERS
    return Weight.OWN
