"""The figure itself: digits and words to values, with what bounds it. "More than 40", "2,5 thousand", "two dozen"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.contracts.taxonomy import Bound
from services.extract.pattern import Pattern
from services.extract.stages.alternatives import alternatives
from services.extract.stages.numbers.lexicon import BOUNDS, CARDINALS, CURRENCIES, MULTIPLIERS, SHARES, VAGUE
from services.extract.stages.wordindex import DIGITS, WordIndex

_DIGITS: Final = r"\d{1,3}(?:(?:[,.'][0-9]{3})+|(?: [0-9]{3})+)(?![\d]|[.,]\d)|\d{1,15}(?:[.,]\d{1,3})?"
_SMALL: Final = alternatives(CARDINALS)
_LARGE: Final = r"(?:hundred|thousand|million|billion|trillion|dozen|score|mln|bln|mn|bn)"
_TENS: Final = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUM: Final = rf"(?:(?:{_TENS})[- ](?:one|two|three|four|five|six|seven|eight|nine)\b|(?:{_SMALL})\b)"
_WORDS: Final = (
    rf"(?:(?:{_NUM}|half an?|another|an?)(?: and a half)?(?:[ -]{_LARGE}(?!s))+(?: and a half)?"
    rf"(?:(?: and)? {_NUM}(?:[ -]{_LARGE}(?!s))*)*(?: and a half)?|{_NUM}(?: and a half)?)"
)
_CURRENCY_SIGN: Final = r"(?:us ?\$|[$€£₴₽])"
_BOUND: Final = rf"(?:(?:{alternatives(BOUNDS)}|between|almost) )"
_ONE: Final = (
    rf"(?:{_CURRENCY_SIGN} ?)?(?:{_DIGITS}|{_WORDS})(?:[ -]?(?:hundred|thousand|million|billion|trillion|mln|bln|"
    rf"dozen)s?\b|(?:bn|mn|[kmb](?=\b))(?=[\W]|$))?"
)

FIGURE: Final = Pattern(
    rf"(?<![\w.,:/$€£№#+-])(?P<bound>{_BOUND}{{0,3}})(?:"
    rf"(?P<vague>{alternatives(VAGUE)})"
    rf"|(?P<first>{_ONE})(?:(?: ?[-–—] ?| to | or | and (?=\S+)(?P<between>)|-to-)(?P<second>{_ONE})(?=\W))?"
    rf")(?P<plus>\+| or more| or so| plus)?(?![\w])"
)
"""In lower case, as the text is in which it is sought."""
SHARE: Final = Pattern(
    rf"(?i:(?<![\w-])(?P<bound>{_BOUND}{{0,3}})(?P<share>{alternatives(SHARES)})"
    r"(?= of\b| the\b| its\b| their\b| his\b))"
)
_IN_DIGITS: Final = Pattern(_DIGITS)
_THOUSANDS: Final = Pattern(r"\d{1,3}(?:[.,]\d{3})+")
_LETTERS: Final = Pattern(r"[a-z]+")
_PART: Final = Pattern(rf"(?i:(?P<digits>{_DIGITS})|(?P<words>[a-z][a-z -]*[a-z]))")


_CHANGED: Final = Pattern(
    r"\b(?:rose|risen|rises|rising|grew|grown|increased|jumped|climbed|soared|gone up|went up|fell|fallen|dropped|"
    r"raised|lowered|revised|corrected|updated|doubled|up|down)(?: \w+ly)?(?: by)? (?:from )?$",
    re.IGNORECASE,
)
"""What goes on with two figures of which the second one counts: "the toll rose from 25 to 27", "by two to 27"."""


_HANDED: Final = Pattern(r"(?<!\b[Ii]n )\b(?:hand(?:s|ed|ing)?|turn(?:s|ed|ing)?)\s$")
"""Verbs that "over" belongs to and not to the figure behind it: "hand over 19 jets"."""


@dataclass(slots=True)
class Figure:
    """A value or a range, where it stands, and how it is bounded. `start` includes the words of the bound."""

    start: int
    end: int
    core: int
    """Where the figure without its bound begins."""
    low: float | None
    high: float | None
    bound: Bound | None
    value: float | None
    currency: str | None = None
    vague: bool = False
    digits: bool = True


_PHRASES: Final = (*BOUNDS, *VAGUE, *CARDINALS, *_TENS.split("|"), "between", "almost", "half", "another", "a", "an")
_FIRST_WORDS: Final = frozenset(re.split("[^a-z]", phrase, maxsplit=1)[0] for phrase in _PHRASES) | {DIGITS, "us"}
"""What figures begin with, with their bounds: any run of digits, "US$", or one of these."""
_OTHERS: Final = "".join(sorted({phrase[0] for phrase in _PHRASES if not phrase[0].isalpha()} | set("$€£₴₽")))
_SIGNS: Final = Pattern(f"[{re.escape(_OTHERS)}]")
"""What else they begin with."""


def figures(words: WordIndex) -> list[Figure]:
    """Return every figure, whatever it counts, in order."""
    text, low, at = words.text, words.low, 0
    read: list[Figure] = []
    starts = words.among(_FIRST_WORDS)
    signs = [sign.start() for sign in _SIGNS.finditer(text)]
    for start in sorted(starts + signs) if signs else starts:
        match = FIGURE.match(low, start) if start >= at else None
        if match is not None:
            found = list(_read(text, match))
            at = max(found[-1].end if found else match.end(), match.start() + 1)
            read += found
    return read


def _read(text: str, match: re.Match[str]) -> Iterator[Figure]:
    bound_words = match["bound"].lower().strip()
    bounds = {BOUNDS.get(words, words) for words in _split_bounds(bound_words)}
    core = match.end("bound")
    if bound_words == "over" and _HANDED.search(text, max(0, match.start() - 12), match.start()):
        bounds = set()
    if match["vague"]:
        low, high = VAGUE[match["vague"].lower()]
        bound: Bound | None = (
            "over" if "over" in bounds else "about" if "about" in bounds else "under" if "under" in bounds else None
        )
        yield Figure(match.start(), match.end(), core, low or None, high or None, bound, None, None, True, False)
        return
    first, currency = value(match["first"])
    if first is None:
        return
    digits = any(c.isdigit() for c in match["first"])
    if match["second"]:
        second, other = value(match["second"])
        changed = text[match.end("first") : match.start("second")].strip() == "to"
        if second is not None and changed and _CHANGED.search(text, max(0, match.start() - 40), match.start()):
            at = match.start("second")
            yield Figure(at, match.end(), at, second, second, None, second, other, False, digits)
            return
        ranged = second is not None and second > first and (match["between"] is None or "between" in bounds)
        if ranged and second is not None:
            scale = _scale(match["second"])
            if scale > 1 and first < 1000 <= second and _scale(match["first"]) == 1 and first * scale < second:
                first *= scale
            about: Bound | None = "about" if "about" in bounds else None
            yield Figure(match.start(), match.end(), core, first, second, about, None, currency or other, False, digits)
            return
        end = match.end("first")
        yield _bounded(match.start(), end, core, first, bounds, currency, "", digits)
        return
    yield _bounded(match.start(), match.end(), core, first, bounds, currency, match["plus"] or "", digits)


_LONGEST_FIRST: Final = sorted(BOUNDS, key=len, reverse=True)


def _split_bounds(words: str) -> list[str]:
    found, rest = [], words
    while rest:
        for known in _LONGEST_FIRST:
            if rest == known or rest.startswith(known + " "):
                found.append(known)
                rest = rest[len(known) :].strip()
                break
        else:
            head, _, rest = rest.partition(" ")
            found.append(head)
    return found


def _bounded(
    start: int, end: int, core: int, number: float, bounds: set[str], currency: str | None, plus: str, digits: bool
) -> Figure:
    plus = plus.strip().lower()
    low: float | None = number
    high: float | None = number
    bound: Bound | None = None
    if "over" in bounds:
        low, high, bound = (number + 1 if number == int(number) else number), None, "over"
    elif "at_least" in bounds or plus in {"+", "or more", "plus"}:
        low, high = number, None
    elif "up_to" in bounds:
        low, high = None, number
    elif "under" in bounds:
        low, high, bound = None, number, "under"
    elif "about" in bounds or plus == "or so":
        bound = "about"
    return Figure(start, end, core, low, high, bound, number, currency, False, digits)


def value(words: str) -> tuple[float | None, str | None]:
    """Return the value of a figure's words, and the currency whose sign stands before them."""
    text = words.lower().replace("\u00a0", " ").strip()
    currency = None
    for sign in ("us$", "us $", "$", "€", "£", "₴", "₽"):
        if text.startswith(sign):
            currency = CURRENCIES["$" if "$" in sign else sign]
            text = text[len(sign) :].strip()
            break
    number = _IN_DIGITS.match(text)
    if number:
        found = digits_value(number.group())
        rest = text[number.end() :].strip(" -")
        if rest:
            rest = rest if rest in MULTIPLIERS else rest.removesuffix("s")
            found *= {"dozen": 12, "hundred": 100}.get(rest, MULTIPLIERS.get(rest, 1))
        return found, currency
    return _words_value(text), currency


