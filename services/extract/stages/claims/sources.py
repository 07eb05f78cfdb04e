"""Who speaks: the mention that a verb of saying has as its subject, canonical where the actors stage knows it.

A name beats an office beside it ("the mayor, Vladyslav Atroshenko"); people without a name are kept by the words that
describe them ("a Ukrainian soldier"); a pronoun is whoever spoke last.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import Final

from services.contracts.taxonomy import ActorKind
from services.extract.document import ActorMention, Document, PlaceMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.actors.people import people
from services.extract.stages.claims.lexicon import Lexicon
from services.extract.stages.claims.words import Line, Word
from services.extract.stages.tree import Token

PERSONAL: Final = frozenset({"he", "she"})
PRONOUNS: Final = PERSONAL | {"they", "it", "who", "which", "him", "her", "them", "that"}
_NAME: Final = Pattern(
    r"(?:[A-ZÀ-ÖØ-ÞİŞĞÇА-ЯЇІЄҐ][\w’'-]+)(?:\s+(?:[A-ZÀ-ÖØ-ÞİŞĞÇА-ЯЇІЄҐ][\w’'-]+|al|de|von|van|bin))*"
)
_MONTHS_AND_DAYS: Final = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)
_ARTICLES: Final = frozenset(
    ["a", "an", "the", "some", "several", "many", "one", "two", "three", "its", "his", "their"]
)
_PERSON_RULES: Final = frozenset({"person", "last_name", "titled_person", "unknown_name"})
_MOUTHPIECES: Final = frozenset(
    ["spokesman", "spokeswoman", "spokesperson", "spokesmen", "representative", "spokespeople"]
)
_MESSAGES: Final = frozenset(
    [
        "statement",
        "report",
        "bulletin",
        "update",
        "communique",
        "communiqué",
        "post",
        "message",
        "summary",
        "release",
        "article",
        "letter",
        "note",
        "text",
        "briefing",
    ]
)
_POINTING: Final = frozenset(["the", "its", "his", "her", "their", "this", "that", "a"])
_NOBODY: Final = frozenset(
    [
        "nobody",
        "none",
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "no-one",
        "anyone",
        "nothing",
        "all",
        "others",
        "both",
    ]
)
_MAX_NP: Final = 140
_BESIDE: Final = 60
"""Characters on either side of a name in which his office is told."""


@dataclass(init=False, slots=True)
class Spoken:
    """A speaker found: the mention, and the span of the words that name it in this place."""

    mention: ActorMention
    span: Span
    pronoun: bool
    phrase: Span | None
    """The whole noun phrase, where the name is only a part of it."""

    def __init__(self, mention: ActorMention, span: Span, pronoun: bool = False, phrase: Span | None = None) -> None:
        self.mention = mention
        self.span = span
        self.pronoun = pronoun
        self.phrase = phrase


_HEAD_OF_STATE: Final = frozenset({"head of state", "head of the state", "head of the country", "supreme commander"})


@cache
def _presidents() -> frozenset[str]:
    """Ids of all who are or were presidents of a country."""
    offices = people().offices
    return frozenset(p.id for office, held in offices.items() if office.startswith("president of ") for p in held)


def _owns(line: Line, mention: ActorMention) -> bool:
    return line.between(mention.span.end, mention.span.end + 2) in ("'s", "’s")


_CALL_SIGN: Final = Pattern(r"\b(?:call[ -]?sign|nom de guerre|nickname|alias)$")
_SIGN: Final = Pattern(r"\s+(?:of\s+|is\s+)?[\"“‘']?[A-Z][\w’'-]+[\"”’']?")
_CALLED: Final = Pattern(
    r",?\s+(?:(?:with|by|under|who\s+(?:uses|goes\s+by|has)|known\s+by|using)\s+)?(?:the\s+|his\s+|her\s+)?"
    r"(?:call[ -]?sign|nom de guerre|nicknamed?|alias)(?:\s+of|\s+is)?\s+[\"“‘']?[A-Z][\w’'-]+[\"”’']?"
    r"|,?\s+who\s+(?:(?:asks|asked|wants|wanted|wished|preferred|agreed)\s+to\s+be\s+(?:called|named|known|identified|referred\s+to)"
    r"|(?:gave|gives|used|uses|goes\s+by|introduced|introduces|identified)\s+(?:his|her|the|himself|herself)(?:\s+(?:name|first\s+name))?"
    r"|would\s+be\s+identified)(?:\s+only)?(?:\s+(?:as|by))?(?:\s+(?:his|her)\s+first\s+name,?)?\s+[\"“‘']?[A-Z][\w’'-]+[\"”’']?"
)
"""A soldier's name in the war, which goes with the words that describe him: "a fighter with the call sign Hrim"."""


