"""Places: every place that the text names or points at, with its relation. After `sentences`, before `actors`.

names -> governments left out -> ambiguous names resolved -> relations -> words that point back ("the city").
Gazetteer first, longest match, before any syntax. A name that the gazetteer lacks is kept without an id.
"""

from services.contracts.taxonomy import Relation
from services.extract.document import Document, PlaceMention, Span
from services.extract.gazetteer import Entry, gazetteer, words_of
from services.extract.stages.places.anaphora import anaphors, soils
from services.extract.stages.places.areas import as_areas, told_elsewhere
from services.extract.stages.places.compass import sides
from services.extract.stages.places.groups import groups
from services.extract.stages.places.homonyms import at_the_front
from services.extract.stages.places.metonymy import can_be_government, is_government
from services.extract.stages.places.naming import Named, names_in
from services.extract.stages.places.pairs import as_pair, is_pair
from services.extract.stages.places.parts import part_named, put_within, roads
from services.extract.stages.places.relations import relation_of
from services.extract.stages.places.resolve import anchors_of, at_front, choose

__all__ = ["places"]


def places(doc: Document) -> None:
    """Fill `doc.places`, in the order of the text, spans not overlapping. Never raises on any text."""
    known = gazetteer()
    words = words_of(doc.text)
    names = names_in(words, doc.text, known)
    anchors = anchors_of(names)
    decided: list[tuple[Named, Entry | None, Entry | None]] = []
    for named in names:
        if not named.candidates and not named.area:
            decided.append((named, None, None))
            continue
        meant, best = choose(named, anchors, doc.published)
        town = at_the_front(best, named.start, doc.text, anchors, known)
        if town is not best:
            meant = best = town
        decided.append((named, meant, best))
    decided = as_areas(decided, words, doc.text, known)
    decided = told_elsewhere(decided, doc.text, at_front(doc.published))
    mentions: list[PlaceMention] = []
    by_name: dict[int, PlaceMention] = {}
    for number, (named, meant, likeliest) in enumerate(decided):
        if likeliest is not None and can_be_government(likeliest) and is_government(named, likeliest, words, doc.text):
            continue
        told = relation_of(named, words, doc.text)
        relation: Relation = told.relation
        before = by_name.get(number - 1)
        if relation == "in" and before is not None and _joined(decided, number, names):
            relation = before.relation
        mention = _mention(doc.text, named, meant, likeliest, relation, told.start)
        if relation == "between" and before is not None and before.relation == "between" and before.other is None:
            before.other = mention.name
            before.phrase = Span((before.phrase or before.span).start, mention.span.end)
            by_name[number] = before
            continue
        if before is not None and is_pair(before, mention, named.direction, doc.text):
            as_pair(before, mention, named.direction, doc.text)
            by_name[number] = before
            continue
        mentions.append(mention)
        by_name[number] = mention
    put_within(mentions, doc.text)
    mentions += [*soils(doc, known), *roads(doc, mentions)]
    mentions.sort(key=lambda m: m.span)
    mentions += [*groups(doc, mentions), *anaphors(doc, words, mentions, known), *sides(doc, known)]
    mentions.sort(key=lambda m: (m.span, m.rule))
    doc.places = _apart(mentions)


def _joined(decided: list[tuple[Named, Entry | None, Entry | None]], number: int, names: list[Named]) -> bool:
    named = decided[number][0]
    return named.coordinated is not None and names[named.coordinated] is decided[number - 1][0]


def _mention(
    text: str, named: Named, meant: Entry | None, likeliest: Entry | None, relation: Relation, start: int
) -> PlaceMention:
    end = named.class_end or named.end
    span = Span(named.start, named.end)
    phrase = Span(min(start, named.start), max(end, named.end))
    surface = text[named.start : named.end]
    if likeliest is None:
        name, kind = part_named(surface, text[named.end : end]) if named.rule == "part" else (surface, None)
        return PlaceMention(
            span, surface, name, None, kind, relation=relation, phrase=phrase, adjective=named.adjective,
            rule=named.rule,
        )  # fmt: skip
    mention = PlaceMention(
        span, surface, likeliest.name, None, likeliest.kind, relation=relation, phrase=phrase,
        adjective=named.adjective, rule=named.rule,
    )  # fmt: skip
    if meant is not None:
        mention.id, mention.admin1, mention.country = meant.id, meant.admin1, meant.country
        mention.latitude, mention.longitude, mention.within = meant.latitude, meant.longitude, meant.within
    else:
        mention.rule = "ambiguous"
    return mention


def _apart(mentions: list[PlaceMention]) -> list[PlaceMention]:
    """Drop what overlaps an earlier mention; a name goes before a word that points back."""
    kept: list[PlaceMention] = []
    for mention in mentions:
        if kept and kept[-1].span.overlaps(mention.span):
            if kept[-1].anaphor and not mention.anaphor:
                kept[-1] = mention
            continue
        kept.append(mention)
    return kept
