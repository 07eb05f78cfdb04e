"""City or oblast: "over 80% of Donetsk", "Donetsk, Luhansk, Kherson and Zaporizhzhia" mean the areas, not the cities.
Also "the Oskil": the river, not the village.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from services.extract.gazetteer import Entry, Gazetteer, Word
from services.extract.gazetteer.spellings import fold
from services.extract.pattern import Pattern
from services.extract.stages.places.naming import Named

Decided = tuple[Named, Entry | None, Entry | None]

_SHARE: Final = Pattern(
    r"(?:%|percent|per cent|most|much|rest|remainder|swathes|swaths|areas|nearly all|almost all|all|whole|entirety"
    r"|parts|part|half|third|thirds|quarters|fifth|bulk|remaining part|borders|administrative border"
    r"|administrative boundary|annexation|annexed)\s+of\s+(?:the\s+)?"
    r"(?:rest of\s+|eastern |western |northern |southern )?$"
)
"""In lower case, as all that is sought in what stands before a name."""
_TOWN_LIFE: Final = Pattern(
    r"[^.;]{0,40}\b(?:without|water|heating|electricity|power|light|buildings|houses|homes|people|residents)\b", re.I
)
"""Goes on of what a town has: "half of Mykolaiv is without water", "half of Kharkiv's people have left"."""
_ALWAYS_AREA: Final = frozenset({"Donetsk", "Luhansk", "Kherson", "Zaporizhzhia"})
_STRONG_SHARE: Final = Pattern(r"(?:%|percent|per cent|most|much|rest|swathes|swaths|areas|half|quarters)\s+of")
_PLURAL: Final = Pattern(r"\b(?:regions|oblasts|provinces|territories)\b[^.;]*$")
_REGIONS: Final = Pattern(
    r"\b(?:regions|oblasts|provinces)(?:\s+(?:of|such as|like|including)|,\s+(?:including|among them|namely)|:)\s+"
    r"(?:[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?(?:,\s+(?:and\s+)?|\s+and\s+))*$"
)
"""Ends before a name of "four regions, among them X" and "the regions of X, Y and Z"."""
_VILLAGE_IN: Final = Pattern(
    r"\b(?:villages?|hamlets?|settlements?|localities|communities)\s+(?:[^.;:]{1,30}\s+and\s+"
    r"(?:one|two|three|four|another|\d+)\s+(?:more\s+)?)?in\s+(?:(?:ukraine|russia)['’]s\s+)?(?:the\s+)?"
    r"(?:(?:north|south|east|west)[a-z-]*\s+)?$"
)
"""Ends before the capital of an oblast that villages are told to be in: no village lies in a city."""
_CITY_OF: Final = Pattern(r"(?:city|town|centre|center|outskirts|streets|mayor)\s+of\s+(?:the\s+)?$", re.I)
_LAND: Final = Pattern(
    r"\b(?:lines?|land|territor\w+|cede[sd]?|ceding|give[sn]? up|giving up|hand(?:s|ed|ing)? over|recogni[sz]\w+"
    r"|annex\w*|referend\w+|withdraw\w*|pull\w* (?:\w+ ){0,3}out|parts|rest)\b"
    r"[^.;:]{0,30}\b(?:in|of|from|out of|over)\s+$",
    re.I,
)
"""Before names that are treated as land: "the lines in Kherson and Zaporizhzhia", "pull out of Donetsk and Kherson"."""
_ADJECTIVE: Final = Pattern(r"\b(?:northern|southern|western|eastern|north|south|west|east)[- ]?\w*\s+$", re.I)


def as_areas(decided: list[Decided], words: list[Word], text: str, known: Gazetteer) -> list[Decided]:
    """Return `decided` with the cities that are meant as oblasts, and the names that are meant as rivers, replaced."""
    out = [_one(item, text, known) for item in decided]
    _lists(out, text, known)
    _skies(out, text, known)
    _of_the_text(out, text, known)
    return out


_AREA_BY_DEFAULT: Final = frozenset({"Kursk", "Luhansk"})
"""Names that a text on the ground war means as the area, once it has named the area or a town in it: no fighting has
reached the cities themselves."""
_IN_CITY: Final = Pattern(
    r"(?:city|town|centre|center|streets|mayor|airport|airfield|airbase|hospital|explosions?|blasts?)\s+(?:of|in)\s+"
    r"(?:the\s+)?(?:city\s+of\s+)?$",
    re.I,
)
_CITY_AFTER: Final = Pattern(r"(?:['’]s)?\s+(?:city|airport|airfield|itself|mayor|hospital|NPP|nuclear)\b", re.I)


def _of_the_text(out: list[Decided], text: str, known: Gazetteer) -> None:
    """Bare "Kursk" beside "Kursk region", or beside a town of it, is the area."""
    named_areas = {e.name for named, _, e in out if e is not None and (named.area or e.kind == "oblast")}
    of_towns = {
        e.admin1 for _, _, e in out if e is not None and e.kind == "settlement" and e.admin1 != f"{e.name} Oblast"
    }
    for at, (named, _, likeliest) in enumerate(out):
        if likeliest is None or named.area or named.class_end or likeliest.name not in _AREA_BY_DEFAULT:
            continue
        area = oblast_of(likeliest, known)
        if area is None or area.name not in named_areas | of_towns or named.adjective:
            continue
        if _IN_CITY.search(text[max(0, named.start - 40) : named.start]):
            continue
        if not _CITY_AFTER.match(text, named.end):
            out[at] = (named, area, area)


_ABOVE: Final = Pattern(r"\bover\s+$", re.I)
_DOWNED: Final = Pattern(r"\b(?:drones?|UAVs?|missiles?|rockets?|unmanned|air defen[cs]e)\b", re.I)
_AREAS_TOLD: Final = Pattern(r"\b(?:regions?|oblasts?|provinces?)\b", re.I)
_REACH: Final = 300
"""Characters on either side in which the bounds of a sentence are looked for."""
_OWN_SKY: Final = frozenset({"Moscow", "Saint Petersburg"})
"""Cities that are counted apart from the oblast around them."""


def _skies(out: list[Decided], text: str, known: Gazetteer) -> None:
    """What is downed over several Russian names, or over one beside regions, is counted by oblast, not by city."""
    above: dict[int, list[int]] = {}
    joined = False
    for at, (named, _, likeliest) in enumerate(out):
        joined = joined and named.coordinated == at - 1
        joined = joined or _ABOVE.search(text, max(0, named.start - 8), named.start) is not None
        if joined and likeliest is not None and likeliest.country == "RU" and likeliest.name not in _OWN_SKY:
            above.setdefault(_sentence_start(text, named.start), []).append(at)
    for start, places in above.items():
        last = out[places[-1]][0]
        words = text[start : last.end + _REACH // 4]
        if not _DOWNED.search(words) or (len(places) < 2 and not _AREAS_TOLD.search(words)):
            continue
        for at in places:
            named, _, likeliest = out[at]
            area = oblast_of(likeliest, known) if likeliest is not None and not named.area else None
            if area is not None:
                out[at] = (named, area, area)


def _sentence_start(text: str, at: int) -> int:
    """Return where the sentence around offset `at` begins, as far as marks tell."""
    low = max(0, at - _REACH)
    return max(text.rfind(mark, low, at) for mark in (". ", "! ", "? ", "\n")) + 1 or low


def oblast_of(entry: Entry, known: Gazetteer) -> Entry | None:
    """The oblast of which `entry` is the capital."""
    if entry.kind != "settlement":
        return None
    for area in known.area("oblast", fold(entry.name)):
        if area.country == entry.country and (entry.admin1 == area.name):
            return area
    return None


def _one(item: Decided, text: str, known: Gazetteer) -> Decided:
    named, _, likeliest = item
    if likeliest is None or named.area:
        return item
    before = text[max(0, named.start - 60) : named.start]
    if likeliest.kind == "settlement" and named.article and not named.class_end:
        rivers = [c.entry for c in named.candidates if c.entry.kind == "feature"]
        river = rivers[0] if rivers else _river(likeliest, known)
        if river is not None and (likeliest.prior < 6.5 or likeliest.name == "Dnipro"):
            return named, river, river
    if likeliest.kind == "settlement" and not named.class_end:
        area = oblast_of(likeliest, known)
        if area is not None:
            low = before.lower()
            if (
                "of" in low
                and _SHARE.search(low)
                and (likeliest.name in _ALWAYS_AREA or _STRONG_SHARE.search(low))
                and _TOWN_LIFE.match(text, named.end) is None
            ):
                return named, area, area
            if (
                ("in" in low and _VILLAGE_IN.search(low))
                or (("regions" in low or "oblasts" in low or "provinces" in low) and _REGIONS.search(before))
                or (text.startswith(" among them", named.end) and _PLURAL.search(low))
            ):
                return named, area, area
            side = re.search(r"\b(northern|southern|western|eastern)\s+$", before)
            if side and (
                likeliest.name in ("Luhansk", "Donetsk")
                or (likeliest.name in _ALWAYS_AREA and side.group(1) in ("western", "southern"))
            ):
                return named, area, area
    return item


def _river(entry: Entry, known: Gazetteer) -> Entry | None:
    for candidate in known.candidates(f"{fold(entry.name)} river"):
        if candidate.entry.kind == "feature":
            return candidate.entry
    return None


def _lists(out: list[Decided], text: str, known: Gazetteer) -> None:
    """In one list: two of the four annexed names, or a name that is an oblast's alone, make all of them oblasts."""
    at = 0
    while at < len(out):
        end = at + 1
        while end < len(out) and out[end][0].coordinated is not None and out[end][0].coordinated == _index(out, end):
            end += 1
        if end - at >= 2:
            _one_list(out, at, end, text, known)
        at = end


