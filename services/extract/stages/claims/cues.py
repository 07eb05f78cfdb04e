"""Attribution cues of one sentence: verbs of saying, "according to", colons and dashes, with their speakers.

A cue is found by its words; the parse, where there is one, tells verbs from nouns and finds the subject. What each
cue covers is worked out afterwards (`scopes`).
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.taxonomy import Act, Stance
from services.extract.document import ActorMention, Span
from services.extract.stages.claims.lexicon import Lexicon, SpeechVerb
from services.extract.stages.claims.lexicon import lexicon as speech_lexicon
from services.extract.stages.claims.sources import PRONOUNS, Speakers, Spoken, is_common, is_person, noun_phrase
from services.extract.stages.claims.words import Line, Word
from services.extract.stages.wordforms import verb_forms

NARRATOR_NAME: Final = "narrator"
_ADVERBS: Final = (
    r"(?:also|later|earlier|then|now|already|again|still|once|meanwhile|however|nevertheless|nonetheless|repeatedly|publicly|officially|separately|"
    r"simply|flatly|bluntly|calmly|on|in|at|late|early|the|this|that|same|day|morning|evening|night|afternoon|week|month|year|yesterday|today|tonight|overnight|"
    r"has|had|have|was|were|is|are|been|be|being|would|will|did|does|do|not|never|n't|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|"
    r"february|march|april|may|june|july|august|september|october|november|december|for|its|his|her|their|part|turn|\d+|of|st|nd|rd|th|himself|herself|itself|themselves|only|so|just|often|first|previously|recently|by)"
)
_GAP: Final = re.compile(rf"\s*(?:,\s*)?(?:{_ADVERBS}[\s,]+)*", re.IGNORECASE)
_APPOSITION: Final = re.compile(r"\s*,[^,\"“”;:.]{1,90},\s*(?:\w+ly\s+)?")
_INVERTED: Final = re.compile(
    r"\s*(?:(?:also|later|then|today|yesterday|on|in|this|the|a|an|local|morning|\w+day|its|his|her|their|deputy|acting|regional|former|president|general|defence|defense|minister|governor|mayor|spokesman|spokeswoman|commander|chief|head|of|spokesperson|colonel|major|lieutenant|prime|foreign|interior|adviser|officials?)\s+){0,6}",
    re.IGNORECASE,
)
_NEGATION: Final = re.compile(
    r"(?:\b(?:not|never|cannot|nor|neither|no longer|nobody|no one)\b|n['’]t\b)[^,;:]{0,30}$", re.IGNORECASE
)
_OWN_ACCOUNT: Final = re.compile(
    r"\b(?:in|by|on|from|per|under|to)\s+(?P<who>his|her|its|their|[^,;:.()\"“”]{2,70}?(?:['’]s|s['’]))\s+(?:(?:own|latest|daily|preliminary|first|last|earlier|evening|morning|nightly|official|initial)\s+)*(?P<noun>\w+)",
    re.IGNORECASE,
)
_VERSION: Final = re.compile(
    r"(?P<who>[^,;:.()\"“”]{2,70}?)(?:['’]s|s['’])\s+(?:own\s+)?(?P<noun>version|account|line|answer|figure|figures|claim|response|statement|count)\s*(?::|\bis that\b|\bwas that\b|\bthat\b)",
    re.IGNORECASE,
)
_NOUN_THAT: Final = re.compile(
    r"\b(?:claims?|reports?|statements?|allegations?|assertions?|announcements?|messages?|words?)\s+(?:by|from|of)\s+",
    re.IGNORECASE,
)
_SO: Final = re.compile(r"(?:^|[,:;]\s+)(?:so|thus)\s+(?:the\s+)?(?=[A-Z]|the\b)")
_DASH: Final = re.compile(r"[,.\"”»]?\s*[-—–]\s*(?P<who>[^-—–:;\"“”]{2,70}?)\s*[.!]*\s*$")
_PAREN: Final = re.compile(r"\((?P<who>[^()]{4,60})\)")


@dataclass(slots=True)
class Cue:
    """One attribution in one sentence. `core` spans speaker and cue; `left` and `right` say where what is said stands."""

    kind: str
    act: Act
    stance: Stance
    cue: Span
    speaker: Spoken
    core: Span
    left: bool = False
    right: bool = False
    token: Any = None
    via: str | None = None
    others: tuple[ActorMention, ...] = ()
    """Further speakers of the same words: "Mediazona and the BBC report"."""
    participle: bool = False
    passive: bool = False
    whole: bool = False
    """The cue speaks for what follows in the paragraph too: a bulletin's opening, "Name: …"."""


