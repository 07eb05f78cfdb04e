"""What each cue of a sentence covers: the spans of the text that are its speaker's words.

Cues share a sentence: "Kyiv says A, while Moscow says B" is cut at "while"; in "the ministry said that the general
had told him that A" both cover A, and the inner one, whose span is shorter, counts.
"""

import re
from typing import Final

from services.extract.document import Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.words import Line

_TURN: Final = Pattern(
    r"(?:;|\bwhile\b|\bwhereas\b|,\s*but\b|,\s*though\b|,\s*although\b|,\s*and\b|\.\s|—\s|–\s)", re.IGNORECASE
)
_NESTED_GAP: Final = Pattern(r"\s*(?:that|which|how|,)?\s*(?:the|a|an|its|his|her|their)?\s*", re.IGNORECASE)
_WHILE: Final = Pattern(r",\s*while\s+(?:the\s+)?")
_PARTED: Final = Pattern(r";\s")
_THAT: Final = Pattern(r"\bthat\b[^,;]*$")


def scopes_of(line: Line, cues: list[Cue]) -> list[list[Span]]:
    """Return, for each cue, the spans that it covers, none of which holds its own core."""
    found = []
    for place, cue in enumerate(cues):
        spans = []
        if cue.left:
            start = _left_edge(line, cues, place)
            if start < cue.core.start:
                spans.append(Span(start, cue.core.start))
        if cue.right:
            end = _right_edge(line, cues, place)
            if cue.core.end < end:
                spans.append(Span(cue.core.end, end))
        found.append(spans)
    return found


def _left_edge(line: Line, cues: list[Cue], place: int) -> int:
    """Where the words before a cue begin: the sentence, or the turn after an earlier speaker who is done."""
    cue = cues[place]
    if cue.kind == "parenthesis":
        before = line.between(line.start, cue.core.start)
        at = max(before.rfind(";"), before.rfind(")"), before.rfind(":"))
        return line.start + at + 1
    if place == 0:
        return line.start
    previous = cues[place - 1]
    gap = line.between(previous.core.end, cue.core.start)
    turns = list(_TURN.finditer(gap))
    if turns:
        strong = [t for t in turns if not t.group().endswith("and")] or turns
        return previous.core.end + strong[-1].end() if previous.right or previous.left else line.start
    if previous.left and not previous.right:
        return previous.core.end
    return line.start


def _right_edge(line: Line, cues: list[Cue], place: int) -> int:
    """Where the words after a cue end: at the next speaker's turn, or with the sentence."""
    cue = cues[place]
    for later in cues[place + 1 :]:
        if later.kind == "parenthesis":
            continue
        gap = line.between(cue.core.end, later.core.start)
        if len(gap) < 25 and _NESTED_GAP.fullmatch(gap):
            continue
        if later.participle and later.speaker.mention is cue.speaker.mention:
            continue
        if later.left and not later.right:
            turns = list(_TURN.finditer(gap))
            if not turns:
                continue
            return cue.core.end + turns[-1].start()
        if later.speaker.mention is cue.speaker.mention:
            continue
        turns = list(_TURN.finditer(gap))
        if turns and len(gap) - turns[-1].end() < 80:
            return cue.core.end + turns[-1].start()
        if not later.left and "that" in gap and _THAT.search(gap):
            # "X said that the mayor, as he told reporters, …": inside what X says.
            continue
        return later.core.start
    rest = line.between(cue.core.end, line.end)
    for match in _WHILE.finditer(rest) if "while" in rest else ():
        at = cue.core.end + match.end()
        if cue.left and any(m.span.start in (at, at - 4) and m.kind in ("ORG", "MEDIA", "GOV") for m in line.speakers):
            return cue.core.end + match.start()  # "…, the Air Force said, while DTEK counted": another speaks or acts
    for match in _PARTED.finditer(rest) if ";" in rest else ():
        at = cue.core.end + match.end()
        if cue.stance in ("doubts", "declines"):
            return at  # what follows is told of, not doubted
        if cue.left and any(
            at <= m.span.start <= at + 25 and m is not cue.speaker.mention and m.id for m in line.speakers
        ):
            return at
    return line.end