_TOLD_IN: Final = Pattern(
    r"(?:\s+(?:village|hamlet|settlement|town))?\s*,?\s+(?:in|of)\s+(?:the\s+)?(?:(?:Ukraine|Russia)['’]s\s+)?"
    r"(?:(?:north|south|east|west)[a-z-]*\s+)?"
)
"""Between a town and the oblast that the text puts it into."""


def told_elsewhere(decided: list[Decided], text: str, at_front: Callable[[Entry], float]) -> list[Decided]:
    """Return `decided` without the meanings that the text contradicts.

    A Pryluky "in Zaporizhzhia region" is not the one that the gazetteer knows in another oblast. Towns at the front
    stay: their oblast is often told wrongly. `at_front`: how near to it an entry lies, 0 to 1.
    """
    out = list(decided)
    for at, ((named, meant, likeliest), (area, _, oblast)) in enumerate(pairwise(decided)):
        if meant is None or oblast is None or meant.kind != "settlement" or oblast.kind != "oblast":
            continue
        if meant.admin1 in (None, oblast.name) or f"{meant.name} Oblast" == meant.admin1:
            continue
        told = area.start - named.end < _TOLD_REACH and _TOLD_IN.fullmatch(text, named.end, area.start) is not None
        if told and at_front(meant) < _AT_FRONT:
            out[at] = (named, None, likeliest)
    return out


