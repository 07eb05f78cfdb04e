"""Which places of a sentence can be an event's: by role, relative clause or list; no offices, doubles, wholes."""

import re
from dataclasses import replace
from typing import Final

from services.extract.document import PlaceMention
from services.extract.pattern import Pattern
from services.extract.stages import tree
from services.extract.stages.arguments.officials import GOVERNOR
from services.extract.stages.arguments.telling import SAY, Telling, head_of
from services.extract.stages.arguments.topic import CAPITALS
from services.extract.stages.landmarks import is_water, speaks_there, without_landmarks
from services.extract.stages.triggers.conditions import Context
from services.extract.stages.wordlists import word_list

_NOT_FOR: Final[dict[str, frozenset[str]]] = {
    "withdrawal": frozenset({"to", "toward", "towards", "into", "behind"}),
    "displacement": frozenset({"to", "toward", "towards", "into"}),
    "strike": frozenset({"from", "side"}),
    "repulse": frozenset({"from"}),
    "casualties": frozenset({"from", "side"}),
    "assault": frozenset({"from"}),
    "advance": frozenset({"from"}),
    "clash": frozenset({"from"}),
}


_NEVER_FROM: Final = frozenset({"strike", "repulse", "casualties"})
"""Prepositions of which a place is not the event's own, where there is another."""


_STRETCHES: Final = word_list("arguments", "stretches")
"""Nouns that only widen a place: "from the area of X" is from X."""


def preposition(here: Context, place: PlaceMention) -> str:
    """Return the preposition that a place of the sentence stands under, or its relation in the parse."""
    token = head_of(here, place.span)
    while token.dep_ in ("conj", "appos", "compound", "nmod") and token.head.i != token.i:
        token = token.head
    head = token.head
    if head.lower_ == "of" and head.head.lower_ in _STRETCHES and head.head.head.dep_ == "prep":
        if head.head.lower_ == "side" and head.head.head.lower_ == "from":
            return "side"  # an attack "from the side of X" is fought there, no shell falls there
        head = head.head.head
    return str(
        head.lower_ if head.dep_ in ("prep", "agent", "prt", "advmod", "pcomp") or head.pos_ == "ADP" else token.dep_
    )


_OFFICES: Final = word_list("arguments", "offices")


def is_background(here: Context, place: PlaceMention) -> bool:
    """True where the place only says whose office it is or where somebody speaks: "the ministry in Moscow"."""
    if here.doc.text[place.span.end : place.span.end + 1] == "-" or GOVERNOR.match(here.doc.text, place.span.end):
        return True
    if speaks_there(here.doc, place):
        return True
    token = head_of(here, place.span)
    for _ in range(4):
        if token.dep_ in ("conj", "appos") and token.head.pos_ == "PROPN":
            token = token.head
            continue
        break
    head = token.head
    if token.dep_ in ("poss", "compound", "amod", "nmod"):
        return bool(head.lower_ in _OFFICES or head.base_ in _OFFICES)
    if token.dep_ == "pobj" and head.dep_ == "prep":
        governor = head.head
        if governor.lower_ in _OFFICES or governor.base_ in _OFFICES:
            return True
        if governor.base_ in SAY and head.lower_ in ("in", "from", "to", "at"):
            return not tree.is_passive(governor)  # "fighting was reported in X" is fighting in X
        return bool(head.lower_ == "from" and here.actor_at.get(governor.i) is not None and governor.pos_ == "PROPN")
    return token.dep_ == "nsubj" and head.base_ in SAY


def labels(here: Context, place: PlaceMention) -> bool:
    """True for the area that heads a list's entry, where the entry names a town in it: "Sumy Oblast: shells hit X"."""
    if place.kind not in ("oblast", "raion") or place.span.start - here.sentence.span.start > _OPENS:
        return False
    if here.doc.text[place.span.end : place.span.end + 2].strip()[:1] not in (":", "—", "–"):
        return False
    return any(p.kind == "settlement" and p.admin1 == place.name and not is_background(here, p) for p in here.places)


_OPENS: Final = 8
"""Characters that may stand before a heading: a bullet, "In the"."""


