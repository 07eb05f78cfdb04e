"""The claims stage: who says each event, with what stance, through which channel and on which day.

Runs after modality and before assemble. Sentence by sentence it finds cues (`cues`), what they cover (`scopes`) and
what answers earlier claims (`answers`); then it carries a speaker on to sentences that go on with his words, and
gives each event the innermost attribution that covers its trigger. An event that none covers is the narrator's own.
"""

import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from services.extract.document import ActorMention, Attribution, Document, EventMention, Span, TimeMention, Why
from services.extract.pattern import Pattern
from services.extract.stages.claims.answers import replies_of
from services.extract.stages.claims.background import recalls
from services.extract.stages.claims.counter import counter
from services.extract.stages.claims.cue import Cue, narrator
from services.extract.stages.claims.cues import cues_of
from services.extract.stages.claims.idioms import state
from services.extract.stages.claims.interview import interview_of
from services.extract.stages.claims.introduced import introduce
from services.extract.stages.claims.lexicon import Lexicon, lexicon
from services.extract.stages.claims.nominal import named_after
from services.extract.stages.claims.own_voice import contradicts, opener_of
from services.extract.stages.claims.reports import goes_on
from services.extract.stages.claims.saying_day import date_by_saying
from services.extract.stages.claims.scopes import scopes_of
from services.extract.stages.claims.sources import Speakers, Spoken, is_common, is_person
from services.extract.stages.claims.words import Line, lines_of
from services.extract.stages.parse import word_at

_POINTS_BACK: Final = Pattern(
    r"\s*(?:it|this|that|them|the\s+(?:claims?|reports?|accusations?|allegations?|charges?|accounts?))\s*[:,.;]",
    re.IGNORECASE,
)
"""What a denial's verb is followed by when it answers something told before."""
_ANSWERING: Final = frozenset({"denies", "doubts", "declines"})


@dataclass(init=False, slots=True)
class Reading:
    """One sentence read: its cues, what each covers, and its set replies."""

    line: Line
    cues: list[Cue]
    scopes: list[list[Span]]
    replies: list[Cue]

    def __init__(self, line: Line, cues: list[Cue], scopes: list[list[Span]], replies: list[Cue]) -> None:
        self.line = line
        self.cues = cues
        self.scopes = scopes
        self.replies = replies


class _Times:
    """The document's times by sentence."""

    def __init__(self, doc: Document) -> None:
        self.times = sorted(doc.times, key=lambda t: t.span)
        self.starts = [t.span.start for t in self.times]

    def within(self, line: Line) -> list[TimeMention]:
        found = self.times[bisect_left(self.starts, line.start) : bisect_left(self.starts, line.end)]
        return [t for t in found if t.span.end <= line.end]


def claims(doc: Document) -> None:
    """Fill `doc.attributions`, and point every event at those that carry it."""
    if not doc.sentences:
        return
    lex = lexicon()
    readings = read(doc, lex)
    by_line = _events_by_line(doc, readings)
    times = _Times(doc)
    said: dict[Span, TimeMention] = {}
    for reading in readings:
        said |= _attribute(doc, reading, times.within(reading.line), lex)
    answers = _answers(doc, readings, lex)
    rest = [n for n, r in enumerate(readings) if r.line.start not in answers]
    _carry(doc, [readings[n] for n in rest], [by_line[n] for n in rest], lex)
    _reported_back(doc, readings)
    _opened_by(doc, readings, answers)
    _assign(doc)
    _answer(doc, readings, by_line)
    date_by_saying(doc, said)
    counter(doc)


def read(doc: Document, lex: Lexicon) -> list[Reading]:
    """Return every sentence with its cues and scopes."""
    speakers = Speakers(doc, lex)
    readings = []
    for line in lines_of(doc):
        speakers.line = line.sentence.index
        introduce(line, speakers, lex)
        cues = cues_of(line, speakers, lex)
        _cited(line, cues, speakers, lex)
        speakers.finish(line)
        scopes = scopes_of(line, cues)
        readings.append(Reading(line, cues, scopes, replies_of(line, cues, speakers, lex)))
    return readings


def times_of_saying(doc: Document) -> frozenset[Span]:
    """Return the spans of the times that tell when something was said, not when it happened: "said on Tuesday"."""
    found = set()
    all_times = _Times(doc)
    for reading in read(doc, lexicon()):
        times = all_times.within(reading.line)
        for cue in reading.cues:
            time = _said_on(times, reading.line, cue)
            if time is not None:
                found.add(time.span)
    return frozenset(found)


# -- attributions from one sentence -----------------------------------------------------------------------------------


def _events_by_line(doc: Document, readings: list[Reading]) -> list[list[int]]:
    starts = [r.line.start for r in readings]
    found: list[list[int]] = [[] for _ in readings]
    for number, event in enumerate(doc.events):
        place = bisect_left(starts, event.trigger.start + 1) - 1
        if 0 <= place < len(found):
            found[place].append(number)
    return found


def _attribute(doc: Document, reading: Reading, times: list[TimeMention], lex: Lexicon) -> dict[Span, TimeMention]:
    """Add the sentence's attributions; return the times of saying by cue."""
    said = {}
    for cue, scopes in zip(reading.cues, reading.scopes, strict=True):
        time = _said_on(times, reading.line, cue)
        if time is not None:
            said[cue.cue] = time
        for source in _speakers(cue):
            doc.attributions.append(
                Attribution(
                    source=source,
                    stance=cue.stance,
                    act=cue.act,
                    cue=cue.cue,
                    scopes=[] if _bare_denial(reading, cue) else list(scopes),
                    via=cue.via or _via(reading.line, cue, lex),
                    said_on=time.start if time is not None and time.start == time.end else None,
                    phrase=cue.core,
                    rule=f"claims.{cue.kind}",
                )
            )
    return said


