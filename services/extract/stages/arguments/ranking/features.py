"""What can be seen of an option for an event's place: named features, for the model.

Every feature is a `family=value`; `FAMILIES` lists the families. Families that end in `_of` pair their value with the
event's type. Whoever changes what a feature means trains the weights anew (docs/extraction/places.md).
"""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from typing import Final

from services.extract.document import EventMention, PlaceMention
from services.extract.stages import tree
from services.extract.stages.arguments.candidates import described, is_background, preposition
from services.extract.stages.arguments.ranking.discourse import Discourse
from services.extract.stages.arguments.ranking.options import Option
from services.extract.stages.arguments.ranking.survey import Survey, key, keys
from services.extract.stages.arguments.telling import Telling, head_of, segment_of
from services.extract.stages.arguments.topic import CAPITALS, Topic
from services.extract.stages.bands import Bands
from services.extract.stages.landmarks import is_water, leads_there
from services.extract.stages.tree import Token

_FAMILIES: Final = """rules rules_of rules_noun instead instead_of instead_both
    none none_of none_noun none_named none_frame none_dep none_figures_of none_role none_beside_of none_topic none_own
    none_object none_word none_object_word none_determiner none_heading none_paragraph_of
    kind kind_of list relation relation_of capital anaphor adjective unresolved water
    topic topic_near topic_of lead focus focus_of named heading heading_back heading_rule other_heading
    opens_paragraph in_paragraph last last_of last_back
    taken taken_of taken_before taken_above not_taken not_taken_of
    here here_of preposition preposition_of path clauses clauses_of from_place from_trigger meet side side_noun between
    others background own own_of own_steps owner_of owner_steps argument argument_of opens opens_with speaks_there
    leads_there next holds held governor described segment break commas
    away away_of away_noun back same_paragraph away_named since away_title away_speaks away_there new_paragraph
    none_trigger none_trigger_of none_subject none_thing none_thing_of none_same none_area none_lately none_towns
    none_figure none_country none_tag none_actor none_actor_of
    land land_of same same_back same_trigger same_frame not_same area titled titled_of other_title dateline towns rank
    triggers nearest nearest_side governed governed_by
    away_trigger away_trigger_of away_subject away_thing away_thing_of away_lately away_figure away_country away_tag
    away_actor"""
FAMILIES: Final = frozenset(_FAMILIES.split())
"""All families."""

_MOST: Final = 40
"""Places that are looked at between two offsets: more tell no more."""
_FEW: Final = Bands(1, 2, 4)
_OWN: Final = Bands(1, 2)
_OFTEN: Final = Bands(2, 3, 5, 8)
_HEADED: Final = Bands(1, 2, 4, 7)
_LAST: Final = Bands(2, 3, 5)
_GAP: Final = Bands(12, 40, 90, 160)
_OWN_STEPS: Final = Bands(2, 3, 4, 6)
_PATH: Final = Bands(2, 3, 4, 6, 8)
_STEPS: Final = 40