def relative_place(telling: Telling) -> list[PlaceMention]:
    """Return the place right before "which" or "where" of the trigger's own clause."""
    here = telling.here
    verb = tree.clause_verb(telling.token)
    fronted = [g for c in verb.children if c.dep_ == "prep" for g in c.children if g.lower_ == "which"]
    for child in [*verb.children, *fronted]:
        falls = child.dep_ == "nsubj" and "subject" in telling.frame.place
        if child.lower_ == "where" or (
            child.lower_ == "which" and (falls or child.dep_ in ("dobj", "nsubjpass", "pobj"))
        ):
            for token in reversed(here.sentence.parse[max(0, child.i - 3) : child.i]):
                place = here.place_of(token)
                if place is not None and child.lower_ == "which" and place.relation in SITUATES:
                    return [replace(place, relation="in")]  # "9 km south of X, which fell in May": X fell
                if place is not None:
                    told = described(here, place)
                    return [told] if told is not None else _joined_before(here, place)
    return []


SITUATES: Final = frozenset({"near", "around", "toward", "north_of", "south_of", "east_of", "west_of"})
"""Relations by which a place says where something else lies."""


def _joined_before(here: Context, place: PlaceMention) -> list[PlaceMention]:
    """Return the places of the list that ends with `place`: "Pokrovsk and Kurakhove, where …"."""
    order = sorted(here.places, key=lambda p: p.span)
    at = next((n for n, p in enumerate(order) if p is place), 0)
    found = [place]
    while at > 0 and len(found) < _LONGEST_LIST:
        one, other = order[at - 1], order[at]
        gap = here.doc.text[one.span.end : other.span.start]
        listed = _JOINED if len(found) == 1 else _LIST_GAP
        if one.kind != "settlement" or place.kind != "settlement" or one.adjective or listed.fullmatch(gap) is None:
            break
        found.insert(0, one)
        at -= 1
    return found


_JOINED: Final = Pattern(r",?\s+and\s+(?:in\s+|near\s+|at\s+)?(?:the\s+)?")


def described(here: Context, place: PlaceMention) -> PlaceMention | None:
    """Return the place that an apposition which holds `place` describes: "Krynky, a bridgehead on the Dnipro"."""
    token = head_of(here, place.span)
    for _ in range(6):
        if token.dep_ == "appos" and token.i not in here.place_at:
            return here.place_of(token.head)
        if token.head.i == token.i or tree.is_verb(token):
            return None
        token = token.head
    return None


_ABOUT_FRONTS: Final = frozenset({"repulse", "assault", "clash", "strike", "advance", "hold"})


def beyond(telling: Telling, head: PlaceMention) -> list[PlaceMention]:
    """Return the places named in the relative clause itself: "on the X front, where pushes toward A and B failed"."""
    if telling.event.type not in _ABOUT_FRONTS:
        return []
    mine = [p for _, p in telling.own_places if p.span.start > head.span.start and p.kind != "country"]
    mine = [p for p in mine if not is_background(telling.here, p)]
    return [p for p in narrow(telling, with_lists(telling, mine)) if p.name != head.name] if mine else []


_LIST_GAP: Final = Pattern(
    r"(?:\s+in\s+the\s+(?:north|south|east|west|cent(?:re|er)|north-?east|north-?west|south-?east|south-?west))?"
    r"(?:\s*(?:,|,?\s*(?:and|or|as well as|&))\s*|\s+[-–—]\s+)"
    r"(?:(?:also|in|at|near|around|outside|towards?)\s+)?(?:the\s+)?(?:(?:villages?|settlements?|towns?|city|cities)\s+(?:of\s+)?)?",
    re.IGNORECASE,
)
"""What stands between two places of one list."""


_LONGEST_LIST: Final = 60


def with_lists(telling: Telling, places: list[PlaceMention]) -> list[PlaceMention]:
    """Add what stands in one list with the last place found, whatever the parser made of the commas."""
    here = telling.here
    text, order = here.doc.text, sorted(here.places, key=lambda p: p.span)
    found = list(places)
    for step in (1, -1):
        at = next((n for n, p in enumerate(order) if p is (places[-1] if step == 1 else places[0])), None)
        while at is not None and 0 <= at + step < len(order) and len(found) < _LONGEST_LIST:
            one, other = order[min(at, at + step)], order[max(at, at + step)]
            new = order[at + step]
            if new.kind == "country" or new.adjective or (one.kind == "oblast") != (other.kind == "oblast"):
                break
            if not _LIST_GAP.fullmatch(text, one.span.end, other.span.start) or _opens_clause(here, one, other):
                break
            if new not in found:
                found.append(new)
            at += step
    return sorted(narrow(telling, found), key=lambda p: p.span) if len(found) > len(places) else places


