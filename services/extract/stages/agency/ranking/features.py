"""What can be seen of a side that an event may be of: named features, for the model.

Every feature is a `family=value`; `FAMILIES` lists the families. Families that end in `_of` pair their value with the
event's type. Other sides are told by how they stand to the option: `same`, `foe`, `third`, `none`. Whoever changes what
a feature means trains the weights anew (docs/extraction/actors.md).
"""

from collections.abc import Collection
from typing import Final

from services.extract.stages import tree
from services.extract.stages.agency.ground import ground_of
from services.extract.stages.agency.lexicon import words
from services.extract.stages.agency.ranking.survey import Survey, side_of, sides_of
from services.extract.stages.agency.scene import FIGHTING, OPPOSITE, SIDES, Case, Scene, named
from services.extract.stages.agency.speaking import fires
from services.extract.stages.parse import Parse
from services.extract.stages.tree import Token

_FAMILIES: Final = """rules rules_of rules_kind instead_of instead_both flip flip_of flip_rule
    none none_of none_subject none_here_of none_role third third_of prior prior_of voice voice_of
    teller_of teller_fires_of teller_kind ground ground_of ground_teller_of country_of target_of
    subject subject_of object object_of word hangs foe_hangs here_of fighting fighting_of silent silent_of
    armed_of system_of clause clause_of before before_of after after_of
    beside like_before like_before_of like_after like_after_of accused_of elsewhere elsewhere_of usual usual_of title
    title_of most previous"""
FAMILIES: Final = frozenset(_FAMILIES.split())
"""All families."""

_STEPS: Final = 12
_BESIDE: Final = 6
"""Other events of the sentence that are looked at: those told before, the nearest first, then those told after. Where
six are told before, none after is seen."""


class Seen:
    """One event with what its options are compared in, found once for all of them. `seen_of` fills it in."""

    kind: str
    rule: str
    side: str | None
    """That of the rules."""
    told_as: str
    """How the rules' actor is named."""
    role: str
    form: str
    """`noun`, `active`, `passive` or `other`."""
    voice: str
    teller: str | None
    teller_fires: bool
    teller_kind: tuple[str | None, str]
    """Side and kind of who tells it, of third sides too."""
    ground: str | None
    country: str
    target: str | None
    subject: Token | None
    subject_side: str | None
    object_side: str | None
    here: frozenset[str]
    fighting: frozenset[str]
    silent: frozenset[str]
    armed: frozenset[str]
    systems: frozenset[str]
    clause: frozenset[str]
    before: str | None
    after: str | None
    hangs: dict[str, set[str]]
    beside: list[tuple[str | None, str]]
    like_before: tuple[str, int] | None
    """The side of the event of the kind told last before, and how many sentences before."""
    like_after: tuple[str, int] | None
    accused: frozenset[str]
    elsewhere: frozenset[str]
    usual: frozenset[str]
    usual_times: int
    title: str | None
    most: str | None
    previous: str | None
    near: bool
    """The belligerent named last before the sentence is named in its paragraph."""


def seen_of(scene: Scene, survey: Survey, case: Case, rule: str) -> Seen:
    """Return what can be seen of the event; `rule` is what its actor rests on."""
    doc, event, here = scene.doc, case.event, case.here
    actor, start = event.actor, event.trigger.start
    said = scene.speaker(event)
    sources = [doc.attributions[n].source for n in event.attributions]
    countries = {p.country for p in event.places}
    subject, thing = _subject(case), _object(case)
    subject_actor, object_actor = named(case, subject), named(case, thing)
    at_war = sorted((a for a in here.actors if a.side in SIDES), key=lambda a: a.span)
    usual, times = survey.usually(event)
    last = survey.before(case.sentence.span.start)
    told_in = doc.sentence_at(last.span.start) if last is not None else None
    seen = Seen()
    seen.kind = event.type
    seen.rule = rule
    seen.side = side_of(event)
    seen.told_as = "-" if actor is None else f"{actor.kind}:{actor.anaphor}:{actor.rule}"
    seen.role = case.sentence.role
    seen.form = _form(case)
    seen.voice = scene.voice
    seen.teller = None if said is None else said.source.side
    seen.teller_fires = said is not None and fires(said)
    seen.teller_kind = (
        next((s.side for s in sources if s.side is not None), None),
        next((str(s.kind) for s in sources), "narrator"),
    )
    seen.ground = ground_of(doc, event)
    seen.country = str(next(iter(countries))) if len(countries) == 1 else "-"
    seen.target = None if event.target is None else event.target.side
    seen.subject = subject
    seen.subject_side = None if subject_actor is None else subject_actor.side
    seen.object_side = None if object_actor is None else object_actor.side
    seen.here = sides_of(at_war)
    seen.fighting = sides_of(a for a in at_war if a.kind in FIGHTING or a.rule == "state")
    seen.silent = sides_of(scene.silent(case))
    seen.armed = sides_of(scene.armed(case))
    seen.systems = _systems(case)
    seen.clause = sides_of(a for a in at_war if event.clause.covers(a.span))
    seen.before = next((a.side for a in reversed(at_war) if a.span.end <= start), None)
    seen.after = next((a.side for a in at_war if a.span.start >= start), None)
    seen.hangs = _hangs(case)
    seen.beside = _beside(scene, case)
    seen.like_before = survey.like(event, later=False)
    seen.like_after = survey.like(event, later=True)
    seen.accused = survey.accused_near(event.sentence)
    seen.elsewhere = survey.elsewhere(event)
    seen.usual = usual
    seen.usual_times = times
    seen.title = survey.title
    seen.most = survey.most
    seen.previous = None if last is None else last.side
    seen.near = told_in is not None and told_in.paragraph == case.sentence.paragraph
    return seen


