"""Arguments: who, to whom, where, when, how many and with what. After triggers, before modality.

Roles come from the frame (`actor = "subject"`, `place = ["prep.from"]`); what no role names is given by attachment: a
mention of a place, a time or a figure belongs to the nearest trigger above it in the parse, then to the clause, then to
the sentence, then to what the paragraph has been about.
"""

from typing import Final

from services.extract.document import Document, EventMention, Sentence
from services.extract.stages.arguments.actors import find_actors, share_actors, side_of_sky
from services.extract.stages.arguments.gapping import share_verbs
from services.extract.stages.arguments.manner import find_extent, find_means
from services.extract.stages.arguments.ownership import Mentions, clause_of, share_out
from services.extract.stages.arguments.places import find_places
from services.extract.stages.arguments.ranking import Model, Ranker, Watch
from services.extract.stages.arguments.telling import Telling, token_at
from services.extract.stages.arguments.times import date_headline, find_scene_time, find_time
from services.extract.stages.arguments.topic import Topic
from services.extract.stages.figures import figures_of
from services.extract.stages.triggers import noun_reading
from services.extract.stages.triggers.conditions import Context, arguments_of, by_sentence, context
from services.extract.stages.triggers.lexicon import Frame, frames

_FRAMES: Final[dict[str, Frame]] = {}


def _frame(name: str) -> Frame:
    if not _FRAMES:
        _FRAMES.update({f.name: f for f in frames()})
    return _FRAMES[name]


def arguments(doc: Document, by: Model | None = None, watch: Watch | None = None) -> None:
    """Fill in actor, target, places, time, extent, means and figures of every event mention, and its clause.

    `by` is the model that ranks places where it is not the checked-in one; `watch` is told what it ranks.
    """
    told: dict[int, list[EventMention]] = {}
    for event in doc.events:
        told.setdefault(event.sentence, []).append(event)
    mentions = Mentions(
        by_sentence(doc, doc.places),
        by_sentence(doc, doc.actors),
        by_sentence(doc, doc.times),
        by_sentence(doc, doc.numbers),
    )
    topic = Topic()
    ranker = Ranker(doc, mentions.places, by, watch)
    repeated: list[EventMention] = []
    for sentence in doc.sentences:
        events = told.get(sentence.index)
        if events and sentence.parse is not None:
            repeated += _sentence(doc, sentence, events, topic, mentions, ranker)
        topic.note(doc, sentence, doc.words(sentence.span), events or [], mentions)
    if repeated:
        doc.events = sorted([*doc.events, *repeated], key=lambda event: event.trigger)
    date_headline(doc, doc.events)


def _sentence(
    doc: Document, sentence: Sentence, events: list[EventMention], topic: Topic, mentions: Mentions, ranker: Ranker
) -> list[EventMention]:
    """Fill in the arguments of the sentence's events; return the events that share their verbs."""
    here: Context = sentence.context or context(doc, sentence, mentions.places, mentions.actors)
    tellings = []
    for event in events:
        frame = _frame(event.frame)
        token = token_at(here, event.trigger.start)
        noun = frame.pos == "noun" or (frame.pos == "any" and noun_reading(token))
        args = arguments_of(token, noun, subject_of=frame.actor == "of")
        tellings.append(Telling(event, frame, token, args, here))
    by_token = {t.token.i: t for t in tellings}
    share_out(here, tellings, by_token, mentions)
    for telling in tellings:
        telling.event.clause = clause_of(telling)
        find_actors(telling, topic)
    for telling in tellings:
        find_places(telling, tellings, topic, ranker)
        side_of_sky(telling.event)
        find_time(telling, tellings, mentions)
        if telling.event.time is None:
            find_scene_time(telling, tellings, topic)
        find_extent(telling)
        find_means(telling)
        figures_of(telling.event, telling.own_numbers, telling.frame.what, doc)
    share_actors(tellings)
    return share_verbs(tellings, mentions.times.get(sentence.index, ()), mentions.numbers.get(sentence.index, ()))