_BOTH: Final = Pattern(
    r"(?:each|either|both|the\s+(?:two|warring|opposing))\s+(?:of\s+the\s+)?(?:sides?|part(?:y|ies)|countries|armies|capitals|"
    r"governments|belligerents)|the\s+(?:sides|belligerents)",
    re.IGNORECASE,
)


def _speakers(cue: Cue) -> list[ActorMention]:
    """Return who says it: "both sides" are the two states at war."""
    source = cue.speaker.mention
    if source.id is None and _BOTH.fullmatch(source.surface):
        return [state(side, source.span, source.surface) for side in ("UKR", "RUS")]
    return [source, *cue.others]


def _bare_denial(reading: Reading, cue: Cue) -> bool:
    """Whether a denial says not what it denies and follows a claim: "Wagner says it took the city, Kyiv denies"."""
    return (
        cue.stance == "denies"
        and not re.search(r"\w", reading.line.between(cue.core.end, reading.line.end))
        and any(c.stance == "asserts" and c.core.end <= cue.core.start for c in reading.cues)
    )


def _said_on(times: list[TimeMention], line: Line, cue: Cue) -> TimeMention | None:
    """The time that belongs to the saying: right beside speaker and verb, or opening the sentence before them."""
    if cue.kind not in ("verb", "so"):
        return None
    for time in times:
        if time.rule == "clock" and time.span.start <= line.start + 1:
            continue  # the stamp of an entry in a live blog
        if cue.core.start <= time.span.start and time.span.end <= cue.core.end:
            return time
        after = line.between(cue.core.end, time.span.start)
        if time.span.start >= cue.core.end and len(after) < 75:
            after_time = line.between(time.span.end, line.end).lstrip()
            to_whom = re.fullmatch(
                r"\s*(?:(?:to|told|on|in|at|via|by|late|early|the|a|an|his|her|reporters|journalists|Telegram|Facebook|X|briefing|interview|post|statement)\s+|[A-Z][\w’'-]*\s+){0,8}",
                after,
            )
            if to_whom and (cue.left or re.match(r"(?:that\b|[,:.;]|$|[\"“])", after_time)):
                return time
        before = line.between(time.span.end, cue.core.start)
        if time.span.end <= cue.core.start and re.fullmatch(r",?\s*(?:the|its|his|a)?\s*", before) and not cue.left:
            return time
    return None


def _via(line: Line, cue: Cue, lex: Lexicon) -> str | None:
    """The channel named beside the cue, or the outlet that was told."""
    if not lex.channel_words.isdisjoint(line.vocabulary):
        window = line.between(max(line.start, cue.core.start - 70), min(line.end, cue.core.end + 90)).lower()
        for name, phrases in lex.channels:
            if not phrases.needed.isdisjoint(line.vocabulary) and phrases.pattern.search(window) is not None:
                return name
    for mention in line.actors:
        if (
            mention.kind == "MEDIA"
            and mention is not cue.speaker.mention
            and cue.core.start - 60 <= mention.span.start <= cue.core.end + 60
        ):
            before = line.between(max(line.start, mention.span.start - 35), mention.span.start)
            if re.search(
                r"(?:\btold|\bto|\bwith|\bon|\bfor|\bin|\bby|\bof|\bvia)\s+(?:the\s+)?(?:[\w-]+\s+){0,3}$", before
            ):
                return mention.name
    return None


def _cited(line: Line, cues: list[Cue], speakers: Speakers, lex: Lexicon) -> None:
    """ "The paper writes, citing an officer": the officer is the source, and the paper goes to `via`."""
    if lex.citing.needed.isdisjoint(line.vocabulary):
        return
    for match in lex.citing.found(line.text, line.vocabulary):
        start, end = line.start + match.start(), line.start + match.end()
        if line.in_quotes(start):
            continue
        cited = named_after(line, end + 1, speakers, lex)
        if cited is None:
            continue
        outlets = [c for c in cues if c.speaker.mention.kind in ("MEDIA", "ORG") and c.kind != "colon"]
        if outlets:
            nearest = min(outlets, key=lambda c: abs(c.core.start - start))
            nearest.via = nearest.speaker.mention.name
            nearest.speaker = Spoken(cited.mention, nearest.speaker.span)
            speakers.remember(cited.mention)
            continue
        if (
            match.group().lower() in ("cites", "quotes", "quoted", "cited")
            and not any(m.span.end <= start for m in line.speakers)
            and not re.match(r"\s*as saying\b", line.between(cited.span.end, line.end))
        ):
            continue
        outlet = next((m for m in reversed(line.actors) if m.span.end <= start and m.kind == "MEDIA"), None)
        core = Span(outlet.span.start if outlet is not None and start - outlet.span.end < 40 else start, cited.span.end)
        cue = Cue("citing", "says", "asserts", Span(start, end), cited, core, left=True)
        cue.via = outlet.name if outlet is not None else None
        cue.right = bool(re.match(r"\s*(?:as saying|that|,)", line.between(core.end, line.end)))
        cues.append(cue)
        cues.sort(key=lambda c: (c.core.start, c.cue.start))


# -- carried on -------------------------------------------------------------------------------------------------------

