"""The attribution cues of one sentence, from every kind of wording, none of which overlaps another.

Comes before `scopes`, which works out what each cue covers.
"""

import itertools

from services.extract.document import Span
from services.extract.stages.claims.colon import colon_cues
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.idioms import idiom_cues
from services.extract.stages.claims.lexicon import Lexicon
from services.extract.stages.claims.nominal import according_cues, account_cues, dash_cues, parenthesis_cues, so_cues
from services.extract.stages.claims.openings import opening_cues, opens
from services.extract.stages.claims.sources import Speakers
from services.extract.stages.claims.translated import translated_cues
from services.extract.stages.claims.verbs import verb_cues
from services.extract.stages.claims.words import Line


def cues_of(line: Line, speakers: Speakers, lexicon: Lexicon) -> list[Cue]:
    """Return the sentence's cues in order, each with its speaker; later ones know who spoke in earlier ones."""
    found: list[Cue] = []
    taken: list[Span] = []
    for maker in (
        according_cues,
        account_cues,
        idiom_cues,
        colon_cues,
        translated_cues,
        verb_cues,
        dash_cues,
        so_cues,
        parenthesis_cues,
    ):
        for cue in maker(line, speakers, lexicon):
            if not any(span.overlaps(cue.cue) for span in taken):
                found.append(cue)
                taken.append(cue.cue)
    if not found:
        found = opening_cues(line, speakers, lexicon)
    elif len(found) == 1 and opens(line, found[0]):
        found[0].whole = True
    found.sort(key=lambda cue: (cue.core.start, cue.cue.start))
    for said, account in itertools.pairwise(found):
        if account.kind == "account" and account.speaker.pronoun and account.core.start - said.core.end < 2:
            account.speaker = said.speaker  # "…, the ministry said in its daily bulletin"
    for cue in found:
        if cue.speaker.mention.kind != "narrator":
            speakers.remember(cue.speaker.mention)
    return found