def _opens_clause(here: Context, one: PlaceMention, other: PlaceMention) -> bool:
    """True where `other` is the subject of the next verb, `one` an argument of the last: "took X and Y was shelled"."""
    subject, before = head_of(here, other.span), head_of(here, one.span)
    if subject.dep_ not in ("nsubj", "nsubjpass") or subject.head.i < subject.i or not tree.is_verb(subject.head):
        return False
    if subject.head.lower_ in _CLASS_PLURALS:  # "from Kyiv and Chernihiv oblasts" has no verb
        return False
    verb = tree.clause_verb(before)
    return verb.i < before.i and verb is not subject.head and tree.is_verb(verb)


_CLASS_PLURALS: Final = word_list("arguments", "class_plurals")


def role_places(telling: Telling, role: str) -> list[PlaceMention]:
    """Return the places that the argument in `role` names itself, or by what hangs under it."""
    noun = telling.arguments.get(role)
    if noun is None:
        return []
    found = []
    for part in tree.conjuncts(noun):
        place = telling.here.place_of(part)
        if place is None and part.dep_ == "appos":
            place = telling.here.place_of(part.head)  # "Berdiansk, a port on the Azov Sea that troops took"
        if place is None:
            for preposition, thing in tree.prepositions(part):
                if preposition in ("of", "in", "around", "near", "at", "on", "between", "from", "outside", "along"):
                    for sub in tree.conjuncts(thing):
                        place = telling.here.place_of(sub)
                        if place is not None:
                            found.append(place)
            for child in part.children:
                if child.dep_ in ("compound", "amod", "poss", "nmod", "appos"):
                    place = telling.here.place_of(child)
                    if place is not None:
                        found.append(place)
            continue
        found.append(place)
        # "the Saltivka district of Kharkiv, Lviv and Odesa were struck": the list hangs under the district
        for preposition, thing in tree.prepositions(part):
            rest = tree.conjuncts(thing)[1:] if preposition == "of" and place.kind != "settlement" else []
            if len(rest) > 1:
                found += [other for sub in rest if (other := telling.here.place_of(sub)) is not None]
    return narrow(telling, found)


def subject_places(telling: Telling) -> list[PlaceMention]:
    """Return the places named in the subject's phrase, each once, in the order of the text."""
    noun = telling.arguments.get("subject")
    if noun is None:
        return []
    found = []
    for token in noun.subtree:
        place = telling.here.place_of(token)
        if place is not None and place not in found:
            found.append(place)
    return found


def narrow(telling: Telling, places: list[PlaceMention], *, where: bool = False) -> list[PlaceMention]:
    """Drop what is no place of this event: countries beside towns, oblasts that hold a town of the list, doubles.

    `where`: the event stands in a clause about the places, and what they stand under is another's: "from X, where …".
    """
    if not places:
        return []
    unique: list[PlaceMention] = []
    whole = places
    if any(place.together for place in places):
        whole = [one for named in places for one in (named, *named.together)]
    for place in whole:
        if place.adjective and telling.here.actor_at.get(head_of(telling.here, place.span).i) is not None:
            continue
        if place.name in CAPITALS and place.rule in _OF_VILLAGES:
            continue
        if not any(place.name == p.name for p in unique):
            unique.append(place)
    unique = without_landmarks(telling.here.doc, unique)
    if len(unique) > 1:
        unique = [p for p in unique if (of := described(telling.here, p)) is None or of not in unique]
        nearer = any(p.relation != "direction" and p.kind in ("settlement", "feature") for p in unique)
        unique = [p for p in unique if not nearer or p.relation != "direction"]
    banned = _NOTHING if where else _banned(telling)
    better = [p for p in unique if preposition(telling.here, p) not in banned] if banned else unique
    if not better and telling.event.type in _NEVER_FROM:
        return []
    unique = better or unique
    if telling.event.type == "strike" and any(not is_water(p) for p in unique):
        unique = [p for p in unique if not is_water(p) or preposition(telling.here, p) not in _LAUNCHED_OVER]
    if len(unique) == 1 and unique[0].kind != "country":
        return unique
    fine = [p for p in unique if p.kind != "country"]
    if fine:
        unique = fine
    smaller = [p for p in unique if p.kind in ("settlement", "feature", "raion", None)]
    if smaller:
        unique = [
            p for p in unique
            if p in smaller or (p.kind in ("oblast", "region") and not _holds(p, smaller))
        ]  # fmt: skip
    return [p for p in unique if p.kind != "country" or _countrywide(telling, p)]


