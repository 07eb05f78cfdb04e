"""Cues in the word order of a machine's translation: "informs the mayor", "about what said the ministry", "in the staff
they noted that".

One of the makers of cues (`cues`); the words are in `translated.toml`.
"""

import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.contracts.taxonomy import Act
from services.extract.document import Span
from services.extract.pattern import Pattern
from services.extract.stages.alternatives import alternatives
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.lexicon import Lexicon, word_of
from services.extract.stages.claims.nominal import named_after
from services.extract.stages.claims.sources import Speakers, Spoken, is_common
from services.extract.stages.claims.subjects import name_behind, titled_to
from services.extract.stages.claims.words import Line

_SHORT: Final = 3
"""Words that must stand before "…, informs the mayor", or else it says nothing."""
_LONG: Final = 110
"""Characters in which an inverted speaker is named."""
_ENDS: Final = Pattern(r"\s*(?:[.,;:!]|$|[\"“”»]|\b(?:on|in|at|to|during|with|via|that|yesterday|today)\b)")
_ABOUT: Final = (
    r"(?:(?:^|[,;–—-]\s*)(?:and\s+)?(?:about|of|on)\s+(?:this|it|what|which|that)(?:\s+(?:yesterday|today|also|on\s+\w+))?|"
    r",\s+this)"
)
_IN: Final = r"(?:^|[,;–—-]\s*|\b(?:and|but|while|that)\s+)in\s+"


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("translated.toml").read_text(encoding="utf-8"))


@cache
def _patterns() -> dict[str, Pattern]:
    """Return the pattern of each wording; `who` begins where the speaker is named."""
    words = {key: alternatives(value, blank=r"\s+") for key, value in _words().items() if key != "examples"}
    message = rf"(?:(?:the|a|an|its|his|her|their)\s+)?(?:[\w-]+\s+){{0,3}}?(?:{words['messages']})\s+(?:of|from|by)\s+"
    passive = rf"(?:it\s+)?(?:is|was|has\s+been)\s+(?:also\s+)?(?:{words['said']})"
    return {
        "inverted": Pattern(rf",\s+(?P<verb>{words['inverted']})\s+(?=[\w\"“«])"),
        "about": Pattern(
            rf"{_ABOUT}\s+(?P<verb>{words['about']})\s+(?:(?:by|in|from)\s+)?(?:{message})?(?=\w|[\"“«])", re.IGNORECASE
        ),
        "in": Pattern(rf"{_IN}(?:{message})?(?=\w)", re.IGNORECASE),
        "they": Pattern(rf"\s*,?\s+(?:(?:they|{passive}|it\s+(?:is|was))\s+)?(?:also\s+)?"
                           rf"(?:(?<=they\s)(?:{words['active']})\b|(?<=\s){passive}\b)(?P<rest>)", re.IGNORECASE),
        "own": Pattern(
            rf"(?:^|[:;,]\s*)in\s+(?:the|its|their|this)\s+(?:[\w-]+\s+){{0,2}}?(?:{words['messages']})\s+{passive}\b",
            re.IGNORECASE,
        ),
        "bare": Pattern(rf"\s+(?:(?P<denying>{words['denying']})|(?:{words['bare']}))\b", re.IGNORECASE),
        "as": Pattern(
            rf"(?:^|,\s+)as\s+(?:(?:{passive}|(?:it\s+)?(?:{words['said']}))\s+(?:in|by|at)"
            rf"|(?:they\s+(?:{words['active']})|(?:{words['bare']}))\s+(?:in|at))"
            rf"\s+(?:{message})?(?=\w)",
            re.IGNORECASE,
        ),
        "behind": Pattern(
            rf",\s+(?:they\s+(?:{words['active']})|{passive}|(?:{words['said']})|(?:{words['bare']}))\s+(?:in|at)\s+(?:{message})?(?=\w)",
            re.IGNORECASE,
        ),
    }  # fmt: skip


@cache
def _needed() -> dict[str, frozenset[str]]:
    """Return a word of each phrase: a sentence that has none of a list's is not searched for that list's pattern."""
    lists = {key: value for key, value in _words().items() if key != "examples"}
    needed = {key: frozenset(word_of(phrase) for phrase in phrases) for key, phrases in lists.items()}
    return needed | {"told": needed["said"] | needed["active"] | needed["bare"] | needed["denying"]}


