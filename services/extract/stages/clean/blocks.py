"""Line by line: what is page and what is article.

Blocks of related headlines, comment forms, time stamps, tag lists, menus and bylines go; captions stay, once, without
their credits. Within a paragraph the same noise is cut where it stands: mostly at its end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.clean.noise import OPENER, WEAK, noise_at, run_at
from services.extract.stages.clean.tracked import Edit, Tracked

_LINE: Final = Pattern(r"[^\n]+")
_BOUNDARY: Final = Pattern(
    r"[.!?…|▪·*–—\"”)\],-](?:(?<=[.!?…])[\"”')\]]{0,3}\s{0,2}|(?<=\|)\|*\s?|(?<=\s[▪·*–—-])(?P<apart>\s)"
    r"|(?<=[\"”)\]])\s+|(?<=[,\"”])(?=\())"
)
_PROSE_END: Final = Pattern(r"[.!?…:;,][\"”'’)\]]{0,3}$")
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_STAMP_WORD: Final = Pattern(
    rf"(?:{_MONTH}|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}}|a\.?m|p\.?m|gmt|utc|msk|est|edt|cet|eest|kyiv|moscow|"
    rf"time|at|on|of|last|"
    r"updated?|published|posted|modified|date|ago|hours?|min|minutes?|\d{1,4}(?:st|nd|rd|th)?|\d{1,2}h\d\d|t\d\d)$",
    re.IGNORECASE,
)
_CLOCK_OR_YEAR: Final = Pattern(r"\d(?<!\w\d)(?:(?<=1)9\d\d|(?<=2)0\d\d|\d?[:h]\d\d)\b")  # a search skips to figures
_BYLINE: Final = Pattern(
    r"(?:[Bb]y|BY|Text by|Story by|Report by|Author ?:|Reporter ?:|Written by) "
    r"((?:[A-ZÀ-ÖА-Я][\w.'’-]*|and|&|de|van|von|in|for|,)(?:[ ,]+(?:[A-ZÀ-ÖА-Я][\w.'’-]*|and|&|de|van|von|in|"
    r"for)){0,12})[.,]?$"
)
_MENU: Final = Pattern(r"(?:Home|Menu|News|World)(?: ?[|>»/›] ?[A-Z][\w&-]*(?: [\w&-]+){0,2}){1,6}")
_ICONS: Final = Pattern(
    r"\w*icon\w*|chevron|hamburger|dropdown|fullscreen|full|menu|close|arrow\w*|logo|svg", re.IGNORECASE
)
_CREDIT: Final = Pattern(
    r"photo|image|picture|credit|handout|screenshot|©|getty|reuters|\bafp\b|\bepa\b|associated press|anadolu|"
    r"sputnik|ukrinform|unian|pool",
    re.IGNORECASE,
)
_CAPTION_LABEL: Final = Pattern(
    r"(?:(?:(?:Image|Photo|Picture|Video) caption ?[:,]|(?:Caption|In the (?:photo|picture|image)|Pictured) ?:) ?)",
    re.IGNORECASE,
)
_INNER_LABEL: Final = Pattern(r"[.!?…][\"”')]{0,2} ((?:Image|Photo|Picture|Video) caption ?: ?)")
_BRACKET: Final = Pattern(r"\[([^\[\]\n]{0,80})\]")
_NOTE: Final = Pattern(
    r"\d{1,3}|[a-z]|note \d{1,3}|embedded content|citation needed|inaudible|crosstalk", re.IGNORECASE
)
"""What stands in brackets of its own and is no word of the text: a footnote's number, a player that is not there."""
_BARS: Final = Pattern(r"(?: ?\|[| ]*)+(?=\n|$)|(?<=\n)[| ]+|^[| ]+")
_BULLET: Final = Pattern(r"[•▪◦●■*\u2013\u2014-]\s|\d{1,2}[.)]\s")
_TOLD: Final = Pattern(r"[^\W_]+")
_UNTOLD: Final = bytes(code for code in range(256) if not bytes([code]).decode("cp1252", "replace").isalnum())
"""The rest of the characters of western Europe, which is left out of what is compared."""
_WORD: Final = Pattern(r"[\w.]*\w")
_HEADINGS: Final = frozenset({"trending", "international", "europe", "world", "advertisement"})
_SHORT: Final = 320
"""Longest line that may be a caption or a headline, in characters."""