def _banned(telling: Telling) -> frozenset[str]:
    """Return the prepositions of which a place is not the event's own, which each of its places is asked about."""
    known = telling.not_for
    if known is None:
        known = _NOT_FOR.get(telling.event.type, _NOTHING)
        if known:
            known -= {role.removeprefix("prep.") for role in telling.frame.place}
        if "from" in known and _DISPLACING.search(telling.here.doc.words(telling.event.trigger).lower()):
            known -= {"from"}
        telling.not_for = known
    return known


_NOTHING: Final[frozenset[str]] = frozenset()
_LAUNCHED_OVER: Final = frozenset({"over", "from", "above"})
"""Before a sea that missiles come from, where their target is told too."""
_DISPLACING: Final = Pattern(
    r"\b(?:push|driv|drove|throw|threw|thrown|forc|roll|hurl|knock|dislodg|oust|expel|squeez|evict)"
)
"""Who is pushed back from a place is fought there."""


def _countrywide(telling: Telling, country: PlaceMention) -> bool:
    """True where a country can be the event's place: by its type, or by "across the country", "killed in Ukraine"."""
    if _RANKED_IN.search(telling.here.doc.text, max(0, country.span.start - 32), country.span.start):
        return False
    if telling.event.type in _COUNTRYWIDE:
        return True
    near = any(place is country and distance <= _CLOSE for distance, place in telling.own_places)
    return near and preposition(telling.here, country) in _SPANNING and not country.adjective


_RANKED_IN: Final = Pattern(
    r"\b(?:largest|biggest|main|oldest|second|third|important)\s+(?:city|town|port|hub|airport|harbour)\s+(?:of|in)\s+$",
    re.IGNORECASE,
)
"""Before a country of which a place is only told to be the largest: "Kharkiv, second largest city of Ukraine"."""
_CLOSE: Final = 3
"""Steps of the parse up to which a country belongs to the trigger itself."""


_SPANNING: Final = frozenset({"across", "throughout", "over", "in", "of", "from", "inside", "into"})
"""Prepositions by which a country is where something happens."""


_OF_VILLAGES: Final = frozenset({"anaphor:village", "anaphor:settlement", "anaphor:town", "anaphor:hamlet"})
"""What points back at a village points at no capital, though one stands in the dateline."""


_COUNTRYWIDE: Final = word_list("arguments", "countrywide")


def _holds(area: PlaceMention, smaller: list[PlaceMention]) -> bool:
    if area.kind == "region":
        return area.name not in _REGIONS or any(p.admin1 is None or p.admin1 in _REGIONS[area.name] for p in smaller)
    return any(p.admin1 == area.name or p.admin1 is None for p in smaller)


_REGIONS: Final = {
    "Donbas": frozenset({"Donetsk Oblast", "Luhansk Oblast"}),
    "Eastern Ukraine": frozenset({"Donetsk Oblast", "Luhansk Oblast", "Kharkiv Oblast"}),
    "Southern Ukraine": frozenset(
        {"Kherson Oblast", "Zaporizhzhia Oblast", "Mykolaiv Oblast", "Odesa Oblast", "Crimea"}
    ),
    "Northern Ukraine": frozenset({"Kyiv", "Kyiv Oblast", "Chernihiv Oblast", "Sumy Oblast", "Zhytomyr Oblast"}),
}
"""The oblasts of regions that are named beside towns of other parts."""