_GOES_ON: Final = Pattern(r"\b(?:our|we|us)\b", re.IGNORECASE)
_OF_THEM: Final = Pattern(r"(?:[\w-]+\s+)?(?:of|among)\s+(?:them|these|those)\b", re.IGNORECASE)
""" "Many of them", "Among them": goes on with what the sentence before has told."""
_FORESEES: Final = Pattern(r"\b(?:could|may|might|will|would)\b")
_HIS: Final = Pattern(r"(?:His|Her)\s")
_PLUPERFECT: Final = Pattern(r"\bhad\s+(?:\w+ly\s+|been\s+|also\s+|already\s+|not\s+)?\w+", re.IGNORECASE)


_DEEDS: Final = frozenset({"pledges", "orders", "asks"})
"""What is done by saying it once: the next sentence does not go on with an order as it goes on with an account."""
_MARKS: Final = frozenset('"“«')
_BACKGROUND: Final = Pattern(r"(?:Background|For reference|Reference|Previously|Earlier|Read also|Reminder)\s*:")
_IN_SECTOR: Final = Pattern(
    r"(?:[IO]n|At|Near|Along|Toward|Towards)\s+the\s+(?:[\w’'-]+\s+){1,3}(?:sectors?|directions?|fronts?|ax[ei]s|areas?)\b"
)
_SOURCE_LINE: Final = Pattern(r"Sources?\s*:\s*\S")


def _is_bulletin(attribution: Attribution) -> bool:
    """Whether the speaker is a body that reports sector by sector."""
    source = attribution.source
    return (
        re.search(r"General Staff|Ministry of Defence|Operational|Institute for|DeepState|Forces", source.name)
        is not None
    )


_OWN_VOICE: Final = Pattern(
    r"\b(?:the enemy|our (?:\w+ )?(?:warriors|soldiers|defenders|troops|fighters|forces|units|losses|positions|"
    r"artillery|aviation|servicemen|side)|the aggressor|(?:the )?(?:occupiers|occupants|invaders))\b",
    re.IGNORECASE,
)
_SENDER: Final = Pattern(
    r"General Staff|Operational|Command\b|Group of Forces|Defence Forces|Troops|Ministry of Defence"
)
_SHORT: Final = 14
"""Sentences that a bulletin has at most."""


def _sender(doc: Document, readings: list[Reading], by_cue: dict[Span, Attribution]) -> Attribution | None:
    """The staff or command that alone speaks in a short text in an army's own words: "the enemy", "our warriors"."""
    if len(readings) > _SHORT:
        return None
    cues = [c for r in readings for c in (*r.cues, *r.replies)]
    if not cues or len({c.speaker.mention.name for c in cues}) != 1:
        return None
    mention = cues[0].speaker.mention
    if mention.kind not in ("MIL", "GOV") or mention.id is None or not _SENDER.search(mention.name):
        return None
    return by_cue.get(cues[0].cue) if len(_OWN_VOICE.findall(doc.text)) >= 2 else None


def _headline(readings: list[Reading], by_cue: dict[Span, Attribution]) -> Attribution | None:
    """Return the staff whose bulletin a headline gives, "General Staff: …", where the opening has no other speaker."""
    if not readings or readings[0].line.sentence.role != "title":
        return None
    cue = next((c for c in readings[0].cues if c.kind == "colon"), None)
    if cue is None or not _SENDER.search(cue.speaker.mention.name):
        return None
    own = [c.speaker.mention.name for r in readings[1:6] for c in r.cues if c.speaker.mention.kind != "narrator"]
    return by_cue.get(cue.cue) if set(own) <= {cue.speaker.mention.name} else None


def _source_line(doc: Document, readings: list[Reading], lex: Lexicon) -> Attribution | None:
    """The line "Source: the governor, on Telegram", which names the source of the whole report."""
    for reading in readings[:12]:
        line = reading.line
        if not _SOURCE_LINE.match(line.text) or not line.speakers or len(line.text) > 300:
            continue
        people = [m for m in line.speakers if is_person(m, lex) and not is_common(m)]
        named = people or [m for m in line.speakers if not is_common(m)]
        if not named:
            continue
        cue = Cue(
            "heading", "reports", "asserts", named[0].span, Spoken(named[0], named[0].span), Span(line.start, line.end)
        )
        found = Attribution(
            named[0], "asserts", "reports", named[0].span, [], via=_via(line, cue, lex),
            phrase=Span(line.start, line.end), rule="claims.source_line",
        )  # fmt: skip
        doc.attributions.append(found)
        return found
    return None


def _answers(doc: Document, readings: list[Reading], lex: Lexicon) -> frozenset[int]:
    """Give the answers of an interview to whom they are asked of; return where their sentences start."""
    interview = interview_of([r.line for r in readings], lex)
    if interview is None:
        return frozenset()
    giver = interview.giver
    doc.attributions.append(
        Attribution(
            giver, "asserts", "says", giver.span, list(interview.answers), phrase=giver.span, rule="claims.interview"
        )
    )
    return frozenset(s.start for s in interview.answers)


