"""Words that point back at places named together: "both towns" at all of them, "the latter" at one. Part of places."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from services.extract.document import Document, PlaceMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.wordindex import index_of

_DATA: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("groups.toml").read_text(encoding="utf-8"))
_WORDS: Final[dict[str, str]] = {name: "|".join(words.split()) for name, words in _DATA["words"].items()}
EXAMPLES: Final[list[dict[str, str | list[str]]]] = _DATA["examples"]
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5}
_POINTS: Final = Pattern(
    rf"""\b(?:
      the\ (?:(?P<last>latter|last[- ](?:mentioned|named))|(?P<first>former|first[- ](?:mentioned|named)))
        (?:\ (?:of\ (?:the\ two|these|them)|(?:{_WORDS["single"]})))?
        (?=['’]s\b|\s*[,.;:!?)—–]|\s+(?:{_WORDS["after"]})\b)
    | the\ (?P<second>second)\ (?:of\ (?:the\ two|these|them|those))
    | the\ (?P<one>first)\ (?:of\ (?:the\ two|these|them|those))
    | (?:both|neither)\ (?:of\ )?(?:(?:the|these|those)\ )?(?:two\ )?
      (?:(?:{_WORDS["plural"]}|{_WORDS["single"]})\b|of\ them)
    | (?-i:Both)(?=\ (?:{_WORDS["both"]})\b)
    | (?:all|these|those|the)\ (?:the\ |these\ )?(?P<count>two|three|four|five)
      \ (?:[a-z-]+\ )?(?:{_WORDS["plural"]})\b(?!\ (?:that|which|who|near|around|in\ the|of|along|on\ the)\b)
    | (?:these|those)\ (?:[a-z-]+\ )?(?:{_WORDS["plural"]})\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BEGINS: Final = Pattern(
    r"[ABNTabnt](?=(?i:oth|either|hese|hose|ll (?:the |these )?(?:two|three|four|five)"
    r"|he (?:latter|former|last|first|second|(?:the |these )?(?:two|three|four|five)))\b)"
)
"""Where such words can begin: quickly seen, so that all of them are tried at few places."""
_FIRST_WORDS: Final = ("all", "both", "neither", "the", "these", "those")
_GAP: Final = Pattern(
    r"\s*(?:\([^)]{0,40}\)\s*)?(?:,|,?\s*(?:and|or|as\ well\ as|&|/))\s*"
    r"(?:(?:also|in|at|near|around|then|to|of|from|nearby)\s+){0,2}(?:the\s+)?(?:(?:neighbou?ring|nearby|occupied)\s+)?(?:(?:villages?|settlements?|towns?|city|cities)\s+(?:of\s+)?)?"
)
"""What stands between two places of one list."""
_BACK: Final = 500
"""Characters that are gone back to find the places named together."""
_MOST: Final = 6


def groups(doc: Document, mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Return the mentions that point back at several of `mentions` (in the order of the text), or at one of them."""
    if len(mentions) < 2:
        return []
    starts = [m.span.start for m in mentions]
    found: list[PlaceMention] = []
    end = 0
    for begin in index_of(doc.text).places(_FIRST_WORDS):
        if begin < end or _BEGINS.match(doc.text, begin) is None:
            continue
        match = _POINTS.match(doc.text, begin)
        if match is None:
            continue
        end = match.end()
        count = _COUNTS.get((match.group("count") or "").lower(), 0)
        together = _together(doc.text, mentions[: bisect_left(starts, match.start())], match.start(), count)
        if not together:
            continue
        span = Span(*match.span())
        if match.group("last"):
            found.append(_pointing(together[-1], span))
        elif match.group("second"):
            found.append(_pointing(together[1], span))
        elif match.group("first") or match.group("one"):
            found.append(_pointing(together[0], span))
        else:
            found.append(
                replace(_pointing(together[0], span), together=tuple(_pointing(p, span) for p in together[1:]))
            )
    return found


def _together(text: str, before: Sequence[PlaceMention], start: int, count: int) -> list[PlaceMention]:
    """Return the places last named in one list before `start`, of `count` members where that is told."""
    end = len(before)
    while end > 1 and start - before[end - 1].span.end <= _BACK:
        first = end - 1
        while first > 0 and _listed(text, before[first - 1], before[first]):
            first -= 1
        unique = {m.name: m for m in before[first:end]}
        if len(unique) > 1 and (count == 0 or len(unique) == count) and len(unique) <= _MOST:
            return list(unique.values())
        end = first if first < end - 1 else end - 1
    return []


def _listed(text: str, one: PlaceMention, other: PlaceMention) -> bool:
    if one.adjective or other.adjective or one.kind == "country" or other.kind == "country":
        return False
    end = (one.phrase or one.span).end if one.kind == "oblast" else one.span.end
    gap = text[end : other.span.start]
    return len(gap) < 70 and _GAP.fullmatch(gap) is not None


def _pointing(place: PlaceMention, span: Span) -> PlaceMention:
    return replace(place, span=span, relation="in", phrase=span, anaphor=True, other=None, rule="anaphor:group")
