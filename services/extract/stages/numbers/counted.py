"""What a figure counts: the noun behind it, the measure, the currency, the rate, and what is not a count at all."""

import re
from dataclasses import dataclass
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.numbers.lexicon import (
    CALIBRES,
    CARDINALS,
    CURRENCIES,
    MEASURES,
    NAMED_BEFORE,
    NOUNS,
    TIME_UNITS,
    singular,
)

_TOKEN: Final = Pattern(r"[ \u00a0]?([“\"'(]?)([A-Za-zÀ-ÿА-я][\w.'’-]*\w|[A-Za-z])")
_STOP: Final = frozenset(
    (  # noqa: SIM905
        "in on at of to from by with for and or but as that which who whose whom while when where after before during "
        "near around between over under into onto per a an the is are was were be been being has have had will would "
        "could may might can did does do not no it they he she we i this these those its their his her our there than "
        "more also still already who's since until against along across toward towards through remain remained "
        "remains live lived living said says because if so then now today yesterday away north south east west out up "
        "down off took take taken came come went go left left fled died die perished suffered received lost lost, "
        "stood stand rose fell reached within"
    ).split()
)
_MEASURE: Final = Pattern(
    rf"[ \u00a0-]?({'|'.join(sorted(map(re.escape, MEASURES), key=len, reverse=True))})(?:s|es)?(?![\w²]|-[a-z])",
    re.IGNORECASE,
)
_MONEY: Final = Pattern(
    rf" ?(?:[a-z]+ )?({'|'.join(re.escape(c) for c in CURRENCIES if c.isalpha())})s?\b", re.IGNORECASE
)
_PERCENT: Final = Pattern(r" ?%| ?per ?cent\b(?:age points?)?| pct\b| percents?\b| of one hundred\b", re.IGNORECASE)
_RATE: Final = Pattern(
    r",? (?:(?:a|an|per|each|every) (day|night|week|month|year|hour|minute)|(daily|nightly|weekly|monthly|hourly|"
    r"annually))\b(?! (?:ago|later|earlier|before|after|old))",
    re.IGNORECASE,
)
_RATES: Final = {
    "daily": "day",
    "nightly": "night",
    "weekly": "week",
    "monthly": "month",
    "hourly": "hour",
    "annually": "year",
}
_BEFORE: Final = Pattern(r"(?:([A-Za-z№#][\w-]*)[.:]? ?)$")
_AGE_AFTER: Final = Pattern(r"-?years?[- ]old\b| years old\b| years? of age\b|-year\b", re.IGNORECASE)
_AGE_BEFORE: Final = Pattern(
    r"\b(?:aged?|ages)(?: (?:between|from|of|about))?[ \d,andto–-]*$|\b(?:boy|girl|man|woman|child|lad|teenager|"
    r"son|daughter|old|twins|civilian|resident|pensioner|youth|guy|people) of $|(?<=[a-z]), $"
)
"""In lower case, as what it is sought in."""
_FAR_RATE: Final = Pattern(r"(?: [\w-]+){1,4} (?:per|every|each) (day|night|week|month|hour)\b", re.IGNORECASE)
_FLOWING: Final = frozenset({"people", "military", "displaced", "munitions", "strikes", "killed", "wounded"})
_ADVERB_RATE: Final = Pattern(
    r"[^,.;:!?\d\n\"“”()]{1,70} (?:(daily|nightly|weekly|monthly|hourly)|(?:every|each|per) "
    r"(day|night|week|month|hour))\b(?! (?:later|earlier|before|after|ago|ahead))",
    re.IGNORECASE,
)
"""A rate at the end of the clause: "1,200 people leave the towns of the oblast daily"."""
_EACH: Final = Pattern(r",? (?:each|apiece|from each side|on each side|per side|a side)\b(?! (?:day|night|week|month))")
_OF_THEM: Final = Pattern(r" (?:of|among|out of) (?:them|whom|these|those|which)\b", re.IGNORECASE)
_OF_MORE: Final = Pattern(
    r" (?:(?:[A-Za-z]+ )?out of|of|from) (?:the |a total of |all |some |about |more than |over |its |their |"
    r"those )?(?=\d|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thir|twen|for|fif)\w*)",
    re.IGNORECASE,
)
_COMPOUND: Final = Pattern(r"-(?!(?:strong|odd|plus)\b)[A-Za-z]")


@dataclass(slots=True)
class Counted:
    """`end`: where the phrase ends; `kind`: the noun's class in the lexicon, or "" where it has none."""

    end: int
    noun: str | None = None
    kind: str = ""
    unit: str | None = None
    per: str | None = None
    percent: bool = False
    anaphor: bool = False
    """ "Of them", "others": what is counted was named before."""


_LAST_WORD: Final = Pattern(r"([\w'’-]+), $")