def _carry(doc: Document, readings: list[Reading], by_line: list[list[int]], lex: Lexicon) -> None:
    """Give sentences without a cue of their own to the speaker whose words they go on with."""
    by_cue = _by_cue(doc)
    speaking: Attribution | None = None
    whole = False
    fresh = True
    paragraph, began = -1, 0
    names: set[str] = set()
    quote_open = False
    opener = (
        _source_line(doc, readings, lex)
        or _heading(doc, readings, lex)
        or _sender(doc, readings, by_cue)
        or _headline(readings, by_cue)
    )
    opening, count = False, 0
    presented = False  # whether he who speaks was brought in as the one who tells what follows
    before: Attribution | None = None
    report: Attribution | None = None
    told = -1
    opened_at = _before_the_field(doc, readings, by_line)
    for place, reading in enumerate(readings):
        line = reading.line
        if line.sentence.role == "title":
            continue
        if _is_heading(line):
            continue
        if line.sentence.paragraph != paragraph:
            paragraph, began = line.sentence.paragraph, line.start
            # "According to X, …" alone in its paragraph opens what the next one goes on with.
            opened = opening and whole and count == 1
            if _IN_SECTOR.match(line.text) and speaking is not None and _is_bulletin(speaking):
                opened = whole = True
                names = {speaking.source.name}
            names = names if opened else set()
            opening, count = False, 0
            fresh = True
            # A paragraph that opens with a quotation mark goes on with the words of the one before.
            before = speaking if line.text[:1] in _MARKS else None
            quote_open = False
            if _BACKGROUND.match(line.text):
                opener = None
            if not opened:
                speaking, whole = None, False
        count += 1
        own = [c for c in reading.cues if c.speaker.mention.kind != "narrator" and c.stance not in _ANSWERING]
        if own:
            cue = own[-1]
            opening = cue.kind == "according" and cue.right and not cue.left
            speaking = by_cue.get(cue.cue)
            presented = cue.whole or (presented and len(names | {cue.speaker.mention.name}) == 1)
            report, told, before = speaking, paragraph, None
            names.update(c.speaker.mention.name for c in own)
            covered = sum(s.end - s.start for spans in reading.scopes for s in spans)
            alone = len(names) == 1
            if cue.whole:
                whole = True
            elif not alone:
                whole = False
            elif fresh and covered > 0.4 * (line.end - line.start) and cue.act not in _DEEDS:
                whole = True
            quote_open = _leaves_quote_open(line, quote_open)
            fresh = fresh and alone
            continue
        if before is not None and (quote_open or line.text[:1] in _MARKS):
            going_out = _leaves_quote_open(line, quote_open)
            # Whoever closes the quotation has opened it.
            closing = _closes(by_cue, readings, place) if going_out else None
            if closing is not None:
                before = closing
            before.scopes.append(Span(line.start, line.end))
            quote_open, speaking, fresh = going_out, before, False
            continue
        events = [doc.events[n] for n in by_line[place]]
        if place and not reading.cues and not quote_open:
            earlier = readings[place - 1]
            claimed = [doc.events[n] for n in by_line[place - 1]]
            if contradicts(line, earlier.line, earlier.cues, claimed, events):
                reading.replies = [_denial(line, opener)]
                if opener is not None:
                    opener.scopes.append(line.sentence.span)
                speaking, whole, fresh, before, report = None, False, False, None, None
                continue
        if reading.replies or reading.cues:
            fresh = fresh and not reading.replies and all(c.stance == "denies" for c in reading.cues)
            quote_open = _leaves_quote_open(line, quote_open)
            continue
        source = speaking
        going_on = False
        inside_quote = quote_open
        if (
            source is not None
            and line.quotes
            and line.quotes[0].start <= line.start + 1
            and line.quotes[-1].end >= line.end - 2
        ):
            going_on = True
        if source is not None and quote_open:
            going_on = True
        away = (
            source is not None
            and not inside_quote
            and (
                _turns_away(doc, source, line, events, None if presented else opened_at[place])
                or recalls(doc, source.source, line, events, began)
            )
        )
        if source is not None and len(names) == 1 and whole and not away:
            going_on = True
        if source is not None and not away and _PLUPERFECT.search(line.text) and len(names) == 1:
            going_on = True
        if source is not None and _GOES_ON.search(line.text) and not line.quotes:
            going_on = True
        if (
            source is not None
            and not away
            and (_OF_THEM.match(line.text) or (_HIS.match(line.text) and is_person(source.source, lex)))
        ):
            going_on = True
        if (
            source is not None
            and not away
            and readings[place - 1].cues
            and _FORESEES.search(line.text)
            and events
            and all(e.modality in ("possible", "intended") for e in events)
        ):
            going_on = True  # whoever has just spoken foresees it, and not the article
        quote_open = _leaves_quote_open(line, quote_open)
        if not going_on and source is None and opener is not None:
            source, going_on = opener, True
        if not going_on and (_unclosed(line) or inside_quote):
            following = _closing_speaker(by_cue, readings, place)
            if following is not None:
                source, going_on = following, True
        fresh = fresh and not events and _brings_in_a_speaker(line, lex)
        apart = told < paragraph
        if (
            not going_on
            and report is not None
            and told >= paragraph - 1
            and (apart or len(names) == 1)
            and goes_on(doc, report.source, line, events, apart=apart)
        ):
            source, going_on, told = report, True, paragraph
        if going_on and source is not None:
            source.scopes.append(Span(line.start, line.end))
        elif source is not None and by_line[place]:
            speaking = None
            whole = False


def _denial(line: Line, sender: Attribution | None) -> Cue:
    """What a sentence that contradicts a claim says of it, in the words of the article or of whose bulletin it is."""
    span = opener_of(line)
    return Cue(
        "own_voice", "denies", "denies", span, Spoken(narrator(span) if sender is None else sender.source, span), span
    )


_ELSEWHERE: Final = Pattern(
    r"(?:Meanwhile|Separately|Elsewhere|In\s+the\s+meantime|On\s+the\s+(?:ground|battlefield|front(?:\s+lines?)?)|"
    r"In\s+(?:other|separate|further)\s+(?:developments|attacks?|strikes?|incidents?|news)|In\s+another)\b"
)
"""How a sentence begins that turns to another matter."""
_IN_THE_FIELD: Final = frozenset[str](
    {"strike", "casualties", "destruction", "repulse", "capture", "control", "withdrawal", "advance", "assault",
     "clash", "displacement", "interdiction", "encirclement", "hold", "deployment"}
)  # fmt: skip


