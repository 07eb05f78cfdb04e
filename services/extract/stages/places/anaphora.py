"""Words that point back at a place: "the city", "the island", "there", "the capital". After names are resolved."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Final

from services.extract.document import Document, PlaceMention, Span
from services.extract.gazetteer import Entry, Gazetteer, Word
from services.extract.pattern import Pattern
from services.extract.stages.landmarks import lies_away, says_there
from services.extract.stages.places.naming import Named, word_after, word_before
from services.extract.stages.places.relations import relation_of
from services.extract.stages.places.theme import SMALL, by_the_way, may_be_city, may_be_village

_DATA: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("anaphora.toml").read_text(encoding="utf-8"))
NOUNS: Final[dict[str, str]] = {noun: group for group, nouns in _DATA["nouns"].items() for noun in nouns}
FEATURE_NAMES: Final[dict[str, Pattern]] = {
    group: Pattern(pattern) for group, pattern in _DATA["feature_names"].items()
}
KNOWN: Final[list[tuple[str, frozenset[str], str]]] = [
    (row["phrase"], frozenset(row["near"]), row["place"]) for row in _DATA["known"]
]
_KNOWN_PATTERN: Final = Pattern(r"\bthe ((?:[\w-]+ ){0,3}?(?:" + "|".join(
    sorted({re.escape(phrase) for phrase, _, _ in KNOWN}, key=len, reverse=True)) + r"))\b", re.I)  # fmt: skip
_DETERMINERS: Final = frozenset(_DATA["words"]["determiners"])
_NOT_AFTER: Final = frozenset(_DATA["words"]["not_after"])
_EXPLETIVE: Final = frozenset(_DATA["words"]["expletive"])


def anaphors(
    doc: Document, words: list[Word], mentions: Sequence[PlaceMention], gazetteer: Gazetteer
) -> list[PlaceMention]:
    """Return the mentions that point back at one of `mentions` (in the order of the text)."""
    taken = {s for m in mentions for s in (m.span.start,)}
    starts = [m.span.start for m in mentions]
    found: list[PlaceMention] = []
    last: dict[str, PlaceMention] = {}
    names = {m.name for m in mentions}
    named = {m.id: m for m in reversed(mentions) if m.id is not None and m.kind == "settlement"}
    aside = by_the_way(doc, mentions)
    if (sent := _sent_from(doc, gazetteer)) is not None:
        _remember(sent, last, aside)
    ahead = 0
    merged = list(mentions)
    for index, word in enumerate(words):
        while ahead < len(merged) and starts[ahead] <= word.start:
            before = doc.text[max(0, starts[ahead] - 48) : starts[ahead]].lower()
            seat = merged[ahead].kind not in ("oblast", "raion") and says_there(doc, merged[ahead])
            if last.get("settlement") is not None and lies_away(doc, merged[ahead]):
                last["any"] = merged[ahead]
            elif _GOVERNS.match(doc.text, merged[ahead].span.end):
                pass
            elif not seat and not _COMPARED.search(before):
                whole = named.get(merged[ahead].within or "")
                if whole is not None:
                    _remember(whole, last, frozenset())  # "in the Kanal district. The city": Chasiv Yar
                any_before = last.get("any")
                _remember(merged[ahead], last, aside)
                if any_before is not None and merged[ahead].kind == "oblast" and says_there(doc, merged[ahead]):
                    last["any"] = any_before  # whose office speaks: no "there" means it
            ahead += 1
        group = NOUNS.get(word.key)
        if group is None or word.start in taken:
            if word.key == "here" and sent is not None and last.get("settlement") is sent:
                found.append(_copied(sent, word.start, word.end, "in", "here"))
            continue
        mention = _resolve(group, index, words, doc.text, last, gazetteer, names)
        if mention is not None:
            found.append(mention)
            if group != "there":
                _remember(mention, last, aside)
    features = _known_features(doc, mentions, names, gazetteer)
    covered = sorted((m.span.start, m.span.end) for m in features)
    return [m for m in found if not _overlaps(covered, m.span)] + features


def _sent_from(doc: Document, gazetteer: Gazetteer) -> PlaceMention | None:
    """Return the town near the war that the dateline names: what "this town" and "here" mean before any other is named.

    Capitals are where a text is put together, not what it is about.
    """
    if not doc.dateline:
        return None
    key = _key(doc.dateline.split(",")[0])
    entry = next((c.entry for c in gazetteer.candidates(key) if c.entry.kind == "settlement"), None)
    if entry is None or entry.country not in ("UA", "RU") or entry.name in _SEATS:
        return None
    return _pointing(entry, Span(doc.body_start, doc.body_start), "", "dateline")


_SEATS: Final = frozenset({"Kyiv", "Moscow", "Lviv"})


def _known_features(
    doc: Document, mentions: Sequence[PlaceMention], names: set[str], gazetteer: Gazetteer
) -> list[PlaceMention]:
    """ "the coke plant" where the text names Avdiivka."""
    phrases = [phrase for phrase, near, _ in KNOWN if not near.isdisjoint(names)]
    if not phrases:
        return []
    text = doc.text.lower()
    if not any(phrase in text for phrase in phrases):
        return []
    named = sorted([(m.span.start, m.span.end) for m in mentions])
    found = []
    for match in _KNOWN_PATTERN.finditer(doc.text):
        span, low = Span(*match.span()), match.group(1).lower()
        place = next((p for phrase, near, p in KNOWN if low.endswith(phrase) and near & names), None)
        entry = next((c.entry for c in gazetteer.candidates(_key(place))), None) if place else None
        if entry is not None and not _overlaps(named, span):
            found.append(_pointing(entry, span, doc.text, "known_feature"))
    return found


def _overlaps(spans: Sequence[tuple[int, int]], span: Span) -> bool:
    """Whether one of `spans`, which are sorted and apart, overlaps `span`."""
    at = bisect_left(spans, (span.start, span.end))
    return (at < len(spans) and spans[at][0] < span.end) or (at > 0 and spans[at - 1][1] > span.start)


_SOIL: Final = Pattern(
    r"\b(Ukrainian|Russian|Belarusian|Polish|Romanian|Moldovan|Estonian|Latvian|Lithuanian|Turkish)"
    r" (?:soil|territory|airspace)\b"
)
_SOILS: Final = (" soil", " territory", " airspace")
_LAND: Final = {
    "Ukrainian": "ukraine", "Russian": "russia", "Belarusian": "belarus", "Polish": "poland", "Romanian": "romania",
    "Moldovan": "moldova", "Estonian": "estonia", "Latvian": "latvia", "Lithuanian": "lithuania", "Turkish": "turkey",
}  # fmt: skip


_SELF_STYLED: Final = Pattern(
    r"\b(?:(?:territory|territories|land|lands|borders|boundaries|all|most|whole|rest|half|part|parts|percent|per cent"
    r"|%|cities|towns|villages|settlements|districts|liberation|outskirts|areas?|localities|communities|points|quarters"
    r"|regions?|inhabitants|population|capital|east|west|north|south|administrative\s+border)\s+(?:of|in)\s+"
    r"|in\s+|into\s+|across\s+|throughout\s+|over\s+)"
    r"(?:the\s+)?(?P<of>[DL][PN]R|(?:Donetsk|Lugansk|Luhansk)\s+People[’']s\s+Republic)\b(?![’'-])"
    r"|\b(?P<own>[DL][PN]R)[’']s\s+(?:territory|territories|land|borders|settlements|cities|towns|villages)\b"
)
"""The self-styled republics where their land is meant, not those who rule it."""
_STYLES: Final = ("DPR", "LPR", "DNR", "LNR", "Republic")
"""What a text without the self-styled republics has nothing of."""


def soils(doc: Document, gazetteer: Gazetteer) -> list[PlaceMention]:
    """ "Ukrainian soil", "Russian territory": the country; "the territory of the DPR": the oblast."""
    text = doc.text
    found = []
    for match in _SELF_STYLED.finditer(text) if any(style in text for style in _STYLES) else ():
        group = "of" if match.group("of") else "own"
        name = "donetsk" if match.group(group).startswith("D") else "luhansk"
        oblast = next(iter(gazetteer.area("oblast", name)), None)
        if oblast is not None:
            mention = _pointing(oblast, Span(*match.span(group)), doc.text, "soil")
            mention.anaphor, mention.rule = False, "soil"
            found.append(mention)
    found += _republics(doc, gazetteer)
    for match in _SOIL.finditer(text) if any(word in text for word in _SOILS) else ():
        entry = next((c.entry for c in gazetteer.candidates(_LAND[match.group(1)]) if c.entry.kind == "country"), None)
        if entry is not None:
            mention = _pointing(entry, Span(*match.span()), doc.text, "soil")
            mention.anaphor, mention.rule = False, "soil"
            found.append(mention)
    return found


_NAMES_REPUBLIC: Final = Pattern(r"\b[DL][PN]R\b|\b(?:Donetsk|Lugansk|Luhansk) People[\u2019']s Republic")
_REPUBLIC: Final = Pattern(
    r"\b(?:in|into|across|of|throughout|out of|from)\s+(?:all of\s+|the whole\s+|the rest of\s+)?"
    r"(?P<the>(?:the|this)\s+republic)\b"
    r"(?![\u2019']s\s+(?:mission|head|ministry|authorities|leader|defen[cs]e|officials|government)|\s+of\b)"
)


def _republics(doc: Document, gazetteer: Gazetteer) -> list[PlaceMention]:
    """ "the towns of the republic" where the text has named one of the self-styled republics: its oblast."""
    if "republic" not in doc.text:
        return []
    named = [(m.start(), m.group()[0]) for m in _NAMES_REPUBLIC.finditer(doc.text)]
    found = []
    for match in _REPUBLIC.finditer(doc.text):
        before = [first for start, first in named if start < match.start()][-1:]
        oblast = next(iter(gazetteer.area("oblast", "donetsk" if before == ["D"] else "luhansk")), None)
        ruled = _HEAD_OF.search(doc.text, max(0, match.start("the") - 24), match.start("the"))
        if before and oblast is not None and ruled is None:
            found.append(_pointing(oblast, Span(*match.span("the")), doc.text, "republic"))
    return found


def _key(name: str) -> str:
    from services.extract.gazetteer.spellings import fold

    return " ".join(re.split(r"[\s–—-]+", fold(name)))


_HEAD_OF: Final = Pattern(
    r"\b(?:head|governor|leader|mayor|chief|boss|administration|administrator|ombudsman)\s+(?:of|in|for)\s+$",
    re.IGNORECASE,
)
"""Whose office it is, not where something happens: "the head of the region"."""
_NOT_THE_ONE: Final = frozenset(_DATA["words"]["another"])
"""Adjectives that bring in a place of their own: "the last village that they held"."""
_COMPARED: Final = Pattern(
    r"\b(?:since|unlike|like|than|compared\s+(?:to|with)|similar\s+to|as\s+(?:in|at|with|happened\s+in))\s+"
    r"(?:the\s+)?(?:(?:fall|capture|loss|battles?|seizure|taking|siege|liberation|case|defence|defense)\s+"
    r"(?:of|for|in)\s+)?(?:the\s+)?(?:city\s+of\s+)?$"
)
"""In lower case, before a place that the text only compares with: "the biggest gain since the seizure of Bakhmut"."""
_AREA_BEFORE: Final = Pattern(r"\b(?:in|from|into|to|out of)\s+$", re.IGNORECASE)
_AREA_TOLD: Final = Pattern(
    r"\s+(?:of|around|between|near|where|that|which|under|controlled|held|along|\w+ed"
    r"|(?:immediately\s+|just\s+)?(?:north|south|east|west)(?:-?(?:east|west))?\s+of)\b"
)
"""What follows where "the area" is not pointed back at but told: "the area around X"."""
_GOVERNS: Final = Pattern(
    r"(?:['’]s)?\s+(?:(?:region(?:al)?|oblast|province)(?:['’]s)?\s+)?(?:acting\s+|deputy\s+)?governor\b", re.IGNORECASE
)
"""After the name of an oblast's capital that stands for the oblast: "Luhansk Governor Serhiy Haidai"."""
_BANK: Final = Pattern(r"\bbank\b|Donbas")
_BESIDE: Final = 30
"""Characters within which an area that follows a town says where the town lies."""
_AT_WAR: Final = frozenset({"UA", "RU", "BY", None})
"""Countries whose towns a text goes on with as "the city"; those elsewhere are where somebody speaks or meets."""


