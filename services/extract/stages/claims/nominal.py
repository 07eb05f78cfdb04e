"""Cues without a verb of saying: "according to", "by his account", "- Name.", "so the governor", "(Name)"."""

import itertools
import re
from typing import Final

from services.extract.document import Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.lexicon import Lexicon
from services.extract.stages.claims.sources import Speakers, Spoken, is_common, is_person
from services.extract.stages.claims.subjects import joined, name_behind
from services.extract.stages.claims.words import Line

_OWN_ACCOUNT: Final = Pattern(
    r"\b(?:in|by|on|from|per|under|to)\s+(?P<who>his|her|its|their|[^,;:.()\"“”]{2,70}?(?:['’]s|s['’]))\s+(?:(?:own|latest|daily|preliminary|first|last|earlier|evening|morning|nightly|official|initial)\s+)*(?P<noun>\w+)",
    re.IGNORECASE,
)


_CLAIM_THAT: Final = Pattern(r"\s+(?:that\b|to\s+have\b)")
_VERSION_NOUNS: Final = (
    "version", "account", "line", "answer", "figure", "figures", "claim", "response", "statement", "count", "tally",
    "verdict", "estimate", "reply",
)  # fmt: skip
_VERSIONS: Final = frozenset(_VERSION_NOUNS)
_VERSION: Final = Pattern(
    r"(?P<who>[^,;:.()\"“”]{2,70}?)(?:['’]s|s['’])\s+(?:own\s+)?"
    rf"(?P<noun>{'|'.join(_VERSION_NOUNS)})"
    r"\s*(?:(?:\b(?:is|was)\s(?:different|another|other|simple|short|clear|brief))?\s*:|\b(?:(?:is|was) )?that\b)",
    re.IGNORECASE,
)


_SO: Final = Pattern(
    r"(?:^|[,:;]\s+)(?:so|thus)\s+(?:(?:the|its|his|her|their|a|an)\s+)?(?=[A-Z]|the\b|(?:[\w-]+\s+){1,4}[A-Z])"
)


_DASH: Final = Pattern(r"[,.\"”»]?\s*[-—–]\s*(?P<who>[^-—–:;\"“”]{2,70}?)\s*[.!]*\s*$")


_PAREN: Final = Pattern(r"\((?P<who>[^()]{4,60})\)")


_WORDS_OF: Final = Pattern(
    r"\s*(?:(?:the|a|an|its|preliminary|latest|initial|first|official|new|updated|recent|early|unofficial|operational|"
    r"media|press|local|various)\s+){0,4}(?:words?|data|information|statements?|reports?|figures?|estimates?|accounts?|"
    r"versions?|testimony|calculations?|assessments?|messages?|publications?|posts?|bulletins?|updates?|summary|"
    r"summaries|releases?|analys[ei]s|counts?|tall(?:y|ies)|materials?)\s+"
    r"(?:(?:published|released|provided|issued|given|posted|made|spread|collected)\s+)?(?:of|from|by)\s+",
    re.IGNORECASE,
)
"""What stands between "according to" and who has said it: "the words of", "preliminary data from"."""


_STOP: Final = Pattern(
    r"[;:()\"“”]|,\s|\.\s|\.$|\s(?:who|which|that|was|were|is|are|has|had|have|whose|on|at|while|said|through)\s"
)
"""Where the noun phrase of a speaker ends."""


