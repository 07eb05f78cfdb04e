"""Where it happened: the frame's role, what is attached, then clause, sentence, topic; the first that gives a place."""

import re
from dataclasses import replace
from typing import Final

from services.extract.document import EventMention, PlaceMention, Why
from services.extract.pattern import Pattern
from services.extract.stages import tree
from services.extract.stages.arguments.candidates import (
    SITUATES,
    beyond,
    is_background,
    labels,
    narrow,
    relative_place,
    role_places,
    subject_places,
    with_lists,
)
from services.extract.stages.arguments.officials import governed, spoken_for, within
from services.extract.stages.arguments.ranking import Ranker
from services.extract.stages.arguments.telling import SAY, Telling, head_of, segment_of
from services.extract.stages.arguments.topic import CAPITALS, Topic
from services.extract.stages.landmarks import is_water, without_landmarks
from services.extract.stages.tree import Token
from services.extract.stages.triggers.conditions import Context
from services.extract.stages.wordlists import word_list

_PLACELESS: Final = frozenset({"arms_transfer"})


_INHERIT: Final = word_list("arguments", "inherit")
"""Types that a sentence without a place tells of the place that the text is about."""


_OWN_PLACE_ONLY: Final = frozenset({"diplomacy"})


_OWN_CLAUSE_ONLY: Final = frozenset({"assault", "clash"})
"""Types that are told in passing ("the offensive") too often to be put where the rest of the sentence is."""


def find_places(telling: Telling, tellings: list[Telling], topic: Topic, ranker: Ranker) -> None:
    """Fill the places of a telling's event, and lower or raise its confidence by the rule that gave them."""
    event = telling.event
    if event.type in _PLACELESS:
        return
    found, rule = _placed(telling, tellings, topic)
    if not (found and rule == "topic" and _says_here(telling)):
        found, rule = ranker.ranked(telling, tellings, topic, found, rule)
    if found:
        found = _across_the_border(telling, topic, found)
    if found:
        found = _at_its_rim(telling, _itself(telling, found))
        event.places = found
        for place in found:
            event.why.append(Why("place", f"arguments.{rule}", place.phrase or place.span))
        if rule in ("clause", "sentence"):
            event.confidence -= 0.08
        elif rule == "topic":
            event.confidence -= 0.15
        elif rule in ("role", "attachment"):
            event.confidence = min(0.97, event.confidence + 0.04)


def _across_the_border(telling: Telling, topic: Topic, found: list[PlaceMention]) -> list[PlaceMention]:
    """Return the town of Ukraine named last where Russia would take "the city" and a Russian one was named since.

    "In Belgorod a house collapsed. Russia cannot capture the city": no army takes its own towns, but where they were
    lost, in Kursk Oblast.
    """
    event = telling.event
    if event.type not in _TAKING or len(found) != 1:
        return found
    place = found[0]
    if not place.anaphor or place.kind != "settlement" or place.country != "RU" or place.admin1 == "Kursk Oblast":
        return found
    sides = (
        {event.actor.side} if event.actor is not None and event.actor.side else {a.side for a in telling.here.actors}
    )
    if sides - {None} != {"RUS"}:
        return found
    towns = [p for p in reversed(topic.recent) if p.country == "UA" and p.name not in CAPITALS]
    return [replace(place, name=t.name, id=t.id, admin1=t.admin1, country=t.country, latitude=t.latitude,
                    longitude=t.longitude, within=t.within) for t in towns[:1]]  # fmt: skip


_HELD: Final = frozenset({"capture", "control", "withdrawal", "hold"})


def _itself(telling: Telling, found: list[PlaceMention]) -> list[PlaceMention]:
    """ "A camp south of Kherson, which fell in March": the clause is about Kherson, not about what lies south of it."""
    verb = tree.clause_verb(telling.token)
    if len(found) != 1 or found[0].relation not in SITUATES or telling.event.type not in _HELD or verb.dep_ != "relcl":
        return found
    pronoun = next((c for c in verb.subtree if c.lower_ in ("which", "that")), None)
    if pronoun is None or telling.here.offset(pronoun) < found[0].span.end:
        return found
    return [replace(found[0], relation="in")]


