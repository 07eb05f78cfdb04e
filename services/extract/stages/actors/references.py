"""Actors told by reference: "a source in the SBU", "Iran's foreign minister", "the president", "his men", "residents".

Composite names are built on names found before; definite ones take their side, and where an office or the text tells
it, their name, from whoever was named last. What stays unclear stays without a side.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from services.contracts.taxonomy import ActorKind
from services.extract.document import ActorMention, Document, PlaceMention, Span
from services.extract.pattern import Pattern
from services.extract.stages.actors import lexicon as lx
from services.extract.stages.actors.generic import side_told
from services.extract.stages.actors.people import Person, people
from services.extract.stages.alternatives import alternatives

_HEAD_WORDS: Final = lx.word_list("composites", "heads")
_HEADS: Final = alternatives(_HEAD_WORDS)
_AFTER: Final = Pattern(
    rf"(?:['’]s?)?(?:-(?:affiliated|aligned|linked|backed|installed|appointed))?\s+(?:(?:senior|top|press|military|drone|"
    rf"battalion|company|three|two|official|morning|evening|daily|defen[cs]e|own)\s+){{0,2}}(?:{_HEADS})\b"
)
_BEFORE: Final = Pattern(
    rf"(?:\b(?:a|an|the|one|two|three|some|another|unnamed|anonymous)\s+)?(?:(?:senior|high-ranking|well-placed|battalion|"
    rf"company|press|unnamed|drone|military|former|platoon|captured)\s+){{0,2}}\b(?:{_HEADS})\s+(?:of|in|at|from|with|within"
    r"|close to|inside|for)\s+(?:the\s+)?(?:Ukrainian\s+|Russian\s+)?$",
    re.I,
)
_HEAD_ENDS: Final = tuple(sorted({words.rsplit(" ", 1)[-1] for words in _HEAD_WORDS}))
"""The last words of `_HEADS`."""
_FAR_BEFORE: Final = 6
"""Words before a name among which `_BEFORE` has its head."""
_OF: Final = ("of", "in", "at", "from", "with", "within", "close to", "inside", "for", "the", "ukrainian", "russian")
"""What `_BEFORE` ends with."""
_LEFT: Final = Pattern(
    r"\b(?:[Aa]n?|[Tt]he|[Nn]o|[Oo]ne|[Tt]wo|[Tt]hree|[Ss]ome|[Aa]nother)\s+(?:(?:senior|top|former)\s+)?$"
)
_ROLE: Final = Pattern(
    r"\b(?:(prime minister|president|defen[cs]e minister|foreign minister|interior minister|energy minister|chancellor|"
    r"defen[cs]e secretary|secretary of state|foreign secretary|vice president))$",
    re.I,
)
_NOT_HOLDER: Final = Pattern(r"\b(?:former|deputy|acting|ex-?|then|vice)\b", re.I)


def composites(doc: Document, named: Sequence[ActorMention]) -> list[ActorMention]:
    """ "A source in the SBU", "Pentagon spokesman", "soldiers of the 68th Brigade": on a name, one actor."""
    found = []
    for mention in named:
        if mention.rule not in ("organisation", "unit", "state"):
            continue
        after = _AFTER.match(doc.text, mention.span.end)
        before = None
        if doc.text[max(0, mention.span.start - 30) : mention.span.start].rstrip().lower().endswith(_OF):
            low = max(0, mention.span.start - 70)
            near = doc.text[low : mention.span.start].lower().split()[-_FAR_BEFORE:]
            if any(word.endswith(_HEAD_ENDS) for word in near):
                before = _BEFORE.search(doc.text, low, mention.span.start)
        if after is not None and mention.rule != "state":
            left = _LEFT.search(doc.text, max(0, mention.span.start - 20), mention.span.start)
            start = left.start() if left else mention.span.start
            found.append(_made(doc, start, after.end(), mention))
        elif before is not None and before.end() == mention.span.start and mention.rule != "state":
            found.append(_made(doc, before.start(), mention.span.end, mention))
    return found


_MOUTH: Final = re.compile(
    r"\b(?:statement|bulletin|report|data|figures|maps?|press\s+(?:service|office))$|"
    r"^(?:the\s+)?(?:press\s+(?:service|office)|statement|bulletin|report|data|figures)\s+(?:of|from)\b",
    re.IGNORECASE,
)
"""Through what a body itself speaks: "the SBU's press service", "the press service of the SBU"."""


def _made(doc: Document, start: int, end: int, of: ActorMention) -> ActorMention:
    surface = doc.text[start:end]
    kind: ActorKind | None = of.kind
    identifier, name = None, re.sub(r"^the\s+", "", surface, flags=re.I)
    if of.kind == "MEDIA" and re.search(r"\bsources?\b", surface):
        kind = "PER"
    elif re.search(r"\b(?:blogger|milblogger|channel|correspondent|journalist)s?\b", surface):
        kind = "MEDIA"
    if _MOUTH.search(surface) and of.kind != "MEDIA":
        identifier, name = of.id, of.name
    day = doc.published.isoformat() if doc.published else "2023-06-01"
    if of.name == "Kremlin" and re.search(r"\bspokes", surface):
        holders = [p for p in people().offices.get("spokesman for the Kremlin", ()) if p.holds_office_on(day)]
        if len(holders) == 1:
            identifier, name = holders[0].id, holders[0].name
    return ActorMention(Span(start, end), surface, name, identifier, of.side, kind, False, True, "composite")


def settle(doc: Document, found: list[ActorMention], voice: str) -> list[ActorMention]:
    """Give those told by reference their side, name and kind; `found` is in the order of the text."""
    day = doc.published.isoformat() if doc.published else "2023-06-01"
    places = [p for p in doc.places if p.country in ("UA", "RU", "BY", "PL")]
    starts = [p.span.start for p in places]
    by_id = people().by_id
    out: list[ActorMention] = []
    recent: list[ActorMention] = []
    for mention in found:
        settled = mention
        if mention.rule == "side_and_head":
            settled = _office_of_state(mention, day)
        elif mention.rule == "noun":
            settled = _noun(doc, mention, recent, places, starts, by_id, day, voice)
        out.append(settled)
        if settled.side is not None and settled.rule not in ("office_of_place",):
            recent.append(settled)
            if len(recent) > 24:
                recent.pop(0)
    return out


_STATE_OF: Final = {
    "UKR": "Ukraine", "RUS": "Russia", "USA": "the United States", "GBR": "the United Kingdom", "DEU": "Germany",
    "FRA": "France", "POL": "Poland", "TUR": "Turkey", "BLR": "Belarus", "HUN": "Hungary", "SVK": "Slovakia",
    "CZE": "the Czech Republic", "ITA": "Italy", "ESP": "Spain", "CHN": "China", "IRN": "Iran", "EST": "Estonia",
    "LVA": "Latvia", "LTU": "Lithuania", "FIN": "Finland", "SWE": "Sweden", "DNK": "Denmark", "NOR": "Norway",
    "NLD": "the Netherlands", "ROU": "Romania", "MDA": "Moldova", "KOR": "South Korea", "IND": "India",
    "CAN": "Canada", "SRB": "Serbia", "ISR": "Israel", "BRA": "Brazil", "ZAF": "South Africa",
}  # fmt: skip


def _office_of_state(mention: ActorMention, day: str) -> ActorMention:
    role = _ROLE.search(mention.surface)
    if role is None or _NOT_HOLDER.search(mention.surface) or mention.side not in _STATE_OF:
        return mention
    office = f"{role.group(1).lower().replace('defense', 'defence')} of {_STATE_OF[mention.side]}"
    holders = [p for p in people().offices.get(office, ()) if p.holds_office_on(day)]
    if len(holders) != 1:
        return mention
    return replace(mention, name=holders[0].name, id=holders[0].id, kind="GOV", rule="office_of_state")


_OF_STATE: Final = Pattern(r"\s+of\s+(?P<of>Russia|the Russian Federation|(?:the )?RF|Ukraine|Belarus)\b")
""""The President of Russia"."""
_SIDE_OF_STATE: Final = {
    "Russia": "RUS",
    "the Russian Federation": "RUS",
    "the RF": "RUS",
    "RF": "RUS",
    "Ukraine": "UKR",
    "Belarus": "BLR",
}
_HIS: Final = Pattern(r"^(?:his|her)\b", re.I)


def _is_man(mention: ActorMention) -> bool:
    """Whether this is one man or woman, of whom "his troops" can be said."""
    return mention.kind == "PER" or "/PER/" in (mention.id or "") or mention.rule in _MEN


_MEN: Final = frozenset({"person", "last_name", "titled_person", "office_borne", "office_of_state", "office_before"})
_SEAT: Final = Pattern(
    r"\s+(?P<prep>of|in|from)\s+(?:the\s+)?(?P<of>[A-Z][\w’'-]+(?:\s(?:[A-Z][\w’'-]+|of\s[A-Z]\w+))?)"
)


def _seat(doc: Document, mention: ActorMention) -> str | None:
    """Return the side that the words behind a body name: "the leaders of the European Union", "the command in Kyiv".

    Only who rules or commands sits in a capital: "the forces in Moscow" may be anybody's.
    """
    match = _SEAT.match(doc.text, mention.span.end)
    if match is None:
        return None
    phrase = match.group("of").lower()
    named = phrase if phrase in lx.SIDES else phrase.split()[0].removesuffix("'s").removesuffix("’s")
    side = lx.SIDES.get(named)
    if side is None or (match.group("prep") == "in" and not _rules_from(mention, named)):
        return None
    return side if match.group("prep") == "in" or named in lx.STATE_NAMES else None


def _rules_from(mention: ActorMention, place: str) -> bool:
    return place in lx.SEATS and mention.surface.lower().rsplit(None, 1)[-1] in lx.RULERS


_OWN: Final = Pattern(r"^(?:his|her|its|their)\b", re.I)
_DEFINITE: Final = Pattern(r"^(?:the|those|these|this|that)\b", re.I)
_OFFICES: Final[tuple[tuple[Pattern, Pattern], ...]] = (
    (Pattern(r"\bpresident$", re.I), Pattern(r"^president of")),
    (Pattern(r"\bgovernor$", re.I), Pattern(r"governor of")),
    (Pattern(r"\bmayor$", re.I), Pattern(r"mayor of")),
    (Pattern(r"\b(?:prime minister|premier)$", re.I), Pattern(r"prime minister of")),
    (Pattern(r"\bminister$", re.I), Pattern(r"minister of")),
    (Pattern(r"\bchancellor$", re.I), Pattern(r"chancellor of")),
    (Pattern(r"\bspokes(?:man|woman|person)$", re.I), Pattern(r"^spokes")),
    (Pattern(r"\b(?:commander|general|commander-in-chief|officer|colonel)$", re.I), Pattern(r"command|chief")),
    (Pattern(r"\badvis[eo]r$", re.I), Pattern(r"advis[eo]r")),
)
_ARMY: Final = Pattern(r"(?:the\s+)?(?P<body>military|army|navy)", re.I)
_ARMIES: Final = {"navy": "Navy of {}"}
_ARMY_NAMED: Final = Pattern(r"^(?:Armed Forces|General Staff|Navy|Air Force) of ")
_SPEAKS: Final = Pattern(
    r"(?:\s+(?:also|has|had|have|later|earlier|now|itself))?\s+(?:said|says|reported|reports|claimed|claims|stated|added|adds|"
    r"announced|confirmed|confirms|denied|denies|admitted|admits|acknowledged|insisted|insists|warned|told|wrote|put|"
    r"maintained|declined|noted)\b",
    re.I,
)
_MEDIUM: Final = Pattern(r"\b(?:outlets?|newspaper|paper|channel|agency|broadcaster|website|portal|daily)$", re.I)
_TANK: Final = Pattern(r"\b(?:think tank|institute)$", re.I)


def _noun(
    doc: Document, mention: ActorMention, recent: list[ActorMention], places: Sequence[PlaceMention], starts: list[int],
    by_id: dict[str, Person], day: str, voice: str,
) -> ActorMention:  # fmt: skip
    surface = mention.surface
    if mention.kind in ("MIL", "GOV") and (seated := _seat(doc, mention)) is not None:
        return _office_of_state(replace(mention, side=seated), day)
    if mention.side is not None:
        return mention
    if (state := _OF_STATE.match(doc.text, mention.span.end)) is not None:
        return _office_of_state(replace(mention, side=_SIDE_OF_STATE[state.group("of")]), day)
    if _DEFINITE.match(surface) or _OWN.match(surface):
        for pattern, office in _OFFICES:
            if pattern.search(surface):
                for earlier in reversed(recent):
                    person = by_id.get(earlier.id or "")
                    if person is not None and office.search(person.office):
                        return replace(mention, name=person.name, id=person.id, side=person.side, kind=person.kind,
                                       anaphor=True, can_speak=True, rule="office_before")  # fmt: skip
                return _by_place_or_voice(surface, mention, places, starts, day, voice)
        if _MEDIUM.search(surface) or _TANK.search(surface):
            wanted = ("MEDIA",) if _MEDIUM.search(surface) else ("ORG",)
            for earlier in reversed(recent):
                if earlier.kind in wanted or (surface.endswith("agency") and earlier.kind == "ORG"):
                    return replace(mention, name=earlier.name, id=earlier.id, side=earlier.side, kind=earlier.kind,
                                   anaphor=True, rule="outlet_before")  # fmt: skip
            return mention
        if (army := _ARMY.fullmatch(surface)) is not None and _SPEAKS.match(doc.text, mention.span.end):
            side = side_told(doc, mention.span.start) or next(
                (m.side for m in reversed(recent) if _ARMY_NAMED.search(m.name) and m.side in _STATE_OF), None
            )
            if side == "RUS" and voice == "UKR" and not any(m.side == "RUS" and m.can_speak for m in recent):
                side = voice  # nobody Russian has spoken: it is Ukraine's own army that tells of its troops
            side = side or voice
            name = _ARMIES.get(army.group("body").lower(), "Armed Forces of {}").format(_STATE_OF[side])
            return replace(mention, name=name, side=side, id=f"{side}/MIL", anaphor=True, can_speak=True,
                           rule="army_without_country")  # fmt: skip
        if mention.kind in ("MIL", "PMC") and _HIS.match(surface):
            for earlier in reversed(recent):
                if mention.span.start - earlier.span.end > 400:
                    break
                if _is_man(earlier):
                    own: ActorKind = "PMC" if earlier.kind == "PMC" else mention.kind
                    return replace(mention, side=earlier.side, kind=own, id=f"{earlier.side}/{own}", anaphor=True,
                                   rule="forces_of_man")  # fmt: skip
        if mention.kind in ("MIL", "PMC"):
            for earlier in reversed(recent):
                if mention.span.start - earlier.span.end > 400:
                    break
                if earlier.kind in ("MIL", "PMC", "PROXY") or (_OWN.match(surface) and earlier.kind == "GOV"):
                    kind = earlier.kind if earlier.kind in ("PMC", "PROXY") else mention.kind
                    return replace(mention, side=earlier.side, kind=kind, id=f"{earlier.side}/{kind}", anaphor=True,
                                   rule="forces_before")  # fmt: skip
            return mention
    if mention.kind in ("CIV", "GOV") and mention.kind is not None:
        side = side_of_place(mention.span, doc, places, starts)
        if side is not None:
            return replace(mention, side=side)
    return mention


_SIDE_OF: Final = {"UA": "UKR", "RU": "RUS", "BY": "BLR", "PL": "POL"}


def side_of_place(span: Span, doc: Document, places: Sequence[PlaceMention], starts: list[int]) -> str | None:
    """The side of the place that is named in the same sentence, nearest; else before; else first after."""
    if not places:
        return None
    sentence = doc.sentence_at(span.start)
    if sentence is not None:
        inside = places[bisect_left(starts, sentence.span.start) : bisect_right(starts, sentence.span.end)]
        if inside:
            best = min(inside, key=lambda p: (abs(p.span.start - span.start), p.span.start))
            return _SIDE_OF.get(best.country or "")
    at = bisect_right(starts, span.start) - 1
    return _SIDE_OF.get(places[max(at, 0)].country or "")


def _by_place_or_voice(
    surface: str, mention: ActorMention, places: Sequence[PlaceMention], starts: list[int], day: str, voice: str
) -> ActorMention:
    low = surface.lower()
    if low.endswith("president") and not low.startswith(("his", "her", "their")):
        office = f"president of {_STATE_OF[voice]}"
        holders = [p for p in people().offices.get(office, ()) if p.holds_office_on(day)]
        if len(holders) == 1:
            p = holders[0]
            return replace(
                mention, name=p.name, id=p.id, side=p.side, kind=p.kind, anaphor=True, rule="office_of_voice"
            )
    if low.endswith(("governor", "mayor")):
        at = bisect_right(starts, mention.span.start)
        role = "governor" if low.endswith("governor") else "mayor"
        for place in reversed(places[max(0, at - 6) : at]):
            for target in (place.admin1 or place.name,) if role == "governor" else (place.name,):
                for prefix in ("", "acting "):
                    for person in people().offices.get(f"{prefix}{role} of {target}", ()):
                        if person.holds_office_on(day):
                            return replace(mention, name=person.name, id=person.id, side=person.side,
                                           kind=person.kind, anaphor=True, rule="office_of_place_before")  # fmt: skip
    side = None
    if places:
        at = bisect_right(starts, mention.span.start) - 1
        side = _SIDE_OF.get(places[max(at, 0)].country or "")
    return replace(mention, side=side) if side else mention
