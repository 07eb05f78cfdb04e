"""Syntax: a dependency parse for every sentence that can hold an event, one spaCy call per article.

Comes after places, because a place is shown to the parser as one token and under a name that it knows: the small
English model splits and mislabels "Znob-Novhorodske" or "Krasny Lyman", and every attachment after it goes wrong.
Sentences without any trigger of the frames are not parsed at all, which is what makes the extractor faster than its
parser.
"""

import re
from bisect import bisect_left, bisect_right
from typing import Final

from services.extract.document import Document, Sentence
from services.extract.stages.lexemes import Shown, Vocabulary, vocabulary
from services.extract.stages.reader import parsed
from services.extract.stages.repair import repaired
from services.extract.stages.triggers.lexicon import can_hold_event, hyphenated, words_in

MAX_CHARACTERS: Final = 1500
"""Longer "sentences" are lists, tables or text without sentence ends: a parse of them costs much and means little."""
_CITIES: Final = ("London", "Paris", "Berlin", "Boston", "Vienna", "Tokyo", "Chicago", "Geneva", "Baghdad", "Madrid")


def syntax(doc: Document) -> None:
    """Set `words` of all sentences, and `parse` of those that can hold an event."""
    wanted, too_long = [], 0
    for sentence in doc.sentences:
        text = doc.words(sentence.span)
        sentence.words = words_in(text)
        if not can_hold_event(sentence.words):
            continue
        if len(text) > MAX_CHARACTERS:
            too_long += 1
            continue
        wanted.append(sentence)
    if too_long:
        doc.notes.append(f"{too_long} sentences were too long to parse")
    if not wanted:
        return
    names = sorted((p.span.start, p.span.end) for p in doc.places if not p.anaphor and not p.adjective)
    by_content: dict[tuple[str, tuple[tuple[int, int], ...]], list[Sentence]] = {}
    for sentence in wanted:
        by_content.setdefault((doc.words(sentence.span), tuple(_inside(names, sentence))), []).append(sentence)
    known = vocabulary()
    known.forget_if_full()
    parses = parsed([_shown(known, text, inside) for text, inside in by_content])
    for same, parse in zip(by_content.values(), parses, strict=True):
        right = repaired(parse)
        for sentence in same:
            sentence.parse = right


def _inside(names: list[tuple[int, int]], sentence: Sentence) -> list[tuple[int, int]]:
    """Return the name spans that lie within the sentence, counted from its start, none overlapping another."""
    found: list[tuple[int, int]] = []
    for start, end in names[bisect_left(names, (sentence.span.start, 0)) :]:
        if start >= sentence.span.end:
            break
        if end <= sentence.span.end and (not found or found[-1][1] <= start - sentence.span.start):
            found.append((start - sentence.span.start, end - sentence.span.start))
    return found


def _shown(known: Vocabulary, text: str, names: tuple[tuple[int, int], ...]) -> Shown:
    """Return the sentence's words with each name as one of them, under stand-ins for the names."""
    own = known.cut(text)
    shown_for = {start: (end, _stand_in(text[start:end], number)) for number, (start, end) in enumerate(names)}
    for match in _HYPHENATED.finditer(text) if "-" in text else ():
        start, end = match.span()
        if match.group().lower() in hyphenated() and not any(s < end and start < e for s, e in names):
            shown_for[start] = end, match.group().replace("-", "")
    bullet = bool(own.lexemes) and own.lexemes[0].text in _BULLETS
    if not shown_for and not bullet:
        return own
    words: list[str] = []
    starts: list[int] = []
    spaces = list(own.spaces)
    at = 0
    for i in range(len(spaces)):
        word = own.lexemes[i].text
        words.append(word)
        starts.append(at)
        at += len(word) + spaces[i]
    for start, (end, _) in sorted(shown_for.items(), reverse=True):
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
        if first < last:
            words[first : last + 1] = [text[starts[first] : starts[last] + len(words[last])]]
            spaces[first : last + 1] = [spaces[last]]
            starts[first : last + 1] = [starts[first]]
    shown = list(words)
    for start, (end, stand_in) in shown_for.items():
        i = bisect_left(starts, start)
        if i < len(starts) and starts[i] == start and len(words[i]) == end - start:
            shown[i] = stand_in
    if bullet:  # which the model takes for a verb
        shown[0] = "-"
    if len(words) == len(own.lexemes) and shown == words:
        return own
    return Shown([known.lexeme(word) for word in shown], spaces, words)


_BULLETS: Final = frozenset("•▪◦●■")
_HYPHENATED: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+")


def _stand_in(name: str, number: int) -> str:
    """Return a word that the model knows for a name it may not: a class word where the name ends in one."""
    last = name.split()[-1]
    if last.islower() and last.isalpha():
        return last
    return _CITIES[number % len(_CITIES)]
