"""Phrases without a name of the calendar: "two days later", "the past week", "overnight", "at dawn", "14:20", "still".

Each rule is a pattern and a function from its match and the context to days. A rule's pattern is in lower case, as the
text is in which it is sought, and is tried only around its gate words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.times import calendar
from services.extract.stages.times.calendar import UNKNOWN, Interval, on, shifted
from services.extract.stages.times.context import Context
from services.extract.stages.times.lexicon import NUMBER, ORDINAL, PHRASES, UNIT, either, number

Resolver = Callable[[re.Match[str], Context], Interval | None]

_SOME: Final = r"(?:several|some|a few|few|many|a couple of|dozens of|the)"
_ABOUT: Final = (
    r"(?:(?:just |only |about |around |roughly |nearly |almost |exactly |some |over |more than |less than |"
    r"at least |barely )?)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    gate: tuple[str, ...]
    pattern: Pattern
    resolve: Resolver
    needs: tuple[str, ...] | None = None
    """Words of which the phrase has one, beside that of its gate."""


def _now(match: re.Match[str], context: Context) -> Interval:
    return on(context.published) if context.published else UNKNOWN


def _yet(match: re.Match[str], context: Context) -> Interval | None:
    """ "Not there yet". With a capital it opens a sentence, and means "but"."""
    return _now(match, context) if context.text.startswith("yet", match.start()) else None


def _until_now(match: re.Match[str], context: Context) -> Interval:
    return Interval(None, context.published, "open")


def _open(match: re.Match[str], context: Context) -> Interval:
    return UNKNOWN


def _deictic(match: re.Match[str], context: Context) -> Interval:
    day = context.published
    if day is None:
        return UNKNOWN
    words = match.group().lower()
    lead = (match["lead"] or "").lower()
    if "before yesterday" in words:
        found = on(shifted(day, -2))
    elif "yesterday" in words:
        found = on(shifted(day, -1))
    elif "tomorrow" in words:
        found = on(shifted(day, 1 + ("after tomorrow" in words)))
    elif "tonight" in words:
        found = on(day) if context.future(match.start(), match.end()) else on(shifted(day, -1), day)
    else:
        found = on(day)
    if re.search(r"\b(?:since|from)\b", lead):
        return Interval(found.start, day if found.start and found.start <= day else None, "open")
    if re.search(r"\b(?:until|till)\b", lead):
        return Interval(None, found.end, "open")
    if "night before yesterday" in words or "night to today" in words:
        return on(shifted(found.start or day, -1), found.end)
    return found


def _overnight(match: re.Match[str], context: Context) -> Interval:
    """The night before publication, two days; after a day in the same paragraph that is not the last, that day's."""
    day = context.published
    if day is None:
        return UNKNOWN
    return on(shifted(day, -1), day)


def _at_night(match: re.Match[str], context: Context) -> Interval:
    day = context.published
    anchor = context.near(match.start())
    if anchor and anchor.start and anchor.end and day and anchor.end < day and (day - anchor.end).days < 8:
        return anchor if anchor.end > anchor.start else on(anchor.start, shifted(anchor.start, 1))
    return on(shifted(day, -1), day) if day else UNKNOWN


def _day_part(match: re.Match[str], context: Context) -> Interval:
    anchor = None if re.search(r"\bthis\b", match.group(), re.IGNORECASE) else context.near(match.start())
    day = anchor.end if anchor and anchor.end else context.published
    if day is None:
        return UNKNOWN
    if re.match(r"(?i)until|till|up to", match.group()) and "today" not in match.group():
        return Interval(None, day, "open")
    return on(day)


def _around_midnight(match: re.Match[str], context: Context) -> Interval:
    anchor = context.near(match.start())
    day = anchor.start if anchor and anchor.start else context.published
    if day is None:
        return UNKNOWN
    if anchor is None:
        return on(shifted(day, -1), day)
    return on(day)


def _clock(match: re.Match[str], context: Context) -> Interval:
    day = context.published
    anchor = context.near(match.start())
    head = context.text.rfind("\n", 0, match.start()) + 1
    if match.start() == head or context.text[match.start() - 2 : match.start()].strip() in {".", '"', "!", "?", "”"}:
        return on(day) if day else UNKNOWN  # the stamp of an entry in a live blog
    if anchor and anchor.end:
        return on(anchor.end)
    return on(day) if day else UNKNOWN


