"""The article's own voice against a claim: "Moscow says it took the town. In reality, its defenders hold on."

Used by the stage when it carries speakers on: who has just claimed something does not himself say how it really is.
The sentence is the article's (or theirs whose bulletin the whole text is), and so is a denial of what was claimed.
"""

import re
from collections.abc import Sequence
from typing import Final

from services.contracts.taxonomy import EventType
from services.extract.document import EventMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.words import Line

_REALLY: Final = Pattern(
    r"(?:But\s+|Yet\s+|And\s+)?(?:in\s+(?:reality|truth)|(?:the\s+)?(?:reality|truth)\s+(?:is|was|looks|looked)\b|"
    r"really,|the\s+facts\s+(?:are|were)\s+different)",
    re.IGNORECASE,
)
"""How a sentence begins that tells how it really is."""
_UNTRUE: Final = Pattern(
    r"(?:But\s+|Yet\s+)?(?:(?:all\s+)?(?:this|that|it|these|those)|(?:the|this|that|these|such|his|her|its|their)\s+(?:\w+\s+)?"
    r"(?:claims?|reports?|statements?|assertions?|words|information|boasts?|announcements?|versions?))\s+"
    r"(?:(?:is|was|are|were)\s+(?:(?:simply|completely|entirely|absolutely|also|of\s+course|just|obviously|plainly)\s+)?"
    r"(?:not\s+(?:true|so|the\s+case)|untrue|false|a\s+lie|lies|fake|wrong|nonsense|fiction|disinformation|propaganda)\b|"
    r"(?:does|do|did)\s+not\s+correspond\s+to\s+(?:reality|the\s+truth|the\s+facts))",
    re.IGNORECASE,
)
"""How a sentence begins that calls untrue what was said before it."""
_IN_FACT: Final = Pattern(
    r"(?:But\s+|Yet\s+)?(?:in\s+(?:actual\s+)?fact|actually|as\s+a\s+matter\s+of\s+fact|on\s+the\s+contrary)\b",
    re.IGNORECASE,
)
"""How a sentence begins that contradicts another, or spells it out."""
_CLAIMED: Final = Pattern(
    r"\b(?:claims|claim\s+(?:by|of|that)|reports?\s+(?:of|that|by)|statements?\s+(?:of|that|by)|lies|rumou?rs|propaganda|fakes?)\b",
    re.IGNORECASE,
)
"""Words by which a speaker tells of what others say: then it is he who says how it really is."""
_TAKEN: Final = frozenset[EventType](
    {"capture", "control", "withdrawal", "encirclement", "destruction", "advance", "repulse", "casualties"}
)
_STILL_FOUGHT: Final = frozenset[EventType]({"hold", "control", "clash", "repulse", "assault"})


def contradicts(
    line: Line, before: Line, cues: Sequence[Cue], told: list[EventMention], here: list[EventMention]
) -> bool:
    """Whether a sentence tells how it really is after `before`, whose `cues` are all of one who claims something.

    `told` are the events of the sentence before, `here` those of this one.
    """
    text = line.text
    if not (_REALLY.match(text) or _UNTRUE.match(text) or (_IN_FACT.match(text) and _against(told, here))):
        return False
    sources = {c.speaker.mention.name for c in cues if c.speaker.mention.kind != "narrator"}
    if len(sources) != 1 or any(c.stance != "asserts" for c in cues):
        return False
    return bool(told) and _CLAIMED.search(_without_cues(before, cues)) is None


def _without_cues(line: Line, cues: Sequence[Cue]) -> str:
    text = line.text
    for cue in cues:
        start, end = cue.cue.start - line.start, cue.cue.end - line.start
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _against(told: list[EventMention], here: list[EventMention]) -> bool:
    if not any(e.type in _TAKEN for e in told):
        return False
    return any(e.modality == "negated" or e.type in _STILL_FOUGHT for e in here)


def opener_of(line: Line) -> Span:
    """Return the words by which the sentence contradicts, which are the cue of the denial."""
    match = _REALLY.match(line.text) or _UNTRUE.match(line.text) or _IN_FACT.match(line.text)
    return Span(line.start, line.start + (match.end() if match is not None else 0))
