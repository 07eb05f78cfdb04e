"""The account of one walk: which event it reads, the state that has come of the words so far, and those words.

Made by `walk`; every other part of the walk reads it and puts effects on it.
"""

from services.extract.stages.modality.compose import Effect, State, compose
from services.extract.stages.modality.lexicon import Lexicon, lexicon
from services.extract.stages.tree import Token

Evidence = list[tuple[str, Token]]


class Account:
    """One event's walk. `state` and `evidence` hold the outcome when it has ended."""

    def __init__(self, start: Token, inside: frozenset[int], event_type: str) -> None:
        self.lexicon: Lexicon = lexicon()
        self.words = self.lexicon.words
        self.start = start
        """The event's word from which the walk goes up."""
        self.inside = inside
        """Numbers of all the event's own words."""
        self.event_type = event_type
        self.state: State = "actual"
        self.evidence: Evidence = []
        self.seen_future = False
        self.hearsay = False
        self.dated = False
        """The event dates another one: "since the capture of the town"."""

    def apply(self, effect: Effect, token: Token) -> None:
        """Put one effect on top of the state; an attempt at an assault is the assault."""
        if effect == "attempt" and self.event_type in self.words["attempted_types"]:
            self.evidence.append(("attempt", token))
            return
        if effect == "believed" and self.state == "intended" and not self.seen_future:
            return
        if effect == "negated" and self.event_type == "destruction" and self._lacking(token):
            return
        if effect == "negated" and self.event_type == "casualties" and self.start.base_ == "survive":
            return  # who did not survive
        if effect != "actual":
            self.evidence.append((effect, token))
        self.state = compose(effect, self.state)

    def _lacking(self, token: Token) -> bool:
        """Whether what is negated is light, heat or being whole: "has no power", "not one house is undamaged"."""
        behind = {t.lower_ for t in token.doc[token.i + 1 : token.i + 5]}
        return not behind.isdisjoint(self.words["lack_words"]) or not behind.isdisjoint(self.words["whole"])

    def children(self, token: Token) -> list[Token]:
        """Return the words that hang on `token` and are not the event's own."""
        return [child for child in token.children if child.i not in self.inside]
