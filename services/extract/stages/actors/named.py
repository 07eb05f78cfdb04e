"""Actors by their own names: people, bodies, states and capitals that stand for governments, military units."""

import csv
import itertools
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from services.extract.document import ActorMention, Document, Span
from services.extract.gazetteer import Word, gazetteer
from services.extract.gazetteer.spellings import fold
from services.extract.pattern import Pattern
from services.extract.stages.actors import lexicon as lx
from services.extract.stages.actors.organisations import Organisation, organisations
from services.extract.stages.actors.people import Person, people
from services.extract.stages.places.metonymy import CAPITALS
from services.extract.stages.wordindex import DIGITS, index_of

_JOINER: Final = Pattern(r"(?:['’]s?)?(?:[ \u00a0]{1,2}|[-–/]|\. ?|,? ?[\"“”«»]{1,2} ?| ?\()$")
LONGEST_NAME: Final = 4


def _joined(text: str, start: int, end: int) -> bool:
    """Whether what stands between two words lets them be one name: mostly a blank."""
    return (end - start == 1 and text[start] == " ") or _JOINER.match(text, start, end) is not None


def bodies(doc: Document, words: list[Word]) -> list[ActorMention]:
    """Bodies of `organisations.tsv`, longest match first."""
    table = organisations()
    found = []
    at = 0
    while at < len(words):
        reach = table.longest.get(words[at].key, 0)
        last = at
        while last + 1 < min(at + reach, len(words)) and _joined(doc.text, words[last].end, words[last + 1].start):
            last += 1
        while reach and last >= at:
            entry = table.names.get(" ".join(w.key for w in words[at : last + 1]))
            if entry and _written(doc.text, words[at].start, words[last].end, entry[1]):
                found.append(_body(doc.text, words[at].start, words[last].end, entry[0]))
                break
            last -= 1
        else:
            at += 1
            continue
        at = last + 1
    return found


def _written(text: str, start: int, end: int, strict: str | None) -> bool:
    if strict is None:
        return True
    if strict == "Aa":
        return text[start].isupper() or text[start].isdigit()
    return text[start:end].replace(".", "") == strict.replace(".", "")


def _body(text: str, start: int, end: int, body: Organisation) -> ActorMention:
    return ActorMention(
        Span(start, end), text[start:end], body.name, body.id, body.side, body.kind, False,
        not (body.kind in ("MIL", "PMC") and body.id.count("/") < 1), "organisation",
    )  # fmt: skip


def states(doc: Document, words: list[Word]) -> list[ActorMention]:
    """Countries and capitals that act: named, and not left as places by the places stage."""
    places = {p.span.start for p in doc.places if not p.adjective and not p.anaphor}
    inside = [p.span for p in doc.places if not p.anaphor]
    capitals = _capital_names()
    firsts = _state_firsts()
    found = []
    covered = 0
    for index, word in enumerate(words):
        if word.start < covered or not word.capital or word.start in places:
            continue
        if word.key not in firsts and " " not in word.key:
            continue
        for size in (3, 2, 1):
            span = words[index : index + size]
            if len(span) < size or any(not _joined(doc.text, a.end, b.start) for a, b in itertools.pairwise(span)):
                continue
            key = " ".join(w.key for w in span)
            side = _STATE_NAMES.get(key) or capitals.get(key)
            if side and _is_name(doc.text, span[0].start, span[-1].end, key):
                if any(s.start <= span[0].start < s.end for s in inside):
                    break
                end = span[-1].end
                if doc.text[end : end + 1] == "." and key in ("u s", "u k", "u s a", "u n"):
                    end += 1
                found.append(
                    ActorMention(
                        Span(span[0].start, end),
                        doc.text[span[0].start : end],
                        lx.STATES.get(side) or _OTHERS.get(key, ("", key.title()))[1],
                        f"{side}/GOV",
                        side,
                        "ORG" if side == "EU" else "GOV",
                        False,
                        True,
                        "state",
                    )
                )
                covered = end
                break
    return found


@lru_cache(maxsize=1)
def _state_firsts() -> frozenset[str]:
    """The words that names of states and of their capitals begin with."""
    return frozenset(name.split(" ", 1)[0] for names in (_STATE_NAMES, _capital_names()) for name in names)


