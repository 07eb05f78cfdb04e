"""Phrases around a name of the calendar: dates, days of the week, months, years, seasons, holidays.

A core ("Monday", "3 May 2022", "summer of 2023") is found first, then what stands before it ("since", "on the night
of", "early on") and whether a second core makes a range of it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.times import calendar
from services.extract.stages.times.calendar import UNKNOWN, Interval, on, shifted
from services.extract.stages.times.context import Context
from services.extract.stages.times.gates import Gates
from services.extract.stages.times.lexicon import (
    HOLIDAYS,
    MONTH,
    MONTHS,
    NOT_A_YEAR,
    NUMBER,
    ORDINAL,
    ORDINALS,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    either,
    month_number,
    number,
)
from services.extract.stages.wordindex import DIGITS

_TO_MONTH: Final = re.compile(rf" ?[-–—/] ?(?:{MONTH})\b")
_TH: Final = r"(?:st|nd|rd|th)?"
_DAY: Final = r"(?:[12]\d|3[01]|0?[1-9])"
_YEAR_WORDS: Final = (
    rf"(?:(?:,? (?:of |in )?(?:the year )?)(?P<y>{YEAR})(?![\d,]\d)|,? (?i:(?:(?:of|in) )?(?P<that>(?:that|the same|"
    rf"the previous|the following) year))"
    r"|,? (?i:(?:of )?(?P<rel>last|this|next) year))?"
)
_DAY_PART: Final = (
    r"(?i: (?:(?:in the |at )?(?:early |late )?(?:morning|afternoon|evening|night|noon|midday|midnight|dawn|"
    r"lunchtime|daybreak|nightfall)))?"
)
_POSSESSIVE: Final = r"(?:'s(?!\w))?"
_DASH: Final = r"(?: ?[-–—] ?| (?:to|and|or|until|till|through|into) (?:the |on )?)"

_DATE: Final = Pattern(
    rf"\b(?P<d>\d{{1,2}}){_TH}(?:{_DASH}(?P<d2>\d{{1,2}}){_TH})?,?(?: of)? "
    rf"(?P<mo>{MONTH}){_YEAR_WORDS}{_DAY_PART}{_POSSESSIVE}(?!\w)"
    rf"|\b(?P<w>{ORDINAL}) of (?P<mo2>{MONTH})(?:,? (?:of )?(?P<y2>{YEAR}))?(?!\w)"
)
_DATE_US: Final = Pattern(
    rf"\b(?P<mo>{MONTH}) (?P<d>{_DAY}){_TH}(?!\d|[:.,]\d\d\d|"
    rf":\d)(?:{_DASH}(?P<d2>\d{{1,2}}){_TH}(?![\d:]))?{_YEAR_WORDS}{_DAY_PART}{_POSSESSIVE}(?!\w)"
)
_NUMERIC: Final = Pattern(
    r"(?<![\d.,/-])(?:(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)|"
    r"(?P<d2>\d{1,2})([./])(?P<m2>\d{1,2})\5(?P<y2>(?:19|20)?\d\d)|"
    r"(?:(?<=\()|(?<=\bon )|(?<=\bOn )|(?<=day ))(?P<d3>\d{1,2})/(?P<m3>\d{1,2})(?![\d/]))(?![\d/]|[.-]\d)"
)
_DAY_OF_WEEK: Final = Pattern(rf"\b(?P<wd>{WEEKDAY}){_DAY_PART}{_POSSESSIVE}(?!\w)")
_MONTH_ALONE: Final = Pattern(rf"\b(?P<mo>{MONTH}){_YEAR_WORDS}{_POSSESSIVE}(?!\w)")
_YEAR_ALONE: Final = Pattern(
    rf"(?:(?<![\d.,$€£/№-])|(?<=mid-))\b(?P<y>{YEAR})(?:'s)?(?![\w%]|[.,/:-]\d|-[a-z])(?! (?:{either(NOT_A_YEAR)})\b)"
)
_SEASON: Final = Pattern(
    rf"\b(?P<s>spring|summer|autumn|fall|"
    rf"winter)(?i:{_YEAR_WORDS})(?:'s)?(?!\w)(?P<campaign> (?:counter-?)?(?:offensive|campaign|push|counter-?attack|"
    rf"invasion))?"
)
_DAY_OF_MONTH: Final = Pattern(
    r"\b(?P<d>\d{1,2})(?:st|nd|rd|th)(?: ?[-–—] ?| (?:to|until|till|through|into) (?:the )?)(?P<d2>\d{1,2})(?:st|nd|"
    r"rd|th)?(?![\w-])"
    r"|\b(?P<d1>\d{1,2})(?:st|nd|rd|th)(?![\w-])(?! (?:[A-Z]|(?:separate|mechani[sz]ed|assault|airborne|brigade|"
    r"regiment|battalion|division|"
    r"army|corps|anniversary|attack|time|floor|century|package|day|week|month|year|round|person|minute|congress|"
    r"birthday|session|meeting|"
    r"district|military|territorial|motori[sz]ed|tank|marine|naval|guards|artillery|rifle|infantry|combat|group|"
    r"wave|series|strike|raid)\b))"
    r"|(?<=at day )(?P<day>\d{1,2})(?!\w)"
)
_DAY_OF_MONTH_SAFE: Final = Pattern(
    r"(?i:\b(?:on|since|by|until|till|from|of|night to|between)(?: the)?|\d(?:st|nd|rd|th) (?:and|or|to)(?: the)?) $"
)
_HOLIDAY: Final = Pattern(rf"\b(?P<h>{either(HOLIDAYS)})\b(?! \w*(?i:holiday|tree|prison|gift))")

_CLOCK: Final = (
    rf"(?:\d{{1,2}}[:.h]\d\d|{NUMBER} (?:o'clock|a\.?m\.?|p\.?m\.?)|\d{{1,2}} ?[ap]\.?m\.?|noon|midday|midnight|"
    rf"dawn|nightfall|daybreak|sunrise|sunset|lunch|lunchtime|{NUMBER} in the (?:morning|evening|afternoon))"
)
_PREFIX: Final = Pattern(
    rf"(?:(?<=\W)|^)(?:(?:on|in|at|by|since|until|till|from|before|after|during|over|through|throughout|of|to|"
    rf"into|for|around|about|towards?|near|"
    rf"as of|as early as|as late as|no later than|not later than|prior to|up to|back in|between|starting|beginning|"
    rf"ending|"
    rf"late|early|earlier|later|soon|the|this|last|past|next|coming|previous|same|very|all|every|whole|entire|mid|a|"
    rf"(?:early |late )?(?:morning|afternoon|evening|night|noon|dawn|day|nights|eve)(?= (?:of|to|into|from|between|"
    rf"on|before))|overnight|weekend|"
    rf"early hours|small hours|first hours|wee hours|(?:early|late) (?:morning|evening)|course|"
    rf"first half|second half|first ten days|last ten days|first days|last days|{NUMBER} (?:days|weeks)(?= of)|"
    rf"(?:last|first|final) (?:two|three|"
    rf"few) days|final days|first weeks?|(?:second|third|last) weeks?|first third|middle|"
    rf"beginning|start|end|close|onset|"
    rf"first quarter|second quarter|third quarter|fourth quarter|last quarter|q[1-4]|{_CLOCK}(?: (?:moscow|kyiv|"
    rf"kiev|local) time)?|that) |mid-|mid‑){{1,9}}$"
)
"""In lower case, as the text is in which it is sought."""
_NIGHT: Final = Pattern(r"\b(?:night|overnight|nights)\b", re.IGNORECASE)
_WITHIN_DAY: Final = Pattern(
    rf"\b(?:(?:before|by|at|around|about|until|till|since|after|towards?|from|near|soon after|shortly after|"
    rf"shortly before) )?(?:the )?(?:{_CLOCK}|early hours|small hours|wee hours)(?: (?:Moscow|Kyiv|Kiev|"
    rf"local) time)?,?(?: (?:on|of))?(?: the (?:morning|evening))?\b",
    re.IGNORECASE,
)
_FROM: Final = Pattern(r"\b(?:since|from|starting|beginning(?= (?:on|from|in)?\s*$))\b", re.IGNORECASE)
_AFTER: Final = Pattern(r"\bafter\b", re.IGNORECASE)
_UNTIL: Final = Pattern(r"\b(?:until|till|by|before|prior to|up to|no later than|not later than)\b", re.IGNORECASE)
_PART: Final = (
    ("early", Pattern(
        r"\b(?:early|beginning|start|onset|first(?: two| three| few)? days|first third|first ten days|"
        r"first weeks?)\b", re.I)),
    ("mid", Pattern(r"\b(?:mid|middle)\b", re.I)),
    ("last_ten", Pattern(r"\blast ten days\b", re.I)),
    ("late", Pattern(r"\b(?:late|later|end|close|(?:last|final)(?: two| three| few)? days|last weeks?)\b", re.I)),
    ("first_half", Pattern(r"\bfirst half\b", re.I)),
    ("second_half", Pattern(r"\bsecond half\b", re.I)),
    ("q1", Pattern(r"\bfirst quarter|Q1\b", re.I)),
    ("q2", Pattern(r"\bsecond quarter|Q2\b", re.I)),
    ("q3", Pattern(r"\bthird quarter|Q3\b", re.I)),
    ("q4", Pattern(r"\b(?:fourth|last) quarter|Q4\b", re.I)),
)  # fmt: skip
_JOIN: Final = Pattern(
    _DASH + r"(?i:(?:the )?(?:night of |evening of |early |late |mid-?|end of |end |beginning of )*)$|, (?i:and|or) $"
)
_MODAL_MAY: Final = Pattern(
    r"(?i:\b(?:in|since|by|until|till|from|of|last|next|this|early|late|mid|mid-|during|before|after|through|to|"
    r"between|and|end)[ -])$|(?<=mid-)$"
)
_BARE_PREFIX_FREE: Final = frozenset({"date", "us", "numeric", "weekday"})


@dataclass(slots=True)
class Core:
    """A calendar name at `start` to `end`, with the groups of its pattern."""

    kind: str
    start: int
    end: int
    got: dict[str, str | None]


_MONTH_GATE: Final = tuple(name.lower() for name in MONTHS)
_FIGURE: Final = (DIGITS,)
_BEGINS: Final = {"weekday": tuple(name.lower() for name in WEEKDAYS), "season": tuple(calendar.SEASONS),
                  "holiday": tuple({name.split()[0].lower() for name in HOLIDAYS}), "date": (DIGITS, *ORDINALS),
                  "us": _MONTH_GATE, "month": _MONTH_GATE}  # fmt: skip
"""The words that a pattern begins with, where it is no figure."""

_KINDS: Final = (
    ("date", _DATE),
    ("us", _DATE_US),
    ("numeric", _NUMERIC),
    ("holiday", _HOLIDAY),
    ("season", _SEASON),
    ("weekday", _DAY_OF_WEEK),
    ("month", _MONTH_ALONE),
    ("ordinal", _DAY_OF_MONTH),
    ("year", _YEAR_ALONE),
)
_OF_MONTHS: Final = frozenset({"date", "us", "month"})


def cores(gates: Gates) -> list[Core]:
    """Return the calendar names of the text in order, none overlapping, the longer kind before the shorter."""
    found: list[Core] = []
    taken: list[tuple[int, int]] = []
    months = gates.holds(_MONTH_GATE)
    for kind, pattern in _KINDS:
        if kind in _OF_MONTHS and not months:
            continue
        matches = gates.starting(pattern, _BEGINS.get(kind, _FIGURE))
        fresh = [Core(kind, m.start(), m.end(), m.groupdict()) for m in matches]
        if not fresh:
            continue
        free = _free(fresh, taken)
        found += free
        taken = sorted(taken + [(core.start, core.end) for core in free])
    return sorted(found, key=lambda core: core.start)


def _free(fresh: list[Core], taken: list[tuple[int, int]]) -> list[Core]:
    at, free = 0, []
    for core in fresh:
        while at < len(taken) and taken[at][1] <= core.start:
            at += 1
        if at == len(taken) or taken[at][0] >= core.end:
            free.append(core)
    return free


@dataclass(slots=True)
class Phrase:
    """One or two cores with what stands before them; `start` to `end` is the whole phrase."""

    start: int
    end: int
    prefix: str
    first: Core
    second: Core | None = None


def phrases(gates: Gates) -> Iterator[Phrase]:
    """Yield the calendar phrases of the text that are not something else ("May" the verb, "1991 borders")."""
    text = gates.text
    found = cores(gates)
    skip = False
    floor = 0
    for index, core in enumerate(found):
        if skip:
            skip = False
            continue
        prefix = _prefix(text, gates.low, max(floor, core.start - 80), core.start)
        start = core.start - len(prefix)
        if not _is_time(text, core, prefix):
            continue
        if (
            prefix.lower()
            in {"the ", "a ", "of ", "to ", "for ", "of the ", "over ", "about ", "through ", "every ", "all "}
            and core.kind != "season"
        ):
            keep = prefix if prefix.lower() in {"all ", "of the "} else ""
            prefix, start = (keep, start) if keep else ("", core.start)
        prefix, start = _shed(prefix, start)
        second = found[index + 1] if index + 1 < len(found) else None
        if second and _joined(text, core, second, prefix):
            skip = True
            floor = second.end
            yield Phrase(start, second.end, prefix, core, second)
        else:
            floor = core.end
            yield Phrase(start, core.end, prefix, core)


def _prefix(text: str, low: str, floor: int, start: int) -> str:
    """Return the words of time that stand right before `start`, from `floor` on."""
    if text[start - 1 : start] not in _BEFORE_CORE:
        return ""
    for mark in _NO_PREFIX:
        floor = max(floor, text.rfind(mark, floor, start) + 1)
    hit = _PREFIX.search(low, floor, start)  # `$` means the end of what is searched
    return text[hit.start() : start] if hit else ""


_BEFORE_CORE: Final = frozenset(" -‑")
_NO_PREFIX: Final = (",", "\n", ";", "(", ")", '"', "“", "”", "!", "?")
"""What none of its words has."""


_NOT_ITS: Final = Pattern(
    r"(?i:of|to|for|a|the|over|into|near|about|around)(?: the)? (?=(?i:on|in|at|since|until|by|from|early|"
    r"late|last|this|next|between|before|during|all|overnight)\b)"
)


def _shed(prefix: str, start: int) -> tuple[str, int]:
    """Leave out words at the head of the prefix that belong to what stands before: "of", "to", "for", "all" …"""
    while True:
        match = _NOT_ITS.match(prefix)
        if not match:
            return prefix, start
        prefix, start = prefix[match.end() :], start + match.end()


def _is_time(text: str, core: Core, prefix: str) -> bool:
    if core.kind == "month":
        name = (core.got["mo"] or "").rstrip(".")
        dated = core.got["y"] or core.got["that"] or core.got["rel"]
        if _TO_MONTH.match(text, core.end) is not None:
            return True  # "May-July 2022"
        if name in {"May", "March"} and not dated:
            return bool(_MODAL_MAY.search(text, max(0, core.start - 12), core.start)) and not re.match(
                r" (?:on|to|not|be|have)\b", text[core.end : core.end + 6]
            )
        return bool(dated or prefix) or not text[core.end : core.end + 2].strip().isupper()
    if core.kind == "year":
        return (
            bool(
                re.search(
                    r"(?i:\b(?:in|since|by|until|till|from|of|during|before|after|early|late|mid-?|between|back in|"
                    r"throughout|through|end of|year|and|to)[ ]?)$",
                    text[max(0, core.start - 14) : core.start],
                )
            )
            or text[core.end - 2 : core.end] == "'s"
        )
    if core.kind == "season":
        dated = core.got["y"] or core.got["that"] or core.got["rel"]
        return bool(dated or core.got["campaign"]) or bool(
            re.search(
                r"(?i:\b(?:in|since|by|until|till|last|this|that|next|during|over|before|after|from|for|through|early|"
                r"late|the coming|previous)(?: the)?(?: (?:early|late|coming|previous|past|next|last))?[ ])$|"
                r"mid-?$|^the $",
                prefix,
            )
            and not (core.got["s"] == "fall" and re.match(r" of (?!20)", text[core.end : core.end + 6]))
        )
    if core.kind == "ordinal":
        return bool(core.got["day"]) or (
            bool(_DAY_OF_MONTH_SAFE.search(text, max(0, core.start - 20), core.start))
            and int(core.got["d"] or core.got["d1"] or 0) <= 31
        )
    if core.kind == "holiday":
        return bool(
            re.search(
                r"(?i)\b(?:on|by|since|until|till|before|at|for|over|after|from|this|last|next)(?: the)? $", prefix
            )
        )
    return True


def _joined(text: str, first: Core, second: Core, prefix: str) -> bool:
    if second.start - first.end > 24 or not _JOIN.fullmatch(text, first.end, second.start):
        return False
    kinds = {"date": "day", "us": "day", "numeric": "day", "ordinal": "day"}
    if kinds.get(first.kind, first.kind) != kinds.get(second.kind, second.kind) and not {first.kind, second.kind} <= {
        "month",
        "season",
    }:
        return False
    words = text[first.end : second.start].lower()
    if "and" not in words and "or" not in words:
        return True
    if re.search(r"\b(?:between|from)\b", prefix, re.IGNORECASE) or first.kind in {"month", "season"}:
        return True
    if first.kind == "ordinal":
        return int(second.got["d1"] or 0) - int(first.got["d1"] or 0) == 1
    return (
        first.kind == "weekday"
        and (WEEKDAYS[(second.got["wd"] or "").capitalize()] - WEEKDAYS[(first.got["wd"] or "").capitalize()]) % 7 == 1
    )


def resolve(phrase: Phrase, context: Context) -> Interval:
    """Return the days that `phrase` means."""
    prefix = phrase.prefix
    future = context.future(phrase.start, phrase.end)
    if phrase.second is not None:
        return _range(phrase, context, future)
    core = phrase.first
    inner = (
        _WITHIN_DAY.sub(" ", prefix)
        if core.kind in {"date", "us", "numeric", "weekday", "ordinal", "holiday"}
        else prefix
    )
    found = _nights(_of_core(core, inner, context, future), inner, prefix)
    if found.start is None:
        return found
    return _bounded(found, inner, core, context)


def _nights(found: Interval, inner: str, prefix: str) -> Interval:
    """ "The night to Friday" is two days, the second named; "the night of 5 May" two, the first named."""
    day = found.start
    if day is None or found.precision != "day" or day != found.end:
        return found
    if _NIGHT.search(inner) or re.search(r"\bnight of\b", prefix, re.IGNORECASE):
        if re.search(r"\b(?:night (?:to|into|before)|overnight)\b", inner, re.IGNORECASE):
            return on(shifted(day, -1), day)
        return on(day, shifted(day, 1))
    if re.search(r"\beve(?:ning)? before\b", inner, re.IGNORECASE):
        return on(shifted(day, -1))
    return found


def _bounded(found: Interval, prefix: str, core: Core, context: Context) -> Interval:
    """Since, until and the like, around `found`."""
    published = context.published
    if core.got.get("d2"):
        return found  # "from 1 to 3 October"
    named = context.text[core.end - 2 : core.end] in ("'s", "’s")  # "the toll from Wednesday's attack"
    if (_FROM.search(prefix) and not named) or (
        _AFTER.search(prefix) and core.kind in {"year", "month", "season", "date", "us"}
    ):
        late = bool(published and found.start and found.start <= published)
        return Interval(found.start, published if late else None, "open")
    if _UNTIL.search(prefix):
        if core.kind == "season" and found.start:
            return Interval(None, shifted(found.start, -1), "open")
        if (
            re.search(r"\b(?:before|prior to)\b", prefix, re.IGNORECASE)
            and found.start
            and not re.search(r"\bend\b", prefix)
        ):
            return Interval(None, shifted(found.start, -1), "open")
        return Interval(None, found.end, "open")
    return found


def _range(phrase: Phrase, context: Context, future: bool) -> Interval:
    second = phrase.second
    if second is None:
        return UNKNOWN
    first = phrase.first
    words = context.text[first.end : second.start]
    late = _of_core(second, words, context, future)
    got = dict(first.got)
    if first.kind in {"month", "season"} and not (got.get("y") or got.get("that") or got.get("rel")) and late.start:
        name_year = late.start.year
        early = _of_core(
            Core(first.kind, first.start, first.end, {**got, "y": str(name_year)}), phrase.prefix, context, future
        )
        if early.start and late.end and early.start > late.end:
            early = _of_core(
                Core(first.kind, first.start, first.end, {**got, "y": str(name_year - 1)}),
                phrase.prefix,
                context,
                future,
            )
    elif (
        first.kind in {"date", "us"}
        and late.start
        and not (got.get("y") or got.get("y2") or got.get("that") or got.get("rel"))
    ):
        early = _of_core(
            Core(first.kind, first.start, first.end, {**got, "y": str(late.start.year)}), phrase.prefix, context, future
        )
    else:
        early = _of_core(first, phrase.prefix, context, future)
        if first.kind == "weekday" and early.start and late.start and early.start > late.start:
            early = on(shifted(early.start, -7))
    if early.start is None or late.end is None or early.start > late.end:
        return UNKNOWN
    return Interval(early.start, late.end, late.precision)


def _part(prefix: str) -> str:
    for name, pattern in _PART:
        if pattern.search(prefix):
            return name
    return ""


def _of_core(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    """Return the days of one core; what its prefix bounds is left to `_bounded`."""
    try:
        return _READERS[core.kind](core, prefix.lower(), context, future)
    except (ValueError, KeyError, OverflowError):  # 31 February, the year 0
        return UNKNOWN


def _of_date(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    got = core.got
    name = got.get("mo") or got.get("mo2") or ""
    day = int(got["d"] or 0) if got.get("d") else number(got.get("w") or "1")
    start = _dated(got.get("y") or got.get("y2"), month_number(name), day, got, context, future)
    if start is None:
        return UNKNOWN
    if not got.get("d2"):
        return on(start)
    end = start.replace(day=int(got["d2"] or 1))
    return on(start, end) if end >= start else on(calendar.months_before(start, 1).replace(day=day), end)


def _of_numeric(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    got = core.got
    if got["d3"]:
        day, month = int(got["d3"]), int(got["m3"] or 0)
        found = _dated(None, *((day, month) if month > 12 else (month, day)), got, context, future)
        return on(found) if found else UNKNOWN
    year = int(got["y"] or got["y2"] or 0)
    return on(
        date(year if year > 99 else 2000 + year, int(got["m"] or got["m2"] or 0), int(got["d"] or got["d2"] or 0))
    )


def _of_holiday(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    month, day = HOLIDAYS[core.got["h"] or ""]
    found = _dated(None, month, day, core.got, context, future)
    ahead = (context.published - found).days if found and context.published and context.heading_year is None else 0
    if found and ahead > _HALF_A_YEAR and _UNTIL.search(prefix):
        found = _safe(found.year + 1, month, day)  # "before the New Year", in November
    return on(found) if found else UNKNOWN


_HALF_A_YEAR: Final = 183


def _of_month(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    month = month_number(core.got["mo"] or "")
    year = _year_of(core.got, context)
    if year is None:
        year = _recent_year(month, prefix, context, future)
    if year is None:
        return UNKNOWN
    return _until_published(calendar.month(year, month, _part(prefix)), context, future)


def _of_year(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    return _until_published(calendar.year(int(core.got["y"] or 0), _part(prefix)), context, future)


def _until_published(found: Interval, context: Context, future: bool) -> Interval:
    return calendar.cut_at(found, context.published) if context.published and not future else found


def _year_of(got: dict[str, str | None], context: Context) -> int | None:
    if got.get("y"):
        return int(got["y"] or 0)
    if got.get("that"):
        if context.year is None:
            return None
        word = (got["that"] or "").lower()
        return context.year + ("following" in word) - ("previous" in word)
    if got.get("rel") and context.published:
        return context.published.year + {"last": -1, "this": 0, "next": 1}[(got["rel"] or "").lower()]
    return None


def _recent_year(month: int, prefix: str, context: Context, future: bool) -> int | None:
    """The year that a month without one is in: of the latest such month, or of the next where the clause is of that."""
    published = context.published
    if re.search(r"\bthat\b", prefix) and context.year:
        return context.year
    if published is None:
        return context.year
    if "next" in prefix or "coming" in prefix:
        return published.year + (month <= published.month)
    if context.heading_year is not None:
        return context.heading_year
    if "last" in prefix and not re.search(r"last (?:ten )?(?:days|weeks?|third)", prefix):
        return published.year - (month >= published.month)
    if "this" in prefix:
        return published.year
    if future and (month > published.month):
        return published.year
    if future and re.search(r"\b(?:until|till|by|before)\b", prefix):
        return published.year + (month < published.month)
    if re.search(r"\b(?:until|till|by|before)\b", prefix) and 0 < month - published.month <= 5:
        return published.year
    return context.story_year(month) or published.year - (month > published.month)


def _dated(
    year: str | None, month: int, day: int, got: dict[str, str | None], context: Context, future: bool
) -> date | None:
    """A day of a month; without a year the latest such day, or one up to two months ahead."""
    known = (int(year) if year else _year_of(got, context)) or context.heading_year
    if known:
        return date(known, month, day)
    published = context.published
    if published is None:
        return date(context.year, month, day) if context.year else None
    this = date(published.year, month, day)
    ahead = (this - published).days
    if ahead > 60 and not future:
        return date(published.year - 1, month, day)
    if ahead < -300 and future:
        return date(published.year + 1, month, day)
    if ahead > 240:
        return date(published.year - 1, month, day)
    return this


def _of_weekday(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    weekday, published = WEEKDAYS[(core.got["wd"] or "").capitalize()], context.published
    if published is None:
        return UNKNOWN
    back = (published.weekday() - weekday) % 7
    if re.search(r"\b(?:next|coming)\b", prefix):
        return on(shifted(published, (weekday - published.weekday()) % 7 or 7))
    if re.search(r"\blast\b", prefix):
        return on(shifted(published, -(back or 7)))
    if future and back and not re.search(r"\b(?:since|all|this past)\b", prefix):
        return on(shifted(published, 7 - back))
    return on(shifted(published, -back))


def _of_ordinal(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    day = int(core.got["day"] or core.got["d"] or core.got["d1"] or 0)
    base = context.published
    if base is None or not 1 <= day <= 31:
        return UNKNOWN
    if context.anchor and context.anchor.start and context.anchor.start > shifted(base, -62):
        month = context.anchor.start  # "on the 7th" goes on in the month that the text is in
        near = _safe(month.year, month.month, day)
        start = near if near and near <= shifted(base, 3) else _latest(day, base)
    else:
        start = _next(day, base) if future else _latest(day, base)
    if start is None:
        return UNKNOWN
    if core.got["d2"]:
        end = _safe(start.year, start.month, int(core.got["d2"]))
        if end and end >= start:
            return on(start, end)
    return on(start)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _latest(day: int, base: date) -> date | None:
    month = base.replace(day=1)
    for _ in range(3):
        found = _safe(month.year, month.month, day)
        if found and found <= base:
            return found
        month = calendar.months_before(month, 1)
    return None


def _next(day: int, base: date) -> date | None:
    month = base.replace(day=1)
    for _ in range(3):
        found = _safe(month.year, month.month, day)
        if found and found >= base:
            return found
        month = calendar.months_before(month, -1)
    return None


def _of_season(core: Core, prefix: str, context: Context, future: bool) -> Interval:
    name = core.got["s"] or ""
    published = context.published
    year = _year_of(core.got, context)
    part = _part(prefix)
    if year is None:
        if re.search(r"\bthat\b", prefix) and context.year:
            year = context.year
        elif published is None:
            return UNKNOWN
        else:
            year = published.year
            this = calendar.season(year, name)
            if re.search(r"\blast\b", prefix) or core.got["campaign"]:
                while this.end and this.end >= published:
                    year -= 1
                    this = calendar.season(year, name)
            elif (
                re.search(r"\bnext\b|\bcoming\b", prefix)
                or future
                or _UNTIL.search(prefix)
                or re.search(r"\bfor\b", prefix)
            ):
                while this.start and this.start <= published:
                    year += 1
                    this = calendar.season(year, name)
            elif re.search(r"\bthis\b", prefix):
                if name == "winter" and published.month <= 2:
                    year -= 1
            else:
                while this.start and this.start > published:
                    year -= 1
                    this = calendar.season(year, name)
    elif (
        name == "winter"
        and core.got.get("rel")
        and (core.got["rel"] or "").lower() == "last"
        and published
        and published.month <= 2
    ):
        pass
    return calendar.season(year, name, part)


_READERS: Final[dict[str, Callable[[Core, str, Context, bool], Interval]]] = {
    "date": _of_date,
    "us": _of_date,
    "numeric": _of_numeric,
    "holiday": _of_holiday,
    "ordinal": _of_ordinal,
    "weekday": _of_weekday,
    "month": _of_month,
    "season": _of_season,
    "year": _of_year,
}
