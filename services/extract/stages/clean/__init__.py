"""Clean: the first stage. From what came in to the text that all later stages read, with a map back.

    characters -> dateline -> noise (blocks, lines, ends of paragraphs) -> glued words -> spaces, until nothing changes
    then the headline, the captions, and the map

It errs on the side of keeping: what is not plainly page furniture stays.
"""

from bisect import bisect_left
from typing import Final

from services.extract.document import Document, Span
from services.extract.stages.clean.blocks import Found, blocks
from services.extract.stages.clean.characters import characters, spaces
from services.extract.stages.clean.dateline import dateline_at_start
from services.extract.stages.clean.glue import unglue
from services.extract.stages.clean.headline import cleaned_title, headline_length
from services.extract.stages.clean.tracked import Tracked

_ROUNDS: Final = 10
"""Taking something away may bare something else; more layers than this are nobody's page."""

_FIRST_LINES: Final = 8
"""A dateline stands at the head of the text, below a headline, a deck and a caption at most."""


def clean(doc: Document) -> None:
    """Set `text`, `body_start`, `offsets`, `captions`, `dateline`, `dateline_date`, `byline` and `notes` of `doc`.

    `text` is the headline, a blank line and the body, or the body alone. `offsets` pairs (offset into the body, offset
    into `raw_text`) where the two begin to run apart; a headline that was the first line of `raw_text` has no pairs.
    """
    title = cleaned_title(doc.raw_title)
    body = Tracked(doc.raw_text)
    found = Found()
    _settle(doc, body, title, found)
    if not title:
        length = headline_length(body.text)
        if length:
            title = cleaned_title(body.text[:length])
            body.keep(length, len(body.text))
            _settle(doc, body, title, found)
    doc.body_start = len(title) + 2 if title else 0
    doc.text = f"{title}\n\n{body.text}" if title else body.text
    doc.offsets = body.pairs()
    doc.captions = _captions(body, found, doc.body_start)
    doc.byline = found.byline
    if len(doc.raw_text) >= 200 and len(body.text) < len(doc.raw_text.strip()) * 0.4:
        doc.notes.append(f"cleaning left {len(body.text)} of {len(doc.raw_text)} characters")


def _settle(doc: Document, body: Tracked, title: str, found: Found) -> None:
    quiet: str | None = None  # the text in which no noise was found last
    whole: str | None = None  # that in which nothing was found glued together
    trim: str | None = None  # that in which no blank was too many

    for _ in range(_ROUNDS):
        changed = characters(body)
        if body.text != trim:
            changed |= spaces(body)
            trim = body.text
        changed |= _dateline(doc, body)
        if body.text != quiet:
            noisy = blocks(body, title or None, found)
            changed |= noisy
            quiet = None if noisy else body.text
        if body.text != whole:
            glued = unglue(body)
            changed |= glued
            whole = None if glued else body.text
        if body.text != trim:
            changed |= spaces(body)
            trim = body.text
        if not changed:
            return
    doc.notes.append("cleaning was still finding noise when it was stopped")


def _dateline(doc: Document, body: Tracked) -> bool:
    at = 0
    for _ in range(_FIRST_LINES):
        end = body.text.find("\n", at)
        line = body.text[at : end if end >= 0 else min(len(body.text), at + 400)]
        hit = dateline_at_start(line[:400], doc.published)
        if hit and len(line) - hit[0] >= 20:
            length, words, day = hit
            doc.dateline = doc.dateline or words or None
            doc.dateline_date = doc.dateline_date or day
            return body.apply([(at, at + length, "")])
        if end < 0:
            break
        at = end + 1
    return False


def _captions(body: Tracked, found: Found, shift: int) -> list[Span]:
    spans: list[Span] = []
    for raw_start, raw_end in sorted(set(found.captions)):
        start, end = bisect_left(body.origin, raw_start), bisect_left(body.origin, raw_end)
        words = body.text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if start < end and (not spans or spans[-1].end <= start + shift):
            spans.append(Span(start + shift, end + shift))
    return spans
