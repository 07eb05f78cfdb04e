"""Cues that a colon makes: "Name: …", "Name on Telegram: …", "The General Staff was more cheerful: …"."""

import re
from typing import Final

from services.extract.document import ActorMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.idioms import state
from services.extract.stages.claims.lexicon import Lexicon
from services.extract.stages.claims.sources import Speakers, Spoken, is_common, is_person
from services.extract.stages.claims.titles import TITLE_WORDS, finite
from services.extract.stages.claims.verbs import verbal
from services.extract.stages.claims.words import Line, Word
from services.extract.stages.wordforms import verb_forms

_CHANNEL_WORDS: Final = frozenset(
    [
        "from",
        "on",
        "in",
        "at",
        "by",
        "telegram",
        "facebook",
        "video",
        "post",
        "channel",
        "message",
        "interview",
        "briefing",
        "nightly",
        "evening",
        "morning",
        "own",
        "live",
        "to",
        "again",
        "later",
        "also",
        "with",
        "his",
        "her",
    ]
)


_RUBRIC: Final = Pattern(
    r"(?i:(?:the )?(?:russia(?:n)?|ukrain(?:e|ian)|kyiv|kiev|moscow|putin)(?:['’]s)?(?:[ \-–](?:ukraine|russia|russo))?"
    r"(?:[ \-–](?:war|live|latest|news|conflict|crisis|updates?|briefing|at a glance|invasion|in brief|blog|recap))+"
    r"(?: (?:day \d+|live|latest))?)"
)
"""A column's standing name ("Ukraine live:", "Russia-Ukraine war:"), which says nothing."""


def colon_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "Name: what is said", a clock time before it or not."""
    at = line.text.find(":")
    while 0 <= at < 130 and at + 1 < len(line.text) and line.text[at + 1].isdigit():
        at = line.text.find(":", at + 1)
    if at < 0 or at > 130:
        return []
    end = line.start + at
    cut = (
        max(
            line.text.rfind(";", 0, at),
            line.text.rfind(". ", 0, at),
            line.text.rfind(" - ", 0, at),
            line.text.rfind("— ", 0, at),
        )
        + 1
    )
    start = line.start + max(cut, 0)
    inside = [m for m in line.speakers if start <= m.span.start < end]
    if not inside:
        bare = _bare_head(line, start, end, speakers)
        if bare is not None:
            core = Span(start, end + 1)
            return [Cue("colon", "says", "asserts", core, Spoken(bare, bare.span), core, right=True)]
    if not inside or (len(inside) == 1 and inside[0].kind in ("MEDIA", "PMC") and line.sentence.role == "title"):
        return []
    words = line.within(start, end)
    if _RUBRIC.fullmatch(line.between(start, end).strip()):
        return []
    telling = _tells(line, inside[0], words, speakers)
    theme = _has_theme(line, inside[0], start, end, words, lexicon)
    for word in words:
        covered = any(m.span.start <= word.start < m.span.end for m in line.actors)
        if covered or telling or theme:
            continue
        if (
            word.low in lexicon.verbs
            and word.low not in lexicon.bodies
            and word.low not in ("head", "chief", "reports")
        ):
            return []
        if word.token is not None and word.token.tag_ in ("VBD", "VBZ", "VBP", "MD", "VBN", "VBG"):
            return []
        plain = (
            word.low in _CHANNEL_WORDS
            or word.low in lexicon.heading
            or word.low in TITLE_WORDS
            or word.low in lexicon.people
            or word.low in lexicon.bodies
            or word.low in lexicon.sides
        )
        if word.text[0].isalpha() and word.text[0].islower() and not plain:
            return []
    if len(words) > 16 and not telling:
        return []
    if telling:
        subject = inside[0]
        core = Span(subject.span.start, end + 1)
        return [
            Cue(
                "telling",
                "says",
                "asserts",
                Span(subject.span.start, end + 1),
                Spoken(subject, subject.span),
                core,
                right=True,
            )
        ]
    if theme:
        inside = inside[:1]
    persons = [m for m in inside if is_person(m, lexicon) and not is_common(m)]
    known = [m for m in inside if not is_common(m)]
    chosen = persons[-1] if persons else known[-1] if known else inside[-1]
    core = Span(start, end + 1)
    return [
        Cue(
            "colon",
            "says",
            "asserts",
            Span(chosen.span.start, end + 1),
            Spoken(chosen, chosen.span),
            core,
            right=True,
            whole=True,
        )
    ]


def _has_theme(line: Line, first: ActorMention, start: int, end: int, words: list[Word], lexicon: Lexicon) -> bool:
    """Whether a person or an army's body is named with what he speaks of: "Syrskyi on the situation near Bakhmut:"."""
    if not is_person(first, lexicon) and (first.kind != "MIL" or first.rule in ("state", "noun")):
        return False
    if _THEME.match(line.text, first.span.end - line.start) is None:
        return False
    if finite([w for w in words if w.start < first.span.start]):
        return False
    return not any(w.token is not None and w.token.tag_ in ("VBD", "VBZ", "VBP", "MD") for w in words)