class Speakers:
    """Finds speakers, and remembers who spoke last."""

    def __init__(self, doc: Document, lexicon: Lexicon) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.places = sorted((p for p in doc.places if not p.anaphor), key=lambda p: p.span.start)
        self.place_starts = [p.span.start for p in self.places]
        self.by_surface: dict[str, ActorMention] = {}
        self.by_last_name: dict[str, ActorMention] = {}
        for mention in doc.actors:
            self.by_surface.setdefault(mention.surface, mention)
            if mention.can_speak and is_person(mention, lexicon) and not is_common(mention):
                self.by_last_name.setdefault(mention.name.split()[-1], mention)
        self.last: ActorMention | None = None
        self.last_line = -1
        self.last_person_line = -1
        self.named: ActorMention | None = None
        """The first person named in the latest sentence that names one."""
        self.named_line = -1
        self.body: ActorMention | None = None
        """The body that the sentence read last opens with."""
        self.body_line = -1
        self.body_spoke = -1
        self.line = 0
        self.nameless: ActorMention | None = None
        """Who has no name and opens the latest sentence of that kind: "A drone pilot sits in a cellar"."""
        self.nameless_line = -1
        self.spoken: list[ActorMention] = []
        self.last_person: ActorMention | None = None
        self.last_body: ActorMention | None = None

    def remember(self, mention: ActorMention) -> None:
        """Note that `mention` has spoken."""
        self.last = mention
        self.last_line = self.line
        self.spoken.append(mention)
        if is_person(mention, self.lexicon):
            self.last_person = mention
            self.last_person_line = self.line
        else:
            self.last_body = mention
            self.body_spoke = self.line

    def finish(self, line: Line) -> None:
        """Note who was named in a sentence that has been read."""
        person = next(
            (m for m in line.speakers if not m.anaphor and not is_common(m) and is_person(m, self.lexicon)), None
        )
        if person is not None:
            self.named, self.named_line = person, line.sentence.index
        first = next((m for m in line.speakers if not m.anaphor), None)
        if person is None and (nameless := self.brought_in(line)) is not None:
            self.nameless, self.nameless_line = nameless, line.sentence.index
        if (
            first is not None
            and first.kind in ("GOV", "MIL", "ORG", "MEDIA")
            and not is_person(first, self.lexicon)
            and line.between(line.start, first.span.start).strip(' "“').lower() in ("", "the")
        ):
            self.body, self.body_line = first, line.sentence.index

    def brought_in(self, line: Line) -> ActorMention | None:
        """Return whom a sentence opens with who has no name: "A drone pilot sits in a cellar"."""
        end = self._nameless_to(line)
        return self.unnamed(line, line.start, end) if end else None

    def _nameless_to(self, line: Line) -> int:
        """Where the words end that bring in somebody without a name, "A tank driver sits …"; 0 where none do."""
        words = line.words[:_MOST_BROUGHT_IN]
        if not words or words[0].low not in ("a", "an", "one"):
            return 0
        for place, word in enumerate(words[1:], 1):
            if (
                not word.text[:1].isalpha()
                or word.low in _ENDS_NOUN
                or (word.token is not None and word.token.tag_ in _TENSED)
            ):
                head = words[place - 1]
                return head.end if head.low in self.lexicon.people and not head.low.endswith("s") else 0
        return 0

    def pronoun(self, low: str, line: Line, at: int) -> ActorMention | None:
        """Whom a pronoun that speaks means: the last speaker of its kind, or the last person named."""
        if low in PERSONAL or low in ("him", "her"):
            before = [m for m in line.speakers if m.span.end <= at and is_person(m, self.lexicon) and not m.anaphor]
            spoke = self.last_person_line
            if self.last_person is not None and (
                spoke >= line.sentence.index or (not before and spoke >= self.named_line)
            ):
                return self.last_person
            if before:
                return before[0]
            if self.nameless is not None and self.nameless_line > max(spoke, self.named_line, line.sentence.index - 3):
                return self.nameless
            if self.named is not None and self.named_line > spoke:
                return self.named
            return self.last_person or self.last
        if low in ("it", "which"):
            if self.last_body is not None and self.last_body is self.last and self.last_line == line.sentence.index:
                return self.last_body  # "the army said in the morning; it counted 84 breaches"
            opening = line.between(line.start, at).strip(' "“').lower()
            if (
                opening.endswith(",")
                and self.last_body is not None
                and self.last_body is self.last
                and self.last_line == line.sentence.index - 1
                and len(line.between(at, line.end)) < _PARTING
            ):
                return self.last_body  # "The Emirates mediated, it added": not the Emirates
            if self.body is not None and self.body_line == line.sentence.index - 1 > self.body_spoke:
                if not opening or opening.startswith(("its ", "it ")):
                    return self.body  # "The ministry issued a statement. It said …"
            elif opening.startswith("its ") and self.last_body is not None:
                return self.last_body
            first = next((m for m in line.speakers if not m.anaphor), None)
            if (
                first is not None
                and first.span.end <= at
                and not is_common(first)
                and not is_person(first, self.lexicon)
            ):
                return first
            common = first is not None and first.span.end <= at and not is_person(first, self.lexicon)
            return self.last_body or (first if common else None) or self.last
        if low == "they" and self.body is not None and self.body_line == line.sentence.index - 1 > self.body_spoke:
            single = self.last is not None and is_person(self.last, self.lexicon)
            if single and self.last_line < self.body_line:
                return self.body  # "The bloggers painted another picture. The troops, they wrote, …"
        return self.last

    # -- within a noun phrase -----------------------------------------------------------------------------------------

    def in_phrase(self, line: Line, start: int, end: int, head: Word | None = None) -> Spoken | None:
        """Return the speaker that the noun phrase at `start` to `end` names, or None where it cannot speak."""
        end = min(end, start + _MAX_NP)
        inside = [m for m in line.speakers if m.span.start < end and start < m.span.end]
        words = line.within(start, end)
        if not words:
            return None
        if len(words) == 1 and words[0].low in PRONOUNS:
            found = self.pronoun(words[0].low, line, start)
            return Spoken(found, Span(start, end), pronoun=True) if found else None
        inside = [m for m in inside if not (m.anaphor and m.surface.lower() in PRONOUNS)] or inside
        named = [m for m in inside if not is_common(m)]
        if named:
            persons = [m for m in named if is_person(m, self.lexicon)]
            covering = [m for m in named if head is not None and m.span.start <= head.start < m.span.end]
            if persons:
                by_name = [m for m in persons if not m.rule.startswith("office")]  # "an adviser to the mayor, Petro …"
                chosen = covering[0] if covering and is_person(covering[0], self.lexicon) else (by_name or persons)[0]
                return Spoken(chosen, chosen.span, phrase=Span(start, end))
            if covering:
                return Spoken(covering[0], covering[0].span, phrase=Span(start, end))
            if head is not None and head.low in self.lexicon.people and head.low not in _MOUTHPIECES:
                return Spoken(self.unnamed(line, start, end), Span(start, end))
            if (
                head is not None
                and head.low in self.lexicon.own_bodies
                and named[0].rule == "state"
                and _owns(line, named[0])
            ):
                return Spoken(self.unnamed(line, start, end), Span(start, end))
            return Spoken(named[0], named[0].span, phrase=Span(start, end))
        if inside:
            message = self._message(words, head or words[-1], Span(start, end))
            if message is not None:
                return message
            if head is None:
                head = next((w for w in reversed(words) if inside[0].span.start <= w.start < inside[0].span.end), None)
            known = self._meant(words, head) if head is not None and not _told_whose(line, words) else None
            return Spoken(known or self.unnamed(line, start, end), Span(start, end))
        if head is None:
            head = next((w for w in reversed(words) if w.text[0].isalnum()), words[-1])
        message = self._message(words, head, Span(start, end))
        if message is not None:
            return message
        if head.low in self.lexicon.people or head.low in self.lexicon.bodies:
            known = None if _told_whose(line, words) else self._meant(words, head)
            if known is not None:
                return Spoken(known, Span(start, end))
            return Spoken(self.unnamed(line, start, end), Span(start, end))
        name = _NAME.search(line.between(start, end))
        place = any(p.span.start < end and start < p.span.end for p in self.places_in(line))
        proper = head.token is None or head.token.pos_ == "PROPN"
        if (
            name
            and not place
            and proper
            and head.low not in _NOBODY
            and name.group().lower() not in _MONTHS_AND_DAYS
            and head.text[:1].isupper()
        ):
            return Spoken(self.unknown(line, start + name.start(), start + name.end()), Span(start, end))
        nouns = [w for w in words if w.low in self.lexicon.people]
        if nouns and head.token is None:
            return Spoken(self.unnamed(line, start, end), Span(start, end))
        return None

    def _message(self, words: list[Word], head: Word, span: Span) -> Spoken | None:
        """ "The daily bulletin says": whoever gives it out, the body that spoke last."""
        if head.low not in _MESSAGES or words[0].low not in _POINTING or len(words) > 4:
            return None
        known = self.last_body or self.last
        return Spoken(known, span, pronoun=True) if known is not None else None

    def _meant(self, words: list[Word], head: Word) -> ActorMention | None:
        """Whom a short definite phrase points back to: "the minister" after his name, "the ministry" after it spoke."""
        if words[0].low == "the" and " ".join(w.low for w in words[1:]) in _HEAD_OF_STATE:
            return next(
                (m for m in reversed(self.doc.actors) if m.span.end <= words[0].start and m.id in _presidents()), None
            )
        if words[0].low not in ("the", "this", "that", "his", "its", "their") or len(words) > 3:
            return None
        if head.low in self.lexicon.people and not head.low.endswith("s"):
            if words[0].low != "the":
                return None
            return self.last_person if head.low not in self.lexicon.offices else self._in_office(head.low)
        for mention in reversed(self.spoken[-6:]):
            if head.low in mention.name.lower() or head.low in mention.surface.lower():
                return mention
        return None

    def _in_office(self, office: str) -> ActorMention | None:
        """Who among the latest persons to speak was told of as mayor, governor, …; the only one told of at all."""
        persons = [m for m in reversed(self.spoken[-8:]) if is_person(m, self.lexicon)]
        for person in persons:
            known = people().by_id.get(person.id or "")
            near = self.doc.text[max(0, person.span.start - _BESIDE) : person.span.end + _BESIDE].lower()
            if (known is not None and office in known.office) or office in near:
                return person
        return None

    def places_in(self, line: Line) -> list[PlaceMention]:
        low = bisect_left(self.place_starts, line.start)
        return self.places[low : bisect_left(self.place_starts, line.end)]

    def unnamed(self, line: Line, start: int, end: int) -> ActorMention:
        """Somebody without a name, by the words that describe them."""
        described = next(
            (m for m in line.speakers if is_common(m) and start <= m.span.start and m.span.end <= end), None
        )
        if described is not None and _IN_BODY.search(line.between(start, described.span.start)):
            described = None  # "a source in the agency" is not the agency
        whose = _WHOSE.match(line.text, end - line.start)
        if whose is not None and _CALLED.match(line.text, whose.end()):
            end = line.start + whose.end()  # "the commander of Taras's platoon, who asks to be called Fox"
        if described is not None and " of " not in line.between(described.span.end, end):
            start = described.span.start
            beside = next((m for m in line.actors if 0 <= start - m.span.end <= 1 and m.span.end > line.start), None)
            start = beside.span.start if beside is not None else start
        surface = trim(line.between(start, end))
        called = _CALLED.match(line.text, start + len(surface) - line.start)
        if called is None and _CALL_SIGN.search(surface):
            called = _SIGN.match(line.text, start + len(surface) - line.start)
        if called is not None:
            surface = line.between(start, line.start + called.end())
        side = next((m.side for m in line.actors if m.span.start < end and start < m.span.end and m.side), None)
        if side is None:
            side = next(
                (self.lexicon.sides[w] for w in re.findall(r"\w+", surface.lower()) if w in self.lexicon.sides), None
            )
        lows = set(re.findall(r"[\w-]+", surface.lower()))
        kind: ActorKind = "CIV"
        if lows & {
            "soldier",
            "soldiers",
            "officer",
            "officers",
            "commander",
            "commanders",
            "sergeant",
            "fighter",
            "fighters",
            "troops",
            "serviceman",
            "servicemen",
            "infantryman",
            "military",
            "army",
            "brigade",
            "battalion",
            "general",
            "colonel",
            "captain",
            "lieutenant",
            "marine",
            "pilot",
        }:
            kind = "MIL"
        elif lows & {
            "official",
            "officials",
            "minister",
            "governor",
            "mayor",
            "ministry",
            "government",
            "spokesman",
            "spokeswoman",
            "authorities",
            "administration",
            "diplomat",
            "diplomats",
            "adviser",
            "aide",
            "prosecutors",
            "police",
            "envoy",
            "president",
            "embassy",
        }:
            kind = "GOV"
        elif lows & {
            "blogger",
            "bloggers",
            "milblogger",
            "milbloggers",
            "channel",
            "channels",
            "media",
            "newspaper",
            "outlet",
            "correspondent",
            "reporter",
            "journalist",
            "television",
            "agency",
            "agencies",
        }:
            kind = "MEDIA"
        elif lows & {"analyst", "analysts", "expert", "experts", "institute", "researchers", "think-tank", "monitors"}:
            kind = "ORG"
        return ActorMention(
            Span(start, start + len(surface)),
            surface,
            surface,
            None,
            side,
            kind,
            can_speak=True,
            rule="unnamed_speaker",
        )

    def unknown(self, line: Line, start: int, end: int) -> ActorMention:
        """A name that no list knows, kept as it is written."""
        surface = line.between(start, end)
        known = self.by_surface.get(surface) or self.by_last_name.get(surface.split()[-1])
        if known is not None:
            return known
        return ActorMention(Span(start, end), surface, surface, None, None, "PER", can_speak=True, rule="unknown_name")