@lru_cache(maxsize=1)
def _capital_names() -> dict[str, str]:
    """Every spelling of the capitals that stand for governments -> side."""
    known = gazetteer()
    numbers = {
        str(n): CAPITALS[e.name]
        for n, e in enumerate(known.entries)
        if e.kind == "settlement" and e.name in CAPITALS and e.prior > 5
    }
    found = {}
    for key, value in known.aliases.items():
        for part in value.split(","):
            number, _, tier = part.partition(":")
            if number in numbers and tier != "2":
                found[key] = numbers[number]
    return found


def _countries() -> Iterator[tuple[str, str, str]]:
    with Path(__file__).with_name("countries.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield fold(row["name"]), row["alpha3"], row["name"]


_OTHERS: Final[dict[str, tuple[str, str]]] = {key: (code, name) for key, code, name in _countries()}
_STATE_NAMES: Final[dict[str, str]] = {key: code for key, (code, _) in _OTHERS.items()} | {
    key: side
    for key, side in lx.SIDES.items()
    if key in {name.lower() for name in lx.STATES.values()}
    or key in ("us", "u s", "uk", "u k", "britain", "czechia", "uae", "dprk", "türkiye")
}


def _is_name(text: str, start: int, end: int, key: str) -> bool:
    if key in ("us", "uk", "un", "uae", "dprk", "eu"):
        return text[start:end].isupper()
    return text[start].isupper()


def persons(doc: Document, words: list[Word], taken: set[int]) -> list[ActorMention]:
    """Known people by full name, then by last name where that is enough."""
    table = people()
    day = doc.published.isoformat() if doc.published else "2023-06-01"
    found: list[ActorMention] = []
    seen: dict[str, Person] = {}
    used: set[int] = set()
    for index, word in enumerate(words):
        if index in used or not word.capital or (word.key not in table.firsts and " " not in word.key):
            continue
        for size in range(LONGEST_NAME, 1, -1):
            span = words[index : index + size]
            if len(span) < size or any(not _joined(doc.text, a.end, b.start) for a, b in itertools.pairwise(span)):
                continue
            person = table.full.get(" ".join(w.key for w in span))
            if person is not None and span[-1].capital:
                found.append(_person(doc.text, span[0].start, span[-1].end, person))
                seen[span[-1].key] = person
                if person.last_name in table.last:
                    seen[person.last_name] = person
                used |= set(range(index, index + size))
                break
    by_id = {p.id: p for p in seen.values()}
    for index, word in enumerate(words):
        if index in used or not word.capital or index in taken or len(word.key) < 3:
            continue
        if not doc.text[word.start].isupper() or doc.text[word.start + 1 : word.start + 2].isdigit():
            continue
        options = table.last.get(word.key, ())
        if not options:
            continue
        size = 1
        chosen = seen.get(word.key) or next((p for p in options if p.id in by_id), None)
        if chosen is None:
            if _in_another_name(doc.text, words, index):
                continue
            holders = [p for p in options if p.holds_office_on(day)] or list(options)
            ids = {p.id for p in holders}
            if len(ids) > 1:
                continue
            chosen = holders[0]
        if word.key in _NOT_ALONE and chosen.id not in by_id:
            continue
        found.append(_person(doc.text, word.start, word.end, chosen, "last_name"))
        used |= set(range(index, index + size))
    return found


_NOT_ALONE: Final = lx.word_list("named", "not_alone")


def _in_another_name(text: str, words: list[Word], index: int) -> bool:
    """Whether a given name that is not this person's stands before the last name."""
    if index == 0:
        return False
    before = words[index - 1]
    if not before.capital or text[before.end : words[index].start] not in (" ", "-", ". "):
        return False
    from services.extract.stages.actors.people import GIVEN_NAMES

    return before.key in GIVEN_NAMES or (len(before.key) == 1)


def _person(text: str, start: int, end: int, person: Person, rule: str = "person") -> ActorMention:
    return ActorMention(
        Span(start, end), text[start:end], person.name, person.id, person.side, person.kind, False, True, rule
    )


_UNIT_NOUNS: Final = (
    "brigade|brigades|division|divisions|regiment|regiments|battalion|battalions|corps|army|armies|company|squadron"
)
_UNIT: Final = Pattern(
    r"\b(?:\d{1,3}(?:st|nd|rd|th)?|\d{4}(?:st|nd|rd|th)|First|Second|Third|Fourth|Fifth)\s"
    r"(?:(?:and|Separate|Independent|Guards|Mechani[sz]ed|Motori[sz]ed|Motor|Rifle|Infantry|Tank|Armou?red|Assault|Air|"
    r"Airborne|Artillery|Marine|Marines|Naval|Territorial|Defen[cs]e|Mountain|J[aä]e?ger|Combined|Arms|Special|"
    r"Operations|Purpose|National|Guard|Presidential|Coastal|Reconnaissance|Rocket|Missile|Spetsnaz|Forces|Army|"
    r"Operational|Storm|Cossack|Shock|Ranger|VDV|DPR|LPR|Unmanned|Systems|UAV|Drone|Border|Engineer|Support|\d{1,3}"
    r"(?:st|nd|rd|th)|motor|rifle|mechani[sz]ed|motori[sz]ed|separate|airborne|assault|tank|marine|guards|infantry|"
    r"artillery|naval|mountain|combined|arms|air|territorial|defen[cs]e|brigade|army|special|forces|operational|"
    r"reconnaissance|storm|j[aä]e?ger|presidential|border|paratroop|armou?red)[ -]){0,7}"
    rf"(?:{_UNIT_NOUNS})\b",
    re.I,
)
_KINDS: Final = (
    r"(?:(?i:separate|independent|guards|mechani[sz]ed|motori[sz]ed|motor|rifle|infantry|tank|armou?red|assault|air|"
    r"airborne|marine|naval|territorial|defen[cs]e|mountain|special|forces|operational|reconnaissance|drone|unmanned|"
    r"systems)[ -])"
)
_NAMED_UNIT: Final = Pattern(
    rf"\b\d{{1,3}}(?:st|nd|rd|th)\s{_KINDS}{{0,4}}"
    r"(?:[\"“«][^\"”»\n]{1,30}[\"”»]\s|(?!(?:Russian|Ukrainian|Chechen|North|South|American|British|Polish)\b)"
    r"[A-Z][\w’'-]+\s(?:[A-Z][\w’'-]+\s)?)"
    rf"{_KINDS}{{0,4}}(?i:{_UNIT_NOUNS})\b"
)
"""A number with the unit's own name: "the 24th King Danylo Brigade"."""
_RUSSIAN_UNIT: Final = Pattern(
    r"motor(?:i[sz]ed)? rifle|combined arms|guards|airborne division|VDV|tank army|naval infantry|spetsnaz|\bdivision"
    r"|tank regiment|\barm(?:y|ies)$|DPR|LPR|air assault (?:division|regiment)|airborne (?:regiment|brigade)|cossack"
    r"|motor rifle",
    re.I,
)
_UKRAINIAN_UNIT: Final = Pattern(
    r"mechani[sz]ed|j[aä]e?ger|assault brigade|territorial|air assault brigade|mountain assault|national guard"
    r"|motori[sz]ed brigade|motori[sz]ed infantry|presidential|assault regiment|assault battalion"
    r"|special operations regiment|unmanned systems|\b(?:UAV|drone) (?:systems|regiment)",
    re.I,
)
_UNMANNED: Final = Pattern(
    r"\s(?:[\"“«][^\"”»\n]{1,30}[\"”»]\s)?(?:of|for)\s(?:the\s)?(?:unmanned|uav|drone)\ssystems", re.IGNORECASE
)
"""What behind a unit's noun makes it one of Ukraine's Unmanned Systems Forces: "the 429th Regiment of Unmanned
Systems"."""
_RANGERS: Final = Pattern(r"\branger\b", re.IGNORECASE)
_OF_BOTH: Final = Pattern(r"missile|rocket|air defen[cs]e", re.IGNORECASE)
"""Kinds of which either army has regiments, those of four digits included."""
_RUSSIAN_NUMBERS: Final = frozenset(
    {155, 810, 336, 61, 200, 138, 27, 64, 74, 83, 11, 31, 85, 88, 4, 6, 7, 123, 114, 132, 9, 5, 1, 39, 136, 205, 60}
)
"""Brigades of Russia and of the proxies whose bare number is not also a Ukrainian brigade's of the front."""
_RUSSIA_ALONE: Final = frozenset({810, 336, 200, 138, 64, 83, 136, 205, 85})
"""Brigades of which Ukraine has none of the number, whoever writes."""
_MARINES: Final = Pattern(r"\bmarines?\b|\bnaval infantry\b", re.IGNORECASE)
_MARINE_BRIGADES: Final = {
    **dict.fromkeys((35, 36, 37, 38), "UKR"),
    **dict.fromkeys((40, 61, 155, 177, 336, 810), "RUS"),
}
"""Brigades and regiments of marines: no number is both armies'."""
_UKRAINIAN_REGIMENTS: Final = frozenset({210, 225, 411, 412, 413, 414, 425, 427, 475})
"""Numbers of Ukraine's assault and drone regiments of which Russia has none. Both armies have regiments of most other
numbers: such a number alone tells no side."""
_RANGER_REGIMENTS: Final = frozenset({4, 6})
"""Ukraine's; Russia has no rangers, and those of other numbers are America's."""
_UKRAINIAN_CORPS: Final = frozenset({9, 10})
"""Army corps that Ukraine had before it went over to corps; those of other numbers were Russia's."""
_CORPS: Final = date(2025, 2, 1)
_MOBILISED_FROM: Final = 1000
"""Regiments and battalions numbered from here on are those of Russia's mobilised."""


def _side_of_number(number: int, surface: str, voice: str, day: date | None) -> str | None:
    """Return the side of a unit that only its number tells, None where both armies may have it."""
    noun = surface.rsplit(None, 1)[-1].lower()
    if _RANGERS.search(surface):
        return "UKR" if number in _RANGER_REGIMENTS else None
    if noun.startswith("regiment"):
        if number in _UKRAINIAN_REGIMENTS:
            return "UKR"
        return "RUS" if number >= _MOBILISED_FROM and not _OF_BOTH.search(surface) else None
    if noun == "corps" and "army" in surface.lower() and day is not None and day < _CORPS:
        return "UKR" if number in _UKRAINIAN_CORPS else "RUS"
    if noun.startswith("brigade") and (number in _RUSSIA_ALONE or (number in _RUSSIAN_NUMBERS and voice == "RUS")):
        return "RUS"
    if number >= _MOBILISED_FROM:
        return "RUS"
    return "RUS" if number in _RUSSIAN_NUMBERS and voice == "RUS" else "UKR"


_UNIT_WORDS: Final = tuple(_UNIT_NOUNS.split("|"))
_NUMBERED: Final = (DIGITS, "first", "second", "third", "fourth", "fifth")


def units(doc: Document, voice: str) -> list[ActorMention]:
    """Numbered units: "the 95th Brigade", "58th Combined Arms Army". The side by an adjective before, else by kind."""
    found: list[ActorMention] = []
    words = index_of(doc.text)
    if not words.places(_UNIT_WORDS):
        return found
    for match in (*words.matches(_UNIT, _NUMBERED), *words.matches(_NAMED_UNIT, (DIGITS,))):
        surface = match.group()
        side: str | None
        before = doc.text[max(0, match.start() - 40) : match.start()].lower()
        number = int(re.sub(r"\D", "", surface.split()[0]) or 0)
        if re.search(r"\b(?:russia['’]s|russian|moscow['’]s|kremlin['’]s|russians['’]?)\W+(?:\w+\W+){0,2}$", before):
            side = "RUS"
        elif re.search(r"\b(?:ukraine['’]s|ukrainian|kyiv['’]s|afu|kiev['’]s)\W+(?:\w+\W+){0,2}$", before):
            side = "UKR"
        elif re.search(r"\b(?:north korean|pyongyang['’]s|dprk['’]s)\W+(?:\w+\W+){0,2}$", before):
            side = "PRK"
        elif number in _MARINE_BRIGADES and _MARINES.search(surface):
            side = _MARINE_BRIGADES[number]
        elif _RUSSIAN_UNIT.search(surface):
            side = "RUS"
        elif _UKRAINIAN_UNIT.search(surface) or _UNMANNED.match(doc.text, match.end()):
            side = "UKR"
        else:
            side = _side_of_number(number, surface, voice, doc.published)
        after = doc.text[match.end() : match.end() + 40].lower()
        if re.match(r"\s+of the (?:ukrainian|afu|armed forces of ukraine)", after):
            side = "UKR"
        elif re.match(r"\s+of the (?:russian|russian armed forces)", after):
            side = "RUS"
        kind = "PROXY" if re.search(r"\b(?:DPR|LPR)\b", surface) else "MIL"
        name = re.sub(r"\s+", " ", surface)
        identifier = f"{side}/MIL/" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") if side else None
        found.append(
            ActorMention(
                Span(match.start(), match.end()),
                surface,
                name,
                identifier,
                side,
                "PROXY" if kind == "PROXY" else "MIL",
                False,
                True,
                "unit",
            )
        )
    return found