def is_no_count(text: str, core: int, end: int, digits: bool) -> bool:
    """Whether the figure is an age, a date's part, a calibre, a name's number: anything but a count."""
    before = text[max(0, core - 40) : core]
    if _AGE_AFTER.match(text, end) or (digits and _COMPOUND.match(text, end)):
        return True
    if not digits and _COMPOUND.match(text, end):
        return True
    if end < len(text) and text[end] in ":/" and end + 1 < len(text) and text[end + 1].isdigit():
        return True
    age = _AGE_BEFORE.search(before.lower())
    if age:
        if age.group() != ", ":
            return True
        number = text[core:end]
        if (
            number.isdigit()
            and 1 <= int(number) <= 110
            and (text[end : end + 1] in {",", "."})
            and ((person := _LAST_WORD.search(before)) is not None)
            and (person.group(1)[:1].isupper() or NOUNS.get(person.group(1)) in {"people", "military"})
        ):
            return True
    word = _BEFORE.search(before, before.rfind(" ", 0, -1) + 1) if digits else None
    if word and word.group(1) in NAMED_BEFORE:
        return True
    after = _TOKEN.match(text, end)
    if after and not after.group(1):
        following = after.group(2).lower().rstrip(".")
        base = singular(following)
        if base in CALIBRES or following in CALIBRES:
            return True
        if base in TIME_UNITS or following in {"a.m", "p.m", "am", "pm", "o'clock", "gmt"}:
            return True
        if (
            digits
            and base in {"brigade", "regiment", "battalion", "division", "army", "corps"}
            and following == base
            and int(float(_plain(text[core:end]))) > 3
        ):
            return True
    return False


def _plain(words: str) -> str:
    found = re.match(r"\d+", words)
    return found.group() if found else "0"


_MORE: Final = Pattern(r" (?:more|further|additional|other|extra|new)(?= [a-z])(?! than\b)", re.IGNORECASE)


def counted(text: str, end: int, currency: str | None) -> Counted:
    """Return what stands behind a figure that ends at `end`; "two more launchers" are launchers."""
    more = _MORE.match(text, end)
    if more:
        thing = _counted(text, more.end(), currency)
        if thing.kind or thing.unit:
            return thing
    return _counted(text, end, currency)


def _counted(text: str, end: int, currency: str | None) -> Counted:
    percent = _PERCENT.match(text, end)
    if percent:
        return Counted(percent.end(), "percent", "percent", "%", None, True)
    if currency:
        return Counted(end, currency, "sum", currency, _rate(text, end)[1])
    measure = _MEASURE.match(text, end)
    if measure:
        kind, unit = MEASURES[measure.group(1).lower()]
        stop, per = _rate(text, measure.end())
        return Counted(stop, unit, kind, unit, per)
    money = _MONEY.match(text, end)
    if money:
        code = CURRENCIES[money.group(1).lower()]
        stop, per = _rate(text, money.end())
        return Counted(stop, code, "sum", code, per)
    if _OF_THEM.match(text, end):
        match = _OF_THEM.match(text, end)
        return Counted(match.end() if match else end, None, "", anaphor=True)
    more = _OF_MORE.match(text, end)
    if more:
        return Counted(end, None, "of_more")
    return _noun(text, end)


def _rate(text: str, end: int) -> tuple[int, str | None]:
    rate = _RATE.match(text, end)
    if not rate:
        return end, None
    return rate.end(), (rate.group(1) or _RATES[rate.group(2).lower()]).lower()


_OF: Final = Pattern(r" of (?:the |its |their |his |our )?", re.IGNORECASE)


def _noun(text: str, end: int) -> Counted:
    at, hit, last, words = end, None, None, 0
    of = _OF.match(text, end)
    if of and not re.match(r"(?:them|whom|which|these|those|it)\b", text[of.end() : of.end() + 6]):
        at = of.end() - 1 if text[of.end() - 1] == " " else of.end()
    while words < 6 and (match := _TOKEN.match(text, at)):
        word = match.group(2)
        low = word.lower()
        base = singular(word)
        if low in _STOP or low in CARDINALS or (match.group(1) and hit):
            break
        if base in NOUNS:
            kind = NOUNS[base]
            hit = (base, kind, match.end())
            if kind in {"killed", "wounded", "missing", "displaced"} and last is None:
                break
        elif hit:
            break
        elif low.endswith("ly") is False and len(low) > 2:
            last = (base, match.end(), low.endswith("s")) if last is None or not last[2] else last
        words += 1
        at = match.end()
        if text[at : at + 1] in {",", ".", ";", ":", ")"}:
            break
        if text[at : at + 1] == "'" or text[at : at + 2] == "’s":
            break
    if hit:
        base, kind, stop = hit
        if kind == "equipment" and re.search(r"(?i:unmanned|uncrewed)", text[end:stop]):
            base, kind = "drone", "munitions"
        stop, per = _rate(text, stop)
        far = _FAR_RATE.match(text, stop) if per is None else None
        per = far.group(1).lower() if far else per
        if per is None and kind in _FLOWING:
            far = _ADVERB_RATE.match(text, stop)
            per = (_RATES[far.group(1).lower()] if far.group(1) else far.group(2).lower()) if far else None
        if per is None and kind == "captured" and _EACH.match(text, stop):
            per = "side"
        return Counted(stop, base, kind, None, per)
    bare, per = _rate(text, end)
    if per:
        return Counted(bare, None, "", None, per)
    if last and last[2]:
        stop, per = _rate(text, last[1])
        return Counted(stop, last[0], "", None, per)
    return Counted(end)