def examples() -> list[tuple[str, str]]:
    """Return the lexicon's examples: sentence with the event's word in brackets, and the words of the source."""
    return [(sentence, source) for sentence, _, source in (text.rpartition("=") for text in _words()["examples"])]


def translated_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """Return the cues of a sentence whose words stand in the order of another language."""
    found: list[Cue] = []
    words, needed = line.vocabulary, _needed()
    comma = "," in line.text
    if comma and not words.isdisjoint(needed["inverted"]):
        found += _inverted(line, speakers, lexicon)
    if words.isdisjoint(("this", "what", "it", "they", "as", "in", "which")):
        return found
    if not words.isdisjoint(needed["about"]) and _tells_about(line):
        found += _about(line, speakers, lexicon)
    told = not words.isdisjoint(needed["told"])
    if told and "in" in words and _opens_in(line):
        found += _in_body(line, speakers, lexicon)
    if told and ("as" in words or comma) and not words.isdisjoint(("in", "by", "at")):
        found += _as(line, speakers, lexicon)
    return found


_TOPIC: Final = frozenset({"this", "it", "what", "which", "that"})
_OF_TOPIC: Final = frozenset({"about", "of", "on"})
_BEFORE_IN: Final = frozenset({",", ";", ":", "–", "—", "-", "and", "but", "while", "that"})


def _tells_about(line: Line) -> bool:
    """Whether "about this" or ", this" stands in a sentence, which `about` cannot do without."""
    words = line.words
    for place in range(1, len(words)):
        if words[place].low in _TOPIC:
            before = words[place - 1].low
            if before in _OF_TOPIC or (before == "," and words[place].low == "this"):
                return True
    return False


def _opens_in(line: Line) -> bool:
    """Whether an "in" opens the sentence or a part of it, which `own` and `in` cannot do without."""
    before = ","
    for word in line.words:
        if word.low == "in" and before in _BEFORE_IN:
            return True
        before = word.low
        if before.endswith("-in"):
            return True
    return False


def _cue(span: Span, spoken: Spoken, core: Span, *, left: bool, right: bool, act: Act = "says") -> Cue:
    return Cue("translated", act, "asserts", span, spoken, core, left=left, right=right)


def _named(line: Line, at: int, speakers: Speakers, lexicon: Lexicon) -> Spoken | None:
    """Return who is named by the words at `at`, where it is a person, an office or a body and ends soon."""
    quoted = _QUOTED.match(line.text, at - line.start)
    if quoted is not None:
        span = Span(at + 1, line.start + quoted.end() - 1)
        known = next((m for m in line.speakers if m.span.overlaps(span)), None)
        return Spoken(known or speakers.unknown(line, span.start, span.end), Span(at, span.end + 1))
    spoken = named_after(line, at, speakers, lexicon)
    if spoken is None:
        titled = titled_to(line, at - 1, speakers)
        spoken = name_behind(line, titled - 1, speakers) if titled >= at else None
    if spoken is None or spoken.pronoun or spoken.mention.kind in ("narrator", "CIV"):
        return None
    if is_common(spoken.mention):
        person = name_behind(line, spoken.span.end, speakers)
        if person is not None:
            return person
        rest = _PHRASE.match(line.text, spoken.span.end - line.start)
        if rest is not None and rest.end() > rest.start():  # analysts of the group "Hrim"
            span = Span(spoken.span.start, line.start + rest.end())
            words = line.between(span.start, span.end)
            spoken = Spoken(replace(spoken.mention, span=span, surface=words, name=words), span)
    return spoken if spoken.span.end - at <= _LONG else None


_PHRASE: Final = Pattern(
    r"(?:\s+(?:of|from|at|in|with)\s+(?:the\s+)?(?:[\w’'-]+\s+){0,2}(?:[\"“«][^\"”»]{2,40}[\"”»]|[A-Z][\w’'-]+))?"
)
"""What tells of whom a common noun is meant."""
_QUOTED: Final = Pattern(r"[\"“«][^\"”»]{2,40}[\"”»]")


