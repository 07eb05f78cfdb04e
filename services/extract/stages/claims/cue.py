"""One attribution in one sentence: who, how, and on which side of the words what is said stands."""

from dataclasses import dataclass
from typing import Final

from services.contracts.taxonomy import Act, Stance
from services.extract.document import ActorMention, Span
from services.extract.stages.claims.sources import Spoken
from services.extract.stages.tree import Token

NARRATOR_NAME: Final = "narrator"


@dataclass(init=False, slots=True)
class Cue:
    """One attribution in one sentence. `core` spans speaker and cue; `left` and `right` say where the words stand."""

    kind: str
    act: Act
    stance: Stance
    cue: Span
    speaker: Spoken
    core: Span
    left: bool
    right: bool
    token: Token | None
    via: str | None
    others: tuple[ActorMention, ...]
    """Further speakers of the same words: "Mediazona and the BBC report"."""
    participle: bool
    passive: bool
    whole: bool
    """The cue speaks for what follows in the paragraph too: a bulletin's opening, "Name: …"."""

    def __init__(
        self,
        kind: str,
        act: Act,
        stance: Stance,
        cue: Span,
        speaker: Spoken,
        core: Span,
        left: bool = False,
        right: bool = False,
        token: Token | None = None,
        passive: bool = False,
        whole: bool = False,
    ) -> None:
        self.kind = kind
        self.act = act
        self.stance = stance
        self.cue = cue
        self.speaker = speaker
        self.core = core
        self.left = left
        self.right = right
        self.token = token
        self.via = None
        self.others = ()
        self.participle = False
        self.passive = passive
        self.whole = whole


def narrator(span: Span) -> ActorMention:
    """The article itself as the one who says so."""
    return ActorMention(span, NARRATOR_NAME, NARRATOR_NAME, None, None, "narrator", can_speak=True, rule="narrator")
