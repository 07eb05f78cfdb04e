"""Background: what an article itself recalls of earlier days between a speaker's reports, which is not his.

Used by the stage when a sentence has no cue of its own. "A depot was hit, the governor said. The town was retaken in
May." Who brings news tells of the last days; whoever has told of such old things before, or tells in his own voice,
goes on with them.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from services.extract.document import ActorMention, Document, EventMention
from services.extract.stages.claims.lexicon import own_words
from services.extract.stages.claims.sources import is_common
from services.extract.stages.claims.words import Line

_LONG_AGO: Final = timedelta(days=21)
_HIS_OWN: Final = own_words()
"""What shows that a sentence goes on with somebody's words, however old the things that it tells of."""


def recalls(doc: Document, source: ActorMention, line: Line, events: Sequence[EventMention], began: int) -> bool:
    """True where a sentence dates its events long before publication, and `source` has dated none so before it.

    `began` is where the paragraph begins in which he speaks.
    """
    if (
        not events
        or doc.published is None
        or source.kind not in ("GOV", "MIL", "PROXY")
        or (is_common(source) and source.kind != "GOV")
    ):
        return False
    old = doc.published - _LONG_AGO
    first, here, last = (bisect_left(doc.times, at, key=lambda t: t.span.start) for at in (began, line.start, line.end))
    ends = [time.end for time in doc.times[here:last] if time.end is not None]
    if not ends or max(ends) >= old or line.quotes or _HIS_OWN.search(line.text):
        return False
    return not any(time.end is not None and time.end < old for time in doc.times[first:here])