_FIELD_BODIES: Final = Pattern(
    r"Staff|Ministry of Defence|Security Service|Forces|Command|Administration|Police|Emergenc|Brigade|Army|Navy|Guard|"
    r"Institute"
)
"""Who tells of the field whenever he speaks."""


def _before_the_field(doc: Document, readings: list[Reading], by_line: list[list[int]]) -> list[int | None]:
    """For each sentence, where its paragraph began; None where it opens it, or the field has been told of in it."""
    found: list[int | None] = []
    paragraph: int | None = None
    start, told = 0, False
    for reading, numbers in zip(readings, by_line, strict=True):
        line = reading.line
        if line.sentence.paragraph != paragraph:
            paragraph, start, told = line.sentence.paragraph, line.start, False
            found.append(None)
        else:
            found.append(None if told else start)
        told = told or any(doc.events[n].type in _IN_THE_FIELD for n in numbers)
    return found


def _turns_away(doc: Document, source: Attribution, line: Line, events: list[EventMention], opened: int | None) -> bool:
    """Whether a sentence turns from what somebody was saying to another matter.

    It says so ("Meanwhile"), or it tells of the war by its own day or place after one who in this paragraph has told
    of nothing in the field, and named no such place. `opened` is where that paragraph began (`_before_the_field`).
    """
    if not events:
        return False
    if _ELSEWHERE.match(line.text):
        return True
    if source.source.kind == "MIL" or _FIELD_BODIES.search(source.source.name):
        return False
    if not any(e.type in _IN_THE_FIELD and (e.places or e.time is not None) for e in events):
        return False
    if _GOES_ON.search(line.text) or line.quotes or _BACK_TO.match(line.text):
        return False
    if opened is None:
        return False
    first = bisect_left(doc.places, opened, key=lambda p: p.span.start)
    last = bisect_left(doc.places, line.start, key=lambda p: p.span.start)
    named = {p.name for p in doc.places[first:last]}
    return not named & {p.name for e in events for p in e.places}


_BACK_TO: Final = Pattern(r"(?:They|He|She|It|This|That|These|Those|There|The\s+(?:enemy|occupiers))\b")


def _brings_in_a_speaker(line: Line, lex: Lexicon) -> bool:
    """Whether a sentence names somebody, who may then speak: "Olha, a nurse, waits at the bridge. She says …"."""
    nameless = line.words[:1] and line.words[0].low in ("a", "an", "one") and not line.vocabulary.isdisjoint(lex.people)
    return bool(nameless) or any(is_person(m, lex) and not is_common(m) for m in line.speakers)


def _is_heading(line: Line) -> bool:
    """ "KHERSON OBLAST.", "Key points": a few words without a verb, which open a paragraph and tell nothing."""
    return (
        len(line.words) <= 5
        and not line.quotes
        and line.sentence.parse is None
        and all(w.text[:1].isupper() for w in line.words if w.text[:1].isalpha() and len(w.text) > 3)
    )


_THIS_WAS: Final = Pattern(
    r"(?:This|That|It|The\s+(?:information|news|same|attack|strike|incident))\s+(?:was|were|is|has\s+been|had\s+been)\s+"
    r"(?:\w+ly\s+|also\s+)?(?:reported|announced|stated|said|told|confirmed|noted|written|made known|posted|published|"
    r"declared|disclosed|revealed|communicated)\b[^.;]{0,60}?\b(?:by|in|on)\s+",
)
_ABOUT_THIS: Final = Pattern(
    r"(?:About|Of|On)\s+(?:this|it)\s+(?:(?:yesterday|today|also|in|on|it|is|was|has|been|became|known|the|from|message|"
    r"statement|report|post|morning|evening|telegram|facebook|\w+day|said|says|reported|reports|informed|informs|told|tells|"
    r"wrote|writes|stated|announced|declared|notified|noted)\s+){1,8}",
    re.IGNORECASE,
)
""""About this informed the governor"."""
_SO_SAYS: Final = Pattern(
    r"(?:So|Thus|This,?\s+at\s+least,?\s+is\s+what)\s+(?:says?|said|writes?|wrote|claims?|claimed|reports?|reported|runs?|ran|spoke)\s+"
)
_OF_THIS: Final = Pattern(
    r"\s+(?:(?:about|of|on)\s+)?(?:this|it)(?:\s+(?:on|in|via|at|to|during|late|early|yesterday|today)\b[^.;,:]{0,80})?\s*[.;]?\s*$"
)
_BACKWARDS: Final = frozenset({"this", "it"})
_SIGNED: Final = re.compile(r"[—–]\s*(?=[^\W\d_])(?=[^:;\"“”]*$)")
_OPENS_BACK: Final = (
    "This", "That", "It", "The", "So", "Thus", "About", "Of", "On", "about", "of", "on", "ABOUT", "OF", "ON", "—", "–",
)  # fmt: skip
"""How what looks back on the sentences before begins."""
_MOST_SIGNED: Final = 120
"""Characters of a line that only signs what stands before it: "— Ivan Fedorov, head of the administration"."""
_BACK: Final = 8
"""Sentences that "this was reported by the governor" reaches back over, within two paragraphs."""


