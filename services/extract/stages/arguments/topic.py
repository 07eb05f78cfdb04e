"""What the text has been about, for what its sentences leave out: the last place, who acted last, a bulletin's day."""

import re
from collections import deque
from collections.abc import Sequence
from typing import Final

from services.extract.document import ActorMention, Document, EventMention, PlaceMention, Sentence, TimeMention
from services.extract.pattern import Pattern
from services.extract.stages.arguments.ownership import Mentions
from services.extract.stages.landmarks import goes_on, leads_there, lies_away, says_there
from services.extract.stages.wordlists import word_list

CAPITALS: Final = word_list("arguments", "capitals")
"""Named far more often for who speaks there than for what happens there."""


_BULLETIN: Final = Pattern(
    r"(over|in|during|for|within) the (past|last|previous) (day|24 hours|night)|as (of|at)|(over|during) the day|"
    r"in the course of|since (the (beginning|start) of the day|midnight|this morning)",
    re.IGNORECASE,
)
_DIGEST: Final = Pattern(
    r"\b(summary|digest|bulletin|round-?up|briefing|daily report|weekly report|"
    r"(morning|evening|operational) (report|information)|reports?$)",
    re.IGNORECASE,
)
_HEADER: Final = Pattern(r"[^.:;!?]{0,40}[:—–]")


class Topic:
    """What the text has been about: where the last event was, or the last place named."""

    def __init__(self) -> None:
        self.place: list[PlaceMention] = []
        self.recent: deque[PlaceMention] = deque(maxlen=_RECENT)
        """The settlements named last."""
        self.actor: ActorMention | None = None
        """Who acted last, within the paragraph."""
        self.dated: list[EventMention] = []
        """Events of the last sentences that have a time of their own."""
        self.bulletin: TimeMention | None = None
        """The day that the opening of a bulletin gives for its whole list."""
        self.digest = False
        """Whether the headline says that the text is a list of what one day or week brought."""
        self.told: deque[EventMention] = deque(maxlen=_TOLD)
        """The events with a place told last, in earlier sentences."""
        self.acted = -1
        self.paragraph = -1
        self.index = -1
        self.titled = False
        """Whether the place is the headline's, which the first sentences below it go on about."""

    def note(
        self, doc: Document, sentence: Sentence, words: str, events: list[EventMention], mentions: Mentions
    ) -> None:
        """Take a sentence into account, once its events have their arguments."""
        self.told.extend(e for e in events if e.places)
        self.recent.extend(p for p in mentions.places.get(sentence.index, ()) if p.kind == "settlement")
        if sentence.paragraph != self.acted:
            self.actor, self.acted = None, sentence.paragraph
        acted = [e.actor for e in events if e.actor is not None and e.actor.side is not None]
        if acted:
            self.actor = acted[-1]
        fresh = [e for e in events if e.time is not None and e.time.start is not None]
        if fresh:
            self.dated = fresh
        if self.bulletin is None and sentence.index <= 2:
            self._dated_list(sentence, words, mentions.times.get(sentence.index, ()), events)
        told = [
            e for e in events
            if any(_usable(p) and not leads_there(doc, p) and not (self.place and lies_away(doc, p)) for p in e.places)
            and e.why[-1].rule != "arguments.sentence" and e.type != "diplomacy"
        ]  # fmt: skip
        sector = next(
            (
                p
                for p in mentions.places.get(sentence.index, ())
                if p.relation == "direction" and p.span.start - sentence.span.start <= _OPENS
            ),
            None,
        )
        if sector is not None:
            self.place = [sector]
        elif told:
            self.place = goes_on(told[-1].places) or self._named(doc, sentence, mentions)[-1:]
        else:
            named = self._named(doc, sentence, mentions)
            if not named or events:
                return
            self.place = named if len({p.name for p in named}) >= _MANY else [_closest(named)]
        self.paragraph, self.index = sentence.paragraph, sentence.index
        self.titled = sentence.role == "title"

    def _named(self, doc: Document, sentence: Sentence, mentions: Mentions) -> list[PlaceMention]:
        return [
            p for p in goes_on(mentions.places.get(sentence.index, ()))
            if p.name not in CAPITALS and p.relation != "from"
            and not says_there(doc, p) and not leads_there(doc, p) and not (self.place and lies_away(doc, p))
        ]  # fmt: skip

    def _dated_list(
        self, sentence: Sentence, words: str, times: Sequence[TimeMention], events: list[EventMention]
    ) -> None:
        """Take the day of a list from how it opens: "As of 6 pm", "Sumy Oblast, 3 June:", or under a digest's title."""
        if sentence.role == "title" and _DIGEST.search(words):
            self.digest = True
        for time in times:
            if time.start is None or time.rule in ("now", "clock"):
                continue
            at = time.span.start - sentence.span.start
            header = at < 40 and _HEADER.match(words, at + len(time.phrase)) is not None and ":" in words[:80]
            if _BULLETIN.match(time.phrase) or self.digest or (header and not events):
                self.bulletin = time
                return

    def near(self, sentence: Sentence) -> bool:
        same = sentence.paragraph == self.paragraph or self.titled
        return same and sentence.index - self.index <= 3


def _closest(named: list[PlaceMention]) -> PlaceMention:
    """Return the last place named, or the one before it where the last only tells which area that one is in."""
    last = named[-1]
    if last.kind not in ("oblast", "raion", "region") or len(named) < 2:
        return last
    place = named[-2]
    inside = place.kind in ("settlement", "feature") and place.admin1 in (last.name, last.admin1)
    return place if inside and last.span.start - place.span.end <= _SITUATED else last


_RECENT: Final = 8
_TOLD: Final = 24
_OPENS: Final = 16
"""Characters within which a sector opens a sentence, and is what its paragraph is about: "In the X direction, …"."""
_MANY: Final = 4
"""Places named in one sentence of which none is what the text goes on about."""
_SITUATED: Final = 40
"""Characters within which an area that follows a town says where it lies: "Chaplyne, in Dnipropetrovsk region"."""


def _usable(place: PlaceMention) -> bool:
    """True for a place that later sentences can be about."""
    return place.kind != "country" and not place.adjective