def _moved(base: date, count: int, unit: str, sign: int) -> Interval:
    if unit in {"hour", "minute"}:
        return on(base)
    if unit in {"day", "night", "morning", "evening"}:
        day = shifted(base, sign * count)
        return on(day, shifted(day, 1)) if unit == "night" and sign < 0 and count == 1 else on(day)
    if unit == "week":
        day = shifted(base, sign * 7 * count)
        return on(day) if count == 1 else Interval(shifted(day, -3), shifted(day, 3), "week")
    if unit == "month":
        first = calendar.months_before(base, -sign * count)
        return calendar.month(first.year, first.month)
    if count == 1:
        first = calendar.months_before(base, -sign * 12)
        return calendar.month(first.year, first.month)
    return calendar.year(base.year + sign * count)


def _ago(match: re.Match[str], context: Context) -> Interval:
    if context.published is None or number(match["n"]) == 0:
        return UNKNOWN
    return _moved(context.published, number(match["n"]), match["u"].lower(), -1)


def _beside(period: Interval, count: int, unit: str, sign: int) -> Interval:
    """The same part of the year, so many months or years on: "in the summer of 2023. A year later …"."""
    if period.start is None or period.end is None:
        return UNKNOWN
    months = -sign * count * (12 if unit == "year" else 1)
    first, last = calendar.months_before(period.start, months), calendar.months_before(period.end, months)
    return Interval(first, calendar.month_end(last.year, last.month), period.precision)


def _from_anchor(match: re.Match[str], context: Context) -> Interval:
    """ "Two days later", "a week earlier": counted from the last day that the text named."""
    base = context.base
    if base is None:
        return UNKNOWN
    if context.period is not None and match["n"] and match["u"].lower() in {"month", "year"}:
        back = match["way"].lower() in {"earlier", "before", "previously", "prior"}
        return _beside(context.period, number(match["n"]), match["u"].lower(), -1 if back else 1)
    sign = -1 if match["way"].lower() in {"earlier", "before", "previously", "prior"} else 1
    if not match["n"]:
        anchor = context.near(match.start())
        return (anchor or on(base)) if match["u"].lower() in {"hour", "minute"} else UNKNOWN
    count = number(match["n"])
    if sign > 0 and context.anchor and context.anchor.end and match["u"].lower() == "hour":
        return context.anchor
    if sign > 0 and context.anchor and context.anchor.end:
        base = context.anchor.end
    elif sign > 0 and not context.future(match.start(), match.end()):
        return UNKNOWN  # later than what, no day tells
    if context.period is not None:
        return UNKNOWN  # "in September it took X; three weeks later": of that month no day is known
    return _moved(base, count, match["u"].lower(), sign)


def _same(match: re.Match[str], context: Context) -> Interval:
    unit = match["u"].lower()
    anchor = context.anchor
    if unit == "year":
        return calendar.year(context.year) if context.year else UNKNOWN
    base = anchor or (on(context.published) if context.published else None)
    if base is None or base.start is None:
        return UNKNOWN
    if unit == "night":
        if base.end and base.end > base.start:
            return base
        return on(base.start, shifted(base.start, 1)) if anchor else on(shifted(base.start, -1), base.start)
    if unit == "week":
        return calendar.week_of(base.start)
    if unit == "month":
        return calendar.month(base.start.year, base.start.month)
    if unit == "weekend":
        saturday = shifted(base.start, 5 - base.start.weekday())
        return on(saturday, shifted(saturday, 1))
    return on(base.end or base.start)


def _adjacent(match: re.Match[str], context: Context) -> Interval:
    """ "The next day", "the previous evening", "the following week"."""
    unit = match["u"].lower()
    sign = 1 if match["way"].lower() in {"next", "following"} else -1
    base = (context.anchor.end if sign > 0 else context.anchor.start) if context.anchor else context.published
    if base is None:
        return UNKNOWN
    if unit == "night" and sign < 0:
        return on(shifted(base, -1), base)
    if unit == "night":
        return on(base, shifted(base, 1))
    if unit == "week":
        return calendar.week_of(shifted(base, 7 * sign))
    if unit in {"month", "year"}:
        first = calendar.months_before(base, -sign * (1 if unit == "month" else 12))
        return calendar.month(first.year, first.month) if unit == "month" else calendar.year(first.year)
    return on(shifted(base, sign))