def _reported_back(doc: Document, readings: list[Reading]) -> None:
    """Give the sentences before "This was reported by the mayor" or "The mayor reported this" to him."""
    by_cue = _by_cue(doc)
    for place, reading in enumerate(readings):
        line = reading.line
        if line.sentence.role == "title":
            continue
        source: Attribution | None = None
        match = None
        if line.text.startswith(_OPENS_BACK):
            match = (
                _THIS_WAS.match(line.text)
                or _SO_SAYS.match(line.text)
                or _ABOUT_THIS.match(line.text)
                or (_SIGNED.match(line.text) if len(line.text) < _MOST_SIGNED else None)
            )
        if match is not None:
            after = line.start + match.end()
            near = [m for m in line.speakers if after - 4 <= m.span.start <= after + 90]
            people = [m for m in near if _is_named_person(m)]
            if near:
                chosen = (people or near)[0]
                confirmed = " confirmed" in match.group()
                source = Attribution(
                    chosen, "confirms" if confirmed else "asserts", "confirms" if confirmed else "reports",
                    Span(line.start, after), [], phrase=Span(line.start, chosen.span.end), rule="claims.reported_back",
                )  # fmt: skip
                doc.attributions.append(source)
        else:
            if _BACKWARDS.isdisjoint(line.vocabulary):
                continue
            cue = next(
                (
                    c
                    for c in reading.cues
                    if c.kind == "verb"
                    and c.stance in ("asserts", "confirms")
                    and c.speaker.mention.kind != "narrator"
                    and _OF_THIS.match(line.between(c.core.end, line.end))
                ),
                None,
            )
            source = by_cue.get(cue.cue) if cue is not None else None
        if source is None:
            continue
        for back in range(place - 1, max(-1, place - 1 - _BACK), -1):
            earlier = readings[back]
            apart = line.sentence.paragraph - earlier.line.sentence.paragraph
            if earlier.cues or earlier.replies or earlier.line.sentence.role == "title" or apart > 1:
                break
            source.scopes.append(Span(earlier.line.start, earlier.line.end))


_AT_THE_END: Final = frozenset({"verb", "translated"})
"""Kinds of cues that end a sentence by who has said it."""


def _opened_by(doc: Document, readings: list[Reading], answers: frozenset[int]) -> None:
    """Give the sentence that opens a paragraph to whom the next one ends in naming: "A. B, the mayor said"."""
    by_cue = _by_cue(doc)
    for one, two in itertools.pairwise(readings):
        opening, following = one.line.sentence, two.line.sentence
        if opening.role != "body" or following.paragraph != opening.paragraph or one.cues or one.replies:
            continue
        if one.line.start in answers:
            continue
        if opening.index and readings[opening.index - 1].line.sentence.paragraph == opening.paragraph:
            continue
        cues = [c for c in two.cues if c.speaker.mention.kind != "narrator"]
        if len(cues) != 1 or not cues[0].left or cues[0].kind not in _AT_THE_END or cues[0].stance != "asserts":
            continue
        source = by_cue.get(cues[0].cue)
        if source is not None and not any(s.overlaps(one.line.sentence.span) for s in source.scopes):
            source.scopes.append(Span(one.line.start, one.line.end))


def _is_named_person(mention: ActorMention) -> bool:
    return mention.kind == "PER" or "/PER/" in (mention.id or "")


def _by_cue(doc: Document) -> dict[Span, Attribution]:
    """The first attribution of each cue."""
    return {a.cue: a for a in reversed(doc.attributions)}


def _unclosed(line: Line) -> bool:
    return bool(line.quotes) and line.quotes[-1].end >= line.end and line.text.rstrip()[-1:] not in '"”»'


def _leaves_quote_open(line: Line, was: bool) -> bool:
    marks = line.text.count('"') % 2 == 1
    curly = line.text.count("“") - line.text.count("”") + line.text.count("«") - line.text.count("»")
    if curly:
        return curly > 0
    return not was if marks else was


def _closes(by_cue: dict[Span, Attribution], readings: list[Reading], place: int) -> Attribution | None:
    """Who is named where a quotation that is open after a sentence ends, in the same paragraph."""
    paragraph, still_open = readings[place].line.sentence.paragraph, True
    for later in readings[place + 1 : place + 8]:
        if later.line.sentence.paragraph != paragraph or not still_open:
            return None
        if (closing := _closing_cue(later)) is not None:
            return by_cue.get(closing.cue)
        still_open = _leaves_quote_open(later.line, still_open)
    return None


def _closing_speaker(by_cue: dict[Span, Attribution], readings: list[Reading], place: int) -> Attribution | None:
    for later in readings[place + 1 : place + 8]:
        if (closing := _closing_cue(later)) is not None:
            return by_cue.get(closing.cue)
    return None


def _closing_cue(reading: Reading) -> Cue | None:
    """The first cue that names who has said what stands before it."""
    return next((cue for cue in reading.cues if cue.left and cue.speaker.mention.kind != "narrator"), None)


def _heading(doc: Document, readings: list[Reading], lex: Lexicon) -> Attribution | None:
    """A title or opening line that names whose bulletin the whole text is: "The General Staff, 16:00 update"."""
    for reading in readings[:2]:
        line = reading.line
        if len(line.text) > 160 or not line.speakers or line.sentence.role == "caption":
            continue
        lows = {w.low for w in line.words}
        if not lows & lex.heading and not _opens_with_its_theme(line):
            continue
        if reading.cues and not lows & {"reports", "informs", "reported"}:
            continue
        finite = [w for w in line.words if w.token is not None and w.token.tag_ in ("VBD", "VBZ", "VBP", "MD")]
        if [w for w in finite if w.low not in ("reports", "informs", "reported", "informed")]:
            continue
        mention = line.speakers[0]
        found = Attribution(
            mention, "asserts", "reports", mention.span, [], phrase=Span(line.start, line.end), rule="claims.heading"
        )
        doc.attributions.append(found)
        return found
    return None


