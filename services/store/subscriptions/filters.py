"""The filters of a subscription: those of `/events`, kept by their names and read as the API reads them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from services.contracts.taxonomy import EventType, Modality, Stance
from services.contracts.units import similar
from services.store.api import parameters as read
from services.store.api.parameters import EventFilters, ParameterError
from services.store.names.known import oblast_called

Given = Mapping[str, Sequence[str]]
_ONE: Final = frozenset(
    {"since", "until", "published_since", "published_until", "bbox", "text", "min_confidence"},
)
_MANY: Final = frozenset(
    {"type", "modality", "place", "oblast", "actor_side", "source", "source_side", "stance", "article_id"}
)
NAMES: Final = _ONE | _MANY


def filters_of(given: Given) -> EventFilters:
    """Return the filters by their names in `/events`. Raises ParameterError naming what cannot be used."""
    for name, values in given.items():
        if name not in NAMES:
            raise ParameterError(name, f"is no filter; there are {', '.join(sorted(NAMES))}")
        if name in _ONE and len(values) > 1:
            raise ParameterError(name, "can be given once")

    def one(name: str) -> str | None:
        values = given.get(name)
        return values[0] if values else None

    first, last = read.day("since", one("since")), read.day("until", one("until"))
    read.ordered("since", first, "until", last)
    words, least = one("text"), one("min_confidence")
    return EventFilters(
        types=_known("type", given, get_args(EventType)),
        modalities=_known("modality", given, get_args(Modality)),
        places=read.each("place", given.get("place"), read.name),
        oblasts=read.each("oblast", given.get("oblast"), read.oblast),
        actor_sides=read.each("actor_side", given.get("actor_side"), read.side),
        sources=read.each("source", given.get("source"), read.plain),
        source_sides=read.each("source_side", given.get("source_side"), read.side),
        stances=_known("stance", given, get_args(Stance)),
        since=first,
        until=last,
        published_since=read.moment("published_since", one("published_since")),
        published_before=read.moment("published_until", one("published_until"), end=True),
        box=read.box("bbox", one("bbox")),
        text=None if words is None else read.plain("text", words),
        articles=read.each("article_id", given.get("article_id"), read.uuid),
        min_confidence=None if least is None else _confidence(least),
    )


def check_oblasts(given: Given) -> None:
    """Raise ParameterError for a name that is no oblast: a subscription to it would stay silent for ever.

    Whoever lists events sees at once that there are none, and may ask for any name.
    """
    for value in given.get("oblast", ()):
        if oblast_called(value) is None:
            likely = similar(value)
            hint = f"; did you mean {' or '.join(likely)}?" if likely else ""
            raise ParameterError("oblast", f"has no value {value!r}{hint}")


def _known(name: str, given: Given, known: Sequence[str]) -> Any:
    values = tuple(given.get(name, ()))
    for value in values:
        if value not in known:
            raise ParameterError(name, f"has no value {value!r}; there are {', '.join(known)}")
    return values


def _confidence(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise ParameterError("min_confidence", "is not a number from 0 to 1")
    return found
