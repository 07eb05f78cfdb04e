"""What answers an earlier claim: denials, refusals to comment, "could not be verified", doubts without evidence."""

import re
from typing import Final

from services.contracts.taxonomy import Act, Stance
from services.extract.document import Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue, narrator
from services.extract.stages.claims.lexicon import Lexicon, Phrases
from services.extract.stages.claims.sources import Speakers, Spoken, is_person
from services.extract.stages.claims.words import Line

_BACKED: Final = Pattern(
    r"\b(?:this|the|that|these|his|her|its|their)\s+(?:\w+\s+)?(?:assertions?|claims?|statements?|reports?|accounts?|information|version)\s+"
    r"(?:is|was|were|are|has\s+been|have\s+been)\s+(?:later\s+|also\s+)?(?:supported|confirmed|backed|echoed|corroborated|repeated)\s+by\s+",
    re.IGNORECASE,
)

_FROM: Final = Pattern(
    r"\b(?:no|without(?:\s+an?y?)?)\s+(?:(?:immediate|official|independent|public|direct|formal|prompt|further)\s+)*"
    r"(?:confirmation|comment|comments|response|reaction|reply|word|statement|acknowledg[e]?ment|answer)\s+"
    r"(?:on\s+(?:this|that|it|the\s+[\w-]+)\s+)?(?:yet\s+)?(?:either\s+)?(?:from|by|out of)\s+(?:the\s+)?",
    re.IGNORECASE,
)
"""No comment, and then from whom."""
_NEITHER: Final = Pattern(
    r"\b(?:neither|none\s+of|no\s+part\s+of|nor)\b[^.;]{0,60}?\b(?:could|can|has|have|had|was|were)\s+(?:immediately\s+)?"
    r"be(?:en)?\s+(?:\w+ly\s+)?(?:verified|confirmed|corroborated|checked)\b",
    re.IGNORECASE,
)

_NO: Final = frozenset({"no", "without", "neither", "none", "nor"})
"""What `_FROM` and `_NEITHER` begin with."""
_BACKING: Final = frozenset({"supported", "confirmed", "backed", "echoed", "corroborated", "repeated"})
"""Without one of these `_BACKED` does not match."""


def replies_of(line: Line, cues: list[Cue], speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """Return the cues of set replies in the sentence that no verb of saying carries."""
    found: list[Cue] = []
    words = line.vocabulary
    if lexicon.answering.isdisjoint(words) and _NO.isdisjoint(words) and _BACKING.isdisjoint(words):
        return found
    rules: tuple[tuple[Phrases, Act, Stance], ...] = (
        (lexicon.unverified, "declines", "declines"),
        (lexicon.decline_phrases, "declines", "declines"),
        (lexicon.no_evidence, "says", "doubts"),
    )
    for phrases, act, stance in rules:
        for match in phrases.found(line.text, line.vocabulary):
            start, end = line.start + match.start(), line.start + match.end()
            if phrases is lexicon.decline_phrases and not _of_words(line, match, lexicon):
                continue
            if line.in_quotes(start) or any(
                cue.cue.start <= end + 1 and start <= cue.cue.end and cue.stance == stance for cue in [*cues, *found]
            ):
                continue
            speaker = _who(line, cues, start, speakers, passive=phrases is lexicon.unverified)
            if speaker is None:
                if stance == "declines" and phrases is lexicon.decline_phrases:
                    continue
                speaker = Spoken(narrator(Span(start, end)), Span(start, end))
            found.append(_reply(act, stance, Span(start, end), speaker))
    for match in [] if _NO.isdisjoint(line.vocabulary) else _NEITHER.finditer(line.text):
        span = Span(line.start + match.start(), line.start + match.end())
        if not line.in_quotes(span.start):
            found.append(_reply("declines", "declines", span, Spoken(narrator(span), span)))
    for match in [] if _NO.isdisjoint(line.vocabulary) else _FROM.finditer(line.text):
        end = line.start + match.end()
        mention = next((m for m in line.speakers if end - 4 <= m.span.start <= end + 25), None)
        if mention is not None and not line.in_quotes(end):
            span = Span(line.start + match.start(), end)
            found = [f for f in found if not f.cue.overlaps(span)]
            found.append(_reply("declines", "declines", span, Spoken(mention, mention.span)))
    for match in [] if _BACKING.isdisjoint(line.vocabulary) else _BACKED.finditer(line.text):
        end = line.start + match.end()
        mention = next((m for m in line.speakers if end <= m.span.start <= end + 40), None)
        if mention is not None:
            found.append(
                _reply("confirms", "confirms", Span(line.start + match.start(), end), Spoken(mention, mention.span))
            )
    for match in lexicon.denials.found(line.text, line.vocabulary):
        start, end = line.start + match.start(), line.start + match.end()
        if any(c.stance == "denies" and 0 <= start - c.cue.end < 120 for c in cues):
            continue
        near = [
            c
            for c in cues
            if (c.speaker.mention.kind != "narrator" and abs(c.core.start - end) < 60)
            or c.core.start <= start <= c.core.end + 60
        ]
        near = [c for c in near if c.stance == "asserts"]
        if near:
            found.append(_reply("denies", "denies", Span(start, end), near[0].speaker))
            continue
        mention = next((m for m in reversed(line.speakers) if m.span.end <= start and start - m.span.end < 60), None)
        if mention is not None and not line.in_quotes(start):
            found.append(_reply("denies", "denies", Span(start, end), Spoken(mention, mention.span)))
    return found


_TO: Final = Pattern(r"\bto$", re.IGNORECASE)


def _of_words(line: Line, match: re.Match[str], lexicon: Lexicon) -> bool:
    """Whether what is declined is to speak: "refused to comment", but not "refused to leave"."""
    if not _TO.search(match.group()):
        return True
    following = re.match(r"\s+(?:\w+ly\s+)?(?P<verb>[\w-]+)", line.between(line.start + match.end(), line.end))
    return following is not None and (
        following["verb"].lower() in lexicon.decline_verbs
        or following["verb"].lower() in lexicon.verbs
        or following["verb"].lower() in ("be", "discuss", "provide", "share", "take", "go", "offer", "identify", "make")
    )


def _reply(act: Act, stance: Stance, span: Span, speaker: Spoken) -> Cue:
    return Cue(
        "reply", act, stance, span, speaker, Span(min(span.start, speaker.span.start), max(span.end, speaker.span.end))
    )


def _who(line: Line, cues: list[Cue], at: int, speakers: Speakers, *, passive: bool) -> Spoken | None:
    """Who has not commented, or could not verify: whoever is named right before."""
    before = [m for m in line.speakers if m.span.end <= at and at - m.span.end < 70]
    if before:
        mention = before[-1]
        gap = line.between(mention.span.end, at)
        if not re.search(r"[.;:]", gap) and not re.search(
            r"\b(?:claims?|reports?|figures?|statements?|allegations?|assertions?)\b", gap
        ):
            persons = [m for m in before if is_person(m, speakers.lexicon) and mention.span.start - m.span.end < 10]
            return Spoken(persons[-1] if persons else mention, mention.span)
    words = line.before(at, 5)
    for word in reversed(words):
        if word.low in ("he", "she", "they", "it"):
            found = speakers.pronoun(word.low, line, word.start)
            if found is not None and not (passive and word.low in ("it", "they")):
                return Spoken(found, Span(word.start, word.end), pronoun=True)
    del cues
    return None
