"""Query parameters, checked: what comes out of here is safe to search for, or the request ends as a 400 naming it.

Pure functions of text. Values reach the database as bound parameters only; here it is settled that they make sense.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar
from uuid import UUID

from services.contracts.taxonomy import EventType, Modality, Stance
from services.store.folding import fold
from services.store.names.known import oblast_called

LONGEST: Final = 200
"""Characters of one value."""
MOST_VALUES: Final = 50
"""Values of one parameter."""
MOST_ITEMS: Final = 500
"""Rows of one page."""
EARTH: Final = 6371.0088
"""Mean radius of the earth (IUGG), kilometres."""
NEAR: Final = 25.0
"""Kilometres of a circle whose radius is not given."""
FARTHEST: Final = 1000.0
"""Kilometres of a radius."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![^T])")
_UNSEEN: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffd")
"""Marks that turn the direction of text, the byte order mark, and what stands for bytes that are not UTF-8."""

T = TypeVar("T")


class ParameterError(ValueError):
    """A parameter that cannot be used; `name` is its name in the query."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box of RFC 7946, section 5, in degrees; `west` > `east` spans the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def halves(self) -> tuple["Box", ...]:
        """The box itself or, where it spans the antimeridian, its two parts."""
        if self.west <= self.east:
            return (self,)
        return (Box(self.west, self.south, 180, self.north), Box(-180, self.south, self.east, self.north))


@dataclass(frozen=True, slots=True)
class Circle:
    """What lies within `radius` kilometres of a point in degrees, along great circles of a sphere of `EARTH`."""

    latitude: float
    longitude: float
    radius: float

    def box(self) -> Box:
        """A box that the circle lies in."""
        angle = self.radius / EARTH
        south, north = (self.latitude + sign * math.degrees(angle) for sign in (-1, 1))
        if south <= -90 or north >= 90:
            return Box(-180, max(south, -90), 180, min(north, 90))
        reach = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(self.latitude)))))
        west, east = self.longitude - reach, self.longitude + reach
        if reach >= 180:
            return Box(-180, south, 180, north)
        return Box(west + 360 if west < -180 else west, south, east - 360 if east > 180 else east, north)


@dataclass(frozen=True, slots=True)
class EventFilters:
    """Which events. Every field that is given narrows; several values of one field are alternatives."""

    types: tuple[EventType, ...] = ()
    modalities: tuple[Modality, ...] = ()
    places: tuple[str, ...] = ()
    oblasts: tuple[str, ...] = ()
    actor_sides: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    source_sides: tuple[str, ...] = ()
    stances: tuple[Stance, ...] = ()
    since: date | None = None
    until: date | None = None
    published_since: datetime | None = None
    published_before: datetime | None = None
    box: Box | None = None
    text: str | None = None
    articles: tuple[UUID, ...] = field(default=())
    min_confidence: float | None = None


def plain(name: str, value: str, longest: int = LONGEST) -> str:
    """Return `value` without blanks around it. Raises ParameterError for empty, overlong and unprintable text."""
    value = value.strip()
    if not value:
        raise ParameterError(name, "is empty")
    if len(value) > longest:
        raise ParameterError(name, f"is longer than {longest} characters")
    for c in value:
        if c in _UNSEEN or unicodedata.category(c) in ("Cc", "Cs", "Cn"):
            raise ParameterError(name, f"holds the character U+{ord(c):04X}, which cannot be searched for")
    return value


def few(name: str, values: Sequence[T] | None) -> tuple[T, ...]:
    """The values of a repeated parameter, no more than a query may have. Raises ParameterError."""
    if values and len(values) > MOST_VALUES:
        raise ParameterError(name, f"is given {len(values)} times; {MOST_VALUES} is the most")
    return tuple(values or ())


def each(name: str, values: Sequence[str] | None, read: Callable[[str, str], T]) -> tuple[T, ...]:
    """Read every value of a repeated parameter. Raises ParameterError."""
    return tuple(read(name, value) for value in few(name, values))


def name(name: str, value: str) -> str:
    """Read a place's name or id: it must hold a letter or a digit."""
    value = plain(name, value)
    if not fold(value):
        raise ParameterError(name, "holds neither a letter nor a digit")
    return value


