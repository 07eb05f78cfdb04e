"""Claims: who says an event, with what stance, how and when; from cues in the words around it.

After modality in the flow, before assemble. `speech.toml`, `speakers.toml` and `phrases.toml` are the lexicons; `cues`
finds attributions in a sentence, `sources` who speaks, `scopes` what is said, `answers` replies to earlier claims, and
`stage` puts them on the document and carries speakers on.
"""

import re
from functools import cache

from services.extract.pattern import Pattern
from services.extract.stages.claims.lexicon import lexicon
from services.extract.stages.claims.stage import claims, times_of_saying

__all__ = ["claims", "needs_parse", "times_of_saying"]


@cache
def _words() -> Pattern:
    return Pattern(rf"\b(?:{'|'.join(sorted(lexicon().trigger_words, key=len, reverse=True))})\b", re.IGNORECASE)


def needs_parse(sentence_text: str) -> bool:
    """Whether a sentence without an event should be parsed all the same, because somebody may say something in it.

    Sentences with "according to", colons and set phrases are read by their words and need none.
    """
    return _words().search(sentence_text) is not None