@dataclass(slots=True)
class Found:
    """What the lines gave away beside the text; spans are offsets into the raw text."""

    captions: list[tuple[int, int]] = field(default_factory=list)
    byline: str | None = None
    notes: list[str] = field(default_factory=list)


def is_prose(line: str) -> bool:
    """A sentence or more: as long as one, and ended like one."""
    words = line.count(" ") + 1
    return (words >= 7 and bool(_PROSE_END.search(line)) and not line.endswith("?")) or words >= 30


def fold(line: str) -> str:
    """The line for comparison: letters and digits, lower-cased."""
    low = line.lower()
    try:
        return low.encode("cp1252").translate(None, _UNTOLD).decode("cp1252")
    except UnicodeEncodeError:
        return "".join(_TOLD.findall(low))


def blocks(text: Tracked, title: str | None, found: Found) -> bool:
    """Cut the noise out of `text`, and return whether there was any."""
    changed = text.apply(_lines(text, title, found))
    changed |= text.apply(_brackets(text.text))
    if "|" in text.text or "\n " in text.text or text.text.startswith(" "):
        changed |= text.apply((m.start(), m.end(), "") for m in _BARS.finditer(text.text))
    return changed


def _brackets(text: str) -> Iterator[Edit]:
    """Stray square brackets: the words that an editor put in them stay."""
    for match in _BRACKET.finditer(text):
        if _NOTE.fullmatch(match.group(1).strip()):
            yield match.start(), match.end(), ""
            continue
        yield match.start(), match.start() + 1, ""
        yield match.end() - 1, match.end(), ""


def _lines(text: Tracked, title: str | None, found: Found) -> Iterator[Edit]:
    whole = text.text
    spans = [match.span() for match in _LINE.finditer(whole)]
    labels = " caption" in whole
    seen = {fold(title)} if title else set()
    in_block = after_noise = False
    for number, (start, end) in enumerate(spans):
        line = whole[start:end].strip()
        key = fold(line) if len(line) <= 4 * _SHORT else line
        if not key:
            if not line.strip(" .…-–—*•▪·|_=~") and len(line) > 1:
                yield start, end, ""
            continue
        repeated = key in seen and line.count(" ") >= 2
        if repeated or _is_furniture(line, found):
            above = fold(whole[slice(*spans[number - 1])]) if number and repeated else ""
            if above == key and _adjacent(whole, spans, number) and not is_prose(line):
                _mark(text, spans[number - 1], found)
            yield start, end, ""
            after_noise = True
            in_block = in_block or _is_header(line)
            continue
        seen.add(key)
        weak = WEAK.match(line)
        if (after_noise and weak and weak.end() == len(line)) or (
            in_block and not is_prose(line) and not _BULLET.match(line)
        ):
            yield start, end, ""
            after_noise = True
            in_block = in_block or _is_header(line)
            continue
        if in_block and not is_prose(line):
            yield start, end, ""
            continue
        in_block = False
        label = _CAPTION_LABEL.match(line)
        if label:
            yield start, start + label.end(), ""
            stop = _first_end(whole, start + label.end(), end)
            _mark(text, (start + label.end(), stop), found)
        elif labels:
            for inner in _INNER_LABEL.finditer(whole, start, end):
                yield inner.start(1), inner.end(1), ""
                _mark(text, (inner.end(1), _first_end(whole, inner.end(1), end)), found)
        cuts = list(_cuts(whole, start + (label.end() if label else 0), end))
        yield from cuts
        gone = sum(b - a for a, b, _ in cuts)
        after_noise = gone >= len(line)
        if after_noise and _is_header(line):
            in_block = True
        if cuts and len(spans) > 1 and len(line) <= _SHORT:
            _captions_by_credit(text, spans, number, cuts, gone >= len(line), found)


def _is_header(line: str) -> bool:
    """An opener with nothing behind it: "SEE ALSO:"."""
    opener = OPENER.match(line)
    return bool(opener) and len(line) - (opener.end() if opener else 0) <= 2