def _only_situates(mention: PlaceMention, before: PlaceMention | None) -> bool:
    """True where the text goes on about `before`: a country, or the oblast in "Kupiansk, Kharkiv region"."""
    if before is None:
        return False
    if mention.kind == "country":
        return True
    near = mention.span.start - before.span.end <= _BESIDE
    return near and mention.kind in ("oblast", "raion", "region") and before.kind in ("settlement", "feature")


def _remember(mention: PlaceMention, last: dict[str, PlaceMention], aside: AbstractSet[int]) -> None:
    """Take `mention` as what a text can go on about; where told by the way (`aside`), only for want of another."""
    if mention.adjective and mention.kind not in ("settlement",):
        return
    if not _only_situates(mention, last.get("any")):
        last["any"] = mention
    if mention.country not in _AT_WAR and last.get("settlement") is not None:
        return
    if mention.kind in ("settlement", None):
        seat = mention.admin1 == f"{mention.name} Oblast"
        last["seat" if seat else "sector"] = mention  # of a region, or of the front: what was named last, however told
        for kind in _kinds(mention):
            if mention.span.start not in aside or kind not in last or last[kind].span.start in aside:
                last[kind] = mention
    elif mention.kind == "oblast" or (mention.kind == "region" and not _BANK.search(mention.name)):
        last["oblast"] = mention
    elif mention.kind == "country":
        last["country"] = mention
    elif mention.kind == "feature":
        known = False
        for group, pattern in FEATURE_NAMES.items():
            if pattern.search(mention.name):
                last[group], known = mention, True
        if mention.within is not None and not known:
            last["quarter"] = mention


