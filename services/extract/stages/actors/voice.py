"""Whose voice a text speaks with: it decides who "the enemy", "our troops" and "the Defence Ministry" are."""

import re
from functools import lru_cache
from typing import Final

from services.extract.document import Document
from services.extract.gazetteer.spellings import fold
from services.extract.pattern import Pattern
from services.extract.stages.actors import lexicon as lx
from services.extract.stages.wordindex import WordIndex, index_of

_MANY: Final = 2.5


def voice_of(doc: Document) -> str:
    """Return `RUS` where publisher or wording show the Russian side's voice, else `UKR`.

    The default serves the press of Ukraine and the West alike: their enemy, occupiers and invaders are Russian.
    """
    publisher = (doc.publisher or "").lower()
    known = (name for name in lx.PUBLISHERS_RUSSIAN if name in publisher)
    if any(re.search(rf"\b{re.escape(name)}\b", publisher) for name in known):
        return "RUS"
    russian, ukrainian = cues(doc.text)
    forms_russian, forms_ukrainian = _forms(doc)
    russian += forms_russian
    ukrainian += forms_ukrainian
    return "RUS" if russian >= _MANY and russian > ukrainian else "UKR"


_RUSSIAN_FORM: Final = Pattern(
    r"(?:[oe]vka|yevka|skoye|skoe|noye|noe|[oe]vo|ino|aya|oye|polye)$|^(?:kiev|kharkov|lvov|nikolaev|nikolayev|odessa|"
    r"zaporozhye|dnepr|chernigov|slavyansk|seversk|severodonetsk|lisichansk|artyomovsk|artemovsk|krasnoarmeysk|"
    r"dzerzhinsk|dimitrov|ugledar|volchansk|chasov yar|krasny liman|lugansk|gorlovka|svatovo|kupyansk|izyum)$"
)


@lru_cache(maxsize=4096)
def _russian(key: str) -> bool:
    """Whether a place's folded name is spelled the Russian way."""
    return _RUSSIAN_FORM.search(key) is not None


_UKRAINIAN_ENDS: Final = ("ivka", "hrad", "ske", "yne", "ove", "iv", "pillia", "odesa", "kyiv", "kharkiv", "luhansk")


_HEARD: Final = re.compile(
    r"\b[Tt]he (?:enemy|occupiers|invaders|Russians|Ukrainians)\s+(?:also\s+|already\s+)?(?:says?|said|claim(?:s|ed)?"
    r"|declare[sd]?|announce[sd]?|report(?:s|ed)?|speaks? of|boast(?:s|ed)?)\b[^.;\n]{0,240}"
)
"""What a text only repeats from the other side, in its words and spelling."""
_OTHERS: Final = tuple(
    f"{the} {who}" for the in ("the", "The") for who in ("enemy", "occupiers", "invaders", "Russians", "Ukrainians")
)
"""What `_HEARD` begins with: looking for these words first costs a tenth of the pattern."""


@lru_cache(maxsize=1)
def _heard(text: str) -> list[tuple[int, int]]:
    """Return where `_HEARD` matches; the last answer is kept, for it is asked for twice."""
    places: list[int] = []
    for who in _OTHERS:
        place = text.find(who)
        while place >= 0:
            places.append(place)
            place = text.find(who, place + 1)
    places.sort()
    found: list[tuple[int, int]] = []
    end = 0
    for place in places:
        match = _HEARD.match(text, place) if place >= end else None
        if match is not None:
            end = match.end()
            found.append((place, end))
    return found


def _forms(doc: Document) -> tuple[float, float]:
    """How often places of Ukraine are spelled the Russian way and the Ukrainian way; the old spellings of the few
    towns that the whole world once spelled so count less."""
    russian = ukrainian = 0.0
    heard = _heard(doc.text)
    for place in doc.places:
        if heard and any(start <= place.span.start < end for start, end in heard):
            continue
        if place.anaphor or place.country != "UA" or place.kind not in ("settlement", "oblast"):
            continue
        key, own = fold(place.surface), fold(place.name.removesuffix(" Oblast"))
        if key in lx.VOICE_RUSSIAN:
            continue  # counted among the cues
        if _russian(key) and not _russian(own):
            russian += 0.4 if key in ("kiev", "odessa", "izyum", "kupyansk") else 0.9
        elif key == own and own.endswith(_UKRAINIAN_ENDS):
            ukrainian += 0.9
    return min(russian, 4.5), min(ukrainian, 4.5)


@lru_cache(maxsize=1)
def cues(text: str) -> tuple[float, float]:
    """Return how much wording of either side `text` has; the last answer is kept, for it is asked for twice."""
    own, at = "", 0
    for start, end in _heard(text):
        own += text[at:start] + " "
        at = end
    low = (own + text[at:]).lower()
    present = (WordIndex(low) if at else index_of(text)).present(_OPENING)
    return _weight(low, present, _RUSSIAN), _weight(low, present, _UKRAINIAN)


_Cue = tuple[str, str, Pattern, float]
"""Its first word, the phrase, how it is looked for, and what it weighs."""


def _weight(low: str, present: set[str], cues_of_side: list[_Cue]) -> float:
    # Looking for the bare words first costs a tenth of the pattern, and few of them are in any one text.
    return sum(
        [
            min(len(pattern.findall(low)), 2) * weight
            for first, phrase, pattern, weight in cues_of_side
            if first in present and phrase in low
        ]
    )


def _compiled(phrases: tuple[str, ...]) -> list[_Cue]:
    weak = {
        "kiev",
        "lpr",
        "dpr",
        "militants",
        "nationalists",
        "liberated",
        "liberation of",
        "battlegroup",
        "vsu",
        "occupier",
        "the russians",
        "dnr",
        "lnr",
        "special operation",
    }
    # The phrase stands first, so that a search can look for its letters; then where words begin and end.
    whole = [(p, Pattern(rf"{re.escape(p)}\b(?<!\w{re.escape(p)})")) for p in phrases]
    return [(re.split("[^a-z]", p)[0], p, pattern, 0.7 if p in weak else 1.5) for p, pattern in whole]


_RUSSIAN: Final = _compiled(lx.VOICE_RUSSIAN)
_UKRAINIAN: Final = _compiled(lx.VOICE_UKRAINIAN)
_OPENING: Final = frozenset(first for first, *_ in (*_RUSSIAN, *_UKRAINIAN))

OPPOSITE: Final = {"UKR": "RUS", "RUS": "UKR"}