def _inverted(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "…, informs the mayor": who speaks ends the sentence or is set off by a comma."""
    found = []
    for match in _patterns()["inverted"].finditer(line.text):
        at, verb = line.start + match.end(), line.start + match.start("verb")
        if match.start() < 12 or len(line.within(line.start, verb)) <= _SHORT or line.in_quotes(verb):
            continue
        if _apposed(line, verb):
            continue
        spoken = _named(line, at, speakers, lexicon)
        if spoken is None or not _ENDS.match(line.text, spoken.span.end - line.start):
            continue
        if _OTHER_THING.search(line.between(at - 1, spoken.mention.span.start)):
            continue
        core = Span(verb, max(spoken.span.end, at))
        after = line.between(core.end, line.end)
        found.append(_cue(Span(verb, at - 1), spoken, core, left=True, right=re.match(r",\s*\w", after) is not None))
    return found


_OTHER_THING: Final = Pattern(r"\s(?:\d|(?:and|by|that|two|three|four|five|several|dozens|no)\s)")
"""What stands between "reports" and a name where something is reported: "reports two dead by rockets from Kyiv"."""


def _apposed(line: Line, verb: int) -> bool:
    """Whether the comma before the verb ends what describes its subject: "Kirby, who was asked, considers"."""
    return any(
        re.fullmatch(r"\s*,[^,;:]{3,120},\s*", line.between(m.span.end, verb))
        and re.search(
            r"(?:^|[,;:]\s*|\b(?:and|but|that)\s+)(?:[\w’'-]+\s+){0,3}$", line.between(line.start, m.span.start)
        )
        for m in line.speakers
        if m.span.end <= verb
    )


def _about(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "The town was struck, about what said the governor". Opening a sentence, it looks back (`stage`)."""
    found = []
    for match in _patterns()["about"].finditer(line.text):
        at, verb = line.start + match.end(), line.start + match.start("verb")
        if line.in_quotes(verb) or len(line.within(line.start, line.start + match.start() + 1)) < _SHORT:
            continue
        spoken = _named(line, at, speakers, lexicon)
        if spoken is not None:
            core = Span(line.start + match.start(), max(spoken.span.end, at))
            found.append(_cue(Span(verb, at - 1), spoken, core, left=True, right=False, act="reports"))
    return found


def _in_body(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "In the staff they noted that …", "in the report of the staff it is said that …"."""
    found: list[Cue] = []
    for match in _patterns()["own"].finditer(line.text):
        start = line.start + match.start()
        teller = None if line.in_quotes(start) else speakers.pronoun("it", line, start)
        if teller is not None and teller.kind not in ("CIV", "narrator"):
            core = Span(start, line.start + match.end())
            found.append(_cue(core, Spoken(teller, core, pronoun=True), core, left=False, right=True))
    for match in _patterns()["in"].finditer(line.text):
        at = line.start + match.end()
        near = next((m for m in line.speakers if at <= m.span.start <= at + 5 or m.span.start <= at < m.span.end), None)
        if near is None or near.kind in ("CIV", "PER", "narrator"):
            continue
        told = _patterns()["they"].match(line.text, near.span.end - line.start)
        bare = _patterns()["bare"].match(line.text, near.span.end - line.start) if told is None else None
        told = told or bare
        if told is None or line.in_quotes(at):
            continue
        core = Span(line.start + match.start(), line.start + told.end())
        span = Span(near.span.end, line.start + told.end())
        cue = _cue(span, Spoken(near, near.span), core, left=False, right=True)
        if bare is not None and bare["denying"]:
            cue.act, cue.stance = "denies", "denies"
        found.append(cue)
    return found


def _as(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "As it is noted in the staff, …", "…, they reported in the ministry"."""
    found = []
    for wording in ("as", "behind"):
        for match in _patterns()[wording].finditer(line.text):
            start, at = line.start + match.start(), line.start + match.end()
            opening = wording == "as" and match.start() < 2
            if line.in_quotes(at) or (not opening and match.start() < 12):
                continue
            spoken = _named(line, at, speakers, lexicon)
            if spoken is None or spoken.mention.kind == "PER":
                continue
            core = Span(start, max(spoken.span.end, at))
            rest = re.match(r",\s*\w", line.between(core.end, line.end)) is not None
            found.append(_cue(Span(start, at - 1), spoken, core, left=not opening, right=opening or rest))
    return found