def _subject(case: Case) -> Token | None:
    if case.noun:
        return tree.noun_subject(case.token)
    return tree.verb_subject(case.token) if tree.is_verb(case.token) else tree.predicate_subject(case.token)


def _object(case: Case) -> Token | None:
    if tree.is_verb(case.token):
        return tree.verb_object(case.token)
    return tree.noun_object(case.token) if case.noun else None


def _form(case: Case) -> str:
    if case.noun:
        return "noun"
    if not tree.is_verb(case.token):
        return "other"
    return "passive" if tree.is_passive(case.token) else "active"


def _systems(case: Case) -> frozenset[str]:
    """Return the sides that alone have a weapon which the sentence names."""
    parse: Parse = case.sentence.parse
    said = {token.lower_ for token in parse}
    return frozenset([side for side in SIDES if not said.isdisjoint(words(f"systems_{side}"))])


def _hangs(case: Case) -> dict[str, set[str]]:
    """Return by side how its names hang in the sentence: at or above the trigger, by which dependency, on which side
    of it."""
    token = case.token
    steps = {token.i: 0}
    for step, above in enumerate(tree.ancestors(token), 1):
        steps.setdefault(above.i, step)
    found: dict[str, set[str]] = {}
    for i, actor in case.here.actor_at.items():
        if actor.side is None:
            continue
        name = node = case.sentence.parse[i]
        last = name.dep_
        for _ in range(_STEPS):
            if node.i in steps or node.head.i == node.i:
                break
            last, node = node.dep_, node.head
        where = ("trigger", "above", "above2")[min(steps[node.i], 2)] if node.i in steps else "apart"
        own = found.setdefault(actor.side, set())
        own.add(f"{where}:{last}:{'left' if i < token.i else 'right'}")
        own.add(f"{where}:{last}:{name.dep_}" if name.dep_ != last else f"{where}:{last}")
    return found


def _beside(scene: Scene, case: Case) -> list[tuple[str | None, str]]:
    """Return the sides of the sentence's other events, and whether each is told before this one or after it."""
    start = case.event.trigger.start
    told = [e for e in scene.told_before(case, 0) if e.sentence == case.event.sentence]
    return [(side_of(e), "before" if e.trigger.start < start else "after") for e in told[:_BESIDE]]


def _stands(side: str | None, option: str) -> str:
    """Return how a side stands to the option."""
    if side is None:
        return "none"
    return "same" if side == option else "foe" if OPPOSITE.get(option) == side else "third"


def _among(sides: Collection[str], option: str) -> str:
    """Return whether the option, its enemy, both or neither are among `sides`."""
    own, foe = option in sides, OPPOSITE.get(option) in sides
    if own:
        return "both" if foe else "same"
    return "foe" if foe else "third" if sides else "neither"