def _day_before(match: re.Match[str], context: Context) -> Interval:
    base = context.base
    if base is None:
        return UNKNOWN
    words = match.group().lower()
    if "night" in words:
        found = on(shifted(base, -1), base)
    elif "after" in words:
        found = on(shifted(context.anchor.end or base if context.anchor else base, 1))
    elif "week" in words:
        found = calendar.week_of(shifted(base, -7))
    elif "month" in words or "year" in words:
        first = calendar.months_before(base, 1 if "month" in words else 12)
        found = calendar.month(first.year, first.month) if "month" in words else calendar.year(first.year)
    else:
        found = on(shifted(base, -1))
    if words.startswith("since"):
        return Interval(found.start, context.published, "open")
    return found


def _past(match: re.Match[str], context: Context) -> Interval:
    """ "In the past day", "over the last six days", "the past month": from then to publication."""
    day = context.published
    if day is None:
        return UNKNOWN
    unit = match["u"].lower().rstrip("s")
    if match["some"]:
        return Interval(None, day, "open")
    count = number(match["n"]) if match["n"] else 1
    if unit == "hour":
        return (
            on(shifted(day, -max(1, (count + 23) // 24) if match["n"] else -1), day)
            if count > 8 or not match["n"]
            else on(day)
        )
    if unit in {"day", "night"}:
        return on(shifted(day, -count), day)
    if unit == "week":
        return Interval(shifted(day, -7 * count), day, "week" if count == 1 else "month" if count < 8 else "season")
    if unit == "month":
        start = calendar.months_before(day, count)
        start = min(start.replace(day=min(day.day, calendar.month_end(start.year, start.month).day)), day)
        return Interval(start, day, "month" if count == 1 else "season")
    start = calendar.months_before(day, 12 * count)
    return Interval(start, day, "year")


def _last(match: re.Match[str], context: Context) -> Interval:
    """ "Last week", "last month", "this week", "next year"."""
    day = context.published
    if day is None:
        return UNKNOWN
    which, unit = match["which"].lower(), match["u"].lower()
    step = {"last": -1, "this": 0, "next": 1, "current": 0, "coming": 1, "past": -1}[which]
    if unit == "night":
        return (
            on(shifted(day, -1), day)
            if step < 0 or (step == 0 and not context.future(match.start(), match.end()))
            else on(day)
        )
    if unit in {"morning", "evening", "afternoon", "day", "noon", "dawn", "midday"}:
        return on(shifted(day, step))
    if unit == "weekend":
        return _weekend_of(day, step)
    if unit == "week":
        found = calendar.week_of(shifted(day, 7 * step))
    elif unit == "month":
        first = calendar.months_before(day, -step)
        found = calendar.month(first.year, first.month)
    else:
        found = calendar.year(day.year + step)
    lead = (match["lead"] or "").lower()
    if re.search(r"\b(?:since|from)\b", lead):
        return Interval(found.start, day if step < 1 else None, "open")
    if re.search(r"\b(?:until|till|by|before)\b", lead):
        return Interval(None, found.end, "open")
    if "earlier" in lead or "early" in lead:
        return calendar.cut_at(found, day)
    if step == 0:
        return (
            Interval(day, found.end, found.precision)
            if context.future(match.start(), match.end()) or "later" in lead
            else calendar.cut_at(found, day)
        )
    return found


def _weekend_of(day: date, step: int) -> Interval:
    saturday = shifted(day, -((day.weekday() - 5) % 7))
    if step < 0 and day.weekday() >= 5:
        saturday = shifted(saturday, -7)
    if step > 0:
        saturday = shifted(saturday, 7)
    return (
        calendar.cut_at(on(saturday, shifted(saturday, 1)), day)
        if saturday <= day
        else on(saturday, shifted(saturday, 1))
    )


def _weekend(match: re.Match[str], context: Context) -> Interval:
    if context.published is None:
        return UNKNOWN
    step = 1 if context.published.weekday() < 5 and context.future(match.start(), match.end()) else 0
    return _weekend_of(context.published, step)


def _within_unit(match: re.Match[str], context: Context) -> Interval:
    """ "Earlier in the week", "since the beginning of the month", "by the end of the year"."""
    day = context.published
    if day is None:
        return UNKNOWN
    words, unit = match.group().lower(), match["u"].lower()
    found = {
        "day": on(day),
        "week": calendar.week_of(day),
        "month": calendar.month(day.year, day.month),
        "year": calendar.year(day.year),
    }[unit]
    if re.search(r"\b(?:until|till|by|before)\b", words):
        return Interval(None, found.end, "open")
    if "since" in words or "from the" in words:
        return Interval(found.start, day, "open") if unit != "day" else on(day)
    if re.search(r"\b(?:start|beginning)\b", words) and unit in {"month", "year"}:
        return calendar.cut_at(
            calendar.month(day.year, day.month, "early") if unit == "month" else calendar.year(day.year, "early"), day
        )
    if re.search(r"\b(?:later|end|rest|remainder|out)\b", words):
        return Interval(day, found.end, found.precision)
    return calendar.cut_at(found, day)


def _for_nth(match: re.Match[str], context: Context) -> Interval:
    day = context.published
    count = number(match["n"] or match["n2"])
    unit = (match["u"] or match["u2"] or match["u3"]).lower()
    if day is None or unit not in {"day", "night"} or not 1 <= count <= 60:
        return UNKNOWN
    return on(shifted(day, -(count - 1)), day)


def _for_span(match: re.Match[str], context: Context) -> Interval:
    """ "For three days", "in a week": up to publication, where that is short and bounded; else kept as a phrase."""
    day, unit = context.published, match["u"].lower()
    count = number(match["n"])
    if day is None or unit not in {"day", "week"} or count == 0:
        return UNKNOWN
    days = count * (7 if unit == "week" else 1)
    if context.future(match.start(), match.end()) or "within" in match.group().lower():
        return on(day, shifted(day, days)) if days <= 14 else UNKNOWN
    if days > 31 or days == 1 or _over(match, context):
        return UNKNOWN
    return Interval(shifted(day, -days), day, "week" if unit == "week" else "day")


_ENDED: Final = re.compile(
    r",? (?:(?:in|during) (?:\w+ )?(?:19|20)\d\d\b|and then|then|and when|before|until|till|but then)\b"
)


def _over(match: re.Match[str], context: Context) -> bool:
    """Whether the span was over before publication: "held it for two weeks in 2022", "for two weeks, then left"."""
    return _ENDED.match(context.text, match.end()) is not None or context.heading_year is not None


def _since_span(match: re.Match[str], context: Context) -> Interval:
    day, count = context.published, number(match["n"])
    if day is None or count == 0:
        return UNKNOWN
    found = _moved(day, count, match["u"].lower(), -1)
    if match["u"].lower() == "week":
        return Interval(shifted(day, -7 * count), day, "open")
    return Interval(found.start, day, "open")


def _since_then(match: re.Match[str], context: Context) -> Interval:
    anchor = context.anchor
    return Interval(anchor.start, context.published, "open") if anchor and anchor.start else UNKNOWN


def _at_the_time(match: re.Match[str], context: Context) -> Interval:
    """The time just told of; without one it is kept as a phrase."""
    return context.period_near(match.start()) or context.near(match.start()) or UNKNOWN


def _one_night(match: re.Match[str], context: Context) -> Interval:
    anchor = context.near(match.start())
    if anchor and anchor.start and anchor.end:
        return anchor if anchor.end > anchor.start else on(shifted(anchor.start, -1), anchor.start)
    return on(shifted(context.published, -1), context.published) if context.published else UNKNOWN


def _after_clause(match: re.Match[str], context: Context) -> Interval | None:
    """ "On Wednesday, a day after the dam gave way": the clause that follows is dated by the day just named."""
    anchor = context.anchor
    if anchor is None or anchor.start is None or match.start() - context.anchor_at > 12:
        return None
    unit = match["u"].lower()
    if unit == "hour":
        return anchor
    if not match["n"] or unit not in {"day", "week", "month", "year"}:
        return None
    return _moved(anchor.start, number(match["n"]), unit, -1)


def _coming(match: re.Match[str], context: Context) -> Interval:
    day = context.published
    if day is None:
        return UNKNOWN
    if not match["n"]:
        return Interval(day, None, "open")
    unit = match["u"].lower()
    factor = {"hour": 0, "day": 1, "night": 1, "week": 7, "month": 30, "year": 365}[unit]
    return Interval(
        day,
        shifted(day, max(1, number(match["n"]) * factor)),
        "day" if factor < 7 else "week" if factor == 7 else "month",
    )


def _all_day(match: re.Match[str], context: Context) -> Interval:
    if "night" in match.group().lower():
        return _at_night(match, context)
    return _day_part(match, context)


def _rule(name: str, gate: str, pattern: str, resolve: Resolver, needs: str | None = None) -> Rule:
    needed = None if needs is None else tuple(needs.split())
    return Rule(name, tuple(gate.split()), Pattern(rf"(?<![\w-])(?:{pattern})(?![\w-])"), resolve, needed)


def _long_words(kind: str) -> str:
    """Return the longest word of each phrase, the last of equals: rarer than the others."""
    phrases = [re.findall("[a-z]+", phrase.removesuffix("'s")) for phrase in PHRASES[kind]]
    return " ".join(sorted({max(reversed(words), key=len) for words in phrases}))


_PART: Final = r"(?:morning|afternoon|evening|night|noon|midday|midnight|dawn|lunchtime|daybreak|nightfall|hours)"
_HOUR: Final = rf"(?:{NUMBER}(?: o'clock)?)"

RULES: Final = (
    _rule("now", _long_words("now"), either(PHRASES["now"]), _now),
    _rule("until_now", _long_words("until_now"), either(PHRASES["until_now"]), _until_now),
    _rule("open", _long_words("open"), either(PHRASES["open"]), _open),
    _rule("deictic", "today yesterday tomorrow tonight",
          rf"(?P<lead>(?:(?:since|from|until|till|as of|by|before|on|late|early|later|earlier|at|in|the)[ ]|"
          rf"(?:early |late )?{_PART}(?: hours)? (?:of|on|to) "
          rf"|(?:before|around|after|at) (?:dawn|noon|midday|midnight) )*)(?:the (?:day|night) before yesterday|"
          rf"the day after tomorrow|today|yesterday|tomorrow|tonight)(?:'s)?(?: (?:at )?(?:early |late )?{_PART})?",
          _deictic),
    _rule("overnight", "overnight night nights",
          r"overnight|(?:during|in|over|throughout|through) (?:the|this|last) (?:last |past |"
          r"previous )?night(?! (?:of|to|before|between|into|vision|shift))|last night(?:'s)?|"
          r"(?:over)?night-time|the night's|the overnight|this past night", _overnight),
    _rule("night", "night nightfall",
        r"at night|(?:all|the whole|whole|all through the|by) night|under (?:the )?cover of (?:night|"
        r"darkness)|at night-?time|of night", _at_night),
    _rule("day_part",
        "morning afternoon evening noon dawn midday lunchtime daybreak nightfall hours lunch sunrise sunset dusk "
        "light dark "
        "midnight day daytime",
          r"(?:(?:in|during|since|by|until|till|from|towards?|throughout|over|around|about) (?:the )?(?:early |"
          r"late |next )?(?:morning|afternoon|evening|small hours|early hours|wee hours|(?:early )?morning hours|"
          r"evening hours|daytime)(?! of)"
          r"|(?:since|before|at|by|until|till|around|about|towards?|after|shortly before|shortly after|just before|"
          r"just after|from) (?:this )?(?:early )?(?:dawn|noon|midday|lunchtime|lunch|daybreak|nightfall|sunrise|"
          r"sunset|dusk|morning|first light|dark)"
          r"|(?:early|late|later) (?:in the (?:morning|afternoon|evening)|this (?:morning|afternoon|"
          r"evening))|between sunset and sunrise|during the day|by day|since this (?:noon|morning)|"
          r"by lunchtime)", _day_part),
    _rule("midnight", "midnight",
        r"(?:around|about|at|after|before|by|towards?|until|till|since|shortly before|"
        r"shortly after|just after|just before|past) midnight", _around_midnight),
    _rule("all_day", "all whole entire",
        r"(?:all|the whole|the entire|throughout the|all through the) (?:day|night|morning|evening|"
        r"afternoon)(?: long)?", _all_day),
    _rule("ago", "ago", rf"(?:since )?{_ABOUT}(?P<n>{NUMBER}|half a) (?P<u>{UNIT}|minute)s? ago", _ago),
    _rule("from_anchor",
        "hour hours minutes minute day days night nights morning evening week weeks month months year years",
          rf"{_ABOUT}(?:(?P<n>{NUMBER}) )?(?P<u>{UNIT}|minute|morning|evening)s? (?P<way>later|"
          rf"earlier|previously|afterwards|(?:before|after|prior)(?=[.,;:!?)]|$|\n| (?:he|she|it|"
          rf"they|said)\b))", _from_anchor,
          needs="later earlier previously afterwards before after prior"),
    _rule("same", "day night morning evening afternoon week month year weekend dawn",
          r"(?:(?:on|in|at|by|during|until|since) )?(?:(?:the |that )?(?:very )?same|that (?:very |same )?(?=day|"
          r"night|morning|evening|afternoon|week|month|year|weekend|dawn))(?: ?)(?P<u>day|night|morning|evening|"
          r"afternoon|week|month|year|weekend|dawn)(?! (?:before|after))",
          _same, needs="same that"),
    _rule("adjacent", "next following previous preceding",
          r"(?:(?:on|in|at|by|during|until|since) )?(?:the (?P<way>next|"
          r"following|previous|preceding)|(?P<bare>next|following)) (?P<u>day|"
          r"night|morning|evening|afternoon|week|month|year)(?!s)", lambda m, c: _adjacent_any(m, c)),
    _rule("day_before", "day night evening morning week month year eve",
        r"(?:(?:on|since|in) )?the (?:day|night|evening|morning|week|month|year) (?:before|"
        r"after)(?=[.,;:!?)”\"]|$|\n| (?:was|were|had|and|but|at|in|by|said|he|she|it|they|with|when|"
        r"near)\b)|(?:(?:on|since|in|at) )?the eve(?! of)", _day_before, needs="before after eve"),
    _rule("past", "past last previous preceding",
          rf"(?:(?:in|over|during|for|within|of|throughout|across|just in|only in|from) )?(?:the|"
          rf"these) (?:past|last|previous|preceding) (?:(?P<n>{NUMBER}) |(?P<some>several|few|"
          rf"couple of) )?(?P<u>{UNIT}s?)(?! of)", _past),
    _rule("past_bare", "last past",
          rf"(?:(?:in|over|during|for|within) )?(?:past|"
          rf"last) (?P<n>{NUMBER}) (?P<u>{UNIT}s)(?P<some>\b\B)?(?! of)", _past),
    _rule("last", "night morning evening afternoon weekend week month year noon dawn midday",
          r"(?:(?P<lead>(?:(?:since|until|till|by|before|from|early|earlier|late|later|in|on|at|during|"
          r"as of|as early as|already) ){0,3}))(?P<which>last|this|next)(?: same)? (?:early |very |past |"
          r"coming )?(?P<u>night|morning|evening|afternoon|weekend|week|month|year|noon|dawn|"
          r"midday)(?:'s)?(?! of)", _last, needs="last this next"),
    _rule("weekend", "weekend", r"(?:(?:over|at|on|in|during|by|since) )?the weekend(?:'s)?", _weekend),
    _rule("within_unit", "earlier later",
          r"(?:earlier|later) in the (?P<u>day|week|month|year)", _within_unit),
    _rule("since_unit", "day week month year",
          r"(?:since|from|at|by|until|till|before|in|towards) (?:the )?(?:start|beginning|end|"
          r"middle|out|rest) of (?:the |this )?(?:current )?(?P<u>day|week|month|year)(?! of|[a-z])", _within_unit,
          needs="start beginning end middle out rest"),
    _rule("years_end", "end out over",
        r"(?:by|until|till|before|at) the (?P<u>year|month|week|day)'s end|"
        r"before the (?P<v>year|month|week|day) is (?:out|over)", lambda m, c: _unit_end(m, c)),
    _rule("for_nth", "day night week month year",
          rf"(?:for|already) (?:a |the |its |their )?(?P<n>{ORDINAL}) (?:straight |consecutive |"
          rf"successive |running )?(?P<u>day|night|week|month|year)(?: (?:in a row|running|straight|"
          rf"in succession))?|(?:(?:a|the|its|their) )?(?P<n2>{ORDINAL}) (?:(?:straight|consecutive|"
          rf"successive|running) (?P<u2>day|night|week|month|year)|(?P<u3>day|night|week|month|"
          rf"year) (?:in a row|running|in succession))", _for_nth),
    _rule("since_span", "hours day days night week weeks month months year years",
        rf"since {_ABOUT}(?P<n>{NUMBER}) (?P<u>{UNIT})s?(?! ago)", _since_span, needs="since"),
    _rule("one_night", "night", r"in (?:a single|one|a) night", _one_night),
    _rule("adverbial_yet", "yet", r"yet(?=[.,;:)]| (?:of|been)\b)", _yet),
    _rule("after_clause", "hour hours day days week weeks month months year years",
        rf"{_ABOUT}(?:(?P<n>{NUMBER}) )?(?P<u>{UNIT})s? after(?= \w)", _after_clause, needs="after"),
    _rule("for_span", "hour hours day days night nights week weeks month months year years",
        rf"(?:for|in|within|over|after|during) {_ABOUT}(?P<n>{NUMBER}) (?P<u>{UNIT})s?(?! (?:ago|later|"
        rf"earlier|before|after|away|old))", _for_span),
    _rule("since_then", "then", r"(?:ever )?since then|from then on", _since_then),
    _rule("at_the_time", "time", r"at (?:the|that) time(?! of)", _at_the_time),
    _rule("this_day", "day", r"on this (?:very )?day|this very day", _now),
    _rule("hours", "hours minutes",
        r"within (?:hours|minutes)|(?:a few |several )?hours (?:later|earlier)", lambda m, c: _near_day(m, c)),
    _rule("coming", "coming next",
          rf"(?:in|over|during|within|for) (?:the )?(?:coming|next|nearest|"
          rf"following) (?:(?P<n>{NUMBER}) |few |several |couple of )?(?P<u>{UNIT})s", _coming),
    _rule("less_than", "hours",
        r"(?:in )?(?:less|no more|little more) than (?:24|48|12) hours(?: ago|"
        r" earlier| before)?", lambda m, c: _near_day(m, c)),
    _rule("clock", "0",
        r"(?:(?:at|by|around|about|from|until|till|since|before|after|as of|on|to|between) (?:about |"
        r"around |approximately )?)*(?:(?<![\d.,:/])(?:[01]?\d|2[0-3]):[0-5]\d(?:\s?(?:a\.?m\.?|p\.?m\.?|"
        r"hours))?|(?<![\d.,:$])\d{1,2} ?[ap]\.?m\.?|\d{1,2} o'clock)(?![\d:%])(?: in the (?:morning|"
        r"evening|afternoon)| of the morning)?(?: (?:moscow|kyiv|kiev|local) time)?(?! time)", _clock),
    _rule("clock_dot", "0", r"(?:(?<=\n)|(?<=[.!?] )|^)(?:[01]\d|2[0-3])\.[0-5]\d(?= ?[-–—:] )", _clock),
    _rule("clock_words", "morning evening night afternoon clock",
          rf"(?:(?:at|by|around|about|till|until|since|from|as of|soon after|"
          rf"shortly after) )(?:a quarter past |half past |"
          rf"a quarter to )?{NUMBER}(?: o'clock)?(?: in the (?:morning|evening|afternoon)| at night|"
          rf" that (?:morning|evening|night)| o'clock)|between {NUMBER} and {NUMBER} at night", _clock),
)  # fmt: skip


def _adjacent_any(match: re.Match[str], context: Context) -> Interval:
    if match["way"]:
        return _adjacent(match, context)
    unit = match["u"].lower()
    day = context.published
    if match["bare"].lower() == "next" and unit in {"week", "month", "year"}:
        if day is None:
            return UNKNOWN
        if unit == "week":
            return calendar.week_of(shifted(day, 7))
        first = calendar.months_before(day, -1 if unit == "month" else -12)
        return calendar.month(first.year, first.month) if unit == "month" else calendar.year(first.year)
    base = context.anchor.end if context.anchor else day
    return on(shifted(base, 1)) if base and unit in {"day", "morning"} else UNKNOWN


def _unit_end(match: re.Match[str], context: Context) -> Interval:
    day = context.published
    if day is None:
        return UNKNOWN
    unit = (match["u"] or match["v"]).lower()
    end = {"day": day, "week": calendar.week_of(day).end, "month": calendar.month_end(day.year, day.month)}.get(
        unit, date(day.year, 12, 31)
    )
    return Interval(None, end, "open")


def _near_day(match: re.Match[str], context: Context) -> Interval:
    anchor = context.near(match.start())
    if anchor:
        return anchor
    return on(context.published) if context.published else UNKNOWN
