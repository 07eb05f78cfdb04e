"""A sentence as the claims stage reads it: words with offsets into the document, their tokens, and who is named in it.

Works with and without a parse. Everything is counted in characters of `Document.text`.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final, final

from services.extract.document import ActorMention, Document, Sentence, Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.lexicon import vocabulary_of
from services.extract.stages.parse import Parse
from services.extract.stages.tree import Token

_WORD: Final = Pattern(r"[^\W_]+(?:[-’'.][^\W_]+|(?<=\d),\d{3}(?!\d))*|[^\w\s]")
MAX_SENTENCE: Final = 4000
"""Characters of a sentence that are looked at: what is longer is no sentence."""


@final
class Word:
    """One word, in `low` without capitals. Written out: a dataclass is slow to make even where it is compiled."""

    __slots__ = ("end", "low", "start", "text", "token")

    def __init__(self, text: str, start: int, token: Token | None = None) -> None:
        self.text: Final = text
        self.low: Final = text.lower()
        self.start: Final = start
        self.end: Final = start + len(text)
        self.token: Final = token


@dataclass(slots=True)
class Line:
    """One sentence with its words and the mentions in it."""

    sentence: Sentence
    start: int
    end: int
    text: str
    words: list[Word]
    vocabulary: frozenset[str]
    """Its words in lower case, whole runs of letters and digits: what tells that a pattern cannot match."""
    speakers: list[ActorMention] = field(default_factory=list)
    """Mentions that can speak, by position, none inside another."""
    actors: list[ActorMention] = field(default_factory=list)
    quotes: list[Span] = field(default_factory=list)

    starts: list[int] = field(default_factory=list)
    """Where each word starts, for bisection."""

    def within(self, start: int, end: int) -> list[Word]:
        """The words that start in `start` to `end`."""
        return self.words[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def before(self, offset: int, most: int = 40) -> list[Word]:
        """The last words, `most` at most, that start before `offset`."""
        end = bisect_left(self.starts, offset)
        return self.words[max(0, end - most) : end]

    def at(self, offset: int) -> Word | None:
        """The word that starts at `offset`."""
        place = bisect_left(self.starts, offset)
        return self.words[place] if place < len(self.words) and self.starts[place] == offset else None

    def between(self, start: int, end: int) -> str:
        return self.text[max(0, start - self.start) : max(0, end - self.start)]

    def in_quotes(self, offset: int) -> bool:
        return any(q.start <= offset < q.end for q in self.quotes)


_QUOTE: Final = Pattern(r"[\"“”„«»]|(?<![\w])[‘'](?=\w)|(?<=[\w.,!?])['’](?!\w)")
_MARK: Final = Pattern(r"[\"“”„«»‘’']")


def lines_of(doc: Document) -> list[Line]:
    """Return every sentence of the document as a Line, in order."""
    mentions = sorted(doc.actors, key=lambda m: (m.span.start, -m.span.end))
    starts = [m.span.start for m in mentions]
    found = []
    for sentence in doc.sentences:
        start, end = sentence.span.start, min(sentence.span.end, sentence.span.start + MAX_SENTENCE)
        text = doc.text[start:end]
        words = _words(text, start, sentence.parse)
        line = Line(sentence, start, end, text, words, _vocabulary(text, words), starts=[w.start for w in words])
        last = -1
        for mention in mentions[bisect_left(starts, start) : bisect_left(starts, end)]:
            line.actors.append(mention)
            if mention.can_speak and mention.span.start >= last:
                line.speakers.append(mention)
                last = mention.span.end
        line.quotes = _quotes(text, start)
        found.append(line)
    return found


def _words(text: str, start: int, parse: Parse | None) -> list[Word]:
    """Return the words of a sentence that begins at `start`, with their tokens where it is parsed."""
    tokens = {} if parse is None else {token.idx: token for token in parse}
    found = []
    at = 0
    for word in _WORD.findall(text):
        at = text.find(word, at)  # right behind the word before: only blanks and underscores are no words
        found.append(Word(word, start + at, tokens.get(at)))
        at += len(word)
    return found


def _vocabulary(text: str, words: list[Word]) -> frozenset[str]:
    """Return `vocabulary_of` the text whose words these are."""
    if "_" in text:
        return vocabulary_of(text)
    found = set()
    for word in words:
        if word.low.isalnum():
            found.add(word.low)
        elif len(word.low) > 1:
            found |= vocabulary_of(word.low)
    return frozenset(found)


_ENDS_QUOTE: Final = Pattern(r"[\w,.!?…]\"(?=\s|$)")
"""A straight mark that ends what an earlier sentence has opened: "…. Nobody listened," says he."""


def _quotes(text: str, start: int) -> list[Span]:
    """Spans between quotation marks, with the marks; an unclosed one runs to the end of the sentence."""
    found: list[Span] = []
    if _MARK.search(text) is None:
        return found
    opened = None
    for match in _QUOTE.finditer(text):
        mark = match.group()
        closes_only = mark == '"' and opened is None and not found and _ENDS_QUOTE.match(text, match.start() - 1)
        opening = mark in "“„«‘" or (mark in "\"'" and opened is None)
        if closes_only:
            found.append(Span(start, start + match.end()))
        elif opening and opened is None:
            opened = match.start()
        elif opened is not None:
            found.append(Span(start + opened, start + match.end()))
            opened = None
        elif mark in "”»" and not found:
            found.append(Span(start, start + match.end()))
    if opened is not None and text[opened] not in "'‘":
        found.append(Span(start + opened, start + len(text)))
    return found