def features(option: str | None, seen: Seen, first: bool) -> list[str]:
    """Return the features of `option`; `first` says that it is the rules' own, which alone can be None."""
    kind = seen.kind
    if first:
        found = [f"rules={seen.rule}", f"rules_of={seen.rule}:{kind}", f"rules_kind={seen.rule}:{seen.told_as}"]
    else:
        what = "side" if option in SIDES else "third"
        found = [f"instead_of={kind}:{what}", f"instead_both={seen.rule}:{kind}:{what}"]
        if option in SIDES and seen.side in SIDES:
            found += ["flip=yes", f"flip_of={kind}", f"flip_rule={seen.rule}:{seen.told_as}"]
    if option is None:
        found += [
            "none=yes",
            f"none_of={kind}",
            f"none_subject={seen.form}:{seen.subject is not None}:{seen.subject_side}",
            f"none_here_of={kind}:{len(seen.here)}",
            f"none_role={seen.role}",
        ]
        return found
    if option in SIDES:
        word = "none" if seen.subject is None else seen.subject.lower_
        found += [f"prior={option}", f"prior_of={kind}:{option}", f"word={word}:{option}"]
        found += [f"voice={_stands(seen.voice, option)}", f"voice_of={kind}:{_stands(seen.voice, option)}"]
        found += [f"foe_hangs={where}" for where in sorted(seen.hangs.get(OPPOSITE[option], ()))]
    else:
        found += ["third=yes", f"third_of={kind}"]
    found += [f"hangs={where}" for where in sorted(seen.hangs.get(option, ()))]
    _of_tellers(found, option, seen)
    _of_sentence(found, option, seen)
    _of_article(found, option, seen)
    return found


def _of_tellers(found: list[str], option: str, seen: Seen) -> None:
    """Who tells it, on whose ground it is, and to whom it is done."""
    kind, ground, teller = seen.kind, _stands(seen.ground, option), _stands(seen.teller, option)
    side, what = seen.teller_kind
    found += [
        f"teller_of={kind}:{teller}:{seen.form}",
        f"teller_fires_of={kind}:{teller}:{seen.teller_fires}",
        f"teller_kind={_stands(side, option)}:{what}",
        f"ground={ground}",
        f"ground_of={kind}:{ground}",
        f"ground_teller_of={kind}:{ground}:{teller}",
        f"country_of={kind}:{seen.country}:{option}",
        f"target_of={kind}:{_stands(seen.target, option)}",
    ]


def _of_sentence(found: list[str], option: str, seen: Seen) -> None:
    """Where the sentence names the side, and where its enemy."""
    kind, form = seen.kind, seen.form
    subject, thing = _stands(seen.subject_side, option), _stands(seen.object_side, option)
    before, after = _stands(seen.before, option), _stands(seen.after, option)
    fighting, silent, clause = (_among(sides, option) for sides in (seen.fighting, seen.silent, seen.clause))
    found += [
        f"subject={subject}:{form}",
        f"subject_of={kind}:{subject}",
        f"object={thing}:{form}",
        f"object_of={kind}:{thing}",
        f"here_of={kind}:{_among(seen.here, option)}",
        f"fighting={fighting}",
        f"fighting_of={kind}:{fighting}",
        f"silent={silent}",
        f"silent_of={kind}:{silent}:{form}",
        f"armed_of={kind}:{_among(seen.armed, option)}",
        f"system_of={kind}:{_among(seen.systems, option)}",
        f"clause={clause}",
        f"clause_of={kind}:{clause}:{form}",
        f"before={before}",
        f"before_of={kind}:{before}:{form}",
        f"after={after}",
        f"after_of={kind}:{after}:{form}",
    ]
    found += dict.fromkeys(f"beside={_stands(side, option)}:{where}" for side, where in seen.beside)


def _of_article(found: list[str], option: str, seen: Seen) -> None:
    """What the side does in the rest of the article, and how it is named there."""
    kind, elsewhere, usual = seen.kind, _among(seen.elsewhere, option), _among(seen.usual, option)
    times = "0" if not seen.usual_times else "1" if seen.usual_times == 1 else "2" if seen.usual_times < 4 else "4"
    found += [
        *_of_like("before", seen.like_before, option, kind),
        *_of_like("after", seen.like_after, option, kind),
        f"accused_of={kind}:{_among(seen.accused, option)}",
        f"elsewhere={elsewhere}",
        f"elsewhere_of={kind}:{elsewhere}",
        f"usual={usual}:{times}",
        f"usual_of={kind}:{usual}",
        f"title={_stands(seen.title, option)}",
        f"title_of={kind}:{_stands(seen.title, option)}",
        f"most={_stands(seen.most, option)}",
        f"previous={_stands(seen.previous, option)}:{seen.near}",
    ]


def _of_like(where: str, told: tuple[str, int] | None, option: str, kind: str) -> list[str]:
    """Whose the nearest event of the kind is, told before or after, and how far off."""
    if told is None:
        return [f"like_{where}=none"]
    stands, away = _stands(told[0], option), min(told[1], 4) if told[1] != 3 else 2
    return [f"like_{where}={stands}:{away}", f"like_{where}_of={kind}:{stands}"]
