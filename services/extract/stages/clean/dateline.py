"""The dateline ("JAKARTA -", "KYIV, Oct 2 (Agency) —") leaves the text and becomes metadata."""

import re
from datetime import date
from typing import Final

from services.extract.pattern import Pattern

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DAY: Final = (
    rf"(?:(?P<m1>{_MONTH})(?: (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?)?(?:,? (?P<y1>20\d\d))?|"
    rf"(?P<d2>\d{{1,2}}) (?P<m2>{_MONTH})(?:,? (?P<y2>20\d\d))?)"
)
_AGENCY: Final = r"(?:\([A-Z][\w .&/'-]{0,30}\)|/[A-Z]{2,12}/\.?)"
_CAPS: Final = r"[A-Z][A-Z'’./-]{2,24}(?: [A-Z][A-Z'’./-]{1,24}){0,3}"
_NAMED: Final = r"[A-Z][a-z'’-]{2,20}(?:[ /][A-Z][a-z'’-]{2,20}){0,2}"
_REST: Final = r"(?:, [A-Z][A-Za-z.'’ -]{1,30}?){0,2}?"
# Capitals, then any of country, day and agency, then a dash or (with nothing else) a colon.
_DATELINE: Final = Pattern(
    rf"(?P<place>{_CAPS})(?P<rest>{_REST}),? ?(?:{_DAY})?[,.]? ?(?:{_AGENCY})? ?(?:[-–—]{{1,2}} ?(?=[\"“'A-Z0-9])|"
    rf"(?<=/)\.? (?=[\"“A-Z])|(?<=/\.) (?=[\"“A-Z]))"
    rf"|(?P<colon>{_CAPS}): (?=[\"“A-Z])"
    rf"|(?P<named>{_NAMED})(?:, [A-Z][a-z]+)?,? ?(?:{_AGENCY} ?[-–—]{{1,2}} ?| [-–—]{{1,2}} )(?=[\"“A-Z])"
)
_STOPPED: Final = Pattern(
    rf"(?P<place>{_CAPS}|{_NAMED}), {_DAY}\.? ?(?:{_AGENCY})?\. (?=[\"“A-Z])|(?P<alone>[A-Z]{{4,20}})\. (?=[\"“A-Z])"
)
_DAY_ONLY: Final = Pattern(rf"{_DAY} (?:{_AGENCY} )?[-–—]{{1,2}} (?=[\"“A-Z])")
_NO_PLACE: Final = frozenset(
    (  # noqa: SIM905
        "UPD UPDATE UPDATED UPDATES BREAKING EXCLUSIVE LIVE WATCH VIDEO PHOTO PHOTOS OPINION ANALYSIS EXPLAINER "
        "FACTBOX NATO IAEA OSCE DTEK TASS ISW SBU GUR HUR AFU ATF MOD UAV PMC REUTERS AFP BBC CNN RIA NOTE QUOTE "
        "SOURCE DETAILS BACKGROUND EDITOR WAR ALERT URGENT FLASH SEE READ ALSO MORE RELATED TAGS TAG LATEST SUMMARY "
        "RECAP REPORT KEY Q A"
    ).split()
)


def dateline_at_start(line: str, published: date | None) -> tuple[int, str, date | None] | None:
    """Return (length, place words, date or None) of the dateline that `line` begins with; None without one.

    A day without a year is the latest such day not after publication.
    """
    match = _DATELINE.match(line)
    if match is None:
        stopped = _STOPPED.match(line)
        if stopped:
            place = stopped["place"] or stopped["alone"]
            return (
                None if place.split()[0].upper() in _NO_PLACE else (stopped.end(), place, _day_in(stopped, published))
            )
        alone = _DAY_ONLY.match(line)
        day = _day_in(alone, published) if alone else None
        return (alone.end(), "", day) if alone and day else None
    if match.end() > 120:
        return None
    place = match["place"] or match["colon"] or match["named"] or ""
    if place and (
        place.split()[0].strip("./'’-").upper() in _NO_PLACE or (match["colon"] and " " not in place and len(place) < 4)
    ):
        return None
    words = (place + (match["rest"] or "")).strip(" ,")
    return match.end(), words, _day_in(match, published)


def _day_in(match: re.Match[str], published: date | None) -> date | None:
    if match["m1"]:
        return _day(match["m1"], match["d1"], match["y1"], published)
    return _day(match["m2"], match["d2"], match["y2"], published)


def _day(month: str | None, day: str | None, year: str | None, published: date | None) -> date | None:
    if not month or not day:
        return None
    number = _MONTHS.index(month[:3].lower()) + 1
    try:
        if year:
            return date(int(year), number, int(day))
        if published is None:
            return None
        found = date(published.year, number, int(day))
        return found if found <= published else date(published.year - 1, number, int(day))
    except ValueError:
        return None