def narrator(span: Span) -> ActorMention:
    """The article itself as the one who says so."""
    return ActorMention(span, NARRATOR_NAME, NARRATOR_NAME, None, None, "narrator", can_speak=True, rule="narrator")


def cues_of(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """Return the sentence's cues in order, each with its speaker; later ones know who spoke in earlier ones."""
    found: list[Cue] = []
    taken: list[Span] = []
    for maker in (_according, _accounts, _colon, _verbs, _dash, _so, _parenthesis):
        for cue in maker(line, speakers, lexicon):
            if not any(span.overlaps(cue.cue) for span in taken):
                found.append(cue)
                taken.append(cue.cue)
    found.sort(key=lambda cue: (cue.core.start, cue.cue.start))
    for cue in found:
        if cue.speaker.mention.kind != "narrator":
            speakers.remember(cue.speaker.mention)
    return found


# -- verbs ------------------------------------------------------------------------------------------------------------


def _verbs(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    found: list[Cue] = []
    for place, word in enumerate(line.words):
        verb, width = _speech_verb(line, place, lexicon)
        if verb is None or line.in_quotes(word.start):
            continue
        if word.token is not None and not _verbal(word.token) and not _closing_verb(line, place, verb):
            continue
        end = line.words[place + width - 1].end
        cue = _verb_cue(line, place, end, verb, speakers, lexicon, found)
        if cue is not None:
            found.append(cue)
            if cue.speaker.mention.kind != "narrator":
                speakers.remember(cue.speaker.mention)
    return found


def _speech_verb(line: Line, place: int, lexicon: Lexicon) -> tuple[SpeechVerb | None, int]:
    words = line.words
    for width in (3, 2, 1):
        if place + width <= len(words):
            key = " ".join(w.low for w in words[place : place + width])
            if key in lexicon.verbs:
                return lexicon.verbs[key], width
    return None, 0


_TITLE_WORDS: Final = frozenset(
    "the a an its his her their deputy acting regional former prime foreign interior defence defense chief first senior major lieutenant "
    "brigadier colonel military city district local press army force air naval land president mr mrs ms gen col lt of and for in general "
    "so-called self-styled moscow-appointed russian-installed then one two three some several many most state security national".split()
)


def _title_start(line: Line, start: int) -> int:
    """Where the name's phrase begins: "Governor", "the head of the administration," before it belong to it."""
    lexicon = speech_lexicon()
    at = start
    words = [w for w in line.words if w.end <= start]
    clause: list[Word] = []
    for word in reversed(words):
        if word.text in ',;:"”»—–' or (word.text == "-" and line.between(word.end, word.end + 1) == " "):
            break
        clause.append(word)
    clause.reverse()
    # After a comma or a quotation, everything up to the name is its title, unless a verb is in it.
    if clause and len(clause) <= 9 and len(clause) < len(words) and not _finite(clause):
        opening = clause[0]
        if opening.low in _DETERMINERS or opening.text[:1].isupper() or opening.low in lexicon.people:
            return opening.start
    while words:
        word = words.pop()
        if word.text == ",":
            chunk: list[Word] = []
            for back in reversed(words):
                if not back.text[0].isalnum() and back.text not in "'’-":
                    break
                chunk.append(back)
            chunk.reverse()
            office = any(w.low in lexicon.people or w.low in lexicon.bodies for w in chunk)
            if (
                at == start
                and chunk
                and len(chunk) <= 12
                and office
                and not _finite(chunk)
                and chunk[0].start > line.start
            ):
                return chunk[0].start
            break
        named = any(m.span.start <= word.start < m.span.end for m in line.actors) or (
            word.text[:1].isupper() and words and word.start > line.start
        )
        if not (
            word.low in _TITLE_WORDS
            or word.low in lexicon.people
            or word.low in lexicon.bodies
            or word.low in lexicon.sides
            or any(part in lexicon.people for part in word.low.split("-"))
            or named
            or word.text in ("'", "’", "s", "-")
        ):
            break
        if word.low in ("in", "of", "for", "and") and not (
            words and (words[-1].low in lexicon.people or words[-1].low in lexicon.bodies)
        ):
            break
        at = word.start
    return at


_DETERMINERS: Final = frozenset(
    ["the", "a", "an", "its", "his", "her", "their", "one", "two", "three", "some", "acting", "deputy", "former", "our"]
)


def _finite(words: list[Word]) -> bool:
    """Whether a verb with its own tense is among the words, or a word that opens a clause."""
    return any(
        (w.token is not None and w.token.tag_ in ("VBD", "VBZ", "VBP", "MD"))
        or w.low in ("that", "who", "which", "and", "but", "while", "when", "as", "after")
        for w in words
    )


def _closing_verb(line: Line, place: int, verb: SpeechVerb) -> bool:
    """ "…, the Air Force Command states.": taken for a noun by the parser, but it ends what somebody named says."""
    if verb.weak or place + 1 >= len(line.words):
        return False
    word, following = line.words[place], line.words[place + 1]
    before = [m for m in line.speakers if m.span.end <= word.start]
    near = [w.low for w in line.words[place + 1 : place + 4]]
    if not before or not (following.text in ".,;:" or "that" in near) or line.between(before[-1].span.end, word.start).strip():
        return False
    return bool(
        re.search(r"[,\"”»—–-]\s*(?:the|its|a)?\s*(?:[\w-]+\s+){0,3}$", line.between(line.start, before[-1].span.start))
    )


def _verbal(token: Any) -> bool:
    if token.tag_.startswith("VB"):
        if token.dep_ == "amod":
            return False
        passive_participle = token.dep_ == "acl" and token.tag_ == "VBN"
        return not (passive_participle and not any(c.dep_ == "agent" for c in token.children))
    return bool(token.pos_ in ("VERB", "AUX")) and token.dep_ != "amod"


def _verb_cue(
    line: Line, place: int, end: int, verb: SpeechVerb, speakers: Speakers, lexicon: Lexicon, earlier: list[Cue]
) -> Cue | None:
    word = line.words[place]
    spoken, inverted, passive = _subject(line, place, end, speakers, lexicon, earlier)
    if spoken is None:
        return None
    negated = _negated(line, word)
    act, stance = verb.act, verb.stance
    if spoken.mention.kind == "narrator":
        if negated or verb.lemma not in _SHOWING:
            return None
        act, stance = "confirms", "confirms"
    elif word.low in lexicon.decline_verbs and negated:
        act, stance = "declines", "declines"
        if verb.negated == "none" and verb.lemma in (
            "say",
            "explain",
            "announce",
            "report",
            "publish",
            "name",
            "mention",
            "tell",
        ):
            pass
    elif negated:
        if verb.negated == "none":
            return None
        if verb.negated == "declines":
            act, stance = "declines", "declines"
        elif verb.act == "assesses" and verb.lemma not in ("rule out", "exclude"):
            stance = "doubts"
    if not spoken.pronoun:
        spoken.span = Span(_title_start(line, spoken.span.start), spoken.span.end)
    core = Span(min(spoken.span.start, word.start), max(spoken.span.end, end))
    if spoken.pronoun or not spoken.span.overlaps(Span(line.start, line.end)) or core.end - core.start > 220:
        core = Span(min(word.start, core.start) if core.end - core.start <= 220 else word.start, end)
    cue = Cue("verb", act, stance, Span(word.start, end), spoken, core, token=word.token, passive=passive)
    cue.participle = word.low.endswith("ing")
    if passive:
        cue.left = cue.right = True
    else:
        _direct(line, cue, verb, inverted)
    if verb.act in ("asks", "orders", "pledges") and is_common(spoken.mention) and spoken.mention.kind in ("CIV", None):
        return None
    if verb.lemma in ("call", "term", "brand", "label") and re.match(r"\s*(?:up|on|off|in|for|out|a halt|by)\b", line.between(end, line.end)):
        return None
    if verb.strict and not _strictly_said(line, cue):
        return None
    if verb.weak and not _has_content(line, cue, verb):
        return None
    cue.others = _joined(line, spoken)
    return cue


_SHOWING: Final = frozenset(
    {
        "show",
        "confirm",
        "indicate",
        "reveal",
        "verify",
        "suggest",
        "corroborate",
        "document",
        "substantiate",
        "record",
        "establish",
        "observe",
        "see",
    }
)


def _negated(line: Line, word: Word) -> bool:
    token = word.token
    if token is not None:
        if any(c.dep_ == "neg" for c in token.children):
            return True
        for child in token.children:
            if child.dep_ in ("nsubj", "nsubjpass") and any(
                g.lower_ in ("no", "neither") and g.dep_ == "det" for g in child.children
            ):
                return True
            if child.lower_ in ("nobody", "neither", "nor") and child.i < token.i:
                return True
        if token.dep_ == "xcomp" and token.head.lower_ in ("unable", "yet", "able"):
            return True
        return bool(
            re.search(
                r"(?:\b(?:not|never|cannot|without)|n['’]t)(?:\s+\w+ly)?(?:\s+yet)?(?:\s+been)?\s*$",
                line.between(line.start, word.start),
                re.IGNORECASE,
            )
        )
    return bool(_NEGATION.search(line.between(line.start, word.start)[-45:]))


def _subject(
    line: Line, place: int, end: int, speakers: Speakers, lexicon: Lexicon, earlier: list[Cue]
) -> tuple[Spoken | None, bool, bool]:
    """Return the verb's speaker, whether it stands after the verb, and whether the verb is passive with "by"."""
    word = line.words[place]
    token = word.token
    beside, after = _adjacent(line, word, end, speakers)
    loose = beside is not None and not after and line.between(beside.span.end, word.start).count(",") > 1
    if token is not None:
        agent = next((c for c in token.children if c.dep_ == "agent"), None)
        if agent is not None and token.tag_ == "VBN":
            pobj = next((c for c in agent.children if c.dep_ == "pobj"), None)
            if pobj is not None:
                found = _phrase(line, pobj, speakers)
                if found is not None:
                    return found, False, True
        if any(c.dep_ in ("auxpass", "nsubjpass") for c in token.children):
            return None, False, True
        subject = next((c for c in token.children if c.dep_ == "nsubj"), None)
        if subject is not None:
            if subject.lower_ in lexicon.impersonal or any(
                c.lower_ in lexicon.impersonal for c in subject.children if c.dep_ in ("compound",)
            ):
                named = _adjacent(line, word, end, speakers)
                if named[0] is not None and named[1]:
                    return named[0], True, False
                start, stop = noun_phrase(subject, line.start)
                return Spoken(narrator(Span(start, stop)), Span(start, stop)), False, False
            if subject.lower_ in ("who", "which", "that") and token.dep_ == "relcl":
                found = _phrase(line, token.head, speakers)
                if found is not None:
                    person = _bearer(line, found, speakers)
                    return Spoken(person, Span(word.start, end), pronoun=True), False, False
            found = _phrase(line, subject, speakers)
            if beside is not None and word.token.tag_ != "VBG" and (found is None or not (found.phrase or found.span).overlaps(beside.span) and not loose):
                return beside, after, False
            if found is not None and _near(line, found, word):
                return found, subject.i > token.i, False
            if subject.lower_ in ("it", "this", "that", "there", "what", "we", "i", "you"):
                if subject.lower_ == "it" and speakers.last_body is not None and not _expletive(token):
                    return Spoken(speakers.last_body, Span(word.start, end), pronoun=True), False, False
                return None, False, False
        if token.tag_ == "VBG":
            inherited = _inherited(line, token, word, end, speakers, earlier)
            if inherited is not None:
                return inherited, False, False
        if beside is not None:
            return beside, after, False
        inherited = _inherited(line, token, word, end, speakers, earlier)
        if inherited is not None:
            return inherited, False, False
        if token.tag_ == "VBG" and re.search(r",\s*(?:\w+ly\s+|and\s+)?$", line.between(line.start, word.start)):
            before = [m for m in line.speakers if m.span.end <= word.start]
            if earlier or before:
                return (
                    Spoken(earlier[-1].speaker.mention if earlier else before[-1], Span(word.start, end), pronoun=True),
                    False,
                    False,
                )
        return None, False, False
    found2, inverted = _adjacent(line, word, end, speakers)
    if found2 is None and word.low.endswith("ing") and earlier:
        return Spoken(earlier[-1].speaker.mention, Span(word.start, end), pronoun=True), False, False
    return found2, inverted, False


def _bearer(line: Line, found: Spoken, speakers: Speakers) -> ActorMention:
    """ "Khodakovsky, commander of the Vostok battalion, who …": the name before the office, not the office's body."""
    if is_person(found.mention, speakers.lexicon):
        return found.mention
    for mention in reversed(line.speakers):
        if (
            mention.span.end <= found.span.start
            and found.span.start - mention.span.end < 70
            and is_person(mention, speakers.lexicon)
        ):
            gap = line.between(mention.span.end, found.span.start)
            if (
                gap.startswith(",")
                and gap.count(",") == 1
                and any(w in speakers.lexicon.people for w in re.findall(r"[\w-]+", gap.lower()))
            ):
                return mention
    return found.mention


def _near(line: Line, found: Spoken, word: Word) -> bool:
    """Whether the subject that the parse gives can be one: no quotation, colon or second clause stands between."""
    gap = line.between(min(found.span.end, word.end), max(found.span.start, word.start))
    return len(gap) < 160 and not re.search(r"[;:\"“”]", gap)


def _expletive(token: Any) -> bool:
    """ "It is said", "it appears": nobody's it."""
    return bool(token.lower_ in ("seems", "appears", "means", "seemed"))


def _inherited(line: Line, token: Any, word: Word, end: int, speakers: Speakers, earlier: list[Cue]) -> Spoken | None:
    """ "X said A and added B", "X left, saying B", "X refused to comment": the subject of the verb above."""
    head, steps = token, 0
    while head.head.i != head.i and steps < 4:
        if head.dep_ not in ("xcomp", "advcl", "conj", "pcomp", "prep", "dep"):
            return None
        head = head.head
        steps += 1
        subject = next((c for c in head.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        if subject is not None:
            previous = next((c for c in earlier if c.token is not None and c.token.i == head.i), None)
            if previous is not None:
                return Spoken(previous.speaker.mention, Span(word.start, end), pronoun=True)
            found = _phrase(line, subject, speakers)
            if found is not None:
                return Spoken(found.mention, Span(word.start, end), pronoun=True)
            return None
    return None


def _phrase(line: Line, token: Any, speakers: Speakers) -> Spoken | None:
    start, stop = noun_phrase(token, line.start)
    head = next((w for w in line.words if w.start == line.start + token.idx), None)
    return speakers.in_phrase(line, start, stop, head)


def _adjacent(line: Line, word: Word, end: int, speakers: Speakers) -> tuple[Spoken | None, bool]:
    """Who is named right before the verb, or, where the verb follows a quotation or a comma, right after it."""
    before = [m for m in line.speakers if m.span.end <= word.start]
    if before:
        mention = before[-1]
        gap = line.between(mention.span.end, word.start)
        possessive = gap.startswith(("'s", "’s"))
        if is_common(mention) and not possessive and _GAP.fullmatch(gap):
            start = _title_start(line, mention.span.start)
            head = next((w for w in line.words if mention.span.end - len(w.text) == w.start), None)
            return speakers.in_phrase(line, start, mention.span.end, head), False
        if not possessive and (_GAP.fullmatch(gap) or (len(gap) < 110 and _APPOSITION.fullmatch(gap) and not is_common(mention) and not _verbs_between(line, mention.span.end, word.start))):
            return Spoken(mention, mention.span), False
    previous = [w for w in line.words if w.end <= word.start]
    if word.token is None and previous and previous[-1].text[:1].isupper() and previous[-1].text[0].isalpha():
        name = _NAME_BEFORE.search(line.between(line.start, word.start))
        if name is not None and not any(p.span.overlaps(Span(line.start + name.start(1), line.start + name.end(1))) for p in speakers.places_in(line)) and name.group(1).lower() not in PRONOUNS | _NO_NAMES:
            span = Span(line.start + name.start(1), line.start + name.end(1))
            return Spoken(speakers.unknown(line, span.start, span.end), span), False
    for back in reversed(previous[-4:]):
        if back.low in PRONOUNS and back.low in ("he", "she", "they", "it"):
            found = speakers.pronoun(back.low, line, back.start)
            if found is not None and _GAP.fullmatch(line.between(back.end, word.start)):
                return Spoken(found, Span(back.start, back.end), pronoun=True), False
    tail = line.between(line.start, word.start).rstrip()
    if word.low in _TAKES_HEARER:
        return None, False
    if not tail or tail[-1] in ",\"”’'»—–-:;.!?)" or tail.endswith((" so", " thus")):
        match = _INVERTED.match(line.text, end - line.start)
        limit = line.start + (match.end() if match else end - line.start)
        for mention in line.speakers:
            if end <= mention.span.start <= limit:
                if is_common(mention):
                    called = _name_behind(line, mention.span.end, speakers)
                    if called is not None:
                        return called, True
                    head = next((w for w in line.words if mention.span.end - len(w.text) == w.start), None)
                    return speakers.in_phrase(line, end, mention.span.end, head), True
                return Spoken(mention, mention.span), True
        following = [w for w in line.words if w.start >= end][:1]
        if following and following[0].low in ("he", "she", "they", "it"):
            found = speakers.pronoun(following[0].low, line, following[0].start)
            if found is not None:
                return Spoken(found, Span(following[0].start, following[0].end), pronoun=True), True
    return None, False


_NAME_BEHIND: Final = re.compile(r"(?:\s+(?:of|for|in)\s+[^,;:.\"“”]{1,45})?,?\s+(?=[A-ZÀ-ÖØ-ÞŞİĞÇ])")
_NAME_BEFORE: Final = re.compile(r"(?<![\w’'-])([A-ZÀ-ÖØ-ÞŞİĞÇ][\w’'-]+(?:\s+[A-ZÀ-ÖØ-ÞŞİĞÇ][\w’'-]+){0,2})\s*$")
_TAKES_HEARER: Final = verb_forms("tell") | verb_forms("inform") | verb_forms("remind") | verb_forms("notify") | verb_forms("brief")
"""What stands behind these is who was told, not who speaks."""
_NO_NAMES: Final = frozenset(["it", "this", "that", "i", "we", "you", "nobody", "some", "others", "many", "these", "those", "there", "what", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "and", "but"])
_FULL_NAME: Final = re.compile(r"[A-ZÀ-ÖØ-ÞŞİĞÇ][\w’'-]+(?:\s+[A-ZÀ-ÖØ-ÞŞİĞÇ][\w’'-]+){0,2}")


def _name_behind(line: Line, at: int, speakers: Speakers) -> Spoken | None:
    """The name that follows an office: "the governor Maksym Kozytskyi", "the spokesman of the group, Serhii Cherevatyi"."""
    match = _NAME_BEHIND.match(line.text, at - line.start)
    if match is None:
        return None
    start = line.start + match.end()
    for mention in line.speakers:
        if mention.span.start <= start < mention.span.end and not is_common(mention):
            return Spoken(mention, mention.span) if is_person(mention, speakers.lexicon) else None
    name = _FULL_NAME.match(line.text, match.end())
    if name is None or any(p.span.start <= start < p.span.end for p in speakers.places_in(line)):
        return None
    mention = speakers.unknown(line, start, line.start + name.end())
    return Spoken(mention, Span(start, line.start + name.end()))


def _verbs_between(line: Line, start: int, end: int) -> bool:
    return any(
        w.token is not None and w.token.tag_ in ("VBD", "VBZ", "VBP", "MD") and w.token.dep_ not in ("relcl", "aux", "auxpass")
        for w in line.words
        if start <= w.start < end
    )


def _joined(line: Line, spoken: Spoken) -> tuple[ActorMention, ...]:
    """The other speakers of "X and Y said", standing side by side."""
    found, last = [], spoken.mention
    if spoken.pronoun:
        return ()
    for mention in line.speakers:
        if mention.span.start >= last.span.end:
            gap = line.between(last.span.end, mention.span.start)
            if re.fullmatch(r"(?:['’]s)?\s*(?:,\s*|\s+and\s+(?:the\s+)?)", gap) and spoken.span.overlaps(mention.span):
                found.append(mention)
                last = mention
    return tuple(m for m in found if m.name != spoken.mention.name and is_far(m, spoken.mention))


def is_far(one: ActorMention, other: ActorMention) -> bool:
    """Whether two mentions side by side are two speakers, not a name and its office."""
    return not (one.kind == "PER") ^ (other.kind == "PER")


# -- where what is said stands ----------------------------------------------------------------------------------------

_ENDS_CLAUSE: Final = re.compile(r"[,”\"’'»—–\-!?]\s*$")
_CONTENT_AFTER: Final = re.compile(r"\s*(?:[^,;:\"“]{0,60}\s)?that\s|\s*[^;,.]{0,60}:\s*|\s*,?\s*[\"“‘]")
_ANOTHER_MATTER: Final = re.compile(r"[^,;\"“”]{0,60},\s*(?:while|whereas|who|whose|even as|just as)\b", re.IGNORECASE)
"""After "…, X said": what turns to something that X does not say."""
_SUBORDINATE: Final = re.compile(r"\s*(?:while|after|as|when|although|though|before|since|even as)\s", re.IGNORECASE)
_NOT_A_TIME: Final = (
    r"(?!(?:same\s+)?(?:day|evening|morning|night|afternoon|week|month|year|time|date|hour|moment|point)\b)"
)
_FRONTED: Final = re.compile(
    r"\s*(?:[\"“(]?\s*)?(?:on|in|at|by|after|before|during|since|late|early|earlier|later|yesterday|today|meanwhile|however|for|asked|pressed|speaking|at the same time|according|the day|that|this|last|two|three|\w+ly|one|despite|while|when|as|a day|hours|quoting|citing|from|with|to|and|but|of|over|commenting|answering|separately|the same|then)\b",
    re.IGNORECASE,
)


def _direct(line: Line, cue: Cue, verb: SpeechVerb, inverted: bool) -> None:
    """Set `left` and `right`."""
    before = line.between(line.start, cue.core.start)
    after = line.between(cue.core.end, line.end)
    token = cue.token
    clause_right = clause_left = False
    if token is not None:
        for child in token.children:
            if child.dep_ in ("ccomp", "xcomp", "dobj", "prep", "pcomp", "dative") and child.i > token.i:
                if child.dep_ == "ccomp" or (child.dep_ == "xcomp"):
                    clause_right = True
            if child.dep_ in ("ccomp", "parataxis") and child.i < token.i:
                clause_left = True
        if (
            token.dep_ in ("parataxis", "ccomp")
            and token.head.i < token.i
            and not clause_right
            and _ENDS_CLAUSE.search(before)
        ):
            clause_left = True
    said_that = re.match(rf"\s*(?:[^,;:\"“.]{{0,60}}\s)?that\s+{_NOT_A_TIME}", after) or re.match(
        r"\s*[^;,.\"“]{0,70}:\s", after
    )
    ends = bool(_ENDS_CLAUSE.search(before)) and len(before.split()) >= 3
    if ends and before.rstrip()[-1] in "\"”’'»":
        # A quotation right before the verb is what is said; what goes on after the verb mostly is, too.
        cue.left = True
        cue.right = _ANOTHER_MATTER.match(after) is None
        return
    content_right = clause_right or bool(said_that) or len(re.findall(r"\w+", after)) > 9
    if ends and re.search(r"[\"”’»],?\s*$", before):
        cue.left = True
        cue.right = _ANOTHER_MATTER.match(after) is None
        return
    fronted = _FRONTED.match(before) is not None and len(before.split()) < 14 and not _clausal(line, cue)
    subordinate = _SUBORDINATE.match(before) is not None
    if ends and not content_right and not cue.participle:
        cue.left = True
        cue.right = _ANOTHER_MATTER.match(after) is None
        return
    if cue.participle or (said_that and not inverted):
        cue.right = True
        cue.left = bool(
            ends
            and not cue.participle
            and re.match(r"\s*[^;,.\"“]{0,70}:\s", after)
            and not fronted
            and not subordinate
        )
        return
    if ends and (inverted or clause_left or not clause_right):
        if (fronted or subordinate) and not inverted and not clause_left:
            cue.right = True
            return
        cue.left = True
        cue.right = _ANOTHER_MATTER.match(after) is None
        return
    cue.right = True


def _clausal(line: Line, cue: Cue) -> bool:
    """Whether what stands before the cue holds a finite verb outside a subordinate opener."""
    for word in line.words:
        if word.end > cue.core.start:
            return False
        if word.token is not None:
            if word.token.tag_ in ("VBD", "VBZ", "VBP", "MD") and word.token.dep_ not in ("relcl", "advcl", "acl"):
                return True
        elif word.low in ("is", "are", "was", "were", "has", "have", "had", "will") or word.low.endswith("ed"):
            return True
    return False


def _strictly_said(line: Line, cue: Cue) -> bool:
    """Whether a verb that seldom means saying is used so here."""
    after = line.between(cue.core.end, line.end)
    if re.match(r"\s*(?:[^,;:\"“.]{0,30}\s)?that\s", after) or re.match(r"\s*[^;,.\"“]{0,40}:\s", after):
        return True
    before = line.between(line.start, cue.core.start).rstrip()
    if cue.left and before[-1:] in ",\"”’'»—–-":
        return True
    if cue.cue.start < cue.core.end and re.match(
        r"\s*[^,;.]{2,90}?\s(?:at|to|as)\s+(?:\w+\s+){0,3}(?:\d|dozens|hundreds|thousands|tens|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)",
        after,
    ):
        return cue.token is None or cue.token.lower_ in ("put", "puts", "estimated", "estimates", "raised")
    token = cue.token
    return token is not None and any(
        c.dep_ == "ccomp" and c.i > token.i and any(g.dep_ in ("nsubj", "nsubjpass") for g in c.children)
        for c in token.children
    )


def _has_content(line: Line, cue: Cue, verb: SpeechVerb) -> bool:
    """Whether a weak verb is used for saying: something said stands beside it."""
    if cue.left or cue.stance in ("denies", "doubts", "declines"):
        return True
    token = cue.token
    if token is None:
        return bool(_CONTENT_AFTER.match(line.between(cue.core.end, line.end)))
    if any(c.dep_ in ("ccomp", "xcomp", "prep", "dobj", "dative") and c.i > token.i for c in token.children):
        if verb.lemma in ("see", "hope", "seek", "consider", "think") and not any(
            c.dep_ == "ccomp" for c in token.children
        ):
            return False
        return True
    return bool(_CONTENT_AFTER.match(line.between(cue.core.end, line.end)))


# -- cues without a verb ----------------------------------------------------------------------------------------------


def _named_after(line: Line, start: int, speakers: Speakers, lexicon: Lexicon) -> Spoken | None:
    """The speaker named by the noun phrase that begins at `start`."""
    word = next((w for w in line.words if w.start >= start), None)
    if word is None:
        return None
    if word.low in ("him", "her", "them", "it"):
        found = speakers.pronoun(word.low, line, word.start)
        return Spoken(found, Span(word.start, word.end), pronoun=True) if found else None
    stop = re.compile(
        r"[;:()\"“”]|,\s|\.\s|\.$|\s(?:who|which|that|was|were|is|are|has|had|have|whose|on|at|while|said|through)\s"
    ).search(line.text, start - line.start)
    end = line.start + (stop.start() if stop else len(line.text))
    near = next((m for m in line.speakers if start <= m.span.start < max(end, start + 1)), None)
    if near is None and stop is not None and stop.group() == ", ":
        # "According to the mayor, Vladyslav Atroshenko, …" names him after the comma.
        pass
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
    words = [w for w in line.words if start <= w.start < end]
    of = next((n for n, w in enumerate(words) if w.low in ("of", "from", "in", "for", "to", "with") and n), None)
    if words:
        head = words[(of or len(words)) - 1]
    return speakers.in_phrase(line, start, end, head)


def _according(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    found = []
    for match in lexicon.according.finditer(line.text):
        start = line.start + match.start()
        if line.in_quotes(start):
            continue
        spoken = _named_after(line, line.start + match.end() + 1, speakers, lexicon)
        if spoken is None:
            continue
        act: Act = "says"
        core = Span(start, max(spoken.span.end, line.start + match.end()))
        cue = Cue("according", act, "asserts", Span(start, line.start + match.end()), spoken, core)
        _set_side(line, cue)
        cue.others = _joined(line, spoken)
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
    elif re.match(r"[^,;]{0,60},\s*\S", after) and before[-1] == "," and rest > 3:
        cue.left = cue.right = True
    elif (
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


def _accounts(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "By the ministry's reckoning", "in his view", "Russia's version:"."""
    found = []
    for pattern, kind in ((_OWN_ACCOUNT, "account"), (_VERSION, "version")):
        for match in pattern.finditer(line.text):
            if match.group("noun").lower() not in lexicon.possessive and kind == "account":
                continue
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
            core = Span(line.start + match.start(), line.start + match.end())
            cue = Cue(kind, "says", "asserts", core, spoken, core)
            if kind == "version":
                cue.right = True
            else:
                _set_side(line, cue)
                cue.left = cue.right = True
            found.append(cue)
    return found


_CHANNEL_WORDS: Final = frozenset(
    [
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


def _colon(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
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
    if not inside or (len(inside) == 1 and inside[0].kind in ("MEDIA", "PMC") and line.sentence.role == "title"):
        return []
    words = [w for w in line.words if start <= w.start < end]
    telling = _tells(line, inside[0], words, speakers)
    for word in words:
        covered = any(m.span.start <= word.start < m.span.end for m in line.actors)
        if covered or telling:
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
            or word.low in _TITLE_WORDS
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


def _tells(line: Line, subject: ActorMention, words: list[Word], speakers: Speakers) -> bool:
    """ "The mayor gave numbers: …", "the General Staff was more cheerful: …": a speaker's sentence that ends in a colon."""
    lexicon = speakers.lexicon
    if is_common(subject) or (subject.kind in ("MIL", "CIV", "PMC") and not is_person(subject, lexicon) and not re.search("Staff|Command|Intelligence|Service", subject.name)):
        return False
    if subject.anaphor or any(p.span.overlaps(subject.span) for p in speakers.places_in(line)):
        return False
    if any(
        w.low in lexicon.verbs and w.token is not None and _verbal(w.token) and not lexicon.verbs[w.low].strict
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
            return bool(token.head.dep_ in ("ROOT", "ccomp", "conj", "advcl") and token.head.i > token.i)
        if token.dep_ not in ("appos", "compound", "conj", "nmod"):
            return False
        token = token.head
    return False


def _dash(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "What is said, - Name." """
    match = _DASH.search(line.text[-110:])
    if not match:
        return []
    offset = line.end - len(line.text[-110:])
    start, end = offset + match.start("who"), offset + match.end("who")
    inside = [m for m in line.speakers if start <= m.span.start and m.span.end <= end + 1]
    if not inside or start - line.start < 15:
        return []
    words = [w for w in line.words if start <= w.start < end]
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


def _so(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "…, so the governor", "Thus Kadyrov, in an audio message"."""
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


def _parenthesis(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """ "Two dead at Kherson (Oleksandr Prokudin)"."""
    found = []
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