_TOLD_REACH: Final = 50
_AT_FRONT: Final = 0.3
"""How near to the front, 0 to 1, a town is known by its name alone."""


def _index(out: list[Decided], at: int) -> int:
    return at - 1


def _one_list(out: list[Decided], start: int, end: int, text: str, known: Gazetteer) -> None:
    entries = [likeliest for _, _, likeliest in out[start:end]]
    if any(e is None for e in entries):
        return
    areas = [oblast_of(e, known) if e is not None else None for e in entries]
    only = [e for e in entries if e is not None and e.kind == "oblast"]
    annexed = [e for e in entries if e is not None and e.name in _ALWAYS_AREA]
    undecided = [i for i in range(end - start) if areas[i] is not None]
    fits = all(
        a is not None or (e is not None and e.kind in ("oblast", "region")) for a, e in zip(areas, entries, strict=True)
    )
    if not fits or not undecided:
        return
    if _CITY_OF.search(text[max(0, out[start][0].start - 30) : out[start][0].start]):
        return
    if (
        only
        or len(annexed) >= 3
        or (len(annexed) == 2 and len(entries) == 2 and "Luhansk" in {e.name for e in annexed})
        or (len(annexed) == len(entries) and _LAND.search(text, max(0, out[start][0].start - 60), out[start][0].start))
    ):
        for i in undecided:
            named, _, _ = out[start + i]
            area = areas[i]
            if not named.area and area is not None:
                out[start + i] = (named, area, area)
