"""Tells a city or country from its government: "explosions in Kyiv" is a place, "Kyiv denies" is not.

Used by the places stage, which leaves governments out, and by the actors stage, which takes them in.
"""

from typing import Final

from services.extract.gazetteer import Entry, Word
from services.extract.pattern import Pattern
from services.extract.stages.places import lexicon as lx
from services.extract.stages.places.naming import Named, possessive, word_after, word_before

CAPITALS: Final[dict[str, str]] = {
    "Kyiv": "UKR", "Moscow": "RUS", "Washington": "USA", "Minsk": "BLR", "Berlin": "DEU", "London": "GBR",
    "Paris": "FRA", "Brussels": "EU", "Ankara": "TUR", "Beijing": "CHN", "Warsaw": "POL", "Tallinn": "EST",
    "Riga": "LVA", "Vilnius": "LTU", "Budapest": "HUN", "Bratislava": "SVK", "Prague": "CZE", "Rome": "ITA",
    "Madrid": "ESP", "Tehran": "IRN", "Pyongyang": "PRK", "Seoul": "KOR", "Tokyo": "JPN", "Stockholm": "SWE",
    "Helsinki": "FIN", "Oslo": "NOR", "Copenhagen": "DNK", "Bucharest": "ROU", "Chisinau": "MDA", "Tbilisi": "GEO",
    "Belgrade": "SRB", "Athens": "GRC", "Sofia": "BGR", "Vienna": "AUT", "Ottawa": "CAN", "Canberra": "AUS",
    "New Delhi": "IND", "Delhi": "IND", "Astana": "KAZ", "Baku": "AZE", "Yerevan": "ARM", "Zagreb": "HRV",
    "The Hague": "NLD", "Lisbon": "PRT", "Dublin": "IRL", "Riyadh": "SAU", "Jerusalem": "ISR",
}  # fmt: skip
"""Capitals that stand for their governments, with the side they stand for."""


_ASIDE: Final = Pattern(
    r",? (?:which|who|for its|meanwhile|in turn|however|having|citing|by contrast|too|whose|questioned)\b"
)
_WORDS_OF: Final = lx.word_list("metonymy", "words_of")
"""What a government has and a city has not: an account of things."""
_HANDS: Final = lx.word_list("metonymy", "hands")
"""What a government holds places in."""
_UNDERGONE: Final = lx.word_list("metonymy", "undergone")
"""What stands behind "Kyiv has" where something happened to the city."""
_SAYS: Final = lx.word_list("metonymy", "says")


def can_be_government(entry: Entry) -> bool:
    """Whether the name can stand for a government at all."""
    return entry.kind == "country" or (entry.name in CAPITALS and entry.kind == "settlement")


def is_government(named: Named, entry: Entry, words: list[Word], text: str) -> bool:
    """Whether `named`, a capital or a country, stands for its government or army here."""
    owned = word_after(words, text, named.last) if possessive(text, named.end) else None
    if owned is not None and (owned.key in _WORDS_OF or owned.key in _HANDS):
        return True  # "in Moscow's telling", "the town is in Moscow's hands"
    previous = word_before(words, text, named.first)
    country = entry.kind == "country"
    home = entry.name in ("Kyiv", "Moscow")
    at = named.first - 1
    after = word_after(words, text, named.last)
    if after is not None and after.key in ("city", "territory", "soil", "proper", "metro"):
        return False
    if previous is not None and previous.key in ("the", "all", "whole", "entire", "itself"):
        at -= 1
        previous = word_before(words, text, at + 1)
    if previous is not None:
        one = previous.key
        second = word_before(words, text, at)
        two = f"{second.key} {one}" if second is not None else one
        third = word_before(words, text, at - 1) if second is not None else None
        three = f"{third.key} {two}" if third is not None and second is not None else two
        if one == "between":
            return not _place_neighbour(named, words, text)
        if possessive(text, named.end) and not (one in ("in", "near") or two in lx.ATTACKS or one in lx.ATTACKS):
            return not _thing_of_city(named, words, text)
        if one in lx.LOCATIVE or two in lx.LOCATIVE or three in lx.LOCATIVE:
            return False
        if two in lx.ATTACKS or (one in lx.ATTACKS and (not country or one not in ("attack", "attacks"))):
            return False
        if two == "out of":
            return not _motion_before(words, text, at, 7)
        if one in ("to", "from"):
            if one == "from" and country and entry.country in ("BY", "UA", "RU"):
                return not _motion_before(words, text, at, 6)
            return not _motion_before(words, text, at, 6)
        if one in ("for", "with", "by", "of", "against", "on", "that", "as", "than", "while", "because", "if", "but"):
            return not (one in ("for", "on") and not country and _motion_before(words, text, at, 4))
    if possessive(text, named.end):
        return not _thing_of_city(named, words, text)
    following = word_after(words, text, named.last)
    if following is None:
        tail = text[named.end : named.end + 24]
        if previous is None and _ASIDE.match(tail):
            return True
        if previous is not None and previous.key in _SAYS:
            return True
        return country or not home
    if following.key in ("city", "itself", "region", "time", "metro"):
        return False
    if following.key in ("territory", "soil", "proper"):
        return False
    if following.key in lx.HITS and not country:
        return False
    if following.key in lx.PASSIVE_CITY:
        after = word_after(words, text, named.last + 1)
        further = word_after(words, text, named.last + 2) if after is not None else None
        struck = any(w is not None and w.key in lx.HITS for w in (after, further))
        if following.key in ("has", "had") and (after is None or after.key not in _UNDERGONE):
            struck = False  # "Russia has attacked" Kyiv; what is done to Kyiv "has been" done
        if following.key in ("wept", "woke", "buries", "mourned", "mourns", "burns", "under", "without"):
            return False
        return not struck
    if following.key in ("and", "or"):
        return country or ((home or entry.name == "Washington") and not _struck_together(named, words, text))
    if not following.capital:
        return True
    return country or home


def _struck_together(named: Named, words: list[Word], text: str) -> bool:
    """ "Kyiv and Kharkiv were hit": it happens to both."""
    behind = words[named.last + 2 : named.last + 7]
    if not behind or not behind[0].capital or behind[0].key in _SIDES:
        return False
    at = next((n for n, w in enumerate(behind) if w.key in ("was", "were", "came", "been")), None)
    return at is not None and any(w.key in lx.HITS for w in behind[at + 1 :])


_SIDES: Final = lx.word_list("metonymy", "sides")


def _thing_of_city(named: Named, words: list[Word], text: str) -> bool:
    following = word_after(words, text, named.last)
    return following is not None and following.key in lx.CITY_THINGS


def _motion_before(words: list[Word], text: str, at: int, reach: int) -> bool:
    index = at
    for _ in range(reach):
        before = word_before(words, text, index)
        if before is None:
            return False
        if before.key in lx.MOTION:
            return True
        index -= 1
    return False


def _place_neighbour(named: Named, words: list[Word], text: str) -> bool:
    """ "between Kyiv and Chernihiv" is a stretch of land, "between Kyiv and Moscow" are talks."""
    following = word_after(words, text, named.last)
    if following is None or following.key != "and" or named.last + 2 >= len(words):
        return False
    other = words[named.last + 2]
    capitals = {"kyiv", "kiev", "moscow", "washington", "russia", "ukraine", "the", "london", "beijing", "ankara"}
    return other.capital and other.key not in capitals