def _opens_with_its_theme(line: Line) -> bool:
    """ "The General Staff on enemy losses"."""
    body = line.speakers[0]
    before = line.between(line.start, body.span.start).strip().lower()
    return (
        body.kind in ("MIL", "GOV")
        and before in ("", "the")
        and re.match(
            r"\s+(?:on|about)\s+(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\d|the\s+\d)",
            line.between(body.span.end, line.end),
        )
        is not None
    )


# -- events -----------------------------------------------------------------------------------------------------------


def _assign(doc: Document) -> None:
    """Point each event at the innermost attribution over its trigger; an outer outlet becomes its channel."""
    spans = sorted(
        ((scope.start, scope.end, number) for number, a in enumerate(doc.attributions) for scope in a.scopes),
    )
    starts = [s[0] for s in spans]
    told_by = sorted(
        [(a.cue.start, a.cue.end, n) for n, a in enumerate(doc.attributions) if a.rule in ("claims.verb", "claims.map")]
    )
    cues = [(doc.attributions[n].cue, n) for _, _, n in told_by]
    cue_starts = [start for start, _, _ in told_by]
    longest = max((end - start for start, end, _ in spans), default=0)
    for event in doc.events:
        at = event.trigger.start
        told = _told(doc, cues, cue_starts, event.trigger)
        if told is not None:
            event.attributions.append(told)
            event.why.append(Why("claims", "claims.own_words", doc.attributions[told].cue))
            low = bisect_left(starts, at - longest)
            _add_teller(doc, event, [s for s in spans[low : bisect_left(starts, at + 1)] if s[1] > at], [told])
            continue
        low = bisect_left(starts, at - longest)
        over = [s for s in spans[low : bisect_left(starts, at + 1)] if s[1] > at]
        over = [s for s in over if not _told_beside(doc, doc.attributions[s[2]], event)]
        if not over:
            continue
        inner = min(over, key=lambda s: (s[1] - s[0], -s[0]))
        chosen = [
            s[2]
            for s in over
            if (s[0], s[1]) == (inner[0], inner[1]) and doc.attributions[s[2]].cue == doc.attributions[inner[2]].cue
        ]
        for number in chosen:
            attribution = doc.attributions[number]
            event.attributions.append(number)
            event.why.append(Why("claims", attribution.rule, attribution.cue))
            outer = next(
                (
                    doc.attributions[s[2]]
                    for s in over
                    if s[2] not in chosen and doc.attributions[s[2]].source.kind == "MEDIA"
                ),
                None,
            )
            if outer is not None and attribution.via is None and attribution.source.kind != "MEDIA":
                attribution.via = outer.source.name
        _add_teller(doc, event, over, chosen)
        _add_answer(doc, event, over, chosen)


def _told_beside(doc: Document, attribution: Attribution, event: EventMention) -> bool:
    """Whether an event is told beside an order and not ordered: "to leave the town, which Moscow had taken in May"."""
    if attribution.act not in _DEEDS or event.modality != "actual" or attribution.rule != "claims.verb":
        return False
    sentence = doc.sentences[event.sentence]
    if sentence.parse is None or not attribution.cue.end <= event.trigger.start:
        return False
    word = word_at(sentence.parse, event.trigger.start - sentence.span.start)
    for _ in range(_CLAUSES_UP):
        if sentence.span.start + word.idx < attribution.cue.end:
            return False
        if word.dep_ == "relcl":
            return True
        word = word.head
    return False


_CLAUSES_UP: Final = 12
"""Words from an event up to the order above it, at the most."""


def _add_answer(doc: Document, event: EventMention, over: list[tuple[int, int, int]], chosen: list[int]) -> None:
    """Add who denies or leaves open another's claim in the same breath: "Kyiv dismissed Moscow's claim that …"."""
    inner = [doc.attributions[n] for n in chosen]
    if any(a.stance in _ANSWERING for a in inner):
        return
    names = {a.source.name for a in inner}
    for _, _, number in over:
        outer = doc.attributions[number]
        if number in event.attributions or outer.stance not in _ANSWERING or outer.source.name in names:
            continue
        if all(any(s.covers(a.cue) for s in outer.scopes) for a in inner):
            event.attributions.append(number)
            event.why.append(Why("claims", "claims.answer_to_claim", outer.cue))


def _add_teller(doc: Document, event: EventMention, over: list[tuple[int, int, int]], chosen: list[int]) -> None:
    """Add who tells of another's word: "the president said the general had reported the town's liberation"."""
    wider = [
        s
        for s in sorted(over, key=lambda s: s[1] - s[0])
        if s[2] not in chosen and doc.attributions[s[2]].source.kind not in ("MEDIA", "narrator")
    ]
    for _, _, number in wider[:1]:
        attribution = doc.attributions[number]
        inner = [doc.attributions[n] for n in chosen]
        nested = all(any(s.covers(a.cue) for s in attribution.scopes) for a in inner)
        if not nested or attribution.rule != "claims.verb" or attribution.stance not in ("asserts", "confirms"):
            return
        if attribution.source.name in {a.source.name for a in inner}:
            return
        event.attributions.append(number)
        event.why.append(Why("claims", "claims.teller", attribution.cue))


def _told(doc: Document, cues: list[tuple[Span, int]], starts: list[int], trigger: Span) -> int | None:
    """The attribution whose verb is the event's own word: "Berlin pledged two batteries"."""
    low = bisect_left(starts, trigger.start - 40)
    for cue, number in cues[low : bisect_left(starts, trigger.end)]:
        if cue.overlaps(trigger):
            return number
    return None