def digits_value(digits: str) -> float:
    """ "1,204", "1.204", "30 000" are thousands; "2,5" and "1.45" have decimals."""
    compact = digits.replace(" ", "").replace("'", "")
    if _THOUSANDS.fullmatch(compact) and not compact.startswith("0"):
        return float(compact.replace(",", "").replace(".", ""))
    return float(compact.replace(",", "."))


def _scale(words: str) -> int:
    for word in _LETTERS.findall(words.lower()):
        if word in MULTIPLIERS and MULTIPLIERS[word] >= 100:
            return MULTIPLIERS[word]
    return 1


def _words_value(text: str) -> float | None:
    total, current, seen = 0.0, 0.0, False
    half = " and a half" in text
    for word in _LETTERS.findall(text.replace(" and a half", "")):
        if word in CARDINALS:
            current += CARDINALS[word]
            seen = True
        elif word == "half":
            current += 0.5
            seen = True
        elif word in {
            "dozen",
            "score",
            "hundred",
            "thousand",
            "million",
            "billion",
            "trillion",
            "mln",
            "bln",
            "mn",
            "bn",
        }:
            factor = {"dozen": 12, "score": 20}.get(word) or MULTIPLIERS[word]
            current = (current if seen or current else 1) or 1
            if half:
                current, half = current + 0.5, False
            if factor >= 1000:
                total, current = total + current * factor, 0.0
            else:
                current *= factor
            seen = True
    if half:
        current += 0.5
    return total + current if seen else None
