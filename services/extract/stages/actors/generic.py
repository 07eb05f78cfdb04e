"""Ministries and staffs named without their country: "the Defense Ministry", "the General Staff", "the ministry"."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from services.contracts.taxonomy import ActorKind
from services.extract.document import ActorMention, Document, Span
from services.extract.gazetteer import Word
from services.extract.pattern import Pattern
from services.extract.stages.actors.voice import cues
from services.extract.stages.wordindex import index_of

_PATTERN: Final = Pattern(
    r"\b(?:the\s+)?(?P<what>(?:[Mm]inistry of [Dd]efen[cs]e|[Dd]efen[cs]e [Mm]inistry|MoD|MOD)|(?:[Gg]eneral [Ss]taff|"
    r"[Gg]enshtab)|(?:[Mm]inistry of [Ff]oreign [Aa]ffairs|[Ff]oreign [Mm]inistry)|(?:[Mm]inistry of (?:[Ii]nternal "
    r"[Aa]ffairs|(?:the )?[Ii]nterior)|[Ii]nterior [Mm]inistry)|(?:[Aa]ir [Ff]orce)"
    r"|[Hh]ealth [Mm]inistry|[Mm]inistry of [Hh]ealth|[Jj]ustice [Mm]inistry|[Mm]inistry of [Jj]ustice"
    r"|[Ee]nergy [Mm]inistry|[Mm]inistry of [Ee]nergy|(?:[Ss]tate )?[Ee]mergency [Ss]ervices?"
    r"|[Ee]mergenc(?:y|ies) [Mm]inistry|[Rr]escue [Ss]ervice|(?:[Ss]tate )?[Bb]order (?:[Gg]uard )?[Ss]ervice"
    r"|[Nn]ational [Pp]olice|(?<=[Tt]he )ministry|(?<=[Tt]he )(?:Land|Ground) Forces|[Aa]rmed [Ff]orces(?! of))\b"
)
_MARKS: Final = ("ministry", "mod", "genshtab")
_LATER_MARKS: Final = ("staff", "force", "forces", "service", "services", "police")
"""One of these words is in all that `_PATTERN` matches: asking where they stand costs a tenth of the pattern."""
_BEFORE_THEM: Final = (
    "general ", "air ", "armed ", "land ", "ground ", "emergency ", "rescue ", "border ", "guard ", "national "
)  # fmt: skip
"""What stands before the later ones."""
_REACH: Final = 48
"""Characters to each side of a mark; the longest of the names has 32."""


def _named(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_PATTERN` matches in `text`."""
    words = index_of(text)
    places = words.places(_MARKS)
    for place in words.places(_LATER_MARKS):
        if words.low[max(0, place - 10) : place].endswith(_BEFORE_THEM):
            places.append(place)
    places.sort()
    start = end = 0
    for place in places:
        if place - _REACH > end:
            yield from _PATTERN.finditer(text, start, end)
            start = place - _REACH
        end = place + _REACH
    yield from _PATTERN.finditer(text, start, end)


_WHAT: Final[dict[str, tuple[str, str, ActorKind]]] = {
    "defence": ("ministry-of-defence", "Ministry of Defence of {}", "GOV"),
    "staff": ("general-staff", "General Staff of {}", "MIL"),
    "foreign": ("ministry-of-foreign-affairs", "Ministry of Foreign Affairs of {}", "GOV"),
    "interior": ("ministry-of-internal-affairs", "Ministry of Internal Affairs of {}", "GOV"),
    "health": ("ministry-of-health", "Ministry of Health of {}", "GOV"),
    "justice": ("ministry-of-justice", "Ministry of Justice of {}", "GOV"),
    "energy": ("ministry-of-energy", "Ministry of Energy of {}", "GOV"),
    "emergency": ("ses", "State Emergency Service of {}", "GOV"),
    "border": ("sbgs", "State Border Guard Service of {}", "GOV"),
    "police": ("national-police", "National Police of {}", "GOV"),
    "forces": ("", "Armed Forces of {}", "MIL"),
    "air": ("air-force", "Air Force of {}", "MIL"),
    "land": ("ground-forces", "Ground Forces of {}", "MIL"),
}
_RUSSIAN: Final[dict[str, tuple[str, str, ActorKind]]] = {
    "emergency": ("emercom", "Ministry of Emergency Situations of {}", "GOV"),
}
"""Where Russia's body of a kind has another name."""
_COUNTRY: Final = {"UKR": "Ukraine", "RUS": "Russia"}


_SPOKESMAN: Final = Pattern(
    r"['’]s\s+(?:(?:official|chief|main|press)\s+){0,2}(?:spokes(?:man|woman|person)|secretary),?\s+"
)