@dataclass(init=False, slots=True)
class Case:
    """One event with what its options are compared in, found once for all of them."""

    telling: Telling
    topic: Topic
    survey: Survey
    discourse: Discourse
    rule: str
    """The rule that made the first option."""
    beside: list[Telling]
    """Other tellings of the sentence that have their places."""
    last: EventMention | None
    """The event with a place told last in an earlier sentence."""
    everywhere: list[PlaceMention]
    """The article's places without countries, in the order of the text."""
    starts: list[int]
    """Where they begin."""
    noun: str
    up: list[Token]
    """The trigger and what it hangs under."""
    at: dict[int, int]
    here: list[PlaceMention]
    owners: dict[int, tuple[Telling, int]]
    """By identity of a place of the sentence, the telling that it belongs to, and how many steps below it."""
    roles: dict[int, str]
    """By token, the argument of the trigger that it lies in."""
    segment: tuple[int, int]
    topic_keys: frozenset[str]
    last_keys: frozenset[str]
    instead: dict[str, list[str]]
    """By where a place is named, what speaks for any place there instead of the rules'."""
    away: list[str]
    """What speaks for any place of another sentence."""

    def __init__(
        self,
        telling: Telling,
        topic: Topic,
        survey: Survey,
        discourse: Discourse,
        rule: str,
        beside: list[Telling],
        last: EventMention | None,
        everywhere: list[PlaceMention],
        starts: list[int],
        noun: str = "",
        up: list[Token] | None = None,
        at: dict[int, int] | None = None,
        here: list[PlaceMention] | None = None,
        owners: dict[int, tuple[Telling, int]] | None = None,
        roles: dict[int, str] | None = None,
        segment: tuple[int, int] = (0, 0),
        topic_keys: frozenset[str] = frozenset(),
        last_keys: frozenset[str] = frozenset(),
        instead: dict[str, list[str]] | None = None,
        away: list[str] | None = None,
    ) -> None:
        self.telling = telling
        self.topic = topic
        self.survey = survey
        self.discourse = discourse
        self.rule = rule
        self.beside = beside
        self.last = last
        self.everywhere = everywhere
        self.starts = starts
        self.noun = noun
        self.up = [] if up is None else up
        self.at = {} if at is None else at
        self.here = [] if here is None else here
        self.owners = {} if owners is None else owners
        self.roles = {} if roles is None else roles
        self.segment = segment
        self.topic_keys = topic_keys
        self.last_keys = last_keys
        self.instead = {} if instead is None else instead
        self.away = [] if away is None else away

    @classmethod
    def of(
        cls,
        telling: Telling,
        tellings: list[Telling],
        topic: Topic,
        survey: Survey,
        area: PlaceMention | None,
        rule: str,
        everywhere: list[PlaceMention],
        starts: list[int],
    ) -> "Case":
        token, here = telling.token, telling.here
        beside = [t for t in tellings if t.event.places and t.token.i != token.i]
        last = topic.told[-1] if topic.told else None
        discourse = Discourse.of(telling, tellings, topic, survey, area)
        case = cls(telling, topic, survey, discourse, rule, beside, last, everywhere, starts)
        case.noun = "noun" if token.pos_ in ("NOUN", "PROPN") else "verb"
        case.up = [token, *tree.ancestors(token)]
        for step, above in enumerate(case.up):
            case.at.setdefault(above.i, step)
        case.here = sorted((p for p in here.places if p.kind != "country"), key=lambda p: p.span)
        case.owners = {id(p): (t, steps) for t in tellings for steps, p in t.own_places}
        for role, noun in telling.arguments.items():
            for part in noun.subtree:
                case.roles.setdefault(part.i, role)
        case.segment = segment_of(telling)
        case.topic_keys = keys(topic.place)
        case.last_keys = keys(last.places) if last is not None else frozenset()
        return case

    def named_between(self, start: int, end: int, name: str, places: list[PlaceMention] | None = None) -> int:
        """Return how many places of other names begin between two offsets."""
        if places is None:
            first = bisect_left(self.starts, start)
            places = list(islice(self.everywhere, first, first + _MOST))
        return len({p.name for p in places if start <= p.span.start < end and p.name != name})


def features(option: Option, case: Case, first: bool) -> list[str]:
    """Return the features of `option`; `first` says that it is the rules' own."""
    kind = case.telling.event.type
    where = _where(option, case)
    if first:
        found = [f"rules={case.rule}", f"rules_of={case.rule}:{kind}", f"rules_noun={case.rule}:{case.noun}"]
    else:
        found = list(_instead(kind, where, case))
    if where == "none":
        _of_none(found, case)
        found += case.discourse.of_none()
        return found
    _of_place(found, option, where, case)
    _of_article(found, option, where, case)
    _of_events(found, option, where, case)
    found += case.discourse.of_place(option, where)
    if where == "here":
        _here(found, option.places[0], case)
        found += case.discourse.of_here(option.places[0])
    else:
        _away(found, option.places[0], case)
        found.append(case.discourse.of_away(option.places[0]))
    return found


def _instead(kind: str, where: str, case: Case) -> list[str]:
    """That the rules' choice is left, for something named `where`."""
    found = case.instead.get(where)
    if found is None:
        found = case.instead[where] = [
            f"instead={case.rule}:{where}",
            f"instead_of={kind}:{where}",
            f"instead_both={case.rule}:{kind}:{where}",
        ]
    return found


def _where(option: Option, case: Case) -> str:
    if not option.places:
        return "none"
    return "here" if case.telling.here.sentence.span.covers(option.places[0].span) else "away"


def _of_none(found: list[str], case: Case) -> None:
    """That it has no place: which event it is, and what there would be to take."""
    telling, token, sentence = case.telling, case.telling.token, case.telling.here.sentence
    kind, thing = telling.event.type, telling.arguments.get("object")
    determiner = next((c.lower_ for c in token.children if c.dep_ in ("det", "poss")), "none")
    found += [
        "none=yes",
        f"none_of={kind}",
        f"none_noun={kind}:{case.noun}",
        f"none_named={_FEW.of(len(case.here))}",
        f"none_frame={telling.frame.name}",
        f"none_dep={token.dep_}",
        f"none_figures_of={kind}:{bool(telling.own_numbers)}",
        f"none_role={sentence.role}",
        f"none_beside_of={kind}:{bool(case.beside)}",
        f"none_topic={bool(case.topic.place) and case.topic.near(sentence)}",
        f"none_own={_OWN.of(len(telling.own_places))}",
        f"none_object={thing is not None}",
        f"none_word={token.lemma_.lower()}",
        f"none_determiner={case.noun}:{determiner if determiner in _DETERMINERS else 'other'}",
        f"none_heading={bool(case.survey.headings[sentence.index][0])}",
        f"none_paragraph_of={kind}:{sentence.paragraph in case.survey.paragraphs}",
    ]
    if thing is not None:
        found.append(f"none_object_word={thing.lemma_.lower()}")