def _kinds(settlement: PlaceMention) -> list[str]:
    """Return what a text can go on to call it: a regional capital is no "town"."""
    kinds = ["settlement"]
    if settlement.admin1 != f"{settlement.name} Oblast":
        kinds.append("town")
    if may_be_city(settlement):
        kinds.append("city")
    if may_be_village(settlement):
        kinds.append("village")
    return kinds


def _resolve(
    group: str, index: int, words: list[Word], text: str, last: dict[str, PlaceMention],
    gazetteer: Gazetteer, names: set[str],
) -> PlaceMention | None:  # fmt: skip
    word = words[index]
    previous, following = word_before(words, text, index), word_after(words, text, index)
    if group == "there":
        if following is not None and following.key in _EXPLETIVE:
            return None
        if previous is not None and previous.key in ("is", "are", "was", "were", "and", "but", "that"):
            return None
        target = last.get("any")
        return _copied(target, word.start, word.end, "in", "there") if target else None
    if following is not None and following.key in _NOT_AFTER and word.key != "capital":
        return None
    first = index
    steps = 0
    while previous is not None and previous.key not in _DETERMINERS and steps < 2 and not previous.capital:
        if previous.key in ("a", "an", "each", "every", "another", "any", "some", "two", "several", "many", "no", "of"):
            return None
        first -= 1
        steps += 1
        previous = word_before(words, text, first)
    if previous is None or previous.key not in _DETERMINERS:
        return None
    start = previous.start
    named = Named(start, word.end, first - 1, index, ())
    relation = relation_of(named, words, text).relation
    if group != "capital" and any(w.key in _NOT_THE_ONE for w in words[first:index]):
        return None
    if group == "area":
        tail = text[word.end : word.end + 32]
        told = previous.key != "this" and _AREA_TOLD.match(tail)
        if first != index or not _AREA_BEFORE.search(text[max(0, start - 12) : start]) or told:
            return None
        target = last.get("any" if word.key in ("area", "vicinity") else "sector") or last.get("any")
        return _copied(target, start, word.end, "around" if relation == "in" else relation, group) if target else None
    if group == "capital":
        return _capital({w.key for w in words[first:index]}, start, word.end, relation, last, gazetteer, names)
    if following is not None and following.capital and text[following.start].isupper() and group != "country":
        return None
    if _HEAD_OF.search(text[max(0, start - 24) : start]):
        return None
    if group == "city":
        target = last.get("settlement") if last.get("settlement") is last.get("city") else last.get("city")
        target = target or last.get("settlement")
    elif group == "village":
        target = (last.get("village") if word.key in SMALL else None) or last.get("town") or last.get("settlement")
    elif group == "country":
        entry = next((c.entry for c in gazetteer.candidates("ukraine")), None)
        if previous.key != "the" or entry is None:
            return None
        return _pointing(entry, Span(start, word.end), text, "country", relation)
    else:
        target = last.get(group)
        if group == "peninsula" and target is None and any(m.admin1 == "Crimea" for m in last.values()):
            entry = next((c.entry for c in gazetteer.candidates("crimea")), None)
            return _pointing(entry, Span(start, word.end), text, group, relation) if entry is not None else None
        if group == "oblast" and target is None and previous.key in ("the", "his", "her"):
            return _oblast_around(last.get("settlement"), Span(start, word.end), text, relation, gazetteer)
    return _copied(target, start, word.end, relation, group) if target else None


