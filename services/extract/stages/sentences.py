"""Sentences: the cleaned text cut where one statement ends and the next begins. After `clean`, before `places`.

A splitter of its own, by rule: the parser's is slower and is misled by datelines, abbreviated ranks, headings without
a full stop and bulletins. Abbreviations and the like are in `sentences.toml`.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.extract.document import Document, Sentence, Span
from services.extract.pattern import Pattern

_RULES: Final = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
_BEFORE_NAME: Final = frozenset(_RULES["before_name"])
_BEFORE_NUMBER: Final = frozenset(_RULES["before_number"])
_NEVER_LAST: Final = frozenset(_RULES["never_last"])
_STARTERS: Final = frozenset(_RULES["starters"])

_LINE: Final = re.compile(r"[^\n]+")
_STOP: Final = Pattern(r"([.!?…](?<![.!?…]{2})[.!?…]{0,11})([\"”'’)\]]{0,6})(\s+)")
_BULLETS: Final = "•▪◦●■"
_STOP_OR_BULLET: Final = Pattern(rf"{_STOP.pattern}|\s+(?=[{_BULLETS}]\s)")
"""Begins at a blank, too, so that it is tried at far more characters."""
_BULLET: Final = re.compile(r"\s*(?:[•▪◦●■*]|[-–—](?=\s)|\(?\d{1,2}[.)](?=\s+\D))\s*")
_STAMP_ONLY: Final = re.compile(
    r"\(?\d{1,2}(?:[:.]\d\d)?\)?[.)]?$|\d{1,2}[:.]\d\d\s?(?:a\.?m|p\.?m)?\.?$", re.IGNORECASE
)
_WORD_BEFORE: Final = re.compile(r"[\w'’.-]*$")
_NEXT: Final = re.compile(r"[\"“'‘(\[]*(\w+)?")
_CLAUSE: Final = re.compile(r"[;:](?=\s)|,(?=\s)|\s[–—-]\s|\s")

LONGEST: Final = 2000
"""Characters in a sentence; a longer one is cut at clause punctuation in its second half, or else anywhere."""


def sentences(doc: Document) -> None:
    """Fill `doc.sentences`. Every character other than white space is in exactly one of them."""
    caption_starts = [span.start for span in doc.captions]
    paragraph, cut = -1, 0
    bullets = [mark for mark in _BULLETS if mark in doc.text]
    ends = _STOP_OR_BULLET if bullets else _STOP
    for line in _LINE.finditer(doc.text):
        if line.group().isspace():
            continue
        paragraph += 1
        for start, end in _of_line(doc.text, line.start(), line.end(), ends):
            pieces = list(_pieces(doc.text, start, end))
            cut += len(pieces) > 1
            for a, b in pieces:
                role = _role(doc, a, b, line.start(), caption_starts)
                doc.sentences.append(Sentence(len(doc.sentences), Span(a, b), paragraph, role))
    if cut:
        doc.notes.append(f"{cut} sentence{'s were' if cut > 1 else ' was'} longer than {LONGEST} characters and cut")


def _role(doc: Document, start: int, end: int, line_start: int, caption_starts: list[int]) -> str:
    if start < doc.body_start:
        return "title"
    at = bisect_right(caption_starts, start) - 1
    for span in doc.captions[max(at, 0) : at + 2]:
        if span.start < end and start < span.end:
            return "caption"
    mark = _BULLET.match(doc.text, line_start)
    if mark and mark.group().strip() and not _STAMP_ONLY.match(doc.text[line_start : mark.end()].strip() + "x"):
        return "bullet"
    return "bullet" if doc.text[start] in _BULLETS else "body"


def _of_line(text: str, start: int, end: int, ends: Pattern) -> Iterator[tuple[int, int]]:
    """The sentences of one line, trimmed; a clock stamp or a list number goes with what follows it.

    `ends` finds where one may end.
    """
    at = start
    for match in ends.finditer(text, start, end):
        if match.end() >= end or (match.group(1) and not _ends_here(text, match, at)):
            continue
        stop = match.end(2) if match.group(1) else match.start()
        if stop - at <= 12 and _STAMP_ONLY.match(text[at:stop].strip()):
            continue
        if text[at:stop].strip():
            yield _trim(text, at, stop)
        at = match.end()
    if text[at:end].strip():
        yield _trim(text, at, end)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends_here(text: str, match: re.Match[str], sentence_start: int) -> bool:
    """Whether the full stop (or the like) at `match` ends a sentence."""
    stops, closing = match.group(1), match.group(2)
    following = _NEXT.match(text, match.end())
    word = (following.group(1) or "") if following else ""
    opening = text[match.end() : match.end() + 1]
    if word and word[0].islower():
        return False  # "…," he said; an abbreviation; an ellipsis in mid-sentence
    if stops != "." or closing:
        return bool(word or opening) and not (stops[0] in ".…" and len(stops) > 1 and not word)
    before = _WORD_BEFORE.search(text, max(sentence_start, match.start() - 24), match.start())
    last = before.group().lstrip("'’-.") if before else ""
    lowered = last.lower()
    if len(last) == 1 and last.isalpha() and last.isupper():
        return word in _STARTERS and last != "I" and text[max(0, match.start() - 3) : match.start() - 1] != ". "
    if lowered in _NEVER_LAST:
        return False
    if lowered in _BEFORE_NAME:
        return not word[:1].isupper() and not word[:1].isdigit()
    if lowered in _BEFORE_NUMBER:
        return not word[:1].isdigit() and word in _STARTERS
    if "." in last and len(last) <= 6 and not any(c.isdigit() for c in last):
        return word in _STARTERS or opening in '"“'  # U.S., a.m., e.g.
    return True


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        best = {1: 0, 2: 0, 3: 0}
        for match in _CLAUSE.finditer(text, start + LONGEST // 2, start + LONGEST):
            mark = match.group()[0]
            best[1 if mark in ";:" else 2 if mark == "," or len(match.group()) > 1 else 3] = match.end()
        cut = best[1] or best[2] or best[3] or start + LONGEST
        yield _trim(text, start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end
