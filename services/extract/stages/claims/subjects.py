"""Who a verb of saying belongs to: named right beside it, its subject in the parse, or whoever the verb above has.

Neighbourhood goes before the parse, which a small model gets wrong in quotations and inverted clauses.
"""

import re
from dataclasses import replace
from typing import Final

from services.extract.document import ActorMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue, narrator
from services.extract.stages.claims.lexicon import Lexicon
from services.extract.stages.claims.sources import PRONOUNS, Speakers, Spoken, is_common, is_person, noun_phrase
from services.extract.stages.claims.titles import finite, title_start
from services.extract.stages.claims.words import Line, Word
from services.extract.stages.tree import Token
from services.extract.stages.wordforms import verb_forms

_ADVERBS: Final = (
    r"(?:also|later|earlier|then|now|already|again|still|once|meanwhile|however|nevertheless|nonetheless|repeatedly|publicly|officially|separately|"
    r"simply|flatly|bluntly|calmly|on|in|at|late|early|the|this|that|same|day|morning|evening|night|afternoon|week|month|year|yesterday|today|tonight|overnight|"
    r"has|had|have|was|were|is|are|been|be|being|would|will|did|does|do|not|never|n't|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|"
    r"february|march|april|may|june|july|august|september|october|november|december|for|its|his|her|their|part|turn|\d+|of|st|nd|rd|th|himself|herself|itself|themselves|only|so|just|often|first|previously|recently|by)"
)


_GAP: Final = Pattern(rf"\s*(?:,\s*)?(?:{_ADVERBS}[\s,]+)*", re.IGNORECASE)


_APPOSITION: Final = Pattern(r"\s*,(?:[^,\"“”;:.]|[\"“][\w -]{2,40}[\"”]){1,90},\s*(?:\w+ly\s+)?")


_TO_OUTLET: Final = Pattern(r"\b(?:to|via)\s+(?:the\s+)?$")
_INVERTED: Final = Pattern(
    r"\s*(?:(?:to|via)\s+(?:the\s+)?[A-Z][\w’'-]+\s+)?(?:(?:also|later|then|today|same|day|by|media|monitoring|analytical|project|newspaper|newspapers|outlet|publication|"
    r"agency|channel|blogger|correspondent|experts?|analysts?|institute|yesterday|on|in|this|the|a|an|local|morning|\w+day|its|his|her|their|deputy|acting|regional|former|president|general|defence|defense|minister|governor|mayor|spokesman|spokeswoman|commander|chief|head|of|spokesperson|colonel|major|lieutenant|prime|foreign|interior|adviser|officials?)\s+){0,9}",
    re.IGNORECASE,
)


_INVERTED_AUXILIARY: Final = Pattern(r",\s+(?:this\s+)?(?:has|have|had)(?:\s+\w+ly|\s+also)?$")
""""…, has denounced the mayor": the auxiliary of an inverted verb."""


_NAME_BEHIND: Final = Pattern(
    r"(?:\s+(?:of|for|in)\s+(?:[^,;:.\"“”]|[\"“][^\"“”]{2,30}[\"”]){1,45})?,?\s+(?=[A-ZÀ-ÖØ-ÞŞİĞÇ])"
)


_NAME_BEFORE: Final = Pattern(r"(?<![\w’'-])([A-ZÀ-ÖØ-ÞŞİĞÇ][\w’'-]+(?:\s+[A-ZÀ-ÖØ-ÞŞİĞÇ][\w’'-]+){0,2})\s*$")


_TAKES_HEARER: Final = (
    verb_forms("tell") | verb_forms("inform") | verb_forms("remind") | verb_forms("notify") | verb_forms("brief")
)
"""What stands behind these is who was told, not who speaks."""


_NO_NAMES: Final = frozenset(
    [
        "it",
        "this",
        "that",
        "i",
        "we",
        "you",
        "nobody",
        "some",
        "others",
        "many",
        "these",
        "those",
        "there",
        "what",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "and",
        "but",
    ]
)


_FULL_NAME: Final = Pattern(r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.\s)?[A-ZÀ-ÖØ-ÞŞİĞÇ][\w’'-]+(?:\s+[A-ZÀ-ÖØ-ÞŞİĞÇ][\w’'-]+){0,2}")