def _oblast_around(
    town: PlaceMention | None, span: Span, text: str, relation: Any, gazetteer: Gazetteer
) -> PlaceMention | None:
    """ "the region" where the text names a town of it alone: the oblast that the town is in."""
    if town is None or town.admin1 is None or not town.admin1.endswith(" Oblast"):
        return None
    key = _key(town.admin1.removesuffix(" Oblast"))
    entry = next((e for e in gazetteer.area("oblast", key) if e.name == town.admin1), None)
    return _pointing(entry, span, text, "oblast", relation) if entry is not None else None


def _capital(
    adjectives: set[str], start: int, end: int, relation: Any, last: dict[str, PlaceMention], gazetteer: Gazetteer,
    names: set[str],
) -> PlaceMention | None:  # fmt: skip
    if adjectives & {"regional", "oblast", "provincial"}:
        target = last.get("oblast") or last.get("seat") or last.get("city")
        if target is None:
            return None
        stem = target.name.removesuffix(" Oblast")
        entry = next((c.entry for c in gazetteer.candidates(_key(stem)) if c.entry.kind == "settlement"), None)
    else:
        city = {"russian": "moscow", "belarusian": "minsk", "turkish": "ankara", "hungarian": "budapest"}
        meant = next((city[a] for a in sorted(adjectives & city.keys())), "kyiv")
        entry = next((c.entry for c in gazetteer.candidates(meant)), None)
    if entry is None:
        return None
    mention = _pointing(entry, Span(start, end), "", "capital", relation)
    return mention


def _pointing(entry: Entry, span: Span, text: str, rule: str, relation: Any = "in") -> PlaceMention:
    return PlaceMention(
        span, text[span.start : span.end] or entry.name, entry.name, entry.id, entry.kind, entry.admin1, entry.country,
        entry.latitude, entry.longitude, relation, entry.within, None, span, True, False, f"anaphor:{rule}",
    )  # fmt: skip


def _copied(target: PlaceMention, start: int, end: int, relation: Any, rule: str) -> PlaceMention:
    span = Span(start, end)
    return PlaceMention(
        span, target.name, target.name, target.id, target.kind, target.admin1, target.country, target.latitude,
        target.longitude, relation, target.within, None, span, True, False, f"anaphor:{rule}",
    )  # fmt: skip