def oblast(name: str, value: str) -> str:
    """Read an oblast by any of its names: as events have it or, where no such is known, as it was given."""
    value = plain(name, value)
    return oblast_called(value) or value


def side(name: str, value: str) -> str:
    return plain(name, value, 10).upper()


def day(name: str, value: str | None) -> date | None:
    """Read YYYY-MM-DD."""
    if value is None:
        return None
    text = plain(name, value, 32)
    try:
        # Python reads weeks and dates without hyphens, too: "2024-W01" would silently be a Monday.
        return date.fromisoformat(text if _DATE.match(text) else "")
    except ValueError:
        raise ParameterError(name, "is not a date such as 2024-10-02") from None


def moment(name: str, value: str | None, *, end: bool = False) -> datetime | None:
    """Read a date or an RFC 3339 time. A date is its first instant or, with `end`, the first of the next day."""
    if value is None:
        return None
    # A plus sign that was not percent-encoded arrives as a blank.
    text = plain(name, value, 40).replace(" ", "+") if "T" in value else plain(name, value, 40)
    try:
        if not _DATE.match(text):
            raise ValueError(text)
        if len(text) == 10:
            only = date.fromisoformat(text)
            return datetime.combine(only, time(), UTC) + (timedelta(days=1) if end else timedelta())
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        return found + (timedelta(microseconds=1) if end else timedelta())
    except (ValueError, OverflowError):
        raise ParameterError(name, "is neither a date nor a time such as 2024-10-02T07:30:00Z") from None


def day_at(name: str, value: str | None) -> date | None:
    """Read a date, or a time of RFC 3339 for the day that it has in UTC."""
    found = moment(name, value)
    return None if found is None else found.date()


def uuid(name: str, value: str) -> UUID:
    """Return the id that `value` spells. Raises ParameterError naming the parameter."""
    try:
        return UUID(plain(name, value, 45))
    except ParameterError:
        raise
    except ValueError:
        raise ParameterError(name, "is not a UUID") from None


def box(name: str, value: str | None) -> Box | None:
    """Read west,south,east,north in degrees."""
    if value is None:
        return None
    numbers = _numbers(name, value)
    if len(numbers) != 4:
        raise ParameterError(name, "is not four numbers: west,south,east,north in degrees")
    west, south, east, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise ParameterError(name, "lies outside of longitudes -180 to 180 and latitudes -90 to 90")
    if south > north:
        raise ParameterError(name, "has its south above its north; the order is west,south,east,north")
    return Box(west, south, east, north)


def _numbers(name: str, value: str) -> list[float]:
    """Numbers separated by commas; none where one of them is no number."""
    parts = plain(name, value).split(",")
    try:
        return [float(part) for part in parts]
    except ValueError:
        return []


def circle(near: str | None, radius: float | None) -> Circle | None:
    """Read `near`, latitude,longitude in degrees as maps and telephones write them, with `radius` in kilometres."""
    if near is None:
        if radius is not None:
            raise ParameterError("radius", "is that of a circle round `near`, which is not given")
        return None
    numbers = _numbers("near", near)
    if len(numbers) != 2:
        raise ParameterError("near", "is not two numbers: latitude,longitude in degrees")
    latitude, longitude = numbers
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ParameterError("near", "lies outside of latitudes -90 to 90 and longitudes -180 to 180")
    return Circle(latitude, longitude, NEAR if radius is None else radius)


def ordered(first: str, start: date | None, last: str, end: date | None) -> None:
    """Raise ParameterError for a range that ends before it starts."""
    if start is not None and end is not None and end < start:
        raise ParameterError(last, f"lies before {first}")