def _cuts(text: str, start: int, end: int) -> Iterator[Edit]:
    """The noise within one line: from where it begins to where prose resumes."""
    cut_to = start
    columns: set[str] = set()
    for begin in _begins(text, start, end):
        if begin < cut_to:
            continue
        stop = run_at(text, begin, end)
        if stop <= begin:
            if "|" in text[max(start, begin - 2) : begin]:
                bar = text.find("|", begin, end)
                column = fold(text[begin : bar if bar >= 0 else end])
                if column and column in columns:
                    stop = bar if bar >= 0 else end
            if stop <= begin:
                continue
        rest = text[stop:end].strip()
        if rest and len(rest) <= 48 and not _PROSE_END.search(rest) and noise_at(text, begin) > begin:
            stop = end
        if begin == start or "|" in text[stop : stop + 3]:
            columns.add(fold(text[start:begin].split("|")[0]))
        yield begin, stop, ""
        cut_to = stop


def _begins(text: str, start: int, end: int) -> Iterator[int]:
    yield start
    at = start
    for match in _BOUNDARY.finditer(text, start, end):
        if match.start() > at or match["apart"] is None:  # the blank before a dash is not the one behind a stop
            at = match.end()
            yield at


def _is_furniture(line: str, found: Found) -> bool:
    """Time stamps, bylines, tag lists, icon names: lines that say nothing of the war."""
    if len(line) > 240:
        return False
    if _WORD.search(line) is None:
        return False
    if _CLOCK_OR_YEAR.search(line):
        tokens = _WORD.findall(line)
        if len(tokens) <= 14 and all(_STAMP_WORD.match(t) for token in tokens for t in token.split(".") if t):
            return True
    if _MENU.fullmatch(line) and len(_WORD.findall(line)) <= 12:
        return True
    parts = [part.strip() for part in line.split("|")]
    byline = _BYLINE.match(line) or (_BYLINE.match(parts[0]) if len(parts) > 1 and not is_prose(line) else None)
    if byline:
        found.byline = found.byline or byline.group(1).rstrip(" ,.")
        return True
    if "icon" in line.lower():
        tokens = _WORD.findall(line)
        icons = sum(1 for token in tokens if _ICONS.fullmatch(token))
        if icons >= 2 and icons * 2 >= len(tokens):
            return True
    weak = WEAK.match(line)
    if weak and weak.end() < len(line):
        rest = line[weak.end() :]
        while rest and (weak := WEAK.match(rest)) and weak.end():
            rest = rest[weak.end() :]
        if not rest and len(_WORD.findall(line)) <= 8:
            return True
    return _is_tag_list(line) or line.lower() in _HEADINGS


def _is_tag_list(line: str) -> bool:
    items = line.split(",")
    return (
        len(items) >= 4
        and not _PROSE_END.search(line)
        and all(0 < item.strip().count(" ") + 1 <= 3 for item in items)
        and all(item.strip()[:1].islower() or item.strip()[:1].isdigit() for item in items)
    )


def _adjacent(text: str, spans: list[tuple[int, int]], number: int) -> bool:
    return text[spans[number - 1][1] : spans[number][0]].count("\n") <= 1


def _first_end(text: str, start: int, end: int) -> int:
    match = Pattern(r"[.!?](?=\s|$)|\(").search(text, start, end)
    return match.start() if match else end


def _mark(text: Tracked, span: tuple[int, int], found: Found) -> None:
    start, end = span
    if start < end:
        found.captions.append((text.origin[start], text.origin[end - 1] + 1))


def _captions_by_credit(
    text: Tracked, spans: list[tuple[int, int]], number: int, cuts: list[Edit], all_gone: bool, found: Found
) -> None:
    """A credit makes the line it ends a caption; a line of its own makes one of the lines right above it."""
    whole = text.text
    start, end = spans[number]
    if not _CREDIT.search(whole, cuts[0][0], cuts[-1][1]):
        return
    if not all_gone:
        kept = [start, *[n for a, b, _ in cuts for n in (a, b)], end]
        for a, b in zip(kept[::2], kept[1::2], strict=True):
            if whole[a:b].strip(" .|") and whole[a:b].count(". ") <= 2:
                _mark(text, (a, b), found)
        return
    above = number
    while (
        above
        and number - above < 2
        and _adjacent(whole, spans, above)
        and spans[above - 1][1] - spans[above - 1][0] <= _SHORT
    ):
        above -= 1
        _mark(text, spans[above], found)
    if above == number == 0 and len(spans) > 2 and not _adjacent(whole, spans, 1):
        below = spans[1]
        if below[1] - below[0] <= _SHORT and whole.count(". ", *below) <= 1 and not _adjacent(whole, spans, 2):
            _mark(text, below, found)