_WHOSE: Final = Pattern(r"\s+(?:of|in|from)\s+[^,.;:\"“”]{2,50}")
_PARTING: Final = 26
"""Characters of ", it said in a statement." at the most, behind what was said."""
_MOST_BROUGHT_IN: Final = 9
_ENDS_NOUN: Final = frozenset(
    ["of", "in", "at", "from", "with", "who", "whose", "near", "on", "for", "serving", "fighting"]
)
_TENSED: Final = frozenset(["VBD", "VBZ", "VBP", "MD"])
_IN_BODY: Final = Pattern(r"[\w’'-]\s+(?:in|at|of|from|within|inside|with)\s+(?:the\s+)?$")
_NEWLY: Final = Pattern(r"\s+of\s+(?:[A-Z][\w-]+['’]s\s|(?:its|his|her|their|our|a|an|one)\s)")


def _told_whose(line: Line, words: list[Word]) -> bool:
    """True for somebody who is brought in and not pointed back at: "the commander of its second battalion"."""
    return _NEWLY.match(line.text, words[-1].end - line.start) is not None


_ASIDE: Final = Pattern(r"\s*[,;:(]|\s+(?:who|which|that|whose)\s")


def trim(text: str) -> str:
    """The phrase without a relative clause, an apposition that trails off, or outer punctuation."""
    aside = _ASIDE.search(text)
    return (text if aside is None else text[: aside.start()]).strip(" \t\n\"“”'’-—–")