_TAKING: Final = frozenset({"capture", "encirclement", "assault"})
_RIM: Final = Pattern(r"\b(?:outskirts|suburbs|fringes)\b", re.IGNORECASE)


def _at_its_rim(telling: Telling, found: list[PlaceMention]) -> list[PlaceMention]:
    """ "Troops entered the northern outskirts", of a town that another sentence names: they are not in the town."""
    if len(found) != 1 or found[0].relation != "in" or telling.here.sentence.span.start <= found[0].span.start:
        return found
    start, end = segment_of(telling)
    words = telling.here.doc.text[start:end].lower()
    if "outskirts" not in words and "suburbs" not in words and "fringes" not in words:
        return found
    rim = _RIM.search(telling.here.doc.text, start, end)
    return [replace(found[0], relation="outskirts")] if rim else found


def _placed(telling: Telling, tellings: list[Telling], topic: Topic) -> tuple[list[PlaceMention], str]:
    here, frame, token = telling.here, telling.frame, telling.token
    for role in frame.place:
        found = role_places(telling, role)
        if found:
            return with_lists(telling, found), "role"
    if frame.pos in ("verb", "any", "noun") and not frame.place:
        for role in ("object",):
            if telling.event.type in (
                "capture",
                "control",
                "hold",
                "encirclement",
                "strike",
                "destruction",
                "interdiction",
                "advance",
                "assault",
                "repulse",
            ):
                found = role_places(telling, role)
                if found:
                    return with_lists(telling, found), "role"
    found = narrow(telling, relative_place(telling), where=True)
    if found:
        return found + beyond(telling, found[0]), "relative"
    if (of := _of_described(telling)) is not None:
        return [of], "relative"
    if _says_here(telling) and topic.place and topic.near(here.sentence) and not _near(telling):
        return narrow(telling, topic.place), "topic"
    own = _of_own_clause(telling, [p for _, p in sorted(telling.own_places, key=lambda p: (p[0], p[1].span))])
    own = [p for p in own if not labels(here, p)]
    if telling.event.type in _INHERIT and len(topic.place) == 1 and topic.near(here.sentence):
        own = [p for p in own if not _told_apart(telling, p)]
    found = narrow(telling, [p for p in own if not is_background(here, p)])
    home = _home(telling, found)
    if home:
        return home, "home"
    if found:
        return with_lists(telling, found), "attachment"
    resident = telling.event.type == "displacement"
    found = narrow(telling, [p for p in subject_places(telling) if resident or not is_background(here, p)])
    if found:
        return found, "subject"
    # coordinated and governing triggers: "captured villages around X and surrounded it"
    for above in tree.ancestors(token):
        for other in tellings:
            if other.token.i == above.i and other is not telling and _shares(other):
                return list(other.event.places), "clause"
    if telling.event.type == "diplomacy" and (venue := _venue(telling)):
        return venue, "venue"
    if _measured(telling) or telling.event.type in _OWN_PLACE_ONLY:
        return [], "none"
    if _tells_of_whole(telling):
        return [], "whole"
    back = _points_back(telling)
    if back and (meant := _meant(telling)) is not None:
        return narrow(telling, [meant]), "clause"
    if back:
        before = [t for t in tellings if t.token.i < token.i and _shares(t)]
        if before:
            return list(before[-1].event.places), "clause"
        if (again := _told_again(telling, topic)) is not None:
            return narrow(telling, again), "again"
        if topic.place and topic.near(here.sentence):
            return narrow(telling, topic.place), "topic"
    owned = {id(q) for t in tellings for _, q in t.own_places}
    venues = {id(q) for t in tellings if t.event.type == "diplomacy" for q in t.event.places}
    start, end = segment_of(telling)
    near = [p for p in here.places if start <= p.span.start < end and not is_background(here, p)]
    apart = {id(p) for p in without_landmarks(here.doc, near)} if len(near) > 1 else {id(p) for p in near}
    found = narrow(
        telling,
        [p for p in near if id(p) not in owned and id(p) in apart and not _situates(here, p, near) and not is_water(p)],
    )
    if found and telling.event.type != "assault":
        return found, "sentence"
    earlier = [t for t in tellings if t.token.i < token.i and _shares(t)]
    if earlier and telling.event.type not in _OWN_CLAUSE_ONLY:
        return list(earlier[-1].event.places), "clause"
    found = narrow(
        telling,
        [
            p
            for p in here.places
            if p.span.start < telling.event.trigger.start and not is_background(here, p) and id(p) not in venues
        ][:1],
    )
    if found:
        return found, "sentence"
    inherits = telling.event.type in _INHERIT and frame.name not in _OF_ITS_OWN and len(topic.place) == 1
    area = spoken_for(here) if telling.event.type in _INHERIT else None
    told_there = area is None or any(within(p, area) or p.kind == "region" for p in topic.place)
    if (inherits or back) and topic.place and topic.near(here.sentence) and told_there:
        return narrow(telling, topic.place), "topic"
    alone = area is not None and not any(e.places for e in _others(telling, tellings))
    if area is not None and alone and frame.name not in _OF_ITS_OWN:
        named = [p for p in here.places if p.kind == "settlement" and not is_background(here, p)]
        named.sort(key=lambda p: abs(p.span.start - telling.event.trigger.start))
        nearest = [p for p in [*named, *reversed(topic.recent)] if within(p, area)][:1]
        if nearest or area.kind == "settlement":
            return nearest or [area], "office"
    later = [t for t in tellings if t.token.i > token.i]
    found = narrow(telling, [p for t in later for _, p in t.own_places if not is_background(here, p)][:1])
    if found:
        return found, "sentence"
    if area is not None and alone and area.name.endswith(" Oblast"):
        towns = [p for p in here.places if p.kind == "settlement" and not p.adjective]
        if all(governed(p, here.doc.text) is not None for p in towns):
            return [area], "office"
    return [], "none"