def named_after(line: Line, start: int, speakers: Speakers, lexicon: Lexicon) -> Spoken | None:
    """The speaker named by the noun phrase that begins at `start`."""
    words_of = _WORDS_OF.match(line.text, start - line.start - 1)
    if words_of is not None:
        start = line.start + words_of.end()
    word = next(iter(line.within(start, line.end)), None)
    if word is None:
        return None
    if word.low in ("him", "her", "them", "it"):
        found = speakers.pronoun(word.low, line, word.start)
        return Spoken(found, Span(word.start, word.end), pronoun=True) if found else None
    stop = _STOP.search(line.text, start - line.start)
    end = line.start + (stop.start() if stop else len(line.text))
    near = next((m for m in line.speakers if start <= m.span.start < max(end, start + 1)), None)
    if stop is not None and stop.group() == ", " and (near is None or is_common(near)):
        # "According to the mayor, Vladyslav Atroshenko, …" names him after the comma.
        named = name_behind(line, end, speakers)
        chunk = line.within(start, end)
        if named is not None and len(chunk) <= 8 and any(w.low in lexicon.people for w in chunk):
            return named
    if near is not None and not is_person(near, lexicon):
        following = next((m for m in line.speakers if near.span.end <= m.span.start <= near.span.end + 40), None)
        if following is not None and is_person(following, lexicon):
            gap = line.between(near.span.end, following.span.start)
            if re.fullmatch(r"(?:['’]s)?\s*(?:[\w-]+\s+){0,4},?\s*", gap) and " and " not in gap:
                return Spoken(following, Span(start, following.span.end))
    if (
        near is not None
        and re.fullmatch(
            r"(?:(?:the|a|an|its|his|their|local|regional|deputy|acting|governor|mayor|minister|spokesman|head|of|president|general|chief|commander|[A-Z]\w*|officials?|sources?|at|in|from)\s+)*",
            line.between(start, near.span.start),
        )
        and not re.search(
            r"\b(?:officials?|sources?|head|spokesm[ae]n|spokeswoman|member|chief|commander|reports?|data)\s+(?:at|in|from|of|for)\s",
            line.between(start, near.span.start),
        )
    ):
        return Spoken(near, Span(start, near.span.end))
    head = None
    words = line.within(start, end)
    of = next((n for n, w in enumerate(words) if w.low in ("of", "from", "in", "for", "to", "with") and n), None)
    if words:
        head = words[(of or len(words)) - 1]
    return speakers.in_phrase(line, start, end, head)


_PER: Final = Pattern(r"(?:(?<=, )|(?<=\()|^[\"“]?)[Pp]er(?=\s+(?:the\s|its\s|an?\s(?!day|week|month|year)|[A-Z]))")
""" "Per the General Staff, …": "per" at the beginning of a sentence or behind a comma."""


def according_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """Return the cues of "according to X" and "per X" in a line."""
    found = []
    per = _PER.finditer(line.text) if "per" in line.vocabulary else ()
    for match in itertools.chain(lexicon.according.found(line.text, line.vocabulary), per):
        start = line.start + match.start()
        if line.in_quotes(start):
            continue
        spoken = named_after(line, line.start + match.end() + 1, speakers, lexicon)
        if spoken is None:
            continue
        core = Span(start, max(spoken.span.end, line.start + match.end()))
        cue = Cue("according", "says", "asserts", Span(start, line.start + match.end()), spoken, core)
        _set_side(line, cue)
        cue.others = joined(line, spoken)
        found.append(cue)
    return found


def _set_side(line: Line, cue: Cue) -> None:
    """ "According to X" speaks for what follows where it opens a clause, else for what stands before it."""
    before = line.between(line.start, cue.core.start).rstrip()
    after = line.between(cue.core.end, line.end)
    opens = (
        not before
        or before[-1] in ';:—–("“'
        or bool(
            re.search(
                r"(?:^|[,\s])(?:and|but|while|whereas|where|as|that|for|yet|since|because)$", before, re.IGNORECASE
            )
        )
    )
    rest = len(re.findall(r"\w+", after))
    if opens:
        cue.right = True
    elif (re.match(r"[^,;]{0,60},\s*\S", after) and before[-1] == "," and rest > 3) or (
        before[-1] != ","
        and rest > 3
        and re.match(r"\s*,", after) is None
        and re.search(r"\b(?:had|has|have|was|were|is|are|meanwhile|,)$", before)
    ):
        cue.left = cue.right = True
    else:
        cue.left = True
        if re.match(r"[^,;]{0,60};\s", after):
            cue.right = True
        if rest > 3 and re.match(r"\s+(?!on\b|in\b|at\b)\w", after):
            cue.right = True


