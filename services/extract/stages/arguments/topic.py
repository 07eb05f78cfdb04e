"""What the text has been about, for what its sentences leave out: the last place, who acted last, a bulletin's day."""

import re
from typing import Final

from services.extract.document import ActorMention, EventMention, PlaceMention, Sentence, TimeMention
from services.extract.stages.arguments.ownership import Mentions
from services.extract.stages.landmarks import goes_on
from services.extract.stages.wordlists import word_list

CAPITALS: Final = word_list("arguments", "capitals")
"""Named far more often for who speaks there than for what happens there."""


_BULLETIN: Final = re.compile(
    r"(over|in|during|for|within) the (past|last|previous) (day|24 hours|night)|as of|(over|during) the day|"
    r"in the course of",
    re.IGNORECASE,
)


class Topic:
    """What the text has been about: where the last event was, or the last place named."""

    def __init__(self) -> None:
        self.place: list[PlaceMention] = []
        self.actor: ActorMention | None = None
        """Who acted last, within the paragraph."""
        self.dated: list[EventMention] = []
        """Events of the last sentences that have a time of their own."""
        self.bulletin: TimeMention | None = None
        """The day that the opening of a bulletin gives for its whole list."""
        self.acted = -1
        self.paragraph = -1
        self.index = -1

    def note(self, sentence: Sentence, events: list[EventMention], mentions: Mentions) -> None:
        if sentence.paragraph != self.acted:
            self.actor, self.acted = None, sentence.paragraph
        acted = [e.actor for e in events if e.actor is not None and e.actor.side is not None]
        if acted:
            self.actor = acted[-1]
        fresh = [e for e in events if e.time is not None and e.time.start is not None]
        if fresh:
            self.dated = fresh
        if self.bulletin is None and sentence.index <= 2:
            for time in mentions.times.get(sentence.index, ()):
                if _BULLETIN.match(time.phrase) and time.start is not None:
                    self.bulletin = time
        told = [e for e in events if any(_usable(p) for p in e.places) and e.why[-1].rule != "arguments.sentence"]
        if told:
            self.place = goes_on(told[-1].places) or self.place
        else:
            named = [p for p in goes_on(mentions.places.get(sentence.index, ())) if p.name not in CAPITALS]
            if not named or events:
                return
            self.place = named[-1:]
        self.paragraph, self.index = sentence.paragraph, sentence.index

    def near(self, sentence: Sentence) -> bool:
        return sentence.paragraph == self.paragraph and sentence.index - self.index <= 3


def _usable(place: PlaceMention) -> bool:
    """True for a place that later sentences can be about."""
    return place.kind != "country" and not place.adjective