def _is_gap(text: str) -> bool:
    """Whether only auxiliaries, adverbs and dates stand between a speaker and the verb."""
    return text in {"", " "} or (len(text) < 120 and _GAP.fullmatch(text) is not None)


def subject_of(
    line: Line, place: int, end: int, speakers: Speakers, lexicon: Lexicon, earlier: list[Cue]
) -> tuple[Spoken | None, bool, bool]:
    """Return the verb's speaker, whether it stands after the verb, and whether the verb is passive with "by"."""
    word = line.words[place]
    token = word.token
    far = _far_behind(line, word, end, speakers)
    if far is not None:
        return far, True, False
    beside, after = adjacent(line, word, end, speakers)
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
                named = adjacent(line, word, end, speakers)
                if named[0] is not None and named[1]:
                    return named[0], True, False
                owner = _owner(line, subject, speakers)
                if owner is not None:
                    return owner, False, False
                start, stop = noun_phrase(subject, line.start)
                return Spoken(narrator(Span(start, stop)), Span(start, stop)), False, False
            if subject.lower_ in ("who", "which", "that") and token.dep_ == "relcl":
                found = _phrase(line, token.head, speakers)
                if found is not None:
                    person = _bearer(line, found, speakers)
                    return Spoken(person, Span(word.start, end), pronoun=True), False, False
            found = _phrase(line, subject, speakers)
            if found is not None and subject.i > token.i:
                behind = line.between(end, found.span.start)
                if (
                    beside is not None
                    and not after
                    and not behind.strip()
                    and _set_off(line, Spoken(beside.mention, Span(word.start, end)))
                ):
                    return found, True, False  # "town hit by missiles, says governor"
                if beside is not None and not after and "," in line.between(beside.span.end, word.start):
                    if is_common(beside.mention) and not is_common(found.mention):
                        return found, True, False  # "… killed several people, said the governor"
                elif (beside is None or after) and _goes_on(subject, token):
                    introduced = _introduced(line, word)
                    if introduced is not None:
                        return Spoken(introduced, introduced.span), False, False
            elif (
                found is not None
                and beside is not None
                and (_acts(line, beside) if after else _modifies(line, subject, beside) and not _set_off(line, beside))
            ):
                return found, False, False
            if (
                beside is not None
                and word.token is not None
                and word.token.tag_ != "VBG"
                and (found is None or (not (found.phrase or found.span).overlaps(beside.span) and not loose))
            ):
                return beside, after, False
            if found is not None and _near(line, found, word):
                return found, subject.i > token.i, False
            if subject.lower_ in ("it", "this", "that", "there", "what", "we", "i", "you"):
                if (
                    subject.lower_ == "it"
                    and _it_says(line, subject, word)
                    and speakers.last_body is not None
                    and not _expletive(token)
                ):
                    return Spoken(speakers.last_body, Span(word.start, end), pronoun=True), False, False
                if "," not in line.between(line.start + subject.idx, word.start):
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
    found2, inverted = adjacent(line, word, end, speakers)
    if found2 is None and word.low.endswith("ing") and earlier:
        return Spoken(earlier[-1].speaker.mention, Span(word.start, end), pronoun=True), False, False
    return found2, inverted, False


def _from_whom(subject: Token) -> Token | None:
    """Return whom data or pictures come from: "figures from the ministry show"."""
    given = next((c for c in subject.children if c.dep_ == "prep" and c.lower_ in ("from", "of", "by")), None)
    if given is None or subject.lower_ not in _FIGURES:
        return None
    return next((c for c in given.children if c.dep_ == "pobj"), None)


_FIGURES: Final = frozenset(["data", "figures"])


def _owner(line: Line, subject: Token, speakers: Speakers) -> Spoken | None:
    """Whose map or video it is that shows something: "its map", "DeepState's map", "the ministry's footage"."""
    whose = next((c for c in subject.children if c.dep_ == "poss"), None) or _from_whom(subject)
    if whose is None:
        return None
    at = line.start + whose.idx
    if whose.lower_ in ("its", "their", "his", "her"):
        low = {"its": "it", "their": "they", "his": "he", "her": "she"}[whose.lower_]
        mention = speakers.pronoun(low, line, at)
    else:
        mention = next((m for m in line.speakers if m.span.start <= at < m.span.end), None)
    if mention is None or mention.kind == "narrator":
        return None
    return Spoken(mention, Span(at, line.start + subject.idx + len(subject)), pronoun=True)


