"""Characters that carry no words: markup, entities, soft hyphens, zero-width and bidirectional controls, emoji, and
the many kinds of space and quote. The first step of cleaning."""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from services.extract.stages.clean.tracked import Edit, Tracked

_ONE_TO_ONE: Final = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\t\v\f" + "".join(map(chr, range(0x2000, 0x200B))), " "),
        **dict.fromkeys("\r\u0085\u2028\u2029", "\n"),
        **dict.fromkeys("\u2019\u2018\u02bc\u2032\u00b4\u201b\uff07`", "'"),
        **dict.fromkeys("\u00ab\u201e\u201f", "\u201c"),
        **dict.fromkeys("\u00bb", "\u201d"),
        **dict.fromkeys("\u2010\u2011", "-"),
        "\u2015": "\u2014",
        "\uff0c": ",",
        "\uff1a": ":",
    }
)  # fmt: skip
_SCRIPT: Final = re.compile(r"<(script|style|noscript|iframe|svg)\b[^<>]{0,500}>", re.IGNORECASE)
_BLOCK: Final = frozenset(
    (  # noqa: SIM905
        "p br div li ul ol h1 h2 h3 h4 h5 h6 tr td th table article section header footer aside nav figure figcaption "
        "blockquote body html head title hr main form"
    ).split()
)
_TAG: Final = re.compile(r"<!--|</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]{0,500}>|<![a-zA-Z][^<>]{0,200}>")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
_NOTHING: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\\ud800-\\udfff\U000e0000-\U000e0fff]+"
)
_EMOJI: Final = re.compile(
    "[\u203c\u2049\u20e3\u2139\u231a-\u23ff\u25b2-\u25cb\u25d0-\u25ff\u2600-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff]+"
)
_COMBINED: Final = re.compile("[A-Za-z][\u0300-\u036f]{1,4}")
# Runs of blanks, one at either end of a line, what stands at the ends of the text, and runs of three line ends:
# all of it begins with one of two characters, which a search skips to.
_SPACES: Final = re.compile(r"[ \n](?:(?<= )(?: +|(?=\n)|(?<=\n ))|(?<=\A[ \n])[ \n]*|[ \n]*\Z|(?<=\n)\n{2,})")
_PLAIN_ASCII: Final = bytes(sorted({10, *range(32, 127)} - set(b"`<&")))
_PLAIN: Final = frozenset(_PLAIN_ASCII.decode() + "\u201c\u201d\u2013\u2014\u2026\u20ac\u00a3\u00b0\u00a7\u2116").union(
    # letters of Latin and Cyrillic
    map(chr, [*range(0xC0, 0x250), *range(0x400, 0x460)])
)
"""Characters that stay as they are, wherever they stand, the commonest of them."""


def characters(text: Tracked) -> bool:
    """Return whether anything was changed, other than one character for another."""
    if _is_plain(text.text):
        return False
    text.text = text.text.translate(_ONE_TO_ONE)
    changed = text.apply(_markup(text.text)) if "<" in text.text else False
    if "&" in text.text:
        changed |= text.apply(_entities(text.text))
    if not text.text.isascii():
        changed |= text.apply((m.start(), m.end(), "") for m in _NOTHING.finditer(text.text))
        changed |= text.apply((m.start(), m.end(), " ") for m in _EMOJI.finditer(text.text))
        changed |= text.apply(_composed(text.text))
    else:
        changed |= text.apply((m.start(), m.end(), "") for m in _NOTHING.finditer(text.text))
    return changed


def _is_plain(text: str) -> bool:
    """Whether nothing is to be done to any of the characters, as in most texts."""
    if text.isascii():
        return not text.encode("ascii").translate(None, _PLAIN_ASCII)
    return _PLAIN.issuperset(set(text))


def spaces(text: Tracked) -> bool:
    """Trim lines and ends, make runs of spaces one, and leave at most one blank line."""
    changed = False
    while text.apply(_trimmed(text.text)):  # a trimmed blank may join two line ends: once more, then it is still
        changed = True
    return changed


def _trimmed(text: str) -> Iterator[Edit]:
    ends = text[:1] in " \n" or text[-1] in " \n" if text else False
    if not (ends or "  " in text or " \n" in text or "\n " in text or "\n\n\n" in text):
        return  # the pattern would match nowhere
    for match in _SPACES.finditer(text):
        start, end = match.span()
        if start == 0 or end == len(text) or text[start - 1] == "\n" or text[end : end + 1] == "\n":
            yield (
                (start, end, "") if match.group()[0] == " " or start == 0 or end == len(text) else (start + 2, end, "")
            )
        elif match.group()[0] == " ":
            yield start, end, " "
        else:
            yield start + 2, end, ""


def _markup(text: str) -> Iterator[Edit]:
    hidden = 0
    for match in _TAG.finditer(text):
        start, end = match.span()
        if start < hidden:
            continue
        if match.group() == "<!--":
            close = text.find("-->", end)
            hidden = close + 3 if close >= 0 else end
            yield start, hidden, ""
            continue
        name = (match.group(1) or "").lower()
        if _SCRIPT.match(match.group()):
            close = text.find(f"</{name}", end)
            if close >= 0:
                hidden = close
                yield start, close, " "
                continue
        yield start, end, "\n" if name in _BLOCK else ""


def _entities(text: str) -> Iterator[Edit]:
    for match in _ENTITY.finditer(text):
        meant = html.unescape(match.group())
        if meant != match.group():
            yield match.start(), match.end(), meant


def _composed(text: str) -> Iterator[Edit]:
    for match in _COMBINED.finditer(text):
        composed = unicodedata.normalize("NFC", match.group())
        if len(composed) < len(match.group()):
            yield match.start(), match.end(), composed
