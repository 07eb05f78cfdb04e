"""Cues that an idiom makes: "if X is to be believed", "he is adamant that", "word came from X", "X's claims that".

One of the makers of cues (`cues`); the word lists are in `phrases.toml`.
"""

import re
from collections.abc import Iterator
from typing import Final

from services.contracts.taxonomy import Act, Stance
from services.extract.document import ActorMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.lexicon import Lexicon
from services.extract.stages.claims.maps import map_cues
from services.extract.stages.claims.nominal import named_after
from services.extract.stages.claims.sources import Speakers, Spoken
from services.extract.stages.claims.subjects import adjacent
from services.extract.stages.claims.titles import title_start
from services.extract.stages.claims.words import Line

_BELIEVING: Final = Pattern(
    r"\b(?:if\s+(?:one|you|we)\s+(?:(?:is|are)\s+to\s+|can\s+)?(?:believes?|trusts?|credits?)|to\s+believe|"
    r"if\s+(?:one|you|we)\s+(?:takes?|goes|go)\s+by)\s+(?=[\w“\"'])",
    re.IGNORECASE,
)
"""Then who is believed."""
_BELIEVED: Final = Pattern(
    r"\bif\s+(?P<who>[^,;:.\"“”]{2,90}?)\s+(?:is|are|was|were|can|may)\s+(?:to\s+)?(?:be\s+)?"
    r"(?:believed|trusted|credited|taken\s+at\s+(?:its|his|her|their)\s+word)\b",
    re.IGNORECASE,
)
_CAME_FROM: Final = Pattern(
    r"\b(?:news|word|reports?|confirmation|announcement|claims?|admission|warning|information|account|version|story|"
    r"pledge|promise|assurance|denial|offer|order|call|demand|threat|proposal|allegations?|figures?|details|estimate)\b"
    r"[^;:]{0,160}?\b(?:came|comes|coming|(?:has|had|have)\s+come|stem(?:s|med)|originate[sd]?)\s+(?:only\s+)?from\s+",
    re.IGNORECASE,
)
_COMES: Final = frozenset(
    {"came", "comes", "coming", "come", "stems", "stemmed", "originate", "originates", "originated"}
)
"""Without one of these `_CAME_FROM` does not match."""
_STATE_FOR: Final = Pattern(r"(?:^|(?<=[.;:,]\s)|(?<=\bbut\s)|(?<=\band\s))(?i:for|to)\s+(?=[A-Z])")
_FOR: Final = frozenset({"for", "to"})
_IS_TO_THEM: Final = Pattern(
    r"\s*,?\s+(?:though\s+|however\s+|,\s*)?(?:it|this|that|the\s+\w+)\s+(?:is|was|were|remains?|has\s+been|had\s+been|looks?|meant)\b"
)
_OWNED: Final = Pattern(r"(?:['’]s?)?\s+(?:own\s+|latest\s+|earlier\s+|initial\s+|repeated\s+|official\s+)*$")


def idiom_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """Return the cues of set wordings, in which no verb of saying has its speaker for subject."""
    return [
        *_believed(line, speakers, lexicon),
        *_convinced(line, speakers, lexicon),
        *_from(line, speakers, lexicon),
        *_nouns_that(line, speakers, lexicon),
        *_for_them(line),
        *_quoted(line, speakers),
        *map_cues(line),
    ]


def _cue(
    span: Span, spoken: Spoken, core: Span, *, left: bool, right: bool, act: Act = "says", stance: Stance = "asserts"
) -> Cue:
    return Cue("idiom", act, stance, span, spoken, core, left=left, right=right)


_QUOTED: Final = Pattern(
    r"\b(?:is|was|are|were|been)\s+(?:\w+ly\s+)?(?:quoted|cited)(?:\s+(?:by|in|on)\s+[^,.;:\"“”]{2,50}?)?"
    r"(?:\s+as\s+(?:saying|telling|stating|writing|reporting)|(?<=quoted|\scited)\s+(?=by\b))"
)


def _quoted(line: Line, speakers: Speakers) -> list[Cue]:
    """ "…, the mayor was quoted by Interfax as saying", "he was quoted as saying that"."""
    if "uoted" not in line.text and "cited" not in line.text:
        return []
    found = []
    for _, span, spoken, core in _behind_speaker(line, _QUOTED, speakers):
        before = line.between(line.start, title_start(line, core.start)).rstrip()
        left = before[-1:] in (",", '"', "”", "»") and len(before.split()) > 2
        found.append(_cue(span, spoken, core, left=left, right=not left))
    return found


def _behind_speaker(line: Line, pattern: Pattern, speakers: Speakers) -> Iterator[tuple[str, Span, Spoken, Span]]:
    """Yield the words of `pattern` that stand right behind who speaks: the words, where they are, he, and both."""
    for match in pattern.finditer(line.text):
        start, end = line.start + match.start(), line.start + match.end()
        word = line.at(start)
        if word is None or line.in_quotes(start):
            continue
        spoken, inverted = adjacent(line, word, end, speakers)
        if spoken is None or inverted:
            continue
        core = Span(min(spoken.span.start, start) if not spoken.pronoun else start, end)
        yield match.group(), Span(start, end), spoken, core