def _goes_on(subject: Token, verb: Token) -> bool:
    """Whether what the parse takes for an inverted subject is that of the clause said: "said the army had left"."""
    return any(c.dep_ in ("ccomp", "xcomp") and c.i > subject.i for c in verb.children) or any(
        c.dep_ in ("relcl", "acl") and c.i > subject.i for c in subject.children
    )


def _acts(line: Line, beside: Spoken) -> bool:
    """Whether a finite verb follows the one named behind the verb of saying: he acts in what is said."""
    following = line.within(beside.span.end, min(line.end, beside.span.end + 25))
    return bool(following) and following[0].token is not None and following[0].token.tag_ in ("VBD", "VBZ", "VBP", "MD")


def _modifies(line: Line, subject: Token, beside: Spoken) -> bool:
    """Whether the one named beside the verb stands in what describes its subject: "a channel linked to X said"."""
    return any(
        child.dep_ in ("acl", "relcl") and child.i > subject.i and line.start + child.idx <= beside.span.start
        for child in subject.children
    )


def _set_off(line: Line, beside: Spoken) -> bool:
    """Whether a comma or quotation mark stands before the one named beside the verb: "Ten killed, Kyrylenko wrote"."""
    start = title_start(line, beside.span.start)
    return re.search(r"[,\"”»]\s*$", line.between(line.start, start)) is not None


def _introduced(line: Line, word: Word) -> ActorMention | None:
    """Return the speaker of "X, a group of analysts drawing maps, said": named before an apposition that ends here."""
    for mention in reversed([m for m in line.speakers if m.span.end <= word.start][-4:]):
        gap = line.between(mention.span.end, word.start)
        if len(gap) < 140 and _INTRODUCED.fullmatch(gap) and not is_common(mention):
            return mention
    return None


_INTRODUCED: Final = Pattern(r"\s*,\s*(?:an?|the|one of|which|who|whose)\s[^\"“”;:.]{1,120},\s*(?:\w+ly\s+|also\s+)?")


