"""Plain stand-ins for stages that are not in this tree; the pipeline takes a stage's own module where there is one."""

import re
from typing import Final

from services.extract.document import Document, Sentence, Span

_END: Final = re.compile(r"[^.!?\n]+[.!?\n]*[\"”’)]*\s*")


def clean(doc: Document) -> None:
    """Headline, blank line, body, as they came in."""
    title = (doc.raw_title or "").strip()
    doc.text = f"{title}\n\n{doc.raw_text}" if title else doc.raw_text
    doc.body_start = len(title) + 2 if title else 0
    doc.offsets = [(0, 0)]


def sentences(doc: Document) -> None:
    for match in _END.finditer(doc.text):
        if match.group().strip():
            end = match.start() + len(match.group().rstrip())
            role = "title" if end < doc.body_start else "body"
            span = Span(match.start(), end)
            doc.sentences.append(Sentence(len(doc.sentences), span, doc.text.count("\n", 0, span.start), role))


def _nothing(doc: Document) -> None:
    """Adds nothing."""


places = actors = times = numbers = syntax = triggers = arguments = modality = claims = _nothing