def is_common(mention: ActorMention) -> bool:
    """Whether a mention is a common noun ("the mayor", "residents") rather than a name or a known body."""
    if mention.id is not None or mention.rule in _PERSON_RULES:
        return False
    first = mention.surface.split(" ", 1)[0]
    return mention.rule == "noun" or not first[:1].isupper() or first.lower() in _ARTICLES


def is_person(mention: ActorMention, lexicon: Lexicon) -> bool:
    """Whether a mention names one person rather than a body, a country or an office."""
    if mention.kind == "PER" or "/PER/" in (mention.id or "") or mention.rule in _PERSON_RULES:
        return True
    if mention.kind == "narrator" or mention.id is not None:
        return False
    words = mention.name.split()
    lows = {w.lower() for w in words}
    if lows & lexicon.bodies or lows & {"of", "the", "and"}:
        return False
    if is_common(mention):
        return bool(lows & lexicon.people) and not any(low in lexicon.people and low.endswith("s") for low in lows)
    return len(words) >= 2 and all(w[:1].isupper() for w in words) and mention.kind not in ("MEDIA", "ORG", "PMC")


def noun_phrase(token: Token, start: int) -> tuple[int, int]:
    """The span of a spaCy token's noun phrase, without its relative clauses."""
    skip: set[int] = set()
    for child in token.children:
        if child.dep_ in ("relcl", "acl", "advcl", "cc", "conj", "punct", "parataxis", "ccomp") and child.i > token.i:
            if child.dep_ == "conj" and child.pos_ in ("NOUN", "PROPN"):
                continue
            if child.dep_ in ("cc", "punct"):
                continue
            skip.update(t.i for t in child.subtree)
    kept = [t for t in token.subtree if t.i not in skip]
    first, last = min(t.i for t in kept), max(t.i for t in kept)
    doc = token.doc
    while last > token.i and doc[last].is_punct:
        last -= 1
    return start + doc[first].idx, start + doc[last].idx + len(doc[last].text)
