"""Intervals of days, and the arithmetic that news needs: thirds of months and years, seasons, weeks.

The rulings are the codebook's (Time): "mid-" is the middle third, "early" and "late" the outer ones, "end of" like
"late"; a winter is named after the year in which it begins. What lies before the year 1 or after 9999 is no day that
can be told: OverflowError.
"""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

from services.contracts.taxonomy import Precision

SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""First month of each."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `start` to `end`, both inclusive; None where there is no bound."""

    start: date | None
    end: date | None
    precision: Precision


UNKNOWN: Final = Interval(None, None, "open")


def shifted(day: date, days: int) -> date:
    """Return `day` moved by `days`."""
    return day + timedelta(days=days)


def on(day: date, until: date | None = None) -> Interval:
    """Return one day, or the days from `day` to `until`."""
    return Interval(day, until or day, "day")


def month_end(year: int, month: int) -> date:
    if (year, month) >= (MAXYEAR, 12):
        return date.max
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def month(year: int, number: int, part: str = "") -> Interval:
    """Return a month, or a part of it: `early`, `mid`, `late`, `first_half`, `second_half`, `last_ten`."""
    last = month_end(_known(year), number)
    bounds = {
        "early": (1, 10),
        "mid": (11, 20),
        "late": (21, last.day),
        "first_half": (1, 15),
        "second_half": (16, last.day),
        "last_ten": (last.day - 9, last.day),
    }
    first, final = bounds.get(part, (1, last.day))
    return Interval(date(year, number, first), date(year, number, final), "month")


def months_before(day: date, months: int) -> date:
    """Return the first of the month that lies `months` before the one of `day`."""
    index = day.year * 12 + day.month - 1 - months
    return date(_known(index // 12), index % 12 + 1, 1)


_PARTS_OF_YEAR: Final = {
    "early": (1, 4),
    "mid": (5, 8),
    "late": (9, 12),
    "first_half": (1, 6),
    "second_half": (7, 12),
    "q1": (1, 3),
    "q2": (4, 6),
    "q3": (7, 9),
    "q4": (10, 12),
    "last_ten": (12, 12),
}
"""First and last month."""


def year(number: int, part: str = "") -> Interval:
    """Return a year, or a part of it: thirds, halves, `q1` to `q4`."""
    number = _known(number)
    first, final = _PARTS_OF_YEAR.get(part, (1, 12))
    precision: Precision = "year" if part in {"", "first_half", "second_half"} else "season"
    return Interval(date(number, first, 1), month_end(number, final), precision)


def season(number: int, name: str, part: str = "") -> Interval:
    """Return a season of the year `number`; `early`, `mid` and `late` are its three months."""
    first = SEASONS[name]
    if part in {"early", "mid", "late"}:
        index = first - 1 + ("early", "mid", "late").index(part)
        return month(number + index // 12, index % 12 + 1)
    last = first + 1
    return Interval(date(_known(number), first, 1), month_end(_known(number + last // 12), last % 12 + 1), "season")


def week_of(day: date) -> Interval:
    """Return Monday to Sunday of the week that holds `day`."""
    monday = shifted(day, -day.weekday())
    return Interval(monday, shifted(monday, 6), "week")


def cut_at(interval: Interval, day: date) -> Interval:
    """Return `interval` without what lies after `day`; as it is, where all of it does."""
    if interval.end is None or interval.end <= day or (interval.start is not None and interval.start > day):
        return interval
    return Interval(interval.start, day, interval.precision)


def _known(year: int) -> int:
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(f"the calendar has no year {year}")
    return year