def _side_of_spokesman(doc: Document, end: int, after: Sequence[ActorMention]) -> str | None:
    """The side of who speaks for a body, named right behind it: "the Defence Ministry's spokesman Igor Konashenkov"."""
    match = _SPOKESMAN.match(doc.text, end)
    if match is None:
        return None
    return next((m.side for m in after if m.side in _COUNTRY and match.end() <= m.span.start < match.end() + 30), None)


def ministries(doc: Document, words: list[Word], voice: str, named: Sequence[ActorMention]) -> list[ActorMention]:
    """Resolve them to the body of that kind named last before, else by their sentence, else to the text's own side."""
    found = []
    russian, ukrainian = cues(doc.text)
    default = "RUS" if russian > ukrainian else voice
    last: dict[str, ActorMention] = {}
    ordered = sorted(named, key=lambda m: (m.span.start, m.span.end))
    at = 0
    for match in _named(doc.text):
        while at < len(ordered) and ordered[at].span.start < match.start():
            kind = _kind(ordered[at].name.lower())
            if kind and ordered[at].side in _COUNTRY:
                last[kind] = ordered[at]
                if "minist" in ordered[at].name.lower():
                    last["ministry"] = ordered[at]
            if (
                ordered[at].side in _COUNTRY
                and ordered[at].kind == "GOV"
                and _STATE_SAYS.match(doc.text, ordered[at].span.end)
            ):
                last["speaker"] = ordered[at]
            at += 1
        speaker = last.get("speaker")
        heard = speaker.side if speaker is not None and match.start() - speaker.span.end < _NEAR else None
        what = match.group("what").lower()
        kind = _kind(what)
        before = last.get(kind or "ministry")
        if what == "ministry" and before is not None:
            kind, side = _kind(before.name.lower()) or "defence", before.side or voice
        elif what == "ministry":
            presented = _presented(doc, match.start(), ordered[:at])
            kind, side = "defence", presented or _side(doc, match.start(), heard, defends=True) or voice
        elif kind == "emergency":
            side = _side_of_rescuers(doc, match.start()) or voice
        elif before is not None and before.side in _COUNTRY:
            side = before.side or voice
        elif kind in ("defence", "staff", "forces", "air"):
            usual = default if kind == "defence" else "UKR" if kind == "air" else voice
            spoken_for = _side_of_spokesman(doc, match.end(), ordered[at : at + 3])
            side = spoken_for or _side(doc, match.start(), heard, defends=kind == "defence") or usual
            if kind == "staff" and heard is None and voice == "UKR":
                side = voice  # Russia speaks through its ministry; "the General Staff" by itself is Ukraine's
        else:
            side = voice
        if kind is None:
            continue
        if (seat := _SEAT.match(doc.text, match.end())) is not None:
            side = (
                "RUS" if seat.group("of") in ("Moscow", "Russia", "the Russian Federation", "the RF", "RF") else "UKR"
            )
        tail, name, actor_kind = _RUSSIAN.get(kind, _WHAT[kind]) if side == "RUS" else _WHAT[kind]
        made = ActorMention(
            Span(match.start(), match.end()),
            match.group(),
            name.format(_COUNTRY.get(side, side)),
            f"{side}/{actor_kind}" + (f"/{tail}" if tail else ""),
            side,
            actor_kind,
            what == "ministry",
            True,
            "body_without_country",
        )
        found.append(made)
        if "minist" in what:
            # "The Defence Ministry said … The ministry added …"
            last["ministry"] = made
    return found


_SEAT: Final = Pattern(r"\s+(?:in|of)\s+(?P<of>Moscow|Kyiv|Kiev|Russia|Ukraine|the Russian Federation|(?:the )?RF)\b")
""""The general staff in Moscow"."""

_ARMS: Final = (
    r"(?:(?:long-range|attack|strike|kamikaze|naval|sea|air|aerial|unmanned|fixed-wing|assault|sabotage|armed)[ -])*"
    r"(?:drones?|UAVs?|missiles?|rockets?|troops|forces|soldiers|servicemen|units?|formations|army|military|fighters|"
    r"brigades?|nationalists|militants|saboteurs|group|attacks?|assaults?|positions|armou?r|tanks|personnel|shelling)"
)
_UKRAINIAN_FOE: Final = Pattern(
    rf"\b(?:Ukrainian|Ukraine['’]s|Kyiv['’]s|Kiev['’]s|AFU|enemy Ukrainian) {_ARMS}\b|\b(?:the Ukrainians|Kiev regime|"
    r"Ukronazis|Banderites)\b"
)
_RUSSIAN_FOE: Final = Pattern(
    rf"\b(?:Russian|Russia['’]s|Moscow['’]s|Putin['’]s) {_ARMS}\b|\b(?:the Russians|occupiers|occupants|invaders|orcs|"
    r"Shaheds?|Gerans?)\b"
)
_TAKEN: Final = Pattern(
    r"\b(?:captur|seiz|liberat|took|taken|taking|conquer|gained control|establish\w* control)",
    re.I,
)