def account_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "By the ministry's reckoning", "in his view", "Russia's version:"."""
    found: list[Cue] = []
    # The patterns are dear, and most sentences have none of the nouns that they end in.
    accounts = not lexicon.possessive.isdisjoint(line.vocabulary)
    versions = ("'" in line.text or "’" in line.text) and not _VERSIONS.isdisjoint(line.vocabulary)
    if not accounts and not versions:
        return found
    for pattern, kind, possible in ((_OWN_ACCOUNT, "account", accounts), (_VERSION, "version", versions)):
        if not possible:
            continue
        for match in pattern.finditer(line.text):
            if match.group("noun").lower() not in lexicon.possessive and kind == "account":
                continue
            if kind == "account" and _CLAIM_THAT.match(line.text, match.end()):
                continue  # "has not commented on Moscow's claim that": read as a noun with what it says
            who = Span(line.start + match.start("who"), line.start + match.end("who"))
            if line.in_quotes(who.start):
                continue
            low = match.group("who").lower()
            spoken: Spoken | None
            if low in ("his", "her", "its", "their"):
                mention = speakers.pronoun(
                    {"his": "he", "her": "she", "its": "it", "their": "they"}[low], line, who.start
                )
                spoken = Spoken(mention, who, pronoun=True) if mention else None
            else:
                near = [
                    m
                    for m in line.speakers
                    if m.span.start < who.end and who.start <= m.span.start and m.span.end >= who.end - 3
                ]
                spoken = Spoken(near[-1], who) if near else None
            if spoken is None:
                continue
            begins = spoken.mention.span.start if kind == "version" else line.start + match.start()
            core = Span(max(begins, line.start + match.start()), line.start + match.end())
            cue = Cue(kind, "says", "asserts", core, spoken, core)
            if kind == "version":
                cue.right = True
            else:
                _set_side(line, cue)
                cue.left = cue.right = True
            found.append(cue)
    return found


def dash_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "What is said, - Name." """
    last = max(line.text.rfind("-"), line.text.rfind("—"), line.text.rfind("–"))
    if last < 0 or not line.speakers or line.speakers[-1].span.start <= line.start + last:
        return []  # nobody is named behind the last dash
    match = _DASH.search(line.text[-110:])
    if not match:
        return []
    offset = line.end - len(line.text[-110:])
    start, end = offset + match.start("who"), offset + match.end("who")
    inside = [m for m in line.speakers if start <= m.span.start and m.span.end <= end + 1]
    if not inside or start - line.start < 15:
        return []
    words = line.within(start, end)
    outside = [w for w in words if not any(m.span.start <= w.start < m.span.end for m in inside)]
    if any(
        w.token is not None and w.token.tag_ in ("VBD", "VBZ", "VBP", "MD") and w.low not in lexicon.verbs
        for w in outside
    ):
        return []
    if len(outside) > 5 or any(w.low in lexicon.verbs for w in outside):
        return []
    persons = [m for m in inside if is_person(m, lexicon)]
    chosen = persons[0] if persons else inside[0]
    span = Span(start, end)
    return [Cue("dash", "says", "asserts", span, Spoken(chosen, span), Span(offset + match.start(), end), left=True)]


def so_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "…, so the governor", "Thus Kadyrov, in an audio message"."""
    if "so" not in line.vocabulary and "thus" not in line.vocabulary:
        return []
    found = []
    for match in _SO.finditer(line.text):
        at = line.start + match.end()
        mention = next((m for m in line.speakers if at <= m.span.start <= at + 45), None)
        if mention is None:
            continue
        gap = line.between(at, mention.span.start)
        follow = line.between(mention.span.end, min(line.end, mention.span.end + 25))
        if re.search(r"[,.;:]", gap) or not (
            not follow.strip(' ."”') or re.match(r"\s*(?:,|in\b|on\b|of\b|at\b|\.)", follow)
        ):
            continue
        span = Span(line.start + match.start(), mention.span.end)
        found.append(
            Cue(
                "so",
                "says",
                "asserts",
                span,
                Spoken(mention, mention.span),
                span,
                left=True,
                right=bool(re.match(r"[^,]{0,60},\s*\S", follow)),
            )
        )
    return found


def parenthesis_cues(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "Two dead at Kherson (Oleksandr Prokudin)"."""
    found: list[Cue] = []
    if "(" not in line.text:
        return found
    for match in _PAREN.finditer(line.text):
        start, end = line.start + match.start("who"), line.start + match.end("who")
        inside = [m for m in line.speakers if start <= m.span.start and m.span.end <= end]
        if len(inside) != 1 or inside[0].kind == "MEDIA" or not is_person(inside[0], lexicon):
            continue
        outside = re.sub(re.escape(inside[0].surface), "", match.group("who"))
        if len(outside.split()) > 3 or re.search(r"\d", outside):
            continue
        span = Span(start - 1, end + 1)
        found.append(Cue("parenthesis", "says", "asserts", span, Spoken(inside[0], span), span, left=True))
    return found
