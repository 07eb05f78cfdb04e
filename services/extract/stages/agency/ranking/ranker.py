"""One article's ranking of sides: asked after the rules for each event that they leave open or are not sure of."""

from collections.abc import Callable, Sequence
from typing import Final

from services.extract.document import ActorMention, EventMention, Why
from services.extract.stages.agency.lexicon import words
from services.extract.stages.agency.ranking.features import features, seen_of
from services.extract.stages.agency.ranking.model import model
from services.extract.stages.agency.ranking.options import actor_of, options
from services.extract.stages.agency.ranking.survey import Survey
from services.extract.stages.agency.scene import Case, Scene
from services.extract.stages.arguments.ranking.model import Choice, Model, chosen

Watch = Callable[[EventMention, bool, str, Sequence[str | None], Sequence[Sequence[str]]], None]
"""Told of each event: whether it would be asked about, its actor's rule, its options, the features of each."""

_UNSURE: Final = frozenset(
    {"none", "agency.sole", "agency.pronoun", "agency.bare_force", "agency.accused", "agency.outside", "agency.usurped",
     "agency.by_phrase"}
)  # fmt: skip
"""Rules that are asked about. Whom the sentence itself names as the one who does it is right so often that weighing it
costs time and gains nothing."""
_CROWD: Final = 60
"""Actors in a sentence from which on the rules' choice stands: such lists are no prose."""


def rank(scene: Scene, by: Model | None = None, watch: Watch | None = None) -> None:
    """Give events the side that is clearly likelier than the rules', in place.

    `by` is the model where it is not the checked-in one; with `watch`, which is told of every event, sure ones too.
    What an event was given is not seen by those after it.
    """
    survey: Survey | None = None
    weights = model() if by is None else by
    moved: list[tuple[Case, str, str, Choice]] = []
    for event in scene.doc.events:
        rule = _rule(event)
        asked = rule in _UNSURE or event.actor is None or event.actor.side is None or _reference(event.actor)
        case = scene.case(event) if asked or watch is not None else None
        if case is None or len(case.here.actors) > _CROWD:
            continue
        survey = survey or Survey.of(scene)
        offered = options(scene.doc, case, survey.at_war)
        seen = seen_of(scene, survey, case, rule)
        names = [features(option, seen, not number) for number, option in enumerate(offered)]
        if watch is not None:
            watch(event, asked, rule, offered, names)
        choice = chosen(names, weights) if asked else None
        side = offered[choice.option] if choice is not None else None
        if choice is not None and side is not None:
            moved.append((case, rule, side, choice))
    for case, rule, side, choice in moved:
        if _freed_by_them(scene, case, side):
            continue
        _move(scene, case, rule, side, choice)


def _freed_by_them(scene: Scene, case: Case, side: str) -> bool:
    """True where a text in Ukraine's voice would have "freed" a place of Ukraine by Russia."""
    if case.event.type != "capture" or side != "RUS" or case.token.base_ not in words("freeing"):
        return False
    home = all(place.country == "UA" for place in case.event.places)
    return home and scene.speaker(case.event) is None and scene.voice == "UKR"


def _rule(event: EventMention) -> str:
    """Return what the event's actor rests on, `none` where it has none."""
    if event.actor is None:
        return "none"
    return next((why.rule for why in reversed(event.why) if why.slot == "actor"), "none")


def _reference(actor: ActorMention) -> bool:
    """True for a force whose side was read from another named before it: "the troops", "his men"."""
    return actor.rule == "forces_before"


def _move(scene: Scene, case: Case, rule: str, side: str, choice: Choice) -> None:
    event = case.event
    actor = actor_of(scene.doc, case, side)
    if actor is None:
        return
    if event.target is not None and event.target.span == actor.span:
        event.target = None
    event.actor = actor
    event.why.append(Why("actor", f"ranking over {rule} {choice.lead:+.2f}"))
    event.why += [Why("actor", f"ranking {name} {pull:+.2f}") for name, pull in choice.pulls]
    event.why.append(Why("actor", "agency.ranked", actor.span))
