"""How much of a place is taken or held, and with what it is done."""

from typing import Final

from services.extract.document import ExtentMention, Span, Why
from services.extract.stages import tree
from services.extract.stages.arguments.telling import Telling, segment_of
from services.extract.stages.means import means_in
from services.extract.stages.wordlists import word_list

_WITH_MEANS: Final = word_list("arguments", "with_means")


_EXTENT: Final = {
    **dict.fromkeys(word_list("arguments", "extent_all"), "all"),
    **dict.fromkeys(("most", "majority", "largely", "mostly"), "most"),
    **dict.fromkeys(("greater", "larger", "bulk", "majority", "nearly-all"), "most"),
    "half": "half",
    **dict.fromkeys(("part", "parts", "partially", "partly", "portion", "some"), "part"),
}


def find_extent(telling: Telling) -> None:
    """Fill how much of a place was taken or is held, where that is told."""
    event, here = telling.event, telling.here
    if event.type not in ("capture", "control"):
        return
    for number in telling.own_numbers:
        if number.share is not None:
            event.extent = ExtentMention(
                "half" if number.share == 0.5 and "half" in number.phrase.lower() else "share",
                number.share,
                number.bound,
                number.span,
            )
            return
    zone = [telling.token, *telling.token.children]
    thing = telling.arguments.get("object") or telling.arguments.get("subject")
    for noun in [thing, telling.arguments.get("subject")] if telling.frame.place[:1] == ("subject",) else [thing]:
        if noun is not None:
            zone += [noun, *noun.children]
    verb = tree.light_verb(telling.token)
    if verb is not None:
        zone += list(verb.children)
    for child in list(zone):
        if child.lower_ in ("control", "territory") and child is not telling.token:
            zone += list(child.children)
            for grand in child.children:
                if grand.dep_ == "prep":
                    for noun in grand.children:
                        zone += [noun, *noun.children]
    for token in sorted(set(zone), key=lambda t: t.i):
        label = _EXTENT.get(token.lower_)
        if label is not None:
            span = Span(here.offset(token), here.offset(token) + len(token))
            event.extent = ExtentMention(label, 0.5 if label == "half" else None, None, span)  # type: ignore[arg-type]
            event.why.append(Why("extent", f"arguments.{token.lower_}", span))
            return
    named = [noun for noun in (thing, telling.arguments.get("subject")) if noun is not None]
    for noun in named:
        if noun.lower_ in _SECTIONS and noun.i not in here.place_at and here.places:
            span = Span(here.offset(noun), here.offset(noun) + len(noun))
            event.extent = ExtentMention("part", None, None, span)
            event.why.append(Why("extent", "arguments.section", span))
            return


_SECTIONS: Final = word_list("arguments", "sections")
"""What is a part of a place without being called so: "several streets in Toretsk"."""


_GROUND_MEANS: Final = frozenset({"armour", "infantry"})


_GROUND_TYPES: Final = frozenset({"assault", "advance", "deployment", "arms_transfer", "clash", "strike"})


def find_means(telling: Telling) -> None:
    """Read the means from the clause, or, where it names none, from the part of the sentence that it stands in."""
    event, here = telling.event, telling.here
    if event.type not in _WITH_MEANS and event.type not in _GROUND_TYPES:
        return
    areas = [event.clause]
    if tree.light_verb(telling.token) is not None or event.type in ("strike", "casualties", "destruction"):
        areas.append(Span(*segment_of(telling)))
    for area in areas:
        named = means_in(here.doc.words(area))
        if event.type not in _WITH_MEANS:
            named = [n for n in named if n[2] in _GROUND_MEANS]
        elif event.type not in _GROUND_TYPES:
            named = [n for n in named if n[2] not in _GROUND_MEANS]
        named = [n for n in named if not _suffers(telling, Span(area.start + n[0], area.start + n[1]))]
        if named:
            event.why += [Why("means", "lexicon", Span(area.start + n[0], area.start + n[1])) for n in named]
            systems = [system for *_, system in named if system]
            event.means = list(dict.fromkeys([n[2] for n in named] + systems))
            return


_SUFFERING: Final = frozenset({"armour", "artillery", "air", "naval", "rocket", "missile"})


def _suffers(telling: Telling, span: Span) -> bool:
    """True for the weapon that is hit and not hit with: "destroyed 12 tanks", "several aircraft had caught fire"."""
    if telling.event.type not in ("strike", "destruction"):
        return False
    if any(n.what == "equipment" and n.span.covers(span) for n in telling.own_numbers):
        return True
    thing = telling.arguments.get("object") or (
        telling.arguments.get("subject") if telling.event.type == "destruction" else None
    )
    if thing is None or (telling.event.actor is None and telling.event.type == "strike"):
        return False
    start = telling.here.offset(thing)
    named = next((m for m in means_in(telling.here.doc.words(span))), None)
    return span.start <= start < span.end and named is not None and named[2] in _SUFFERING and not _launched(telling)


def _launched(telling: Telling) -> bool:
    return telling.token.base_ in ("launch", "fire", "drop", "shoot", "send", "use", "release", "unleash")