_THEME: Final = re.compile(r"\s+(?:on|about)\s+(?:the|how|why|what|a|an|his|her|our|[A-Z])", re.ASCII)


_CAPITALS: Final = {"kyiv": "UKR", "kiev": "UKR", "moscow": "RUS"}


def _bare_head(line: Line, start: int, end: int, speakers: Speakers) -> ActorMention | None:
    """Return who speaks in "Mayor: two hurt" and "Moscow: Spirne is ours", where no mention stands before the colon."""
    words = line.within(start, end)
    head = line.between(start, end).strip()
    side = _CAPITALS.get(head.lower())
    if side is not None:
        others = [p for p in speakers.places_in(line) if p.span.start > end and p.surface.lower() != head.lower()]
        return state(side, Span(start, end), head) if others else None
    lexicon = speakers.lexicon
    if words and words[-1].low in ("source", "sources"):
        return None
    if not 1 <= len(words) <= 3 or words[-1].low not in lexicon.people | lexicon.bodies or start > line.start:
        return None
    if not all(w.low in lexicon.people | lexicon.bodies | TITLE_WORDS or w.low in lexicon.sides for w in words):
        return None
    return speakers.unnamed(line, start, end) if words[-1].low not in lexicon.heading else None


_TELLING: Final = frozenset(
    form
    for verb in (
        "give",
        "name",
        "list",
        "revise",
        "raise",
        "lower",
        "correct",
        "point",
        "publish",
        "produce",
        "release",
        "share",
        "post",
        "speak",
        "go",
        "turn",
        "count",
        "present",
        "sum",
        "show",
        "have",
        "see",
        "differ",
        "paint",
        "tell",
    )
    for form in verb_forms(verb)
)
"""Verbs after which a speaker's sentence ends in a colon and goes on with what he says."""


def _tells(line: Line, subject: ActorMention, words: list[Word], speakers: Speakers) -> bool:
    """ "The mayor gave numbers: …", "the General Staff was more cheerful: …": a sentence that ends in a colon."""
    lexicon = speakers.lexicon
    if is_common(subject) or (
        subject.kind in ("MIL", "CIV", "PMC")
        and not is_person(subject, lexicon)
        and not re.search("Staff|Command|Intelligence|Service", subject.name)
    ):
        return False
    if subject.anaphor or any(p.span.overlaps(subject.span) for p in speakers.places_in(line)):
        return False
    if any(
        w.low in lexicon.verbs and w.token is not None and verbal(w.token) and not lexicon.verbs[w.low].strict
        for w in words
    ):
        return False
    head = next(
        (w for w in reversed(words) if subject.span.start <= w.start < subject.span.end and w.token is not None), None
    )
    if head is None or head.token is None:
        return False
    token = head.token
    for _ in range(4):
        if token.dep_ == "nsubj":
            verb = token.head
            if verb.dep_ not in ("ROOT", "ccomp", "conj", "advcl") or verb.i < token.i:
                return False
            manner = verb.lower_ in ("was", "is", "were", "are") and any(c.dep_ == "acomp" for c in verb.children)
            return manner or verb.lower_ in _TELLING
        if token.dep_ not in ("appos", "compound", "conj", "nmod"):
            return False
        token = token.head
    return False