def _venue(telling: Telling) -> list[PlaceMention]:
    """Return where somebody goes or is for it: "spent Friday in Ankara for talks", "was in Paris for a meeting"."""
    above = telling.token.head
    if above.lower_ != "for" or above.dep_ != "prep" or above.head.base_ not in _GOES:
        return []
    places = []
    for child in above.head.children:
        noun = tree.first(child, "pobj") if child.dep_ == "prep" and child.lower_ in ("in", "at", "to") else None
        place = telling.here.place_of(noun) if noun is not None else None
        if place is not None:
            places.append(place)
    return narrow(telling, places)


_GOES: Final = word_list("arguments", "goes")


def _others(telling: Telling, tellings: list[Telling]) -> list[EventMention]:
    return [t.event for t in tellings if t is not telling]


def _of_described(telling: Telling) -> PlaceMention | None:
    """Return the place that the clause describes in an apposition: "Irpin, a town that has been fought over"."""
    verb = telling.token
    while verb.dep_ in ("conj", "xcomp") and tree.is_verb(verb.head):
        verb = verb.head
    noun = verb.head
    if verb.dep_ not in ("relcl", "acl") or noun.i in telling.here.place_at:
        return None
    if telling.event.type not in _PLACE_OBJECT | {"clash"}:
        return None
    held = verb.dep_ == "acl" and verb.tag_ == "VBN" and verb.i == noun.i + 1  # "X, a city held by rebels"
    if not held and not any(c.lower_ in ("that", "which") and c.dep_ in ("dobj", "nsubjpass") for c in verb.children):
        return None
    first = min([noun, *(c for c in noun.children if c.dep_ in ("det", "amod", "compound"))], key=lambda t: t.i)
    place = None
    if first.lower_ in ("a", "an", "the") and first.i > 1 and noun.doc[first.i - 1].text == ",":
        place = telling.here.place_of(noun.doc[first.i - 2])
    if place is None and noun.dep_ == "appos":
        place = telling.here.place_of(noun.head)
    if place is None or place.kind == "country":
        return None
    return replace(place, relation="in") if place.relation in SITUATES else place


def _home(telling: Telling, found: list[PlaceMention]) -> list[PlaceMention]:
    """Return where the people live to whom it happens, where else only the area around is named.

    "In Kursk region residents of Korenevo were told to leave" happens in Korenevo.
    """
    if telling.event.type not in ("casualties", "displacement") or not found:
        return []
    if any(p.kind not in ("oblast", "raion", "region") for p in found):
        return []
    areas = {p.name for p in found}
    homes = []
    for _, place in telling.own_places:
        of = head_of(telling.here, place.span).head
        lives = of.lower_ == "of" and of.head.base_ in ("resident", "inhabitant", "native", "villager")
        if lives and place.kind == "settlement" and place.admin1 in areas:
            homes.append(place)
    return with_lists(telling, homes) if homes else []


