"""When it happened: the trigger's own time, that of its clause or sentence, of the scene, or of the bulletin."""

from typing import Final

from services.extract.document import Why
from services.extract.stages import tree
from services.extract.stages.arguments.ownership import Mentions
from services.extract.stages.arguments.telling import SAY, Telling, head_of
from services.extract.stages.arguments.topic import Topic
from services.extract.stages.wordlists import word_list


def find_time(telling: Telling, tellings: list[Telling], mentions: Mentions) -> None:
    event, here = telling.event, telling.here
    time, rule = None, ""
    if telling.own_times:
        time, rule = telling.own_times[0], "attachment"
    if time is None:
        for above in tree.ancestors(telling.token):
            for other in tellings:
                if other.token.i == above.i and other.own_times and other is not telling:
                    time, rule = other.own_times[0], "clause"
            if time is not None:
                break
    if time is None:
        for candidate in mentions.times.get(here.sentence.index, ()):
            if here.sentence.span.covers(candidate.span) and not any(
                candidate is t for o in tellings for t in o.own_times
            ):
                head = head_of(here, candidate.span)
                verb = tree.clause_verb(head)
                if verb.lemma_.lower() in SAY and candidate.span.start > here.sentence.span.start + 3:
                    continue
                if verb.lemma_.lower() in SAY and candidate.precision == "day" and candidate.rule not in ("past_day",):
                    continue
                time, rule = candidate, "sentence"
                break
    if time is not None:
        event.time = time
        event.why.append(Why("when", f"arguments.{rule}", time.span))


_SCENE: Final = word_list("arguments", "scene")


_LASTING: Final = word_list("arguments", "lasting")


def find_scene_time(telling: Telling, tellings: list[Telling], topic: Topic) -> None:
    """Give the time of the scene that the sentence goes on telling of, or of the bulletin that it is an item of."""
    event = telling.event
    time, rule = None, ""
    if event.type in _SCENE:
        mine = {p.name for p in event.places}
        earlier = [t.event for t in tellings if t.token.i < telling.token.i and t.event.time is not None]
        sentence = telling.here.sentence
        near = [e for e in topic.dated if sentence.index - e.sentence <= 3 and sentence.paragraph == topic.paragraph]
        for other in [*reversed(earlier), *reversed(near)]:
            if other.time is not None and (not mine or mine & {p.name for p in other.places}):
                time, rule = other.time, "scene"
                break
    if time is None and topic.bulletin is not None and event.type not in _LASTING:
        time, rule = topic.bulletin, "bulletin"
    if time is not None:
        event.time = time
        event.why.append(Why("when", f"arguments.{rule}", time.span))