def _bearer(line: Line, found: Spoken, speakers: Speakers) -> ActorMention:
    """ "Khodakovsky, commander of the Vostok battalion, who …": the name before the office, not the office's body."""
    if is_person(found.mention, speakers.lexicon):
        return found.mention
    for mention in reversed(line.speakers):
        if (
            mention.span.end <= found.span.start
            and found.span.start - mention.span.end < 70
            and (
                is_person(mention, speakers.lexicon)
                or (is_common(found.mention) and mention.kind in ("MEDIA", "ORG") and not is_common(mention))
            )
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
    return len(gap) < 160 and _SET_APART.search(gap) is None


_SET_APART: Final = Pattern(r"[;:\"“”]")


def _it_says(line: Line, subject: Token, word: Word) -> bool:
    """Whether an "it" that the parse takes for the subject stands right at the verb."""
    return (
        word.token is not None
        and subject.i < word.token.i
        and "," not in line.between(line.start + subject.idx, word.start)
    )


def _expletive(token: Token) -> bool:
    """ "It is said", "it appears": nobody's it."""
    return bool(token.lower_ in ("seems", "appears", "means", "seemed"))


def _inherited(line: Line, token: Token, word: Word, end: int, speakers: Speakers, earlier: list[Cue]) -> Spoken | None:
    """ "X said A and added B", "X left, saying B", "X refused to comment": the subject of the verb above."""
    head, steps = token, 0
    while head.head.i != head.i and steps < 4:
        if head.dep_ not in ("xcomp", "advcl", "conj", "pcomp", "prep", "dep"):
            return None
        head = head.head
        steps += 1
        subject = next((c for c in head.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        if subject is not None and head.dep_ == "ccomp" and _own_men(subject):
            # "the Kremlin said its troops had not fired and called the footage a hoax"
            head = head.head
            subject = next((c for c in head.children if c.dep_ == "nsubj"), None)
        if subject is not None:
            teller = _told_of(head, subject, earlier)
            if teller is not None:
                return Spoken(teller.speaker.mention, Span(word.start, end), pronoun=True)
            previous = next((c for c in earlier if c.token is not None and c.token.i == head.i), None)
            if previous is not None:
                return Spoken(previous.speaker.mention, Span(word.start, end), pronoun=True)
            found = _phrase(line, subject, speakers)
            if found is not None:
                return Spoken(found.mention, Span(word.start, end), pronoun=True)
            return None
    return None


def _told_of(head: Token, subject: Token, earlier: list[Cue]) -> Cue | None:
    """ "The mayor said troops were close and urged people to leave": who says it, where the subject's noun is told of.

    The parse hangs the second verb on the clause that is said. Troops, missiles and prices urge nobody.
    """
    if head.dep_ != "ccomp" or subject.base_ not in _TOLD_OF:
        return None
    return next((c for c in earlier if c.token is not None and c.token.i == head.head.i), None)


_TOLD_OF: Final = frozenset(
    ["troop", "troops", "force", "forces", "soldier", "unit", "army", "brigade", "fighter", "drone", "missile", "shell",
     "rocket", "tank", "people", "resident", "front", "situation", "town", "city", "village", "attack", "enemy"]
)  # fmt: skip
"""Subjects of what is said of rather than of who says it."""


def _own_men(subject: Token) -> bool:
    """Whether a subject is somebody's own: what is said of "its troops" is not said by them."""
    return any(c.dep_ == "poss" and c.lower_ in ("its", "their", "his", "her") for c in subject.children)


def _phrase(line: Line, token: Token, speakers: Speakers) -> Spoken | None:
    start, stop = noun_phrase(token, line.start)
    head = line.at(line.start + token.idx)
    found = speakers.in_phrase(line, start, stop, head)
    if found is not None and head is not None and found.mention.rule in ("unnamed_speaker", "side_and_head"):
        called = name_behind(line, head.end, speakers)  # "Latvia's defence minister, Andris Spruds, said"
        if called is not None and _APPOSED.match(line.text, called.span.end - line.start):
            side = called.mention.side or found.mention.side
            return Spoken(replace(called.mention, side=side), Span(start, called.span.end))
    return found


_APPOSED: Final = Pattern(r"\s*(?:[,.;:]|$|\s(?:said|says|told|wrote|added)\b)")
"""What follows a name that tells who holds the office before it."""


def _bearer_before(line: Line, before: list[ActorMention], word: Word, speakers: Speakers) -> ActorMention | None:
    """Return the person of "General Milley, the top U.S. officer, estimated", where the office is named behind him."""
    for mention in reversed(before[-4:-1]):
        gap = line.between(mention.span.end, word.start)
        if (
            is_person(mention, speakers.lexicon)
            and not is_common(mention)
            and len(gap) < 140
            and _BEARING.fullmatch(gap)
            and not _verbs_between(line, mention.span.end, word.start)
        ):
            return mention
    return None


_BEARING: Final = Pattern(
    r"\s*,\s*(?!and\b|but\b|while\b|as\b|with\b)(?:[^\"“”;:.,]|[\"“][^\"“”;:.,]{2,40}[\"”]){3,110}"
    r"(?:U\.S\.[^\"“”;:.,]{1,60})?,\s*(?:\w+ly\s+)?"
)


def adjacent(line: Line, word: Word, end: int, speakers: Speakers) -> tuple[Spoken | None, bool]:
    """Who is named right before the verb, or, where the verb follows a quotation or a comma, right after it."""
    before = [m for m in line.speakers if m.span.end <= word.start]
    if before:
        bearer = _bearer_before(line, before, word, speakers)
        if bearer is not None:
            return Spoken(bearer, bearer.span), False
        mention = before[-1]
        gap = line.between(mention.span.end, word.start)
        possessive = gap.startswith(("'s", "’s"))
        if gap[:1] in _MARKS and line.between(line.start, mention.span.start)[-1:] in _MARKS:
            gap = gap[1:]  # the channel "Rybar" writes
        if is_common(mention) and gap.startswith(",") and word.low not in _TAKES_HEARER:
            behind = _behind(line, end, speakers)
            if behind is not None and (mention.kind == "CIV" or (not gap[1:].strip() and not behind.pronoun)):
                return behind, True  # "Families with children, said the head of the region, will leave"
        if is_common(mention) and not possessive and _is_gap(gap):
            nameless = _nameless_in(line, mention, speakers)
            if nameless is not None:
                return nameless, False
            start = title_start(line, mention.span.start)
            head = next(iter(reversed(line.before(mention.span.end, 1))), None)
            return speakers.in_phrase(line, start, mention.span.end, head), False
        if not possessive and (
            _is_gap(gap)
            or (
                len(gap) < 110
                and gap.count(",") == 2  # or it is no apposition, which the pattern takes long to see
                and _APPOSITION.fullmatch(gap)
                and not is_common(mention)
                and not _verbs_between(line, mention.span.end, word.start)
            )
        ):
            return Spoken(mention, mention.span), False
    previous = line.before(word.start, 4)
    if word.token is None and previous and previous[-1].text[:1].isupper() and previous[-1].text[0].isalpha():
        name = _NAME_BEFORE.search(line.between(line.start, word.start))
        if (
            name is not None
            and not any(
                p.span.overlaps(Span(line.start + name.start(1), line.start + name.end(1)))
                for p in speakers.places_in(line)
            )
            and name.group(1).lower() not in PRONOUNS | _NO_NAMES
        ):
            span = Span(line.start + name.start(1), line.start + name.end(1))
            return Spoken(speakers.unknown(line, span.start, span.end), span), False
    for back in reversed(previous[-4:]):
        if back.low in PRONOUNS and back.low in ("he", "she", "they", "it"):
            found = speakers.pronoun(back.low, line, back.start)
            gap = line.between(back.end, word.start)
            if found is not None and "," not in gap and _is_gap(gap):
                return Spoken(found, Span(back.start, back.end), pronoun=True), False
    tail = _INVERTED_AUXILIARY.sub(",", line.between(line.start, word.start).rstrip())
    if word.low in _TAKES_HEARER and not tail.endswith(" as"):
        return _unnamed_before(line, word, speakers), False
    if tail.endswith(",") and any(w.low in _HEARERS for w in line.within(end, end + 30)[:2]):
        named = _apposed_before(line, word, speakers)
        if named is not None:
            return named, False
    if not tail or tail.endswith(" as") or tail[-1] in ",\"”’'»—–-:;.!?)" or tail.endswith((" so", " thus")):
        behind = _behind(line, end, speakers)
        if behind is not None:
            return behind, True
        following = line.within(end, end + 40)[:1]
        if following and tail[-1:] in "\"”’'»" and tail:
            named = _named_only(line, following[0], speakers)
            if named is not None:
                return named, True
        if following and following[0].low in ("he", "she", "they", "it"):
            found = speakers.pronoun(following[0].low, line, following[0].start)
            if found is not None:
                return Spoken(found, Span(following[0].start, following[0].end), pronoun=True), True
    return _unnamed_before(line, word, speakers), False


_MARKS: Final = ('"', "“", "”", "«", "»")
_HEARERS: Final = frozenset({"journalists", "reporters", "correspondents", "viewers", "listeners", "readers"})
"""Who is told, and tells nothing: "…, spokesman for the grouping, assured journalists"."""
_SET_OFF: Final = Pattern(r"\s*,[^;:.]{1,120},\s*(?:\w+ly\s+)?")


def _apposed_before(line: Line, word: Word, speakers: Speakers) -> Spoken | None:
    """Return the man named before an apposition that ends at the verb, whoever is named within it."""
    for mention in line.speakers:
        if mention.span.end > word.start:
            return None
        gap = line.between(mention.span.end, word.start)
        if is_person(mention, speakers.lexicon) and not is_common(mention) and _SET_OFF.fullmatch(gap):
            return Spoken(mention, mention.span)
    return None


def _nameless_in(line: Line, body: ActorMention, speakers: Speakers) -> Spoken | None:
    """Return the nameless speaker of whom a body tells only where he is: "a source in the agency told"."""
    words = line.before(body.span.start + 1, 9)
    for place in range(len(words) - 2, 0, -1):
        word, following = words[place], words[place + 1]
        if not word.text[:1].isalpha() or (word.token is not None and word.token.tag_ in ("VBD", "VBZ", "VBP", "MD")):
            return None
        if word.low in speakers.lexicon.people and following.low in _WHERE:
            first = next((w for w in reversed(words[:place]) if w.low in _INDEFINITE), None)
            if first is None or finite(line.within(first.start, word.start)):
                return None
            return speakers.in_phrase(line, first.start, body.span.end, word)
    return None


_WHERE: Final = frozenset(["in", "at", "of", "from", "within", "inside", "with"])
_INDEFINITE: Final = frozenset(["a", "an", "one", "two", "three", "some", "several", "many"])


def _behind(line: Line, end: int, speakers: Speakers) -> Spoken | None:
    """Return who is named right behind the verb that ends at `end`."""
    match = _INVERTED.match(line.text, end - line.start)
    limit = line.start + (match.end() if match else end - line.start)
    titled = titled_to(line, end, speakers)
    limit = max(limit, titled)
    for mention in line.speakers:
        if end <= mention.span.start <= limit and not _TO_OUTLET.search(line.between(end, mention.span.start)):
            if is_common(mention):
                called = name_behind(line, mention.span.end, speakers)
                if called is not None:
                    return called
                head = next(iter(reversed(line.before(mention.span.end, 1))), None)
                return speakers.in_phrase(line, end, mention.span.end, head)
            return Spoken(mention, mention.span)
    return name_behind(line, titled - 1, speakers) if titled > end else None


_CIRCUMSTANCES: Final = frozenset(
    [
        "to",
        "on",
        "in",
        "at",
        "during",
        "via",
        "through",
        "for",
        "this",
        "yesterday",
        "today",
        "by",
        "from",
        "after",
        "before",
    ]
)
"""What begins the words between an inverted verb and its speaker: "told to the agency", "said on the air"."""
_FAR: Final = 110
"""Characters in which a speaker is named behind such words."""


def _far_behind(line: Line, word: Word, end: int, speakers: Speakers) -> Spoken | None:
    """Return who is named last in "…, said on the air of the channel the head of the region Yevgeny Balitsky."."""
    following = line.within(end, end + 12)[:1]
    if not following or following[0].low not in _CIRCUMSTANCES:
        return None
    if not line.between(line.start, word.start).rstrip().endswith((",", ",”", ',"', "”", "»")):
        return None
    for mention in line.speakers:
        if mention.span.start < end or not is_person(mention, speakers.lexicon) or is_common(mention):
            continue
        between = line.between(end, mention.span.start)
        if len(between) > _FAR or _STOPS.search(between) or _verbs_between(line, end, mention.span.start):
            return None
        start = title_start(line, mention.span.start)
        linked = [w.low for w in line.before(start, 1)]
        if (linked and linked[0] in _LINKS) or not _CLOSES.match(line.text, mention.span.end - line.start):
            return None
        said = line.within(line.start, word.start)
        return Spoken(mention, mention.span) if finite(said) else None
    return None


_STOPS: Final = re.compile(r"[;:.\"“”]|,")
_CLOSES: Final = re.compile(r"\s*(?:[.;,!]|$)")
_LINKS: Final = frozenset(["to", "with", "of", "by", "from", "for", "and", "about", "against", "than", "like"])
"""What makes a name part of the circumstances: "said in a call with President Macron"."""


def _named_only(line: Line, word: Word, speakers: Speakers) -> Spoken | None:
    """A name that no list knows right behind a quotation and its verb: "…," said Olena, a teacher."""
    name = _FULL_NAME.match(line.text, word.start - line.start)
    if name is None or word.low in _NO_NAMES | PRONOUNS or word.low in speakers.lexicon.sides:
        return None
    span = Span(word.start, line.start + name.end())
    if not re.match(r"\s*[,.;(]", line.between(span.end, line.end)) or any(
        p.span.overlaps(span) for p in speakers.places_in(line)
    ):
        return None
    return Spoken(speakers.unknown(line, span.start, span.end), span)


_MOST_TITLE: Final = 7
"""Words of an office before a name that stands behind the verb: "says reserve officer …"."""


def titled_to(line: Line, end: int, speakers: Speakers) -> int:
    """Where a name may begin behind the verb that ends at `end`: after an office, whatever words describe it."""
    office = False
    for word in line.within(end, end + 90)[: _MOST_TITLE + 1]:
        if office and word.text[:1].isupper():
            return word.start
        if not word.text[:1].isalpha() or (word.token is not None and word.token.tag_ in ("VBD", "VBZ", "VBP", "MD")):
            return end
        office = office or word.low in speakers.lexicon.people
    return end


def _unnamed_before(line: Line, word: Word, speakers: Speakers) -> Spoken | None:
    """ "…, two envoys disclosed", "…, a paratrooper from Ivanovo boasted": a short phrase of people or bodies."""
    lexicon = speakers.lexicon
    chunk: list[Word] = []
    for back in reversed(line.before(word.start, 24)):
        if not back.text[0].isalnum() and back.text not in "'’-":
            if chunk and chunk[-1].low in _WHO:
                chunk = []  # "a functionary in the town hall, who asked not to be named, said"
                continue
            if chunk or back.text != ",":
                break
            continue
        chunk.append(back)
    chunk.reverse()
    if len(chunk) > 8:
        return None
    while chunk and chunk[-1].low in _AUXILIARIES:
        chunk.pop()
    if not chunk or finite(chunk):
        return None
    head = (
        next(
            (n for n, w in enumerate(chunk) if w.low in ("of", "from", "in", "for", "at", "with", "on", "to") and n),
            len(chunk),
        )
        - 1
    )
    while head > 0 and chunk[head].low not in lexicon.people and chunk[head].low not in lexicon.bodies:
        head -= 1  # "a source familiar with the matter", "a person briefed on the talks"
    noun = chunk[head]
    if noun.low not in lexicon.people and noun.low not in lexicon.bodies:
        return None
    return speakers.in_phrase(line, chunk[0].start, chunk[-1].end, noun)


_WHO: Final = frozenset({"who", "which", "whose", "speaking", "requesting", "asking"})
_AUXILIARIES: Final = frozenset(["has", "had", "have", "later", "also", "then", "now", "already"])


def name_behind(line: Line, at: int, speakers: Speakers) -> Spoken | None:
    """The name that follows an office: "the governor Maksym Kozytskyi", "the spokesman, Serhii Cherevatyi"."""
    match = _NAME_BEHIND.match(line.text, at - line.start)
    if match is None:
        return None
    start = line.start + match.end()
    if _verbs_between(line, at, start):
        return None
    for mention in line.speakers:
        if mention.span.start <= start < mention.span.end and not is_common(mention):
            return Spoken(mention, mention.span) if is_person(mention, speakers.lexicon) else None
    name = _FULL_NAME.match(line.text, match.end())
    if (
        name is None
        or name.group().split()[0].lower() in _NO_NAMES
        or any(p.span.start <= start < p.span.end for p in speakers.places_in(line))
    ):
        return None
    for word in reversed(line.before(start, 3)):
        # "analysts of the group Deep Field": the phrase that goes before took the name's first word with it
        if word.end + 1 != start or not word.text[:1].isupper() or word.start < at:
            break
        if any(m.span.start <= word.start < m.span.end for m in line.actors) or any(
            p.span.start <= word.start < p.span.end for p in speakers.places_in(line)
        ):
            break
        start = word.start
    mention = speakers.unknown(line, start, line.start + name.end())
    return Spoken(mention, Span(start, line.start + name.end()))


def _verbs_between(line: Line, start: int, end: int) -> bool:
    return any(
        w.token is not None
        and w.token.tag_ in ("VBD", "VBZ", "VBP", "MD")
        and w.token.dep_ not in ("relcl", "aux", "auxpass")
        for w in line.within(start, end)
    )


def joined(line: Line, spoken: Spoken) -> tuple[ActorMention, ...]:
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