def _side(doc: Document, offset: int, heard: str | None, *, defends: bool) -> str | None:
    """The side by the sentence itself, else of the state that spoke shortly before, else by the sentence before."""
    return side_told(doc, offset, defends=defends, before=False) or heard or side_told(doc, offset, defends=defends)


_NEAR: Final = 400
"""Characters within which a ministry goes on with what its state began to say."""
_STATE_SAYS: Final = Pattern(
    r"(?:\s+(?:on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|also|has|had|later|earlier))?\s+(?:said|says|claimed|"
    r"claims|announced|announces|confirmed|confirms|reported|reports|admitted|admits|declared|acknowledged|insisted|insists)\b"
)


def side_told(doc: Document, offset: int, *, defends: bool = False, before: bool = True) -> str | None:
    """Whose army or ministry speaks at `offset`, by whom its sentence, else the one before, tells of as the other side.

    A body tells of the enemy by his name. With `defends`, a place in Russia speaks for Russia, and Russian troops
    that take a place are a Russian ministry's own.
    """
    sentence = doc.sentence_at(offset)
    if sentence is None:
        return None
    for one in (sentence, *doc.sentences[max(0, sentence.index - 1) : sentence.index * before]):
        if one.paragraph != sentence.paragraph and one.index != sentence.index:
            break
        text = doc.text[one.span.start : min(one.span.end, one.span.start + _FAR)]
        of_ukraine, of_russia = _told_of(_UKRAINIAN_FOE, text), _told_of(_RUSSIAN_FOE, text)
        if defends and of_russia and not of_ukraine and _TAKEN.search(text):
            return "RUS"
        if of_ukraine != of_russia:
            return "RUS" if of_ukraine else "UKR"
        if defends and not of_russia and _in_russia(doc, one.span):
            return "RUS"
    return None


_READ_OUT: Final = Pattern(
    r"(?:statement|briefing|video|message|report|update|address)[^.;:]{0,25}?\s(?:by|from|of)\s+(?:[\w’'-]+\s+){0,4}$",
    re.I,
)


def _presented(doc: Document, offset: int, before: Sequence[ActorMention]) -> str | None:
    """The side of the officer who speaks for "the ministry": "in a statement read out by Igor Konashenkov, it said"."""
    officer = before[-1] if before else None
    if officer is None or officer.side not in _COUNTRY or officer.kind not in ("GOV", "MIL") or not officer.can_speak:
        return None
    near = re.fullmatch(r"[,\s]*(?:the\s)?", doc.text[officer.span.end : offset]) is not None
    told = _READ_OUT.search(doc.text, max(0, officer.span.start - 80), officer.span.start)
    return officer.side if near and told is not None else None


def _told_of(foe: Pattern, text: str) -> bool:
    """Whether an army is told of in `text`, and not only speaks: "the Ukrainian military said the enemy …"."""
    return any(not _STATE_SAYS.match(text, match.end()) for match in foe.finditer(text))


_FAR: Final = 1200
"""Characters of a sentence that are looked at."""


def _in_russia(doc: Document, span: Span) -> bool:
    at = bisect_left(doc.places, span.start, key=lambda p: p.span.start)
    for place in doc.places[at : at + 20]:
        if place.span.start >= span.end:
            break
        if place.country == "RU" and place.kind in ("settlement", "oblast", "raion"):
            return True
    return False


def _side_of_rescuers(doc: Document, offset: int) -> str | None:
    """Rescuers serve where the rubble is: the side of the nearest place before `offset`, else of the first after."""
    at = bisect_left(doc.places, offset, key=lambda p: p.span.start)
    for place in (*reversed(doc.places[max(0, at - 20) : at]), *doc.places[at : at + 20]):
        if place.country in ("UA", "RU"):
            return "UKR" if place.country == "UA" else "RUS"
    return None


def _kind(text: str) -> str | None:
    if "staff" in text or "genshtab" in text:
        return "staff"
    if "minist" in text or text in ("mod",):
        if "foreign" in text:
            return "foreign"
        if "interior" in text or "internal" in text:
            return "interior"
        for word in ("defen", "health", "justice", "energy", "emergenc"):
            if word in text:
                return {"defen": "defence", "emergenc": "emergency"}.get(word, word)
        return None
    if text == "mod":
        return "defence"
    for word, kind in (
        ("air force", "air"), ("emergenc", "emergency"), ("rescue", "emergency"), ("border", "border"),
        ("national police", "police"), ("armed forces", "forces"),
        ("land forces", "land"), ("ground forces", "land"),
    ):  # fmt: skip
        if word in text:
            return kind
    return None