_DETERMINERS: Final = frozenset({"the", "a", "an", "its", "their", "his", "no", "none"})


def _of_place(found: list[str], option: Option, where: str, case: Case) -> None:
    """What kind of place it is, and how it is named."""
    kind, place = case.telling.event.type, option.places[0]
    found += [
        f"kind={place.kind}",
        f"kind_of={kind}:{place.kind}",
        f"list={min(len(option.places), 4)}",
        f"relation={place.relation}",
        f"relation_of={kind}:{place.relation}",
    ]
    if place.name in CAPITALS:
        found.append(f"capital={where}")
    if place.anaphor:
        found.append(f"anaphor={where}")
    if place.adjective:
        found.append("adjective=yes")
    if place.id is None:
        found.append("unresolved=yes")
    if is_water(place):
        found.append("water=yes")


def _of_article(found: list[str], option: Option, where: str, case: Case) -> None:
    """Whether the article, its paragraph, its heading or the sentence before are about it."""
    kind, place, survey = case.telling.event.type, option.places[0], case.survey
    sentence, mine = case.telling.here.sentence, option.keys
    if not case.topic_keys.isdisjoint(mine):
        found += [f"topic={where}", f"topic_near={case.topic.near(sentence)}", f"topic_of={kind}"]
    if survey.lead is not None and key(survey.lead) in mine:
        found.append(f"lead={where}")
    if survey.focus is not None and key(survey.focus) in mine:
        found += [f"focus={where}", f"focus_of={kind}"]
    found.append(f"named={where}:{_OFTEN.of(survey.counts[key(place)])}")
    headed, at = survey.headings[sentence.index]
    if headed:
        if not mine.isdisjoint([key(p) for p in headed]):
            back = _HEADED.of(sentence.index - at)
            found += [f"heading={where}", f"heading_back={back}", f"heading_rule={case.rule}:{where}"]
        else:
            found.append(f"other_heading={where}")
    near = survey.paragraphs.get(sentence.paragraph, [])[:_MOST]
    if near and key(near[0]) in mine:
        found.append(f"opens_paragraph={where}")
    found.append(f"in_paragraph={where}:{min(3, [key(p) for p in near].count(key(place)))}")


def _of_events(found: list[str], option: Option, where: str, case: Case) -> None:
    """Whether another event is there already: the last one told before, or another of the sentence."""
    telling, mine = case.telling, option.keys
    kind, last = telling.event.type, case.last
    if last is not None and not case.last_keys.isdisjoint(mine):
        back = _LAST.of(telling.event.sentence - last.sentence)
        found += [f"last={where}", f"last_of={kind}:{last.type}", f"last_back={back}"]
    if not case.beside:
        return
    holder = next((t for t in reversed(case.beside) if not mine.isdisjoint([key(p) for p in t.event.places])), None)
    if holder is None:
        found += ["not_taken=yes", f"not_taken_of={kind}:{case.beside[-1].event.type}"]
        return
    found += [
        f"taken={where}",
        f"taken_of={kind}:{holder.event.type}",
        f"taken_before={holder.token.i < telling.token.i}",
    ]
    if holder.token.i in case.at:
        found.append(f"taken_above={kind}")