def _told_again(telling: Telling, topic: Topic) -> list[PlaceMention] | None:
    """Return where the last event of this type was, where "it" is the object: "the dam was hit … to destroy it"."""
    thing, here = telling.arguments.get("object"), telling.here
    if thing is None or thing.lower_ != "it":
        return None
    for event in reversed(topic.told):
        if here.sentence.index - event.sentence > _AGAIN:
            return None
        if event.type == telling.event.type and here.doc.sentences[event.sentence].paragraph == here.sentence.paragraph:
            return list(event.places)
    return None


_AGAIN: Final = 2
"""Sentences over which "it" goes on about what the same was done to before."""


def _meant(telling: Telling) -> PlaceMention | None:
    """Return the place that "it" stands for where the clause above is about one: "Izium had been a base since it was
    taken"."""
    thing = telling.arguments.get("object")
    if thing is None or thing.lower_ != "it":
        return None
    verb = tree.clause_verb(telling.token)
    while verb.dep_ in ("advcl", "conj", "xcomp", "ccomp") and verb.head.i != verb.i:
        verb = verb.head
        subject = tree.first(verb, "nsubj", "nsubjpass")
        if subject is not None:
            place = telling.here.place_of(subject) or _fronted(telling, verb, subject)
            return place if place is not None and place.kind != "country" else None
    return None


def _fronted(telling: Telling, verb: Token, subject: Token) -> PlaceMention | None:
    """Return the place that opens the clause: "In Irpin the mayor said that it had been freed"."""
    for child in verb.children:
        if child.dep_ == "prep" and child.i < subject.i and child.lower_ in ("in", "at"):
            noun = tree.first(child, "pobj")
            return telling.here.place_of(noun) if noun is not None else None
    return None


def _of_own_clause(telling: Telling, places: list[PlaceMention]) -> list[PlaceMention]:
    """Leave out what is said next, and places of clauses below the trigger's own where its own clause has one."""
    places = [p for p in places if not _said_next(telling, p)]
    if len(places) < 2:
        return places
    near = [p for p in places if not is_background(telling.here, p) and not _in_other_clause(telling, p)]
    return near or places


def _in_other_clause(telling: Telling, place: PlaceMention) -> bool:
    for step in tree.ancestors(head_of(telling.here, place.span)):
        if step.i == telling.token.i:
            return False
        if tree.is_verb(step) and step.dep_ in _CLAUSES:
            return True
    return False


def _told_apart(telling: Telling, place: PlaceMention) -> bool:
    """True for the place of a second clause with its own subject, after "but": "people got out, but buses were
    stopped at X"."""
    for step in tree.ancestors(head_of(telling.here, place.span)):
        if step.i == telling.token.i:
            return False
        if step.dep_ == "conj" and step.i > telling.token.i and tree.is_verb(step):
            turn = any(c.dep_ == "cc" and c.lower_ == "but" for c in step.head.children)
            return turn and tree.first(step, "nsubj", "nsubjpass") is not None
    return False


def _said_next(telling: Telling, place: PlaceMention) -> bool:
    """True for what a second verb of saying goes on to tell: "ordered an evacuation, but said that X was safe"."""
    for step in tree.ancestors(head_of(telling.here, place.span)):
        if step.i == telling.token.i:
            return False
        if step.dep_ == "conj" and step.base_ in SAY and step.i > telling.token.i:
            return True
    return False


_CLAUSES: Final = frozenset({"advcl", "ccomp", "conj", "parataxis", "relcl"})


def _situates(here: Context, area: PlaceMention, places: list[PlaceMention]) -> bool:
    """True where an area only says where the town before it lies: "the station of Chaplyne, in the same region"."""
    return area.kind in ("oblast", "raion", "region") and any(
        p.kind in ("settlement", "feature")
        and p.admin1 in (area.name, area.admin1)
        and _INSIDE.fullmatch(here.doc.text, p.span.end, max(p.span.end, area.span.start)) is not None
        for p in places
    )