def _answer(doc: Document, readings: list[Reading], by_line: list[list[int]]) -> None:
    """Point denials, refusals and doubts that hold no event of their own at the claims that they answer."""
    numbers = {a.cue: n for n, a in reversed(list(enumerate(doc.attributions)))}
    for place, reading in enumerate(readings):
        for cue in reading.cues:
            if cue.stance not in _ANSWERING and cue.act not in ("confirms", "admits"):
                continue
            number = numbers.get(cue.cue)
            if number is None:
                continue
            own = [e for e in by_line[place] if number in doc.events[e].attributions]
            if cue.stance == "denies":
                twins = _denied_twins(doc, by_line, place, cue)
                if twins:
                    _deny_again(doc, number, cue, twins)
                    continue
            if own and not _POINTS_BACK.match(reading.line.between(cue.cue.end, reading.line.end)):
                continue
            _point(doc, number, _answered(doc, readings, by_line, place, cue))
        for cue in reading.replies:
            doc.attributions.append(
                Attribution(
                    cue.speaker.mention, cue.stance, cue.act, cue.cue, phrase=cue.core, rule=f"claims.{cue.kind}"
                )
            )
            number = len(doc.attributions) - 1
            if cue.kind == "own_voice" and (twins := _denied_twins(doc, by_line, place, cue)):
                _deny_again(doc, number, cue, twins)
                continue
            untrue = _untrue(doc, reading, by_line[place], cue)
            for event in untrue:
                event.attributions = []
            _point(doc, number, untrue or _answered(doc, readings, by_line, place, cue))


_TOLD: Final = Pattern(
    r"\b(?:reports?|rumou?rs?|claims?|allegations?|information|news|talk|stories|suggestions?|accounts?)\s+(?:of|that|about)\b",
    re.IGNORECASE,
)


def _untrue(doc: Document, reading: Reading, numbers: list[int], cue: Cue) -> list[EventMention]:
    """Return the events of "reports of a retreat are false, the army said", which the speaker denies in saying so."""
    if cue.stance != "denies":
        return []
    found = []
    for event in (doc.events[n] for n in numbers):
        told = _TOLD.search(reading.line.between(reading.line.start, event.trigger.start))
        own = {doc.attributions[a].source.name for a in event.attributions} == {cue.speaker.mention.name}
        if told is not None and own and event.trigger.end <= cue.cue.start:
            found.append(event)
    return found


def _denied_twins(
    doc: Document, by_line: list[list[int]], place: int, cue: Cue
) -> list[tuple[EventMention, EventMention]]:
    """What a denial spells out ("Kyiv denied it: its men had not been expelled"), each with the event told before.

    Such a negation is the earlier event denied, not an event of its own.
    """
    found = []
    for number in by_line[place]:
        event = doc.events[number]
        if event.modality != "negated" or event.trigger.start < cue.cue.end:
            continue
        here = {p.name for p in event.places}
        for back in range(place - 1, max(-1, place - 5), -1):
            earlier = next(
                (
                    e
                    for e in (doc.events[n] for n in by_line[back])
                    if e.type == event.type
                    and e.modality != "negated"
                    and (not here or {p.name for p in e.places} & here)
                ),
                None,
            )
            if earlier is not None:
                found.append((event, earlier))
                break
    return found


def _deny_again(doc: Document, number: int, cue: Cue, twins: list[tuple[EventMention, EventMention]]) -> None:
    for twin, earlier in twins:
        twin.modality, twin.attributions = earlier.modality, []
        twin.why.append(Why("modality", "claims.denied_again", cue.cue))
    _point(doc, number, [event for pair in twins for event in pair])


def _answered(
    doc: Document, readings: list[Reading], by_line: list[list[int]], place: int, cue: Cue
) -> list[EventMention]:
    """The events before the cue in its own sentence, else those of the nearest sentence before that has any."""
    before = [n for n in by_line[place] if doc.events[n].trigger.end <= cue.core.start]
    if found := _of_others(doc, cue, before):
        return found
    for back in range(place - 1, max(-1, place - 4), -1):
        if readings[back].line.sentence.role == "title" and place - back > 1:
            break
        if by_line[back] and (found := _of_others(doc, cue, by_line[back])):
            return found
    after = [n for n in by_line[place] if doc.events[n].trigger.start >= cue.core.end]
    return _of_others(doc, cue, after)


def _of_others(doc: Document, cue: Cue, numbers: list[int]) -> list[EventMention]:
    """Those of the events that the cue's speaker has not told himself."""
    events = [doc.events[n] for n in numbers]
    if cue.stance == "denies":  # what is denied is what somebody claims, where anybody does
        events = [e for e in events if e.attributions] or events
    return [
        e
        for e in events
        if not any(
            doc.attributions[a].stance == "asserts" and _own(cue, doc.attributions[a].source) for a in e.attributions
        )
    ]


def _own(cue: Cue, source: ActorMention) -> bool:
    speaker = cue.speaker.mention
    same_side = cue.stance == "denies" and speaker.side in ("UKR", "RUS") and source.side == speaker.side
    return source.name == speaker.name or same_side


def _point(doc: Document, number: int, events: list[EventMention]) -> None:
    attribution = doc.attributions[number]
    for event in events:
        if number not in event.attributions:
            event.attributions.append(number)
            event.why.append(Why("claims", attribution.rule, attribution.cue))
            attribution.answers.append(event.trigger)