def _here(found: list[str], place: PlaceMention, case: Case) -> None:
    """A place of the event's own sentence: how it hangs in the parse, where it stands, and what is between."""
    telling, here = case.telling, case.telling.here
    doc, sentence, trigger = here.doc, here.sentence, telling.event.trigger
    kind, head, lead = telling.event.type, head_of(here, place.span), preposition(here, place)
    _path(found, head, case)
    before = place.span.end <= trigger.start
    low, high = (place.span.end, trigger.start) if before else (trigger.end, place.span.start)
    role = case.roles.get(head.i, "none")
    found += [
        "here=yes",
        f"here_of={kind}",
        f"preposition={lead}",
        f"preposition_of={kind}:{lead}",
        f"side={'before' if before else 'after'}{_GAP.of(high - low)}",
        f"side_noun={case.noun}:{'before' if before else 'after'}",
        f"between={_FEW.of(case.named_between(low, high, place.name, case.here))}",
        f"others={_FEW.of(len({p.name for p in case.here}) - 1)}",
        f"argument={role}",
        f"argument_of={kind}:{role}",
        f"next={_after(doc.text[place.span.end : place.span.end + 2])}",
        f"governor={_governor(head)}",
        f"commas={min(3, doc.text.count(',', low, max(low, high)))}",
    ]
    owner, steps = case.owners.get(id(place), (None, 0))
    if owner is None:
        found.append("own=nobody")
    elif owner is telling:
        found += ["own=yes", f"own_of={kind}", f"own_steps={_OWN_STEPS.of(steps)}"]
    else:
        found += ["own=other", f"owner_of={kind}:{owner.event.type}", f"owner_steps={_LAST.of(steps)}"]
    if place.span.start - sentence.span.start <= _OPENS:
        found += ["opens=yes", f"opens_with={lead}"]
    if is_background(here, place):
        found.append("background=yes")
    if case.survey.says_there(doc, place):
        found.append("speaks_there=yes")
    if leads_there(doc, place):
        found.append("leads_there=yes")
    if place.kind in ("oblast", "raion", "region"):
        if any(p.kind == "settlement" and p.admin1 == place.name for p in case.here):
            found.append("holds=yes")
    elif any(p.kind == "oblast" and p.name == place.admin1 for p in case.here):
        found.append("held=yes")
    if described(here, place) is not None:
        found.append("described=yes")
    if not case.segment[0] <= place.span.start < case.segment[1]:
        found.append("segment=other")
    if any(mark in _BREAKS for mark in doc.text[low:high]):
        found.append("break=yes")


_OPENS: Final = 20
"""Characters within which a place opens its sentence."""
_BREAKS: Final = frozenset(";:–—")


def _path(found: list[str], head: Token, case: Case) -> None:
    """How many steps and clauses lie between the place and the trigger, and by which relations it hangs."""
    path: list[Token] = []
    kind = case.telling.event.type
    for step in islice((head, *tree.ancestors(head)), _STEPS):
        up = case.at.get(step.i)
        if up is None:
            path.append(step)
            continue
        between = [*path[1:], *case.up[1 : up + 1]]
        clauses = min(3, sum(tree.is_verb(token) for token in between))
        meet = "trigger" if up == 0 else "place" if not path else "above"
        found += [
            f"path={_PATH.of(len(path) + up)}",
            f"clauses={clauses}",
            f"clauses_of={kind}:{clauses}",
            f"from_place={'>'.join(token.dep_ for token in path[-2:])}",
            f"from_trigger={case.up[up - 1].dep_ if up else 'none'}",
            f"meet={meet}:{case.noun}",
        ]
        return
    found.append("path=none")


def _governor(head: Token) -> str:
    governor = head.head.head if head.dep_ == "pobj" else head.head
    return str(governor.lemma_.lower())


def _after(text: str) -> str:
    """Return a class for what follows a place's name."""
    if text in ("'s", "’s"):
        return "possessive"
    return {"-": "hyphen", ",": "comma", " ": "word"}.get(text[:1], "end")


def _away(found: list[str], place: PlaceMention, case: Case) -> None:
    """A place of another sentence: how far back it was named, and what was named since."""
    telling, doc, sentence = case.telling, case.telling.here.doc, case.telling.here.sentence
    home = doc.sentence_at(place.span.start)
    back = telling.event.sentence - home.index if home is not None else _STEPS
    if not case.away:
        case.away = [*_of_leaving(case), *case.discourse.of_leaving()]
    found += case.away
    found += [
        f"back={_OFTEN.of(back)}",
        f"same_paragraph={home is not None and home.paragraph == sentence.paragraph}",
        f"since={_FEW.of(case.named_between(place.span.end, sentence.span.start, place.name))}",
    ]
    if home is not None and home.role == "title":
        found.append("away_title=yes")
    if case.survey.says_there(doc, place):
        found.append("away_speaks=yes")


def _of_leaving(case: Case) -> list[str]:
    """That it is in none of its sentence's places: the same for all that are named before."""
    telling, doc, sentence = case.telling, case.telling.here.doc, case.telling.here.sentence
    kind = telling.event.type
    found = [
        "away=yes",
        f"away_of={kind}",
        f"away_noun={kind}:{case.noun}",
        f"away_named={_FEW.of(len(case.here))}",
        f"new_paragraph={sentence.index == 0 or doc.sentences[sentence.index - 1].paragraph != sentence.paragraph}",
    ]
    if any(child.lower_ in ("there", "here") for child in telling.token.children):
        found.append("away_there=yes")
    return found
