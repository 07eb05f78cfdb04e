"""Which types of events can tell of one thing, and how near in time two such reports have to be."""

from dataclasses import dataclass
from typing import Final

from services.contracts.taxonomy import EVENT_TYPES


@dataclass(frozen=True, slots=True)
class Kind:
    """Types that can tell of one thing, the one that names it first. Days are whole days between two intervals.

    `prior` is the weight that place, side and time have alone: with the pair's threshold or more, two reports of one
    place, side and day are one unless something speaks against it; with less, something has to tie them.
    """

    name: str
    types: tuple[str, ...]
    prior: float
    dated_gap: int = 0
    """Most days between two reports that both give a date."""
    earlier: int = 0
    """Most days by which a dated report may lie before the publication of an undated one."""
    undated_gap: int = 0
    """Most days between the publications of two reports without a date."""
    longest: int = 2
    """Most days between the first and the last day of one report; vaguer ones are tied to nothing."""


KINDS: Final = (
    # Places change hands seldom: two reports of it within days are the same change.
    Kind("seizure", ("capture", "withdrawal"), prior=3, dated_gap=1, earlier=7, undated_gap=4, longest=6),
    # A town is hit many times a day: place and day alone say nothing.
    Kind("attack", ("strike", "casualties", "destruction"), prior=0, earlier=1, undated_gap=1),
    # The fighting at one place on one day is one, as in ACLED's codebook ("one event a location a day").
    Kind("fighting", ("assault", "clash", "repulse"), prior=3),
    Kind("advance", ("advance",), prior=3),
    Kind("hold", ("hold",), prior=3),
    Kind("control", ("control",), prior=3),
    Kind("encirclement", ("encirclement",), prior=3),
    Kind("interdiction", ("interdiction",), prior=1),
    Kind("deployment", ("deployment",), prior=1),
    Kind("arms_transfer", ("arms_transfer",), prior=0, earlier=1, undated_gap=1),
    Kind("displacement", ("displacement",), prior=1),
    Kind("diplomacy", ("diplomacy",), prior=1, earlier=1, undated_gap=1),
)
KIND_OF: Final = {event_type: kind for kind in KINDS for event_type in kind.types}
"""Event type -> its kind."""
BY_NAME: Final = {kind.name: kind for kind in KINDS}

assert KIND_OF.keys() == set(EVENT_TYPES)
