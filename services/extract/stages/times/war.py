"""Phrases that date by the war itself: "since the full-scale invasion began", "in the first days of the war"."""

import re
from datetime import timedelta
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.times.calendar import UNKNOWN, Interval
from services.extract.stages.times.context import Context
from services.extract.stages.times.lexicon import WAR_NAMES, WAR_START, either

_WHOSE: Final = r"(?:the |russia's |moscow's |putin's |this |2022's |ukraine's |russian |2022 )*"
_NAME: Final = rf"{_WHOSE}(?:{either([name.lower() for name in WAR_NAMES])})\b"
_SPAN: Final = (
    r"(?:first (?:few )?(?:days?|hours?|weeks?|months?|week|month)|start|beginning|outbreak|onset|opening(?: days|"
    r" hours| weeks| months)?|early (?:days|weeks|months|hours|stages?|phase)|launch|eve|"
    r"initial (?:days|phase|stage|weeks))"
)

WAR: Final = Pattern(
    rf"\b(?P<lead>since|from|before|until|prior to|after|in|at|on|during|by|with|months before|weeks before|"
    rf"years before|shortly before)"
    rf"(?: the)? (?:very )?(?:(?P<part>{_SPAN}) of {_NAME}|(?P<bare>{_NAME})(?P<began> (?:began|started|broke out|"
    rf"was launched|erupted))?)"
    rf"|\b(?P<since>since|before) (?:russia|moscow|putin|the russians)(?: \w+)? (?:invaded|attacked ukraine|"
    rf"launched (?:its|the|his) (?:full-scale )?(?:invasion|war))(?: ukraine)?"
)  # fmt: skip
"""In lower case, as the text is in which it is sought."""
GATE: Final = tuple({name.split()[-1].lower() for name in WAR_NAMES} | {"invaded", "attacked"})
_LENGTHS: Final = (("hour", 0), ("day", 4), ("week", 27), ("month", 90))


def resolve_war(match: re.Match[str], context: Context) -> Interval | None:
    """Return the days meant; None where the phrase is no time ("in the war"), or the text is older than the war."""
    published = context.published
    if published is not None and published < WAR_START:
        return None
    lead = (match["lead"] or match["since"]).lower()
    part = (match["part"] or "").lower()
    if lead in {"since", "from"}:
        return Interval(WAR_START, published, "open")
    if "before" in lead or lead in {"until", "prior to"} or part == "eve":
        return Interval(None, WAR_START - timedelta(days=1), "open")
    if not part:
        return Interval(WAR_START, published, "open") if lead == "after" and match["began"] else None
    if lead in {"with", "by", "after"}:
        return UNKNOWN
    if part.startswith(("early ", "opening ", "initial ")) and part.split()[-1] in {"weeks", "months"}:
        return Interval(WAR_START, WAR_START + timedelta(days=27 if "week" in part else 90), "month")
    if part in {"first week", "opening", "opening days"} or part.startswith(
        ("start", "beginning", "outbreak", "onset", "launch", "initial", "early")
    ):
        return Interval(WAR_START, WAR_START + timedelta(days=6), "week")
    days = next((length for word, length in _LENGTHS if word in part), 6)
    return Interval(WAR_START, WAR_START + timedelta(days=days), "day" if days < 7 else "month")