def _believed(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "If one believes the mayor, …", "…, if the agency is to be believed": his words, and no condition."""
    if "believ" not in line.text and "trust" not in line.text and " word" not in line.text and "redit" not in line.text:
        return []
    found = []
    for match in _BELIEVING.finditer(line.text):
        start, end = line.start + match.start(), line.start + match.end()
        spoken = None if line.in_quotes(start) else named_after(line, end, speakers, lexicon)
        if spoken is not None:
            core = Span(start, max(end, spoken.span.end))
            found.append(_cue(Span(start, end), spoken, core, left=True, right=True))
    for match in _BELIEVED.finditer(line.text):
        span = Span(line.start + match.start(), line.start + match.end())
        who = _within(line, line.start + match.start("who"), line.start + match.end("who"), speakers, lexicon)
        if who is not None and not line.in_quotes(span.start):
            found.append(_cue(span, who, span, left=True, right=True))
    return found


def _within(line: Line, start: int, end: int, speakers: Speakers, lexicon: Lexicon) -> Spoken | None:
    """Return the speaker whom the words between two offsets name."""
    inside = [m for m in line.speakers if start <= m.span.start and m.span.end <= end]
    if inside:
        return Spoken(inside[-1], inside[-1].span)
    return speakers.in_phrase(line, start, end)


def _convinced(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "The mayor is adamant that …", "he left no doubt that …"."""
    if "that" not in line.vocabulary or line.vocabulary.isdisjoint(lexicon.convinced.needed):
        return []
    found = []
    for words, span, spoken, core in _behind_speaker(line, lexicon.convinced.pattern, speakers):
        unsure = re.search(r"\b(?:not|never|n['’]t|less\s+than|hardly|far\s+from)\s", words) is not None
        found.append(_cue(span, spoken, core, left=False, right=True, stance="doubts" if unsure else "asserts"))
    return found


def _from(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "The news that the town had fallen came from the governor"."""
    if " from " not in line.text or _COMES.isdisjoint(line.vocabulary):
        return []
    found = []
    for match in _CAME_FROM.finditer(line.text):
        start, end = line.start + match.start(), line.start + match.end()
        spoken = None if line.in_quotes(start) else named_after(line, end, speakers, lexicon)
        if spoken is None:
            continue
        verb = match.group().rstrip().rfind(" ", 0, len(match.group().rstrip()) - 5)
        core = Span(start + max(verb, 0), max(end, spoken.span.end))
        found.append(_cue(Span(core.start, end), spoken, core, left=True, right=True, act="reports"))
    return found


def _nouns_that(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "Moscow's claims that …", "the Ukrainian version: …", "allegations by Kyiv that …"."""
    if line.vocabulary.isdisjoint(("that", "to", "of")) and ":" not in line.text:
        return []
    found = []
    for match in lexicon.claim_nouns.found(line.text, line.vocabulary):
        start, end = line.start + match.start(), line.start + match.end()
        if line.in_quotes(start):
            continue
        spoken = _owner(line, start)
        inner = line.within(line.start + match.start("by"), end) if match["by"] else []
        if any(w.token is not None and w.token.tag_ in ("VBD", "VBZ", "VBP", "MD") for w in inner):
            continue  # "a statement from the ministry said that": the verb tells who
        if spoken is None and match["by"]:
            spoken = _by(line, line.start + match.start("by"), end, speakers, lexicon)
        if spoken is None:
            continue
        low = match["noun"].lower()
        act: Act = "accuses" if low.startswith(("accus", "alleg")) else "claims" if low.startswith("claim") else "says"
        core = Span(min(spoken.span.start, start), end)
        found.append(_cue(Span(start, end), spoken, core, left=False, right=True, act=act))
    return found


def _owner(line: Line, at: int) -> Spoken | None:
    """Return whose noun begins at `at`: "Moscow's", "the General Staff's", "Russian"."""
    for mention in reversed([m for m in line.actors if m.span.end <= at and at - m.span.end < 40]):
        gap = line.between(mention.span.end, at)
        adjective = mention.rule in ("adjective_of_deed", "adjective")
        if _OWNED.fullmatch(gap) and (adjective or gap.startswith(("'", "’"))):
            return Spoken(_state(mention) if adjective else mention, mention.span)
        return None
    return None


_STATES: Final = {"UKR": "Ukraine", "RUS": "Russia"}


def _state(mention: ActorMention) -> ActorMention:
    """Return the state that an adjective speaks for: "the Russian version" is Russia's."""
    name = _STATES.get(mention.side or "")
    if name is None:
        return mention
    return state(mention.side or "", mention.span, mention.surface)


def state(side: str, span: Span, surface: str) -> ActorMention:
    """Return the state of `side` (`UKR` or `RUS`) as who speaks at `span`."""
    return ActorMention(span, surface, _STATES[side], f"{side}/GOV", side, "GOV", can_speak=True, rule="state")


def _by(line: Line, start: int, end: int, speakers: Speakers, lexicon: Lexicon) -> Spoken | None:
    return _within(line, start, end, speakers, lexicon)


def _for_them(line: Line) -> list[Cue]:
    """ "For Kyiv it was a retreat in good order": how a side calls what was told."""
    if _FOR.isdisjoint(line.vocabulary):
        return []
    if not any(word.low in _FOR for named in line.speakers for word in line.before(named.span.start, 1)):
        return []
    found = []
    for match in _STATE_FOR.finditer(line.text):
        at = line.start + match.end()
        mention = next((m for m in line.speakers if m.span.start == at), None)
        if mention is None or line.in_quotes(at):
            continue
        rest = _IS_TO_THEM.match(line.between(mention.span.end, line.end))
        if rest is not None:
            core = Span(line.start + match.start(), mention.span.end)
            cue = _cue(core, Spoken(mention, mention.span), core, left=False, right=True)
            cue.kind = "opinion"
            found.append(cue)
    return found