_INSIDE: Final = Pattern(r"\s*[,(]\s*(?:also\s+)?(?:in\s+|of\s+)?(?:the\s+)?|\s+in\s+(?:the\s+)?", re.IGNORECASE)


def _shares(other: Telling) -> bool:
    """True where other events of the sentence can be in the same place: a venue of talks is the talks' alone."""
    return bool(other.event.places) and other.event.type != "diplomacy"


_WHOLE: Final = Pattern(
    r"""\b(?:across|throughout|all\ over|around)\ (?:the\ (?:whole\ |entire\ )?(?:country|front)|Ukraine|Russia)\b
    |\bnation-?wide\b|\bcountry-?wide\b|\bin\ total\b|\ball\ told\b
    |\b(?:along|on|over)\ the\ (?:whole|entire)\ (?:front|line)
    |\bsince\ the\ (?:start|beginning|outset)\ of\ the\ (?:full-scale\ |large-scale\ )?(?:war|invasion|special)
    |\bsince\ (?:the|Russia['’]s|Moscow['’]s|its|their)\ (?:full-scale\ |large-scale\ )?(?:war|invasion)\b
    |\bsince\ (?:Russian?(?:\ troops|\ forces)?|Moscow|the\ Russians|Vladimir\ Putin|Putin)\ (?:has\ |have\ )?
     (?:(?:first|fully)\ )?(?:invaded|(?:launched|began|started|ordered)\ (?:the|its|his|a|an|this)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Told of the whole country or war: not where the sentence before it was."""
_WHOLE_WORDS: Final = (
    "across", "throughout", "all over", "around", "wide", "in total", "all told", "whole", "entire", "since",
)  # fmt: skip
"""What `_WHOLE` has at least: looking for these words first costs a tenth of the pattern."""


def _tells_of_whole(telling: Telling) -> bool:
    start, end = segment_of(telling)
    words = telling.here.doc.text[start:end].lower()
    return any(word in words for word in _WHOLE_WORDS) and (
        _WHOLE.search(telling.here.doc.text, start, end) is not None
    )


_OF_ITS_OWN: Final = word_list("arguments", "of_its_own")
"""Frames told of the whole sky or war where no place is named with them: "40 of 52 drones were shot down"."""


def _points_back(telling: Telling) -> bool:
    """True where the place is pointed at: "encircled it", "its capture", "attacked there"."""
    thing = telling.arguments.get("object")
    if thing is not None and thing.lower_ in ("it", "its") and telling.event.type in _PLACE_OBJECT:
        return True
    for role in telling.frame.place or ("object",):
        noun = telling.arguments.get(role)
        if noun is not None and noun.lower_ in _PARTS and not any(t.i in telling.here.place_at for t in noun.subtree):
            return True
    if _says_here(telling):
        return True
    for child in telling.token.children:
        if (
            child.dep_ == "poss"
            and child.lower_ == "its"
            and telling.event.type in ("capture", "withdrawal", "encirclement")
        ):
            return telling.frame.pos == "noun" and telling.event.type != "withdrawal"
    return False


def _says_here(telling: Telling) -> bool:
    """True where the trigger has a "here" or "there" of its own: "the fighting here", "if they break through there"."""
    return any(
        child.lower_ in ("there", "here") and child.dep_ in ("advmod", "prep", "pobj", "npadvmod")
        for child in telling.token.children
    )


def _near(telling: Telling) -> bool:
    """True where a place stands beside the trigger itself: "the fighting here in Orikhiv"."""
    return any(distance <= _BESIDE for distance, _ in telling.own_places)


_BESIDE: Final = 2
"""Steps of the parse within which a place is the trigger's own, whatever "here" beside it means."""


_PARTS: Final = word_list("arguments", "parts")


_PLACE_OBJECT: Final = word_list("arguments", "place_object")


def _measured(telling: Telling) -> bool:
    """True for what is told of an area in figures alone: "2,000 sq km had been won back"."""
    thing = telling.arguments.get("object")
    return thing is not None and thing.lower_ in ("km", "kilometres", "kilometers", "km2", "sq", "miles", "hectares")
